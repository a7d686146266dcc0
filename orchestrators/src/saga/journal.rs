//! The journal on SQLite. Every write of a running call carries the epoch it was claimed under: who has lost a call
//! writes nothing of it any more.

use crate::persona::{Persona, Recovers};
use crate::saga::SagaError;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use skills::sqlite::{Db, DbError, Durability};
use skills::systems::messages::Sms;
use skills::words::{BookingNumber, Email, Key, stored};
use std::path::Path;

const MIGRATIONS: &[&str] = &[include_str!("journal/schema.sql")];

/// How long a claim holds without being renewed: a killed server's calls are taken over soon.
pub(crate) const LEASE_MS: i64 = 5_000;

/// The journal of all calls of one folder.
pub struct Journal {
    db: Db,
}

/// A call as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewCall {
    pub(crate) tool: &'static str,
    pub(crate) persona: &'static str,
    pub(crate) caller: String,
    pub(crate) acting_guest: Option<Email>,
    pub(crate) token: String,
    pub(crate) explicit_token: bool,
    pub(crate) arguments: Value,
    pub(crate) guest_email: Option<String>,
    pub(crate) booking_number: Option<String>,
    pub(crate) systems: String,
    pub(crate) started_at: Timestamp,
}

impl NewCall {
    fn fingerprint(&self) -> Key {
        Key::derived(&[self.tool, &self.arguments.to_string()])
    }
}

/// A call this process holds.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) id: i64,
    pub(crate) epoch: i64,
    pub(crate) tool: String,
    pub(crate) caller: String,
    pub(crate) acting_guest: Option<Email>,
    pub(crate) token: String,
    pub(crate) explicit_token: bool,
    pub(crate) attempt: i64,
    pub(crate) arguments: Value,
    pub(crate) started_at: Timestamp,
    pub(crate) asked_again: i64,
    pub(crate) effects: bool,
    /// The turn of locks when it began; 0 for a call that changed hands.
    pub(crate) turn: i64,
}

/// What a token leads to.
pub(crate) enum Begun {
    /// A new call.
    New(Held),
    /// A call that waited, or whose server died: go on with it.
    Again(Held),
    /// The stored answer.
    Answered(Value),
    /// It is running, here or in another process; if it rests, with what its caller was told.
    Running(Option<Value>),
    /// It is unfinished on other systems than these: only there can it go on.
    Elsewhere,
    /// The token stands for another request of this tool.
    Reused(String),
}

/// How far a step came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StepOutcome {
    Begun,
    Done(Value),
    Refused(Value),
}

/// A step as it stands in the journal.
#[derive(Debug, Clone)]
pub(crate) struct StepRow {
    pub(crate) name: String,
    pub(crate) place: i64,
    pub(crate) input: Key,
    pub(crate) undo: Option<Value>,
    pub(crate) outcome: StepOutcome,
    pub(crate) started_at: Timestamp,
    pub(crate) duration_ms: Option<i64>,
}

/// How a call ends.
#[derive(Debug, Clone)]
pub(crate) struct End {
    pub(crate) outcome: &'static str,
    pub(crate) error_code: Option<String>,
    pub(crate) answer: Value,
    /// The token stands: the call has had an effect.
    pub(crate) bound: bool,
    pub(crate) messages: Vec<(Key, Sms)>,
    pub(crate) about: About,
}

/// What asking for a lock leads to.
pub(crate) enum Lock {
    /// It is ours, and nobody had it since our reading.
    Fresh,
    /// It is ours; somebody had it since our reading.
    Stale(i64),
    /// Another call has it.
    Busy(i64),
}

/// A read, recorded with its outcome in one write before its answer leaves.
#[derive(Debug, Clone)]
pub(crate) struct ReadCall {
    pub(crate) call: NewCall,
    pub(crate) outcome: &'static str,
    pub(crate) error_code: Option<String>,
    pub(crate) rows: Option<i64>,
    pub(crate) finished_at: Timestamp,
}

