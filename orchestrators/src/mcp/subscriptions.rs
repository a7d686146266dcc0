//! Subscriptions to resources on stdio: a client hears that what it reads has changed, and reads it anew.
//!
//! The journal of the folder is looked at once a second while anything is subscribed to, so a client hears of the calls of every
//! server on the folder. What somebody else changes in the systems of record (in the org, at the processor) it does not hear of.

use super::resources;
use super::server::unless_panicked;
use crate::engine::Watched;
use crate::tool::Front;
use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionContext};
use rmcp::{ErrorData, RoleServer};
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::{CancellationToken, DropGuard};

/// How often what is subscribed to is looked at.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// How many resources a client may subscribe to.
const MOST: usize = 100;

/// Who hears of changes of what.
pub(super) struct Subscriptions {
    front: Arc<Front>,
    /// The runtime that calls run on: it looks, so that nothing keeps the client's input waiting.
    calls: Handle,
    /// Cancelled when the client has left.
    left: CancellationToken,
    /// The resources that a client of a version before 2026-07-28 is subscribed to. One of a later version holds a request open.
    subscribed: Mutex<HashMap<String, DropGuard>>,
}

impl Subscriptions {
    pub(super) fn new(front: Arc<Front>, calls: Handle, left: CancellationToken) -> Self {
        Self { front, calls, left, subscribed: Mutex::default() }
    }

    /// Whether the engine tells of changes.
    pub(super) fn are_offered(&self) -> bool {
        self.front.engine().trail().changes().is_some()
    }

    /// Tells the client of changes of a resource from now on, until it wants no more or has left.
    pub(super) async fn add(&self, uri: String, peer: Peer<RoleServer>) -> Result<(), ErrorData> {
        resources::check_known(&self.front, &uri)?;
        let mut changes = self.changes_of(vec![uri.clone()]).await?;
        let stop = self.left.child_token();
        let mut subscribed = self.subscribed.lock().unwrap_or_else(PoisonError::into_inner);
        if subscribed.len() >= MOST && !subscribed.contains_key(&uri) {
            let why = format!("a client may subscribe to {MOST} resources");
            return Err(ErrorData::invalid_params(why, None));
        }
        subscribed.insert(uri, stop.clone().drop_guard());
        self.calls.spawn(async move {
            while let Some(uri) = changes.next_unless(stop.cancelled()).await {
                // A client that is gone need not be told.
                let _ = peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(uri)).await;
            }
        });
        Ok(())
    }

    /// Tells the client of a resource no more.
    pub(super) fn remove(&self, uri: &str) {
        self.subscribed.lock().unwrap_or_else(PoisonError::into_inner).remove(uri);
    }

    /// What there is of that which a client of 2026-07-28 wants to hear of: resources of this persona.
    pub(super) fn accepted(&self, requested: &SubscriptionFilter) -> SubscriptionFilter {
        let wanted = requested.resource_subscriptions.iter().flatten();
        let known = wanted.filter(|uri| resources::check_known(&self.front, uri).is_ok());
        SubscriptionFilter::builder().resource_subscriptions(known.take(MOST).cloned()).build()
    }

    /// Tells a client of 2026-07-28 of changes for as long as it holds its request open.
    pub(super) async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let uris = context.accepted().resource_subscriptions.clone().unwrap_or_default();
        let mut changes = self.changes_of(uris).await?;
        let stop = self.left.child_token();
        let told = self.calls.spawn(async move {
            let ended = async {
                tokio::select! {
                    () = context.cancelled() => {}
                    () = stop.cancelled() => {}
                }
            };
            let mut ended = pin!(ended);
            while let Some(uri) = changes.next_unless(&mut ended).await {
                let _ = context.sink().notify_resource_updated(uri).await; // as above
            }
        });
        unless_panicked("subscriptions/listen", told.await);
        Ok(())
    }

    /// The changes of resources from now on.
    async fn changes_of(&self, uris: Vec<String>) -> Result<Changes, ErrorData> {
        let front = Arc::clone(&self.front);
        let changes = self.calls.spawn(async move { Changes::since_now(front, uris) }).await;
        let failed = || ErrorData::internal_error("the resource could not be looked at", None);
        unless_panicked("subscription", changes).ok_or_else(failed)
    }
}

/// The changes of some resources.
struct Changes {
    front: Arc<Front>,
    /// Each with its revision when it was last looked at.
    seen: Vec<(String, Option<String>)>,
    changed: Vec<String>,
    looks: tokio::time::Interval,
}

impl Changes {
    fn since_now(front: Arc<Front>, uris: Vec<String>) -> Self {
        let seen = uris.into_iter().map(|uri| (uri.clone(), revision(&front, &uri))).collect();
        let mut looks = tokio::time::interval(LOOKED_AT);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { front, seen, changed: vec![], looks }
    }

    /// Waits for the next change of any; none once it has `ended`.
    async fn next_unless(&mut self, ended: impl Future<Output = ()>) -> Option<String> {
        tokio::select! {
            () = ended => None,
            uri = self.next() => Some(uri),
        }
    }

    /// Waits for the next change of any.
    async fn next(&mut self) -> String {
        loop {
            if let Some(uri) = self.changed.pop() {
                return uri;
            }
            self.looks.tick().await;
            self.look();
        }
    }

    fn look(&mut self) {
        for (uri, seen) in &mut self.seen {
            // What cannot be read now is not said to have changed.
            let Some(now) = revision(&self.front, uri) else { continue };
            if seen.replace(now.clone()).is_some_and(|before| before != now) {
                self.changed.push(uri.clone());
            }
        }
    }
}

/// A text that is another one when the resource has changed; none if that cannot be told now.
fn revision(front: &Front, uri: &str) -> Option<String> {
    let Some(watched) = resources::watched(uri) else { return Some(String::new()) };
    let engine = front.engine();
    let revision = engine.trail().changes()?.revision(&watched);
    let revision =
        revision.map_err(|error| tracing::warn!(?error, "a subscription could not be looked after"));
    // A day of the hotel is another one after midnight.
    let day = matches!(watched, Watched::Hotel).then(|| engine.hotel().day_of(skills::clock::now()));
    Some(format!("{} {}", revision.ok()?, day.map(|day| day.to_string()).unwrap_or_default()))
}
