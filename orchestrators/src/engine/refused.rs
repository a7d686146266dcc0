//! A refusal by an external system is logged once, in the system's own words, for the person who can fix it. Without
//! personal data: the caller's values and every e-mail are removed.

use crate::tool::answer;
use serde_json::Value;
use skills::{ErrorCode, Refusal};

/// The longest line of a system's words, in characters.
const LONGEST: usize = 400;
const TAKEN_OUT: &str = "[…]";
/// A shorter text is nobody's name.
const SHORTEST: usize = 3;

/// Logs one line for a refusal by a system, or for a call that needs a person; none for any other. `call` is 0 for a read.
pub(super) fn log(
    call: i64,
    tool: &str,
    arguments: &Value,
    refusal: &Refusal,
    may_be_logged: fn(&str) -> bool,
) {
    let error_code = refusal.error_code.as_str();
    if let Some(because) = answer::because(refusal) {
        let system_says = without_personal_data(&because, arguments, may_be_logged);
        tracing::warn!(call, tool, error_code, system_says, "a system refuses what the call needs");
    } else if refusal.error_code == ErrorCode::NeedsAttention {
        tracing::warn!(call, tool, error_code, "a call needs a person: see search_tool_calls");
    }
}

/// A system's words on one line, without the call's texts, e-mails and long numbers.
fn without_personal_data(words: &str, arguments: &Value, may_be_logged: fn(&str) -> bool) -> String {
    let mut texts = vec![];
    collect("", arguments, may_be_logged, &mut texts);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let mut words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    for text in texts {
        words = words.replace(text.as_str(), TAKEN_OUT);
    }
    let word = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        if word.contains('@') || digits > 6 { TAKEN_OUT.to_owned() } else { word.to_owned() }
    };
    let words: Vec<_> = words.split_whitespace().map(word).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// Collects the texts of a call that may identify a person.
fn collect(key: &str, value: &Value, may_be_logged: fn(&str) -> bool, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| collect(key, value, may_be_logged, into));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(key, value, may_be_logged, into)),
        Value::String(text) if text.chars().count() >= SHORTEST && !may_be_logged(key) => {
            into.push(text.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_names_the_rule_and_nobody() {
        let arguments =
            json!({"guest_email": "beth@x.com", "description": "Nut allergy", "room_number": "201"});
        let words = "Booking__c: room 201, Nut allergy of BETH@X.com (Beth@x.com,+15550100001)\nis too much";
        assert_eq!(
            without_personal_data(words, &arguments, |key| key == "room_number"),
            "Booking__c: room 201, […] of […] […] is too much"
        );
    }
}
