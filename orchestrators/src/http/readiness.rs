//! Whether calls can run here: the journal can be written, no system is left alone after repeated failures, and callers can
//! be recognised.

use super::token::Tokens;
use crate::engine::Calls;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

/// How long a result is used again: anybody may ask, and asking writes to the journal.
const FRESH: Duration = Duration::from_secs(1);
/// How long the issuer's keys are waited for; they are fetched on when nobody waits any more.
const ISSUER: Duration = Duration::from_secs(2);

/// What is not ready, looked for now and then.
pub(crate) struct Readiness {
    engine: Arc<dyn Calls>,
    calls: Handle,
    tokens: Arc<Tokens>,
    last: Mutex<Option<(Instant, Vec<&'static str>)>>,
}

impl Readiness {
    /// Of an engine whose calls run on this runtime, for callers with these tokens.
    pub(crate) fn new(engine: Arc<dyn Calls>, calls: Handle, tokens: Arc<Tokens>) -> Self {
        Self { engine, calls, tokens, last: Mutex::default() }
    }

    /// The names of what is not ready.
    pub(super) async fn lacking(&self) -> Vec<&'static str> {
        let mut last = self.last.lock().await;
        if let Some((since, lacking)) = last.as_ref().filter(|(since, _)| since.elapsed() < FRESH) {
            tracing::trace!(age = ?since.elapsed(), "the last look is used");
            return lacking.clone();
        }
        let engine = Arc::clone(&self.engine);
        let looking = self.calls.spawn(async move { lacking(&*engine).await });
        let keys = tokio::time::timeout(ISSUER, self.tokens.can_be_checked());
        let (looked, has_keys) = tokio::join!(looking, keys);
        let mut lacking = looked.unwrap_or_else(|_| vec!["calls"]);
        if !has_keys.unwrap_or(false) {
            lacking.push("issuer");
        }
        *last = Some((Instant::now(), lacking.clone()));
        lacking
    }
}

async fn lacking(engine: &dyn Calls) -> Vec<&'static str> {
    let journal = ("journal", !engine.can_record().await);
    let systems = engine.hotel().left_alone().map(|(system, is_left_alone)| (system.word(), is_left_alone));
    let all = std::iter::once(journal).chain(systems);
    all.filter(|(_, lacks)| *lacks).map(|(name, _)| name).collect()
}

/// The result as JSON.
pub(super) fn told(lacking: &[&'static str]) -> Value {
    if lacking.is_empty() {
        json!({"status": "ready"})
    } else {
        json!({"status": "not ready", "not_ready": lacking})
    }
}
