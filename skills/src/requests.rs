//! Counts the requests that a piece of work sends to external systems: a stuck call is retried less often if each try
//! costs more.

use std::cell::Cell;

tokio::task_local! {
    static SENT: Cell<u32>;
}

/// Runs `work` and counts its requests.
pub async fn counted<T>(work: impl Future<Output = T>) -> T {
    SENT.scope(Cell::new(0), work).await
}

/// How many requests the counted work has sent so far; 0 outside of [`counted`].
pub fn so_far() -> u32 {
    SENT.try_with(Cell::get).unwrap_or(0)
}

/// Counts a request.
pub(crate) fn note() {
    // Outside of a call nothing is counted.
    let _ = SENT.try_with(|sent| sent.set(sent.get().saturating_add(1)));
}
