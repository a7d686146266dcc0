//! A guest who is here asks for something.

use serde_json::{Value, json};
use tests::{World, with};

const BETH: &str = "beth.gibbs@email.com";
const WEI: &str = "wei.chen@example.com";

fn ask(guest: &str, more: Value) -> Value {
    with(json!({"guest_email": guest, "description": "More pillows, please."}), more)
}

/// The case is linked to guest, room and stay.
#[tokio::test]
async fn a_case_is_linked_to_guest_room_and_stay() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("submit_guest_service_request", ask(BETH, json!({}))).await;
    let data = told.data();
    assert_eq!(data["created"], true);
    assert_eq!(data["room_number"], "201");
    assert_eq!(data["booking_number"], "BK-0001");
    assert_eq!(data["guest_email"], BETH);
    assert_eq!(data["status"], "New");
    assert_eq!(data["type"], "Service Request");
    assert_eq!(data["priority"], "Medium");
    assert_eq!(data["subject"], "More pillows, please.");
    let found =
        staff.call("search_cases_on_behalf_of_staff", json!({"case_number": data["case_number"]})).await;
    assert_eq!(found.data()["cases"][0]["booking_number"], "BK-0001");
}

#[tokio::test]
async fn type_and_priority_are_kept_and_a_long_text_is_kept_whole() {
    let world = World::new();
    let guest = world.guest(BETH);
    let text = format!("The toilet is broken. {}", "é".repeat(3_000));
    let request =
        json!({"description": text, "type": "Housekeeping", "priority": "Urgent", "room_number": "201"});
    let told = guest.call("submit_guest_service_request", request).await;
    assert_eq!(told.data()["type"], "Housekeeping");
    assert_eq!(told.data()["priority"], "Urgent");
    assert_eq!(told.data()["description"], text);
    assert_eq!(told.data()["subject"], text.chars().take(255).collect::<String>());
}

/// The guest must be staying in that room.
#[tokio::test]
async fn the_guest_must_be_staying_in_that_room() {
    let world = World::new();
    let staff = world.staff();
    for (arguments, code) in [
        (ask(BETH, json!({"room_number": "101"})), "BOOKING_NOT_FOUND"),
        (ask(BETH, json!({"room_number": "104"})), "BOOKING_NOT_FOUND"),
        (ask(BETH, json!({"room_number": "999"})), "ROOM_NOT_FOUND"),
        (ask("sarah@example.com", json!({})), "BOOKING_NOT_FOUND"),
        (ask("rthompson@example.com", json!({"room_number": "104"})), "BOOKING_NOT_FOUND"),
        (ask("nobody@example.com", json!({})), "GUEST_NOT_FOUND"),
        (ask("bob@bobsplumbing.com", json!({})), "INVALID_CONTACT_TYPE"),
        (ask("manager@dewyhotel.com", json!({})), "INVALID_CONTACT_TYPE"),
    ] {
        let told = staff.call("submit_guest_service_request", arguments.clone()).await;
        assert_eq!(told.code(), code, "{arguments}");
    }
    assert_eq!(world.rows("cases"), 3);
}

#[tokio::test]
async fn two_stays_are_told_apart_by_room() {
    let world = World::new();
    let staff = world.staff();
    for room in ["102", "103"] {
        staff.done("check_in_guest", json!({"guest_email": WEI, "room_number": room})).await;
    }
    let told = staff.call("submit_guest_service_request", ask(WEI, json!({}))).await;
    assert_eq!(told.code(), "MULTIPLE_RESERVATIONS");
    assert_eq!(told.details()["candidates"].as_array().unwrap().len(), 2);
    let one = staff.call("submit_guest_service_request", ask(WEI, json!({"room_number": "102"}))).await;
    assert_eq!(one.data()["booking_number"], "BK-0004");
    let other = staff.call("submit_guest_service_request", ask(WEI, json!({"room_number": "103"}))).await;
    assert_eq!(other.data()["created"], true, "the same words about another room are another request");
}

/// Asking again neither resets nor doubles the case.
#[tokio::test]
async fn the_same_request_on_the_same_day_is_the_case_that_is_open() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("submit_guest_service_request", ask(BETH, json!({}))).await;
    let case = first.data()["case_number"].clone();
    staff.done("manage_case", json!({"case_number": case, "status": "Working"})).await;
    let again = staff.call("submit_guest_service_request", ask(BETH, json!({}))).await;
    assert_eq!(again.data()["created"], false, "a known case is returned");
    assert_eq!(again.data()["case_number"], case);
    assert_eq!(again.data()["status"], "Working", "it is not reset");
    let another = staff.call("submit_guest_service_request", ask(BETH, json!({"type": "Concierge"}))).await;
    assert_eq!(another.data()["created"], true, "another type is another request");
    let new_token = ask(BETH, json!({"idempotency_token": "again-please"}));
    let filed = staff.call("submit_guest_service_request", new_token).await;
    assert_eq!(filed.data()["created"], false, "whatever the token");
    assert_eq!(world.rows("cases"), 5);
}

