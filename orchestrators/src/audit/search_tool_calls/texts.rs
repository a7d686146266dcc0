//! Texts in the trail: which arguments a guest may have written, and how much of a text a list shows.

use serde_json::{Map, Value};
use skills::words::in_list;

/// The arguments that may hold a guest's words.
const GUESTS_WORDS: [&str; 7] = [
    "description",
    "first_name",
    "guest_first_name",
    "guest_last_name",
    "last_name",
    "reason",
    "special_requests",
];

/// The arguments of a call that may hold a guest's words. Answers list their own such fields.
pub(super) fn guest_wrote(arguments: &Map<String, Value>) -> Vec<String> {
    let given = GUESTS_WORDS.into_iter().filter(|name| arguments.get(*name).is_some_and(Value::is_string));
    given.map(|name| format!("arguments.{name}")).collect()
}

/// Cuts the long texts in a part of a call, and lists the cut fields.
pub(super) fn cut(path: &str, part: &mut Map<String, Value>, cut_fields: &mut Vec<String>) {
    for (name, value) in part {
        let path = format!("{path}.{name}");
        match value {
            Value::String(text) => {
                let (shown, was_cut) = in_list(text);
                if was_cut {
                    *text = shown;
                    cut_fields.push(path);
                }
            }
            Value::Object(inner) => cut(&path, inner, cut_fields),
            _ => {}
        }
    }
}
