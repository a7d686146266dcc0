//! A checkout that waits for its guest's bank: recovery finishes it, or gives it up.

use super::{BETH, call, checkout, outcome, paid_and_closed_once, recover, write};
use serde_json::{Value, json};
use tests::{Books, World};

const CARD: &str = "pm_card_authenticationRequired";

async fn asked_to_authenticate() -> World {
    let world = World::new().in_the_afternoon();
    let told = call(&world, "process_guest_checkout", &checkout(CARD)).await;
    assert_eq!(told["error_code"], "PAYMENT_ACTION_REQUIRED");
    world
}

/// What the bank does once its guest has authenticated.
fn guest_authenticates(world: &World) {
    let sql = "UPDATE intents SET status = 'succeeded', charge_id = 'ch_by_the_bank', next_action_url = NULL \
               WHERE status = 'requires_action'";
    assert_eq!(write(world, "payments.db", sql, []), 1);
}

fn an_hour_passes(world: &World) {
    let sql = "UPDATE calls SET started_at = ? WHERE outcome = 'waiting'";
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(61);
    assert_eq!(write(world, "journal.db", sql, [skills::words::stored(then)]), 1);
}

async fn again(world: &World) -> Value {
    call(world, "process_guest_checkout", &checkout(CARD)).await
}

#[tokio::test]
async fn it_is_finished_without_anybody_once_the_guest_has_authenticated() {
    let world = asked_to_authenticate().await;
    guest_authenticates(&world);
    assert_eq!(recover(&world).await["finished"], 1);
    paid_and_closed_once(&world);
    let told = again(&world).await;
    assert_eq!(told["data"]["replayed"], true);
    assert_eq!(told["data"]["transaction_id"], "ch_by_the_bank");
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn until_then_it_waits_and_looking_is_not_authenticating() {
    let world = asked_to_authenticate().await;
    for _ in 0..3 {
        let found = recover(&world).await;
        assert_eq!(found["finished"], 0);
        assert_eq!(found["pending"].as_array().map(Vec::len), Some(1), "{found}");
    }
    assert_eq!((outcome(&world).as_str(), world.payments_taken("BK-0001")), ("waiting", 0));
    assert_eq!(
        again(&world).await["data"]["status"],
        "Checked Out",
        "the same token counts as authenticated"
    );
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn after_an_hour_its_intent_is_given_up_and_the_token_free() {
    let world = asked_to_authenticate().await;
    an_hour_passes(&world);
    assert_eq!(recover(&world).await["finished"], 1);
    let books = Books::open(&world);
    assert_eq!(
        books.count("SELECT count(*) FROM intents WHERE booking = 'BK-0001' AND status = 'canceled'"),
        1
    );
    assert_eq!(world.booking_status("BK-0001"), "Checked In");
    books.are_in_order();
    let told = call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await;
    assert_eq!(told["data"]["replayed"], false, "the same token, another card: a new request");
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn one_paid_at_the_last_moment_is_paid() {
    let world = asked_to_authenticate().await;
    an_hour_passes(&world);
    guest_authenticates(&world);
    recover(&world).await;
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn another_card_pays_instead_and_the_first_request_learns_of_it() {
    let world = asked_to_authenticate().await;
    let other = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    assert_eq!(call(&world, "process_guest_checkout", &other).await["data"]["status"], "Checked Out");
    recover(&world).await;
    paid_and_closed_once(&world);
    assert_eq!(again(&world).await["data"]["already_checked_out"], true);
}

#[tokio::test]
async fn the_guest_was_moved_to_another_room_meanwhile_and_that_one_is_left() {
    let world = asked_to_authenticate().await;
    let moving = json!({"booking_number": "BK-0001", "room_number": "202"});
    assert_eq!(call(&world, "assign_room", &moving).await["success"], true);
    guest_authenticates(&world);
    recover(&world).await;
    paid_and_closed_once(&world);
    assert_eq!(world.room("202").status, "Cleaning");
}

/// The guest authenticated, and before anybody looked staff gave the money back: the token that waited says so, and is not
/// a new payment.
#[tokio::test]
async fn one_that_was_refunded_before_it_was_finished_stays_refunded() {
    for recovered_first in [true, false] {
        let world = asked_to_authenticate().await;
        guest_authenticates(&world);
        let payment = Books::open(&world).texts("SELECT id FROM intents WHERE booking = 'BK-0001'").remove(0);
        let undo = json!({"payment_intent_id": payment, "guest_email": BETH}).to_string();
        let undone = world.run_staff(&["call", "compensate_checkout_failure", &undo]).await.json();
        assert_eq!(undone["data"]["refund_status"], "succeeded", "{undone}");
        if recovered_first {
            recover(&world).await;
        }
        for _ in 0..2 {
            let told = again(&world).await;
            assert_eq!(told["error_code"], "ALREADY_REFUNDED", "{told}");
        }
        assert_eq!(
            (outcome(&world).as_str(), world.booking_status("BK-0001").as_str()),
            ("refused", "Checked In")
        );
        let books = Books::open(&world);
        assert_eq!(books.count(&format!("SELECT count(*) FROM refunds WHERE intent = '{payment}'")), 1);
        assert_eq!(books.count("SELECT count(*) FROM intents WHERE booking = 'BK-0001'"), 1);
        books.are_in_order();
    }
}
