//! How many requests a piece of work sends to real systems: a call that is stuck is tried the less often the more each try
//! costs.

use std::cell::Cell;

tokio::task_local! {
    static SENT: Cell<u32>;
}

/// Does `work` and counts what it sends.
pub async fn counted<T>(work: impl Future<Output = T>) -> T {
    SENT.scope(Cell::new(0), work).await
}

/// How many requests the work that is being counted has sent so far; none outside of [`counted`].
pub fn so_far() -> u32 {
    SENT.try_with(Cell::get).unwrap_or(0)
}

/// A request is sent.
pub(crate) fn note() {
    // Outside of a call nobody counts.
    let _ = SENT.try_with(|sent| sent.set(sent.get().saturating_add(1)));
}