fn broken(error: &rusqlite::Error) -> SagaError {
    SagaError::Journal(error.to_string())
}

/// The call is ours no longer, or SQLite failed.
enum Lost {
    Lease,
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Lost {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Lost> for SagaError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Lease => Self::LostLease,
            Lost::Sqlite(error) => broken(&error),
        }
    }
}

impl Journal {
    /// Opens the journal in `folder`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, DbError> {
        Ok(Self { db: Db::open(folder.join("journal.db"), MIGRATIONS, |_| Ok(()))? })
    }

    /// Reads from the journal.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SagaError> {
        self.db.read(read).map_err(|error| broken(&error))
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, SagaError> {
        self.db.write(durability, write).await.map_err(|error: rusqlite::Error| broken(&error))
    }

    /// Records a writing call before it runs, or finds what its token already stands for.
    pub(crate) async fn begin(&self, call: NewCall, owner: String) -> Result<Begun, SagaError> {
        self.write(Durability::Relaxed, move |c| begin(c, &call, &owner)).await
    }

    /// Records a read that was answered.
    pub(crate) async fn record_read(&self, read: ReadCall) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "INSERT INTO calls (tool, persona, caller, acting_guest, explicit_token, attempt, fingerprint, \
                       arguments, systems, guest_email, booking_number, started_at, finished_at, outcome, error_code, \
                       rows, bound, effects) VALUES (?, ?, ?, ?, 0, 0, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)";
            c.prepare_cached(sql)?
                .execute(params![
                    read.call.tool,
                    read.call.persona,
                    read.call.caller,
                    read.call.acting_guest,
                    read.call.arguments.to_string(),
                    read.call.systems,
                    read.call.guest_email,
                    read.call.booking_number,
                    stored(read.call.started_at),
                    stored(read.finished_at),
                    read.outcome,
                    read.error_code,
                    read.rows
                ])
                .map(|_| ())
        })
        .await
    }

    /// Records a writing call that was refused before it could begin: unreadable arguments, a reused token.
    pub(crate) async fn record_refusal(
        &self,
        call: NewCall,
        error_code: String,
        answer: Value,
    ) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let id = insert(c, &call, 0, "", 0, false)?;
            c.prepare_cached(
                "UPDATE calls SET outcome = 'refused', error_code = ?2, answer = ?3, finished_at = started_at WHERE id = ?1",
            )?
            .execute(params![id, error_code, answer.to_string()])
            .map(|_| ())
        })
        .await
    }

    /// Takes over a running call whose lease has expired; nobody else gets it.
    pub(crate) async fn claim(&self, id: i64, owner: String) -> Result<Option<Held>, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET epoch = epoch + 1, owner = ?2, lease_until = ?3 \
                       WHERE id = ?1 AND outcome = 'running' AND lease_until < ?4";
            let now = now_ms();
            let taken = c.prepare_cached(sql)?.execute(params![id, owner, now + LEASE_MS, now])?;
            if taken == 1 { held(c, id, 0).map(Some) } else { Ok(None) }
        })
        .await
    }

    /// Running calls whose lease has expired, which began on these systems and may be taken over by this server.
    pub(crate) fn abandoned(&self, recovers: Recovers<'_>, systems: &str) -> Result<Vec<i64>, SagaError> {
        let (persona, guest) = match recovers {
            Recovers::Any => (None, None),
            Recovers::GuestCalls => (Some(Persona::Guest.name()), None),
            Recovers::CallsFor(guest) => (Some(Persona::Guest.name()), Some(guest)),
        };
        let sql = "SELECT id FROM calls WHERE outcome = 'running' AND lease_until < ?1 AND systems = ?2 \
                   AND (?3 IS NULL OR persona = ?3) AND (?4 IS NULL OR acting_guest = ?4) ORDER BY id LIMIT 50";
        self.read(|c| {
            c.prepare_cached(sql)?
                .query_map(params![now_ms(), systems, persona, guest], |row| row.get(0))?
                .collect()
        })
    }

    /// Forgets finished calls made before `moment`, some at a time; says how many. What still needs somebody stays.
    pub(crate) async fn forget_before(&self, moment: Timestamp) -> Result<usize, SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started_at < ? \
                       AND outcome IN ('done', 'refused', 'failed') LIMIT 500)";
            c.prepare_cached(sql)?.execute([stored(moment)])
        })
        .await
    }

    /// Renews the leases of the calls this process runs.
    pub(crate) async fn renew(&self, owner: String, calls: Vec<i64>) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let mut renew = c.prepare_cached(
                "UPDATE calls SET lease_until = ?3 WHERE id = ?1 AND owner = ?2 AND outcome = 'running'",
            )?;
            for id in calls {
                renew.execute(params![id, owner, now_ms() + LEASE_MS])?;
            }
            Ok(())
        })
        .await
    }

    /// What a call did so far.
    pub(crate) fn steps(&self, id: i64) -> Result<Vec<StepRow>, SagaError> {
        let sql = "SELECT name, place, input, undo, outcome, value, started_at, duration_ms FROM steps \
                   WHERE call = ? ORDER BY place";
        self.read(|c| c.prepare_cached(sql)?.query_map([id], step_row)?.collect())
    }

    /// Announces an effect: what was learned since, and the step that begins now with its way back.
    pub(crate) async fn announce(
        &self,
        call: &Held,
        durability: Durability,
        learned: Vec<StepRow>,
        step: StepRow,
        is_effect: bool,
    ) -> Result<(), SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(durability, move |c| {
            let sql = "UPDATE calls SET effects = max(effects, ?3), lease_until = ?4 \
                       WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            still_ours(c.prepare_cached(sql)?.execute(params![
                id,
                epoch,
                is_effect,
                now_ms() + LEASE_MS
            ])?)?;
            for row in learned.iter().chain([&step]) {
                put_step(c, id, row)?;
            }
            Ok(())
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Ends a call: its answer, what it learned, its messages staged, its locks let go.
    pub(crate) async fn finish(&self, call: &Held, learned: Vec<StepRow>, end: End) -> Result<(), SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET outcome = ?3, error_code = ?4, answer = ?5, bound = ?6, finished_at = ?7, \
                       lease_until = 0, guest_email = ifnull(?8, guest_email), \
                       booking_number = ifnull(?9, booking_number) \
                       WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            let now = stored(Timestamp::now());
            let (guest, booking) = (end.about.guest, end.about.booking);
            let row = params![
                id,
                epoch,
                end.outcome,
                end.error_code,
                end.answer.to_string(),
                end.bound,
                now,
                guest,
                booking
            ];
            still_ours(c.prepare_cached(sql)?.execute(row)?)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            for (key, sms) in &end.messages {
                let text = serde_json::to_string(sms).unwrap_or_default();
                c.prepare_cached(
                    "INSERT INTO outbox (call, key, message, state, changed_at) VALUES (?, ?, ?, 'staged', ?) \
                     ON CONFLICT (key) DO NOTHING",
                )?
                .execute(params![id, key, text, now])?;
            }
            release(c, "call = ?", [id])?;
            Ok(())
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Lets go of a call that is to be taken up again later, by whoever comes first.
    pub(crate) async fn suspend(
        &self,
        call: &Held,
        learned: Vec<StepRow>,
        for_ms: i64,
        told: Value,
    ) -> Result<(), SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET owner = NULL, lease_until = ?3, answer = ?4 \
                       WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            still_ours(c.prepare_cached(sql)?.execute(params![
                id,
                epoch,
                now_ms() + for_ms,
                told.to_string()
            ])?)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            Ok(())
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Takes a lock for a call, if nobody else has it.
    pub(crate) async fn lock(&self, call: &Held, key: String, since: i64) -> Result<Lock, SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(Durability::Relaxed, move |c| {
            let sql = "SELECT count(*) FROM calls WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            still_ours(
                c.prepare_cached(sql)?.query_row(params![id, epoch], |row| row.get::<_, u32>(0))? as usize
            )?;
            let row: Option<(Option<i64>, i64)> = c
                .prepare_cached("SELECT call, turn FROM locks WHERE key = ?")?
                .query_row([&key], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            match row {
                Some((Some(holder), _)) if holder == id => return Ok(Lock::Fresh),
                Some((Some(holder), _)) => return Ok(Lock::Busy(holder)),
                _ => {}
            }
            let turn: i64 = c
                .prepare_cached("UPDATE turns SET last = last + 1 RETURNING last")?
                .query_row([], |row| row.get(0))?;
            c.prepare_cached(
                "INSERT INTO locks (key, call, turn) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (key) DO UPDATE SET call = ?2, turn = ?3",
            )?
            .execute(params![key, id, turn])?;
            let stale = row.is_some_and(|(_, last)| last > since);
            Ok(if stale { Lock::Stale(turn) } else { Lock::Fresh })
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Ends the call that holds a lock if nobody is working on it at the moment, and gives the lock to `call`, which from
    /// then on must go forward: it never expires.
    pub(crate) async fn take_over(
        &self,
        call: &Held,
        key: String,
        code: String,
        answer: Value,
    ) -> Result<bool, SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let done = self.db.write(Durability::Forced, move |c| {
            let holder: Option<i64> = c
                .prepare_cached("SELECT call FROM locks WHERE key = ?1 AND call IS NOT NULL AND call <> ?2")?
                .query_row(params![key, id], |row| row.get(0))
                .optional()?;
            let Some(holder) = holder else { return Ok(false) };
            let sql = "UPDATE calls SET outcome = 'refused', error_code = ?2, answer = ?3, finished_at = ?4, \
                       epoch = epoch + 1, bound = 1 WHERE id = ?1 AND outcome = 'running' \
                       AND tool = 'process_guest_checkout' AND effects = 1 AND (owner IS NULL OR lease_until < ?5)";
            let now = stored(Timestamp::now());
            let row = params![holder, code, answer.to_string(), now, now_ms()];
            if c.prepare_cached(sql)?.execute(row)? == 0 {
                return Ok(false);
            }
            let sql = "UPDATE calls SET effects = 1 WHERE id = ?1 AND epoch = ?2 AND outcome = 'running'";
            still_ours(c.prepare_cached(sql)?.execute(params![id, epoch])?)?;
            let sql = "UPDATE locks SET call = ?2, turn = (SELECT last FROM turns) WHERE key = ?1";
            c.prepare_cached(sql)?.execute(params![key, id])?;
            Ok(true)
        });
        done.await.map_err(|lost: Lost| lost.into())
    }

    /// Lets a lock go.
    pub(crate) async fn unlock(&self, call: &Held, key: String) -> Result<(), SagaError> {
        let id = call.id;
        self.write(Durability::Relaxed, move |c| release(c, "key = ? AND call = ?", params![key, id])).await
    }

    /// Whether a call that holds a lock is dead, and whether it had begun an effect.
    pub(crate) fn is_dead(&self, id: i64) -> Result<Option<bool>, SagaError> {
        let sql = "SELECT effects FROM calls WHERE id = ? AND (outcome <> 'running' OR lease_until < ?)";
        self.read(|c| c.prepare_cached(sql)?.query_row(params![id, now_ms()], |row| row.get(0)).optional())
    }

    /// Ends a dead call that had begun no effect, whoever's it was, so that its locks are free.
    pub(crate) async fn bury(&self, id: i64, answer: Value) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            let sql = "UPDATE calls SET outcome = 'failed', error_code = 'INTERNAL_ERROR', answer = ?2, bound = 0, \
                       epoch = epoch + 1, finished_at = ?3 \
                       WHERE id = ?1 AND outcome = 'running' AND effects = 0 AND lease_until < ?4";
            let now = stored(Timestamp::now());
            c.prepare_cached(sql)?.execute(params![id, answer.to_string(), now, now_ms()])?;
            let ended = "call = ?1 AND NOT EXISTS (SELECT 1 FROM calls WHERE id = ?1 AND outcome = 'running')";
            release(c, ended, [id])
        })
        .await
    }
}

