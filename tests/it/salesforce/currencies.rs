//! An org that keeps prices in several currencies.

use super::Org;
use serde_json::{Value, json};
use tests::day;

const BETH: &str = "beth.gibbs@email.com";

fn book() -> Value {
    json!({"guest_email": BETH, "room_number": "104", "check_in_date": day(1), "check_out_date": day(3)})
}

fn leave() -> Value {
    json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"})
}

#[tokio::test]
async fn prices_in_another_currency_than_the_hotels_are_shown_and_neither_booked_nor_charged() {
    let org = Org::new();
    org.fake.has_currencies("EUR");
    let staff = org.world.staff();
    let before = org.fake.dump();
    for (tool, arguments) in [("create_booking", book()), ("process_guest_checkout", leave())] {
        let told = staff.call(tool, arguments).await;
        assert_eq!((told.code(), told.0["http_status"].as_u64()), ("CURRENCY_MISMATCH", Some(409)), "{tool}");
        assert_eq!(told.details()["currency_of_records"], "EUR", "{tool}");
    }
    assert_eq!(org.fake.dump(), before, "nothing was changed");
    let rooms =
        staff.call("search_rooms_on_behalf_of_staff", json!({"room_number": "104"})).await.data().clone();
    let stays = staff
        .call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0001"}))
        .await
        .data()
        .clone();
    assert_eq!(
        (&rooms["rooms"][0]["currency"], &stays["bookings"][0]["currency"]),
        (&json!("eur"), &json!("eur"))
    );
    let free = json!({"check_in_date": day(1), "check_out_date": day(2)});
    assert_eq!(staff.call("search_available_rooms", free).await.data()["rooms"][0]["currency"], "eur");
}

#[tokio::test]
async fn in_the_hotels_currency_all_goes_its_way_and_a_new_sale_is_in_it() {
    let org = Org::new();
    org.fake.has_currencies("EUR");
    let org = org.with_env(vec![("HOTEL_CURRENCY", "eur".to_owned())]);
    let staff = org.world.staff();
    let booked = staff.call("create_booking", book()).await.data().clone();
    assert_eq!(booked["currency"], "eur");
    let sale = org.sale_of(booked["booking_number"].as_str().expect("a number"));
    assert_eq!(org.text("Opportunity", ("Id", &sale), "CurrencyIsoCode"), "eur".to_uppercase());
    staff.done("process_guest_checkout", leave()).await;
    assert_eq!(org.booking_status("BK-0001"), "Checked Out");
}

/// The sale counts, not its room; whether the org has currencies at all is asked once.
#[tokio::test]
async fn the_sales_currency_counts_and_one_describe_tells() {
    let org = Org::new();
    org.fake.has_currencies("USD");
    org.fake.poke(&org.sale_of("BK-0001"), "CurrencyIsoCode", json!("EUR"));
    let staff = org.world.staff();
    assert_eq!(staff.call("process_guest_checkout", leave()).await.code(), "CURRENCY_MISMATCH");
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let describes = |call: &tests::fakes::Recorded| {
        call.subrequests.iter().filter(|part| part.url.ends_with("/describe")).count()
            + usize::from(call.path.ends_with("/describe"))
    };
    assert_eq!(org.fake.recorded().iter().map(describes).sum::<usize>(), 1);
}

/// A room whose rate is in another currency than the stay: its figure is no price of this stay.
#[tokio::test]
async fn a_stay_is_not_priced_with_a_rate_in_another_currency() {
    let org = Org::new();
    org.fake.has_currencies("USD");
    let room = org.text("Hotel_Room__c", ("Room_Number__c", "104"), "Id");
    org.fake.poke(&room, "CurrencyIsoCode", json!("JPY"));
    let staff = org.world.staff();
    let before = org.fake.dump();
    let there = json!({"booking_number": "BK-0004", "room_number": "104"});
    let told = staff.call("manage_booking", there).await;
    assert_eq!((told.code(), &told.details()["currency_of_records"]), ("CURRENCY_MISMATCH", &json!("JPY")));
    assert_eq!(org.fake.dump(), before, "nothing was changed");
    // The agreed price stays in another room; a night more would cost that room's rate.
    let booked = staff
        .call(
            "create_booking",
            json!({"guest_email": BETH, "room_number": "105", "check_in_date": day(1),
        "check_out_date": day(3), "additional_to": ["BK-0001"]}),
        )
        .await;
    assert!(booked.succeeded(), "{}", booked.0);
    let number = booked.data()["booking_number"].clone();
    let longer = json!({"booking_number": number, "check_out_date": day(4)});
    staff.done("manage_booking", longer).await;
    org.fake.poke(
        &org.text("Hotel_Room__c", ("Room_Number__c", "105"), "Id"),
        "CurrencyIsoCode",
        json!("JPY"),
    );
    let longer = json!({"booking_number": number, "check_out_date": day(5)});
    staff.refused("manage_booking", longer, "CURRENCY_MISMATCH").await;
    staff.done("manage_booking", json!({"booking_number": number, "check_out_date": day(3)})).await;
}

/// The nights that were agreed are in the sale's currency. Whoever stays longer would pay the room's rate, which is not.
#[tokio::test]
async fn nights_beyond_the_agreed_ones_are_not_charged_at_a_rate_in_another_currency() {
    let org = Org::new();
    org.fake.has_currencies("USD");
    let room = org.text("Booking__c", ("Name", "BK-0001"), "Room__c");
    org.fake.poke(&room, "CurrencyIsoCode", json!("EUR"));
    let late = org.world.start("staff-server", &[], &[("HOTEL_CLOCK", "72h")]);
    let told = late.call("process_guest_checkout", leave()).await;
    assert_eq!((told.code(), &told.details()["currency_of_records"]), ("CURRENCY_MISMATCH", &json!("EUR")));
    org.world.staff().done("process_guest_checkout", leave()).await;
}
