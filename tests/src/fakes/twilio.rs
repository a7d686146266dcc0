//! Twilio, as far as a hotel needs it: texts sent, read back and listed, and the account. Facts:
//! <https://www.twilio.com/docs/messaging/api/message-resource>, its error dictionary and its magic test numbers.
//! Stricter than Twilio: a parameter that the hotel has no use for is refused.

mod checks;
mod message;

use super::{Answer, Fake, Request, Service, form};
use checks::Problem;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard};

/// The fake. Everything of [`Fake`] works on it: faults, latency, exchanges.
pub struct Twilio(Fake<Account>);

impl std::ops::Deref for Twilio {
    type Target = Fake<Account>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Default for Twilio {
    fn default() -> Self {
        Self::start()
    }
}

impl Twilio {
    /// The account.
    pub const ACCOUNT_SID: &str = "ACde0000000000000000000000000000de";
    /// Its token.
    pub const AUTH_TOKEN: &str = "dewy-token";
    /// The number it sends from.
    pub const FROM: &str = "+15550100000";

    /// Starts it on a free port.
    #[must_use]
    pub fn start() -> Self {
        Self::start_at(0)
    }

    /// Starts it on this port.
    #[must_use]
    pub fn start_at(port: u16) -> Self {
        Self(Fake::start_at(port, |_| Account(Mutex::default())))
    }

    /// A copy of the account at a new address, without its recorded exchanges.
    #[must_use]
    pub fn copy(&self) -> Self {
        let state = self.service().state().clone();
        Self(Fake::start_at(0, |_| Account(Mutex::new(state))))
    }

    /// The variables that connect a server to it.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("TWILIO_ACCOUNT_SID", Self::ACCOUNT_SID.to_owned()),
            ("TWILIO_AUTH_TOKEN", Self::AUTH_TOKEN.to_owned()),
            ("TWILIO_FROM", Self::FROM.to_owned()),
            ("TWILIO_API_BASE", self.base()),
        ]
    }

    /// All messages, oldest first, as Twilio would answer them now.
    #[must_use]
    pub fn messages(&self) -> Vec<Value> {
        self.service().state().messages.clone()
    }

    /// Hashes its messages.
    pub(crate) fn hash(&self, hasher: &mut impl Hasher) {
        self.service().state().messages.hash(hasher);
    }

    /// Removes all messages for which `keep` is false, as if they had never been sent.
    pub fn unsend(&self, keep: impl Fn(&Value) -> bool) {
        self.service().state().messages.retain(keep);
    }

    /// The owner of this number has answered STOP.
    pub fn opt_out(&self, number: &str) {
        self.service().state().refused.insert(number.to_owned(), checks::UNSUBSCRIBED);
    }

    /// A number that cannot receive texts.
    pub fn landline(&self, number: &str) {
        self.service().state().refused.insert(number.to_owned(), checks::NO_MOBILE);
    }

    /// Sets the account's status to `suspended` or `closed`.
    pub fn is(&self, status: &'static str) {
        self.service().state().status = Some(status);
    }

    /// Texts to this number end as `failed` or `undelivered`, with this error code.
    pub fn undeliverable(&self, number: &str, status: &'static str, error_code: u32) {
        self.service().state().undeliverable.insert(number.to_owned(), (status, error_code));
    }
}

#[derive(Clone, Default)]
struct State {
    messages: Vec<Value>,
    refused: BTreeMap<String, checks::Reason>,
    undeliverable: BTreeMap<String, (&'static str, u32)>,
    /// The account's status; none means active.
    status: Option<&'static str>,
}

/// One Twilio account.
pub struct Account(Mutex<State>);

enum Op {
    Account,
    Numbers,
    Create,
    List,
    Retrieve(String),
}

impl Account {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn read(&self, request: &Request) -> Result<(Op, Map<String, Value>), Problem> {
        checks::authenticate(request)?;
        let op = route(request).ok_or_else(|| checks::not_found(&request.path))?;
        let post = matches!(op, Op::Create);
        let form = if post { request.body.as_slice() } else { request.query.as_bytes() };
        let is_form = |it: &str| it.split(';').next() == Some("application/x-www-form-urlencoded");
        if post && !request.header("content-type").is_some_and(is_form) {
            return Err(Problem::new(415, 20415, "Unsupported Media Type"));
        }
        let invalid = |name: String| Problem::new(400, 20001, &format!("Invalid parameter: {name}"));
        let params = form::flat(form).map_err(invalid)?;
        let known: &[&str] = match op {
            Op::Create => &["To", "From", "Body", "StatusCallback"],
            Op::List => {
                &["To", "From", "DateSent", "DateSent>", "DateSent<", "PageSize", "Page", "PageToken"]
            }
            Op::Numbers => &["PhoneNumber"],
            Op::Retrieve(_) | Op::Account => &[],
        };
        if let Some(unknown) = params.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(invalid(unknown.clone()));
        }
        match op {
            Op::Create => checks::message(&params, &self.state().refused)?,
            Op::List => checks::filters(&params)?,
            Op::Retrieve(_) | Op::Account | Op::Numbers => {}
        }
        Ok((op, params))
    }

