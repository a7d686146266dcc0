//! People as others have entered them, and whom the guests of the hotel belong to.

use super::Org;
use serde_json::{Value, json};
use tests::day;

/// The unique e-mail has a case, and a person at the desk may have typed it with capitals.
#[tokio::test]
async fn somebody_whose_only_email_was_typed_with_capitals_is_found() {
    let org = Org::new();
    let mia = json!({"FirstName": "Mia", "LastName": "Mix", "Unique_Email__c": "Mia_M@Example.com"});
    let id = org.fake.insert("Contact", &mia);
    // An underscore is no wildcard.
    org.fake.insert("Contact", &json!({"LastName": "Other", "Unique_Email__c": "MiaxM@example.com"}));
    let staff = org.world.staff();
    let person = json!({"email": "mia_m@example.com", "first_name": "Mia", "last_name": "Mix"});
    assert_eq!(staff.call("create_contact_if_not_found", person).await.data()["created"], false);
    let book = json!({"guest_email": "mia_m@example.com", "room_number": "104", "check_in_date": day(0),
        "check_out_date": day(2)});
    let booked = staff.call("create_booking", book).await.data().clone();
    assert_eq!(booked["guest_name"], "Mia Mix");
    let number = booked["booking_number"].as_str().expect("a number");
    assert_eq!(org.text("Booking__c", ("Name", number), "Primary_Guest__c"), id);
    staff.done("check_in_guest", json!({"guest_email": "mia_m@example.com"})).await;
    let towels = json!({"guest_email": "mia_m@example.com", "description": "Towels."});
    staff.done("submit_guest_service_request", towels).await;
    let cases = staff
        .call("search_cases_on_behalf_of_staff", json!({"guest_email": "mia_m@example.com"}))
        .await
        .data()
        .clone();
    let stays = staff
        .call("search_bookings_on_behalf_of_staff", json!({"guest_email": "mia_m@example.com"}))
        .await
        .data()
        .clone();
    assert_eq!((&cases["count"], &stays["count"]), (&json!(1), &json!(1)));
    let alike = org.fake.rows("Contact").iter().filter(|row| row["LastName"] == "Mix").count();
    assert_eq!(alike, 1, "nobody is there twice");
}