/// Whom and what a call turned out to be about.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) guest: Option<Email>,
    pub(crate) booking: Option<BookingNumber>,
}

pub(crate) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Lets locks go. That is a turn too: who read while somebody else held the lock has to read again.
fn release(c: &Connection, which: &'static str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
    let sql = format!("UPDATE locks SET call = NULL, turn = (SELECT last + 1 FROM turns) WHERE {which}");
    if c.prepare_cached(&sql)?.execute(values)? > 0 {
        c.prepare_cached("UPDATE turns SET last = last + 1")?.execute([])?;
    }
    Ok(())
}

/// A moment as it reads when it comes back from the journal, so that a call sees the same time after a crash.
fn as_stored(moment: Timestamp) -> Timestamp {
    stored(moment).parse().unwrap_or(moment)
}

fn still_ours(rows: usize) -> Result<(), Lost> {
    // One row was there to be found or changed: ours.
    if rows == 1 { Ok(()) } else { Err(Lost::Lease) }
}

/// A call that a token stands for.
struct Bound {
    id: i64,
    tool: String,
    fingerprint: String,
    outcome: String,
    answer: Option<Value>,
    lease_until: i64,
    systems: String,
}

fn bound(c: &Connection, caller: &str, token: &str) -> rusqlite::Result<Option<Bound>> {
    let sql = "SELECT id, tool, fingerprint, outcome, answer, lease_until, systems FROM calls \
               WHERE caller = ? AND token = ? AND bound = 1";
    c.prepare_cached(sql)?
        .query_row([caller, token], |row| {
            Ok(Bound {
                id: row.get(0)?,
                tool: row.get(1)?,
                fingerprint: row.get(2)?,
                outcome: row.get(3)?,
                answer: json(row, 4)?,
                lease_until: row.get(5)?,
                systems: row.get(6)?,
            })
        })
        .optional()
}

