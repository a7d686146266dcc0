//! Calls that another version of the program began, or another hotel: nobody guesses what was meant. They are left to that
//! version for a quarter of an hour (`rolling` has the stories in which it comes).

use super::{a_quarter_of_an_hour_passes, leave, outcome, recover, write};
use serde_json::{Value, json};
use tests::World;

async fn killed_while_closing() -> World {
    let world = World::new().in_the_afternoon();
    assert_eq!(leave(&world, "close_stay=killed_inside").await.code, None, "killed");
    world
}

/// The call is left to the version that began it, and then needs attention.
async fn needs_attention(world: &World) -> Value {
    let found = recover(world).await;
    assert_eq!(found["needs_attention"], json!([]), "{found}");
    let because = "It has steps of another version of this program, which can finish it.";
    assert_eq!(found["pending"][0]["waiting_because"], because, "{found}");
    assert_eq!(outcome_of_any(world), "running");
    a_quarter_of_an_hour_passes(world);
    let found = recover(world).await;
    assert_eq!(found["needs_attention"].as_array().map(Vec::len), Some(1), "{found}");
    let sql = "SELECT answer FROM calls WHERE outcome = 'needs_attention'";
    let answer = tests::Books::open(world).texts(sql).remove(0);
    serde_json::from_str::<Value>(&answer).expect("JSON")["details"].clone()
}

fn outcome_of_any(world: &World) -> String {
    tests::Books::open(world).texts("SELECT outcome FROM calls").remove(0)
}

#[tokio::test]
async fn a_step_that_is_no_longer_asked_for_is_shown_with_both_lists() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE steps SET name = 'take_deposit' WHERE name = 'create_customer'", []);
    let details = needs_attention(&world).await;
    let journal = [
        "look_up",
        "find_customers",
        "take_deposit",
        "create_payment_intent",
        "find_stay_intents",
        "confirm_payment",
        "close_stay",
    ];
    assert_eq!(details["steps_in_the_journal"], json!(journal));
    assert_eq!(details["steps_asked_for"], json!(["look_up", "find_customers", "create_customer"]));
    assert_eq!(world.payments_taken("BK-0001"), 1, "nothing further was done");
}

#[tokio::test]
async fn a_step_that_asks_for_something_else_is_not_taken_for_the_same() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE steps SET input = 'another' WHERE name = 'close_stay'", []);
    assert_eq!(needs_attention(&world).await["step"], "close_stay");
    assert_eq!(world.booking_status("BK-0001"), "Checked In");
}

#[tokio::test]
async fn an_outcome_that_cannot_be_read_is_not_guessed() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE steps SET value = '{}' WHERE name = 'create_payment_intent'", []);
    assert_eq!(needs_attention(&world).await["step"], "create_payment_intent");
}

#[tokio::test]
async fn a_saga_nobody_knows_any_more_needs_a_person() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE calls SET tool = 'take_deposit'", []);
    needs_attention(&world).await;
}

/// As in a release whose new tool is called before all servers are of that release.
#[tokio::test]
async fn a_saga_nobody_knows_yet_is_left_to_the_version_that_has_it() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE calls SET tool = 'take_deposit'", []);
    let found = recover(&world).await;
    assert_eq!(
        (&found["needs_attention"], &found["pending"][0]["tool"]),
        (&json!([]), &json!("take_deposit"))
    );
    write(&world, "journal.db", "UPDATE calls SET tool = 'process_guest_checkout'", []);
    recover(&world).await;
    super::paid_and_closed_once(&world);
}

#[tokio::test]
async fn a_call_that_began_on_other_systems_is_left_alone_and_shown() {
    let world = killed_while_closing().await;
    write(&world, "journal.db", "UPDATE calls SET systems = 'another org'", []);
    let found = recover(&world).await;
    assert_eq!(
        (found["finished"].as_i64(), found["pending"][0]["tool"].as_str()),
        (Some(0), Some("process_guest_checkout"))
    );
    assert_eq!(found["pending"][0]["began_on"], "another org");
    let text = world.run_staff(&["reconcile"]).await.stdout;
    assert!(text.contains("began on other systems (another org)") && !text.contains("look again"), "{text}");
    assert_eq!(outcome(&world), "running");
}
