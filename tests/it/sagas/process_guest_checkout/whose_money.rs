//! One payment per stay, whatever happened to journals, prices and days: whose money an intent holds.

use super::{BETH, BETHS_FOLIO, CARL, assert_untouched, pay, with};
use serde_json::{Value, json};
use tests::{World, clock, day};

const NIGHT: i64 = 14_999;

/// A hotel where Beth was charged and her stay could not be closed, and nobody's journal tells of it.
async fn charged_and_forgotten() -> World {
    let world = World::new();
    world.charges_and_forgets(&pay(BETH, "pm_card_visa")).await;
    assert_eq!((world.payments_kept("BK-0001"), world.booking_status("BK-0001").as_str()), (1, "Checked In"));
    world
}

fn a_day_passes(world: &World) {
    let back =
        "UPDATE bookings SET check_in = ?1, check_out = ?2, planned_check_out = ?2 WHERE number = 'BK-0001'";
    world.alter("hotel.db", back, [day(-3), day(-1)]);
}

#[tokio::test]
async fn what_another_machine_charged_closes_the_stay_without_another_charge() {
    let world = charged_and_forgotten().await;
    let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_mastercard")).await;
    assert_eq!(
        (&told.data()["amount_cents"], &told.data()["status"]),
        (&json!(BETHS_FOLIO), &json!("Checked Out"))
    );
    assert!(told.data()["warnings"].is_null(), "it costs the same today: {:?}", told.0);
    assert_eq!((world.payments_taken("BK-0001"), world.refunds("BK-0001")), (1, 0));
}

/// A night more, or another price, since: the stay costs what was paid, and the answer says what it would cost.
#[tokio::test]
async fn what_was_paid_is_what_the_stay_costs_and_the_difference_is_told() {
    for edited in [true, false] {
        let world = charged_and_forgotten().await;
        let costs = if edited {
            world.alter("hotel.db", "UPDATE bookings SET prices = ? WHERE number = 'BK-0001'", ["165.00x2"]);
            33_000
        } else {
            a_day_passes(&world);
            3 * NIGHT
        };
        let staff = world.staff();
        let agreed = with(pay(BETH, "pm_card_visa"), "amount_cents", costs);
        let told = staff.call("process_guest_checkout", agreed).await;
        assert_eq!((told.code(), &told.details()["folio_cents"]), ("AMOUNT_MISMATCH", &json!(BETHS_FOLIO)));
        let told = staff
            .call("process_guest_checkout", with(pay(BETH, "pm_card_visa"), "amount_cents", BETHS_FOLIO))
            .await;
        assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
        let warning = told.data()["warnings"][0].as_str().expect("a warning").to_owned();
        assert!(warning.contains("299.98"), "{warning}");
        assert_eq!(world.sale_cents("BK-0001"), BETHS_FOLIO);
        assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 1));
    }
}

/// It was paid before, so nobody has to say with what.
#[tokio::test]
async fn a_stay_that_was_paid_needs_no_payment_method() {
    let world = charged_and_forgotten().await;
    let told = world.staff().call("process_guest_checkout", json!({"guest_email": BETH})).await;
    assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn what_is_due_must_be_paid_with_something() {
    let world = World::new();
    let told = world.staff().call("process_guest_checkout", json!({"guest_email": BETH})).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("payment_method_id")));
    assert_untouched(&world);
}

/// Partly back or disputed: what the guest owes, a person must say.
#[tokio::test]
async fn money_in_question_moves_nothing() {
    for disputed in [true, false] {
        let world = charged_and_forgotten().await;
        let intent = world.intents("BK-0001").remove(0);
        if disputed {
            world.is_disputed(&intent);
        } else {
            world.gives_back_by_hand(&intent, 5_000);
        }
        let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!((told.code(), &told.details()["disputed"]), ("NEEDS_ATTENTION", &json!(disputed)));
        assert_eq!(
            (world.intents("BK-0001").len(), world.booking_status("BK-0001").as_str()),
            (1, "Checked In")
        );
    }
}

