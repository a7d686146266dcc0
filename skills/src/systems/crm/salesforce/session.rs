//! The login to the org: a token, fetched once for all requests, and again when it has expired.

use crate::error::Outage;
use crate::settings::SalesforceLogin;
use crate::systems::remote::Remote;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A token, and the host of its org.
pub(super) struct Session {
    pub(super) instance_url: String,
    pub(super) token: SecretString,
}

/// The login, and its current session. While one is fetched, other requests wait for it.
pub(super) struct Sessions {
    login: SalesforceLogin,
    current: Mutex<Option<Arc<Session>>>,
}

impl Sessions {
    pub(super) fn new(login: SalesforceLogin) -> Self {
        Self { login, current: Mutex::default() }
    }

    /// The org's host, which identifies it.
    pub(super) fn host(&self) -> String {
        let url = match &self.login {
            SalesforceLogin::ClientCredentials { login_url, .. } => login_url,
            SalesforceLogin::Session { instance_url, .. } => instance_url,
        };
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default().to_lowercase()
    }

    /// The current session; a new one if the current one has `expired`.
    pub(super) async fn get(
        &self,
        remote: &Remote,
        expired: Option<&Arc<Session>>,
    ) -> Result<Arc<Session>, Outage> {
        let mut current = self.current.lock().await;
        if let Some(session) = current.as_ref()
            && expired.is_none_or(|expired| !Arc::ptr_eq(session, expired))
        {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(match &self.login {
            SalesforceLogin::Session { .. } if expired.is_some() => {
                let reason = "the session of SALESFORCE_ACCESS_TOKEN has expired; only a person can renew it";
                return Err(remote.unreached(reason).lasting());
            }
            SalesforceLogin::Session { instance_url, access_token } => {
                Session { instance_url: base(instance_url), token: access_token.clone() }
            }
            SalesforceLogin::ClientCredentials { login_url, client_id, client_secret } => {
                log_in(remote, login_url, client_id, client_secret).await?
            }
        });
        *current = Some(Arc::clone(&session));
        Ok(session)
    }
}

fn base(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

async fn log_in(remote: &Remote, url: &str, id: &str, secret: &SecretString) -> Result<Session, Outage> {
    let form =
        [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret.expose_secret())];
    let request = remote.http().post(format!("{}/services/oauth2/token", base(url))).form(&form);
    // A login has no effect that could be lost.
    let reply =
        remote.send("log in", request).await.map_err(|outage| Outage { effect_unknown: false, ..outage })?;
    match (reply.body["access_token"].as_str(), reply.body["instance_url"].as_str()) {
        (Some(token), Some(instance)) if reply.is_success() => {
            Ok(Session { instance_url: base(instance), token: token.into() })
        }
        _ if reply.status.as_u16() == 429 => Err(remote.rate_limited(&reply, "too many logins")),
        _ => {
            let error = reply.body["error"].as_str().unwrap_or_default();
            let status = reply.status.as_u16();
            let outage = remote.unreached(format!("logging in failed: status {status} {error}"));
            Err(if status < 500 { outage.lasting() } else { outage })
        }
    }
}