    fn perform(&self, op: &Op, params: &Map<String, Value>, path: &str) -> Result<Answer, Problem> {
        let mut state = self.state();
        Ok(match op {
            Op::Account => Answer::json(200, &account(state.status.unwrap_or("active"))),
            Op::Numbers => Answer::json(200, &numbers(&params["PhoneNumber"])),
            Op::Create => {
                let message = message::new(state.messages.len(), params);
                state.messages.push(message.clone());
                Answer::json(201, &message)
            }
            Op::List => Answer::json(200, &message::list(&state.messages, params)),
            Op::Retrieve(sid) => {
                let State { messages, undeliverable, .. } = &mut *state;
                let message = messages.iter_mut().find(|it| it["sid"] == *sid);
                let message = message.ok_or_else(|| checks::not_found(path))?;
                let end = message["to"].as_str().and_then(|to| undeliverable.get(to));
                message::advance(message, end.copied());
                Answer::json(200, message)
            }
        })
    }
}

fn route(request: &Request) -> Option<Op> {
    let rest = request.path.strip_prefix("/2010-04-01/Accounts/")?.strip_prefix(Twilio::ACCOUNT_SID)?;
    match (request.method.as_str(), rest.strip_suffix(".json")?) {
        ("GET", "") => Some(Op::Account),
        ("GET", "/IncomingPhoneNumbers") => Some(Op::Numbers),
        ("POST", "/Messages") => Some(Op::Create),
        ("GET", "/Messages") => Some(Op::List),
        ("GET", rest) => Some(Op::Retrieve(rest.strip_prefix("/Messages/")?.to_owned())),
        _ => None,
    }
}

/// The numbers of the account, or the one asked for if it has it.
fn numbers(wanted: &Value) -> Value {
    let own = json!({
        "sid": "PNde0000000000000000000000000000de", "account_sid": Twilio::ACCOUNT_SID, "phone_number": Twilio::FROM,
        "friendly_name": "Dewy Hotel", "capabilities": {"voice": true, "sms": true, "mms": false, "fax": false},
    });
    let fits = wanted.is_null() || *wanted == Twilio::FROM;
    let found = if fits { vec![own] } else { vec![] };
    json!({ "incoming_phone_numbers": found, "page": 0, "page_size": 50, "next_page_uri": null })
}

fn account(status: &str) -> Value {
    json!({
        "sid": Twilio::ACCOUNT_SID, "friendly_name": "Dewy Hotel", "status": status, "type": "Full",
        "auth_token": Twilio::AUTH_TOKEN, "date_created": message::date(), "date_updated": message::date(),
        "owner_account_sid": Twilio::ACCOUNT_SID, "subresource_uris": {},
        "uri": format!("/2010-04-01/Accounts/{}.json", Twilio::ACCOUNT_SID),
    })
}

impl Service for Account {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn operation(&self, request: &Request) -> String {
        let name = match route(request) {
            Some(Op::Account) => "accounts.retrieve",
            Some(Op::Numbers) => "incoming_phone_numbers.list",
            Some(Op::Create) => "messages.create",
            Some(Op::List) => "messages.list",
            Some(Op::Retrieve(_)) => "messages.retrieve",
            None => "unknown",
        };
        name.to_owned()
    }

    fn admit(&self, request: &Request) -> Result<(), Answer> {
        self.read(request).map(|_| ()).map_err(|problem| problem.answer())
    }

    fn work(&self, request: &Request) -> Answer {
        let done = self.read(request).and_then(|(op, params)| self.perform(&op, &params, &request.path));
        done.unwrap_or_else(|problem| problem.answer())
    }

    fn trouble(&self, status: u16) -> Answer {
        let problem = match status {
            429 => Problem::new(429, 20429, "Too Many Requests"),
            503 => Problem::new(503, 20503, "Service unavailable"),
            _ => Problem::new(500, 20500, "An internal server error has occurred"),
        };
        problem.answer()
    }

    fn decode(&self, request: &Request) -> (Value, Value) {
        let read = |form: &[u8]| form::flat(form).map(Value::Object).unwrap_or_default();
        let body = if request.body.is_empty() { Value::Null } else { read(&request.body) };
        (read(request.query.as_bytes()), body)
    }
}
