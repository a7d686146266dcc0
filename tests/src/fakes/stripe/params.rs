//! The parameters of each operation. Any other is refused. Values become typed: numbers and booleans are no longer strings.

use super::errors::Failure;
use super::routes::Op;
use serde_json::{Map, Value};

enum Kind {
    Text,
    Email,
    Url,
    Integer,
    Boolean,
    OneOf(&'static [&'static str]),
    /// Texts by name (metadata), up to Stripe's limits.
    Metadata,
    Texts,
    Object(&'static [Param]),
    /// A time, or bounds of it.
    Range,
}

struct Param {
    name: &'static str,
    kind: Kind,
    required: bool,
}

const fn may(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: false }
}

const fn must(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, required: true }
}

const EXPAND: Param = may("expand", Kind::Texts);
const METADATA: Param = may("metadata", Kind::Metadata);
const LIMIT: Param = may("limit", Kind::Integer);
const AFTER: Param = may("starting_after", Kind::Text);
const CREATED: Param = may("created", Kind::Range);
const RECEIPT: Param = may("receipt_email", Kind::Email);
const METHOD: Param = may("payment_method", Kind::Text);
const RETURN: Param = may("return_url", Kind::Url);
const OFF_SESSION: Param = may("off_session", Kind::Boolean);
const NO_ACTION: Param = may("error_on_requires_action", Kind::Boolean);

const AUTOMATIC: &[Param] =
    &[must("enabled", Kind::Boolean), may("allow_redirects", Kind::OneOf(&["always", "never"]))];

const CUSTOMER: &[Param] = &[
    may("email", Kind::Email),
    may("name", Kind::Text),
    may("phone", Kind::Text),
    may("description", Kind::Text),
    METADATA,
    EXPAND,
];

const INTENT: &[Param] = &[
    must("amount", Kind::Integer),
    must("currency", Kind::Text),
    may("customer", Kind::Text),
    may("description", Kind::Text),
    may("statement_descriptor_suffix", Kind::Text),
    may("payment_method_types", Kind::Texts),
    may("automatic_payment_methods", Kind::Object(AUTOMATIC)),
    may("confirm", Kind::Boolean),
    METADATA,
    RECEIPT,
    METHOD,
    RETURN,
    OFF_SESSION,
    NO_ACTION,
    EXPAND,
];

const REFUND: &[Param] = &[
    may("payment_intent", Kind::Text),
    may("charge", Kind::Text),
    may("amount", Kind::Integer),
    may("reason", Kind::OneOf(REASON)),
    METADATA,
    EXPAND,
];

const REASON: &[&str] = &["duplicate", "fraudulent", "requested_by_customer"];
const CANCELLATION: &[&str] = &["abandoned", "duplicate", "fraudulent", "requested_by_customer"];

fn of(op: Op) -> &'static [Param] {
    match op {
        Op::CustomersList => const { &[may("email", Kind::Text), CREATED, LIMIT, AFTER, EXPAND] },
        Op::CustomersCreate | Op::CustomersUpdate => CUSTOMER,
        Op::IntentsList => const { &[may("customer", Kind::Text), CREATED, LIMIT, AFTER, EXPAND] },
        Op::IntentsCreate => INTENT,
        Op::IntentsConfirm => const { &[METHOD, RETURN, RECEIPT, OFF_SESSION, NO_ACTION, EXPAND] },
        Op::IntentsCancel => const { &[may("cancellation_reason", Kind::OneOf(CANCELLATION)), EXPAND] },
        Op::RefundsList => {
            const { &[may("payment_intent", Kind::Text), may("charge", Kind::Text), CREATED, LIMIT, AFTER, EXPAND] }
        }
        Op::RefundsCreate => REFUND,
        Op::ChargesUpdate => const { &[RECEIPT, EXPAND] },
        Op::CustomersRetrieve
        | Op::IntentsRetrieve
        | Op::RefundsRetrieve
        | Op::ChargesRetrieve
        | Op::MethodsRetrieve
        | Op::Balance
        | Op::Account => const { &[EXPAND] },
    }
}

/// The parameters of a call, typed.
pub(super) fn check(op: Op, given: &Value) -> Result<Value, Failure> {
    object(of(op), given, "")
}

