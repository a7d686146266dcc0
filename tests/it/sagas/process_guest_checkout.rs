//! A stay is paid and closed.

mod closing;
mod complimentary;
mod refunds;
mod three_d_secure;
mod whose_money;

use serde_json::{Value, json};
use tests::{RoomRecord, Told, World, day};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const WEI: &str = "wei.chen@example.com";
/// Beth has been here for two nights at 149.99.
const BETHS_FOLIO: i64 = 29_998;

fn pay(guest: &str, method: &str) -> Value {
    json!({"guest_email": guest, "payment_method_id": method})
}

fn with(mut arguments: Value, name: &str, value: impl Into<Value>) -> Value {
    arguments[name] = value.into();
    arguments
}

/// Nothing of Beth's stay has moved, and nothing was charged.
fn assert_untouched(world: &World) {
    assert_eq!(world.payments_taken("BK-0001"), 0);
    assert_eq!(world.booking_status("BK-0001"), "Checked In");
    assert_eq!(world.room("201").status, "Occupied");
    assert_eq!(world.stage("BK-0001"), "Checked In");
}

/// A known guest whose stay began on an earlier day is found and checked out.
#[tokio::test]
async fn booking_room_and_sale_are_closed_together() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    let data = told.data();
    assert_eq!(data["booking_number"], "BK-0001");
    assert_eq!(data["status"], "Checked Out");
    assert_eq!(data["amount_cents"], BETHS_FOLIO);
    assert_eq!(data["currency"], "usd");
    assert_eq!(data["room_status"], "Cleaning");
    assert_eq!(data["already_checked_out"], false);
    assert!(data["transaction_id"].as_str().unwrap().starts_with("ch_"), "{data}");
    assert!(data["warnings"].is_null());
    let payment = data["payment_intent_id"].as_str().unwrap();
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    assert_eq!(world.room("201"), RoomRecord { status: "Cleaning".to_owned(), occupant: None });
    assert_eq!(world.stage("BK-0001"), "Closed Won");
    assert_eq!(world.sale_payment("BK-0001").as_deref(), Some(payment));
    assert_eq!(world.close_date("BK-0001"), day(0));
    assert_eq!(world.payments_kept("BK-0001"), 1);
}

#[tokio::test]
async fn the_receipt_is_a_text_or_a_mail_never_both() {
    let world = World::new();
    let staff = world.staff();
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    staff.done("process_guest_checkout", pay(CARL, "pm_card_visa")).await;
    staff.close().await;
    assert_eq!(world.texted(), ["+15550100001"], "Beth prefers SMS");
    assert_eq!(world.receipts_by_mail("BK-0001"), [None]);
    assert_eq!(world.receipts_by_mail("BK-0002"), [Some(CARL.to_owned())]);
}

#[tokio::test]
async fn leaving_early_costs_the_nights_stayed_and_is_recorded_as_it_was() {
    let world = World::new();
    let told = world.staff().call("process_guest_checkout", pay(CARL, "pm_card_visa")).await;
    assert_eq!(told.data()["amount_cents"], 14_999);
    assert_eq!(told.data()["check_out_date"], day(0));
    assert_eq!(told.data()["total_nights"], 1);
    assert_eq!(world.sale_cents("BK-0002"), 14_999);
}

#[tokio::test]
async fn a_stay_of_a_few_hours_costs_one_night() {
    let world = World::new();
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let told = staff.call("process_guest_checkout", pay("sarah@example.com", "pm_card_visa")).await;
    assert_eq!(told.data()["amount_cents"], 14_999);
}

#[tokio::test]
async fn an_overstaying_guest_pays_the_nights_actually_stayed() {
    let world = World::new().with_booking_moved("BK-0001", -3);
    let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!(told.data()["amount_cents"], 5 * 14_999);
    assert_eq!(world.sale_cents("BK-0001"), 5 * 14_999);
}

