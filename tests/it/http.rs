//! The servers over HTTP: who is let in, what each caller sees, and what a server does not put up with. The suites of stdio
//! run over HTTP too: `tests/on-http`.

mod callers;
mod door;
mod ending;
mod eras;
mod health;
mod issuer;
mod keys;
mod limits;
mod starts;
mod tokens;

use issuer::Issuer;
use serde_json::{Value, json};
use tests::{Caller, Reply, Server, Told, World};

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";

/// A server that takes the tokens of its own hotel.
fn dev(world: &World, name: &str, env: &[(&str, &str)]) -> Server {
    world.start(name, &["serve", "--http", "127.0.0.1:0", "--dev"], env)
}

/// A guest-server that takes the tokens of an issuer for the audience `hotel`.
fn trusting(world: &World, issuer: &Issuer, more: &[(&str, &str)]) -> Server {
    let base = issuer.base();
    let env = [&[("HOTEL_HTTP_ISSUER", base.as_str()), ("HOTEL_HTTP_AUDIENCE", "hotel")], more].concat();
    world.start("guest-server", &["serve", "--http", "127.0.0.1:0"], &env)
}

/// A request in the way of 2026-07-28.
fn request(method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    });
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

/// A tool call in the way of 2026-07-28.
fn call(tool: &str, arguments: &Value) -> Value {
    request("tools/call", json!({"name": tool, "arguments": arguments}))
}

/// The search that every guest may make.
fn own_bookings() -> Value {
    call("search_bookings_on_behalf_of_guest", &json!({}))
}

/// The tool's answer in a reply.
#[track_caller]
fn told(reply: &Reply) -> Told {
    assert_eq!(reply.status, 200, "{reply:?}");
    let messages = reply.messages();
    Told(messages.last().unwrap_or_else(|| panic!("{reply:?}"))["result"]["structuredContent"].clone())
}

/// The booking numbers that a caller sees as its own.
async fn bookings(caller: &Caller, address: &str) -> Vec<String> {
    let told = told(&caller.post(address, &own_bookings(), &[]).await);
    let rows = told.data()["bookings"].as_array().unwrap();
    rows.iter().map(|row| row["booking_number"].as_str().unwrap().to_owned()).collect()
}

/// Asks until the answer is as it must become.
async fn until<T>(asked: impl AsyncFn() -> T, is_so: impl Fn(&T) -> bool) -> T {
    let asking = async {
        loop {
            let answer = asked().await;
            if is_so(&answer) {
                return answer;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), asking).await.expect("it becomes so")
}

/// The status of a call with this token.
async fn status(address: &str, token: &str) -> u16 {
    Caller::new(Some(token)).post(address, &own_bookings(), &[]).await.status
}
