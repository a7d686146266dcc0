//! A case is opened with what is known.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn towels_for_a_room_need_no_guest() {
    let world = World::new();
    let request = json!({"room_number": "101", "type": "Housekeeping", "description": "Towels."});
    let told = world.staff().call("create_case", request).await;
    assert_eq!(told.data()["created"], true);
    assert_eq!(told.data()["case_number"], "00001004");
    assert_eq!(told.data()["priority"], "Medium");
    assert_eq!(told.data()["room_number"], "101");
    assert!(told.data()["guest_email"].is_null());
    assert!(told.data()["booking_number"].is_null());
}

#[tokio::test]
async fn a_guest_and_the_stay_are_linked_if_known() {
    let world = World::new();
    let staff = world.staff();
    let carl = "carl.smith@example.com";
    let request = |room: &str| json!({"room_number": room, "type": "Concierge", "description": "Taxi.", "guest_email": carl});
    let staying = staff.call("create_case", request("101")).await;
    assert_eq!(staying.data()["booking_number"], "BK-0002");
    let elsewhere = staff.call("create_case", request("104")).await;
    assert_eq!(elsewhere.data()["guest_email"], carl);
    assert!(elsewhere.data()["booking_number"].is_null());
}

#[tokio::test]
async fn every_type_can_be_opened() {
    let world = World::new();
    let staff = world.staff();
    let types = ["Housekeeping", "Room Service", "Concierge", "Service Request", "Maintenance", "Facilities"];
    for case_type in types {
        let request =
            json!({"room_number": "104", "type": case_type, "description": "Please.", "priority": "Low"});
        let told = staff.call("create_case", request).await;
        assert_eq!(told.data()["type"], case_type);
        assert_eq!(told.data()["priority"], "Low");
    }
    let request = json!({"room_number": "104", "type": "Laundry", "description": "Please."});
    assert_eq!(
        staff.call("create_case", request).await.code(),
        "VALIDATION_ERROR",
        "it is no type of a case"
    );
}

#[tokio::test]
async fn no_such_room_and_no_such_guest() {
    let world = World::new();
    let staff = world.staff();
    let room = json!({"room_number": "999", "type": "Concierge", "description": "Taxi."});
    assert_eq!(staff.call("create_case", room).await.code(), "ROOM_NOT_FOUND");
    let guest = json!({
        "room_number": "101", "type": "Concierge", "description": "Taxi.", "guest_email": "nobody@example.com"
    });
    assert_eq!(staff.call("create_case", guest).await.code(), "GUEST_NOT_FOUND");
}

/// The same request made again answers the open case, with this tool too.
#[tokio::test]
async fn the_same_request_is_the_case_that_is_open() {
    let world = World::new();
    let staff = world.staff();
    let request = json!({"room_number": "101", "type": "Housekeeping", "description": "Towels."});
    let first = staff.call("create_case", request.clone()).await;
    let again = staff.call("create_case", request.clone()).await;
    assert_eq!(again.data()["created"], false);
    assert_eq!(again.data()["case_number"], first.data()["case_number"]);
    let mut other = request;
    other["idempotency_token"] = "towels-2".into();
    other["description"] = " TOWELS.\n".into();
    assert_eq!(staff.call("create_case", other.clone()).await.data()["created"], false, "whatever the token");
    other["idempotency_token"] = "towels-3".into();
    other["additional_to"] = json!([first.data()["case_number"]]);
    let second = staff.call("create_case", other.clone()).await;
    assert_eq!(second.data()["created"], true, "another one is meant");
    other["idempotency_token"] = "towels-4".into();
    let told = staff.call("create_case", other).await;
    assert_eq!(told.data()["created"], false, "it does not name the second one");
    assert!(
        told.data()["warnings"][0].as_str().is_some_and(|text| text.contains("additional_to")),
        "{}",
        told.0
    );
    assert_eq!(world.rows("cases"), 5);
}

/// A case that was reworded is what it says now; what it said before is another request.
#[tokio::test]
async fn a_case_that_was_reworded_is_found_by_its_new_words() {
    let world = World::new();
    let staff = world.staff();
    let request = |text: &str, token: &str| json!({"room_number": "101", "type": "Housekeeping", "description": text, "idempotency_token": token});
    let towels = staff.call("create_case", request("Two towels.", "first")).await;
    let number = &towels.data()["case_number"];
    staff.done("manage_case", json!({"case_number": number, "description": "Three towels."})).await;

    let three = staff.call("create_case", request("three  TOWELS.", "second")).await;
    assert_eq!(three.data()["created"], false);
    assert_eq!(three.data()["case_number"], *number);
    let two = staff.call("create_case", request("Two towels.", "third")).await;
    assert_eq!(two.data()["created"], true);
    assert_ne!(two.data()["case_number"], *number);
    assert_eq!(world.rows("cases"), 5);
}
