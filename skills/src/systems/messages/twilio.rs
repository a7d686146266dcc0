//! Twilio (<https://www.twilio.com/docs/messaging/api/message-resource>). It has no idempotency keys, so a text is sent at
//! most once: if it is not certain that it was sent, it is not sent again.

mod doctor;

use super::{Delivery, Messages, Sms};
use crate::error::{ErrorCode, Kind, Outage, Refusal, SkillError, System};
use crate::settings::TwilioSettings;
use crate::systems::check::Check;
use crate::systems::failures::{self, twilio as codes};
use crate::systems::remote::{Remote, Reply};
use crate::words::Key;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// The final statuses of a text (<https://www.twilio.com/docs/messaging/api/message-resource#message-status-values>).
const ENDS: [&str; 5] = ["delivered", "undelivered", "failed", "canceled", "read"];

/// A Twilio account.
pub struct Twilio {
    remote: Remote,
    /// The account's URL; its resources are below it.
    account: String,
    account_sid: String,
    auth_token: SecretString,
    from: String,
}

impl Twilio {
    /// An account. Each request may take `timeout`. Sends nothing yet.
    ///
    /// # Errors
    /// When this machine has no way to speak TLS.
    pub fn new(settings: &TwilioSettings, timeout: Duration) -> Result<Self, reqwest::Error> {
        let base = settings.api_base.trim_end_matches('/');
        Ok(Self {
            remote: Remote::new(System::Messages, "twilio", timeout)?,
            account: format!("{base}/2010-04-01/Accounts/{}", settings.account_sid),
            account_sid: settings.account_sid.clone(),
            auth_token: settings.auth_token.clone(),
            from: settings.from.clone(),
        })
    }

    async fn ask(&self, what: &str, url: String, query: &[(&str, &str)]) -> Result<Reply, Outage> {
        let request = self.remote.http().get(url).query(query);
        let request = request.basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()));
        self.remote.send(what, request).await
    }

    /// Why a text was not sent, or its status not read. A 4xx status means that nothing was done.
    fn refused(&self, reply: &Reply) -> SkillError {
        let (status, code) = (reply.status.as_u16(), reply.body["code"].as_i64().unwrap_or_default());
        let reason = format!("status {status}, code {code}");
        match codes::kind(status, code) {
            Kind::Outage if status == 429 => self.remote.rate_limited(reply, reason).into(),
            Kind::Outage if status == 401 => {
                self.remote.unreached(format!("not accepted: {reason}")).lasting().into()
            }
            Kind::Outage if (400..500).contains(&status) && status != 408 => {
                self.remote.unreached(reason).into()
            }
            Kind::Outage => self.remote.unknown(reason).into(),
            Kind::Argument | Kind::State => {
                let why = format!("Twilio does not send this text: code {code}.");
                Refusal::new(ErrorCode::ValidationError, why).detail("code", code).into()
            }
            kind => failures::refusal(System::Messages, kind, &codes::said(&reply.body))
                .detail("code", code)
                .into(),
        }
    }
}

/// A number in E.164, as Twilio expects it, without the characters people put between digits.
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
            .post(format!("{}/Messages.json", self.account))
            .basic_auth(&self.account_sid, Some(self.auth_token.expose_secret()))
            .form(&form);
        let reply = self.remote.send("send message", request).await?;
        match (reply.status.as_u16(), reply.body["sid"].as_str()) {
            (200..=299, Some(sid)) => Ok(sid.to_owned()),
            _ => Err(self.refused(&reply)),
        }
    }

    fn repeats(&self) -> bool {
        false
    }

    fn tells_deliveries(&self) -> bool {
        true
    }

    async fn delivery(&self, id: &str) -> Result<Option<Delivery>, SkillError> {
        let url = format!("{}/Messages/{id}.json", self.account);
        let reply = self.ask("retrieve message", url, &[]).await?;
        match (reply.status.as_u16(), reply.body["status"].as_str()) {
            (200..=299, Some(status)) => {
                let is_final = ENDS.contains(&status);
                Ok(Some(Delivery { status: status.to_owned(), is_final }))
            }
            (404, _) => Ok(None),
            _ => Err(self.refused(&reply)),
        }
    }

    async fn examine(&self) -> Vec<Check> {
        self.examined().await
    }

    fn runs_on(&self) -> &str {
        "Twilio"
    }

    fn is_left_alone(&self) -> bool {
        self.remote.is_left_alone()
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