fn object(params: &[Param], given: &Value, path: &str) -> Result<Value, Failure> {
    let Value::Object(given) = given else {
        return Err(Failure::invalid("Invalid object").param(path).code("parameter_invalid_empty"));
    };
    let mut typed = Map::new();
    for (name, value) in given {
        let path = inside(path, name);
        let Some(param) = params.iter().find(|it| it.name == name) else {
            let message = format!("Received unknown parameter: {path}");
            return Err(Failure::invalid(&message).code("parameter_unknown").param(&path));
        };
        typed.insert(name.clone(), typed_value(&param.kind, value, &path)?);
    }
    if let Some(param) = params.iter().find(|it| it.required && !given.contains_key(it.name)) {
        let path = inside(path, param.name);
        let message = format!("Missing required param: {path}.");
        return Err(Failure::invalid(&message).code("parameter_missing").param(&path));
    }
    Ok(Value::Object(typed))
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}[{name}]") }
}

fn typed_value(kind: &Kind, value: &Value, path: &str) -> Result<Value, Failure> {
    let invalid = |message: String| Failure::invalid(&message).param(path);
    match kind {
        Kind::Object(params) => return object(params, value, path),
        Kind::Metadata => return metadata(value, path),
        Kind::Texts => {
            let Value::Array(items) = value else { return Err(invalid("Invalid array".into())) };
            let items = items.iter().map(|item| text(item, path).map(Value::from));
            return items.collect::<Result<Vec<_>, _>>().map(Value::Array);
        }
        Kind::Range if value.is_object() => {
            const BOUNDS: &[Param] = &[
                may("gt", Kind::Integer),
                may("gte", Kind::Integer),
                may("lt", Kind::Integer),
                may("lte", Kind::Integer),
            ];
            return object(BOUNDS, value, path);
        }
        _ => {}
    }
    let text = text(value, path)?;
    match kind {
        Kind::Integer | Kind::Range => match text.parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(invalid(format!("Invalid integer: {text}")).code("parameter_invalid_integer")),
        },
        Kind::Boolean => match text {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => Err(invalid(format!("Invalid boolean: {text}"))),
        },
        Kind::Email if !is_email(text) => {
            Err(invalid(format!("Invalid email address: {text}")).code("email_invalid"))
        }
        Kind::Url if !text.starts_with("https://") && !text.starts_with("http://") => {
            Err(invalid("Not a valid URL".into()).code("url_invalid"))
        }
        Kind::OneOf(words) if !words.contains(&text) => {
            Err(invalid(format!("Invalid {path}: must be one of {}", words.join(", "))))
        }
        _ => Ok(text.into()),
    }
}

fn text<'a>(value: &'a Value, path: &str) -> Result<&'a str, Failure> {
    let Value::String(text) = value else {
        return Err(Failure::invalid("Invalid string").param(path));
    };
    if text.is_empty() {
        let message = format!(
            "You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; however \
             '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value."
        );
        return Err(Failure::invalid(&message).code("parameter_invalid_empty").param(path));
    }
    if text.chars().count() > 5000 {
        let message = format!("Invalid string: {path} must be at most 5000 characters");
        return Err(Failure::invalid(&message).param(path));
    }
    Ok(text)
}

/// At most 50 texts, names up to 40 characters, values up to 500.
fn metadata(value: &Value, path: &str) -> Result<Value, Failure> {
    let invalid = |message: &str, name: &str| Failure::invalid(message).param(&inside(path, name));
    let Value::Object(fields) = value else { return Err(Failure::invalid("Invalid hash").param(path)) };
    if fields.len() > 50 {
        return Err(Failure::invalid("Metadata can have at most 50 keys.").param(path));
    }
    for (name, value) in fields {
        let Value::String(value) = value else {
            return Err(invalid("Metadata values must be strings.", name));
        };
        if name.chars().count() > 40 {
            return Err(invalid("Metadata keys can have up to 40 characters.", name));
        }
        if value.chars().count() > 500 {
            return Err(invalid("Metadata values can have up to 500 characters.", name));
        }
    }
    Ok(value.clone())
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
}
