//! What of an answer a persona may see. The journal keeps the whole answer; whoever is given it, now or as a replay, is
//! given this much of it.

use super::answer::Answer;
use super::persona::Persona;
use serde_json::{Map, Value};
use skills::ErrorCode;

/// What a refusal says of the system behind it, beside its sentence.
const OF_THE_SYSTEM: [&str; 3] = ["system_code", "system_message", "object"];
/// What says which file of this machine is out of order, and why.
const OF_THE_MACHINE: [&str; 2] = ["file", "reason"];
/// What of a refusal by a system anybody may know: what was done, not why.
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

/// The answer as a persona may see it.
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

/// Takes fields out, however deep, and their names out of lists.
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

/// A failure without a system's codes, objects, fields and words.
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
