//! A paid checkout is undone: the money always, the stay if it can be.

use serde_json::{Value, json};
use tests::{Books, RoomRecord, Server, World, day};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const ROBERT: &str = "rthompson@example.com";

/// Checks a guest out and answers the payment.
async fn paid(staff: &Server, guest: &str) -> String {
    let arguments = json!({"guest_email": guest, "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", arguments).await;
    told.data()["payment_intent_id"].as_str().expect("a payment").to_owned()
}

fn undo(guest: &str, payment: &str) -> Value {
    json!({"guest_email": guest, "payment_intent_id": payment, "reason": "charged by mistake"})
}

/// The stay is reopened as it was, with the departure that was planned.
#[tokio::test]
async fn the_stay_is_reopened_as_it_was_before_checkout() {
    let world = World::new();
    let staff = world.staff();
    let before = (world.sale_cents("BK-0002"), world.close_date("BK-0002"));
    let payment = paid(&staff, CARL).await; // two days before his planned departure
    let told = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    let data = told.data();
    assert_eq!(data["stay_reopened"], true);
    assert_eq!(data["refund_amount_cents"], 14_999);
    assert_eq!(data["refund_status"], "succeeded");
    assert!(data["refund_id"].as_str().unwrap().starts_with("re_"));
    assert_eq!(data["booking_status"], "Checked In");
    assert_eq!(data["room_status"], "Occupied");
    assert!(data["actions"].as_array().unwrap().len() >= 3, "what it did to each: {data}");
    assert!(!data["actions"].to_string().contains("Smith"), "a name is a guest's own word: {data}");
    assert!(data["reason"].is_null(), "why it was not reopened, and it was: {data}");

    assert_eq!(world.booking_status("BK-0002"), "Checked In");
    assert_eq!(
        world.room("101"),
        RoomRecord { status: "Occupied".to_owned(), occupant: Some(CARL.to_owned()) }
    );
    assert_eq!(world.stage("BK-0002"), "Negotiation/Review");
    assert_eq!((world.sale_cents("BK-0002"), world.close_date("BK-0002")), before);
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0002"})).await;
    assert_eq!(found.data()["bookings"][0]["check_out_date"], day(2));
    assert!(found.data()["bookings"][0]["payment_intent_id"].is_null(), "no payment closes it any more");
    assert_eq!(world.payments_kept("BK-0002"), 0);
}

#[tokio::test]
async fn a_guest_whose_departure_is_today_stays_on_today() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, BETH).await;
    let told = staff.call("compensate_checkout_failure", undo(BETH, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], true);
    assert_eq!(world.room("201").status, "Occupied");
}

#[tokio::test]
async fn a_room_that_was_cleaned_meanwhile_is_given_back() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    staff.done("update_room_status", json!({"room_number": "101", "status": "Vacant"})).await;
    let told = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], true);
    assert_eq!(world.room("101").occupant.as_deref(), Some(CARL));
}

/// If somebody else is in the room, only the money goes back.
#[tokio::test]
async fn a_room_that_somebody_else_is_in_is_left_alone() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    staff.done("update_room_status", json!({"room_number": "101", "status": "Vacant"})).await;
    let sarah = "sarah@example.com";
    let moved = json!({"booking_number": "BK-0003", "room_number": "101"});
    staff.done("assign_room", moved).await;
    staff.done("check_in_guest", json!({"guest_email": sarah})).await;

    let told = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert!(told.data()["reason"].is_string());
    assert_eq!(told.data()["booking_status"], "Checked Out");
    assert_eq!(world.room("101").occupant.as_deref(), Some(sarah));
    assert_eq!(world.booking_status("BK-0002"), "Checked Out");
    assert_eq!(world.stage("BK-0002"), "Negotiation/Review");
    assert_eq!(world.payments_kept("BK-0002"), 0);
}

#[tokio::test]
async fn nights_that_somebody_else_booked_meanwhile_are_not_taken_back() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    let booking = json!({
        "guest_email": "patrick.obrien@example.com", "room_number": "101",
        "check_in_date": day(1), "check_out_date": day(2)
    });
    staff.done("create_booking", booking).await;
    let told = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert_eq!(world.booking_status("BK-0002"), "Checked Out");
    assert_eq!(world.room("101").status, "Cleaning", "all or nothing: the room did not move alone");
    assert_eq!(world.payments_kept("BK-0002"), 0);
}

#[tokio::test]
async fn a_room_under_repair_is_left_so() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    staff.done("update_room_status", json!({"room_number": "101", "status": "Maintenance"})).await;
    let told = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert_eq!(world.room("101").status, "Maintenance");
}

#[tokio::test]
async fn a_stay_whose_planned_departure_is_past_is_refunded_and_stays_closed() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("compensate_checkout_failure", undo(ROBERT, "pi_seed_0009")).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert_eq!(told.data()["refund_amount_cents"], 29_998);
    assert_eq!(told.data()["booking_number"], "BK-0009");
    assert_eq!(world.booking_status("BK-0009"), "Checked Out");
    assert_eq!(world.room("104").status, "Vacant");
    assert_eq!(world.stage("BK-0009"), "Negotiation/Review");
    assert_eq!(world.payments_kept("BK-0009"), 0);
}

#[tokio::test]
async fn a_stay_that_overran_is_not_reopened_past_its_plan() {
    let world = World::new().with_booking_moved("BK-0001", -3);
    let staff = world.staff();
    let payment = paid(&staff, BETH).await;
    let told = staff.call("compensate_checkout_failure", undo(BETH, &payment)).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert_eq!(world.payments_kept("BK-0001"), 0);
    assert_eq!(world.room("201").status, "Cleaning");
}

