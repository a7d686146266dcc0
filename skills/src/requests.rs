//! Counts the requests that a piece of work sends to external systems: a stuck call is retried less often if each try
//! costs more, and the schedule of reconciling has a budget of requests to the records.

use crate::error::System;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

tokio::task_local! {
    static SENT: Cell<u32>;
    static BUDGET: Arc<Budget>;
}

/// How many requests to the records a piece of work may send, and has sent.
#[derive(Debug)]
pub struct Budget {
    most: u32,
    sent: AtomicU32,
}

impl Budget {
    /// A budget of so many requests.
    pub const fn new(most: u32) -> Self {
        Self { most, sent: AtomicU32::new(0) }
    }

    /// How many were sent.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    fn left(&self) -> u32 {
        self.most.saturating_sub(self.sent())
    }
}

/// Runs `work` and counts its requests.
pub async fn counted<T>(work: impl Future<Output = T>) -> T {
    SENT.scope(Cell::new(0), work).await
}

/// How many requests the counted work has sent so far; 0 outside of [`counted`].
pub fn so_far() -> u32 {
    SENT.try_with(Cell::get).unwrap_or(0)
}

/// Runs `work` within a budget. The work itself asks [`left`] before it begins something.
pub async fn within<T>(budget: Arc<Budget>, work: impl Future<Output = T>) -> T {
    BUDGET.scope(budget, work).await
}

/// How many more requests to the records this work may send; no end of them without a budget.
pub fn left() -> u32 {
    BUDGET.try_with(|budget| budget.left()).unwrap_or(u32::MAX)
}

/// Takes the budget of this work along into another task.
pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let budget = BUDGET.try_with(Arc::clone).ok();
    async move {
        match budget {
            Some(budget) => BUDGET.scope(budget, work).await,
            None => work.await,
        }
    }
}

/// Counts a request.
pub(crate) fn note(system: System) {
    // Outside of a call nothing is counted.
    let _ = SENT.try_with(|sent| sent.set(sent.get().saturating_add(1)));
    if system == System::Crm {
        let _ = BUDGET.try_with(|budget| budget.sent.fetch_add(1, Ordering::Relaxed));
    }
}
