//! Many callers of one process: each is who its token says, and nobody else.

use super::issuer::{Issuer, Key};
use super::{BETH, Caller, SARAH, World, bookings, call, dev, own_bookings, told};
use serde_json::{Value, json};
use tests::with;

#[tokio::test]
async fn two_guests_in_turn_on_one_process_never_see_each_other() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[("HOTEL_HTTP_CALLS_PER_MINUTE", "0")]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let sarah = beth.with(&world.dev_token("guest-server", SARAH)); // over the same connections
    let mut both = tokio::task::JoinSet::new();
    for turn in 0..60 {
        let (caller, own) = if turn % 2 == 0 { (&beth, "BK-0001") } else { (&sarah, "BK-0003") };
        let (caller, address) = (caller.clone(), address.clone());
        both.spawn(async move { assert_eq!(bookings(&caller, &address).await, [own]) });
    }
    both.join_all().await;
    let theirs = call("search_bookings_on_behalf_of_guest", &json!({"guest_email": SARAH}));
    assert_eq!(told(&beth.post(&address, &theirs, &[]).await).code(), "NOT_YOURS");
    let theirs = call("cancel_booking", &json!({"booking_number": "BK-0003"}));
    assert_eq!(told(&beth.post(&address, &theirs, &[]).await).code(), "BOOKING_NOT_FOUND");
}

#[tokio::test]
async fn equal_idempotency_tokens_of_two_guests_never_meet() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let carl = beth.with(&world.dev_token("guest-server", "carl.smith@example.com"));
    let wish =
        call("submit_guest_service_request", &json!({"description": "Ice.", "idempotency_token": "same"}));
    let rooms = [(&beth, "201"), (&carl, "101")];
    for (caller, room) in rooms {
        let made = told(&caller.post(&address, &wish, &[]).await);
        assert_eq!((&made.data()["replayed"], &made.data()["room_number"]), (&json!(false), &json!(room)));
    }
    let again = told(&beth.post(&address, &wish, &[]).await);
    assert_eq!((&again.data()["replayed"], &again.data()["room_number"]), (&json!(true), &json!("201")));
}

#[tokio::test]
async fn a_question_of_one_server_is_answered_to_another_and_by_nobody_else() {
    let world = World::new();
    let (first, second) = (dev(&world, "guest-server", &[]), dev(&world, "guest-server", &[]));
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let carl = beth.with(&world.dev_token("guest-server", "carl.smith@example.com"));
    let mut leave = call("process_guest_checkout", &json!({"payment_method_id": "pm_card_visa"}));
    leave["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({"elicitation": {"form": {}}});
    let asked = beth.post(&first.address().await, &leave, &[]).await.json();
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    leave["params"]["requestState"] = asked["result"]["requestState"].clone();
    leave["params"]["inputResponses"] = json!({"person": {"action": "accept", "content": {}}});
    let stolen = carl.post(&second.address().await, &leave, &[]).await.json();
    assert_eq!(stolen["result"]["resultType"], "input_required", "Carl is asked himself: {stolen}");
    let done = told(&beth.post(&second.address().await, &leave, &[]).await);
    assert_eq!(done.data()["status"], "Checked Out");
}

#[tokio::test]
async fn what_a_guest_began_over_http_is_finished_by_another_server() {
    let world = World::new();
    let faults = [("HOTEL_FAULTS", "close_stay=killed_before")];
    let mut first = dev(&world, "guest-server", &faults);
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let leave = call(
        "process_guest_checkout",
        &json!({"payment_method_id": "pm_card_visa", "idempotency_token": "leaving"}),
    );
    let lost = beth.try_post(&first.address().await, &leave.to_string(), &[]).await;
    assert!(lost.is_err(), "the server was killed: {lost:?}");
    first.wait().await;
    let second = dev(&world, "guest-server", &[]);
    let done = told(&beth.post(&second.address().await, &leave, &[]).await);
    assert_eq!(done.data()["status"], "Checked Out");
    let charges = "SELECT count(*) FROM payment_transactions WHERE intent_id NOT LIKE 'pi_seed_%'";
    assert_eq!(tests::Books::open(&world).rows(charges).len(), 1);
}

#[tokio::test]
async fn staff_are_recorded_by_their_token_and_their_scope_is_not_a_guests() {
    let world = World::new();
    let server = dev(&world, "staff-server", &[]);
    let address = server.address().await;
    let manager = Caller::new(Some(&world.dev_token("staff-server", "manager@dewyhotel.com")));
    let broken = json!({"room_number": "104", "description": "The shower drips."});
    let made = told(&manager.post(&address, &call("submit_maintenance_request", &broken), &[]).await);
    assert_eq!(made.data()["created"], true, "the requester is the manager of the token");
    let guest = manager.with(&world.dev_token("guest-server", BETH));
    assert_eq!(guest.post(&address, &own_bookings(), &[]).await.status, 403);
}

/// A report may be filed for a manager. Who filed it is not theirs to say: the token does.
#[tokio::test]
async fn a_report_for_a_manager_is_recorded_as_made_by_whom_the_token_stands_for() {
    let world = World::new();
    let server = dev(&world, "staff-server", &[]);
    let address = server.address().await;
    let night = Caller::new(Some(&world.dev_token("staff-server", "night@dewyhotel.com")));
    let report = json!({"room_number": "104", "description": "The shower drips.", "staff_email": "manager@dewyhotel.com"});
    let made = told(&night.post(&address, &call("submit_maintenance_request", &report), &[]).await);
    assert_eq!(made.data()["guest_email"], "manager@dewyhotel.com", "for whom it is");
    let trail = call("search_tool_calls", &json!({"tool": "submit_maintenance_request"}));
    let trail = told(&night.post(&address, &trail, &[]).await);
    let callers: Vec<_> =
        trail.data()["tool_calls"].as_array().unwrap().iter().map(|it| &it["caller"]).collect();
    assert_eq!(callers, ["staff:night@dewyhotel.com"]);
    // Nor is a token of theirs met by the manager's own.
    let same = with(report, json!({"idempotency_token": "shower", "description": "The sink too."}));
    let first = told(&night.post(&address, &call("submit_maintenance_request", &same), &[]).await);
    let manager = night.with(&world.dev_token("staff-server", "manager@dewyhotel.com"));
    let second = told(&manager.post(&address, &call("submit_maintenance_request", &same), &[]).await);
    assert_eq!((&first.data()["replayed"], &second.data()["replayed"]), (&json!(false), &json!(false)));
    assert_eq!(second.data()["created"], false, "it is the request that is open");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[("HOTEL_HTTP_CALLS_PER_MINUTE", "3")]);
    let address = server.address().await;
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    for _ in 0..3 {
        assert_eq!(bookings(&beth, &address).await, ["BK-0001"]);
    }
    let over = told(&beth.post(&address, &own_bookings(), &[]).await);
    assert_eq!(
        (over.code(), &over.0["http_status"], &over.0["retry_safe"]),
        ("RATE_LIMITED", &json!(429), &json!(true))
    );
    let wait = over.details()["retry_after_seconds"].as_u64().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let wish = json!({"description": "Ice.", "idempotency_token": "ice"});
    let write = told(&beth.post(&address, &call("submit_guest_service_request", &wish), &[]).await);
    assert_eq!((write.code(), &write.details()["idempotency_token"]), ("RATE_LIMITED", &json!("ice")));
    let sarah = beth.with(&world.dev_token("guest-server", SARAH));
    assert_eq!(bookings(&sarah, &address).await, ["BK-0003"]);
    let listed = beth.post(&address, &super::request("tools/list", json!({})), &[]).await;
    assert!(listed.json()["result"]["tools"].is_array(), "only calls of tools are counted");
}

