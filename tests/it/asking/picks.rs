//! Several bookings fit: the person picks one.

use super::*;
use tests::World;

const WEI: &str = "wei.chen@example.com";

#[tokio::test]
async fn the_person_picks_the_reservation_and_the_token_stands_for_what_was_asked() {
    let world = World::new();
    let staff = world.staff();
    let arguments = json!({"guest_email": WEI, "idempotency_token": "wei"});
    let Came::Question { says, asked, state } = call(&staff, "check_in_guest", &arguments).await else {
        panic!("the person is asked which one")
    };
    assert!(says.contains("Which one is meant?"), "{says}");
    let lines = asked["params"]["requestedSchema"]["properties"]["booking_number"]["oneOf"].clone();
    assert_eq!(lines.as_array().map(Vec::len), Some(2), "{asked}");
    let picked = json!({"action": "accept", "content": {"booking_number": "BK-0005"}});
    let told = said(&staff, "check_in_guest", &arguments, &state, picked).await.answer();
    assert_eq!(told.data()["booking_number"], "BK-0005", "{}", told.0);
    let again = call(&staff, "check_in_guest", &arguments).await.answer();
    assert_eq!(
        (again.data()["booking_number"].as_str(), again.data()["replayed"].as_bool()),
        (Some("BK-0005"), Some(true))
    );
}

#[tokio::test]
async fn a_person_who_picks_none_leaves_the_choice_to_the_agent() {
    let staff = World::new().staff();
    let arguments = json!({"guest_email": WEI});
    let (_, state) = call(&staff, "check_in_guest", &arguments).await.question();
    let told = said(&staff, "check_in_guest", &arguments, &state, json!({"action": "cancel"})).await.answer();
    assert_eq!(told.code(), "MULTIPLE_RESERVATIONS");
}

#[tokio::test]
async fn somebody_elses_booking_cannot_be_picked() {
    let world = World::new();
    let wei = world.guest(WEI);
    let (_, state) = call(&wei, "check_in_guest", &json!({})).await.question();
    let picked = json!({"action": "accept", "content": {"booking_number": "BK-0003"}});
    let told = said(&wei, "check_in_guest", &json!({}), &state, picked).await.answer();
    assert!(!told.succeeded() && told.code() != "MULTIPLE_RESERVATIONS", "{}", told.0);
}

/// A checkout with two stays asks twice: which one, and whether to charge it.
#[tokio::test]
async fn a_choice_is_followed_by_the_question_about_the_money() {
    let staff = World::new().staff();
    for booking in ["BK-0004", "BK-0005"] {
        staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": booking})).await;
    }
    let (_, state) = call(&staff, CHECKOUT, &leave(WEI)).await.question();
    let picked = json!({"action": "accept", "content": {"booking_number": "BK-0005"}});
    let (says, state) = said(&staff, CHECKOUT, &leave(WEI), &state, picked).await.question();
    assert!(says.contains("BK-0005") && says.contains("Visa"), "{says}");
    let told = yes(&staff, CHECKOUT, &leave(WEI), &state).await.answer();
    assert_eq!(
        (told.data()["booking_number"].as_str(), told.data()["status"].as_str()),
        (Some("BK-0005"), Some("Checked Out"))
    );
    assert_eq!(charged(&staff, "BK-0004").await, None);
}

/// One question, two answers: the second is no repetition of the first.
#[tokio::test]
async fn two_picks_from_one_question_are_not_one_call() {
    let staff = World::new().staff();
    let arguments = json!({"guest_email": WEI});
    let (_, state) = call(&staff, "check_in_guest", &arguments).await.question();
    let pick = |booking: &str| json!({"action": "accept", "content": {"booking_number": booking}});
    let told = said(&staff, "check_in_guest", &arguments, &state, pick("BK-0004")).await.answer();
    assert_eq!(told.data()["booking_number"], "BK-0004", "{}", told.0);
    let told = said(&staff, "check_in_guest", &arguments, &state, pick("BK-0005")).await.answer();
    assert_eq!(told.code(), "IDEMPOTENCY_TOKEN_REUSED", "{}", told.0);
    let told = said(&staff, "check_in_guest", &arguments, &state, pick("BK-0004")).await.answer();
    assert_eq!(told.data()["replayed"], true, "{}", told.0);
}
