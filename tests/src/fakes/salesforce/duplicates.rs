//! The standard duplicate rule of every org, simplified: it warns if a contact has the name and phone of another one. For
//! an API a warning is a refusal, unless a header says to save all the same. A rule that blocks always refuses.

use super::refusal::{Refusal, Result};
use super::tables::Row;
use super::transaction::Transaction;
use serde_json::Value;
use std::sync::atomic::Ordering;

/// The header that allows saving, in lower case.
pub(crate) const HEADER: &str = "sforce-duplicate-rule-header";
/// The fields that must be equal for two contacts to be duplicates.
const SAME: [&str; 3] = ["FirstName", "LastName", "Phone"];

/// Whether a request's header allows saving in spite of a warning.
pub(crate) fn allowed(header: Option<&str>) -> bool {
    header
        .is_some_and(|value| value.split(';').any(|part| part.trim().eq_ignore_ascii_case("allowSave=true")))
}

/// Refuses a contact that duplicates another one.
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