/// The amount the caller gives must be what the stay costs.
#[tokio::test]
async fn nobody_checks_out_for_fifty_cents() {
    let world = World::new();
    let staff = world.staff();
    for wrong in [0, 50, BETHS_FOLIO - 1, BETHS_FOLIO + 1] {
        let arguments = with(pay(BETH, "pm_card_visa"), "amount_cents", wrong);
        let told = staff.call("process_guest_checkout", arguments).await;
        assert_eq!(told.code(), "AMOUNT_MISMATCH", "{wrong}");
        assert_eq!(told.details()["folio_cents"], BETHS_FOLIO);
    }
    assert_untouched(&world);
    let arguments = with(pay(BETH, "pm_card_visa"), "amount_cents", BETHS_FOLIO);
    assert_eq!(staff.call("process_guest_checkout", arguments).await.data()["amount_cents"], BETHS_FOLIO);
}

/// An amount is whole cents.
#[tokio::test]
async fn an_amount_that_is_no_whole_number_of_cents_is_refused() {
    let world = World::new();
    let staff = world.staff();
    for amount in [json!(-1), json!(299.98), json!("29998"), json!(1e20)] {
        let arguments = with(pay(BETH, "pm_card_visa"), "amount_cents", amount.clone());
        assert_eq!(
            staff.call("process_guest_checkout", arguments).await.code(),
            "VALIDATION_ERROR",
            "{amount}"
        );
    }
    assert_untouched(&world);
}

/// Every decline is told with its code, and nothing is charged.
#[tokio::test]
async fn every_declined_card_says_why_and_charges_nothing() {
    let world = World::new();
    let staff = world.staff();
    for (method, code) in [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedLostCard", "lost_card"),
        ("pm_card_chargeDeclinedStolenCard", "stolen_card"),
        ("pm_card_chargeDeclinedFraudulent", "fraudulent"),
        ("pm_card_radarBlock", "fraudulent"),
        ("pm_card_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error"),
    ] {
        let told = staff.call("process_guest_checkout", pay(BETH, method)).await;
        assert_eq!(told.code(), "PAYMENT_FAILED", "{method}");
        assert_eq!(told.0["http_status"], 402);
        assert_eq!(told.details()["decline_code"], code, "{method}");
    }
    assert_untouched(&world);
}

/// A check of the card that fails, or a risk that is seen, stops no charge by itself.
#[tokio::test]
async fn what_is_checked_of_a_card_and_not_blocked_pays() {
    for method in
        ["pm_card_cvcCheckFail", "pm_card_avsFail", "pm_card_avsZipFail", "pm_card_riskLevelElevated"]
    {
        let world = World::new();
        let told = world.staff().call("process_guest_checkout", pay(BETH, method)).await;
        assert_eq!(
            (told.data()["amount_cents"].as_i64(), world.payments_taken("BK-0001")),
            (Some(BETHS_FOLIO), 1)
        );
    }
}

