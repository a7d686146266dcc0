//! What clients can read beside tools: the pages of MCP Apps, a day of the hotel, the record of a call, and what the hotel
//! goes by. A resource that reads the hotel or the journal is a tool's answer under a name of its own, so a persona
//! without the tool does not have it, and reading it is recorded like a call.

use super::message;
use crate::board;
use crate::engine::Watched;
use crate::tool::{Caller, Front, Toolset};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, ExtensionCapabilities, JsonObject, MetaObject, ReadResourceResult, Resource,
    ResourceContents, ResourceTemplate,
};
use serde_json::{Value, json};
use skills::ErrorCode;
use skills::settings::Settings;
use std::sync::LazyLock;

/// The extension of MCP Apps.
const APPS: &str = "io.modelcontextprotocol/ui";
/// The type of an app's page.
const PAGE: &str = "text/html;profile=mcp-app";
const JSON: &str = "application/json";
const POLICY: &str = "hotel://policy";
const TODAY: &str = "hotel://today";
/// What the address of a call's record begins with.
const CALLS: &str = "hotel://calls/";
/// How long a client may keep what does not change while a server runs.
const FIXED_TTL_MS: u64 = 24 * 60 * 60 * 1000;

/// A page that shows what a tool answers.
struct View {
    tool: &'static str,
    uri: &'static str,
    name: &'static str,
    title: &'static str,
    page: &'static LazyLock<String>,
}

const VIEWS: [View; 2] = [
    View {
        tool: "hotel_today",
        uri: "ui://hotel/board.html",
        name: "board",
        title: "Hotel board",
        page: &board::BOARD,
    },
    View {
        tool: "search_tool_calls",
        uri: "ui://hotel/calls.html",
        name: "calls",
        title: "Timeline of calls",
        page: &board::CALLS,
    },
];

/// The views of the tools that are offered.
fn views(toolset: &Toolset) -> impl Iterator<Item = &'static View> + '_ {
    VIEWS.iter().filter(|view| toolset.get(view.tool).is_some())
}

/// The `_meta` of a tool that has a view.
pub(super) fn meta(tool: &str) -> Option<MetaObject> {
    let view = VIEWS.iter().find(|view| view.tool == tool)?;
    let mut meta = MetaObject::default();
    meta.insert("ui".to_owned(), json!({"resourceUri": view.uri}));
    Some(meta)
}

/// The extensions to declare.
pub(super) fn extensions(toolset: &Toolset) -> ExtensionCapabilities {
    let apps = || (APPS.to_owned(), JsonObject::from_iter([("mimeTypes".to_owned(), json!([PAGE]))]));
    views(toolset).next().map(|_| apps()).into_iter().collect()
}

/// The resources.
pub(super) fn list(toolset: &Toolset) -> Vec<Resource> {
    let mut list: Vec<_> = views(toolset)
        .map(|view| {
            let size = view.page.len() as u64;
            Resource::new(view.uri, view.name).with_title(view.title).with_mime_type(PAGE).with_size(size)
        })
        .collect();
    if toolset.get("hotel_today").is_some() {
        let today = Resource::new(TODAY, "today").with_title("The hotel today");
        let about = "Every room, arrivals, departures, open requests and calls that need somebody, as hotel_today answers.";
        list.push(today.with_description(about).with_mime_type(JSON));
    }
    let policy = Resource::new(POLICY, "policy").with_title("What this hotel goes by");
    let about = "What arrivals, prices, check-out, cancellations and refunds follow, with this hotel's hours and currency.";
    list.push(policy.with_description(about).with_mime_type("text/markdown"));
    list
}

/// The templates of resources.
pub(super) fn templates(toolset: &Toolset) -> Vec<ResourceTemplate> {
    let call = || {
        ResourceTemplate::new("hotel://calls/{token}", "call")
            .with_title("The record of a call")
            .with_description("Who asked for what under this idempotency token, step by step.")
            .with_mime_type(JSON)
    };
    toolset.get("search_tool_calls").map(|_| call()).into_iter().collect()
}

/// Whether reading it asks the hotel or the journal.
pub(super) fn asks_the_hotel(uri: &str) -> bool {
    uri == TODAY || uri.starts_with(CALLS)
}

/// What a change of it shows by; none if it does not change while the server runs.
pub(super) fn watched(uri: &str) -> Option<Watched> {
    match uri.strip_prefix(CALLS) {
        Some(token) => Some(Watched::Call(unescaped(token))),
        None => (uri == TODAY).then_some(Watched::Hotel),
    }
}

