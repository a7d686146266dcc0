//! The client that waits for a call: it is told how far the call is, and it may cancel.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How far a call is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Which stage begins: 1, 2, ….
    pub(crate) stage: u32,
    /// How many stages there are.
    pub(crate) of: u32,
    /// What is being done, in words for a person.
    pub(crate) doing: String,
}

/// The client that waits for a call. Nobody waits for a call that recovery finishes.
#[derive(Clone, Default)]
pub(crate) struct Live {
    tell: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
    /// None: it cannot cancel.
    cancelled: Option<CancellationToken>,
}

impl Live {
    /// A client that cancels with this token.
    pub(crate) fn cancelled_by(cancelled: CancellationToken) -> Self {
        Self { tell: None, cancelled: Some(cancelled) }
    }

    /// Has the client told of progress.
    #[must_use]
    pub(crate) fn telling(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.tell = Some(Arc::new(tell));
        self
    }

    pub(crate) fn tell(&self, progress: Progress) {
        if let Some(tell) = &self.tell {
            tell(progress);
        }
    }

    /// Whether the client wants to be told.
    pub(crate) fn wants_progress(&self) -> bool {
        self.tell.is_some()
    }

    /// Whether the client may cancel.
    pub(crate) const fn may_cancel(&self) -> bool {
        self.cancelled.is_some()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    pub(crate) async fn cancelled(&self) {
        match &self.cancelled {
            Some(cancelled) => cancelled.cancelled().await,
            None => std::future::pending().await,
        }
    }
}
