//! What an issuer publishes: a discovery document, and its keys.

use super::Known;
use crate::http::settings::{IssuerSettings, is_safe};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use skills::systems::issuer::Issuer;

/// An issuer's documents.
pub(super) struct Published {
    client: Issuer,
    settings: IssuerSettings,
}

impl Published {
    pub(super) fn new(settings: IssuerSettings) -> anyhow::Result<Self> {
        Ok(Self { client: Issuer::new()?, settings })
    }

    /// The keys that it publishes now, for signatures that are accepted. None is an answer too: it has withdrawn them all.
    pub(super) async fn keys(&self) -> Result<Vec<Known>, String> {
        let address = match &self.settings.jwks {
            Some(address) => address.clone(),
            None => self.discovered().await?,
        };
        let document = self.client.document(&address).await?;
        let keys = document["keys"].as_array().ok_or_else(|| format!("{address} is no list of keys"))?;
        Ok(keys.iter().filter_map(known).collect())
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
