//! Row locks and locks on unique values. A request holds the locks of what it writes until its end; later requests wait.

use super::refusal::{Refusal, Result};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout_at};

/// The locks and their holders.
#[derive(Debug)]
pub(crate) struct Locks {
    held: Mutex<HashMap<String, u64>>,
    freed: Notify,
    /// How many requests wait for a lock; tests may wait for this number.
    pub(crate) waiting: watch::Sender<usize>,
}

impl Default for Locks {
    fn default() -> Self {
        Self { held: Mutex::default(), freed: Notify::new(), waiting: watch::channel(0).0 }
    }
}

impl Locks {
    /// Takes a lock for a transaction. Waits until it is free, or gives up as the platform does.
    pub(crate) async fn take(&self, what: &str, transaction: u64, patience: Duration) -> Result<()> {
        if self.try_take(what, transaction) {
            return Ok(());
        }
        self.waiting.send_modify(|waiting| *waiting += 1);
        let taken = self.wait(what, transaction, Instant::now() + patience).await;
        self.waiting.send_modify(|waiting| *waiting -= 1);
        let id = what.rsplit(' ').next().unwrap_or(what);
        let message = format!("unable to obtain exclusive access to this record or 1 records: {id}");
        if taken { Ok(()) } else { Err(Refusal::save("UNABLE_TO_LOCK_ROW", message, &[])) }
    }

    async fn wait(&self, what: &str, transaction: u64, until: Instant) -> bool {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            freed.as_mut().enable(); // before looking, so that nothing freed in between is missed
            if self.try_take(what, transaction) {
                return true;
            }
            if timeout_at(until, freed).await.is_err() {
                return false;
            }
        }
    }

    fn try_take(&self, what: &str, transaction: u64) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held.entry(what.to_owned()).or_insert(transaction) == transaction
    }

    /// Releases all locks of a transaction.
    pub(crate) fn release(&self, transaction: u64) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, holder| *holder != transaction);
        self.freed.notify_waiters();
    }
}
