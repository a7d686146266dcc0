//! A stay that was agreed to cost nothing is closed without the processor.

use super::{BETH, pay, with};
use serde_json::json;
use tests::{Books, World};

fn complimentary() -> World {
    World::new()
        .with_records("UPDATE bookings SET prices = '0.00x2' WHERE number = 'BK-0001'", [])
        .with_records("UPDATE opportunities SET amount_cents = 0 WHERE id = 1", [])
}

const ACCOUNTS: &str = "complimentary BK-0001";

#[tokio::test]
async fn it_is_closed_without_a_card_and_counts_as_paid() {
    let world = complimentary();
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", json!({"guest_email": BETH})).await;
    let data = told.data();
    assert_eq!((&data["amount_cents"], &data["payment_intent_id"]), (&json!(0), &json!(ACCOUNTS)));
    assert_eq!((&data["status"], &data["room_status"]), (&json!("Checked Out"), &json!("Cleaning")));
    assert!(world.intents("BK-0001").is_empty());
    assert_eq!(
        (world.stage("BK-0001").as_str(), world.sale_payment("BK-0001").as_deref()),
        ("Closed Won", Some(ACCOUNTS))
    );
    let again = staff.call("process_guest_checkout", json!({"guest_email": BETH})).await;
    assert_eq!(again.data()["already_checked_out"], true);
    let status = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
    assert_eq!((&status.data()["amount_cents"], &status.data()["status"]), (&json!(0), &json!("succeeded")));
    assert_eq!(world.run_staff(&["reconcile"]).await.code, Some(0));
    assert!(staff.close().await.success());
    assert!(world.texted().is_empty(), "there is no receipt of nothing");
    Books::open(&world).are_in_order();
}

#[tokio::test]
async fn a_card_that_is_given_all_the_same_is_not_charged() {
    let world = complimentary();
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", with(pay(BETH, "pm_card_visa"), "amount_cents", 1)).await;
    assert_eq!((told.code(), &told.details()["folio_cents"]), ("AMOUNT_MISMATCH", &json!(0)));
    staff.done("process_guest_checkout", with(pay(BETH, "pm_card_chargeDeclined"), "amount_cents", 0)).await;
    assert!(world.intents("BK-0001").is_empty());
}

#[tokio::test]
async fn it_is_undone_by_its_booking_and_can_be_closed_again() {
    let world = complimentary();
    let staff = world.staff();
    for round in 1..=2 {
        staff.done("process_guest_checkout", json!({"guest_email": BETH})).await;
        assert_eq!(world.booking_status("BK-0001"), "Checked Out", "round {round}");
        let undo = json!({"guest_email": BETH, "booking_number": "BK-0001"});
        let undone = staff.call("compensate_checkout_failure", undo.clone()).await;
        assert_eq!(
            (&undone.data()["stay_reopened"], &undone.data()["refund_amount_cents"]),
            (&json!(true), &json!(0))
        );
        assert_eq!(
            (world.booking_status("BK-0001").as_str(), world.stage("BK-0001").as_str()),
            ("Checked In", "Negotiation/Review")
        );
        assert_eq!(staff.call("compensate_checkout_failure", undo).await.code(), "ALREADY_REFUNDED");
    }
    let theirs = json!({"guest_email": "carl.smith@example.com", "booking_number": "BK-0001"});
    assert_eq!(staff.call("compensate_checkout_failure", theirs).await.code(), "BOOKING_NOT_FOUND");
}

/// A stay that was paid is undone by its payment.
#[tokio::test]
async fn a_paid_stay_is_not_undone_by_its_booking_alone() {
    let world = World::new();
    let staff = world.staff();
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    let undo = json!({"guest_email": BETH, "booking_number": "BK-0001"});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("payment_intent_id")));
    assert_eq!(world.payments_kept("BK-0001"), 1);
}
