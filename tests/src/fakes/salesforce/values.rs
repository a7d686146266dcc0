//! Checks a value from a request and converts it into the form in which its field stores it.

use super::ids;
use super::refusal::{Refusal, Result};
use super::schema::{Field, Kind, of_id};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

/// The moment as the platform writes it: `2026-01-31T12:00:00.000+0000`.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// Reads a moment with its offset; offsets may lack their colon.
pub(crate) fn read_moment(text: &str) -> Option<Timestamp> {
    let (date, time) = text.split_once('T')?;
    let offset = time.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = time.split_at(offset);
    let offset = match offset.strip_prefix(['+', '-']) {
        Some(digits) if digits.len() == 4 && digits.is_ascii() => {
            format!("{}{}:{}", &offset[..1], &digits[..2], &digits[2..])
        }
        _ => offset.to_owned(),
    };
    format!("{date}T{clock}{offset}").parse().ok()
}

/// Reads a day, in the one form the platform takes.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// Checks a value for a field and returns what is stored.
pub(crate) fn take(field: &Field, label: &str, value: &Value) -> Result<Value> {
    match value {
        Value::Null if field.kind == Kind::Boolean => Err(Refusal::save(
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            format!("{label}: value not of required type: null"),
            &[&field.name],
        )),
        Value::Null => Ok(Value::Null),
        Value::Object(_) | Value::Array(_) => {
            let start = if value.is_array() { "START_ARRAY" } else { "START_OBJECT" };
            Err(unreadable(field, start, value))
        }
        Value::String(text) => take_text(field, label, text),
        Value::Bool(_) if field.kind == Kind::Boolean => Ok(value.clone()),
        Value::Bool(_) => Err(unreadable(field, "VALUE_BOOLEAN", value)),
        Value::Number(number) => match (field.kind, number.as_f64()) {
            (Kind::Double | Kind::Currency, Some(number)) => take_number(field, label, number),
            _ if number.is_f64() => Err(unreadable(field, "VALUE_NUMBER_FLOAT", value)),
            _ => Err(unreadable(field, "VALUE_NUMBER_INT", value)),
        },
    }
}

fn unreadable(field: &Field, found: &str, value: &Value) -> Refusal {
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let wanted = if field.kind.is_text() { "string" } else { field.kind.name() };
    Refusal::json(format!(
        "Cannot deserialize instance of {wanted} from {found} value {value} or request may be missing a required \
         field at [line:1, column:2]"
    ))
}

fn take_text(field: &Field, label: &str, text: &str) -> Result<Value> {
    let refused = || Err(unreadable(field, "VALUE_STRING", &json!(text)));
    match field.kind {
        Kind::Boolean | Kind::Double | Kind::Currency => refused(),
        Kind::Date => read_day(text).map_or_else(refused, |day| Ok(json!(day.to_string()))),
        Kind::DateTime => read_moment(text).map_or_else(refused, |at| Ok(json!(moment(at)))),
        Kind::Id | Kind::Reference => take_id(field, label, text),
        Kind::LongTextArea => fit(field, label, text),
        Kind::Email if !text.trim().is_empty() && !is_email(text.trim()) => Err(Refusal::save(
            "INVALID_EMAIL_ADDRESS",
            format!("{label}: invalid email address: {text}"),
            &[&field.name],
        )),
        Kind::Picklist if field.restricted => {
            let known = text.is_empty() || field.values.iter().flatten().any(|value| value == text);
            if known { fit(field, label, text) } else { Err(not_in_picklist(field, label, text)) }
        }
        Kind::String | Kind::Email | Kind::Phone | Kind::Url | Kind::Picklist => {
            fit(field, label, text.trim())
        }
    }
}

fn not_in_picklist(field: &Field, label: &str, text: &str) -> Refusal {
    let message = format!("{label}: bad value for restricted picklist field: {text}");
    Refusal::save("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, &[&field.name])
}

/// An empty text is stored as null; a long one is refused.
fn fit(field: &Field, label: &str, text: &str) -> Result<Value> {
    let most = field.length.unwrap_or(255);
    if text.chars().count() > most {
        let message = format!("{label}: data value too large: {text} (max length={most})");
        return Err(Refusal::save("STRING_TOO_LONG", message, &[&field.name]));
    }
    Ok(if text.is_empty() { Value::Null } else { json!(text) })
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>()".contains(c));
    plain(name) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

/// Rounds to the field's scale; too many digits before the point are refused.
fn take_number(field: &Field, label: &str, number: f64) -> Result<Value> {
    let digits = field.precision.unwrap_or(18) - field.scale;
    let unit = 10_f64.powi(field.scale);
    let rounded = (number * unit).round() / unit;
    if rounded.abs() >= 10_f64.powi(digits) {
        let message = format!("{label}: value outside of valid range on numeric field: {number}");
        return Err(Refusal::save("NUMBER_OUTSIDE_VALID_RANGE", message, &[&field.name]));
    }
    Ok(json!(rounded))
}

/// An id of the right object; whether its row exists is checked later.
fn take_id(field: &Field, label: &str, text: &str) -> Result<Value> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let wrong = || {
        Refusal::save("MALFORMED_ID", format!("{label}: id value of incorrect type: {text}"), &[&field.name])
    };
    let id = ids::parse(text).ok_or_else(wrong)?;
    let object = of_id(&id).ok_or_else(wrong)?;
    if field.to.as_ref() == Some(&object.name) { Ok(json!(id)) } else { Err(wrong()) }
}
