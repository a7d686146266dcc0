//! Checks whether the account can send from the configured number.

use super::Twilio;
use crate::error::Outage;
use crate::systems::check::{Check, Examination};

impl Twilio {
    pub(super) async fn examined(&self) -> Vec<Check> {
        let mut found = Examination::of("Twilio");
        if let Err(outage) = self.look_around(&mut found).await {
            found.unreached("connection", &outage, "TWILIO_API_BASE");
        }
        found.checks()
    }

    async fn look_around(&self, found: &mut Examination) -> Result<(), Outage> {
        let account = &self.account;
        let reply = self.ask("account", format!("{account}.json"), &[]).await?;
        found.clock(&reply);
        let status = reply.status.as_u16();
        if !reply.is_success() {
            let mend = match status {
                401 | 403 | 404 => {
                    "give Account SID and Auth Token of https://console.twilio.com as TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
                }
                _ => "see https://status.twilio.com and run doctor again",
            };
            let code = reply.body["code"].as_i64().unwrap_or_default();
            found.wrong("account", format!("not accepted: status {status}, code {code}"), mend);
            return Ok(());
        }
        match reply.body["status"].as_str() {
            Some("active") => found.ok("account", "active"),
            other => {
                let says = format!("is {}", other.unwrap_or("in no known state"));
                found.wrong("account", says, "see the console's messages about the account");
            }
        }
        if reply.body["type"] == "Trial" {
            let says = "a trial account texts only numbers that were verified in the console";
            found.warning("account type", says, "upgrade the account before guests rely on it");
        }
        self.sender(found, account).await
    }

    async fn sender(&self, found: &mut Examination, account: &str) -> Result<(), Outage> {
        let from = self.from.as_str();
        let hex = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if from.strip_prefix("MG").is_some_and(hex) {
            found.ok("sender", "a messaging service; that it has a number is not looked at");
            return Ok(());
        }
        let digits = from.strip_prefix('+').unwrap_or_default();
        if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            let mend = "give TWILIO_FROM as +15550100000 (E.164), or a messaging service as MG…";
            found.wrong("sender", "TWILIO_FROM is neither a number nor a messaging service", mend);
            return Ok(());
        }
        let url = format!("{account}/IncomingPhoneNumbers.json");
        let reply = self.ask("number", url, &[("PhoneNumber", from)]).await?;
        let numbers = reply.body["incoming_phone_numbers"].as_array().filter(|_| reply.is_success());
        match numbers.map(|numbers| numbers.first()) {
            None => found.warning(
                "sender",
                format!("could not be looked up: status {}", reply.status.as_u16()),
                "see in the console that the account has the number of TWILIO_FROM",
            ),
            Some(None) => found.wrong(
                "sender",
                "the account does not have the number of TWILIO_FROM",
                "give one of Phone Numbers > Manage > Active numbers",
            ),
            Some(Some(number)) if number["capabilities"]["sms"] == false => {
                found.wrong("sender", "the number cannot send texts", "buy one with the capability SMS");
            }
            Some(Some(_)) => found.ok("sender", "a number of the account that sends texts"),
        }
        Ok(())
    }
}
