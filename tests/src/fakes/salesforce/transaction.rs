//! One request's changes, with the locks it holds. Nobody else sees them before their commit.

use super::org::Org;
use super::refusal::Result;
use super::schema::Object;
use super::tables::{Changes, Tables, View};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A transaction. If it is dropped without a commit, it is rolled back.
pub(crate) struct Transaction {
    org: Arc<Org>,
    id: u64,
    pub(crate) changes: Changes,
    /// Whether somebody else makes it, whom the rights of our user do not concern.
    is_anothers: bool,
    /// Whether the present request saves in spite of a duplicate warning.
    pub(crate) saves_duplicates: bool,
}

impl Transaction {
    pub(crate) fn begin(org: &Arc<Org>) -> Self {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            org: Arc::clone(org),
            id,
            changes: Changes::default(),
            is_anothers: false,
            saves_duplicates: false,
        }
    }

    /// One of somebody else, who may do everything.
    pub(crate) fn of_another(org: &Arc<Org>) -> Self {
        let mut transaction = Self::begin(org);
        transaction.is_anothers = true;
        transaction
    }

    /// Whether its user does not see an object or a field (`Object.Field`).
    pub(crate) fn is_hidden(&self, what: &str) -> bool {
        if self.is_anothers { self.org.is_gone(what) } else { self.org.is_hidden(what) }
    }

    /// Whether its user may not fill in a field.
    pub(crate) fn is_read_only(&self, object: &str, field: &str) -> bool {
        !self.is_anothers && self.org.is_read_only(object, field)
    }

    /// Why its user may not make or change records of an object.
    pub(crate) fn may_write(&self, object: &Object, creating: bool) -> Result<()> {
        if self.is_anothers { Ok(()) } else { self.org.may_write(object, creating) }
    }

    /// Locks a row until the end of the transaction; waits if it is locked.
    pub(crate) async fn lock_row(&self, id: &str) -> Result<()> {
        self.lock(&format!("row {id}")).await
    }

    /// Waits for another transaction that is about to save the same unique value.
    pub(crate) async fn lock_value(&self, object: &str, field: &str, value: &str) -> Result<()> {
        self.lock(&format!("value {object}.{field} {value}")).await
    }

    async fn lock(&self, what: &str) -> Result<()> {
        self.org.locks.take(what, self.id, self.org.lock_wait()).await
    }

    /// The rows as this transaction sees them.
    pub(crate) fn see<T>(&self, look: impl FnOnce(View<'_>) -> T) -> T {
        let tables = self.org.tables();
        look(View { tables: &tables, own: &self.changes })
    }

    /// The tables themselves: for new ids and numbers.
    pub(crate) fn with_tables<T>(&self, change: impl FnOnce(&mut Tables) -> T) -> T {
        change(&mut self.org.tables())
    }

    pub(crate) fn org(&self) -> &Arc<Org> {
        &self.org
    }

    pub(crate) fn commit(mut self) {
        let changes = std::mem::take(&mut self.changes);
        self.org.tables().commit(changes);
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.org.locks.release(self.id);
    }
}
