//! HOTEL_CONFIRM: auto asks where the client can, off asks nobody, always refuses a client that cannot ask.

use super::*;
use tests::{Backend, World};

fn set_to(world: &World, confirm: &str) -> Server {
    world.start("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_CONFIRM", confirm)])
}

#[tokio::test]
async fn off_asks_nobody() {
    let world = World::new();
    let staff = set_to(&world, "off");
    assert!(call(&staff, CHECKOUT, &leave(BETH)).await.answer().succeeded());
    let wei = json!({"guest_email": "wei.chen@example.com"});
    assert_eq!(call(&staff, "check_in_guest", &wei).await.answer().code(), "MULTIPLE_RESERVATIONS");
}

#[tokio::test]
async fn always_refuses_a_client_that_cannot_ask_and_says_why() {
    let world = World::new();
    let staff = set_to(&world, "always");
    for (tool, arguments) in [
        (CHECKOUT, leave(BETH)),
        ("cancel_booking", json!({"booking_number": "BK-0003"})),
        ("cancel_booking", json!({"booking_number": "BK-0003", "no_show": true})),
        (
            "compensate_checkout_failure",
            json!({"guest_email": "rthompson@example.com", "payment_intent_id": "pi_seed_0009"}),
        ),
    ] {
        let told = staff.call(tool, arguments).await;
        assert_eq!(told.code(), "NOT_CONFIRMED", "{tool}: {}", told.0);
        assert_eq!(told.details()["reason"], "client_cannot_ask");
        assert!(told.0["error_message"].as_str().unwrap().contains("HOTEL_CONFIRM=always"), "{}", told.0);
    }
    assert!(staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await.succeeded());
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    assert!(yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer().succeeded());
}

/// A yes is a form. A client that only opens pages is one that cannot ask, in everything: not asked before a charge, and
/// not offered the bank's page after it.
#[tokio::test]
async fn a_client_that_only_opens_pages_is_one_that_cannot_ask() {
    let secured = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    let opens_pages = async |server: &Server, arguments: &Value| {
        let params = json!({"name": CHECKOUT, "arguments": arguments});
        let sent = with_capabilities(params, json!({"elicitation": {"url": {}}}));
        let response = server.request_as_is("tools/call", sent).await.unwrap();
        assert_ne!(response["result"]["resultType"], "input_required", "{response}");
        Told::of(&response)
    };
    let world = World::on(Backend::Embedded); // the fake's page is on this machine, and not at an https address
    let staff = set_to(&world, "always");
    let told = opens_pages(&staff, &secured).await;
    assert_eq!(
        (told.code(), told.details()["reason"].as_str()),
        ("NOT_CONFIRMED", Some("client_cannot_ask"))
    );
    let staff = set_to(&world, "auto");
    let told = opens_pages(&staff, &secured).await;
    assert_eq!(told.code(), "PAYMENT_ACTION_REQUIRED", "{}", told.0);
    assert!(told.details()["next_action_url"].as_str().unwrap().starts_with("https://"), "{}", told.0);
    assert_eq!(charged(&staff, "BK-0001").await, None);
    assert_eq!(opens_pages(&staff, &leave(CARL)).await.data()["status"], "Checked Out");
}

/// Two servers on two machines have no data folder in common, but a key.
#[tokio::test]
async fn servers_with_the_same_key_take_each_others_questions() {
    let world = World::new();
    let start = |key: &str| {
        let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_SEAL_KEY", key)];
        world.start("staff-server", &[], &env)
    };
    let key = "0123456789abcdef0123456789abcdef";
    let (one, same, other) = (start(key), start(key), start(&key.replace('0', "x")));
    let (_, state) = call(&one, CHECKOUT, &leave(BETH)).await.question();
    let params = json!({"name": CHECKOUT, "arguments": leave(BETH), "requestState": state,
        "inputResponses": {"person": {"action": "accept"}}});
    let refused = other.request_as_is("tools/call", with_capabilities(params, can_ask())).await.unwrap();
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    assert!(yes(&same, CHECKOUT, &leave(BETH), &state).await.answer().succeeded());
    assert!(!world.data().join("seal.key").exists(), "no key is made where one is given");
}

/// A yes is used up in the journal it was given to; another journal knows nothing of that.
#[tokio::test]
async fn a_yes_given_at_one_journal_is_none_at_another_with_the_same_key() {
    let (world, other) = (World::new(), World::new());
    let key = ("HOTEL_SEAL_KEY", "0123456789abcdef0123456789abcdef");
    let start =
        |world: &World| world.start("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com"), key]);
    let (_, state) = call(&start(&world), CHECKOUT, &leave(BETH)).await.question();
    let elsewhere = start(&other);
    yes(&elsewhere, CHECKOUT, &leave(BETH), &state).await.question();
    assert_eq!(charged(&elsewhere, "BK-0001").await, None);
}
