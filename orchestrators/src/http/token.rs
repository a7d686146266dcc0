//! Who a bearer token stands for. It is a JWT of the issuer that is trusted, and never passed on or logged.

use super::dev::{self, DevKey};
use super::keys::{Keys, NoKey};
use super::settings::IssuerSettings;
use super::signatures;
use crate::tool::Toolset;
use crate::tool::persona::Identity;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Header, Validation, decode, decode_header};
use serde_json::{Map, Value};
use skills::words::Email;
use std::sync::Arc;

/// How far the clocks of issuer and server may differ, in seconds.
const LEEWAY: u64 = 30;

/// Whose tokens are accepted.
pub(crate) enum Trust {
    /// An issuer's.
    Issuer(Box<IssuerSettings>),
    /// Those that the data folder's own key signs.
    Dev(DevKey),
}

/// What a token must be and have, beside its signature.
#[derive(Debug, Clone)]
pub(crate) struct Needs {
    /// The scope.
    pub(crate) scope: String,
    /// The claim that holds the caller's e-mail.
    pub(crate) email_claim: String,
    /// Whether the caller must have an e-mail.
    pub(crate) email: bool,
}

/// The principal of a request: whom its token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// The caller's e-mail.
    pub(crate) email: Option<Email>,
    /// The caller as the issuer names it.
    pub(crate) subject: String,
}

impl Principal {
    /// The caller, as calls are counted.
    pub(crate) fn counted_as(&self) -> String {
        self.email.as_ref().map_or_else(|| format!("subject {}", self.subject), ToString::to_string)
    }

    /// The caller of a persona's tools. Callers without an e-mail are told apart by the issuer's name for them.
    pub(crate) fn identity(&self, toolset: &Toolset) -> Identity {
        let subject =
            Some(self.subject.clone()).filter(|subject| self.email.is_none() && !subject.is_empty());
        Identity { subject, ..toolset.identity(self.email.clone()) }
    }
}

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It has no token.
    NoToken,
    /// Its token is not accepted, and why.
    Invalid(&'static str),
    /// Its token is for something else.
    WrongScope,
    /// Nobody can tell: the issuer could not be asked for the token's key. It may be asked again in so many seconds.
    NoKeys(u64),
}

enum Source {
    Issuer(Arc<Keys>),
    Dev(DecodingKey),
}

/// Checks tokens.
pub(crate) struct Tokens {
    source: Source,
    validation: Validation,
    audience: String,
    needs: Needs,
}

