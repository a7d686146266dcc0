//! Direct access to the journal: what a call did, how it is made old, and how its end is cut off.

use super::worker::{is_elsewhere, worker};
use crate::World;
use rusqlite::{Connection, params};

/// How often one looks whether a Restate server has sent the texts.
const MOST_LOOKS: usize = 500;

/// A step, as the journal stores it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) name: String,
    place: i64,
}

/// The journal with the messages beside it.
fn open(world: &World) -> Connection {
    world.copy_journal();
    let journal = Connection::open(world.data().join("journal.db")).expect("a journal");
    if world.systems().is_none() {
        let messages = world.data().join("messages.db");
        journal.execute("ATTACH ? AS messages", [messages.to_str().expect("a path")]).expect("messages");
    }
    journal
}

fn last_call(journal: &Connection, token: &str) -> i64 {
    let sql = "SELECT max(id) FROM calls WHERE token = ?";
    journal.query_row(sql, [token], |row| row.get(0)).expect("a call")
}

/// The steps of the last call with this token, in the order in which they began; none if it was never made. The step that
/// takes a checkout over is left out: it is one transaction of the journal, so no fault can strike inside it.
pub(super) fn steps(world: &World, token: &str) -> Vec<Step> {
    let journal = open(world);
    let sql = "SELECT name, place FROM steps WHERE call = (SELECT max(id) FROM calls WHERE token = ?) \
               AND name <> 'take_over_checkout' ORDER BY place";
    let mut statement = journal.prepare(sql).expect("a statement");
    let step = |row: &rusqlite::Row<'_>| Ok(Step { name: row.get(0)?, place: row.get(1)? });
    statement.query_map([token], step).expect("steps").collect::<Result<_, _>>().expect("steps")
}

/// The statuses of the texts of the last call with this token.
pub(super) fn fates_of_texts(world: &World, token: &str) -> Vec<String> {
    let journal = open(world);
    let mut statement =
        journal.prepare("SELECT state FROM outbox WHERE call = ? ORDER BY id").expect("a statement");
    let call = last_call(&journal, token);
    statement.query_map([call], |row| row.get(0)).expect("texts").collect::<Result<_, _>>().expect("texts")
}

/// Whether any call is unfinished.
pub(super) fn is_unfinished(world: &World) -> bool {
    let sql = "SELECT EXISTS (SELECT 1 FROM calls WHERE outcome = 'running')";
    open(world).query_row(sql, [], |row| row.get(0)).expect("an answer")
}

/// Waits until no text is on its way any more, on a Restate server, which sends them after the answer.
pub(super) async fn texts_are_sent(world: &World) {
    if !is_elsewhere() {
        return;
    }
    let on_their_way = "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('staged', 'sending'))";
    for _ in 0..MOST_LOOKS {
        world.copy_journal();
        if !open(world).query_row(on_their_way, [], |row| row.get::<_, bool>(0)).expect("an answer") {
            return;
        }
        worker().await.plays_with("").await;
    }
}

/// Ends the leases of dead processes and the pauses of pending calls.
pub(super) fn let_time_pass(world: &World) {
    if is_elsewhere() {
        return; // a Restate server has timers of its own
    }
    open(world)
        .execute_batch(
            "UPDATE calls SET lease_until = 0 WHERE outcome = 'running'; \
             UPDATE outbox SET lease_until = 0 WHERE state IN ('staged', 'sending');",
        )
        .expect("aged");
}

/// Cuts the journal off where the step had begun. A step that only reads has left no entry there yet.
pub(super) fn cut(world: &World, token: &str, step: &str, reads: bool) {
    let journal = open(world);
    let call = last_call(&journal, token);
    let place: i64 = journal
        .query_row("SELECT place FROM steps WHERE call = ? AND name = ?", params![call, step], |row| {
            row.get(0)
        })
        .expect("the step");
    let run = |sql: &str, params: &[i64]| {
        journal.execute(sql, rusqlite::params_from_iter(params)).expect("a cut");
    };
    run("DELETE FROM steps WHERE call = ? AND place > ?", &[call, place]);
    if reads {
        run("DELETE FROM steps WHERE call = ? AND place = ?", &[call, place]);
    } else {
        run("UPDATE steps SET outcome = 'begun', value = NULL WHERE call = ? AND place = ?", &[call, place]);
    }
    // Texts are sent after the end of the call, so these have not been sent yet.
    match world.systems() {
        Some(systems) => {
            let sql = "SELECT json_extract(message, '$.body') FROM outbox WHERE call = ?";
            let mut statement = journal.prepare(sql).expect("a statement");
            let texts = statement.query_map([call], |row| row.get(0)).expect("texts");
            let texts: Vec<String> = texts.collect::<Result<_, _>>().expect("texts");
            systems.twilio.unsend(|sent| !texts.iter().any(|text| sent["body"] == text.as_str()));
        }
        None => {
            run(
                "DELETE FROM messages.messages WHERE key IN (SELECT key FROM outbox WHERE call = ?)",
                &[call],
            );
        }
    }
    run("DELETE FROM outbox WHERE call = ?", &[call]);
    let unfinished = "UPDATE calls SET outcome = 'running', answer = NULL, error_code = NULL, finished_at = NULL, \
                      lease_until = 0, bound = 1 WHERE id = ?";
    run(unfinished, &[call]);
}

/// The steps that began later than this one.
pub(super) fn after<'a>(steps: &'a [Step], one: &Step) -> impl Iterator<Item = &'a Step> {
    let place = one.place;
    steps.iter().filter(move |step| step.place > place)
}
