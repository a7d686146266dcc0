//! A message. Each read moves it one step further: queued, sent, delivered.

use super::Twilio;
use serde_json::{Map, Value, json};

/// Now, as Twilio writes it: `Thu, 24 Aug 2026 05:01:45 +0000`.
pub(super) fn date() -> String {
    jiff::fmt::rfc2822::to_string(&jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC))
        .expect("a date of today")
}

/// A new message; `number` makes its id unique.
pub(super) fn new(number: usize, params: &Map<String, Value>) -> Value {
    let sid = format!("SM{:032x}", number + 1);
    let uri = format!("/2010-04-01/Accounts/{}/Messages/{sid}", Twilio::ACCOUNT_SID);
    let date = date();
    json!({
        "account_sid": Twilio::ACCOUNT_SID, "api_version": "2010-04-01", "body": params["Body"], "date_created": date,
        "date_sent": null, "date_updated": date, "direction": "outbound-api", "error_code": null, "error_message": null,
        "from": params["From"], "messaging_service_sid": null, "num_media": "0", "num_segments": "1", "price": null,
        "price_unit": "USD", "sid": sid, "status": "queued",
        "subresource_uris": { "media": format!("{uri}/Media.json") }, "to": params["To"], "uri": format!("{uri}.json"),
    })
}

/// Moves it one step further, to its planned end if it has one.
pub(super) fn advance(message: &mut Value, end: Option<(&str, u32)>) {
    let next = match (message["status"].as_str(), end) {
        (Some("queued"), Some(("failed", _))) => "failed",
        (Some("queued"), _) => "sent",
        (Some("sent"), Some((end, _))) => end,
        (Some("sent"), None) => "delivered",
        _ => return,
    };
    message["status"] = next.into();
    message["date_updated"] = date().into();
    if next == "sent" {
        message["date_sent"] = date().into();
    }
    if let (Some((_, code)), "failed" | "undelivered") = (end, next) {
        message["error_code"] = code.into();
        message["error_message"] = "The message was not delivered".into();
    }
}

/// A page of the messages that match, newest first.
pub(super) fn list(messages: &[Value], params: &Map<String, Value>) -> Value {
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let number = |name: &str, without: usize| text(name).and_then(|it| it.parse().ok()).unwrap_or(without);
    let matches = |it: &&Value| {
        let day = |name: &str, holds: fn(&str, &str) -> bool| {
            text(name).is_none_or(|than| holds(&sent(it), &than[..10]))
        };
        text("To").is_none_or(|to| it["to"] == to)
            && text("From").is_none_or(|from| it["from"] == from)
            && day("DateSent", |a, b| a == b)
            && day("DateSent>", |a, b| a >= b)
            && day("DateSent<", |a, b| a <= b)
    };
    let found: Vec<&Value> = messages.iter().rev().filter(matches).collect();
    let (page, size) = (number("Page", 0), number("PageSize", 50));
    let start = (page * size).min(found.len());
    let end = (start + size).min(found.len());
    let path = format!("/2010-04-01/Accounts/{}/Messages.json", Twilio::ACCOUNT_SID);
    let uri = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let filters = params.iter().filter(|(name, _)| !name.starts_with("Page"));
        query.extend_pairs(filters.filter_map(|(name, value)| Some((name, value.as_str()?))));
        query.append_pair("PageSize", &size.to_string()).append_pair("Page", &page.to_string());
        format!("{path}?{}", query.finish())
    };
    json!({
        "first_page_uri": uri(0), "next_page_uri": (end < found.len()).then(|| uri(page + 1)),
        "previous_page_uri": page.checked_sub(1).map(uri), "uri": uri(page), "page": page, "page_size": size,
        "start": start, "end": end.saturating_sub(1), "messages": found[start..end],
    })
}

/// The day it was sent, or made if it has not been yet.
fn sent(message: &Value) -> String {
    let date = message["date_sent"].as_str().or(message["date_created"].as_str()).unwrap_or_default();
    jiff::fmt::rfc2822::parse(date).map(|it| it.date().to_string()).unwrap_or_default()
}
