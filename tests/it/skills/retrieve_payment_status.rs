//! What became of a payment.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn by_intent_or_by_booking() {
    let world = World::new();
    let staff = world.staff();
    let by_intent = staff.call("retrieve_payment_status", json!({"payment_intent_id": "pi_seed_0009"})).await;
    let data = by_intent.data();
    assert_eq!(data["status"], "succeeded");
    assert_eq!(data["amount_cents"], 29_998);
    assert_eq!(data["refunded_cents"], 0);
    assert_eq!(data["refunds"], json!([]));
    assert_eq!(data["guest_email"], "rthompson@example.com");
    assert_eq!(data["booking_number"], "BK-0009");
    let by_booking = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0009"})).await;
    assert_eq!(by_booking.data(), data);
}

/// A refund can be seen afterwards, by intent and by booking.
#[tokio::test]
async fn a_refund_is_shown() {
    let world = World::new();
    let staff = world.staff();
    let undo = json!({"guest_email": "rthompson@example.com", "payment_intent_id": "pi_seed_0009"});
    let refund = staff.call("compensate_checkout_failure", undo).await.data()["refund_id"].clone();
    for arguments in [json!({"payment_intent_id": "pi_seed_0009"}), json!({"booking_number": "BK-0009"})] {
        let told = staff.call("retrieve_payment_status", arguments).await;
        assert_eq!(told.data()["refunded_cents"], 29_998);
        assert_eq!(told.data()["refunds"][0]["refund_id"], refund);
    }
}

#[tokio::test]
async fn after_an_undo_and_a_new_checkout_the_booking_names_the_new_payment() {
    let world = World::new();
    let staff = world.staff();
    let beth = "beth.gibbs@email.com";
    let pay = json!({"guest_email": beth, "payment_method_id": "pm_card_visa"});
    let first = staff.call("process_guest_checkout", pay.clone()).await.data()["payment_intent_id"].clone();
    let undo = json!({"guest_email": beth, "payment_intent_id": first});
    staff.done("compensate_checkout_failure", undo).await;
    let second = staff.call("process_guest_checkout", pay).await.data()["payment_intent_id"].clone();
    let told = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
    assert_eq!(told.data()["payment_intent_id"], second);
    assert_eq!(told.data()["refunded_cents"], 0);
}

#[tokio::test]
async fn an_intent_that_waits_for_its_guest_can_be_looked_up() {
    let world = World::new();
    let staff = world.staff();
    let pay =
        json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_authenticationRequired"});
    let waiting = staff.call("process_guest_checkout", pay).await;
    let payment = waiting.details()["payment_intent_id"].clone();
    let told = staff.call("retrieve_payment_status", json!({"payment_intent_id": payment})).await;
    assert_eq!(told.data()["status"], "requires_action");
    assert!(told.data()["transaction_id"].is_null());
}

/// An unknown payment, a stay without a payment, and a call that names neither.
#[tokio::test]
async fn unknown_unpaid_and_unasked() {
    let world = World::new();
    let staff = world.staff();
    for (arguments, code) in [
        (json!({"payment_intent_id": "pi_nobody_knows"}), "PAYMENT_NOT_FOUND"),
        (json!({"booking_number": "BK-0003"}), "PAYMENT_NOT_FOUND"),
        (json!({"booking_number": "BK-9999"}), "BOOKING_NOT_FOUND"),
        (json!({"payment_intent_id": "pi_seed_0009", "booking_number": "BK-0001"}), "PAYMENT_NOT_FOUND"),
        (json!({}), "VALIDATION_ERROR"),
        (json!({"payment_intent_id": "pi/../customers"}), "VALIDATION_ERROR"),
    ] {
        let told = staff.call("retrieve_payment_status", arguments.clone()).await;
        assert_eq!(told.code(), code, "{arguments}");
    }
}

/// No stay was closed with it: that it cost nothing is not true.
#[tokio::test]
async fn the_accounts_of_a_stay_that_was_not_closed_do_not_exist() {
    let staff = World::new().staff();
    for payment in ["complimentary BK-9999", "complimentary BK-0001", "complimentary BK-0009"] {
        let look = json!({"payment_intent_id": payment});
        staff.refused("retrieve_payment_status", look, "PAYMENT_NOT_FOUND").await;
    }
}
