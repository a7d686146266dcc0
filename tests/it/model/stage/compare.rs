//! What servers, files and model must agree on after every call.

use super::Stage;
use crate::model::hotel::Answer;
use serde_json::Value;
use tests::ATTENTION;

impl Stage<'_> {
    /// The files hold what the model holds, and what must always be true of them is.
    pub(crate) fn compare(&self) -> Result<(), String> {
        // How many calls need a person is for the model to say.
        let mut broken = self.books.broken_rules();
        broken.retain(|rule| !rule.starts_with(ATTENTION));
        if !broken.is_empty() {
            return Err(broken.join("\n"));
        }
        let (model, files) = (self.model.written(), self.written());
        if model != files {
            let only = |these: &[String], those: &[String]| -> String {
                let missing: Vec<_> = these.iter().filter(|line| !those.contains(line)).cloned().collect();
                missing.join("\n  ")
            };
            let (model, files) = (only(&model, &files), only(&files, &model));
            return Err(format!("the model alone has\n  {model}\nand the hotel alone\n  {files}"));
        }
        let attention = self.calls_needing_attention();
        if attention != self.model.attention {
            return Err(format!("{attention} calls need a person, not {}", self.model.attention));
        }
        let unsent = self.books.count("SELECT count(*) FROM outbox WHERE state <> 'sent'");
        if unsent > self.messages_at_risk {
            return Err(format!("{unsent} messages were not sent"));
        }
        Ok(())
    }

    /// The same lines as `Hotel::written`.
    fn written(&self) -> Vec<String> {
        const LINES: &[&str] = &[
            "SELECT 'room ' || r.number || ' ' || r.status || ' ' || ifnull(c.email, '-') \
             FROM rooms r LEFT JOIN contacts c ON c.id = r.current_guest",
            "SELECT 'booking ' || b.number || ' ' || b.status || ' room ' || r.number || ' of ' || c.email || ' ' || \
             b.check_in || ' ' || b.check_out || ' ' || b.planned_check_out || ' x' || b.guests || ' ' || \
             ifnull(b.special_requests, '-') || ' at ' || b.prices || ' sale ' || o.stage || ' ' || o.amount_cents \
             || ' ' || iif(o.payment_id IS NULL, '-', 'paid') FROM bookings b JOIN rooms r ON r.id = b.room_id \
             JOIN contacts c ON c.id = b.guest_id JOIN opportunities o ON o.id = b.opportunity_id",
            "SELECT 'payment ' || i.booking || ' ' || i.amount_cents || ' ' || i.status || ' ' || \
             (SELECT count(*) FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = i.id AND f.amount_cents = i.amount_cents) || \
             ' recorded ' || (SELECT count(*) FROM payment_transactions t WHERE t.intent_id = i.id AND t.kind = 'Charge') \
             || ' ' || (SELECT count(*) FROM payment_transactions t WHERE t.intent_id = i.id AND t.kind = 'Refund') \
             FROM intents i",
            "SELECT 'case ' || k.number || ' ' || k.case_type || ' ' || k.status || ' ' || k.priority || ' ' || r.number \
             || ' ' || ifnull(c.email, '-') || ' ' || ifnull(b.number, '-') || ' ' || k.description FROM cases k \
             JOIN rooms r ON r.id = k.room_id LEFT JOIN contacts c ON c.id = k.contact_id \
             LEFT JOIN bookings b ON b.id = k.booking_id",
            "SELECT 'person ' || email || ' ' || contact_type FROM contacts",
            "SELECT 'text ' || json_extract(message, '$.to') FROM outbox",
        ];
        let mut lines: Vec<String> = LINES.iter().flat_map(|query| self.books.texts(query)).collect();
        lines.sort();
        lines
    }
}

/// Whether what was told is what the model expects. After a fault the answer may come from the journal.
pub(super) fn agree(expected: &Answer, told: &Value, after_a_fault: bool) -> Result<(), String> {
    let fits = match expected {
        Ok(data) => {
            let mut data = data.clone();
            if after_a_fault && data["replayed"] == false {
                data.as_object_mut().map(|data| data.remove("replayed"));
            }
            told["success"] == true && holds(&told["data"], &data)
        }
        Err(code) => told["error_code"] == *code,
    };
    if fits {
        return Ok(());
    }
    match expected {
        Ok(data) => Err(format!("expected {data}\nbut was told {told}")),
        Err(code) => Err(format!("expected {code}\nbut was told {told}")),
    }
}

/// Whether `told` has every field that is expected. A number stands for a list of so many.
fn holds(told: &Value, expected: &Value) -> bool {
    match (told, expected) {
        (Value::Object(told), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| told.get(name).is_some_and(|told| holds(told, value)))
        }
        (Value::Array(told), Value::Array(expected)) => {
            told.len() == expected.len()
                && told.iter().zip(expected).all(|(told, expected)| holds(told, expected))
        }
        (Value::Array(told), Value::Number(expected)) => Some(told.len() as u64) == expected.as_u64(),
        _ => told == expected,
    }
}
