//! Sent texts, stored as `SMS_Notification__c` with their sale: one read and one write for up to 200. The service's
//! message id is unique there, so no message is stored twice.

use super::super::SentMessage;
use super::Salesforce;
use super::soql::{Query, one_of};
use crate::error::{Kind, Outage, SkillError};
use crate::systems::failures;
use crate::words::BookingNumber;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// The error code if another attempt, or another machine, stored it first.
const KEPT_ALREADY: &str = "DUPLICATE_VALUE";
impl Salesforce {
    pub(super) async fn keep_messages(&self, messages: &[SentMessage]) -> Result<(), Outage> {
        // A refused message will be refused again: it waits long, and the audit trail has its text.
        let rests = |error: SkillError| match error {
            SkillError::Outage(outage) => outage,
            SkillError::Refused(no) | SkillError::MovedOn(no) => {
                self.client.remote.unreached(no.in_full()).lasting()
            }
        };
        let sales = self.sales_about(messages).await.map_err(rests)?;
        let sale = |message: &SentMessage| message.booking.as_ref().and_then(|number| sales.get(number));
        let records = messages.iter().map(|message| record(message, sale(message))).collect();
        let answers = self.client.create_some("record messages", records).await.map_err(rests)?;
        for error in
            answers.iter().filter(|answer| answer["success"] != true).map(|answer| &answer["errors"][0])
        {
            let code = error["statusCode"].as_str().unwrap_or_default();
            match failures::salesforce::kind(400, code) {
                _ if code == KEPT_ALREADY => {}
                Kind::Outage => {
                    return Err(self.client.remote.unreached(format!("a message was answered {code}")));
                }
                // It would be refused again; the audit trail has it.
                _ => {
                    tracing::warn!(code, fields = %error["fields"], "a message could not be kept in Salesforce");
                }
            }
        }
        Ok(())
    }

    /// The sales of the messages' bookings. A deleted booking has none.
    async fn sales_about(
        &self,
        messages: &[SentMessage],
    ) -> Result<HashMap<BookingNumber, String>, SkillError> {
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

/// The picklist value for the last delivery status.
fn status(delivery: Option<&str>) -> &'static str {
    match delivery {
        Some("delivered" | "read") => "Delivered",
        Some("undelivered") => "Undelivered",
        Some("failed" | "canceled") => "Failed",
        Some("queued" | "accepted" | "scheduled") => "Queued",
        _ => "Sent",
    }
}
