//! The stay is paid, and then the records are not as they were, or refuse.

use super::{BETH, CARL, pay};
use serde_json::{Value, json};
use tests::{Ran, RoomRecord, World};

/// Whatever state the room is in by then, the stay can be closed; the room is left as it is.
#[tokio::test]
async fn a_room_in_whatever_state_is_left_so_and_the_answer_says_it() {
    for (status, occupant) in [
        ("Cleaning", None),
        ("Vacant", None),
        ("Maintenance", None),
        ("Out of Service", None),
        ("Occupied", Some(CARL)),
    ] {
        let world = World::new().with_room("201", status, occupant);
        let told = world.staff().call("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
        assert_eq!(
            (&told.data()["status"], &told.data()["room_status"]),
            (&json!("Checked Out"), &json!(status))
        );
        assert!(told.data()["warnings"][0].as_str().is_some_and(|it| it.contains("201")), "{:?}", told.0);
        let left = RoomRecord { status: status.to_owned(), occupant: occupant.map(str::to_owned) };
        assert_eq!(world.room("201"), left);
        assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 0));
    }
}

async fn refused(world: &World, arguments: &Value) -> Value {
    refused_by(world, arguments, "records_refused").await
}

async fn refused_by(world: &World, arguments: &Value, how: &str) -> Value {
    let fault = format!("close_stay={how}");
    let faults = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", fault.as_str())];
    let call = ["call", "process_guest_checkout", &arguments.to_string()];
    let ran: Ran = world.run("staff-server", &call, &faults, "").await;
    ran.json()
}

/// Whether the refunds of a stay say that its closing was refused.
fn reasons(world: &World) -> Vec<Option<String>> {
    world.intents("BK-0001").iter().flat_map(|intent| world.refund_reasons(intent)).collect()
}

#[tokio::test]
async fn a_closing_that_the_records_refuse_gives_the_money_back_once_and_says_so() {
    let world = World::new();
    let told = refused(&world, &pay(BETH, "pm_card_visa")).await;
    assert_eq!(
        (told["error_code"].as_str(), told["retry_safe"].as_bool()),
        (Some("RECORDS_REFUSED"), Some(false))
    );
    assert!(
        told["error_message"].as_str().is_some_and(|it| it.contains("charged") && it.contains("given back")),
        "{told}"
    );
    assert_eq!(reasons(&world), [Some("closing_refused".to_owned())]);
    assert_eq!((world.payments_kept("BK-0001"), world.booking_status("BK-0001").as_str()), (0, "Checked In"));
}

/// The second time the closing is rehearsed; refused again after the charge, a person must look, and nothing is charged a
/// third time until staff have.
#[tokio::test]
async fn the_second_refusal_needs_a_person_and_there_is_no_third_charge() {
    let world = World::new();
    refused(&world, &pay(BETH, "pm_card_visa")).await;
    let second = super::with(pay(BETH, "pm_card_visa"), "idempotency_token", "second");
    assert_eq!(refused(&world, &second).await["error_code"], "NEEDS_ATTENTION");
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (2, 0));
    let staff = world.staff();
    for _ in 0..2 {
        let third = super::with(pay(BETH, "pm_card_visa"), "idempotency_token", "third");
        assert_eq!(staff.call("process_guest_checkout", third).await.code(), "NEEDS_ATTENTION");
    }
    world.run_staff(&["reconcile", "--fix"]).await;
    let fourth = super::with(pay(BETH, "pm_card_visa"), "idempotency_token", "fourth");
    assert_eq!(staff.call("process_guest_checkout", fourth).await.code(), "NEEDS_ATTENTION");
    assert_eq!(world.payments_taken("BK-0001"), 2);
    for token in ["second", "third", "fourth"] {
        assert_eq!(world.run_staff(&["reconcile", "--resolve", token]).await.code, Some(0));
    }
    staff.done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (3, 1));
}

/// So it is when the hotel was otherwise than the closing needs: no third charge either.
#[tokio::test]
async fn a_second_refusal_of_whatever_kind_needs_a_person() {
    for (first, second) in
        [("refused", "refused"), ("records_refused", "refused"), ("refused", "records_refused")]
    {
        let world = World::new();
        refused_by(&world, &pay(BETH, "pm_card_visa"), first).await;
        let again = super::with(pay(BETH, "pm_card_visa"), "idempotency_token", "second");
        assert_eq!(
            refused_by(&world, &again, second).await["error_code"],
            "NEEDS_ATTENTION",
            "{first}, {second}"
        );
        assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (2, 0));
    }
}

/// What the rehearsal finds refused is not charged.
#[tokio::test]
async fn a_rehearsal_that_is_refused_charges_nothing() {
    let world = World::new();
    refused(&world, &pay(BETH, "pm_card_visa")).await;
    let faults =
        [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "rehearse_closing 2=records_refused")];
    let call = ["call", "process_guest_checkout", &pay(BETH, "pm_card_visa").to_string()];
    let told = world.run("staff-server", &call, &faults, "").await.json();
    assert_eq!(told["error_code"], "RECORDS_REFUSED");
    assert!(!told["error_message"].as_str().unwrap().contains("charged was"), "{told}");
    assert_eq!(world.payments_taken("BK-0001"), 1);
    world.staff().done("process_guest_checkout", pay(BETH, "pm_card_visa")).await;
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (2, 1));
    assert_eq!(world.room("201").status, "Cleaning", "the rehearsal let nothing stand");
}