/// Keyboards put in what nobody sees, and other apostrophes and quotation marks.
#[tokio::test]
async fn the_same_request_typed_on_another_keyboard_is_the_case_that_is_open() {
    let world = World::new();
    let staff = world.staff();
    let wish = |text: &str| ask(BETH, json!({"description": text}));
    let first = staff.call("submit_guest_service_request", wish("Beth's \"red\" bag")).await;
    for text in
        ["Beth\u{2019}s \u{201c}red\u{201d} bag", "\u{200e}beth's \"RED\" bag", "Beth's\u{fe0e} \"red\" bag"]
    {
        let again = staff.call("submit_guest_service_request", wish(text)).await;
        assert_eq!(again.data()["created"], false, "{text:?}");
        assert_eq!(again.data()["case_number"], first.data()["case_number"]);
    }
    let other = staff.call("submit_guest_service_request", wish("Beth's red bag")).await;
    assert_eq!(other.data()["created"], true);
}

#[tokio::test]
async fn once_the_case_is_closed_the_same_request_is_new() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("submit_guest_service_request", ask(BETH, json!({}))).await;
    let case = first.data()["case_number"].clone();
    staff.done("manage_case", json!({"case_number": case, "status": "Closed"})).await;
    let again = staff.call("submit_guest_service_request", ask(BETH, json!({}))).await;
    assert_eq!(again.data()["created"], true);
    assert_ne!(again.data()["case_number"], case);
}

#[tokio::test]
async fn an_open_case_of_an_earlier_day_is_another_request() {
    let world = World::new(); // the seeded one was opened three days ago
    let towels = json!({
        "guest_email": BETH, "type": "Housekeeping", "description": "Two extra bath towels, please."
    });
    let told = world.staff().call("submit_guest_service_request", towels).await;
    assert_eq!(told.data()["created"], true);
}

/// To a guest a room she does not stay in looks the same whether it exists or not.
#[tokio::test]
async fn a_guest_cannot_tell_another_room_from_none() {
    let world = World::new();
    let guest = world.guest(BETH);
    let ask = |room: &str| json!({"room_number": room, "description": "Hello?"});
    let occupied = guest.call("submit_guest_service_request", ask("101")).await;
    let vacant = guest.call("submit_guest_service_request", ask("104")).await;
    let none = guest.call("submit_guest_service_request", ask("999")).await;
    for told in [&occupied, &vacant, &none] {
        assert_eq!(told.code(), "BOOKING_NOT_FOUND");
    }
    let alike = |told: &tests::Told, room: &str| told.0.to_string().replace(room, "ROOM");
    assert_eq!(alike(&occupied, "101"), alike(&none, "999"));
    let other = json!({"guest_email": "carl.smith@example.com", "description": "Hello?"});
    assert_eq!(guest.call("submit_guest_service_request", other).await.code(), "NOT_YOURS");
}

#[tokio::test]
async fn a_text_that_is_too_long_or_empty_is_refused_not_cut() {
    let world = World::new();
    let staff = world.staff();
    for text in [String::new(), "   ".to_owned(), "x".repeat(32_001)] {
        let told = staff.call("submit_guest_service_request", ask(BETH, json!({"description": text}))).await;
        assert_eq!(told.code(), "VALIDATION_ERROR");
        assert_eq!(told.details()["field"], "description");
    }
    let most = ask(BETH, json!({"description": "x".repeat(32_000)}));
    staff.done("submit_guest_service_request", most).await;
}

/// A guest, or whoever has the guest's phone, cannot bury the staff's list. What is open is answered all the same, the desk is not
/// limited, and each request that the staff have seen to makes room for another.
#[tokio::test]
async fn a_guest_has_so_many_open_requests_of_a_day_and_no_more() {
    let world = World::new().with_env("HOTEL_REQUESTS_PER_GUEST", "3");
    let guest = world.guest(BETH);
    let wish = |number: usize, kind: &str| json!({"description": format!("Wish {number}."), "type": kind, "priority": "Urgent"});
    let mut cases = vec![];
    for (number, kind) in ["Housekeeping", "Concierge", "Service Request"].into_iter().enumerate() {
        let told = guest.call("submit_guest_service_request", wish(number, kind)).await;
        assert_eq!(told.data()["created"], true, "the seeded one is of an earlier day");
        cases.push(told.data()["case_number"].clone());
    }
    let before = world.rows("cases");
    let fourth = with(wish(4, "Room Service"), json!({"idempotency_token": "fourth"}));
    let over = guest.call("submit_guest_service_request", fourth.clone()).await;
    assert_eq!((over.code(), over.details()["most"].as_u64()), ("RATE_LIMITED", Some(3)));
    assert_eq!(over.details()["idempotency_token"], "fourth");
    let wait = over.details()["retry_after_seconds"].as_u64().unwrap();
    assert!((1..=24 * 60 * 60).contains(&wait), "until the hotel's next day: {wait}");
    assert_eq!(world.rows("cases"), before);
    let again = guest.call("submit_guest_service_request", wish(1, "Concierge")).await;
    assert_eq!((&again.data()["created"], &again.data()["case_number"]), (&json!(false), &cases[1]));

    let staff = world.staff();
    let by_desk = ask(BETH, json!({"description": "Told to the desk."}));
    assert_eq!(staff.call("submit_guest_service_request", by_desk).await.data()["created"], true);
    for case in &cases[..2] {
        staff.done("manage_case", json!({"case_number": case, "status": "Closed"})).await;
    }
    let told = guest.call("submit_guest_service_request", fourth).await;
    assert_eq!((&told.data()["created"], &told.data()["replayed"]), (&json!(true), &json!(false)));
}
