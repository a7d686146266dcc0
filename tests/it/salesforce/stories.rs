//! The real binaries on a Salesforce org, Stripe and Twilio: what they do there, and how often they ask.

use super::Org;
use serde_json::json;
use tests::day;
use tests::fakes::{Stripe, Twilio};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const SARAH: &str = "sarah@example.com";

/// What a call costs: the round trips to the org.
fn trips(org: &Org) -> usize {
    let trips = org.fake.recorded().iter().filter(|call| call.is_api()).count();
    org.fake.forget();
    trips
}

#[tokio::test]
async fn a_check_in_is_one_read_and_one_write() {
    let org = Org::new();
    let staff = org.world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(told.data()["room_status"], "Occupied");
    assert_eq!(trips(&org), 2);
    assert_eq!(
        (org.booking_status("BK-0003"), org.room_status("205")),
        ("Checked In".into(), "Occupied".into())
    );
    assert_eq!(org.stage("BK-0003"), "Checked In");
    let sarah = org.text("Contact", ("Email", SARAH), "Id");
    assert_eq!(org.text("Hotel_Room__c", ("Room_Number__c", "205"), "Current_Guest__c"), sarah);
    let again = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(again.data()["already_checked_in"], true);
    assert_eq!(trips(&org), 1);
    assert_eq!(
        staff.call("check_in_guest", json!({"guest_email": "nobody@example.com"})).await.code(),
        "GUEST_NOT_FOUND"
    );
    assert_eq!(trips(&org), 1);
    assert_eq!(
        staff.call("check_in_guest", json!({"guest_email": "sofia.martinez@example.com"})).await.code(),
        "ROOM_NOT_VACANT"
    );
    let logins = org.fake.recorded().iter().filter(|call| !call.is_api()).count();
    assert_eq!(logins, 0, "it logged in once, at first");
}

#[tokio::test]
async fn a_checkout_is_one_read_and_one_write_and_three_of_stripe() {
    let (org, stripe, twilio) = (Org::new(), Stripe::start(), Twilio::start());
    let org = org.with_env(stripe.env()).with_env(twilio.env());
    let staff = org.world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", pay.clone()).await;
    let payment = told.data()["payment_intent_id"].as_str().expect("a payment").to_owned();
    assert_eq!(told.data()["amount_cents"], 29_998);
    assert_eq!(trips(&org), 2);
    let asked = stripe.exchanges();
    let writes = asked.iter().map(|it| it.operation.as_str()).collect::<Vec<_>>();
    assert_eq!(
        writes.iter().filter(|operation| operation.starts_with("payment_intents")).count(),
        3,
        "{writes:?}"
    );
    assert_eq!(
        (org.booking_status("BK-0001"), org.room_status("201")),
        ("Checked Out".into(), "Cleaning".into())
    );
    assert_eq!(org.stage("BK-0001"), "Closed Won");
    let row = org.fake.row("Payment_Transaction__c", "Stripe_Transaction_ID__c", &payment).expect("a row");
    assert_eq!((row["Amount__c"].as_f64(), row["Status__c"].as_str()), (Some(299.98), Some("Completed")));
    assert_eq!(row["External_ID__c"], format!("BK-0001 Charge {} 149.99x2", day(0)));
    let again = staff.call("process_guest_checkout", pay).await;
    assert_eq!(again.data()["already_checked_out"], true);

    org.fake.forget();
    let undo = json!({"guest_email": BETH, "payment_intent_id": payment, "reason": "charged by mistake"});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert_eq!(told.data()["stay_reopened"], true);
    assert_eq!(trips(&org), 2);
    assert_eq!(
        (org.booking_status("BK-0001"), org.room_status("201")),
        ("Checked In".into(), "Occupied".into())
    );
    assert_eq!(org.stage("BK-0001"), "Negotiation/Review");
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0001"})).await;
    assert_eq!(found.data()["bookings"][0]["check_out_date"], day(0));
    assert!(found.data()["bookings"][0]["payment_intent_id"].is_null());
    assert_eq!(trips(&org), 1);
}

