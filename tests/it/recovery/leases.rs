//! A lease lasts five seconds, whatever becomes of the clock.

use super::{BETH, call, checkout, leave, paid_and_closed_once, write};
use serde_json::json;
use tests::World;

/// The server was killed, and then the clock was set back: its lease lies far ahead.
async fn killed_before_the_clock_was_set_back(point: &str) -> World {
    let world = World::new();
    assert_eq!(leave(&world, point).await.code, None, "killed");
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(60);
    let sql = "UPDATE calls SET lease_until = ? WHERE outcome = 'running'";
    assert_eq!(write(&world, "journal.db", sql, [later.as_millisecond()]), 1);
    world
}

#[tokio::test]
async fn a_lease_further_ahead_than_a_lease_is_long_has_ended() {
    let world = killed_before_the_clock_was_set_back("close_stay=killed_before").await;
    let report = world.run_staff(&["reconcile", "--json"]).await.json();
    assert_eq!(report["finished"], 1, "{report}");
    paid_and_closed_once(&world);
}

#[tokio::test]
async fn so_its_caller_and_others_with_the_same_booking_go_on_at_once() {
    let world = killed_before_the_clock_was_set_back("close_stay=killed_before").await;
    assert_eq!(call(&world, "process_guest_checkout", &checkout("pm_card_visa")).await["success"], true);
    paid_and_closed_once(&world);

    let world = killed_before_the_clock_was_set_back("close_stay=killed_before").await;
    let other = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    assert_eq!(call(&world, "process_guest_checkout", &other).await["data"]["already_checked_out"], true);
    paid_and_closed_once(&world);

    let world = killed_before_the_clock_was_set_back("confirm_payment=killed_before").await;
    let moved = json!({"booking_number": "BK-0001", "room_number": "202"});
    call(&world, "assign_room", &moved).await;
    paid_and_closed_once(&world);
}

/// A rest may be long, and has an end all the same.
#[tokio::test]
async fn a_rest_that_lies_further_ahead_than_it_is_long_is_over() {
    let world = World::new();
    assert_eq!(leave(&world, "close_stay=unreached!").await.json()["error_code"], "CHECKOUT_PENDING");
    let sql = "UPDATE calls SET lease_until = lease_until + 3600000 WHERE outcome = 'running'";
    assert_eq!(write(&world, "journal.db", sql, []), 1);
    assert_eq!(world.run_staff(&["reconcile", "--json"]).await.json()["finished"], 1);
    paid_and_closed_once(&world);
}

/// A text whose sender died is shown as unknown, and one that rests leaves.
#[tokio::test]
async fn the_outbox_is_not_stopped_by_the_clock_either() {
    for (state, shown) in [("sending", "unknown"), ("staged", "sent")] {
        let world = World::new();
        leave(&world, "").await;
        let far = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(90);
        let sql = "UPDATE outbox SET state = ?1, owner = 'gone', lease_until = ?2";
        assert_eq!(write(&world, "journal.db", sql, (state, far.as_millisecond())), 1);
        world.run_staff(&["reconcile"]).await;
        let texts = tests::Books::open(&world).texts("SELECT state FROM outbox");
        assert_eq!(texts, [shown]);
    }
}
