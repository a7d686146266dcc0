//! Clients of the versions before 2026 are sent the question while their call waits.

use super::*;
use tests::World;

/// A server whose client of an older version can ask.
async fn greeted(world: &World, version: &str) -> Server {
    let server = world.staff();
    server.initialize_with(version, json!({"elicitation": {}})).await;
    server
}

/// Makes a call; answers its question with this result and returns the question.
async fn answered(server: &Server, tool: &str, arguments: &Value, answer: Value) -> (Value, Told) {
    let params = json!({"name": tool, "arguments": arguments});
    let call = server.request_as_is("tools/call", params);
    let person = async {
        let asked = server.says().await;
        assert_eq!(asked["method"], "elicitation/create", "{asked}");
        server.line(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": answer}).to_string()).await;
        asked
    };
    let (response, asked) = tokio::join!(call, person);
    (asked["params"].clone(), Told::of(&response.unwrap()))
}

#[tokio::test]
async fn the_person_is_asked_while_the_call_waits() {
    for version in ["2025-06-18", "2025-11-25"] {
        let world = World::new();
        let server = greeted(&world, version).await;
        let no = json!({"action": "decline"});
        let (asked, told) = answered(&server, CHECKOUT, &leave(BETH), no).await;
        assert!(asked["message"].as_str().unwrap().contains("299.98 USD"), "{asked}");
        assert_eq!(asked["requestedSchema"]["type"], "object", "{asked}");
        assert_eq!(told.code(), "NOT_CONFIRMED", "{version}");
        assert_eq!(charged(&server, "BK-0001").await, None);
        let (_, told) =
            answered(&server, CHECKOUT, &leave(BETH), json!({"action": "accept", "content": {}})).await;
        assert_eq!(told.data()["status"], "Checked Out", "{version}: {}", told.0);
        assert_eq!(charged(&server, "BK-0001").await, Some(29998));
    }
}

/// Nobody holds the stay while the person thinks: others may work on it, and then the person is asked anew.
#[tokio::test]
async fn what_changes_while_the_person_thinks_is_asked_anew() {
    let world = World::new();
    let (server, colleague) = (greeted(&world, "2025-06-18").await, world.staff());
    let call = server.request_as_is("tools/call", json!({"name": CHECKOUT, "arguments": leave(CARL)}));
    let person = async {
        let asked = server.says().await;
        colleague.done("assign_room", json!({"booking_number": "BK-0002", "room_number": "104"})).await;
        let yes = json!({"action": "accept", "content": {}});
        server.line(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": yes}).to_string()).await;
        let anew = server.says().await;
        assert!(anew["params"]["message"].as_str().unwrap().contains("room 104"), "{anew}");
        server.line(&json!({"jsonrpc": "2.0", "id": anew["id"], "result": yes}).to_string()).await;
    };
    let (response, ()) = tokio::join!(call, person);
    assert!(Told::of(&response.unwrap()).succeeded());
}

#[tokio::test]
async fn a_client_that_cannot_put_the_question_counts_as_no_yes() {
    let world = World::new();
    let server = greeted(&world, "2025-06-18").await;
    let call = server.request_as_is("tools/call", json!({"name": CHECKOUT, "arguments": leave(BETH)}));
    let person = async {
        let asked = server.says().await;
        let error = json!({"code": -32601, "message": "no such method"});
        server.line(&json!({"jsonrpc": "2.0", "id": asked["id"], "error": error}).to_string()).await;
    };
    let (response, ()) = tokio::join!(call, person);
    assert_eq!(Told::of(&response.unwrap()).code(), "NOT_CONFIRMED");
    assert_eq!(charged(&server, "BK-0001").await, None);
}

#[tokio::test]
async fn a_client_that_declares_nothing_is_served_as_before() {
    let server = World::new().staff();
    server.initialize("2025-06-18").await;
    let response =
        server.request_as_is("tools/call", json!({"name": CHECKOUT, "arguments": leave(BETH)})).await;
    assert!(Told::of(&response.unwrap()).succeeded());
    assert_eq!(server.said().await, Vec::<Value>::new(), "nothing was asked");
}

/// What is asked about changes at each answer: the person is not asked for ever.
#[tokio::test]
async fn a_question_that_never_stays_the_same_ends() {
    let world = World::new();
    let (server, colleague) = (greeted(&world, "2025-06-18").await, world.staff());
    let call = server.request_as_is("tools/call", json!({"name": CHECKOUT, "arguments": leave(CARL)}));
    let person = async {
        for (asked, room) in
            ["104", "105", "108", "104", "105", "108", "104", "105", "108", "104"].iter().enumerate()
        {
            let question = server.says().await;
            assert_eq!(question["method"], "elicitation/create", "{asked}: {question}");
            let move_to = json!({"booking_number": "BK-0002", "room_number": room});
            colleague.done("update_room_status", json!({"room_number": room, "status": "Vacant"})).await;
            colleague.done("assign_room", move_to).await;
            let yes = json!({"action": "accept", "content": {}});
            server.line(&json!({"jsonrpc": "2.0", "id": question["id"], "result": yes}).to_string()).await;
        }
    };
    let (response, ()) = tokio::join!(call, person);
    assert_eq!(Told::of(&response.unwrap()).code(), "NOT_CONFIRMED");
    assert_eq!(charged(&colleague, "BK-0002").await, None);
}