#[tokio::test]
async fn an_early_checkout_is_undone_to_the_departure_that_was_planned() {
    let org = Org::new();
    let staff = org.world.staff();
    let told = staff
        .call("process_guest_checkout", json!({"guest_email": CARL, "payment_method_id": "pm_card_visa"}))
        .await;
    assert_eq!(told.data()["amount_cents"], 14_999, "one night of three");
    let payment = told.data()["payment_intent_id"].clone();
    let undo = json!({"guest_email": CARL, "payment_intent_id": payment});
    staff.done("compensate_checkout_failure", undo).await;
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0002"})).await;
    let booking = &found.data()["bookings"][0];
    assert_eq!(
        (&booking["check_out_date"], &booking["nightly_rate_cents"]),
        (&json!(day(2)), &json!(14_999))
    );
    // And once more, under another intent: that one pays for the stay.
    let told = staff
        .call("process_guest_checkout", json!({"guest_email": CARL, "payment_method_id": "pm_card_visa"}))
        .await;
    assert_eq!(told.data()["amount_cents"], 14_999);
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0002"})).await;
    assert_eq!(found.data()["bookings"][0]["payment_intent_id"], told.data()["payment_intent_id"]);
    assert_eq!(
        org.fake
            .rows("Payment_Transaction__c")
            .iter()
            .filter(|row| row["Transaction_Type__c"] == "Charge")
            .count(),
        3,
        "two of Carl's and Robert's"
    );
}

#[tokio::test]
async fn a_booking_is_one_read_one_write_and_a_check() {
    let org = Org::new();
    let staff = org.world.staff();
    let book = |email: &str, room: &str| {
        json!({"guest_email": email, "guest_first_name": "Ana", "guest_last_name": "O'Ruiz", "room_number": room,
            "check_in_date": day(1), "check_out_date": day(4), "special_requests": "a \"cot\" @{sale_0.id}"})
    };
    let told = staff.call("create_booking", book("ana@example.com", "104")).await;
    let number = told.data()["booking_number"].as_str().expect("a number").to_owned();
    assert_eq!(told.data()["created"], true);
    assert_eq!(trips(&org), 3);
    let ana = org.fake.row("Contact", "Unique_Email__c", "ana@example.com").expect("Ana");
    assert_eq!((ana["LastName"].as_str(), ana["Contact_Type__c"].as_str()), (Some("O'Ruiz"), Some("Guest")));
    let again = staff.call("create_booking", book("ana@example.com", "104")).await;
    assert_eq!((&again.data()["created"], &again.data()["booking_number"]), (&json!(false), &json!(number)));
    assert_eq!(trips(&org), 1);
    assert_eq!(
        staff.call("create_booking", book("patrick.obrien@example.com", "104")).await.code(),
        "ROOM_ALREADY_BOOKED"
    );
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": number})).await;
    assert_eq!(found.data()["bookings"][0]["special_requests"], "a \"cot\" @{sale_0.id}");
    org.fake.forget();
    let change = json!({"booking_number": number, "check_out_date": day(6)});
    let told = staff.call("manage_booking", change).await;
    assert_eq!(told.data()["folio_cents"], 14_999 * 5);
    assert_eq!(trips(&org), 2);
    let told = staff.call("assign_room", json!({"booking_number": number, "room_number": "208"})).await;
    assert_eq!(
        (&told.data()["room_number"], &told.data()["folio_cents"]),
        (&json!("208"), &json!(14_999 * 5)),
        "at the same price"
    );
    assert_eq!(trips(&org), 2);
    staff.done("cancel_booking", json!({"booking_number": number})).await;
    assert_eq!(trips(&org), 2);
    assert_eq!((org.booking_status(&number), org.stage(&number)), ("Cancelled".into(), "Closed Lost".into()));
}

/// Every org begins with a rule that warns of a contact like another one, and for an API a warning is a refusal.
#[tokio::test]
async fn a_guest_who_books_under_a_second_e_mail_is_a_second_person() {
    let org = Org::new();
    let staff = org.world.staff();
    let sarah = org.fake.row("Contact", "Email", SARAH).expect("Sarah");
    let book = |email: &str| {
        json!({"guest_email": email, "guest_first_name": sarah["FirstName"], "guest_last_name": sarah["LastName"],
            "guest_phone": sarah["Phone"], "room_number": "104", "check_in_date": day(1), "check_out_date": day(4)})
    };
    let person = |email: &str| {
        json!({"email": email, "first_name": sarah["FirstName"], "last_name": sarah["LastName"],
            "phone": sarah["Phone"]})
    };
    let told = staff.call("create_booking", book("sarah@work.example.com")).await;
    assert_eq!(told.data()["created"], true);
    staff.done("create_contact_if_not_found", person("sarah@home.example.com")).await;
    // An org may also have a rule that blocks; then it is said what to do.
    org.fake.block_duplicates();
    let before = org.fake.dump();
    for (tool, arguments, field) in [
        ("create_booking", book("sarah@third.example.com"), "guest_email"),
        ("create_contact_if_not_found", person("sarah@third.example.com"), "email"),
    ] {
        let told = staff.call(tool, arguments).await;
        assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!(field)), "{tool}");
    }
    assert_eq!(org.fake.dump(), before);
}

