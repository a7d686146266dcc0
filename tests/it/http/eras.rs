//! Clients of both protocol generations over HTTP, and what they are answered when something is wrong.

use super::{BETH, Caller, World, bookings, call, dev, own_bookings, request};
use crate::stdio::clients::{a_stay_is_opened_and_refused, lifecycles};
use rmcp::model::ClientConfig;
use rmcp::service::serve_client_with_lifecycle;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

#[tokio::test]
async fn the_official_client_works_in_both_ways() {
    for lifecycle in lifecycles() {
        let world = World::new();
        let server = dev(&world, "staff-server", &[]);
        let token = world.dev_token("staff-server", "manager@dewyhotel.com");
        let config = StreamableHttpClientTransportConfig::with_uri(server.address().await).auth_header(token);
        let transport = StreamableHttpClientTransport::with_client(Caller::new(None).client(), config);
        let client =
            serve_client_with_lifecycle(ClientConfig::default(), transport, lifecycle).await.unwrap();
        a_stay_is_opened_and_refused(client).await;
    }
}

/// A server, its address, and Beth.
async fn beths() -> (tests::Server, String, Caller) {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    (server, address, beth)
}

#[tokio::test]
async fn an_earlier_client_gets_no_session_and_needs_none() {
    let (_server, address, beth) = beths().await;
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}});
        let reply = beth.post(&address, &hello, &[]).await;
        assert_eq!((reply.status, reply.header("mcp-session-id")), (200, ""));
        assert_eq!(reply.json()["result"]["protocolVersion"], version);
        let told = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let of_version = [("mcp-protocol-version", version)];
        assert_eq!(beth.post(&address, &told, &of_version).await.status, 202);
        let asked = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": {"name": "search_bookings_on_behalf_of_guest", "arguments": {}}});
        let reply = beth.post(&address, &asked, &of_version).await;
        assert_eq!(super::told(&reply).data()["count"], 1);
    }
}

#[tokio::test]
async fn who_wants_to_hear_of_progress_gets_a_stream_and_everybody_else_json() {
    let (_server, address, beth) = beths().await;
    let plain = beth.post(&address, &own_bookings(), &[]).await;
    assert_eq!(plain.header("content-type"), "application/json");
    let mut asked = own_bookings();
    asked["params"]["_meta"]["progressToken"] = json!("how far?");
    let streamed = beth.post(&address, &asked, &[]).await;
    assert_eq!(streamed.header("content-type"), "text/event-stream");
    assert_eq!(super::told(&streamed), super::told(&plain));
}

#[tokio::test]
async fn a_wrong_message_gets_its_error_with_its_id() {
    let (_server, address, beth) = beths().await;
    let with =
        |method: &str, params: Value| json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
    let cases = [
        (with("tools/call", json!({"name": 3})).to_string(), 200, -32602, json!(7)),
        (with("tools/call", json!({"name": "no_such_tool"})).to_string(), 200, -32602, json!(7)),
        (with("no/such/method", json!({})).to_string(), 200, -32601, json!(7)),
        (json!({"id": 7, "method": "tools/list"}).to_string(), 400, -32600, json!(7)),
        (
            format!(
                r#"{{"params":{}1{},"id":7,"method":"tools/list","jsonrpc":"2.0"}}"#,
                "[".repeat(200),
                "]".repeat(200)
            ),
            200,
            -32602,
            json!(7),
        ),
        ("{\"jsonrpc\": ".to_owned(), 400, -32700, Value::Null),
        ("[]".to_owned(), 400, -32600, Value::Null),
    ];
    for (message, status, code, id) in cases {
        let reply = beth.try_post(&address, &message, &[]).await.unwrap();
        let error = reply.json();
        assert_eq!(
            (reply.status, &error["error"]["code"], &error["id"]),
            (status, &json!(code), &id),
            "{message}"
        );
    }
    let unknown = beth.post(&address, &request("no/such/method", json!({})), &[]).await;
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (404, &json!(-32601)));
    assert_eq!(beth.try_post(&address, "", &[]).await.unwrap().status, 400);
    assert_eq!(bookings(&beth, &address).await, ["BK-0001"], "it lives on");
}

#[tokio::test]
async fn arguments_are_read_as_on_stdio() {
    let (_server, address, beth) = beths().await;
    let mut as_text = own_bookings();
    as_text["params"]["arguments"] = json!(r#"{"status_filter": "All"}"#);
    assert_eq!(super::told(&beth.post(&address, &as_text, &[]).await).data()["count"], 1);
    let cut = call("submit_guest_service_request", &json!({"description": "Tea \u{fffd}"}));
    let cut = cut.to_string().replace('\u{fffd}', "\\ud83c"); // half of an emoji
    let told = super::told(&beth.try_post(&address, &cut, &[]).await.unwrap());
    assert_eq!(told.data()["subject"], "Tea \u{fffd}");
}
