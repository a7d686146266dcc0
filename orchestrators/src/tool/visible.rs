//! Filters an answer to what a persona may see. The journal keeps the whole answer; the filter runs each time it is returned.

use super::answer::Answer;
use super::persona::Persona;
use serde_json::{Map, Value};
use skills::ErrorCode;

/// Detail fields of a refusal that describe the external system.
const OF_THE_SYSTEM: [&str; 3] = ["system_code", "system_message", "object"];
/// Detail fields that name a damaged local file and the reason.
const OF_THE_MACHINE: [&str; 2] = ["file", "reason"];
/// Detail fields that every persona may see when a system refused.
const OF_THE_CALL: [&str; 7] = [
    "undone",
    "refund_status",
    "booking_number",
    "room_number",
    "case_number",
    "payment_intent_id",
    "idempotency_token",
];
const FRONT_DESK: &str = "The hotel's systems do not take this at the moment. The front desk must help.";
const ASK_THE_FRONT_DESK: &str = "Ask the front desk; calling again changes nothing.";

/// The answer, filtered to what a persona may see.
pub(super) fn to(persona: &Persona, mut answer: Answer) -> Answer {
    if !persona.hears_systems && !answer.is_success() {
        answer = without_systems(answer);
    }
    if !persona.may_not_see.is_empty() {
        answer = answer.map(|mut answer| {
            leave_out(&mut answer, persona.may_not_see);
            answer
        });
    }
    answer
}

/// Removes these fields at every depth, and removes their names from lists of field names.
fn leave_out(value: &mut Value, fields: &[&str]) {
    match value {
        Value::Object(map) => {
            map.retain(|name, _| !fields.contains(&name.as_str()));
            map.values_mut().for_each(|value| leave_out(value, fields));
        }
        Value::Array(values) => {
            values.retain(|value| value.as_str().is_none_or(|name| !fields.contains(&name)));
            values.iter_mut().for_each(|value| leave_out(value, fields));
        }
        _ => {}
    }
}

/// Removes a system's codes, objects, fields and messages from a failure.
fn without_systems(answer: Answer) -> Answer {
    let code = answer.error_code().and_then(ErrorCode::named);
    let of_a_system = super::answer::is_of_a_system(&answer);
    answer.map(|mut answer| {
        let Some(details) = answer["details"].as_object_mut() else { return answer };
        if !of_a_system {
            details.retain(|name, _| !OF_THE_SYSTEM.contains(&name.as_str()));
            if code == Some(ErrorCode::StorageUnavailable) {
                details.retain(|name, _| !OF_THE_MACHINE.contains(&name.as_str()));
            }
            return answer;
        }
        details.retain(|name, _| OF_THE_CALL.contains(&name.as_str()));
        let message = format!("{FRONT_DESK}{}", what_was_done(details, code));
        answer["error_message"] = message.into();
        answer["next_step"] = ASK_THE_FRONT_DESK.into();
        answer
    })
}

fn what_was_done(details: &Map<String, Value>, code: Option<ErrorCode>) -> &'static str {
    if details.get("undone") == Some(&true.into()) {
        super::answer::given_back(details)
    } else if code == Some(ErrorCode::NeedsAttention) {
        " Not everything that was begun could be finished or undone."
    } else {
        ""
    }
}
