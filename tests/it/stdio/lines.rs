//! Lines no client should send do not end a server.

use super::request;
use serde_json::{Value, json};
use tests::World;

/// The id of the only request among the lines that can be answered.
const ASKED: u64 = 4711;

async fn answered_after(hostile: &[u8]) {
    let world = World::new();
    for first in [true, false] {
        let mut input = vec![];
        if !first {
            input.extend_from_slice(request(1, "tools/list", json!({})).as_bytes());
            input.push(b'\n');
        }
        input.extend_from_slice(hostile);
        input.push(b'\n');
        input.extend_from_slice(request(ASKED, "tools/list", json!({})).as_bytes());
        input.push(b'\n');
        let ran = world.run("staff-server", &[], &[], input).await;
        let shown = String::from_utf8_lossy(&hostile[..hostile.len().min(80)]).into_owned();
        assert_eq!(ran.code, Some(0), "{shown}: {}", ran.stderr);
        let lines = ran.lines();
        let answer = lines.iter().find(|line| line["id"] == ASKED).unwrap_or_else(|| panic!("{shown}"));
        assert!(answer["result"]["tools"].is_array(), "{shown}: {answer}");
    }
}

#[tokio::test]
async fn lines_that_are_not_json_do_not_end_the_server() {
    for line in ["", "hello", "{", "{\"jsonrpc\":\"2.0\",", "\u{feff}", "Content-Length: 120\r\n\r"] {
        answered_after(line.as_bytes()).await;
    }
    answered_after(b"\xff\xfe\x00{}").await;
}

#[tokio::test]
async fn json_that_is_no_message_does_not_end_the_server() {
    for line in
        ["[]", "[1,2]", "{}", "null", "\"text\"", "{\"jsonrpc\":\"2.0\",\"id\":1}", "{\"id\":1,\"method\":7}"]
    {
        answered_after(line.as_bytes()).await;
    }
}

#[tokio::test]
async fn very_long_lines_do_not_end_the_server() {
    answered_after(&vec![b'x'; 20 << 20]).await;
    let text = "x".repeat(17 << 20);
    let asked = json!({"name": "search_contacts", "arguments": {"query": text}});
    answered_after(request(2, "tools/call", asked).as_bytes()).await;
}

#[tokio::test]
async fn a_long_line_that_is_a_request_is_answered() {
    let server = World::new().staff();
    let description = "x".repeat(4 << 20);
    let asked = json!({"room_number": "101", "type": "Housekeeping", "description": description});
    let told = server.call("create_case", asked).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("description")));
    assert!(told.0.to_string().len() < 2_000, "what was sent is not sent back");
}

#[tokio::test]
async fn json_nested_without_end_does_not_end_the_server() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    answered_after(deep.as_bytes()).await;
    let call = request(2, "tools/call", json!({"name": "search_contacts", "arguments": {"query": "DEEP"}}));
    answered_after(call.replace("\"DEEP\"", &deep).as_bytes()).await;
}

#[tokio::test]
async fn a_response_nobody_waits_for_does_not_end_the_server() {
    let stray: [Value; 2] = [
        json!({"jsonrpc": "2.0", "id": 5, "result": {}}),
        json!({"jsonrpc": "2.0", "id": 5, "error": {"code": -1, "message": "no"}}),
    ];
    for line in stray {
        answered_after(line.to_string().as_bytes()).await;
    }
}
