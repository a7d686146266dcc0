//! Subscriptions: a client hears that what it reads has changed, whichever server of the folder changed it.

use serde_json::{Value, json};
use tests::{Server, World};

const TODAY: &str = "hotel://today";

async fn subscribe(server: &Server, uri: &str) -> Value {
    server.request_as_is("resources/subscribe", json!({"uri": uri})).await.expect("an answer")
}

/// The next notification, which must be of this method.
async fn told(server: &Server, method: &str) -> Value {
    let said = server.says().await;
    assert_eq!(said["method"], method, "{said}");
    said["params"].clone()
}

fn ready(token: &str) -> Value {
    json!({"room_number": "106", "status": "Vacant", "idempotency_token": token})
}

#[tokio::test]
async fn a_client_of_2025_hears_that_the_day_has_changed_at_another_desk() {
    let world = World::new();
    let (ours, theirs) = (world.staff(), world.staff());
    let greeted = ours.initialize("2025-11-25").await;
    assert_eq!(greeted["capabilities"]["resources"]["subscribe"], true, "{greeted}");
    assert_eq!(subscribe(&ours, TODAY).await["result"], json!({}));
    theirs.done("update_room_status", ready("a")).await;
    assert_eq!(told(&ours, "notifications/resources/updated").await["uri"], TODAY);
}

#[tokio::test]
async fn a_call_that_is_yet_to_be_made_can_be_waited_for() {
    let world = World::new();
    let (ours, theirs) = (world.staff(), world.staff());
    ours.initialize("2025-06-18").await;
    assert_eq!(subscribe(&ours, "hotel://calls/room%2F106").await["result"], json!({}));
    theirs.done("update_room_status", json!({"room_number": "105", "status": "Maintenance"})).await; // another call
    theirs.done("update_room_status", ready("room/106")).await;
    assert_eq!(told(&ours, "notifications/resources/updated").await["uri"], "hotel://calls/room%2F106");
}

#[tokio::test]
async fn who_wants_no_more_hears_no_more() {
    let world = World::new();
    let (ours, theirs) = (world.staff(), world.staff());
    ours.initialize("2025-11-25").await;
    subscribe(&ours, TODAY).await;
    subscribe(&ours, "hotel://calls/last").await;
    let ended = ours.request_as_is("resources/unsubscribe", json!({"uri": TODAY})).await.expect("an answer");
    assert_eq!(ended["result"], json!({}));
    theirs.done("update_room_status", ready("last")).await;
    // Both were looked at in the same second, so a word of the day would be there before or with that of the call.
    assert_eq!(told(&ours, "notifications/resources/updated").await["uri"], "hotel://calls/last");
    theirs.done("update_room_status", json!({"room_number": "105", "status": "Maintenance"})).await;
    subscribe(&ours, "hotel://calls/again").await;
    theirs
        .done(
            "update_room_status",
            json!({"room_number": "105", "status": "Vacant", "idempotency_token": "again"}),
        )
        .await;
    assert_eq!(told(&ours, "notifications/resources/updated").await["uri"], "hotel://calls/again");
}

#[tokio::test]
async fn a_client_of_2026_holds_a_request_open_and_hears_what_it_asked_for() {
    let world = World::new();
    let (ours, theirs) = (world.staff(), world.staff());
    let found = ours.request("server/discover", json!({})).await.expect("an answer");
    assert_eq!(found["result"]["capabilities"]["resources"]["subscribe"], true, "{found}");
    let wanted = json!({"notifications": {
        "resourceSubscriptions": [TODAY, "hotel://policy", "hotel://nowhere"], "toolsListChanged": true,
    }});
    let listening = ours.request("subscriptions/listen", wanted);
    let hears = async {
        let accepted = told(&ours, "notifications/subscriptions/acknowledged").await;
        assert_eq!(accepted["notifications"], json!({"resourceSubscriptions": [TODAY, "hotel://policy"]}));
        let stands_for = &accepted["_meta"]["io.modelcontextprotocol/subscriptionId"];
        assert!(!stands_for.is_null(), "{accepted}");
        theirs.done("update_room_status", ready("a")).await;
        let updated = told(&ours, "notifications/resources/updated").await;
        assert_eq!(updated["uri"], TODAY);
        assert_eq!(&updated["_meta"]["io.modelcontextprotocol/subscriptionId"], stands_for);
        ours.end_input().await;
    };
    let (ended, ()) = tokio::join!(listening, hears);
    if let Some(answer) = ended {
        assert_eq!(answer["error"], Value::Null, "a server that ends says so: {answer}");
    }
    assert!(ours.close().await.success(), "an open subscription keeps no server from ending");
}

#[tokio::test]
async fn nobody_subscribes_to_what_they_cannot_read() {
    let world = World::new();
    let guest = world.guest("beth.gibbs@email.com");
    guest.initialize("2025-11-25").await;
    for uri in [TODAY, "hotel://calls/ready", "hotel://calls/", "file:///etc/passwd"] {
        let answer = subscribe(&guest, uri).await;
        assert_eq!(answer["error"]["code"], -32002, "{uri}: {answer}");
    }
    assert_eq!(subscribe(&guest, "hotel://policy").await["result"], json!({}));
    let answer = guest.request_as_is("resources/subscribe", json!({"uri": 7})).await.expect("an answer");
    assert_eq!(answer["error"]["message"], "params.uri must be a string");
}

#[tokio::test]
async fn a_client_subscribes_to_a_hundred_resources_and_no_more() {
    let staff = World::new().staff();
    staff.initialize("2025-11-25").await;
    for n in 0..100 {
        assert_eq!(subscribe(&staff, &format!("hotel://calls/t{n}")).await["result"], json!({}));
    }
    assert_eq!(subscribe(&staff, "hotel://calls/t7").await["result"], json!({}), "the same again is no more");
    let answer = subscribe(&staff, TODAY).await;
    assert_eq!(answer["error"]["message"], "a client may subscribe to 100 resources");
}
