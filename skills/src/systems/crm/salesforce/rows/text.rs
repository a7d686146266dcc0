//! A text that was sent. It is only written.

use super::super::fields::{Key, Kind, Object, field, kind, table};

/// Calls do without it: the audit trail has the texts too.
pub(crate) static TEXT: Object = Object {
    name: "SMS_Notification__c",
    help: "A text that was sent to a guest.",
    table: "",
    beside: &[],
    fields: table! {
        field("Twilio_Message_SID__c", Kind::Text(100), "The service's id of the text, by which it is kept once.")
            .unselected().made().holds(34).key(Key::Unique),
        field("To_Phone_Number__c", Kind::Phone, "Where it went.").unselected().made(),
        field("Message_Body__c", Kind::LongText(32_768), "What it says.").unselected().made(),
        field("Direction__c", kind::choice(|| vec!["Outbound", "Inbound"], None), "Which way it went.")
            .unselected().made().writes(|| vec!["Outbound"]),
        field("Status__c", kind::choice(deliveries, None), "What became of it.").unselected().made().writes(deliveries),
        field("Sent_Date__c", Kind::DateTime, "When it was sent.").unselected().made(),
        field("Opportunity__c", kind::lookup("Opportunity", "SMS_Notifications"), "The sale it is about.")
            .unselected().made(),
    },
};

fn deliveries() -> Vec<&'static str> {
    vec!["Queued", "Sent", "Delivered", "Failed", "Undelivered"]
}
