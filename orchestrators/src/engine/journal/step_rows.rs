//! Steps as rows.

use super::json;
use crate::saga::record::{StepOutcome, StepRow};
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use skills::words::stored;

/// Writes a step, or its outcome.
pub(super) fn put_step(c: &Connection, call: i64, step: &StepRow) -> rusqlite::Result<()> {
    let value = match &step.outcome {
        StepOutcome::Begun => None,
        StepOutcome::Done(value) | StepOutcome::Refused(value) | StepOutcome::MovedOn(value) => Some(value),
    };
    let sql = "INSERT INTO steps (call, name, place, input, undo, outcome, value, started_at, duration_ms, spent_keys) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (call, name) DO UPDATE SET \
               input = ?4, outcome = ?6, value = ?7, duration_ms = ?9, spent_keys = ?10";
    let row = params![
        call,
        step.name,
        step.place,
        step.input,
        step.undo.as_ref().map(Value::to_string),
        step.outcome.word(),
        value.map(Value::to_string),
        stored(step.started_at),
        step.duration_ms,
        step.spent_keys
    ];
    c.prepare_cached(sql)?.execute(row).map(|_| ())
}

/// Reads a step.
pub(super) fn step_row(row: &Row<'_>) -> rusqlite::Result<StepRow> {
    let value = json(row, 5)?.unwrap_or_default();
    Ok(StepRow {
        name: row.get(0)?,
        place: row.get(1)?,
        input: row.get(2)?,
        undo: json(row, 3)?,
        outcome: match row.get::<_, String>(4)?.as_str() {
            "done" => StepOutcome::Done(value),
            "refused" => StepOutcome::Refused(value),
            "moved_on" => StepOutcome::MovedOn(value),
            _ => StepOutcome::Begun,
        },
        started_at: row.get(6)?,
        duration_ms: row.get(7)?,
        spent_keys: row.get(8)?,
    })
}
