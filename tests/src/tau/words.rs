//! Days in the files of the tasks are counted from the hotel's today: `T`, `T+3`, `T-2`. They become dates before a call is
//! made.

use crate::day;
use serde_json::Value;

/// The day that a text stands for, if it is one.
pub(super) fn days(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('T')?;
    if rest.is_empty() { Some(0) } else { rest.parse().ok().filter(|_| rest.starts_with(['+', '-'])) }
}

/// The value with every text in it that stands for a day as that date.
pub(super) fn dated(value: &Value) -> Value {
    match value {
        Value::String(text) => days(text).map_or_else(|| value.clone(), |days| day(days).into()),
        Value::Array(values) => values.iter().map(dated).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(name, value)| (name.clone(), dated(value))).collect())
        }
        _ => value.clone(),
    }
}

#[test]
fn a_day_is_counted_from_today() {
    assert!(days("T-2") == Some(-2) && days("T") == Some(0) && days("Two").is_none() && days("T3").is_none());
}
