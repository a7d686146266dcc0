//! A client over HTTP: a message is a request, and its answer comes as JSON or as a stream of events.

use crate::{SERVERS, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// The timeout of everything in a test: a server that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// A caller with a token, or without one.
#[derive(Clone)]
pub struct Caller {
    http: reqwest::Client,
    token: Option<String>,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Reply {
    /// 200, 401 …
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// As it came.
    pub body: String,
}

impl Reply {
    /// A header; empty if there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Its messages: the one that is its body, or those of its events.
    #[must_use]
    pub fn messages(&self) -> Vec<Value> {
        let texts: Vec<&str> = if self.header("content-type") == "text/event-stream" {
            self.body.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim).collect()
        } else {
            vec![self.body.as_str()]
        };
        texts.into_iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// Its body.
    ///
    /// # Panics
    /// When it is not one JSON value.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

impl Caller {
    /// A caller with this token.
    ///
    /// # Panics
    /// When the machine cannot make connections.
    #[must_use]
    pub fn new(token: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        Self { http, token: token.map(str::to_owned) }
    }

    /// The client, for a library that makes its own requests.
    #[must_use]
    pub fn client(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// The same client with another token.
    #[must_use]
    pub fn with(&self, token: &str) -> Self {
        Self { http: self.http.clone(), token: Some(token.to_owned()) }
    }

    /// Posts a message with the headers that belong to it, and others.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_post(
        &self,
        address: &str,
        message: &str,
        more: &[(&str, &str)],
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.http.post(address).body(message.to_owned());
        for (name, value) in headers_of(message) {
            request = request.header(name, value);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        read(request.send().await?).await
    }

    /// Posts a message.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn post(&self, address: &str, message: &Value, more: &[(&str, &str)]) -> Reply {
        self.try_post(address, &message.to_string(), more).await.expect("an answer")
    }

    /// Gets a page.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(&self, address: &str) -> Reply {
        read(self.http.get(address).send().await.expect("an answer")).await.expect("an answer")
    }
}

async fn read(response: reqwest::Response) -> Result<Reply, reqwest::Error> {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    Ok(Reply { status, headers, body: response.text().await? })
}

/// The headers of a message: those of 2026-07-28 repeat what is in it.
fn headers_of(message: &str) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("accept", "application/json, text/event-stream".to_owned()),
    ];
    // Half of a surrogate pair, which some clients send, is none of what is looked for here.
    let message: Value = serde_json::from_str(&message.replace("\\ud", "\\u0")).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let version = &message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
    if let Some(version) = text(version) {
        headers.push(("mcp-protocol-version", version));
        headers.extend(text(&message["method"]).map(|method| ("mcp-method", method)));
        let params = &message["params"];
        headers.extend(text(&params["name"]).or(text(&params["uri"])).map(|name| ("mcp-name", name)));
    }
    headers
}

impl World {
    /// A token for this person and a server of this hotel that is started with `--dev`.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn dev_token(&self, server: &str, email: &str) -> String {
        let command = self.command(server, &["dev-token", email], &[]);
        let mut command = command.into_std();
        let made = command.output().expect("the binary starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).expect("text").trim().to_owned()
    }

    /// Whom a server acts for, if this run of the tests is over HTTP and the server can serve so: it is to serve, and acts
    /// for somebody.
    pub(crate) fn over_http(name: &str, arguments: &[&str], env: &[(&str, &str)]) -> Option<String> {
        let is_wanted = std::env::var("TRANSPORT").is_ok_and(|transport| transport == "http");
        let serves = SERVERS.contains(&name) && arguments.iter().all(|argument| argument.starts_with("--"));
        let setting = format!("{}_EMAIL", name.trim_end_matches("-server").to_uppercase());
        let whom = env.iter().rfind(|(name, _)| *name == setting).filter(|_| is_wanted && serves);
        whom.map(|(_, email)| (*email).to_owned())
    }
}