#[tokio::test]
async fn a_request_and_its_changes_are_one_read_and_one_write_each() {
    let org = Org::new();
    let guest = org.world.guest(BETH);
    let staff = org.world.staff();
    let ask = json!({"type": "Housekeeping", "description": "Two towels, please: 'soft' ones & a @{robe}"});
    let told = guest.call("submit_guest_service_request", ask.clone()).await;
    let number = told.data()["case_number"].as_str().expect("a number").to_owned();
    assert_eq!((&told.data()["created"], trips(&org)), (&json!(true), 2));
    let again = guest.call("submit_guest_service_request", ask).await;
    assert_eq!((&again.data()["created"], &again.data()["case_number"]), (&json!(false), &json!(number)));
    assert_eq!(trips(&org), 1);
    let found = guest.call("search_cases_on_behalf_of_guest", json!({})).await;
    let theirs = found.data()["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .find(|case| case["case_number"] == number.as_str());
    assert_eq!(theirs.expect("it")["description"], "Two towels, please: 'soft' ones & a @{robe}");
    assert_eq!(trips(&org), 1);
    for (change, costs) in
        [(json!({"status": "Working", "priority": "Urgent"}), 2), (json!({"status": "Closed"}), 2)]
    {
        staff.done("manage_case", tests::with(json!({"case_number": number}), change)).await;
        assert_eq!(trips(&org), costs);
    }
    let broken = json!({"room_number": "204", "description": "The tap drips.", "take_room_out_of_use": true});
    let told = staff.call("submit_maintenance_request", broken).await;
    assert_eq!(told.data()["room_status"], "Maintenance");
    assert_eq!(trips(&org), 2, "the reservations affected come with the first look");
    staff.done("update_room_status", json!({"room_number": "204", "status": "Vacant"})).await;
    assert_eq!(trips(&org), 2);
    staff
        .done(
            "create_contact_if_not_found",
            json!({"email": "li@example.com", "first_name": "Li", "last_name": "Wu"}),
        )
        .await;
    assert_eq!(trips(&org), 2);
    let long = json!({"email": "long@example.com", "first_name": "L".repeat(41), "last_name": "Wu"});
    let told = staff.call("create_contact_if_not_found", long).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("first_name")));
}

#[tokio::test]
async fn every_search_is_one_round_trip() {
    let org = Org::new();
    let (guest, staff) = (org.world.guest(SARAH), org.world.staff());
    let searches = [
        (
            "search_available_rooms",
            json!({"check_in_date": day(0), "check_out_date": day(2), "number_of_guests": 2}),
        ),
        ("search_bookings_on_behalf_of_staff", json!({"limit": 3})),
        ("search_bookings_on_behalf_of_staff", json!({"guest_email": "wei.chen@example.com"})),
        ("search_rooms_on_behalf_of_staff", json!({"status_filter": "Vacant", "limit": 3})),
        ("search_cases_on_behalf_of_staff", json!({"status_filter": "Open"})),
        ("search_contacts", json!({"query": "o'b"})),
        ("retrieve_payment_status", json!({"booking_number": "BK-0009"})),
    ];
    for (tool, arguments) in searches {
        staff.done(tool, arguments).await;
        assert_eq!(trips(&org), 1, "{tool}");
    }
    let own = [
        ("search_bookings_on_behalf_of_guest", json!({})),
        ("search_rooms_on_behalf_of_guest", json!({"filter": "all"})),
        ("search_cases_on_behalf_of_guest", json!({})),
    ];
    for (tool, arguments) in own {
        guest.done(tool, arguments).await;
        assert_eq!(trips(&org), 1, "{tool}");
    }
}
