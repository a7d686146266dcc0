//! Texts that were sent, kept as `SMS_Notification__c`: one request for up to 200. The service's id of a text is unique
//! there, so what is kept already is not kept twice.

use super::super::SentMessage;
use super::Salesforce;
use crate::error::Outage;
use serde_json::{Value, json};

/// Another attempt, or another machine, was first.
const KEPT_ALREADY: &str = "DUPLICATE_VALUE";
/// What passes.
const PASSES: [&str; 3] = ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"];

impl Salesforce {
    pub(super) async fn keep_messages(&self, messages: &[SentMessage]) -> Result<(), Outage> {
        let records: Vec<Value> = messages.iter().map(record).collect();
        let answers = self.client.create_some("record messages", records).await?;
        for answer in answers.iter().filter(|answer| answer["success"] != true) {
            let code = answer["errors"][0]["statusCode"].as_str().unwrap_or_default();
            if PASSES.contains(&code) {
                return Err(self.client.remote.unreached(format!("a message was answered {code}")));
            }
            if code != KEPT_ALREADY {
                // It would be refused the next time too; the audit trail has it.
                tracing::warn!(code, "a message could not be kept in Salesforce");
            }
        }
        Ok(())
    }
}

fn record(message: &SentMessage) -> Value {
    json!({
        "attributes": {"type": "SMS_Notification__c"},
        "Twilio_Message_SID__c": message.id,
        "To_Phone_Number__c": message.to,
        "Message_Body__c": message.body,
        "Direction__c": "Outbound",
        "Sent_Date__c": format!("{:.3}", message.sent_at),
        "Status__c": status(message.delivery.as_deref()),
    })
}

/// The picklist's word for what the service said last.
fn status(delivery: Option<&str>) -> &'static str {
    match delivery {
        Some("delivered" | "read") => "Delivered",
        Some("undelivered") => "Undelivered",
        Some("failed" | "canceled") => "Failed",
        Some("queued" | "accepted" | "scheduled") => "Queued",
        _ => "Sent",
    }
}