#[tokio::test]
async fn after_a_decline_the_next_card_pays_once() {
    let world = World::new();
    let staff = world.staff();
    let token = json!("checkout-1");
    let first = with(pay(BETH, "pm_card_chargeDeclined"), "idempotency_token", token.clone());
    assert_eq!(staff.call("process_guest_checkout", first).await.code(), "PAYMENT_FAILED");
    let second = with(pay(BETH, "pm_card_visa"), "idempotency_token", token);
    staff.done("process_guest_checkout", second).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn a_payment_method_nobody_knows_is_a_validation_error() {
    let world = World::new();
    let staff = world.staff();
    for method in ["pm_card_unheardOf", "4242424242424242", "tok_visa", ""] {
        let told = staff.call("process_guest_checkout", pay(BETH, method)).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{method:?}");
        assert_eq!(told.details()["field"], "payment_method_id");
        assert!(!told.0.to_string().contains("4242"), "a card number is not repeated: {told:?}");
    }
    assert_untouched(&world);
}

/// Checking out again answers the stay that was closed, and charges nothing.
#[tokio::test]
async fn a_stay_that_was_paid_and_closed_is_not_charged_again() {
    let world = World::new();
    let staff = world.staff();
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    for arguments in [
        pay(BETH, "pm_card_mastercard"),
        with(pay(BETH, "pm_card_visa"), "booking_number", "BK-0001"),
        with(pay(BETH, "pm_card_visa"), "room_number", "201"),
        with(pay(BETH, "pm_card_visa"), "idempotency_token", "another"),
    ] {
        let told = staff.call("process_guest_checkout", arguments.clone()).await;
        assert_eq!(told.data()["already_checked_out"], true, "{arguments}");
        assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
        assert_eq!(told.data()["replayed"], false);
    }
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn a_named_booking_closed_long_ago_is_already_checked_out() {
    let world = World::new();
    let staff = world.staff();
    let robert = "rthompson@example.com";
    let named =
        staff.call("process_guest_checkout", with(pay(robert, "pm_card_visa"), "booking_number", "BK-0009"));
    assert_eq!(named.await.data()["already_checked_out"], true);
    let open = staff.call("process_guest_checkout", pay(robert, "pm_card_visa")).await;
    assert_eq!(open.code(), "BOOKING_NOT_FOUND", "not today's");
    assert_eq!(world.payments_taken("BK-0009"), 1, "the seeded one");
}

/// Of two stays none is picked silently; their sale is closed with the last of them.
#[tokio::test]
async fn two_stays_are_told_apart_and_the_sale_closes_with_the_last() {
    let world = World::new();
    let staff = world.staff();
    for room in ["102", "103"] {
        staff.done("check_in_guest", json!({"guest_email": WEI, "room_number": room})).await;
    }
    let told = staff.call("process_guest_checkout", pay(WEI, "pm_card_visa")).await;
    assert_eq!(told.code(), "MULTIPLE_RESERVATIONS");
    assert_eq!(told.details()["candidates"].as_array().unwrap().len(), 2);
    assert_eq!(world.payments_taken("BK-0004") + world.payments_taken("BK-0005"), 0);

    let first = with(pay(WEI, "pm_card_visa"), "room_number", "102");
    assert_eq!(staff.call("process_guest_checkout", first).await.data()["booking_number"], "BK-0004");
    assert_eq!(world.stage("BK-0004"), "Checked In", "the other stay goes on");
    let second = staff.call("process_guest_checkout", pay(WEI, "pm_card_visa")).await;
    assert_eq!(second.data()["booking_number"], "BK-0005");
    assert_eq!(world.stage("BK-0004"), "Closed Won");
}

#[tokio::test]
async fn a_room_that_is_cleaned_or_vacant_already_is_accepted_with_a_warning() {
    for (status, occupant) in [("Cleaning", None), ("Vacant", None), ("Cleaning", Some(BETH))] {
        let world = World::new().with_room("201", status, occupant);
        let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        let warning = told.data()["warnings"][0].as_str().unwrap_or_else(|| panic!("no warning: {told:?}"));
        assert!(warning.contains("201"), "{warning}");
        assert_eq!(world.room("201"), RoomRecord { status: status.to_owned(), occupant: None });
        assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    }
}

/// The room is left as it is found, whatever its state; the stay is over all the same.
#[tokio::test]
async fn the_stay_is_closed_whatever_state_the_room_is_in() {
    for (status, occupant) in
        [("Maintenance", None), ("Out of Service", None), ("Occupied", Some(CARL)), ("Cleaning", Some(CARL))]
    {
        let world = World::new().with_room("201", status, occupant);
        let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!(told.data()["status"], "Checked Out", "{status} {occupant:?}: {}", told.0);
        assert!(
            told.data()["warnings"][0].as_str().is_some_and(|text| text.contains("Room 201")),
            "{}",
            told.0
        );
        let room = world.room("201");
        assert_eq!((room.status.as_str(), room.occupant.as_deref()), (status, occupant), "left alone");
        assert_eq!(world.payments_kept("BK-0001"), 1);
    }
}

/// Without a guest or a stay nothing is charged.
#[tokio::test]
async fn without_a_guest_or_a_stay_nothing_is_charged() {
    let world = World::new();
    let staff = world.staff();
    let code =
        async |arguments: Value| staff.call("process_guest_checkout", arguments).await.code().to_owned();
    assert_eq!(code(pay("nobody@example.com", "pm_card_visa")).await, "GUEST_NOT_FOUND");
    assert_eq!(code(pay("sarah@example.com", "pm_card_visa")).await, "BOOKING_NOT_FOUND", "only Reserved");
    assert_eq!(code(with(pay(BETH, "pm_card_visa"), "booking_number", "BK-0002")).await, "BOOKING_NOT_FOUND");
    assert_eq!(code(with(pay(BETH, "pm_card_visa"), "booking_number", "BK-9999")).await, "BOOKING_NOT_FOUND");
    assert_eq!(code(with(pay(BETH, "pm_card_visa"), "room_number", "101")).await, "BOOKING_NOT_FOUND");
    let mismatched = with(with(pay(BETH, "pm_card_visa"), "booking_number", "BK-0001"), "room_number", "101");
    assert_eq!(code(mismatched).await, "BOOKING_NOT_FOUND");
    assert_untouched(&world);
}

#[tokio::test]
async fn only_a_stay_that_began_is_checked_out() {
    for status in ["Reserved", "Cancelled", "No Show"] {
        let world = World::new().with_booking_status("BK-0001", status);
        let arguments = with(pay(BETH, "pm_card_visa"), "booking_number", "BK-0001");
        let told = world.staff().call("process_guest_checkout", arguments).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{status}");
        assert_eq!(told.details()["current_status"], status);
        assert_eq!(world.payments_taken("BK-0001"), 0);
    }
}

/// A guest pays for nobody else's stay, and learns nothing of it.
#[tokio::test]
async fn a_guest_checks_out_only_herself() {
    let world = World::new();
    let guest = world.guest(BETH);
    assert_eq!(guest.call("process_guest_checkout", pay(CARL, "pm_card_visa")).await.code(), "NOT_YOURS");
    let theirs = json!({"payment_method_id": "pm_card_visa", "booking_number": "BK-0002"});
    assert_eq!(guest.call("process_guest_checkout", theirs).await.code(), "BOOKING_NOT_FOUND");
    let own = guest.call("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})).await;
    assert_eq!(own.data()["booking_number"], "BK-0001");
}

/// The first charge is given back, the second is made under another intent, and exactly one is kept.
#[tokio::test]
async fn a_checkout_undone_and_done_again_charges_anew_and_keeps_one_payment() {
    let world = World::new();
    let staff = world.staff();
    let mut payments: Vec<String> = vec![];
    for round in 1..=3 {
        let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!(told.data()["already_checked_out"], false, "round {round}");
        payments.push(payment(&told));
        assert_eq!(world.payments_kept("BK-0001"), 1, "round {round}");
        if round < 3 {
            let undo = json!({"guest_email": BETH, "payment_intent_id": payments.last().unwrap()});
            let undone = staff.call("compensate_checkout_failure", undo).await;
            assert_eq!(undone.data()["stay_reopened"], true);
            assert_eq!(world.payments_kept("BK-0001"), 0);
        }
    }
    payments.sort();
    payments.dedup();
    assert_eq!(payments.len(), 3, "each time another payment");
    assert_eq!(world.refunds("BK-0001"), 2);
    assert_eq!(world.stage("BK-0001"), "Closed Won");
}

fn payment(told: &Told) -> String {
    told.data()["payment_intent_id"].as_str().expect("a payment").to_owned()
}

/// A currency of small units: a week in a suite costs more than 32 bits hold.
#[tokio::test]
async fn a_stay_in_rupiah_costs_what_its_nights_do() {
    let world = World::new()
        .with_env("HOTEL_CURRENCY", "idr")
        .with_records("UPDATE rooms SET rate_cents = 500000000 WHERE number = '110'", [])
        .with_records("UPDATE bookings SET prices = '30000000.00x2' WHERE number = 'BK-0001'", []);
    let staff = world.staff();
    let nights = json!({"check_in_date": day(30), "check_out_date": day(42), "room_type": "Suite"});
    let free = staff.call("search_available_rooms", nights).await;
    assert_eq!(free.data()["rooms"][0]["total_price_cents"], 6_000_000_000_u64, "{}", free.data());
    let short =
        json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "amount_cents": 4_294_967_295_u64});
    staff.refused("process_guest_checkout", short, "AMOUNT_MISMATCH").await;
    let agreed =
        json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "amount_cents": 6_000_000_000_u64});
    let told = staff.call("process_guest_checkout", agreed).await;
    assert_eq!(told.data()["amount_cents"], json!(6_000_000_000_u64));
}
