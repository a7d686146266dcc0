//! A page of calls as the journal has them.

use super::texts;
use super::{CallOutcome, SearchToolCalls, StepView, ToolCall, ToolCallList};
use crate::saga::outcome::{Outcome, outcome_is};
use jiff::Timestamp;
use rusqlite::{Connection, Row, ToSql};
use skills::ErrorCode;
use skills::words::{Cursor, SearchText, stored};

impl SearchToolCalls {
    pub(super) fn page(&self, c: &Connection, since: Option<&str>) -> rusqlite::Result<ToolCallList> {
        let limit = usize::from(self.limit.unwrap_or_default().get());
        let mut sql = String::from(
            "SELECT id, tool, persona, caller, token, arguments, guest_email, booking_number, outcome, error_code, \
             started_at, finished_at, rows, answer, replays, last_replayed_at, recoveries, asked_again, because, \
             CASE WHEN owner IS NULL THEN lease_until END FROM calls",
        );
        let mut values: Vec<&dyn ToSql> = Vec::new();
        let before = self.cursor.as_ref().map(|cursor| {
            let (moment, id) = cursor.key().split_once(' ').unwrap_or_default();
            (moment.to_owned(), id.parse::<i64>().unwrap_or(0))
        });
        let tool = self.tool.as_ref().map(SearchText::as_str);
        let mut and = |condition: &'static str| {
            sql.push_str(if sql.contains(" WHERE ") { " AND " } else { " WHERE " });
            sql.push_str(condition);
        };
        if let Some(token) = &self.idempotency_token {
            and("token = ?");
            values.push(token);
        }
        if let Some(email) = &self.guest_email {
            and("guest_email = ?");
            values.push(email);
        }
        if let Some(booking) = &self.booking_number {
            and("booking_number = ?");
            values.push(booking);
        }
        if let Some(tool) = &tool {
            and("tool = ?");
            values.push(tool);
        }
        let outcome = self.outcome.and_then(CallOutcome::one);
        match (&outcome, self.outcome) {
            (Some(outcome), _) => {
                and("outcome = ?");
                values.push(outcome);
            }
            (None, Some(_)) => and(outcome_is!(unfinished)),
            (None, None) => {}
        }
        if let Some(since) = &since {
            and("started_at >= ?");
            values.push(since);
        }
        if let Some((moment, id)) = &before {
            and("(started_at, id) < (?, ?)");
            values.push(moment);
            values.push(id);
        }
        sql.push_str(" ORDER BY started_at DESC, id DESC LIMIT ");
        sql.push_str(&(limit + 1).to_string());
        let rows: rusqlite::Result<Vec<(i64, ToolCall)>> =
            c.prepare_cached(&sql)?.query_map(&*values, |row| Ok((row.get(0)?, call(row)?)))?.collect();
        let mut rows = rows?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|(id, call)| Cursor::after(&format!("{} {id}", call.started_at)));
        let mut tool_calls = Vec::with_capacity(rows.len());
        for (id, mut call) in rows {
            call.steps = steps(c, id)?;
            tool_calls.push(call);
        }
        Ok(ToolCallList { count: tool_calls.len(), tool_calls, next_cursor })
    }
}

fn call(row: &Row<'_>) -> rusqlite::Result<ToolCall> {
    let arguments: String = row.get(5)?;
    let outcome = CallOutcome::of(row.get(8)?);
    // Never is the rule: it is left out.
    let times = |at| row.get(at).map(|times: i64| Some(times).filter(|times| *times > 0));
    let mut arguments = serde_json::from_str(&arguments).unwrap_or_default();
    let mut answer = row.get::<_, Option<String>>(13)?.and_then(|answer| serde_json::from_str(&answer).ok());
    let (guest_wrote, mut truncated) = (texts::guest_wrote(&arguments), vec![]);
    texts::cut("arguments", &mut arguments, &mut truncated);
    if let Some(answer) = &mut answer {
        texts::cut("answer", answer, &mut truncated);
    }
    let pending = outcome == CallOutcome::Pending;
    let error_code: Option<String> = row.get(9)?;
    let mended_by = error_code.as_deref().and_then(ErrorCode::named).map(|code| code.kind().mended_by());
    let because: Option<String> = row.get(18)?;
    let next_try_at: Option<i64> = row.get(19)?;
    Ok(ToolCall {
        mended_by: mended_by.map(str::to_owned),
        waiting_because: because.clone().filter(|_| pending),
        refused_because: because.filter(|_| !pending),
        next_try_at: next_try_at
            .filter(|at| pending && *at > 0)
            .and_then(|at| Timestamp::from_millisecond(at).ok())
            .map(stored),
        tool: row.get(1)?,
        persona: row.get(2)?,
        caller: row.get(3)?,
        idempotency_token: row.get(4)?,
        arguments,
        guest_email: row.get(6)?,
        booking_number: row.get(7)?,
        outcome,
        error_code,
        started_at: row.get(10)?,
        finished_at: row.get(11)?,
        rows: row.get(12)?,
        answer,
        replays: times(14)?,
        last_replayed_at: row.get(15)?,
        recoveries: times(16)?,
        asked_again: times(17)?,
        steps: vec![],
        guest_wrote,
        truncated,
    })
}

fn steps(c: &Connection, call: i64) -> rusqlite::Result<Vec<StepView>> {
    let sql = "SELECT name, outcome, started_at, duration_ms FROM (\
               SELECT 0 AS kind, place, name, outcome, started_at, duration_ms FROM steps WHERE call = ?1 \
               UNION ALL SELECT 1, id, 'send_sms', ifnull(delivery, state), changed_at, NULL FROM outbox WHERE call = ?1) ORDER BY kind, place";
    c.prepare_cached(sql)?
        .query_map([call], |row| {
            Ok(StepView {
                name: row.get(0)?,
                outcome: row.get(1)?,
                started_at: row.get(2)?,
                duration_ms: row.get(3)?,
            })
        })?
        .collect()
}

impl CallOutcome {
    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Running | Outcome::Waiting => Self::Pending,
            Outcome::Done => Self::Done,
            Outcome::Refused => Self::Refused,
            Outcome::Failed => Self::Failed,
            Outcome::NeedsAttention => Self::NeedsAttention,
        }
    }

    /// The one outcome that it is; none where it is several.
    const fn one(self) -> Option<Outcome> {
        match self {
            Self::Done => Some(Outcome::Done),
            Self::Refused => Some(Outcome::Refused),
            Self::Failed => Some(Outcome::Failed),
            Self::Pending => None,
            Self::NeedsAttention => Some(Outcome::NeedsAttention),
        }
    }
}
