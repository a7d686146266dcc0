//! MCP over stdio as clients of both eras speak it, and what the protocol library leaves to its user: panics (beside the
//! code, in orchestrators, since no tool of the product panics), early notifications, cancellation, the end of
//! input, signals, logs, schemas, hostile lines.

mod cancelling;
pub(crate) mod clients;
mod ending;
mod eras;
mod input_schemas;
mod lines;
mod logging;
mod out_of_range;
mod output_schemas;
mod resources;
mod stalled;
mod subscriptions;
mod unread;
mod wrong_lines;

use serde_json::{Value, json};

/// The line of a request in the way of 2026-07-28.
fn request(id: u64, method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// The line of a tool call in the way of 2026-07-28.
fn call(id: u64, tool: &str, arguments: &Value) -> String {
    request(id, "tools/call", json!({"name": tool, "arguments": arguments}))
}

/// The tools a server lists.
async fn listed(server: &tests::Server) -> Vec<Value> {
    let answer = server.request("tools/list", json!({})).await.expect("an answer");
    answer["result"]["tools"].as_array().expect("a list").clone()
}