/// Refuses the address of a resource that this persona does not have. A call need not have been made yet.
pub(super) fn check_known(front: &Front, uri: &str) -> Result<(), ErrorData> {
    let toolset = front.toolset();
    let offers = |tool| toolset.get(tool).is_some();
    let known = match watched(uri) {
        Some(Watched::Call(token)) => offers("search_tool_calls") && !token.is_empty(),
        Some(Watched::Hotel) => offers("hotel_today"),
        None => list(toolset).iter().any(|resource| resource.uri == uri),
    };
    if known { Ok(()) } else { Err(unknown(uri)) }
}

/// Reads what does not change while the server runs.
pub(super) fn fixed(front: &Front, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    if uri == POLICY {
        let text = policy(front.engine().settings());
        return Ok(kept(ResourceContents::text(text, uri).with_mime_type("text/markdown")));
    }
    let view = views(front.toolset()).find(|view| view.uri == uri).ok_or_else(|| unknown(uri))?;
    Ok(kept(ResourceContents::text(view.page.as_str(), uri).with_mime_type(PAGE)))
}

/// Reads what the hotel or the journal knows now.
pub(super) async fn current(
    front: &Front,
    caller: &Caller,
    uri: &str,
) -> Result<ReadResourceResult, ErrorData> {
    let (name, arguments) = match uri.strip_prefix(CALLS) {
        Some(token) => ("search_tool_calls", json!({"idempotency_token": unescaped(token)})),
        None => ("hotel_today", json!({})),
    };
    let tool = front.toolset().get(name).ok_or_else(|| unknown(uri))?;
    let answer = front.look(tool, arguments, caller).await;
    let told = answer.json();
    let is_none = told["data"]["count"] == 0 || told["error_code"] == ErrorCode::ValidationError.as_str();
    if is_none && uri.starts_with(CALLS) {
        return Err(unknown(uri));
    }
    if !answer.is_success() {
        let message = told["error_message"].as_str().unwrap_or_default().to_owned();
        let about =
            ["error_code", "retry_safe", "next_step"].map(|name| (name.to_owned(), told[name].clone()));
        return Err(ErrorData::internal_error(message, Some(Value::Object(about.into_iter().collect()))));
    }
    let contents = ResourceContents::text(told["data"].to_string(), uri).with_mime_type(JSON);
    let read = ReadResourceResult::new(vec![contents]).with_ttl_ms(0);
    Ok(read.with_cache_scope(CacheScope::Private))
}

fn kept(contents: ResourceContents) -> ReadResourceResult {
    ReadResourceResult::new(vec![contents]).with_ttl_ms(FIXED_TTL_MS).with_cache_scope(CacheScope::Private)
}

/// The error for a resource that does not exist. People copy messages into tickets, so this one repeats no token; `uri` is
/// the one that was asked for.
fn unknown(uri: &str) -> ErrorData {
    let named = if uri.starts_with(CALLS) { "hotel://calls/{token} with this token" } else { uri };
    ErrorData::resource_not_found(message::no_resource(named), Some(json!({"uri": message::cut(uri)})))
}

/// The text of a part of a URI: `%20` stands for a blank.
fn unescaped(part: &str) -> String {
    let bytes = part.as_bytes();
    let (mut text, mut at) = (vec![], 0);
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(escaped) => {
                text.push(escaped);
                at += 3;
            }
            None => {
                text.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// What the hotel goes by, with its own hours and limits.
fn policy(settings: &Settings) -> String {
    let calendar = &settings.calendar;
    let hour = |time: jiff::civil::Time| time.strftime("%H:%M").to_string();
    [
        ("{currency}", settings.currency.to_uppercase()),
        ("{zone}", calendar.timezone.iana_name().unwrap_or("UTC").to_owned()),
        ("{checkout_time}", hour(calendar.checkout_time)),
        ("{day_starts_at}", hour(calendar.day_starts_at)),
        ("{bookings_per_guest}", settings.bookings_per_guest.to_string()),
        ("{requests_per_guest}", settings.requests_per_guest.to_string()),
    ]
    .iter()
    .fold(include_str!("resources/policy.md").to_owned(), |text, (name, value)| text.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_uri_is_read_as_it_was_meant() {
        for (part, meant) in
            [("beth-leaves", "beth-leaves"), ("a%20b%2Fc", "a b/c"), ("50%", "50%"), ("%zz", "%zz")]
        {
            assert_eq!(unescaped(part), meant, "{part}");
        }
    }

    #[test]
    fn the_policy_names_every_value_it_has() {
        let settings =
            Settings::read(|name| (name == "HOTEL_DATA").then(|| "/tmp/hotel".to_owned())).unwrap();
        let policy = policy(&settings);
        assert!(!policy.contains(['{', '}']), "{policy}");
        assert!(
            policy.contains("in USD") && policy.contains("by 11:00") && policy.contains("at most 20"),
            "{policy}"
        );
    }
}
