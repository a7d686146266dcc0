//! Writes that an outage ended, with every later call for the same: what an operator may have sent again.

use super::Journal;
use super::calls::consent;
use super::page::{COLUMNS, HOW_MANY, PageRow, call, steps};
use crate::saga::SagaError;
use crate::saga::consent::Consent;
use crate::saga::outcome::Outcome;
use rusqlite::{Connection, Row, params};
use skills::words::Email;

/// A writing call, as it would have to be made again.
pub(crate) struct PastWrite {
    /// The call, with its whole arguments.
    pub(crate) call: PageRow,
    /// The one person it acted for, if any.
    pub(crate) acts_for: Option<Email>,
    pub(crate) explicit_token: bool,
    /// No call has an effect under its token: under it the call would be made, not answered.
    pub(crate) is_token_free: bool,
    /// The systems it was made on.
    pub(crate) systems: String,
    pub(crate) consent: Consent,
    /// Staff have cleared it.
    pub(crate) is_cleared: bool,
}

impl Journal {
    /// The writes since `since` (in the journal's time format) whose caller asked the same tool for the same at least once
    /// in vain, because of an outage; oldest first. Without those of a person that was forgotten.
    pub(crate) fn refused_by_outage(&self, since: &str) -> Result<Vec<PastWrite>, SagaError> {
        self.read(|c| {
            let sql = format!(
                "SELECT {COLUMNS}, acting_guest, explicit_token, systems, consent, resolved_at IS NOT NULL, \
                 NOT EXISTS (SELECT 1 FROM calls other WHERE other.caller = calls.caller AND other.token = calls.token \
                 AND other.bound = 1) \
                 FROM calls WHERE started_at >= ?1 AND token IS NOT NULL AND (caller, tool, arguments) IN \
                 (SELECT caller, tool, arguments FROM calls WHERE outcome = ?2 AND started_at >= ?1 AND token IS NOT NULL \
                 AND fingerprint <> '') ORDER BY started_at, id"
            );
            let mut writes = c
                .prepare_cached(&sql)?
                .query_map(params![since, Outcome::Failed], past_write)?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            writes.iter_mut().try_for_each(|write| with_steps(c, write))?;
            Ok(writes)
        })
    }
}

fn past_write(row: &Row<'_>) -> rusqlite::Result<PastWrite> {
    Ok(PastWrite {
        call: call(row)?,
        acts_for: row.get(HOW_MANY)?,
        explicit_token: row.get(HOW_MANY + 1)?,
        systems: row.get(HOW_MANY + 2)?,
        consent: consent(row, HOW_MANY + 3)?,
        is_cleared: row.get(HOW_MANY + 4)?,
        is_token_free: row.get(HOW_MANY + 5)?,
    })
}

fn with_steps(c: &Connection, write: &mut PastWrite) -> rusqlite::Result<()> {
    write.call.steps = steps(c, write.call.id)?;
    Ok(())
}