/// An import gave two bookings the same key: each is paid by its own guest.
#[tokio::test]
async fn a_booking_with_the_key_of_another_is_not_paid_by_it() {
    let world = World::new();
    let same = "UPDATE bookings SET own_key = 'imported' WHERE number IN ('BK-0001', 'BK-0002')";
    world.alter("hotel.db", same, []);
    let staff = world.staff();
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    let carl = staff.call("process_guest_checkout", pay("carl.smith@example.com", "pm_card_visa")).await;
    assert_eq!(carl.data()["amount_cents"], NIGHT, "{}", carl.0);
    assert_eq!((world.payments_kept("BK-0001"), world.payments_kept("BK-0002")), (1, 1));
}

/// Another machine charged in another currency: its figure says nothing about this stay.
#[tokio::test]
async fn a_payment_in_another_currency_closes_no_stay() {
    let world = charged_and_forgotten().await;
    world.alter("payments.db", "UPDATE intents SET currency = ? WHERE booking = 'BK-0001'", ["eur"]);
    let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!((told.code(), &told.details()["currency_of_payment"]), ("CURRENCY_MISMATCH", &json!("EUR")));
    let report = world.run_staff(&["reconcile", "--json", "--fix"]).await.json();
    let found = &report["payments_without_closed_stay"][0];
    assert_eq!((&found["action"], &found["outcome"]), (&json!("none"), &json!("to_do")), "{report}");
    assert_eq!((world.intents("BK-0001").len(), world.booking_status("BK-0001").as_str()), (1, "Checked In"));
}

/// Another stay got the number again after the records were restored from an older copy: it pays for itself.
#[tokio::test]
async fn a_booking_whose_number_was_given_before_is_not_paid_by_the_earlier_one() {
    let world = World::new();
    let staff = world.staff();
    let stay = |guest: &str| json!({"guest_email": guest, "room_number": "104", "check_in_date": day(0), "check_out_date": day(1)});
    let (patrick, soojin) = ("patrick.obrien@example.com", "soojin.kim@example.com");
    assert!(staff.close().await.success());
    let before = std::fs::read(world.data().join("hotel.db")).expect("a copy");
    let staff = world.staff();
    staff.done("create_booking", stay(patrick)).await;
    staff.done("check_in_guest", json!({"guest_email": patrick})).await;
    let paid = staff.call("process_guest_checkout", pay(patrick, "pm_card_visa")).await;
    assert!(staff.close().await.success());
    std::fs::write(world.data().join("hotel.db"), before).expect("restored");
    for suffix in ["hotel.db-wal", "hotel.db-shm"] {
        let _ = std::fs::remove_file(world.data().join(suffix));
    }
    let staff = world.staff();
    let booked = staff.call("create_booking", stay(soojin)).await;
    staff.done("check_in_guest", json!({"guest_email": soojin})).await;
    let told = staff.call("process_guest_checkout", pay(soojin, "pm_card_visa")).await;
    assert_ne!(told.data()["payment_intent_id"], paid.data()["payment_intent_id"]);
    assert_eq!(told.data()["amount_cents"], NIGHT);
    assert_eq!(told.data()["booking_number"], booked.data()["booking_number"]);
}

/// The sample hotel was restored as it was before anybody had written to it: a payment shows that it is no new one, and its
/// days do not move to today.
#[tokio::test]
async fn a_sample_that_is_restored_the_next_day_charges_nobody_again() {
    let world = World::new();
    assert!(world.staff().close().await.success());
    let before = std::fs::read(world.data().join("hotel.db")).expect("a copy");
    let staff = world.staff();
    let paid = staff.call("process_guest_checkout", pay(CARL, "pm_card_visa")).await;
    assert!(staff.close().await.success());
    std::fs::write(world.data().join("hotel.db"), before).expect("restored");
    for suffix in ["hotel.db-wal", "hotel.db-shm"] {
        let _ = std::fs::remove_file(world.data().join(suffix));
    }
    let staff = world.start("staff-server", &[], &[("HOTEL_CLOCK", &clock(1, "10:00"))]);
    let told = staff.call("process_guest_checkout", pay(CARL, "pm_card_visa")).await;
    assert_eq!(told.data()["payment_intent_id"], paid.data()["payment_intent_id"], "{}", told.data());
    assert_eq!(world.payments_taken("BK-0002"), 1);
}

