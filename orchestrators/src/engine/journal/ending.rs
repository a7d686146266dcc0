//! Calls that a person clears: those that need attention, those that an outage ended, and unfinished ones that cannot
//! continue here.

use super::locks::release;
use super::{Journal, is_over, now_ms};
use crate::saga::SagaError;
use crate::saga::outcome::{Event, Outcome, outcome_is};
use rusqlite::{Connection, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::stored;

/// The result of clearing the calls of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenTo {
    /// No call of the token needed it.
    None,
    /// They are no longer listed, and hold no locks.
    Done,
    /// A process is working on one of them.
    Running,
    /// One took money and did not give it back: it must be finished or compensated, not ended.
    Paid,
}

/// SQL: a call took money and did not give it back, as its steps show.
const PAID: &str = "EXISTS (SELECT 1 FROM steps paid WHERE paid.call = calls.id AND paid.undo IS NOT NULL AND paid.outcome = 'done' \
                    AND json_extract(paid.value, '$.status') = 'succeeded' AND NOT EXISTS (SELECT 1 FROM steps back \
                    WHERE back.call = calls.id AND back.name = 'undo ' || paid.name AND back.outcome = 'done'))";

impl Journal {
    /// Records that a person has cleared the calls of a token: those that needed attention, and those that an outage ended,
    /// are no longer listed; unfinished ones end with this answer. Their locks are released.
    pub(crate) async fn see_to(&self, token: String, answer: Value) -> Result<SeenTo, SagaError> {
        self.write(Durability::Forced, move |c| see_to(c, &token, &answer.to_string())).await
    }
}

fn see_to(c: &Connection, token: &str, answer: &str) -> rusqlite::Result<SeenTo> {
    let now = stored(skills::clock::now());
    let sql = concat!(
        "UPDATE calls SET resolved_at = ifnull(resolved_at, ?2) WHERE token = ?1 AND (outcome = ?3 OR ",
        outcome_is!(needs_attention),
        ")"
    );
    let mut seen_to = c.prepare_cached(sql)?.execute(params![token, now, Outcome::Failed])? > 0;
    let sql = format!(
        concat!(
            "SELECT id, outcome, ",
            outcome_is!(running),
            " AND owner IS NOT NULL AND NOT ",
            is_over!("?2"),
            ", {paid} FROM calls WHERE token = ?1 AND ",
            outcome_is!(unfinished)
        ),
        paid = PAID
    );
    let open = c
        .prepare_cached(&sql)?
        .query_map(params![token, now_ms()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<rusqlite::Result<Vec<(i64, Outcome, bool, bool)>>>()?;
    for (id, outcome, running, paid) in open {
        if running || paid {
            return Ok(if running { SeenTo::Running } else { SeenTo::Paid });
        }
        let Ok(ended) = outcome.next(Event::IsEndedByHand) else { continue };
        // The token is free again, unless a step may have had an effect with an unknown outcome.
        let sql = "UPDATE calls SET outcome = ?4, error_code = 'NEEDS_ATTENTION', answer = ?2, resolved_at = ?3, \
                   finished_at = ?3, because = NULL, owner = NULL, lease_until = 0, epoch = epoch + 1, \
                   bound = EXISTS (SELECT 1 FROM steps WHERE call = calls.id AND outcome = 'begun') WHERE id = ?1";
        c.prepare_cached(sql)?.execute(params![id, answer, now, ended])?;
        release(c, "call = ?", [id])?;
        seen_to = true;
    }
    Ok(if seen_to { SeenTo::Done } else { SeenTo::None })
}
