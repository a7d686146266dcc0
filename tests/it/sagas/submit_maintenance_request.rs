//! Something in a room needs repair.

use serde_json::{Value, json};
use tests::{World, day, with};

fn report(room: &str, more: Value) -> Value {
    with(json!({"room_number": room, "description": "The toilet is broken."}), more)
}

/// The manager whom this server acts for reports a repair without giving an e-mail.
#[tokio::test]
async fn a_manager_files_a_case() {
    let world = World::new();
    let told = world.staff().call("submit_maintenance_request", report("201", json!({}))).await;
    let data = told.data();
    assert_eq!(data["created"], true);
    assert_eq!(data["type"], "Maintenance");
    assert_eq!(data["priority"], "Medium");
    assert_eq!(data["guest_email"], "manager@dewyhotel.com");
    assert_eq!(data["room_number"], "201");
    assert_eq!(data["room_status"], "Occupied", "the room stays as it is");
    assert!(data["affected_reservations"].is_null());
}

/// Only a Manager may report a repair.
#[tokio::test]
async fn guests_and_vendors_are_refused() {
    let world = World::new();
    let staff = world.staff();
    for (email, code) in [
        ("beth.gibbs@email.com", "INVALID_CONTACT_TYPE"),
        ("bob@bobsplumbing.com", "INVALID_CONTACT_TYPE"),
        ("nobody@example.com", "GUEST_NOT_FOUND"),
    ] {
        let told =
            staff.call("submit_maintenance_request", report("104", json!({"staff_email": email}))).await;
        assert_eq!(told.code(), code, "{email}");
    }
    let told = staff.call("submit_maintenance_request", report("999", json!({}))).await;
    assert_eq!(told.code(), "ROOM_NOT_FOUND");
    assert_eq!(world.rows("cases"), 3);
}

#[tokio::test]
async fn without_anybody_to_act_for_the_requester_must_be_named() {
    let world = World::new();
    let staff = world.start("staff-server", &[], &[]);
    let told = staff.call("submit_maintenance_request", report("104", json!({}))).await;
    assert_eq!(told.code(), "VALIDATION_ERROR");
    assert_eq!(told.details()["field"], "staff_email");
    let named = report("104", json!({"staff_email": "Manager@DewyHotel.com"}));
    staff.done("submit_maintenance_request", named).await;
}

#[tokio::test]
async fn a_room_is_taken_out_of_use_with_the_case_and_the_affected_are_named() {
    let world = World::new();
    let staff = world.staff();
    let request =
        report("205", json!({"take_room_out_of_use": true, "type": "Facilities", "priority": "High"}));
    let told = staff.call("submit_maintenance_request", request).await;
    assert_eq!(told.data()["room_status"], "Maintenance");
    assert_eq!(told.data()["type"], "Facilities");
    let affected = told.data()["affected_reservations"].as_array().unwrap();
    assert_eq!(affected.len(), 1);
    assert_eq!(affected[0]["booking_number"], "BK-0003");
    assert_eq!(affected[0]["guest_name"], "Sarah Johnson");
    assert_eq!(world.room("205").status, "Maintenance");

    let cleaning = report("106", json!({"take_room_out_of_use": true}));
    let told = staff.call("submit_maintenance_request", cleaning).await;
    assert_eq!(told.data()["room_status"], "Maintenance");
    assert_eq!(told.data()["affected_reservations"], json!([]));
}

/// The next guest of the room is named, however many have booked it since.
#[tokio::test]
async fn the_next_of_many_reservations_are_named_and_the_others_counted() {
    let world = World::new();
    let staff = world.staff();
    for night in 0..55 {
        let email = format!("guest{night}@example.com");
        let book = json!({"guest_email": email, "guest_first_name": "Guest", "guest_last_name": "Booked",
            "room_number": "205", "check_in_date": day(60 - night), "check_out_date": day(61 - night)});
        staff.done("create_booking", book).await;
    }
    let told =
        staff.call("submit_maintenance_request", report("205", json!({"take_room_out_of_use": true}))).await;
    let affected = told.data()["affected_reservations"].as_array().unwrap();
    assert_eq!((affected.len(), &affected[0]["booking_number"]), (50, &json!("BK-0003")));
    let arrivals: Vec<&str> = affected.iter().map(|it| it["check_in_date"].as_str().unwrap()).collect();
    assert!(arrivals.is_sorted(), "{arrivals:?}");
    assert_eq!(
        told.data()["warnings"],
        json!([
            "Room 205 has 6 more reservations after these; search_bookings_on_behalf_of_staff lists all of them."
        ])
    );
}

#[tokio::test]
async fn a_room_in_use_is_not_taken_and_no_case_is_left_behind() {
    let world = World::new();
    let staff = world.staff();
    for room in ["201", "203"] {
        let request = report(room, json!({"take_room_out_of_use": true}));
        let told = staff.call("submit_maintenance_request", request).await;
        assert_eq!(told.code(), "INVALID_TRANSITION", "{room}");
    }
    assert_eq!(world.rows("cases"), 3);
    assert_eq!(world.room("201").status, "Occupied");
}

#[tokio::test]
async fn a_room_under_maintenance_already_gets_its_case() {
    let world = World::new();
    let request = report("107", json!({"take_room_out_of_use": true}));
    let told = world.staff().call("submit_maintenance_request", request).await;
    assert_eq!(told.data()["created"], true);
    assert_eq!(told.data()["room_status"], "Maintenance");
}

/// The same report made again answers the open case, and still takes the room out of use if that was not done.
#[tokio::test]
async fn the_same_report_again_is_the_case_that_is_open() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("submit_maintenance_request", report("104", json!({}))).await;
    let again = report("104", json!({"take_room_out_of_use": true}));
    let told = staff.call("submit_maintenance_request", again).await;
    assert_eq!(told.data()["created"], false);
    assert_eq!(told.data()["case_number"], first.data()["case_number"]);
    assert_eq!(world.room("104").status, "Maintenance");
    assert_eq!(world.rows("cases"), 4);
}
