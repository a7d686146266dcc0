//! The issuer's public keys: fetched when they are needed, kept for an hour, and used longer while the issuer is down.

mod schedule;

use super::settings::{IssuerSettings, is_safe};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use schedule::Schedule;
use serde_json::Value;
use skills::systems::issuer::Issuer;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

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
    /// The issuer has not been reached yet.
    NeverFetched,
}

/// The issuer's public keys.
pub(super) struct Keys {
    client: Issuer,
    settings: IssuerSettings,
    known: Mutex<Arc<Vec<Known>>>,
    /// Held while keys are fetched, so that one request fetches for all.
    schedule: tokio::sync::Mutex<Schedule>,
}

impl Keys {
    pub(super) fn new(settings: IssuerSettings) -> anyhow::Result<Self> {
        Ok(Self {
            client: Issuer::new()?,
            settings,
            known: Mutex::default(),
            schedule: tokio::sync::Mutex::default(),
        })
    }

    /// The key that a token names.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<DecodingKey, NoKey> {
        self.fetch_if(Schedule::wants_fresh_keys).await;
        if let Some(key) = self.known(id, algorithm)? {
            return Ok(key);
        }
        self.fetch_if(Schedule::may_ask_for_an_unknown_key).await;
        self.known(id, algorithm)?.ok_or(NoKey::Unknown)
    }

    fn known(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Option<DecodingKey>, NoKey> {
        let known = Arc::clone(&self.known.lock().unwrap_or_else(PoisonError::into_inner));
        if known.is_empty() {
            return Err(NoKey::NeverFetched);
        }
        let mut fitting = known.iter().filter(|known| known.algorithm == algorithm);
        let found = match id {
            Some(_) => fitting.find(|known| known.id.as_deref() == id),
            // A token that names no key can only mean the one key there is.
            None => fitting.next().filter(|_| fitting.next().is_none()),
        };
        Ok(found.map(|known| known.key.clone()))
    }

    async fn fetch_if(&self, is_due: impl Fn(&mut Schedule, Instant) -> bool) {
        // While another request fetches, the keys that are known are used, if there are any.
        let has_keys = !self.known.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        let mut schedule = match self.schedule.try_lock() {
            Ok(schedule) => schedule,
            Err(_) if has_keys => return,
            Err(_) => self.schedule.lock().await,
        };
        if !is_due(&mut schedule, Instant::now()) {
            return;
        }
        match self.fetch().await {
            Ok(keys) => {
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                schedule.fetched(Instant::now());
            }
            Err(reason) => {
                schedule.failed(Instant::now());
                tracing::warn!(reason, "the issuer's keys could not be fetched (HOTEL_HTTP_ISSUER)");
            }
        }
    }

    async fn fetch(&self) -> Result<Vec<Known>, String> {
        let address = match &self.settings.jwks {
            Some(address) => address.clone(),
            None => self.discovered().await?,
        };
        let document = self.client.document(&address).await?;
        let keys: Vec<Known> = document["keys"].as_array().into_iter().flatten().filter_map(known).collect();
        if keys.is_empty() {
            return Err(format!("{address} has no key for RS256 or ES256"));
        }
        Ok(keys)
    }

    /// Where the keys are, as the issuer's discovery document says.
    async fn discovered(&self) -> Result<String, String> {
        let issuer = self.settings.issuer.as_str();
        let mut problem = String::new();
        for address in discovery_documents(issuer) {
            let document = match self.client.document(&address).await {
                Ok(document) => document,
                Err(reason) => {
                    problem = format!("{address}: {reason}");
                    continue;
                }
            };
            if document["issuer"].as_str().map(|it| it.trim_end_matches('/')) != Some(issuer) {
                return Err(format!("{address} is about another issuer"));
            }
            return match document["jwks_uri"].as_str() {
                Some(keys) if is_safe(keys) => Ok(keys.to_owned()),
                _ => Err(format!("{address} names no jwks_uri with https")),
            };
        }
        Err(problem)
    }
}

/// Where an issuer's discovery document may be: OpenID Connect appends to its path, RFC 8414 inserts before it.
fn discovery_documents(issuer: &str) -> [String; 2] {
    let behind = issuer.find("://").map_or(0, |at| at + 3);
    let path = issuer[behind..].find('/').map_or(issuer.len(), |at| behind + at);
    let (origin, path) = issuer.split_at(path);
    [
        format!("{issuer}/.well-known/openid-configuration"),
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
    ]
}

/// A key of the issuer's document, if it is one for signatures that are accepted.
fn known(document: &Value) -> Option<Known> {
    let jwk: Jwk = serde_json::from_value(document.clone()).ok()?;
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        _ => return None,
    };
    let is_for_signatures =
        jwk.common.public_key_use.as_ref().is_none_or(|it| *it == PublicKeyUse::Signature);
    let is_for_it = document["alg"].as_str().is_none_or(|alg| alg == format!("{algorithm:?}"));
    let key = DecodingKey::from_jwk(&jwk).ok().filter(|_| is_for_signatures && is_for_it)?;
    Some(Known { id: jwk.common.key_id, algorithm, key })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn discovery_documents_are_where_both_standards_put_them() {
        assert_eq!(
            discovery_documents("https://id.example/realms/hotel"),
            [
                "https://id.example/realms/hotel/.well-known/openid-configuration",
                "https://id.example/.well-known/oauth-authorization-server/realms/hotel"
            ]
        );
        assert_eq!(
            discovery_documents("https://id.example")[1],
            "https://id.example/.well-known/oauth-authorization-server"
        );
    }

    #[test]
    fn only_keys_for_the_accepted_signatures_are_known() {
        let point = "A".repeat(43);
        let key = json!({"kty": "EC", "crv": "P-256", "x": point, "y": point, "kid": "1"});
        assert!(known(&key).is_some_and(|known| known.algorithm == Algorithm::ES256));
        for (name, value) in [("use", "enc"), ("alg", "ES384"), ("crv", "P-384"), ("kty", "oct")] {
            let mut other = key.clone();
            other[name] = value.into();
            assert!(known(&other).is_none(), "{other}");
        }
    }
}
