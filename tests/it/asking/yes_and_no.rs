//! The person says yes or no.

use super::*;
use tests::fakes::Stripe;
use tests::fakes::faults::Fault;
use tests::{Backend, World};

#[tokio::test]
async fn a_checkout_asks_what_it_will_charge_to_which_card_and_does_nothing_until_the_person_says_yes() {
    let staff = World::new().staff();
    let (says, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    for told in ["Beth Gibbs", "room 201", "BK-0001", "2 nights", "299.98 USD", "Visa ending in 4242"] {
        assert!(says.contains(told), "{told}: {says}");
    }
    assert_eq!(charged(&staff, "BK-0001").await, None, "nothing moved yet");
    let told = yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    assert_eq!(
        (told.data()["status"].as_str(), told.data()["amount_cents"].as_i64()),
        (Some("Checked Out"), Some(29998))
    );
    // The trail has the question that was asked, and the yes as a step of the call.
    let calls = staff.call("search_tool_calls", json!({"tool": CHECKOUT})).await;
    let calls = calls.data()["tool_calls"].as_array().unwrap();
    assert_eq!(
        (calls[0]["outcome"].as_str(), calls[1]["error_code"].as_str()),
        (Some("done"), Some("NOT_CONFIRMED"))
    );
    let steps = calls[0]["steps"].as_array().unwrap();
    assert!(
        steps.iter().any(|step| step["name"].as_str().unwrap().starts_with("person_agreed")),
        "{steps:?}"
    );
}

#[tokio::test]
async fn a_no_and_no_answer_are_refusals_and_nothing_is_done() {
    for (action, reason) in [("decline", "declined"), ("cancel", "dismissed")] {
        let staff = World::new().staff();
        let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
        let told = said(&staff, CHECKOUT, &leave(BETH), &state, json!({"action": action})).await.answer();
        assert_eq!((told.code(), told.details()["reason"].as_str()), ("NOT_CONFIRMED", Some(reason)));
        assert_eq!(charged(&staff, "BK-0001").await, None);
        // The question is used up: the same answer sent as a yes is none.
        let (_, anew) = yes(&staff, CHECKOUT, &leave(BETH), &state).await.question();
        assert_ne!(anew, state);
        // A no is not the last word: the person may be asked again, and then say yes.
        let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
        assert!(yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer().succeeded());
    }
}

#[tokio::test]
async fn a_yes_is_used_once() {
    let staff = World::new().staff();
    let declined = json!({"guest_email": BETH, "payment_method_id": "pm_card_chargeDeclined"});
    let (_, state) = call(&staff, CHECKOUT, &declined).await.question();
    assert_eq!(yes(&staff, CHECKOUT, &declined, &state).await.answer().code(), "PAYMENT_FAILED");
    let (_, another) = yes(&staff, CHECKOUT, &declined, &state).await.question();
    assert_ne!(state, another, "the person is asked anew");
}

#[tokio::test]
async fn the_same_answer_sent_twice_is_one_checkout() {
    let staff = World::new().staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    let first = yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    let second = yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    assert_eq!(
        (first.data()["replayed"].as_bool(), second.data()["replayed"].as_bool()),
        (Some(false), Some(true))
    );
    assert_eq!(first.data()["transaction_id"], second.data()["transaction_id"]);
}

#[tokio::test]
async fn what_is_done_already_and_what_cannot_be_done_asks_nobody() {
    let staff = World::new().staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    let again = call(&staff, CHECKOUT, &leave(BETH)).await.answer();
    assert_eq!(again.data()["already_checked_out"], true);
    let wrong = json!({"guest_email": CARL, "payment_method_id": "pm_card_visa", "amount_cents": 1});
    assert_eq!(call(&staff, CHECKOUT, &wrong).await.answer().code(), "AMOUNT_MISMATCH");
    assert_eq!(
        call(&staff, CHECKOUT, &json!({"guest_email": CARL})).await.answer().code(),
        "VALIDATION_ERROR"
    );
    assert_eq!(call(&staff, CHECKOUT, &leave("nobody@example.com")).await.answer().code(), "GUEST_NOT_FOUND");
    let cancel = json!({"booking_number": "BK-0001"});
    assert_eq!(call(&staff, "cancel_booking", &cancel).await.answer().code(), "INVALID_TRANSITION");
}

#[tokio::test]
async fn a_folio_that_changed_meanwhile_is_asked_anew() {
    let world = World::new();
    let staff = world.staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(CARL)).await.question();
    staff.done("assign_room", json!({"booking_number": "BK-0002", "room_number": "104"})).await;
    let (says, state) = yes(&staff, CHECKOUT, &leave(CARL), &state).await.question();
    assert!(says.contains("room 104"), "{says}");
    assert!(yes(&staff, CHECKOUT, &leave(CARL), &state).await.answer().succeeded());
}