fn begin(c: &Connection, call: &NewCall, owner: &str) -> rusqlite::Result<Begun> {
    let now = now_ms();
    let Some(found) = bound(c, &call.caller, &call.token)? else {
        let sql = "SELECT count(*) FROM calls WHERE caller = ? AND token = ?";
        let attempt = c.prepare_cached(sql)?.query_row(params![call.caller, call.token], |row| row.get(0))?;
        let id = insert(c, call, attempt, owner, now + LEASE_MS, true)?;
        let turn = c.prepare_cached("SELECT last FROM turns")?.query_row([], |row| row.get(0))?;
        return Ok(Begun::New(Held {
            id,
            epoch: 0,
            tool: call.tool.to_owned(),
            caller: call.caller.clone(),
            acting_guest: call.acting_guest.clone(),
            token: call.token.clone(),
            explicit_token: call.explicit_token,
            attempt,
            arguments: call.arguments.clone(),
            started_at: as_stored(call.started_at),
            asked_again: 0,
            effects: false,
            turn,
        }));
    };
    if found.tool != call.tool || found.fingerprint != call.fingerprint().as_str() {
        return Ok(Begun::Reused(found.tool));
    }
    let waited = found.outcome == "waiting";
    if !waited && found.outcome != "running" {
        return Ok(Begun::Answered(found.answer.unwrap_or_default()));
    }
    if found.systems != call.systems {
        return Ok(Begun::Elsewhere);
    }
    if !waited && found.lease_until >= now {
        return Ok(Begun::Running(found.answer));
    }
    c.prepare_cached(
        "UPDATE calls SET outcome = 'running', epoch = epoch + 1, owner = ?2, lease_until = ?3, \
         asked_again = asked_again + ?4 WHERE id = ?1",
    )?
    .execute(params![found.id, owner, now + LEASE_MS, waited])?;
    held(c, found.id, 0).map(Begun::Again)
}