/// The card was saved for another customer with the guest's e-mail: that one pays.
#[tokio::test]
async fn a_card_saved_for_another_customer_of_the_guest_is_charged() {
    let world = World::new();
    let card = world.card_saved_elsewhere(BETH, "pm_card_visa");
    let told = world.staff().call("process_guest_checkout", pay(BETH, &card)).await;
    assert_eq!(told.data()["amount_cents"], BETHS_FOLIO);
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 1));
}

/// An e-mail the processor does not take keeps nobody from paying, however often.
#[tokio::test]
async fn an_email_that_the_processor_refuses_keeps_nobody_from_paying() {
    let carl = "carl.smith@example.com";
    let world = World::new();
    world.processor_refuses(carl);
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", pay(carl, "pm_card_chargeDeclined")).await;
    assert_eq!(told.code(), "PAYMENT_FAILED");
    let told = staff.call("process_guest_checkout", pay(carl, "pm_card_visa")).await;
    assert_eq!(told.data()["amount_cents"], NIGHT);
    let warnings = told.data()["warnings"].as_array().expect("warnings");
    assert!(
        matches!(&warnings[..], [one] if one.as_str().is_some_and(|it| it.contains(carl))),
        "{:?}",
        told.0
    );
    assert_eq!(world.receipts_by_mail("BK-0002"), [None]);
    assert_eq!(world.payments_taken("BK-0002"), 1);
}

/// An intent that was declined is charged again; by then the guest may want the receipt otherwise.
#[tokio::test]
async fn a_guest_who_wants_an_email_after_a_declined_card_gets_it() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_chargeDeclined")).await;
    assert_eq!(told.code(), "PAYMENT_FAILED");
    world.alter("hotel.db", "UPDATE contacts SET phone = NULL WHERE email = ?", [BETH]);
    let told = staff.call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!(
        (told.data()["amount_cents"].as_i64(), &told.data()["warnings"]),
        (Some(BETHS_FOLIO), &Value::Null)
    );
    assert_eq!(world.receipts_by_mail("BK-0001"), [Some(BETH.to_owned())]);
    assert!(world.texted().is_empty());
}

/// What the bank suspects of a card is not for its holder's agent.
#[tokio::test]
async fn a_guests_own_agent_is_not_told_what_the_bank_suspects() {
    let world = World::new();
    let guest = world.guest(BETH);
    for (card, code) in [
        ("pm_card_chargeDeclinedLostCard", "generic_decline"),
        ("pm_card_chargeDeclinedStolenCard", "generic_decline"),
        ("pm_card_chargeDeclinedFraudulent", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
    ] {
        let told = guest.call("process_guest_checkout", json!({"payment_method_id": card})).await;
        assert_eq!(
            (told.code(), &told.details()["decline_code"]),
            ("PAYMENT_FAILED", &json!(code)),
            "{card}"
        );
        assert!(
            !told.0.to_string().contains("lost_card") && !told.0.to_string().contains("stolen"),
            "{card}"
        );
    }
    assert_untouched(&world);
}

/// Stripe's test cards for what comes after a payment behave as they do there.
#[tokio::test]
async fn a_test_card_can_be_disputed_or_fail_to_be_refunded() {
    let world = World::new();
    let staff = world.staff();
    let paid = staff.call("process_guest_checkout", pay(BETH, "pm_card_createDispute")).await;
    let asked = json!({"payment_intent_id": paid.data()["payment_intent_id"]});
    let told = staff.call("retrieve_payment_status", asked).await;
    assert_eq!(told.data()["disputed"], true, "{}", told.0);
    let carl = "carl.smith@example.com";
    let paid = staff.call("process_guest_checkout", pay(carl, "pm_card_refundFail")).await;
    let undo = json!({"guest_email": carl, "payment_intent_id": paid.data()["payment_intent_id"], "reason": "by mistake"});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert_eq!(told.code(), "NEEDS_ATTENTION", "{}", told.0);
    assert_eq!(world.payments_kept("BK-0002"), 1);
}