/// A payment is refunded once; a second request is refused with ALREADY_REFUNDED.
#[tokio::test]
async fn a_payment_is_refunded_once() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    staff.done("compensate_checkout_failure", undo(CARL, &payment)).await;
    let again = staff.call("compensate_checkout_failure", undo(CARL, &payment)).await;
    assert_eq!(again.code(), "ALREADY_REFUNDED");
    assert_eq!(again.0["http_status"], 409);
    assert_eq!(world.refunds("BK-0002"), 1);
    assert_eq!(world.booking_status("BK-0002"), "Checked In");
}

/// A payment is refunded only for the guest whose stay it paid.
#[tokio::test]
async fn somebody_elses_payment_is_not_found() {
    let world = World::new();
    let staff = world.staff();
    let payment = paid(&staff, CARL).await;
    let told = staff.call("compensate_checkout_failure", undo(BETH, &payment)).await;
    assert_eq!(told.code(), "PAYMENT_NOT_FOUND");
    assert_eq!(world.refunds("BK-0002"), 0);
    assert_eq!(world.booking_status("BK-0002"), "Checked Out");
}

/// Unknown, never paid and already refunded are three different answers.
#[tokio::test]
async fn unknown_and_never_paid_are_told_apart() {
    let world = World::new();
    let staff = world.staff();
    let unknown = staff.call("compensate_checkout_failure", undo(BETH, "pi_nobody_knows")).await;
    assert_eq!(unknown.code(), "PAYMENT_NOT_FOUND");
    assert_eq!(unknown.0["http_status"], 404);

    let asked = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    let waiting = staff.call("process_guest_checkout", asked).await;
    let payment = waiting.details()["payment_intent_id"].as_str().unwrap().to_owned();
    let never_paid = staff.call("compensate_checkout_failure", undo(BETH, &payment)).await;
    assert_eq!(never_paid.code(), "PAYMENT_NOT_REFUNDABLE");
    assert_eq!(never_paid.0["http_status"], 422);
    assert_eq!(world.refunds("BK-0001"), 0);
    assert_eq!(world.booking_status("BK-0001"), "Checked In");

    let nobody = staff.call("compensate_checkout_failure", undo("nobody@example.com", "pi_seed_0009")).await;
    assert_eq!(nobody.code(), "GUEST_NOT_FOUND");
    assert_eq!(world.refunds("BK-0009"), 0);
}

#[tokio::test]
async fn of_two_stays_of_one_sale_only_the_one_that_was_paid_is_reopened() {
    let world = World::new();
    let staff = world.staff();
    let wei = "wei.chen@example.com";
    for room in ["102", "103"] {
        staff.done("check_in_guest", json!({"guest_email": wei, "room_number": room})).await;
    }
    let mut payments = vec![];
    for room in ["102", "103"] {
        let arguments = json!({"guest_email": wei, "payment_method_id": "pm_card_visa", "room_number": room});
        let told = staff.call("process_guest_checkout", arguments).await;
        payments.push(told.data()["payment_intent_id"].as_str().unwrap().to_owned());
    }
    let told = staff.call("compensate_checkout_failure", undo(wei, &payments[0])).await;
    assert_eq!(told.data()["booking_number"], "BK-0004");
    assert_eq!(told.data()["stay_reopened"], true);
    assert_eq!(world.booking_status("BK-0004"), "Checked In");
    assert_eq!(world.booking_status("BK-0005"), "Checked Out");
    assert_eq!((world.payments_kept("BK-0004"), world.payments_kept("BK-0005")), (0, 1));
}

/// A payment of Beth's stay that no record of the hotel knows.
fn second_payment(world: &World) {
    let sql = "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, status, charge_id, created_at) \
               SELECT 'pi_second', customer, 29998, currency, ?1, 'BK-0001', 'succeeded', 'ch_second', created_at \
               FROM intents LIMIT 1";
    world.alter("payments.db", sql, [BETH]);
}

#[tokio::test]
async fn the_second_payment_of_a_stay_goes_back_and_the_stay_keeps_its_first() {
    let world = World::new();
    let staff = world.staff();
    let first = paid(&staff, BETH).await;
    second_payment(&world);
    let told = staff.call("compensate_checkout_failure", undo(BETH, "pi_second")).await;
    assert_eq!(told.data()["stay_reopened"], false);
    assert!(told.data()["reason"].as_str().unwrap().contains("paid with another payment"), "{told:?}");
    assert!(!told.data()["actions"].to_string().contains("under review"), "{told:?}");
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    assert_eq!((world.stage("BK-0001").as_str(), world.sale_payment("BK-0001")), ("Closed Won", Some(first)));
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (1, 1));
    Books::open(&world).are_in_order();
    staff.refused("compensate_checkout_failure", undo(BETH, "pi_second"), "ALREADY_REFUNDED").await;
}

#[tokio::test]
async fn a_payment_of_a_booking_that_came_to_nothing_goes_back() {
    let world = World::new()
        .with_booking_status("BK-0001", "Cancelled")
        .with_room("201", "Vacant", None)
        .with_records("UPDATE opportunities SET stage = 'Closed Lost' WHERE id = 1", []);
    second_payment(&world);
    let staff = world.staff();
    staff.refused("compensate_checkout_failure", undo(CARL, "pi_second"), "PAYMENT_NOT_FOUND").await;
    let told = staff.call("compensate_checkout_failure", undo(BETH, "pi_second")).await;
    assert_eq!(
        (&told.data()["stay_reopened"], &told.data()["booking_status"]),
        (&json!(false), &json!("Cancelled"))
    );
    assert_eq!((world.payments_kept("BK-0001"), world.refunds("BK-0001")), (0, 1));
    Books::open(&world).are_in_order();
}