fn insert(
    c: &Connection,
    call: &NewCall,
    attempt: i64,
    owner: &str,
    lease: i64,
    bound: bool,
) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO calls (tool, persona, caller, acting_guest, token, explicit_token, attempt, fingerprint, \
               arguments, systems, guest_email, booking_number, started_at, outcome, bound, effects, owner, lease_until) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, 0, ?, ?) RETURNING id";
    let row = params![
        call.tool,
        call.persona,
        call.caller,
        call.acting_guest,
        call.token,
        call.explicit_token,
        attempt,
        call.fingerprint(),
        call.arguments.to_string(),
        call.systems,
        call.guest_email,
        call.booking_number,
        stored(call.started_at),
        bound,
        owner,
        lease
    ];
    c.prepare_cached(sql)?.query_row(row, |row| row.get(0))
}

fn held(c: &Connection, id: i64, turn: i64) -> rusqlite::Result<Held> {
    let sql = "SELECT epoch, tool, caller, acting_guest, token, explicit_token, attempt, arguments, started_at, \
               asked_again, effects FROM calls WHERE id = ?";
    c.prepare_cached(sql)?.query_row([id], |row| {
        Ok(Held {
            id,
            epoch: row.get(0)?,
            tool: row.get(1)?,
            caller: row.get(2)?,
            acting_guest: row.get(3)?,
            token: row.get(4)?,
            explicit_token: row.get(5)?,
            attempt: row.get(6)?,
            arguments: json(row, 7)?.unwrap_or_default(),
            started_at: time(row, 8)?,
            asked_again: row.get(9)?,
            effects: row.get(10)?,
            turn,
        })
    })
}

