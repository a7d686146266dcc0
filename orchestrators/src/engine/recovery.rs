//! Recovery: calls whose process has died are taken over, each by exactly one process, and continue from the journal.

use super::Engine;
use super::play::{Verdict, end_of, of_another_version};
use crate::engine::journal::LEASE_MS;
use crate::engine::outbox;
use crate::saga::SagaError;
use crate::saga::live::Live;
use crate::saga::outcome::Ending;
use crate::telemetry;
use crate::tool::answer::{self, Answer};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

/// How often leases are renewed and abandoned calls searched.
const HEARTBEAT: Duration = Duration::from_millis(1_500);
const _: () = assert!(LEASE_MS > 3 * 1_500, "a lease outlives two missed heartbeats");

impl Engine {
    /// Recovers the holder of a lock: if its process has died, the call is taken over, or ended if it had begun
    /// nothing. A resting call is tried once for each call that waits for its lock (`even_resting`).
    pub(crate) async fn look_after(
        self: &Arc<Self>,
        holder: i64,
        even_resting: bool,
    ) -> Result<(), SagaError> {
        let Some(stands) = self.journal.holder(holder)? else { return Ok(()) };
        if !(stands.dead || even_resting && stands.idle) {
            return Ok(());
        }
        if !stands.begun {
            let answer = Answer::failure(&answer::internal());
            return self.journal.bury(holder, answer.json().clone()).await;
        }
        if self.journal.is_recoverable(holder, &self.recovers, &self.systems())? {
            self.recover(holder, even_resting).await?;
        }
        Ok(())
    }

    /// Takes a call over, if no other process has it, and runs it as far as it goes; returns whether it has ended.
    pub(crate) async fn recover(self: &Arc<Self>, id: i64, even_resting: bool) -> Result<bool, SagaError> {
        let Some(held) = self.journal.claim(id, self.owner.clone(), even_resting).await? else {
            return Ok(false);
        };
        tracing::info!(call = id, tool = held.tool, "a call is taken over");
        if held.has_expired(skills::clock::now()) {
            let refusal = answer::internal();
            self.journal.finish(&held, vec![], end_of(&refusal, Ending::Failed, false)).await?;
            return Ok(true);
        }
        let within = telemetry::resumed(&held.resumed());
        let saga = self.sagas.iter().find(|saga| saga.name() == held.tool).cloned();
        match saga {
            // Boxed, because it is recursive: recovering may meet a lock whose holder must be recovered first.
            Some(saga) => {
                let engine = Arc::clone(self);
                let run: std::pin::Pin<Box<dyn Future<Output = Option<Answer>> + Send>> =
                    Box::pin(engine.run_to_end(held, saga, Live::default(), within));
                run.await;
                return self.journal.has_ended(id);
            }
            None => {
                let steps = self.journal.steps(id)?;
                match of_another_version(&held, &steps, skills::clock::now()) {
                    Verdict::Ended(end, _) => self.journal.finish(&held, vec![], *end).await?,
                    Verdict::Pending(rest, _) => {
                        self.journal.suspend(&held, vec![], rest).await?;
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Takes over every abandoned call this process may, sends staged messages and checks sent ones. Returns how many
    /// calls ended.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub(super) async fn recover_all(self: &Arc<Self>) -> Result<usize, SagaError> {
        let mut taken = 0;
        for id in self.journal.abandoned(&self.recovers, &self.systems())? {
            taken += usize::from(self.recover(id, false).await?);
        }
        for duty in &self.duties {
            duty.see_to(Arc::clone(self)).await?;
        }
        outbox::send_staged(self, None).await;
        outbox::look_after_sent(self).await;
        Ok(taken)
    }

    /// Deletes calls older than the audit trail's retention.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub(super) async fn retain(&self) -> Result<(), SagaError> {
        let kept = jiff::SignedDuration::from_hours(24 * i64::from(self.settings.audit_days));
        while self.journal.forget_before(skills::clock::now() - kept).await? > 0 {}
        Ok(())
    }

    /// Renews the leases of this process's calls and takes over calls of dead processes, until the engine is gone.
    pub(super) fn keep_watch(self: &Arc<Self>) {
        let weak = Arc::downgrade(self);
        let engine = Arc::clone(self);
        self.tasks.spawn(async move {
            if let Err(error) = engine.retain().await {
                tracing::warn!(?error, "old calls could not be forgotten");
            }
        });
        tokio::spawn(do_routines(Weak::clone(&weak)));
        tokio::spawn(async move {
            while let Some(engine) = weak.upgrade() {
                let live: Vec<i64> =
                    engine.live.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
                if !live.is_empty()
                    && let Err(error) = engine.journal.renew(engine.owner.clone(), live).await
                {
                    tracing::warn!(?error, "leases could not be renewed");
                }
                if !engine.tasks.is_closed() {
                    let recovering = Arc::clone(&engine);
                    // Beside the heartbeat: a long recovery must not cost the other calls their lease.
                    engine.tasks.spawn(async move {
                        if let Err(error) = recovering.recover_all().await {
                            tracing::warn!(?error, "abandoned calls could not be looked for");
                        }
                    });
                }
                drop(engine);
                tokio::time::sleep(HEARTBEAT).await;
            }
        });
    }

    /// Whether no more work is begun: the server ends.
    pub(crate) fn is_closing(&self) -> bool {
        self.tasks.is_closed()
    }

    /// Waits at most this long for running calls; another process recovers the rest.
    pub(super) async fn wait_for_running(&self, at_most: Duration) {
        self.tasks.close();
        if tokio::time::timeout(at_most, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                "calls are still running; they are in the journal and will be finished by the next server"
            );
        }
    }
}

/// Does what only a server does, until it ends. Begins a moment after the start, which it must not delay.
async fn do_routines(engine: Weak<Engine>) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        let Some(engine) = engine.upgrade().filter(|engine| !engine.is_closing()) else { return };
        for routine in &engine.routines {
            if let Err(error) = routine.see_to(Arc::clone(&engine)).await {
                tracing::warn!(?error, "work beside the calls could not be done");
            }
        }
    }
}
