//! Parses a line from the client into a message. A wrong line is answered here, with its id if that can be read: rmcp
//! would answer without an id, as an unknown method, or not at all.

use super::strict::{Envelope, Id, Line, MOST_VALUES};
use rmcp::model::{
    ArgumentInfo, CallToolRequest, ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorCode,
    ErrorData, Reference, RequestId,
};
use serde_json::{Map, Value, json, value::RawValue};

/// The methods this server answers; only for these are wrong parameters reported.
const OURS: [&str; 17] = [
    "logging/setLevel",
    "initialize",
    "server/discover",
    "ping",
    "tools/list",
    "tools/call",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "skills/list",
    "skills/get",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "resources/subscribe",
    "resources/unsubscribe",
    "subscriptions/listen",
];
/// How many characters of a client's text an error repeats.
const SAID_BACK: usize = 100;

/// The content of a line.
#[derive(Debug)]
pub(super) enum Read {
    /// A message to be served.
    Message(Box<ClientJsonRpcMessage>),
    /// A wrong request, to be answered with an error.
    Wrong(Wrong),
    /// Nothing to answer: an empty line, an unknown notification, a response.
    Nothing,
}

/// A wrong request.
#[derive(Debug)]
pub(super) struct Wrong {
    id: Option<Box<RawValue>>,
    error: ErrorData,
}

impl Wrong {
    fn new(id: Option<Box<RawValue>>, code: ErrorCode, problem: impl Into<String>) -> Self {
        Self { id, error: ErrorData::new(code, problem.into(), None) }
    }

    /// A line longer than the limit.
    pub(super) fn too_long(most: usize) -> Self {
        Self::new(None, ErrorCode::INVALID_REQUEST, format!("a line has at most {most} bytes"))
    }

    /// A request with the id of another one that is still being worked on.
    pub(super) fn id_in_use(id: &RequestId) -> Self {
        let raw = serde_json::value::to_raw_value(id).ok();
        Self::new(raw, ErrorCode::INVALID_REQUEST, "this id stands for a request that is not answered yet")
    }

    /// The code of its error.
    pub(super) const fn code(&self) -> ErrorCode {
        self.error.code
    }

    /// The line that answers it.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = json!({"jsonrpc": "2.0", "id": null, "error": self.error}).to_string();
        if let Some(id) = &self.id {
            // The id goes back as it was written, even if it is a number that none of our types can hold.
            line = format!(r#"{{"jsonrpc":"2.0","id":{},"error":{}}}"#, id.get(), json!(self.error));
        }
        line.push('\n');
        line.into_bytes()
    }
}

/// Parses a line without its line break.
pub(super) fn read(line: &[u8]) -> Read {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Read::Nothing;
    }
    match Line::read(line) {
        Err(error) => {
            let problem = format!("this line is not JSON: {error}");
            Read::Wrong(Wrong::new(None, ErrorCode::PARSE_ERROR, cut(&problem)))
        }
        Ok(Line::Other(what)) => Read::Wrong(Wrong::new(
            None,
            ErrorCode::INVALID_REQUEST,
            format!("{what} is no request: send each message as an object on a line of its own"),
        )),
        Ok(Line::Object(envelope)) => message(*envelope),
    }
}