impl Tokens {
    /// Accepts what is trusted and has what it needs.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub(crate) fn new(trust: Trust, needs: Needs) -> anyhow::Result<Self> {
        signatures::install();
        let mut validation = Validation::new(signatures::ACCEPTED[0]);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.validate_aud = false; // `client_id` may stand for it: see `is_for`
        validation.set_required_spec_claims(&["exp", "iss"]);
        let (source, issuers, audience) = match trust {
            Trust::Issuer(issuer) => {
                let both = [issuer.issuer.clone(), format!("{}/", issuer.issuer)];
                let audience = issuer.audience.clone();
                (Source::Issuer(Arc::new(Keys::new(*issuer)?)), both.to_vec(), audience)
            }
            Trust::Dev(key) => {
                (Source::Dev(key.checking()), vec![dev::ISSUER.to_owned()], dev::ISSUER.to_owned())
            }
        };
        validation.set_issuer(&issuers);
        Ok(Self { source, validation, audience, needs })
    }

    /// The scope a token must have.
    pub(super) fn scope(&self) -> &str {
        &self.needs.scope
    }

    /// Whether tokens can be checked: the issuer's keys have been fetched. Fetches them if they have not.
    pub(super) async fn can_be_checked(&self) -> bool {
        match &self.source {
            Source::Dev(_) => true,
            Source::Issuer(keys) => keys.have_been_fetched().await,
        }
    }

    /// Who asks, by the token of the request.
    pub(super) async fn principal(&self, token: &str) -> Result<Principal, Denied> {
        let header = decode_header(token).map_err(|_| Denied::Invalid("the token is no signed JWT"))?;
        let key = self.key(&header).await?;
        let validation = Validation { algorithms: vec![header.alg], ..self.validation.clone() };
        let claims = decode::<Map<String, Value>>(token, &key, &validation)
            .map_err(|error| Denied::Invalid(reason(error.kind())))?
            .claims;
        if !self.is_for(&claims) {
            return Err(Denied::Invalid("the token is for another audience"));
        }
        if !scopes(&claims).any(|scope| scope == self.needs.scope) {
            return Err(Denied::WrongScope);
        }
        let email = self.email(&claims)?;
        let subject = match claims.get("sub") {
            Some(Value::String(subject)) => subject.clone(),
            Some(Value::Number(subject)) => subject.to_string(),
            _ => String::new(),
        };
        Ok(Principal { email, subject })
    }

    async fn key(&self, header: &Header) -> Result<DecodingKey, Denied> {
        if !signatures::ACCEPTED.contains(&header.alg) {
            return Err(Denied::Invalid("the token is signed with another algorithm than RS256 or ES256"));
        }
        if header.crit.is_some() {
            return Err(Denied::Invalid("the token has critical header fields that are not known here"));
        }
        match &self.source {
            Source::Dev(key) => Ok(key.clone()),
            Source::Issuer(keys) => {
                keys.find(header.kid.as_deref(), header.alg).await.map_err(|missing| match missing {
                    NoKey::Unknown => Denied::Invalid("the token is signed with an unknown key"),
                    NoKey::Unreachable(seconds) => Denied::NoKeys(seconds),
                })
            }
        }
    }

    /// Whether the token is for this server: by `aud`, and where an issuer leaves that out, by `client_id`.
    fn is_for(&self, claims: &Map<String, Value>) -> bool {
        let is_ours = |value: &Value| value.as_str() == Some(&self.audience);
        match claims.get("aud") {
            None => claims.get("client_id").is_some_and(is_ours),
            Some(Value::Array(several)) => several.iter().any(is_ours),
            Some(one) => is_ours(one),
        }
    }

    fn email(&self, claims: &Map<String, Value>) -> Result<Option<Email>, Denied> {
        let email = match claims.get(&self.needs.email_claim) {
            None | Some(Value::Null) => None,
            // Blanks around it may be part of another person's address to the issuer.
            Some(Value::String(text)) if text.trim() != text => {
                return Err(Denied::Invalid("the token's e-mail has blanks around it"));
            }
            Some(Value::String(text)) => Some(
                Email::new(text.as_str()).map_err(|_| Denied::Invalid("the token's e-mail is no e-mail"))?,
            ),
            Some(_) => return Err(Denied::Invalid("the token's e-mail is no text")),
        };
        let verified = claims.get("email_verified");
        // Whatever is not a plain yes is none.
        let is_verified = |it: &Value| *it == Value::Bool(true) || it.as_str() == Some("true");
        if email.is_some() && verified.is_some_and(|it| !is_verified(it)) {
            return Err(Denied::Invalid("the token's e-mail is not verified"));
        }
        if email.is_none() && self.needs.email {
            return Err(Denied::Invalid("the token has no e-mail"));
        }
        Ok(email)
    }
}

/// The scopes of a token: a text with spaces between them, or a list. Some issuers call it `scp`.
fn scopes(claims: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let given = ["scope", "scp"].into_iter().filter_map(|name| claims.get(name));
    given.flat_map(|value| match value {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => text.split(' ').collect(),
        _ => vec![],
    })
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "the token has expired",
        ErrorKind::ImmatureSignature => "the token is not valid yet",
        ErrorKind::InvalidIssuer => "the token is of another issuer",
        ErrorKind::InvalidSignature => "the token's signature is wrong",
        ErrorKind::MissingRequiredClaim(_) => "the token lacks exp or iss",
        _ => "the token cannot be read",
    }
}
