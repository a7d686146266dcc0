//! What Twilio refuses, with its codes (<https://www.twilio.com/docs/api/errors>).

use super::Twilio;
use crate::fakes::{Answer, Request};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A refusal.
pub(super) struct Problem {
    status: u16,
    code: u32,
    message: String,
}

impl Problem {
    pub(super) fn new(status: u16, code: u32, message: &str) -> Self {
        Self { status, code, message: message.to_owned() }
    }

    pub(super) fn answer(&self) -> Answer {
        let page = format!("https://www.twilio.com/docs/errors/{}", self.code);
        let body =
            json!({ "code": self.code, "message": self.message, "more_info": page, "status": self.status });
        Answer::json(self.status, &body)
    }
}

/// Why a number gets no texts: the code and Twilio's words.
pub(super) type Reason = (u32, &'static str);

pub(super) const UNSUBSCRIBED: Reason = (21610, "Attempt to send to unsubscribed recipient");
pub(super) const NO_MOBILE: Reason = (21614, "'To' number is not a valid mobile number");
const INVALID_TO: Reason = (21211, "Invalid 'To' Phone Number");

/// The numbers that Twilio's test credentials refuse (<https://www.twilio.com/docs/iam/test-credentials>).
const MAGIC_TO: [(&str, Reason); 5] = [
    ("+15005550001", INVALID_TO),
    ("+15005550002", (21612, "The 'To' phone number is not currently reachable via SMS")),
    (
        "+15005550003",
        (21408, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    ),
    ("+15005550004", UNSUBSCRIBED),
    ("+15005550009", NO_MOBILE),
];
const MAGIC_FROM: [(&str, Reason); 2] = [
    (
        "+15005550007",
        (
            21606,
            "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination",
        ),
    ),
    ("+15005550008", (21611, "This 'From' number has exceeded the maximum number of queued messages")),
];

pub(super) fn not_found(path: &str) -> Problem {
    Problem::new(404, 20404, &format!("The requested resource {path} was not found"))
}

pub(super) fn authenticate(request: &Request) -> Result<(), Problem> {
    let given = request.header("authorization").and_then(|it| it.strip_prefix("Basic "));
    let expected = base64(format!("{}:{}", Twilio::ACCOUNT_SID, Twilio::AUTH_TOKEN).as_bytes());
    if given == Some(&expected) { Ok(()) } else { Err(Problem::new(401, 20003, "Authenticate")) }
}

/// Checks that a message may be sent.
pub(super) fn message(
    params: &Map<String, Value>,
    refused: &BTreeMap<String, Reason>,
) -> Result<(), Problem> {
    let refuse = |(code, message): Reason| Err(Problem::new(400, code, message));
    let refuse_number =
        |(code, message): Reason, number: &str| Err(Problem::new(400, code, &format!("{message}: {number}")));
    let given = |name: &str| params.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let Some(to) = given("To") else { return refuse((21604, "A 'To' phone number is required.")) };
    let Some(from) = given("From") else { return refuse((21603, "A 'From' phone number is required.")) };
    let Some(body) = given("Body") else { return refuse((21602, "Message body is required.")) };
    if !is_e164(to) {
        return refuse_number(INVALID_TO, to);
    }
    if !is_e164(from) {
        return refuse_number((21212, "Invalid From Number (caller ID)"), from);
    }
    if to == from {
        return refuse((21266, "'To' and 'From' number cannot be the same"));
    }
    if body.chars().count() > 1600 {
        return refuse((21617, "The concatenated message body exceeds the 1600 character limit"));
    }
    if given("StatusCallback").is_some_and(|it| !it.starts_with("http://") && !it.starts_with("https://")) {
        return refuse((21609, "The 'StatusCallback' URL is not a valid URL"));
    }
    let magic = |numbers: &[(&str, Reason)], number: &str| {
        numbers.iter().find(|(magic, _)| *magic == number).map(|(_, reason)| *reason)
    };
    if let Some(reason) = refused.get(to).copied().or_else(|| magic(&MAGIC_TO, to)) {
        return refuse_number(reason, to);
    }
    if let Some(reason) = magic(&MAGIC_FROM, from) {
        return refuse_number(reason, from);
    }
    if from != Twilio::FROM && from != "+15005550006" {
        return refuse_number(
            (21659, "'From' is not a Twilio phone number or Short Code country mismatch"),
            from,
        );
    }
    Ok(())
}

/// Checks the filters of a list.
pub(super) fn filters(params: &Map<String, Value>) -> Result<(), Problem> {
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let is_day = |it: &str| it.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
    for name in ["DateSent", "DateSent>", "DateSent<"] {
        if text(name).is_some_and(|it| !is_day(it)) {
            return Err(Problem::new(400, 20001, &format!("Invalid date: {name}")));
        }
    }
    let size = text("PageSize").map_or(Ok(50), str::parse::<u32>);
    if !size.is_ok_and(|it| (1..=1000).contains(&it)) {
        return Err(Problem::new(400, 20006, "Page size must be between 1 and 1000"));
    }
    Ok(())
}

/// A plus, a country code that does not begin with 0, at most 15 digits in all.
fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|it| it.is_ascii_digit())
    })
}

/// Base64: three bytes are four letters.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = char::from(LETTERS[bits >> (18 - 6 * at) & 63]);
            text.push(if at <= three.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_as_everywhere() {
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(super::base64(text.as_bytes()), encoded);
        }
    }
}