fn message(mut envelope: Envelope) -> Read {
    if envelope.is_response() {
        return response(envelope);
    }
    let id = std::mem::take(&mut envelope.id);
    let wrong =
        |code, problem: &str| Read::Wrong(Wrong::new(id.raw().map(ToOwned::to_owned), code, cut(problem)));
    let no_request = |problem: &str| wrong(ErrorCode::INVALID_REQUEST, problem);
    if envelope.too_many {
        return no_request(&format!("a message has at most {MOST_VALUES} values"));
    }
    if let Some(name) = envelope.twice {
        return no_request(&format!("{name} is given twice"));
    }
    if envelope.jsonrpc.as_ref().and_then(Value::as_str) != Some("2.0") {
        return no_request(r#"jsonrpc must be "2.0""#);
    }
    let Some(Value::String(method)) = envelope.method else { return no_request("method must be a string") };
    if envelope.is_answer_too {
        return no_request("a request has neither result nor error");
    }
    let id = match &id {
        Id::None => return notification(&method, envelope.params),
        Id::Good(id, _) => id.clone(),
        Id::Bad(_) => return no_request("an id is a string or a whole number of 64 bits"),
    };
    let wrong_params = |problem: &str| match OURS.contains(&method.as_str()) {
        true => wrong(ErrorCode::INVALID_PARAMS, problem),
        false => wrong(ErrorCode::METHOD_NOT_FOUND, &no_method(&method)),
    };
    if let Some(problem) = &envelope.wrong_params {
        return wrong_params(&format!("params: {problem}"));
    }
    let params = match envelope.params {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return wrong_params("params must be an object"),
    };
    match request(&method, params) {
        Ok(request) => Read::Message(Box::new(ClientJsonRpcMessage::request(request, id))),
        Err(problem) => wrong_params(&problem),
    }
}

/// A request of a method whose parameters fit.
fn request(method: &str, mut params: Map<String, Value>) -> Result<ClientRequest, String> {
    if params.get("_meta").is_some_and(Value::is_null) {
        params.remove("_meta");
    }
    if params.get("_meta").is_some_and(|meta| !meta.is_object()) {
        return Err("params._meta must be an object".to_owned());
    }
    match method {
        "tools/call" => return call(params),
        "prompts/get" if !params.get("name").is_some_and(Value::is_string) => {
            return Err("params.name must be a string: the name of a prompt".to_owned());
        }
        "prompts/get"
            if !params.get("arguments").is_none_or(|given| given.is_object() || given.is_null()) =>
        {
            return Err("params.arguments must be an object".to_owned());
        }
        "completion/complete" => completion(&params)?,
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" | "skills/get"
            if !params.get("uri").is_some_and(Value::is_string) =>
        {
            return Err("params.uri must be a string".to_owned());
        }
        _ => {}
    }
    let whole = if params.is_empty() {
        json!({"method": method})
    } else {
        json!({"method": method, "params": params})
    };
    match serde_json::from_value(whole) {
        Ok(ClientRequest::CustomRequest(_)) | Err(_) => Err(format!("params do not fit {method}")),
        Ok(request) => Ok(request),
    }
}

/// Says what a request for completions lacks.
fn completion(params: &Map<String, Value>) -> Result<(), String> {
    let part = |name: &str| params.get(name).cloned().unwrap_or_default();
    if serde_json::from_value::<Reference>(part("ref")).is_err() {
        return Err(
            "params.ref must be of type ref/prompt with a name, or ref/resource with a uri".to_owned()
        );
    }
    if serde_json::from_value::<ArgumentInfo>(part("argument")).is_err() {
        return Err("params.argument must have name and value, both strings".to_owned());
    }
    Ok(())
}

/// A tool call. Some agents write its arguments as a JSON text in a string.
fn call(mut params: Map<String, Value>) -> Result<ClientRequest, String> {
    if !params.get("name").is_some_and(Value::is_string) {
        return Err("params.name must be a string: the name of a tool".to_owned());
    }
    let object = match params.remove("arguments") {
        None | Some(Value::Null) => None,
        Some(Value::Object(object)) => Some(object),
        Some(Value::String(text)) => Some(
            super::strict::object(&text)
                .ok_or("params.arguments must be an object; this text holds no JSON object")?,
        ),
        Some(_) => return Err("params.arguments must be an object".to_owned()),
    };
    if let Some(object) = object {
        params.insert("arguments".to_owned(), object.into());
    }
    let whole = json!({"method": "tools/call", "params": params});
    serde_json::from_value::<CallToolRequest>(whole)
        .map(ClientRequest::CallToolRequest)
        .map_err(|error| format!("params do not fit tools/call: {error}"))
}

/// Parses a notification. It is never answered, whatever is wrong with it.
fn notification(method: &str, params: Option<Value>) -> Read {
    let mut whole = json!({"method": method});
    if let Some(params) = params.filter(|params| !params.is_null()) {
        whole["params"] = params;
    }
    match serde_json::from_value(whole) {
        Ok(ClientNotification::CustomNotification(_)) | Err(_) => Read::Nothing,
        Ok(known) => Read::Message(Box::new(ClientJsonRpcMessage::notification(known))),
    }
}

/// Parses a response to a request of ours. An unexpected or unreadable response is ignored.
fn response(envelope: Envelope) -> Read {
    let whole = envelope.into_response();
    serde_json::from_value(whole).map_or(Read::Nothing, |message| Read::Message(Box::new(message)))
}

/// The message for an unknown tool.
pub(super) fn no_tool(name: &str) -> String {
    format!("there is no tool {}", cut(name))
}

/// The message for an unknown prompt.
pub(super) fn no_prompt(name: &str, known: &[&str]) -> String {
    format!("there is no prompt {} (the prompts: {})", cut(name), known.join(", "))
}

/// The message for an unknown resource.
pub(super) fn no_resource(uri: &str) -> String {
    format!("there is no resource {}", cut(uri))
}

/// The message for an unknown skill.
pub(super) fn no_skill(uri: &str) -> String {
    format!("there is no skill {}; skills/list names them", cut(uri))
}

fn no_method(method: &str) -> String {
    format!("there is no method {}", cut(method))
}

/// A text, cut for an error message.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SAID_BACK) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
