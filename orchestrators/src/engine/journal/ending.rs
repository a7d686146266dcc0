//! Calls that a person has seen to: those that needed attention, and unfinished ones that nobody here can go on with.

use super::locks::release;
use super::{Journal, is_over, now_ms};
use crate::saga::SagaError;
use crate::saga::outcome::{Event, Outcome, outcome_is};
use rusqlite::{Connection, params};
use serde_json::Value;
use skills::sqlite::Durability;
use skills::words::stored;

/// What became of the calls of a token that a person says they have seen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenTo {
    /// There are none that needed it.
    None,
    /// They are not listed any more, and hold nothing.
    Done,
    /// One is being worked on at this moment.
    Running,
    /// One took money that was not given back: it is finished or compensated, not ended.
    Paid,
}

/// That a call took money which was not given back, as far as its steps tell.
const PAID: &str = "EXISTS (SELECT 1 FROM steps paid WHERE paid.call = calls.id AND paid.undo IS NOT NULL AND paid.outcome = 'done' \
                    AND json_extract(paid.value, '$.status') = 'succeeded' AND NOT EXISTS (SELECT 1 FROM steps back \
                    WHERE back.call = calls.id AND back.name = 'undo ' || paid.name AND back.outcome = 'done'))";

impl Journal {
    /// Notes that a person has seen to the calls of a token: those that needed attention are not listed any more, and those
    /// that are unfinished end with this answer. Whatever they held is free.
    pub(crate) async fn see_to(&self, token: String, answer: Value) -> Result<SeenTo, SagaError> {
        self.write(Durability::Forced, move |c| see_to(c, &token, &answer.to_string())).await
    }
}

fn see_to(c: &Connection, token: &str, answer: &str) -> rusqlite::Result<SeenTo> {
    let now = stored(skills::clock::now());
    let sql = concat!(
        "UPDATE calls SET resolved_at = ifnull(resolved_at, ?2) WHERE token = ?1 AND ",
        outcome_is!(needs_attention)
    );
    let mut seen_to = c.prepare_cached(sql)?.execute(params![token, now])? > 0;
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
        // Its token is free, unless a step of it may have had an effect that nobody knows of.
        let sql = "UPDATE calls SET outcome = ?4, error_code = 'NEEDS_ATTENTION', answer = ?2, resolved_at = ?3, \
                   finished_at = ?3, because = NULL, owner = NULL, lease_until = 0, epoch = epoch + 1, \
                   bound = EXISTS (SELECT 1 FROM steps WHERE call = calls.id AND outcome = 'begun') WHERE id = ?1";
        c.prepare_cached(sql)?.execute(params![id, answer, now, ended])?;
        release(c, "call = ?", [id])?;
        seen_to = true;
    }
    Ok(if seen_to { SeenTo::Done } else { SeenTo::None })
}
