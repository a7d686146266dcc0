//! A yes counts only for the call it was given to: the caller, the tool, the arguments and the amount.

use super::*;
use tests::World;

/// Sends a state back as somebody else would who got hold of it; nothing may be charged.
async fn is_refused(server: &Server, params: Value) -> Value {
    let response = server.request_as_is("tools/call", with_capabilities(params, can_ask())).await.unwrap();
    let refused = response["error"]["code"] == -32602 || response["result"]["resultType"] == "input_required";
    assert!(refused, "{response}");
    response
}

fn with_yes(tool: &str, arguments: &Value, state: &str) -> Value {
    json!({"name": tool, "arguments": arguments, "requestState": state, "inputResponses": {"person": {"action": "accept"}}})
}

#[tokio::test]
async fn a_state_with_one_character_changed_is_no_state_of_ours() {
    let staff = World::new().staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    for at in 0..state.len() {
        let mut bytes = state.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(bytes).unwrap();
        let response = is_refused(&staff, with_yes(CHECKOUT, &leave(BETH), &forged)).await;
        assert_eq!(response["error"]["code"], -32602, "{at}: {response}");
    }
    for forged in ["", "x", "rs1..", &state[1..], &format!("{state}A"), &format!("{state}{state}")] {
        is_refused(&staff, with_yes(CHECKOUT, &leave(BETH), forged)).await;
    }
    assert_eq!(charged(&staff, "BK-0001").await, None);
}

#[tokio::test]
async fn a_yes_to_one_stay_card_amount_or_tool_is_none_to_another() {
    let staff = World::new().staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    let mut other_card = leave(BETH);
    other_card["payment_method_id"] = "pm_card_mastercard".into();
    let mut amount = leave(BETH);
    amount["amount_cents"] = 29998.into();
    let mut token = leave(BETH);
    token["idempotency_token"] = "another".into();
    for arguments in [&leave(CARL), &other_card, &amount, &token] {
        is_refused(&staff, with_yes(CHECKOUT, arguments, &state)).await;
    }
    is_refused(&staff, with_yes("cancel_booking", &json!({"booking_number": "BK-0003"}), &state)).await;
    for booking in ["BK-0001", "BK-0002"] {
        assert_eq!(charged(&staff, booking).await, None);
    }
}

#[tokio::test]
async fn a_yes_to_one_caller_is_none_to_another() {
    let world = World::new();
    let (staff, other) =
        (world.staff(), world.start("staff-server", &[], &[("STAFF_EMAIL", "other@dewyhotel.com")]));
    let beth = world.guest(BETH);
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    is_refused(&other, with_yes(CHECKOUT, &leave(BETH), &state)).await;
    is_refused(&beth, with_yes(CHECKOUT, &leave(BETH), &state)).await;
    assert_eq!(charged(&staff, "BK-0001").await, None);
    // Another server of the same caller takes the answer: nothing is kept in a process.
    let same = world.staff();
    assert!(yes(&same, CHECKOUT, &leave(BETH), &state).await.answer().succeeded());
}

#[tokio::test]
async fn a_state_of_another_hotel_and_an_answer_without_a_state_are_none() {
    let staff = World::new().staff();
    let (_, state) = call(&World::new().staff(), CHECKOUT, &leave(BETH)).await.question();
    is_refused(&staff, with_yes(CHECKOUT, &leave(BETH), &state)).await;
    let mut params = with_yes(CHECKOUT, &leave(BETH), "");
    params.as_object_mut().unwrap().remove("requestState");
    is_refused(&staff, params).await;
    let (_, mine) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    for answer in [
        json!({"person": {"action": "maybe"}}),
        json!({"person": true}),
        json!({"other": {"action": "accept"}}),
    ] {
        let mut params = with_yes(CHECKOUT, &leave(BETH), &mine);
        params["inputResponses"] = answer;
        is_refused(&staff, params).await;
    }
    assert_eq!(charged(&staff, "BK-0001").await, None);
}

/// No argument says yes: what a model writes into the arguments is an unknown argument.
#[tokio::test]
async fn no_argument_stands_for_a_yes() {
    let staff = World::new().staff();
    for name in ["confirm", "confirmed", "yes", "approval", "consent", "requestState", "inputResponses"] {
        let mut arguments = leave(BETH);
        arguments[name] = true.into();
        assert_eq!(call(&staff, CHECKOUT, &arguments).await.answer().code(), "VALIDATION_ERROR", "{name}");
    }
    assert_eq!(charged(&staff, "BK-0001").await, None);
}

/// Ten minutes after the question an answer comes too late.
#[tokio::test]
async fn an_answer_that_comes_too_late_is_asked_anew() {
    let world = World::new().in_the_afternoon();
    let staff = world.staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_CLOCK", "11m")];
    let late = world.start("staff-server", &[], &env);
    yes(&late, CHECKOUT, &leave(BETH), &state).await.question();
    assert_eq!(charged(&staff, "BK-0001").await, None);
}