fn put_step(c: &Connection, call: i64, step: &StepRow) -> rusqlite::Result<()> {
    let (outcome, value) = match &step.outcome {
        StepOutcome::Begun => ("begun", None),
        StepOutcome::Done(value) => ("done", Some(value)),
        StepOutcome::Refused(value) => ("refused", Some(value)),
    };
    let sql = "INSERT INTO steps (call, name, place, input, undo, outcome, value, started_at, duration_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (call, name) DO UPDATE SET \
               input = ?4, outcome = ?6, value = ?7, duration_ms = ?9";
    let row = params![
        call,
        step.name,
        step.place,
        step.input,
        step.undo.as_ref().map(Value::to_string),
        outcome,
        value.map(Value::to_string),
        stored(step.started_at),
        step.duration_ms
    ];
    c.prepare_cached(sql)?.execute(row).map(|_| ())
}

fn step_row(row: &Row<'_>) -> rusqlite::Result<StepRow> {
    let value = json(row, 5)?.unwrap_or_default();
    Ok(StepRow {
        name: row.get(0)?,
        place: row.get(1)?,
        input: row.get(2)?,
        undo: json(row, 3)?,
        outcome: match row.get::<_, String>(4)?.as_str() {
            "done" => StepOutcome::Done(value),
            "refused" => StepOutcome::Refused(value),
            _ => StepOutcome::Begun,
        },
        started_at: time(row, 6)?,
        duration_ms: row.get(7)?,
    })
}

fn json(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Value>> {
    Ok(row.get::<_, Option<String>>(at)?.and_then(|text| serde_json::from_str(&text).ok()))
}

fn time(row: &Row<'_>, at: usize) -> rusqlite::Result<Timestamp> {
    let text: String = row.get(at)?;
    text.parse().map_err(|error: jiff::Error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, error.into())
    })
}
