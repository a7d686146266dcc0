//! Calls: recorded before they run, and found again by their token.

use super::forgetting::{FORGOTTEN, forgotten_token};
use super::{Journal, LEASE_MS, is_over, json, now_ms};
use crate::saga::SagaError;
use crate::saga::consent::{Approval, Consent};
use crate::saga::outcome::{Ending, Event, Outcome};
use crate::saga::record::{About, Held};
use crate::telemetry::Requested;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::{Email, Key, stored};

/// How long a used approval is remembered: much longer than any is valid.
const APPROVALS_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A new call, before it is recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewCall {
    pub(crate) tool: &'static str,
    /// For the audit trail, and so that a server finds the calls it may finish.
    pub(crate) persona: String,
    pub(crate) caller: String,
    /// The one person it acts for, if any.
    pub(crate) acts_for: Option<Email>,
    pub(crate) token: String,
    pub(crate) explicit_token: bool,
    pub(crate) arguments: Value,
    /// The arguments as the client gave them, if the person has added to them (which of several bookings is meant).
    pub(crate) given: Option<Value>,
    pub(crate) consent: Consent,
    /// The person's yes that came with this call.
    pub(crate) approval: Option<Approval>,
    pub(crate) about: About,
    pub(crate) systems: String,
    pub(crate) started_at: Timestamp,
    /// The request that made it, for traces.
    pub(crate) requested: Requested,
}

impl NewCall {
    /// What the token stands for: the tool and what the client asked of it.
    pub(crate) fn fingerprint(&self) -> Key {
        Key::derived(&[self.tool, &self.given.as_ref().unwrap_or(&self.arguments).to_string()])
    }
}

/// What the journal has for a token.
pub(crate) enum Begun {
    /// A new call.
    New(Held),
    /// A call that waited, or whose server died: the caller continues it.
    Again(Held),
    /// The stored answer.
    Answered(Value),
    /// It is running, here or in another process; with its caller's last answer, if it rests.
    Running(Option<Value>),
    /// It is unfinished and began on other systems: it can continue only there.
    Elsewhere,
    /// The token stands for another request of this tool.
    Reused(String),
}

impl Journal {
    /// Records a writing call before it runs, or finds the call that its token already stands for.
    pub(crate) async fn begin(&self, call: NewCall, owner: String) -> Result<Begun, SagaError> {
        self.write(Durability::Relaxed, move |c| begin(c, &call, &owner)).await
    }

    /// Records a writing call that was refused before it could begin: unreadable arguments, a reused token.
    pub(crate) async fn record_refusal(
        &self,
        call: NewCall,
        error_code: String,
        answer: Value,
    ) -> Result<(), SagaError> {
        self.write(Durability::Relaxed, move |c| {
            // A no uses the question up too.
            if let Some(approval) = &call.approval {
                is_first_use(c, approval)?;
            }
            let id = insert(c, &call, &Consent::NotAsked, 0, "", 0, false)?;
            let sql = "UPDATE calls SET outcome = ?4, error_code = ?2, answer = ?3, finished_at = started_at WHERE id = ?1";
            let row = params![id, error_code, answer.to_string(), Ending::Refused.outcome()];
            c.prepare_cached(sql)?.execute(row).map(|_| ())
        })
        .await
    }
}

/// A moment with the journal's precision, so that a call sees the same time after a crash.
pub(crate) fn as_stored(moment: Timestamp) -> Timestamp {
    stored(moment).parse().unwrap_or(moment)
}

/// A call that a token stands for.
struct Bound {
    id: i64,
    tool: String,
    fingerprint: String,
    arguments: Value,
    outcome: Outcome,
    answer: Option<Value>,
    /// A process runs it.
    in_hand: bool,
    /// A process had it, and has not said that it rests.
    owned: bool,
    systems: String,
}

fn bound(c: &Connection, caller: &str, token: &str) -> rusqlite::Result<Option<Bound>> {
    // A resting call is tried at once when its caller retries.
    let sql = concat!(
        "SELECT id, tool, fingerprint, outcome, answer, owner IS NOT NULL AND NOT ",
        is_over!("?3"),
        ", systems, arguments, owner IS NOT NULL FROM calls WHERE caller = ?1 AND token = ?2 AND bound = 1"
    );
    c.prepare_cached(sql)?
        .query_row(params![caller, token, now_ms()], |row| {
            Ok(Bound {
                id: row.get(0)?,
                tool: row.get(1)?,
                fingerprint: row.get(2)?,
                outcome: row.get(3)?,
                answer: json(row, 4)?,
                in_hand: row.get(5)?,
                systems: row.get(6)?,
                arguments: json(row, 7)?.unwrap_or_default(),
                owned: row.get(8)?,
            })
        })
        .optional()
}

