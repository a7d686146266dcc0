//! Counts the calls that are about to force something to disk, so that a write knows whether others may share its fsync.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many calls of this process have what they need to write.
static IN_FLIGHT: AtomicUsize = AtomicUsize::new(0);

/// A call that has what it needs to write. While there are several, forced writes wait for each other and share an fsync.
/// A call that waits for another one is not counted: nobody should wait for its writes.
#[must_use = "it counts while it lives"]
pub struct InFlight(());

impl InFlight {
    /// Counts a call until the guard is dropped.
    pub fn enter() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        Self(())
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
