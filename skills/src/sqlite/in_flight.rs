//! Counts the calls in flight, so that a write knows whether others may share its fsync.

use std::sync::atomic::{AtomicIsize, Ordering};

/// How many calls this process runs now. A call of recovery is not counted, so waiting ones may outnumber the others.
static IN_FLIGHT: AtomicIsize = AtomicIsize::new(0);

/// A call in flight that waits for a lock.
#[must_use = "the call is not counted while it lives"]
pub struct Waiting(());

impl Drop for Waiting {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
    }
}

/// A call in flight. While there are several, forced writes wait for each other and share an fsync.
#[must_use = "it counts while it lives"]
pub struct InFlight(());

impl InFlight {
    /// Counts a call until the guard is dropped.
    pub fn enter() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        Self(())
    }

    /// Does not count the calling call until the guard is dropped: while it waits for a lock, it writes nothing.
    pub fn wait() -> Waiting {
        IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
        Waiting(())
    }

    pub(super) fn several() -> bool {
        IN_FLIGHT.load(Ordering::Relaxed) > 1
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
    }
}