/// Beth's plain e-mail is the one that Sarah is known by, as a booking agent enters its own: the unique one counts.
#[tokio::test]
async fn whose_plain_email_is_another_guests_shows_that_guest_nothing() {
    let org = Org::new();
    let beth = org.text("Contact", ("Unique_Email__c", "beth.gibbs@email.com"), "Id");
    org.fake.poke(&beth, "Email", json!("sarah@example.com"));
    let (sarah, staff) = (org.world.guest("sarah@example.com"), org.world.staff());
    let bookings = sarah.call("search_bookings_on_behalf_of_guest", json!({"status_filter": "All"})).await;
    assert_eq!((&bookings.data()["count"], &bookings.data()["total"]), (&json!(1), &json!(1)));
    assert_eq!(bookings.data()["bookings"][0]["booking_number"], "BK-0003");
    for (tool, query) in [
        ("search_bookings_on_behalf_of_guest", json!({"booking_number": "BK-0001"})),
        ("search_cases_on_behalf_of_guest", json!({"status_filter": "All"})),
        ("search_rooms_on_behalf_of_guest", json!({"filter": "current"})),
    ] {
        let found = sarah.call(tool, query).await;
        assert_eq!((&found.data()["count"], &found.data()["total"]), (&json!(0), &json!(0)), "{tool}");
    }
    let of = async |email: &str| {
        let found = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": email})).await;
        let bookings = found.data()["bookings"].as_array().expect("bookings").clone();
        bookings
            .iter()
            .map(|it| it["booking_number"].as_str().expect("a number").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (of("sarah@example.com").await, of("beth.gibbs@email.com").await),
        (vec!["BK-0003".to_owned()], vec!["BK-0001".to_owned()])
    );
    // Beth holds these nights, Sarah does not.
    let book = json!({"room_number": "104", "check_in_date": day(7), "check_out_date": day(8)});
    let beths = tests::with(book.clone(), json!({"guest_email": "beth.gibbs@email.com"}));
    staff.done("create_booking", beths).await;
    let sarahs = tests::with(book, json!({"room_number": "105"}));
    assert_eq!(sarah.call("create_booking", sarahs).await.data()["created"], true);
    // The same wish is hers, not Beth's.
    let towels = |email: &str| {
        json!({"guest_email": email, "room_number": "201", "type": "Housekeeping",
        "description": "Towels."})
    };
    staff.done("create_case", towels("beth.gibbs@email.com")).await;
    let hers = staff.call("create_case", towels("sarah@example.com")).await;
    assert_eq!(hers.data()["created"], true, "{}", hers.0);
}

#[tokio::test]
async fn new_guests_and_their_sales_belong_to_the_account_that_was_set() {
    let org = Org::new();
    let account = org.fake.insert("Account", &json!({"Name": "Guests of the hotel"}));
    let org = org.with_env(vec![("SALESFORCE_GUEST_ACCOUNT", account.clone())]);
    let staff = org.world.staff();
    let book = json!({"guest_email": "ana@example.com", "guest_first_name": "Ana", "guest_last_name": "Ruiz",
        "room_number": "104", "check_in_date": day(1), "check_out_date": day(3)});
    let booked = staff.call("create_booking", book).await.data().clone();
    let sale = org.sale_of(booked["booking_number"].as_str().expect("a number"));
    assert_eq!(org.text("Opportunity", ("Id", &sale), "AccountId"), account);
    assert_eq!(org.text("Contact", ("Email", "ana@example.com"), "AccountId"), account);
    let vendor =
        json!({"email": "v@example.com", "first_name": "V", "last_name": "V", "contact_type": "Vendor"});
    staff.done("create_contact_if_not_found", vendor).await;
    assert_eq!(
        org.text("Contact", ("Email", "v@example.com"), "AccountId"),
        "",
        "who is no guest is not theirs"
    );
}

/// Two bookings of one sale, and money that went to and fro: more than a page of rows within a row.
#[tokio::test]
async fn rows_within_a_row_are_read_to_their_end() {
    use tests::fakes::{Options, Salesforce};
    let fake = Salesforce::start(Options { batch_size: 1, ..Options::default() });
    let org = Org::on(fake);
    let sale = org.sale_of("BK-0009");
    for (name, id, kind, status) in [
        ("BK-0009 Refund", "pi_seed_0009", "Refund", "Refunded"),
        ("BK-0009 Charge 2026-01-01", "pi_second", "Charge", "Completed"),
    ] {
        org.fake.insert(
            "Payment_Transaction__c",
            &json!({"Opportunity__c": sale, "External_ID__c": name, "Stripe_Transaction_ID__c": id,
                "Transaction_Type__c": kind, "Status__c": status, "Amount__c": 299.98}),
        );
    }
    let staff = org.world.staff();
    let look = |number: &str| json!({"booking_number": number});
    let robert = staff.call("search_bookings_on_behalf_of_staff", look("BK-0009")).await.data().clone();
    assert_eq!(robert["bookings"][0]["payment_intent_id"], "pi_second", "the last of three rows: {robert}");
    // One Composite brings the sale of two bookings: the other one keeps it open.
    staff.done("cancel_booking", look("BK-0004")).await;
    assert_eq!(org.stage("BK-0004"), "Booking Confirmed");
    let wei = staff
        .call("search_bookings_on_behalf_of_staff", json!({"guest_email": "wei.chen@example.com"}))
        .await
        .data()
        .clone();
    let numbers: Vec<&Value> =
        wei["bookings"].as_array().expect("a list").iter().map(|it| &it["booking_number"]).collect();
    assert_eq!(numbers, ["BK-0005", "BK-0004"]);
}