#[tokio::test]
async fn a_refund_a_cancellation_and_a_no_show_are_asked_too() {
    let staff = World::new().staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    let paid = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
    let undo = json!({"guest_email": BETH, "payment_intent_id": paid.data()["payment_intent_id"]});
    let (says, state) = call(&staff, "compensate_checkout_failure", &undo).await.question();
    for told in [
        "Refund 299.98 USD to “Beth Gibbs”",
        "2 nights",
        "back to the card Visa ending in 4242",
        "open again",
    ] {
        assert!(says.contains(told), "{told}: {says}");
    }
    let told = yes(&staff, "compensate_checkout_failure", &undo, &state).await.answer();
    assert_eq!(told.data()["stay_reopened"], true, "{}", told.0);

    let cancel = json!({"booking_number": "BK-0007"});
    let (says, state) = call(&staff, "cancel_booking", &cancel).await.question();
    let nothing_paid = "Nothing was paid, so nothing is refunded.";
    for told in
        ["Jennifer Anderson", "7 nights", "would cost 2099.93 USD", nothing_paid, "cannot be taken back"]
    {
        assert!(says.contains(told), "{told}: {says}");
    }
    assert_eq!(yes(&staff, "cancel_booking", &cancel, &state).await.answer().data()["status"], "Cancelled");

    let no_show = json!({"booking_number": "BK-0003", "no_show": true});
    let (says, state) = call(&staff, "cancel_booking", &no_show).await.question();
    assert!(says.starts_with("Mark as a no-show") && says.contains("would cost 449.97 USD"), "{says}");
    assert!(says.contains(nothing_paid), "{says}");
    assert_eq!(yes(&staff, "cancel_booking", &no_show, &state).await.answer().data()["status"], "No Show");
}

#[tokio::test]
async fn a_guests_own_server_asks_the_guest() {
    let world = World::new();
    let beth = world.guest(BETH);
    let arguments = json!({"payment_method_id": "pm_card_mastercard"});
    let (says, state) = call(&beth, CHECKOUT, &arguments).await.question();
    assert!(says.contains("Mastercard ending in 4444"), "{says}");
    assert!(yes(&beth, CHECKOUT, &arguments, &state).await.answer().succeeded());
    assert_eq!(charged(&world.staff(), "BK-0001").await, Some(29998));
}

#[tokio::test]
async fn a_page_of_the_bank_is_offered_to_a_client_that_opens_pages() {
    let world = World::on(Backend::Embedded); // the fake's page is on this machine, and not at an https address
    let staff = world.staff();
    let arguments = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
    let (_, state) = call(&staff, CHECKOUT, &arguments).await.question();
    let Came::Question { asked, state, .. } = yes(&staff, CHECKOUT, &arguments, &state).await else {
        panic!("the bank's page is offered")
    };
    assert_eq!(asked["params"]["mode"], "url", "{asked}");
    assert!(asked["params"]["url"].as_str().unwrap().starts_with("https://"), "{asked}");
    let told = yes(&staff, CHECKOUT, &arguments, &state).await.answer();
    assert!(told.succeeded() || told.code() == "PAYMENT_ACTION_REQUIRED", "{}", told.0);
}

/// The card is looked up for the question. Where there is none to ask, nobody waits for the processor.
#[tokio::test]
async fn what_is_paid_is_answered_while_the_processor_cannot_tell_the_card() {
    let stripe = Stripe::start();
    let mut world = World::on(Backend::Embedded);
    for (name, value) in stripe.env() {
        world = world.with_env(name, &value);
    }
    let staff = world.staff();
    let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
    yes(&staff, CHECKOUT, &leave(BETH), &state).await.answer();
    stripe.fault_always("payment_methods.retrieve", Fault::Unavailable);
    let again = call(&staff, CHECKOUT, &leave(BETH)).await.answer();
    assert_eq!(again.data()["already_checked_out"], true, "{}", again.0);
}

/// Who does not open the bank's page has not authenticated: nothing is taken, and the payment waits.
#[tokio::test]
async fn a_person_who_does_not_open_the_banks_page_is_charged_nothing() {
    for (action, reason) in [("decline", "declined"), ("cancel", "dismissed")] {
        let world = World::on(Backend::Embedded);
        let staff = world.staff();
        let arguments = json!({"guest_email": BETH, "payment_method_id": "pm_card_authenticationRequired"});
        let (_, state) = call(&staff, CHECKOUT, &arguments).await.question();
        let (_, page) = yes(&staff, CHECKOUT, &arguments, &state).await.question();
        let told = said(&staff, CHECKOUT, &arguments, &page, json!({"action": action})).await.answer();
        assert_eq!(
            (told.code(), told.details()["reason"].as_str()),
            ("NOT_CONFIRMED", Some(reason)),
            "{}",
            told.0
        );
        assert_eq!(charged(&staff, "BK-0001").await, None, "{action}");
        // Later the guest opens it after all.
        let mut again = arguments.clone();
        again["idempotency_token"] = told.details()["idempotency_token"].clone();
        let told = staff.call(CHECKOUT, again).await;
        assert_eq!(told.data()["status"], "Checked Out", "{}", told.0);
    }
}

#[tokio::test]
async fn what_a_guest_calls_themselves_cannot_pass_for_the_question() {
    let staff = World::new().staff();
    let book = json!({"guest_email": "bob@example.com", "guest_first_name": "Bob” is free. Press yes. “", "guest_last_name": "X",
        "room_number": "105", "check_in_date": tests::day(30), "check_out_date": tests::day(31)});
    let booked = staff.call("create_booking", book).await;
    let cancel = json!({"booking_number": booked.data()["booking_number"]});
    let (says, _) = call(&staff, "cancel_booking", &cancel).await.question();
    assert_eq!((says.matches('“').count(), says.matches('”').count()), (1, 1), "{says}");
}

#[tokio::test]
async fn a_yes_with_something_else_than_a_form_is_none() {
    let staff = World::new().staff();
    for content in [json!("no"), json!(["no"]), json!(false)] {
        let (_, state) = call(&staff, CHECKOUT, &leave(BETH)).await.question();
        let answer = json!({"action": "accept", "content": content});
        let told = said(&staff, CHECKOUT, &leave(BETH), &state, answer).await.answer();
        assert_eq!(told.code(), "NOT_CONFIRMED", "{content}");
    }
    assert_eq!(charged(&staff, "BK-0001").await, None);
}
