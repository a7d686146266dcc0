//! Authentication: client credentials for a token, a token for the API.

use super::call::{Answer, Call, parameters};
use super::org::Org;
use super::refusal::{Refusal, Result};
use base64::Engine;
use serde_json::json;
use std::sync::Arc;

/// The token endpoint.
pub(crate) fn token(org: &Arc<Org>, call: &Call) -> Answer {
    let refuse = |error: &str, why: &str| Answer::new(400, json!({"error": error, "error_description": why}));
    if call.method != "POST" {
        return refuse("invalid_request", "must use HTTP POST");
    }
    let form = parameters(&call.body);
    let given = |name: &str| form.get(name).map_or("", String::as_str);
    if given("grant_type") != "client_credentials" {
        return refuse("unsupported_grant_type", "grant type not supported");
    }
    let basic = basic(call);
    let (id, secret) =
        basic.as_ref().map_or((given("client_id"), given("client_secret")), |(id, secret)| (id, secret));
    if id != org.options.client_id || secret != org.options.client_secret {
        return refuse("invalid_client", "invalid client credentials");
    }
    let url = org.instance();
    Answer::ok(json!({
        "access_token": org.new_session(), "signature": "c2lnbmF0dXJl", "scope": "api", "instance_url": url,
        "id": format!("{url}/id/00DHs0000000001MAA/{}", org.user()), "token_type": "Bearer",
        "issued_at": jiff::Timestamp::now().as_millisecond().to_string(),
    }))
}

fn basic(call: &Call) -> Option<(String, String)> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Whether the bearer's session is valid.
pub(crate) fn check(org: &Org, call: &Call) -> Result<()> {
    let token = call.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    if token.is_some_and(|token| org.is_session(token)) {
        return Ok(());
    }
    Err(Refusal::new(401, "INVALID_SESSION_ID", "Session expired or invalid"))
}

/// The user of a session.
pub(crate) fn who(org: &Org, call: &Call) -> Result<Answer> {
    check(org, call)?;
    Ok(Answer::ok(json!({"user_id": org.user(), "organization_id": "00DHs0000000001MAA",
        "preferred_username": "hotel@example.com", "name": "Hotel Integration"})))
}
