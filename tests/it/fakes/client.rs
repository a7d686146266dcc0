//! As little of an HTTP client as the fakes need.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use tests::fakes::{Stripe, Twilio};

/// An answer, read to its end.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) text: String,
    pub(super) body: Value,
}

impl Reply {
    /// `error.code`, or `error.type` where there is no code.
    pub(super) fn code(&self) -> &str {
        let error = &self.body["error"];
        error["code"].as_str().or(error["type"].as_str()).unwrap_or("none")
    }
}

/// Sends a request on a connection of its own; none if the connection closed without an answer, or none came about.
pub(super) fn send(
    base: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<Reply> {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).ok()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str("content-type: application/x-www-form-urlencoded\r\n");
    }
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers =
        lines.filter_map(|it| it.split_once(": ")).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    Some(Reply {
        status,
        headers,
        body: serde_json::from_str(text).unwrap_or_default(),
        text: text.to_owned(),
    })
}

/// A request of an application that holds the secret key; a key for the request if one is given.
pub(super) fn ask(stripe: &Stripe, method: &str, path: &str, key: Option<&str>, body: &str) -> Option<Reply> {
    let secret = format!("Bearer {}", Stripe::SECRET_KEY);
    let mut headers = vec![("authorization", secret.as_str())];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    send(&stripe.base(), method, path, &headers, body)
}

pub(super) fn get(stripe: &Stripe, path: &str) -> Reply {
    ask(stripe, "GET", path, None, "").unwrap()
}

pub(super) fn post(stripe: &Stripe, path: &str, body: &str) -> Reply {
    ask(stripe, "POST", path, None, body).unwrap()
}

pub(super) const INTENT: &str =
    "amount=12000&currency=usd&payment_method_types[]=card&metadata[guest]=a%40b.c&metadata[booking]=BK-1";

/// A new intent's id.
pub(super) fn intent(stripe: &Stripe) -> String {
    post(stripe, "/v1/payment_intents", INTENT).body["id"].as_str().unwrap().to_owned()
}

/// Confirms an intent with a test method.
pub(super) fn confirm(stripe: &Stripe, intent: &str, method: &str) -> Reply {
    let body = format!("payment_method={method}&return_url=https%3A%2F%2Fhotel.example%2Fback");
    post(stripe, &format!("/v1/payment_intents/{intent}/confirm"), &body)
}

/// A request to Twilio with the account's credentials.
pub(super) fn text(twilio: &Twilio, method: &str, rest: &str, body: &str) -> Reply {
    // ACde0000000000000000000000000000de:dewy-token
    let basic = "Basic QUNkZTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBkZTpkZXd5LXRva2Vu";
    let path = format!("/2010-04-01/Accounts/{}{rest}", Twilio::ACCOUNT_SID);
    send(&twilio.base(), method, &path, &[("authorization", basic)], body).unwrap()
}