#[tokio::test]
async fn a_guest_of_the_web_does_not_learn_where_the_settings_are() {
    let world = World::new();
    let server = dev(&world, "guest-server", &[]);
    let beth = Caller::new(Some(&world.dev_token("guest-server", BETH)));
    let about = beth.post(&server.address().await, &super::request("server/discover", json!({})), &[]).await;
    let about: Value = about.json();
    assert!(
        about["result"]["instructions"].as_str().unwrap().contains("This is the sample hotel."),
        "{about}"
    );
    assert!(!about.to_string().contains("settings"), "{about}");
}

/// Over HTTP a client of an older version has no way to answer, whatever it says that it can do.
#[tokio::test]
async fn a_client_of_an_older_version_is_asked_nothing() {
    let world = World::new();
    let server = dev(&world, "staff-server", &[("HOTEL_CONFIRM", "always")]);
    let address = server.address().await;
    let staff = Caller::new(Some(&world.dev_token("staff-server", "manager@dewyhotel.com")));
    let cancel = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "cancel_booking", "arguments": {"booking_number": "BK-0007"},
        "_meta": {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}}});
    let told = told(&staff.post(&address, &cancel, &[]).await);
    assert_eq!(
        (told.code(), told.details()["reason"].as_str()),
        ("NOT_CONFIRMED", Some("client_cannot_ask"))
    );
}

/// Services without an e-mail are told apart by the name that their issuer gives them.
#[tokio::test]
async fn callers_without_an_e_mail_do_not_share_idempotency_tokens() {
    let (world, issuer) = (World::new(), Issuer::with(Key::ec()));
    let base = issuer.base();
    let env = [("HOTEL_HTTP_ISSUER", base.as_str()), ("HOTEL_HTTP_AUDIENCE", "hotel")];
    let server = world.start("staff-server", &["serve", "--http", "127.0.0.1:0"], &env);
    let address = server.address().await;
    let mut answers = vec![];
    for (service, status) in [("one", "Vacant"), ("another", "Maintenance")] {
        let mut claims = issuer.claims(BETH);
        claims.as_object_mut().unwrap().remove("email");
        let claims = with(claims, json!({"sub": service, "scope": "hotel:staff"}));
        let caller = Caller::new(Some(&issuer.key.signs("first", &claims)));
        let arguments = json!({"room_number": "106", "status": status, "idempotency_token": "same"});
        answers.push(told(&caller.post(&address, &call("update_room_status", &arguments), &[]).await));
    }
    assert!(answers.iter().all(|told| told.succeeded() && told.data()["replayed"] == false), "{answers:?}");
}
