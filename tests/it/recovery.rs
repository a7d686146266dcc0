//! What becomes of calls whose server failed, whose systems did not answer, or whose guest has something to do first.
//! Faults are injected at steps (`HOTEL_FAULTS`); time passes in the files, not in the tests.

mod hands;
mod leases;
mod outcomes;
mod patience;
mod versions;
mod waiting;

use rusqlite::{Connection, Params};
use serde_json::{Value, json};
use tests::{Books, Ran, World};

const BETH: &str = "beth.gibbs@email.com";

/// Beth pays and leaves.
fn checkout(card: &str) -> Value {
    json!({"guest_email": BETH, "payment_method_id": card, "idempotency_token": "leaving"})
}

/// Runs one call in a process of its own, with faults; it may be killed by them.
async fn with_faults(world: &World, faults: &str, tool: &str, arguments: &Value) -> Ran {
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)];
    world.run("staff-server", &["call", tool, &arguments.to_string()], &env, "").await
}

/// Runs one call that is answered.
async fn call(world: &World, tool: &str, arguments: &Value) -> Value {
    with_faults(world, "", tool, arguments).await.json()
}

/// Beth's checkout, killed or not, in a process of its own.
async fn leave(world: &World, faults: &str) -> Ran {
    with_faults(world, faults, "process_guest_checkout", &checkout("pm_card_visa")).await
}

/// Everything unfinished is taken up, as a server would once it is due.
pub(crate) async fn recover(world: &World) -> Value {
    due(world);
    world.run_staff(&["reconcile", "--json"]).await.json()
}

/// Leases and rests are over.
pub(crate) fn due(world: &World) {
    write(
        world,
        "journal.db",
        "UPDATE calls SET lease_until = 0 WHERE outcome IN ('running', 'waiting')",
        [],
    );
}

/// A quarter of an hour passes: the version that began a call has had its time to finish it.
pub(crate) fn a_quarter_of_an_hour_passes(world: &World) {
    let earlier = "strftime('%Y-%m-%dT%H:%M:%fZ', started_at, '-16 minutes')";
    for table in ["calls", "steps"] {
        write(world, "journal.db", &format!("UPDATE {table} SET started_at = {earlier}"), []);
    }
}

/// One statement on a file; says how many rows it changed.
pub(crate) fn write(world: &World, file: &str, sql: &str, params: impl Params) -> usize {
    let connection = Connection::open(world.data().join(file)).expect("a file");
    connection.busy_timeout(std::time::Duration::from_secs(5)).expect("patience");
    connection.execute(sql, params).expect("a statement")
}

/// How the one checkout of this hotel stands in the journal.
fn outcome(world: &World) -> String {
    let sql = "SELECT outcome FROM calls WHERE tool = 'process_guest_checkout'";
    Books::open(world).texts(sql).remove(0)
}

fn paid_and_closed_once(world: &World) {
    assert_eq!(world.payments_taken("BK-0001"), 1, "charged once");
    assert_eq!(world.booking_status("BK-0001"), "Checked Out");
    assert_eq!(world.texted().len(), 1, "one receipt");
    Books::open(world).are_in_order();
}
