//! Texts that were sent, kept as `SMS_Notification__c` with their sale: one read and one write for up to 200. The service's
//! id of a text is unique there, so what is kept already is not kept twice.

use super::super::SentMessage;
use super::Salesforce;
use super::soql::{Query, one_of};
use crate::error::Outage;
use crate::words::BookingNumber;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// Another attempt, or another machine, was first.
const KEPT_ALREADY: &str = "DUPLICATE_VALUE";
/// What passes.
const PASSES: [&str; 3] = ["UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_LIMIT_EXCEEDED"];

impl Salesforce {
    pub(super) async fn keep_messages(&self, messages: &[SentMessage]) -> Result<(), Outage> {
        let sales = self.sales_about(messages).await?;
        let sale = |message: &SentMessage| message.booking.as_ref().and_then(|number| sales.get(number));
        let records = messages.iter().map(|message| record(message, sale(message))).collect();
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

    /// The sales of the bookings that messages are about. A booking that is not there any more has none.
    async fn sales_about(&self, messages: &[SentMessage]) -> Result<HashMap<BookingNumber, String>, Outage> {
        let numbers: BTreeSet<_> = messages.iter().filter_map(|message| message.booking.as_ref()).collect();
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let these = one_of("Name", numbers.into_iter().map(BookingNumber::as_str));
        let rows = self.client.query(&Query::new("Name, Opportunity__c", "Booking__c", vec![these])).await?;
        let text = |row: &Value, field: &str| row[field].as_str().map(str::to_owned);
        let sale =
            |row: &Value| Some((BookingNumber::new(text(row, "Name")?).ok()?, text(row, "Opportunity__c")?));
        Ok(rows.iter().filter_map(sale).collect())
    }
}

fn record(message: &SentMessage, sale: Option<&String>) -> Value {
    json!({
        "attributes": {"type": "SMS_Notification__c"},
        "Twilio_Message_SID__c": message.id,
        "To_Phone_Number__c": message.to,
        "Message_Body__c": message.body,
        "Direction__c": "Outbound",
        "Sent_Date__c": format!("{:.3}", message.sent_at),
        "Opportunity__c": sale,
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
