//! Money on its way back has not come back: a stay is not charged anew before it has.

use super::{BETH, BETHS_FOLIO, pay};
use serde_json::{Value, json};
use tests::{Server, Told, World, day, with};

/// Beth was checked out and that was undone; her refund is born so. Answers the payment.
async fn undone(world: &World, staff: &Server, born: &[&str]) -> (String, Told) {
    let paid = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    let payment = paid.data()["payment_intent_id"].as_str().expect("a payment").to_owned();
    world.refunds_are_born(born);
    let undo = json!({"guest_email": BETH, "payment_intent_id": payment});
    (payment, staff.call("compensate_checkout_failure", undo).await)
}

fn hour_passes(world: &World) {
    world.alter("journal.db", "UPDATE refunds_on_their_way SET look_at = ?", [0]);
}

async fn recovered(world: &World) -> Value {
    world.run_staff(&["reconcile", "--json"]).await.json()
}

#[tokio::test]
async fn while_a_refund_is_on_its_way_nothing_is_charged_and_no_further_night_is_due() {
    let world = World::new();
    let staff = world.staff();
    let (payment, told) = undone(&world, &staff, &["pending"]).await;
    assert_eq!(
        (&told.data()["refund_status"], &told.data()["stay_reopened"]),
        (&json!("pending"), &json!(true))
    );
    let said = told.data()["actions"][0].as_str().expect("a sentence");
    assert!(said.contains("on its way") && !said.contains("Refunded"), "{said}");
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("REFUND_PENDING", Some(409)));
    let details = told.details();
    assert_eq!(
        (&details["amount_cents"], &details["payment_intent_id"]),
        (&json!(BETHS_FOLIO), &json!(payment))
    );
    assert!(details["refund_id"].is_string() && details["since"].is_string(), "{details}");
    assert_eq!(
        (world.payments_taken("BK-0001"), world.booking_status("BK-0001").as_str()),
        (1, "Checked In")
    );
    // A day later it has arrived: the night she had to wait is not hers to pay.
    a_day_passes(&world);
    world.refund_becomes(&payment, "succeeded");
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!(
        (&told.data()["amount_cents"], &told.data()["check_out_date"]),
        (&json!(14_999), &json!(day(-1)))
    );
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

/// The bill of a stay, wherever it is shown.
async fn bills(world: &World, staff: &Server) -> Vec<(&'static str, Option<i64>)> {
    let of = |bookings: &Value| {
        let all = bookings.as_array().expect("a list");
        all.iter()
            .find(|seen| seen["booking_number"] == "BK-0001")
            .and_then(|seen| seen["folio_cents"].as_i64())
    };
    let by_number = json!({"booking_number": "BK-0001"});
    let found = staff.call("search_bookings_on_behalf_of_staff", by_number.clone()).await;
    let own = world.guest(BETH).call("search_bookings_on_behalf_of_guest", json!({})).await;
    let today = staff.call("hotel_today", json!({})).await;
    let more = with(by_number, json!({"special_requests": "A late breakfast."}));
    let changed = staff.call("manage_booking", more).await;
    vec![
        ("staff", of(&found.data()["bookings"])),
        ("guest", of(&own.data()["bookings"])),
        ("board", of(&today.data()["departures"])),
        ("changed", changed.data()["folio_cents"].as_i64()),
    ]
}

fn everywhere(cents: i64) -> Vec<(&'static str, Option<i64>)> {
    ["staff", "guest", "board", "changed"].map(|place| (place, Some(cents))).to_vec()
}

/// What she owes grows night by night; from the day of the answer that she must wait for her refund it does not.
#[tokio::test]
async fn what_is_shown_while_a_guest_waits_for_a_refund_is_what_a_checkout_charges() {
    let world = World::new();
    let staff = world.staff();
    let (payment, _) = undone(&world, &staff, &["pending"]).await;
    assert_eq!(bills(&world, &staff).await, everywhere(BETHS_FOLIO), "nobody has told her to wait yet");
    staff.refused("process_guest_checkout", pay(BETH, "pm_card_visa"), "REFUND_PENDING").await;
    assert_eq!(bills(&world, &staff).await, everywhere(BETHS_FOLIO));
    a_day_passes(&world);
    assert_eq!(bills(&world, &staff).await, everywhere(14_999), "while it is on its way");
    world.refund_becomes(&payment, "succeeded");
    assert_eq!(bills(&world, &staff).await, everywhere(14_999), "when it has arrived");
    let more = json!({"amount_cents": 14_999});
    let told = staff.call("process_guest_checkout", with(pay(BETH, "pm_card_visa"), more)).await;
    assert_eq!(told.data()["amount_cents"], 14_999);
}

