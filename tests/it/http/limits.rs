//! What a server does not put up with: long requests, slow ones, and too many.

use super::{BETH, Caller, World, call, dev, own_bookings};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(super) async fn connection(address: &str) -> TcpStream {
    let host = address.trim_start_matches("http://").trim_end_matches("/mcp");
    TcpStream::connect(host).await.unwrap()
}

/// All that a server sends until it closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read).await; // closed in either way
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn a_long_request_is_refused_and_one_with_the_longest_texts_is_not() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let wish = |length| call("submit_guest_service_request", &json!({"description": "é".repeat(length)}));
    assert_eq!(beth.post(&address, &wish(32_000), &[]).await.status, 200);
    assert_eq!(super::told(&beth.post(&address, &wish(1_000_000), &[]).await).code(), "VALIDATION_ERROR");
    assert_eq!(beth.post(&address, &wish(2_500_000), &[]).await.status, 413);
    assert_eq!(beth.post(&address, &own_bookings(), &[]).await.status, 200, "it lives on");
}

/// Nobody waits for a body that will not be taken: the head says how long it is.
#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_refused_before_it_comes() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let token = world.dev_token("guest-server", BETH);
    let address = server.address().await;
    for (length, expects) in
        [("4194305", ""), ("4194305", "Expect: 100-continue\r\n"), ("9223372036854775807", "")]
    {
        let mut stream = connection(&address).await;
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{expects}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = rest(stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{length} {expects}: {answer}");
    }
    let mut stream = connection(&address).await;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Length: 8000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b' '; 8_000_000]).await.expect("a client that sends all the same can do so");
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "and it hears the answer: {answer}");
}

#[tokio::test]
async fn a_body_without_a_length_is_counted_as_it_comes() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let token = world.dev_token("guest-server", BETH);
    let mut stream = connection(&server.address().await).await;
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
    for _ in 0..5 {
        stream.write_all(chunk.as_bytes()).await.unwrap();
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn long_heads_are_refused() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let mut stream = connection(&server.address().await).await;
    let head = format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(64 * 1024));
    let _ = stream.write_all(head.as_bytes()).await;
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    for (length, status) in [(31 * 1024, "200"), (33 * 1024, "431")] {
        let mut stream = connection(&server.address().await).await;
        let head = format!(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: {}\r\n\r\n",
            "x".repeat(length)
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = rest(stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{length}: {answer}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_and_a_connection_without_requests_are_not_waited_for() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let (mut slow, silent) = (connection(&address).await, connection(&address).await);
    slow.write_all(b"POST /mcp HTTP/1.1\r\nHost: local").await.unwrap();
    let mut used = connection(&address).await;
    used.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    // The test ends because each of them is closed.
    let (slow, silent, used) = tokio::join!(rest(slow), rest(silent), rest(used));
    assert!(!slow.contains("200 OK") && silent.is_empty(), "{slow} {silent}");
    assert!(used.contains("200 OK"), "{used}");
}

#[tokio::test]
async fn a_connection_too_many_is_told_so_and_has_its_place_when_others_leave() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[("HOTEL_HTTP_CONNECTIONS", "8")]);
    let address = server.address().await;
    let mut idle = vec![];
    for _ in 0..8 {
        let mut stream = connection(&address).await;
        // It is served, so it has been counted.
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        idle.push(stream);
    }
    let mut beyond = connection(&address).await;
    beyond.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let answer = rest(beyond).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 503 ") && answer.contains("retry-after: 1"), "{answer}");
    drop(idle);
    let base = address.trim_end_matches("/mcp");
    let healthz = format!("{base}/healthz");
    super::until(async || Caller::new(None).get(&healthz).await.status, |status| *status == 200).await;
}

/// A value takes far more memory than its text: a body within its length may still hold too many.
#[tokio::test]
async fn a_body_of_very_many_values_is_refused() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let many = call("search_bookings_on_behalf_of_guest", &json!({"a": vec![json!({"a": 1}); 15_000]}));
    let reply = beth.post(&address, &many, &[]).await;
    assert_eq!((reply.status, &reply.json()["error"]["code"]), (400, &json!(-32600)), "{reply:?}");
    assert!(!reply.json()["id"].is_null(), "{reply:?}");
    assert!(reply.json()["error"]["message"].as_str().unwrap().contains("at most 20000 values"), "{reply:?}");
    assert_eq!(beth.post(&address, &own_bookings(), &[]).await.status, 200);
}

/// A refusal that does not read the body says that the connection ends, so that nobody sends the next request on it.
#[tokio::test]
async fn a_refused_request_says_that_its_connection_ends() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    for (path, host, status) in
        [("/mcp", "localhost", "401"), ("/mcp", "evil.example", "403"), ("/nothing", "localhost", "404")]
    {
        let mut stream = connection(&server.address().await).await;
        let head = format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = rest(stream).await.to_lowercase();
        assert!(answer.starts_with(&format!("http/1.1 {status} ")), "{answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
}

/// Whoever sends slowly is alone behind it: their bodies are still awaited when somebody else has long been answered.
#[tokio::test]
async fn slow_bodies_keep_nobody_waiting() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let token = world.dev_token("guest-server", BETH);
    let address = server.address().await;
    let body = own_bookings().to_string();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\n\
         Mcp-Name: search_bookings_on_behalf_of_guest\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let mut slow = vec![];
    for _ in 0..40 {
        let mut stream = connection(&address).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    let carl = Caller::new(Some(&world.dev_token("guest-server", "carl.smith@example.com")));
    assert_eq!(carl.post(&address, &own_bookings(), &[]).await.status, 200);
    let mut last = slow.pop().expect("one of them");
    last.write_all(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes()).await.unwrap();
    let answer = rest(last).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "it was still awaited: {answer}");
}
