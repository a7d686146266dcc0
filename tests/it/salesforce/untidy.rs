//! Orgs whose records other programs or people have made.

use super::Org;
use serde_json::{Value, json};
use tests::fakes::Data;

const CARL: &str = "carl.smith@example.com";
const SARAH: &str = "sarah@example.com";

/// An org that another program has filled: Closed Won under open stays, two bookings of one sale, a guest checked in to a Vacant room,
/// no current guests, no external ids.
#[tokio::test]
async fn an_org_as_others_left_it_works() {
    let org = Org::with(Data::Untidy);
    let staff = org.world.staff();
    let all = staff.call("search_bookings_on_behalf_of_staff", json!({"limit": 50})).await;
    let bookings = all.data()["bookings"].as_array().expect("bookings").clone();
    assert_eq!(bookings.len(), 11, "none is left out");
    let of = |email: &str| -> Value {
        bookings.iter().find(|booking| booking["guest_email"] == email).expect("a booking").clone()
    };
    let out = json!({"guest_email": CARL, "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", out).await;
    assert_eq!(told.data()["amount_cents"], 14_999, "a night at least");
    assert_eq!(org.room_status("101"), "Cleaning");
    let number = of(CARL)["booking_number"].as_str().expect("a number").to_owned();
    assert_eq!(org.booking_status(&number), "Checked Out");
    let david = json!({"guest_email": "james.davis@example.com", "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", david).await;
    assert!(told.data()["warnings"][0].is_string(), "his room was Vacant: {}", told.0);
    assert_eq!(
        of("sofia.martinez@example.com")["nightly_rate_cents"],
        19_999,
        "what was agreed, not the room's price"
    );
    let two: Vec<_> =
        bookings.iter().filter(|booking| booking["guest_email"] == "wei.chen@example.com").collect();
    assert!(two.len() == 2 && two.iter().all(|booking| booking["nightly_rate_cents"] == 14_999), "{two:?}");
    let first = two.iter().find(|booking| booking["room_number"] == "102").expect("the first");
    let cancel = json!({"booking_number": first["booking_number"]});
    staff.done("cancel_booking", cancel).await;
    assert_eq!(org.stage(first["booking_number"].as_str().unwrap()), "Closed Won", "the other one is open");
    let rooms = staff.call("search_rooms_on_behalf_of_staff", json!({"limit": 50})).await;
    assert_eq!(rooms.data()["count"], 22);
}

#[tokio::test]
async fn a_sale_may_have_texts_that_look_like_references() {
    let org = Org::new();
    let sale = org.text("Booking__c", ("Name", "BK-0003"), "Opportunity__c");
    org.fake.poke(&sale, "Name", json!("Gift @{card.id}"));
    org.fake.poke(&sale, "Payment_ID__c", json!("@{card.id}"));
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(org.stage("BK-0003"), "Checked In");
    let leave = json!({"guest_email": SARAH, "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", leave).await;
    assert_eq!(org.stage("BK-0003"), "Closed Won");
}

/// A field of a paid stay is emptied, or its guest is erased from the org: nobody can say that the stay is unknown, so its money
/// stays where it is.
#[tokio::test]
async fn the_money_of_a_stay_that_lacks_something_is_left_to_a_person() {
    for (lost, field) in [
        ("room_number", "Room__c"),
        ("check_out_date", "Check_Out_Date__c"),
        ("status", "Status__c"),
        ("guest_email", "Primary_Guest__c"),
    ] {
        let org = Org::new();
        let staff = org.world.staff();
        let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
        staff.done("process_guest_checkout", leave).await;
        staff.close().await;
        org.fake.poke(&org.text("Booking__c", ("Name", "BK-0001"), "Id"), field, Value::Null);
        let ran = org.world.run_staff(&["reconcile", "--fix", "--json"]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let found = &ran.json()["payments_without_closed_stay"][0];
        assert_eq!((&found["action"], &found["outcome"]), (&json!("none"), &json!("to_do")), "{found}");
        let says = found["message"].as_str().unwrap();
        assert!(says.starts_with("Booking BK-0001 lacks ") && says.contains(lost), "{says}");
        assert_eq!((org.world.payments_kept("BK-0001"), org.world.refunds("BK-0001")), (1, 0), "{field}");
    }
}

/// Somebody enters the greatest date that Salesforce knows, or one of ten years, for an open end.
#[tokio::test]
async fn a_departure_that_stands_for_an_open_end_makes_no_answer_long() {
    let org = Org::new();
    let staff = org.world.staff();
    let leaves = |booking: &str, day: &str| {
        org.fake.poke(&org.text("Booking__c", ("Name", booking), "Id"), "Check_Out_Date__c", day.into());
    };
    leaves("BK-0003", "4000-12-31");
    leaves("BK-0004", &tests::day(3_000));
    let all = staff.call("search_bookings_on_behalf_of_staff", json!({"limit": 50})).await;
    assert!(all.0.to_string().len() < 50_000, "{} bytes", all.0.to_string().len());
    let shown = async |number: &str| {
        let one = json!({"booking_number": number});
        staff.call("search_bookings_on_behalf_of_staff", one).await.data()["bookings"][0].clone()
    };
    let endless = shown("BK-0003").await;
    assert_eq!(
        (&endless["check_out_date"], &endless["incomplete"]),
        (&json!("4000-12-31"), &json!(["check_out_date"]))
    );
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH, "booking_number": "BK-0003"})).await;
    assert_eq!(told.code(), "INVALID_TRANSITION", "{}", told.0);
    let free = json!({"check_in_date": tests::day(300), "check_out_date": tests::day(301)});
    let free = staff.call("search_available_rooms", free).await.0.to_string();
    assert!(!free.contains("\"205\"") && !free.contains("\"102\"") && free.contains("\"104\""), "{free}");
    // The sale's amount is shared by its nights, odd cents first: two prices.
    let listed = all.data()["bookings"]
        .as_array()
        .expect("bookings")
        .iter()
        .find(|it| it["booking_number"] == "BK-0004");
    let listed = listed.expect("it is shown");
    assert_eq!(listed["nightly_prices_cents"].as_array().map(Vec::len), Some(100));
    assert_eq!(listed["truncated"], json!(["nightly_prices_cents"]));
    let whole = shown("BK-0004").await;
    assert_eq!(whole["nightly_prices_cents"].as_array().map(Vec::len), Some(3_000));
    assert_eq!((&whole["truncated"], &whole["total_nights"]), (&Value::Null, &json!(3_000)));
}

/// Where nobody filled in a field, answers lack it too: no filter finds the row by a value that it does not have.
#[tokio::test]
async fn what_nobody_filled_in_is_no_value() {
    let org = Org::new();
    let staff = org.world.staff();
    let empty = |object: &str, by: (&str, &str), fields: &[&str]| {
        let id = org.text(object, by, "Id");
        fields.iter().for_each(|field| org.fake.poke(&id, field, Value::Null));
    };
    empty("Hotel_Room__c", ("Room_Number__c", "205"), &["Floor__c", "Room_Type__c", "Max_Occupancy__c"]);
    empty("Booking__c", ("Name", "BK-0003"), &["Number_of_Guests__c"]);
    let opened = json!({"room_number": "205", "type": "Housekeeping", "description": "a lamp"});
    let case =
        staff.call("create_case", opened).await.data()["case_number"].as_str().expect("a number").to_owned();
    empty("Case", ("CaseNumber", &case), &["Type", "Priority", "Origin"]);

    let rooms = async |query: Value| {
        staff.call("search_rooms_on_behalf_of_staff", query).await.data()["rooms"].clone()
    };
    let room = rooms(json!({"room_number": "205"})).await[0].clone();
    assert_eq!(room["room_type"], "not set", "{room}");
    assert!(room.get("floor").is_none() && room.get("max_occupancy").is_none(), "{room}");
    for filter in
        [json!({"floor_filter": 0, "limit": 50}), json!({"room_type_filter": "Standard", "limit": 50})]
    {
        let found = rooms(filter).await;
        assert!(found.as_array().expect("rooms").iter().all(|room| room["room_number"] != "205"), "{found}");
    }
    let booking =
        staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0003"})).await;
    let booking = &booking.data()["bookings"][0];
    assert!(booking.get("number_of_guests").is_none() && booking.get("incomplete").is_none(), "{booking}");
    let shown = staff.call("search_cases_on_behalf_of_staff", json!({"case_number": case})).await;
    let shown = &shown.data()["cases"][0];
    assert_eq!((&shown["type"], &shown["priority"]), (&json!("not set"), &json!("not set")), "{shown}");

    // Nobody knows how many people the room takes: one, but not two.
    let two = json!({"booking_number": "BK-0003", "number_of_guests": 2});
    let told = staff.call("manage_booking", two).await;
    assert_eq!((told.code(), told.details().get("max_occupancy")), ("OVER_CAPACITY", None), "{}", told.0);
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    staff
        .done("process_guest_checkout", json!({"guest_email": SARAH, "payment_method_id": "pm_card_visa"}))
        .await;

    let ran = org.world.run_staff(&["doctor"]).await;
    let says = |parts: [&str; 2]| {
        let line = |line: &str| parts.iter().all(|part| line.contains(part));
        assert!(ran.stdout.lines().any(line), "{parts:?}: {}", ran.stdout);
    };
    says(["incomplete rooms", "205"]);
    says(["incomplete cases", &case]);
}

/// An org answers a query without the rows that its sharing hides. What our own journal has closed, or an org that shows nothing at
/// all, is no unknown stay.
#[tokio::test]
async fn the_money_of_a_stay_that_the_org_hides_is_left_to_a_person() {
    let org = Org::new();
    let staff = org.world.staff();
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", leave).await;
    staff.close().await;
    let fix = async || {
        let report = org.world.run_staff(&["reconcile", "--fix", "--json"]).await.json();
        let found = report["payments_without_closed_stay"][0].clone();
        assert_eq!((&found["action"], &found["outcome"]), (&json!("none"), &json!("to_do")), "{found}");
        assert_eq!((org.world.payments_kept("BK-0001"), org.world.refunds("BK-0001")), (1, 0));
        found["message"].as_str().unwrap().to_owned()
    };
    org.fake.delete("Booking__c", &org.text("Booking__c", ("Name", "BK-0001"), "Id"));
    let says = fix().await;
    assert!(
        says.starts_with("Booking BK-0001 was closed with this payment, and the org does not show it"),
        "{says}"
    );
    // The journal of another machine does not know the checkout.
    org.world.alter("journal.db", "DELETE FROM calls WHERE tool = ?", ["process_guest_checkout"]);
    for row in org.fake.rows("Booking__c") {
        org.fake.delete("Booking__c", row["Id"].as_str().unwrap());
    }
    let says = fix().await;
    assert!(says.starts_with("The org shows no booking at all"), "{says}");
}

/// A booking that was paid while it had no key of ours gets one, by an import: it is the same booking.
#[tokio::test]
async fn a_paid_booking_that_is_given_a_key_is_not_charged_again() {
    let org = Org::new();
    let booking = org.text("Booking__c", ("Name", "BK-0001"), "Id");
    org.fake.poke(&booking, "External_ID__c", Value::Null);
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let faults = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "close_stay=killed_before")];
    let call = ["call", "process_guest_checkout", &leave.to_string()];
    assert_eq!(org.world.run("staff-server", &call, &faults, "").await.code, None, "killed");
    org.world.alter("journal.db", "DELETE FROM calls WHERE tool = ?", ["process_guest_checkout"]);
    org.fake.poke(&booking, "External_ID__c", json!("set-by-import"));
    org.world.staff().done("process_guest_checkout", leave).await;
    assert_eq!(
        (org.world.payments_taken("BK-0001"), org.booking_status("BK-0001")),
        (1, "Checked Out".to_owned())
    );
}
