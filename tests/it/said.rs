//! What a call says of people: phones in one form, and nothing said that is dropped without a word.

use serde_json::{Value, json};
use tests::{World, day, with};

fn person(phone: &str) -> Value {
    json!({"email": "ana@example.com", "first_name": "Ana", "last_name": "Ruiz", "phone": phone})
}

fn book(guest: &str) -> Value {
    json!({"guest_email": guest, "room_number": "104", "check_in_date": day(3), "check_out_date": day(5)})
}

fn warnings(data: &Value) -> Vec<&str> {
    data["warnings"].as_array().map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_phone_is_kept_in_one_form_however_it_is_written() {
    for (country, phone, kept) in [
        ("", "+44 (0)20 7946 0000", "+442079460000"),
        ("", "\u{202a}+34 600\u{a0}000\u{a0}000\u{202c}", "+34600000000"),
        ("US", "(555) 010-0044", "+15550100044"),
        ("gb", "020 7946 0000", "+442079460000"),
        ("GB", "+1 555.010.0044", "+15550100044"),
    ] {
        let world = World::new().with_env("HOTEL_COUNTRY", country);
        let told = world.staff().call("create_contact_if_not_found", person(phone)).await;
        assert_eq!(told.data()["phone"], kept, "{phone}");
        assert_eq!(told.data()["warnings"], Value::Null, "{phone}");
        let found = world.staff().call("search_contacts", json!({"query": "Ruiz"})).await;
        assert_eq!(found.data()["contacts"][0]["phone"], kept, "{phone}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_as_one_number_is_not_kept_and_said() {
    for phone in
        ["+1 555-010-0001 x22", "+1 555 010 0001 / +44 20 7946 0000", "(555) 010-0001", "ask the desk", "12"]
    {
        let world = World::new();
        let staff = world.staff();
        let told = staff.call("create_contact_if_not_found", person(phone)).await;
        assert_eq!(told.data()["created"], true);
        assert_eq!(told.data()["phone"], Value::Null, "{phone}");
        let [warning] = warnings(told.data())[..] else { panic!("one warning of {phone}: {told:?}") };
        assert!(warning.contains(phone) && warning.contains("not kept"), "{warning}");
        let mut request = book("new@example.com");
        request = with(
            request,
            json!({"guest_first_name": "Nora", "guest_last_name": "New", "guest_phone": phone}),
        );
        let told = staff.call("create_booking", request).await;
        assert_eq!(
            (told.data()["created"].clone(), warnings(told.data()).len()),
            (json!(true), 1),
            "{phone}"
        );
    }
}

#[tokio::test]
async fn another_name_and_phone_for_a_known_e_mail_are_named() {
    let world = World::new();
    let guest = world.guest("beth.gibbs@email.com");
    let says =
        json!({"guest_first_name": "Bob", "guest_last_name": "Gibbs", "guest_phone": "+44 20 7946 0000"});
    let expected = [
        "Beth Gibbs is kept under this e-mail; the name Bob Gibbs was not kept.",
        "Beth Gibbs is kept under this e-mail; the phone +442079460000 was not kept.",
    ];
    for created in [true, false] {
        let told = guest.call("create_booking", with(book("beth.gibbs@email.com"), says.clone())).await;
        assert_eq!(told.data()["created"], created);
        assert_eq!(warnings(told.data()), expected, "created: {created}");
        assert_eq!(told.data()["guest_name"], "Beth Gibbs");
    }
    let bob = json!({"email": "Beth.Gibbs@email.com", "first_name": "Bob", "last_name": "Gibbs",
        "phone": "+44 20 7946 0000", "contact_type": "Vendor"});
    let told = world.staff().call("create_contact_if_not_found", bob).await;
    assert_eq!(told.data()["created"], false);
    let all = [&expected[..], &["Beth Gibbs is kept as a Guest; the type Vendor was not kept."]].concat();
    assert_eq!(warnings(told.data()), all);
}

#[tokio::test]
async fn the_same_name_and_phone_typed_otherwise_are_nothing_to_mention() {
    let world = World::new();
    let says =
        json!({"guest_first_name": " BETH", "guest_last_name": "gibbs", "guest_phone": "+1 (555) 010-0001"});
    let guest = world.guest("beth.gibbs@email.com");
    let told = guest.call("create_booking", with(book("beth.gibbs@email.com"), says)).await;
    assert_eq!(told.data()["warnings"], Value::Null);
}

#[tokio::test]
async fn a_text_goes_to_a_number_that_was_stored_oddly() {
    let phone = "UPDATE contacts SET phone = ? WHERE email = 'sarah@example.com'";
    let world = World::new().with_records(phone, ["+1 (555) 010-0003"]);
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    staff.close().await;
    assert_eq!(world.texted(), ["+15550100003"]);
}

#[tokio::test]
async fn nothing_is_texted_to_what_is_no_number() {
    let phone = "UPDATE contacts SET phone = ? WHERE email = 'sarah@example.com'";
    let world = World::new().with_records(phone, ["ask her sister"]);
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(
        warnings(told.data()),
        ["The phone kept of Sarah Johnson cannot be read as one number, so no text is sent to it."]
    );
    let paid = json!({"guest_email": "sarah@example.com", "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", paid).await;
    staff.close().await;
    assert!(world.texted().is_empty());
    assert_eq!(world.receipts_by_mail("BK-0003"), [Some("sarah@example.com".to_owned())]);
}

#[tokio::test]
async fn a_text_is_kept_as_it_is_but_for_what_steers_a_screen() {
    let world = World::new();
    let staff = world.staff();
    let kept = "A cot,\n\tplease 👩\u{200d}👩\u{200d}👧, می\u{200c}خواهم";
    let request = with(book("soojin.kim@example.com"), json!({"special_requests": kept}));
    let told = staff.call("create_booking", request).await;
    assert_eq!((&told.data()["special_requests"], &told.data()["warnings"]), (&json!(kept), &Value::Null));
    let number = told.data()["booking_number"].clone();
    let steering =
        json!({"booking_number": number, "special_requests": "Quiet\u{1b}[2J \u{202e}room\u{2069}\0"});
    let told = staff.call("manage_booking", steering).await;
    assert_eq!(told.data()["special_requests"], "Quiet[2J room");
    assert!(warnings(told.data())[0].ends_with("were taken out of special_requests."), "{told:?}");
    let towels = json!({"guest_email": "beth.gibbs@email.com", "description": "Towels\u{202a}\u{7}"});
    for created in [true, false] {
        let told = staff.call("submit_guest_service_request", towels.clone()).await;
        assert_eq!(
            (&told.data()["created"], &told.data()["description"]),
            (&json!(created), &json!("Towels"))
        );
        assert_eq!(warnings(told.data()).len(), 1);
    }
    let blank = json!({"guest_email": "beth.gibbs@email.com", "description": "\u{202e}\u{200b}\n"});
    staff.refused("submit_guest_service_request", blank, "VALIDATION_ERROR").await;
}

#[tokio::test]
async fn a_name_is_something_to_read_and_nothing_that_steers() {
    let world = World::new();
    let guest = world.guest("new@example.com");
    for name in ["\u{200b}", "\u{3164}\u{200d}", "Bob\u{202e}", "\u{2066}Bob\u{2069}", "Bo\u{7}b", "\u{feff}"]
    {
        let says = json!({"guest_first_name": name, "guest_last_name": "New"});
        let told = guest.call("create_booking", with(book("new@example.com"), says)).await;
        assert_eq!(
            (told.code(), &told.details()["field"]),
            ("VALIDATION_ERROR", &json!("guest_first_name")),
            "{name:?}"
        );
    }
    let says = json!({"guest_first_name": "می\u{200c}نا", "guest_last_name": "O\u{2019}Neill"});
    guest.done("create_booking", with(book("new@example.com"), says)).await;
}

/// Where a wish still stands, what the request said beside it is not applied, and that is said.
#[tokio::test]
async fn what_a_repeated_request_says_otherwise_is_named() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("create_booking", book("soojin.kim@example.com")).await;
    let number = first.data()["booking_number"].clone();
    let further = with(book("soojin.kim@example.com"), json!({"additional_to": [number]}));
    let told = staff.call("create_booking", further).await;
    assert_eq!(told.data()["created"], false);
    assert!(warnings(told.data())[0].starts_with("No further room was booked"), "{told:?}");

    let pay = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", pay.clone()).await;
    let told = staff.call("process_guest_checkout", with(pay, json!({"amount_cents": 1}))).await;
    assert_eq!(
        (&told.data()["already_checked_out"], &told.data()["amount_cents"]),
        (&json!(true), &json!(29_998))
    );
    assert!(warnings(told.data())[0].contains("0.01, was not charged"), "{told:?}");
}

/// Two facts that contradict each other: nobody knows which is meant, so no money moves.
#[tokio::test]
async fn a_payment_and_the_booking_of_another_are_a_mistake() {
    let world = World::new();
    let staff = world.staff();
    let pay = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let paid = staff.call("process_guest_checkout", pay).await.data()["payment_intent_id"].clone();
    let undo = json!({"guest_email": "beth.gibbs@email.com", "payment_intent_id": paid, "booking_number": "BK-0002"});
    let told = staff.call("compensate_checkout_failure", undo.clone()).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("booking_number")));
    assert_eq!(world.refunds("BK-0001"), 0);
    staff.done("compensate_checkout_failure", with(undo, json!({"booking_number": "BK-0001"}))).await;
}

/// An answer stays short, whatever is given.
#[tokio::test]
async fn many_numbers_that_were_not_needed_are_one_sentence() {
    let world = World::new();
    let staff = world.staff();
    let numbers = |many: u32| (1..=many).map(|nth| format!("BK-9{nth:03}")).collect::<Vec<_>>();
    let request = with(book("soojin.kim@example.com"), json!({"additional_to": numbers(1_001)}));
    let told = staff.call("create_booking", request.clone()).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("additional_to")));
    let told = staff.call("create_booking", with(request, json!({"additional_to": numbers(1_000)}))).await;
    let [warning] = warnings(told.data())[..] else { panic!("one warning: {told:?}") };
    assert!(warning.contains("BK-9010 and 990 more; they were not needed"), "{warning}");
}
