//! The issuer's public keys: fetched when they are needed, kept for an hour, and used longer while the issuer is down.

mod published;
mod schedule;

use super::settings::IssuerSettings;
use jsonwebtoken::{Algorithm, DecodingKey};
use published::Published;
use schedule::Schedule;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::OwnedMutexGuard;

/// How long a client is told to wait while there are no keys at all, in seconds.
const WAIT_FOR_FIRST_KEYS: u64 = 5;

/// A public key of the issuer.
struct Known {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Why there is no key for a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoKey {
    /// The issuer has no such key.
    Unknown,
    /// The issuer could not be asked. It may be asked again in so many seconds.
    Unreachable(u64),
}

/// The issuer's public keys.
pub(super) struct Keys {
    published: Published,
    /// None if there never were any.
    known: Mutex<Option<Arc<Vec<Known>>>>,
    /// Held while keys are fetched, so that one request fetches for all.
    schedule: Arc<tokio::sync::Mutex<Schedule>>,
}

impl Keys {
    pub(super) fn new(settings: IssuerSettings) -> anyhow::Result<Self> {
        Ok(Self { published: Published::new(settings)?, known: Mutex::default(), schedule: Arc::default() })
    }

    /// The key that a token names.
    pub(super) async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, NoKey> {
        if !self.have_been_fetched().await {
            return Err(NoKey::Unreachable(WAIT_FOR_FIRST_KEYS));
        }
        if let Some(key) = self.known(id, algorithm) {
            return Ok(key);
        }
        // Other requests with an unknown key wait for this fetch: until it has ended nobody can tell what the key is.
        let schedule = Arc::clone(&self.schedule).lock_owned().await;
        self.fetch_if(Schedule::may_ask_for_an_unknown_key, schedule).await;
        if let Some(key) = self.known(id, algorithm) {
            return Ok(key);
        }
        let asked_again_in = self.schedule.lock().await.unknown_key_is_asked_for_in(Instant::now());
        Err(asked_again_in.map_or(NoKey::Unknown, NoKey::Unreachable))
    }

    /// Whether there are keys. Fetches them if there are none, or if they are old.
    pub(super) async fn have_been_fetched(self: &Arc<Self>) -> bool {
        let schedule = Arc::clone(&self.schedule);
        let schedule = match schedule.try_lock_owned() {
            Ok(schedule) => schedule,
            // While another request fetches, the keys that are known are used, if there are any.
            Err(_) if self.has_keys() => return true,
            Err(_) => Arc::clone(&self.schedule).lock_owned().await,
        };
        self.fetch_if(Schedule::wants_fresh_keys, schedule).await;
        self.has_keys()
    }

    fn all(&self) -> Option<Arc<Vec<Known>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn has_keys(&self) -> bool {
        self.all().is_some()
    }

    fn known(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let known = self.all()?;
        let mut fitting = known.iter().filter(|known| known.algorithm == algorithm);
        let found = match id {
            Some(_) => fitting.find(|known| known.id.as_deref() == id),
            // A token that names no key can only mean the one key there is.
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        found.map(|known| known.key.clone())
    }

    /// Fetches keys if it is time to. The fetch is a task of its own: a client that goes away does not end what all wait for.
    async fn fetch_if(
        self: &Arc<Self>,
        is_due: impl Fn(&mut Schedule, Instant) -> bool,
        mut schedule: OwnedMutexGuard<Schedule>,
    ) {
        if !is_due(&mut schedule, Instant::now()) {
            return;
        }
        let keys = Arc::clone(self);
        let fetching = tokio::spawn(async move {
            let fetched = keys.published.keys().await;
            // A list without keys, before there ever were any, is more likely a mistake in the set-up than an answer.
            let fetched = fetched.and_then(|fetched| {
                let none_ever = fetched.is_empty() && !keys.has_keys();
                if none_ever { Err("it has no key for RS256 or ES256".to_owned()) } else { Ok(fetched) }
            });
            match fetched {
                Ok(fetched) => {
                    if fetched.is_empty() {
                        tracing::warn!("the issuer has withdrawn all its keys: no token is accepted");
                    }
                    *keys.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(fetched));
                    schedule.fetched(Instant::now());
                }
                Err(reason) => {
                    schedule.failed(Instant::now());
                    tracing::warn!(reason, "the issuer's keys could not be fetched (HOTEL_HTTP_ISSUER)");
                }
            }
        });
        if let Err(error) = fetching.await {
            tracing::error!(%error, "fetching the issuer's keys has failed");
        }
    }
}
