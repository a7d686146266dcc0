//! The scenes of docs/how-it-works.md, played on a throw-away hotel and drawn from its audit trail.

use super::holds;
use super::sequence::{Sequence, steps, text};
use crate::recovery;
use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{Backend, Books, Ran, World};

const PAGE: &str = "docs/how-it-works.md";
const BETH: &str = "beth.gibbs@email.com";

fn embedded() -> World {
    World::on(Backend::Embedded)
}

/// The calls of a tool in the trail, oldest first.
async fn trail(world: &World, tool: &str) -> Vec<Value> {
    let found =
        world.run_staff(&["call", "search_tool_calls", &json!({"tool": tool}).to_string()]).await.json();
    let mut calls = found["data"]["tool_calls"].as_array().expect("calls").clone();
    calls.reverse();
    calls
}

/// What undoes which step, as the journal has it.
fn undos(world: &World) -> Vec<(String, String)> {
    let journal = Connection::open(world.data().join("journal.db")).unwrap();
    let sql = "SELECT name, json_extract(undo, '$.skill') FROM steps WHERE undo IS NOT NULL";
    let mut rows = journal.prepare(sql).unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
}

/// Beth leaves; the person says yes.
async fn leave(world: &World, faults: &str) -> Ran {
    let asked =
        json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"});
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)];
    let call = ["call", "process_guest_checkout", &asked.to_string(), "--yes"];
    world.run("staff-server", &call, &env, "").await
}

/// The call that ended with a question, and the question.
fn question(drawing: &mut Sequence, asked: &Value) {
    let told = text(&asked["answer"], "error_message");
    let charge = told.split("? ").nth(1).and_then(|rest| rest.split(". ").next()).expect("what is charged");
    assert!(charge.contains("299.98 USD"), "{told}");
    drawing.call("first", asked, "process_guest_checkout", &format!("asks the person: {charge}"));
}

#[tokio::test]
async fn how_it_works_shows_a_check_in() {
    let world = embedded();
    let arrived = json!({"idempotency_token": "arriving"}).to_string();
    let env = [("GUEST_EMAIL", "sarah@example.com")];
    let told = world.run("guest-server", &["call", "check_in_guest", &arrived], &env, "").await.json();
    assert_eq!(told["success"], true, "{told}");
    let calls = trail(&world, "check_in_guest").await;
    let mut drawing = Sequence::default();
    let data = &told["data"];
    let answer = format!("room {} is {}", text(data, "room_number"), text(data, "room_status"));
    drawing.call("server", &calls[0], "check_in_guest", &answer);
    holds(PAGE, "check-in", &drawing.finish(&[("client", "Sarah's client"), ("server", "guest-server")]));
}

#[tokio::test]
async fn how_it_works_shows_a_checkout_whose_server_is_killed() {
    let world = embedded();
    assert_eq!(leave(&world, "confirm_payment=killed_after").await.code, None, "killed");
    assert_eq!(
        (world.payments_taken("BK-0001"), world.booking_status("BK-0001")),
        (1, "Checked In".to_owned())
    );
    let calls = trail(&world, "process_guest_checkout").await;
    let [asked, cut] = calls.as_slice() else { panic!("{calls:?}") };
    let mut drawing = Sequence::default();
    question(&mut drawing, asked);
    drawing.undos = undos(&world);
    drawing.line("client->>first: the same call, with the person's yes");
    drawing.line("first->>journal: the call, and the yes");
    assert_eq!(text(cut, "outcome"), "pending");
    drawing.steps("first", steps(cut));
    drawing.line("Note over first,payments: the card is charged, and the server is killed");

    assert_eq!(recovery::recover(&world).await["finished"], 1);
    let calls = trail(&world, "process_guest_checkout").await;
    let [_, ended] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((text(ended, "outcome"), ended["recoveries"].as_i64()), ("done", Some(1)));
    drawing.line("other->>journal: takes the call over, when the first has been silent for 5 s");
    let done = steps(cut).iter().filter(|step| step["outcome"] == "done").count();
    assert_eq!(steps(ended)[..done], steps(cut)[..done], "what was done is not done again");
    drawing.line(&format!("journal-->>other: what the {done} steps that were done answered"));
    drawing.end("other", ended, &steps(ended)[done..], "");
    drawing.line("client->>other: asks again with the same token");
    let told = leave(&world, "").await.json();
    assert_eq!((told["success"].as_bool(), told["data"]["replayed"].as_bool()), (Some(true), Some(true)));
    drawing.line(&format!("other-->>client: the answer, {}", text(&told["data"], "status")));
    assert_eq!((world.payments_taken("BK-0001"), world.texted().len()), (1, 1), "charged once, one receipt");
    Books::open(&world).are_in_order();
    let servers = [("client", "the client"), ("first", "staff-server"), ("other", "another staff-server")];
    holds(PAGE, "crashed checkout", &drawing.finish(&servers));
}

#[tokio::test]
async fn how_it_works_shows_a_checkout_that_is_undone() {
    let world = embedded();
    let told = leave(&world, "close_stay=refused").await.json();
    assert_eq!(told["details"]["undone"], true, "{told}");
    let calls = trail(&world, "process_guest_checkout").await;
    let [_, ended] = calls.as_slice() else { panic!("{calls:?}") };
    let mut drawing = Sequence::default();
    drawing.undos = undos(&world);
    drawing.call(
        "first",
        ended,
        "process_guest_checkout, with the person's yes",
        "refused, and the money is back",
    );
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
    Books::open(&world).are_in_order();
    holds(PAGE, "refused checkout", &drawing.finish(&[("client", "the client"), ("first", "staff-server")]));
}