fn begin(c: &Connection, call: &NewCall, owner: &str) -> rusqlite::Result<Begun> {
    let now = now_ms();
    let Some(found) = bound(c, &call.caller, &call.token)? else {
        let sql = "SELECT (SELECT count(*) FROM calls WHERE caller IN (?1, ?2) AND token IN (?3, ?4)) \
                   + ifnull((SELECT attempts FROM spent_tokens WHERE token = ?4), 0)";
        let forgotten = forgotten_token(&call.caller, &call.token);
        let before = params![call.caller, FORGOTTEN, call.token, forgotten];
        let attempt = c.prepare_cached(sql)?.query_row(before, |row| row.get(0))?;
        let consent = with_approval(c, call, call.consent.clone())?;
        let id = insert(c, call, &consent, attempt, owner, now + LEASE_MS, true)?;
        let turn = c.prepare_cached("SELECT last FROM turns")?.query_row([], |row| row.get(0))?;
        return Ok(Begun::New(Held {
            id,
            epoch: 0,
            tool: call.tool.to_owned(),
            caller: call.caller.clone(),
            acts_for: call.acts_for.clone(),
            token: call.token.clone(),
            attempt,
            arguments: call.arguments.clone(),
            started_at: as_stored(call.started_at),
            asked_again: 0,
            effects: false,
            consent,
            turn,
            tries: 0,
            by_recovery: false,
            died: false,
            trace: call.requested.trace.clone(),
        }));
    };
    // What the person added must be the same too, if this call adds anything.
    let is_same = call.given.is_none() || found.arguments == call.arguments;
    if found.tool != call.tool || found.fingerprint != call.fingerprint().as_str() || !is_same {
        return Ok(Begun::Reused(found.tool));
    }
    let Ok(resumed) = found.outcome.next(Event::Resumes) else {
        let sql = "UPDATE calls SET replays = replays + 1, last_replayed_at = ?2 WHERE id = ?1";
        c.prepare_cached(sql)?.execute(params![found.id, stored(skills::clock::now())])?;
        return Ok(Begun::Answered(found.answer.unwrap_or_default()));
    };
    let waited = found.outcome == Outcome::Waiting;
    if found.systems != call.systems {
        return Ok(Begun::Elsewhere);
    }
    if !waited && found.in_hand {
        return Ok(Begun::Running(found.answer));
    }
    c.prepare_cached(
        "UPDATE calls SET outcome = ?6, epoch = epoch + 1, owner = ?2, lease_until = ?3, lease_ms = ?5, \
         asked_again = asked_again + ?4, recoveries = recoveries + (1 - ?4) WHERE id = ?1",
    )?
    .execute(params![found.id, owner, now + LEASE_MS, waited, LEASE_MS, resumed])?;
    let mut held = held(c, found.id, false, !waited && found.owned)?;
    if call.approval.is_some() {
        held.consent = with_approval(c, call, held.consent)?;
        let sql = "UPDATE calls SET consent = ?2 WHERE id = ?1";
        c.prepare_cached(sql)?.execute(params![found.id, written(&held.consent)])?;
    }
    Ok(Begun::Again(held))
}

/// What the person has agreed to, with the yes that came with the call, if that was not used before.
fn with_approval(c: &Connection, call: &NewCall, mut consent: Consent) -> rusqlite::Result<Consent> {
    if let (Some(approval), Consent::Asked(yes)) = (&call.approval, &mut consent)
        && is_first_use(c, approval)?
    {
        yes.push(approval.question.clone());
    }
    Ok(consent)
}

/// Uses an answer up; returns whether it had not been used before.
fn is_first_use(c: &Connection, approval: &Approval) -> rusqlite::Result<bool> {
    c.prepare_cached("DELETE FROM approvals WHERE used_at < ?")?.execute([now_ms() - APPROVALS_KEPT_MS])?;
    let sql = "INSERT INTO approvals (nonce, used_at) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING";
    Ok(c.prepare_cached(sql)?.execute(params![approval.nonce, now_ms()])? > 0)
}

/// What the person has agreed to, as it is stored; nothing for the usual call, whose person is not asked.
fn written(consent: &Consent) -> Option<String> {
    (*consent != Consent::NotAsked).then(|| serde_json::to_string(consent).unwrap_or_default())
}

fn insert(
    c: &Connection,
    call: &NewCall,
    consent: &Consent,
    attempt: i64,
    owner: &str,
    lease: i64,
    bound: bool,
) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO calls (tool, persona, caller, acting_guest, token, explicit_token, attempt, fingerprint, \
               arguments, systems, guest_email, booking_number, started_at, outcome, bound, effects, owner, lease_until, consent, \
               trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?) RETURNING id";
    let row = params![
        call.tool,
        call.persona,
        call.caller,
        call.acts_for,
        call.token,
        call.explicit_token,
        attempt,
        call.fingerprint(),
        call.arguments.to_string(),
        call.systems,
        call.about.person,
        call.about.subject,
        stored(call.started_at),
        Outcome::Running,
        bound,
        owner,
        lease,
        written(consent),
        call.requested.trace.as_ref().and_then(|trace| serde_json::to_string(trace).ok())
    ];
    c.prepare_cached(sql)?.query_row(row, |row| row.get(0))
}

/// A call that changed hands; `died` says that its process has died.
pub(super) fn held(c: &Connection, id: i64, by_recovery: bool, died: bool) -> rusqlite::Result<Held> {
    let sql = "SELECT epoch, tool, caller, acting_guest, token, attempt, arguments, started_at, \
               asked_again, effects, tries, consent, trace FROM calls WHERE id = ?";
    c.prepare_cached(sql)?.query_row([id], |row| {
        Ok(Held {
            id,
            epoch: row.get(0)?,
            tool: row.get(1)?,
            caller: row.get(2)?,
            acts_for: row.get(3)?,
            token: row.get(4)?,
            attempt: row.get(5)?,
            arguments: json(row, 6)?.unwrap_or_default(),
            started_at: row.get(7)?,
            asked_again: row.get(8)?,
            effects: row.get(9)?,
            tries: row.get(10)?,
            consent: consent(row, 11)?,
            turn: 0,
            by_recovery,
            died,
            // A trace that cannot be read is not gone on with.
            trace: row.get::<_, Option<String>>(12)?.and_then(|trace| serde_json::from_str(&trace).ok()),
        })
    })
}

/// A call without it was begun by a version that asked nobody.
pub(super) fn consent(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Consent> {
    let Some(text) = row.get::<_, Option<String>>(at)? else { return Ok(Consent::NotAsked) };
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
    })
}