/// The first answer that she must wait was given a day ago.
fn a_day_passes(world: &World) {
    let asked = "UPDATE calls SET started_at = ? WHERE error_code = 'REFUND_PENDING'";
    let yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
    world.alter("journal.db", asked, [skills::words::stored(yesterday)]);
}

/// It could not be placed: the earlier payment stands, and closes the stay.
#[tokio::test]
async fn a_refund_that_fails_leaves_the_earlier_payment_to_close_the_stay() {
    for status in ["failed", "canceled"] {
        let world = World::new();
        let staff = world.staff();
        let (payment, _) = undone(&world, &staff, &["pending"]).await;
        world.refund_becomes(&payment, status);
        let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!(told.data()["payment_intent_id"], payment.as_str(), "{status}");
        assert_eq!((world.payments_taken("BK-0001"), world.stage("BK-0001").as_str()), (1, "Closed Won"));
        // Nobody asks for it once more: it is what the stay is paid with.
        hour_passes(&world);
        assert_eq!(recovered(&world).await["payments_without_closed_stay"], json!([]));
        assert_eq!(world.refund_states(&payment), [status]);
        let again = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!(again.data()["already_checked_out"], true, "the records know that it is paid");
    }
}

/// Recovery looks hourly, and asks once more for what came to nothing.
#[tokio::test]
async fn a_refund_that_comes_to_nothing_on_its_way_is_asked_for_once_more() {
    let world = World::new();
    let staff = world.staff();
    let (payment, _) = undone(&world, &staff, &["pending", "succeeded"]).await;
    hour_passes(&world);
    recovered(&world).await;
    assert_eq!(world.refund_states(&payment), ["pending"]);
    world.refund_becomes(&payment, "failed");
    hour_passes(&world);
    recovered(&world).await;
    assert_eq!(world.refund_states(&payment), ["failed", "succeeded"]);
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_ne!(told.data()["payment_intent_id"], payment.as_str(), "that money is back: she pays anew");
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

#[tokio::test]
async fn a_refund_born_to_nothing_is_asked_for_once_more_and_then_needs_a_person() {
    for status in ["failed", "canceled"] {
        let world = World::new();
        let staff = world.staff();
        let (payment, told) = undone(&world, &staff, &[status, "succeeded"]).await;
        assert_eq!(told.data()["refund_status"], "succeeded");
        assert_eq!(world.refund_states(&payment), [status, "succeeded"]);

        let world = World::new();
        let staff = world.staff();
        let (payment, told) = undone(&world, &staff, &[status, status]).await;
        assert_eq!(told.code(), "NEEDS_ATTENTION", "{status}");
        assert_eq!(told.details()["refund_status"], status);
        assert_eq!(world.refund_states(&payment), [status, status]);
        assert_eq!(world.booking_status("BK-0001"), "Checked Out", "the money stands, and so does the stay");
    }
}

/// It had arrived, she paid anew, and then the bank sent it back.
#[tokio::test]
async fn a_refund_that_comes_back_after_the_stay_was_paid_anew_is_asked_for_by_reconcile() {
    let world = World::new();
    let staff = world.staff();
    let (first, _) = undone(&world, &staff, &["succeeded"]).await;
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    world.refund_becomes(&first, "failed");
    world.refunds_are_born(&["succeeded"]);
    let report = world.run_staff(&["reconcile", "--json", "--fix"]).await.json();
    let found = &report["payments_without_closed_stay"][0];
    assert_eq!((&found["payment_intent_id"], &found["outcome"]), (&json!(first), &json!("done")), "{report}");
    assert_eq!(world.refund_states(&first), ["failed", "succeeded"]);
    assert_eq!(world.payments_kept("BK-0001"), 1);
}
