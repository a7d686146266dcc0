//! Twilio (<https://www.twilio.com/docs/messaging/api/message-resource>). It knows no idempotency key, so a text is sent at
//! most once: whoever is in doubt does not send again.

use super::{Messages, Sms};
use crate::error::{ErrorCode, Refusal, SkillError, System};
use crate::settings::TwilioSettings;
use crate::systems::remote::Remote;
use crate::words::Key;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// A Twilio account.
pub struct Twilio {
    remote: Remote,
    url: String,
    account_sid: String,
    auth_token: SecretString,
    from: String,
}

impl Twilio {
    /// An account; requests may take `timeout` each. Asks nothing yet.
    ///
    /// # Errors
    /// When this machine has no way to speak TLS.
    pub fn new(settings: &TwilioSettings, timeout: Duration) -> Result<Self, reqwest::Error> {
        let base = settings.api_base.trim_end_matches('/');
        Ok(Self {
            remote: Remote::new(System::Messages, "twilio", timeout)?,
            url: format!("{base}/2010-04-01/Accounts/{}/Messages.json", settings.account_sid),
            account_sid: settings.account_sid.clone(),
            auth_token: settings.auth_token.clone(),
            from: settings.from.clone(),
        })
    }
}

/// A number in the way Twilio takes it (E.164): what people put between the digits is left out.
fn e164(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

#[async_trait::async_trait]
impl Messages for Twilio {
    async fn send(&self, _: &Key, sms: &Sms) -> Result<String, SkillError> {
        let sender = if self.from.starts_with("MG") { "MessagingServiceSid" } else { "From" };
        let form = [("To", e164(&sms.to)), (sender, self.from.clone()), ("Body", sms.body.clone())];
        let request = self
            .remote
            .http()
            .post(&self.url)
            .basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()))
            .form(&form);
        let reply = self.remote.send("send message", request).await?;
        let status = reply.status.as_u16();
        let code = reply.body["code"].as_i64().unwrap_or_default();
        match (status, reply.body["sid"].as_str()) {
            (200..=299, Some(sid)) => Ok(sid.to_owned()),
            (429, _) => Err(self.remote.rate_limited(&reply, format!("status 429, code {code}")).into()),
            (401 | 403, _) => Err(self
                .remote
                .unreached(format!("status {status}: not accepted, code {code}"))
                .lasting()
                .into()),
            (400..=499, _) => {
                let why = format!("Twilio does not send this text: code {code}.");
                Err(Refusal::new(ErrorCode::ValidationError, why).detail("code", code).into())
            }
            _ => Err(self.remote.unknown(format!("status {status}, code {code}")).into()),
        }
    }

    fn runs_on(&self) -> &str {
        "Twilio"
    }
}

#[cfg(test)]
mod tests {
    use super::e164;

    #[test]
    fn a_number_is_taken_as_people_write_it() {
        assert_eq!(e164("+1 (555) 010-0001"), "+15550100001");
    }
}
