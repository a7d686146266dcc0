//! The duplicate rule that every org begins with, in short: a contact with the name and the phone of another one is one too
//! many. An alert is heard by an API as a refusal, unless the request says that it saves all the same; a rule that blocks
//! always refuses.

use super::refusal::{Refusal, Result};
use super::tables::Row;
use super::transaction::Transaction;
use serde_json::Value;
use std::sync::atomic::Ordering;

/// The request's say, its name in lower case.
pub(crate) const HEADER: &str = "sforce-duplicate-rule-header";
/// What makes two contacts one.
const SAME: [&str; 3] = ["FirstName", "LastName", "Phone"];

/// Whether a request's header lets it save what an alert is about.
pub(crate) fn allowed(header: Option<&str>) -> bool {
    header
        .is_some_and(|value| value.split(';').any(|part| part.trim().eq_ignore_ascii_case("allowSave=true")))
}

/// Refuses a contact that looks like another one.
pub(crate) fn check(t: &Transaction, id: &str, row: &Row, body: &Row) -> Result<()> {
    let blocks = t.org().blocks_duplicates.load(Ordering::Relaxed);
    if (t.saves_duplicates && !blocks) || !SAME.iter().any(|field| body.contains_key(*field)) {
        return Ok(());
    }
    let traits = |row: &Row| SAME.map(|field| row.get(field).and_then(Value::as_str).map(str::to_lowercase));
    let ours = traits(row);
    let another = |other: &&Row| other.get("Id").and_then(Value::as_str) != Some(id) && traits(other) == ours;
    let alike =
        ours.iter().all(Option::is_some) && t.see(|view| view.rows("Contact").any(|row| another(&row)));
    if alike { Err(Refusal::bad("DUPLICATES_DETECTED", "Use one of these records?")) } else { Ok(()) }
}
