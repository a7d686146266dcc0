//! A page of the audit trail: calls from the journal, newest first, each with its steps and messages.

use super::{Journal, json};
use crate::saga::SagaError;
use crate::saga::outcome::{Outcome, outcome_is};
use rusqlite::{Connection, Row, ToSql};
use serde_json::Value;

/// The filters of a page; a call must match all that are given.
#[derive(Debug, Default)]
pub(crate) struct PageQuery {
    pub(crate) token: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) tool: Option<String>,
    pub(crate) outcome: Option<Outcome>,
    /// Only running or waiting calls.
    pub(crate) unfinished: bool,
    /// Made then or later, in the journal's time format.
    pub(crate) since: Option<String>,
    /// Made before this call.
    pub(crate) before: Option<(String, i64)>,
    pub(crate) limit: usize,
}

/// A call of a page.
pub(crate) struct PageRow {
    pub(crate) id: i64,
    pub(crate) tool: String,
    pub(crate) persona: String,
    pub(crate) caller: String,
    pub(crate) token: Option<String>,
    pub(crate) arguments: Value,
    pub(crate) person: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) error_code: Option<String>,
    pub(crate) started_at: String,
    pub(crate) finished_at: Option<String>,
    pub(crate) rows: Option<i64>,
    pub(crate) answer: Option<Value>,
    pub(crate) replays: i64,
    pub(crate) last_replayed_at: Option<String>,
    pub(crate) recoveries: i64,
    pub(crate) asked_again: i64,
    pub(crate) because: Option<String>,
    pub(crate) cancelled_at: Option<String>,
    /// When a call that no process runs is tried next, Unix milliseconds.
    pub(crate) next_try_at: Option<i64>,
    pub(crate) steps: Vec<StepOfPage>,
}

/// A step of the call, or a message it sent.
pub(crate) struct StepOfPage {
    pub(crate) name: String,
    pub(crate) outcome: String,
    pub(crate) started_at: String,
    pub(crate) duration_ms: Option<i64>,
}

/// A page, and whether there are more.
pub(crate) struct Page {
    pub(crate) rows: Vec<PageRow>,
    pub(crate) more: bool,
}

/// SQL: what [`call`] reads of a call.
pub(super) const COLUMNS: &str = "id, tool, persona, caller, token, arguments, guest_email, booking_number, outcome, error_code, \
     started_at, finished_at, rows, answer, replays, last_replayed_at, recoveries, asked_again, because, \
     CASE WHEN owner IS NULL THEN lease_until END, cancelled_at";
/// How many they are.
pub(super) const HOW_MANY: usize = 21;

impl Journal {
    /// A page of calls, the latest reads among them. Read in a thread of its own: a trail may be long.
    pub(crate) async fn page(&self, query: PageQuery) -> Result<Page, SagaError> {
        self.sort_reads().await;
        let journal = self.clone();
        let asked = tokio::task::spawn_blocking(move || journal.read(|c| page(c, &query))).await;
        asked.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
    }
}

fn page(c: &Connection, query: &PageQuery) -> rusqlite::Result<Page> {
    let mut conditions: Vec<&'static str> = vec![];
    let mut values: Vec<&dyn ToSql> = vec![];
    let texts = [
        ("token = ?", &query.token),
        ("guest_email = ?", &query.person),
        ("booking_number = ?", &query.subject),
        ("tool = ?", &query.tool),
        ("started_at >= ?", &query.since),
    ];
    for (condition, text) in texts.iter().filter(|(_, text)| text.is_some()) {
        conditions.push(condition);
        values.push(*text);
    }
    if let Some(outcome) = &query.outcome {
        conditions.push("outcome = ?");
        values.push(outcome);
    }
    if query.unfinished {
        conditions.push(outcome_is!(unfinished));
    }
    if let Some((moment, id)) = &query.before {
        conditions.push("(started_at, id) < (?, ?)");
        values.push(moment);
        values.push(id);
    }
    let condition = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
    let sql = format!(
        "SELECT {COLUMNS} FROM calls WHERE {condition} ORDER BY started_at DESC, id DESC LIMIT {}",
        query.limit + 1
    );
    let rows = c.prepare_cached(&sql)?.query_map(&*values, call)?.collect::<rusqlite::Result<Vec<_>>>();
    let mut rows = rows?;
    let more = rows.len() > query.limit;
    rows.truncate(query.limit);
    for row in &mut rows {
        row.steps = steps(c, row.id)?;
    }
    Ok(Page { rows, more })
}

/// A call of a page, without its steps.
pub(super) fn call(row: &Row<'_>) -> rusqlite::Result<PageRow> {
    Ok(PageRow {
        id: row.get(0)?,
        tool: row.get(1)?,
        persona: row.get(2)?,
        caller: row.get(3)?,
        token: row.get(4)?,
        arguments: json(row, 5)?.unwrap_or_default(),
        person: row.get(6)?,
        subject: row.get(7)?,
        outcome: row.get(8)?,
        error_code: row.get(9)?,
        started_at: row.get(10)?,
        finished_at: row.get(11)?,
        rows: row.get(12)?,
        answer: json(row, 13)?,
        replays: row.get(14)?,
        last_replayed_at: row.get(15)?,
        recoveries: row.get(16)?,
        asked_again: row.get(17)?,
        because: row.get(18)?,
        next_try_at: row.get(19)?,
        cancelled_at: row.get(20)?,
        steps: vec![],
    })
}

/// The steps of a call, and after them its messages.
pub(super) fn steps(c: &Connection, call: i64) -> rusqlite::Result<Vec<StepOfPage>> {
    let sql = "SELECT name, outcome, started_at, duration_ms FROM (\
               SELECT 0 AS kind, place, name, outcome, started_at, duration_ms FROM steps WHERE call = ?1 \
               UNION ALL SELECT 1, id, 'send_sms', ifnull(delivery, state), changed_at, NULL FROM outbox WHERE call = ?1) \
               ORDER BY kind, place";
    let row = |row: &Row<'_>| {
        Ok(StepOfPage {
            name: row.get(0)?,
            outcome: row.get(1)?,
            started_at: row.get(2)?,
            duration_ms: row.get(3)?,
        })
    };
    c.prepare_cached(sql)?.query_map([call], row)?.collect()
}
