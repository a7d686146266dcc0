//! What was agreed for each night, in an org that has our package's fields for it.

use super::Org;
use serde_json::json;
use tests::day;

fn packaged() -> Org {
    let org = Org::new();
    org.fake.has_package();
    org
}

/// A free upgrade, then a night more: the nights that stay keep their price, and each is kept as it was agreed.
#[tokio::test]
async fn each_night_keeps_what_was_agreed_for_it() {
    let org = packaged();
    let staff = org.world.staff();
    let book = json!({"guest_email": "patrick.obrien@example.com", "room_number": "104", "check_in_date": day(1),
        "check_out_date": day(3)});
    let booked = staff.call("create_booking", book).await.data().clone();
    let number = booked["booking_number"].as_str().expect("a number").to_owned();
    let kept = |field: &str| org.fake.row("Booking__c", "Name", &number).expect("a booking")[field].clone();
    assert_eq!((kept("Agreed_Amount__c"), kept("Nightly_Prices__c")), (json!(299.98), json!("149.99x2")));
    staff.done("assign_room", json!({"booking_number": number, "room_number": "208"})).await;
    let longer = json!({"booking_number": number, "check_out_date": day(4)});
    let told = staff.call("manage_booking", longer).await;
    assert_eq!(told.data()["nightly_prices_cents"], json!([14_999, 14_999, 19_999]));
    assert!(told.data()["warnings"].is_null(), "nothing is lost: {}", told.0);
    assert_eq!(
        (kept("Agreed_Amount__c"), kept("Nightly_Prices__c")),
        (json!(499.97), json!("149.99x2,199.99"))
    );
    assert_eq!(org.amount(&json!(number)), Some(499.97));
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": number})).await;
    assert_eq!(found.data()["bookings"][0]["nightly_prices_cents"], json!([14_999, 14_999, 19_999]));
}

/// Somebody sets what was agreed in all: it counts, to the cent.
#[tokio::test]
async fn an_amount_that_somebody_agreed_counts() {
    let org = packaged();
    let beth = org.text("Booking__c", ("Name", "BK-0001"), "Id");
    org.fake.poke(&beth, "Agreed_Amount__c", json!(250.01));
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let told = org.world.staff().call("process_guest_checkout", leave).await;
    assert_eq!(told.data()["amount_cents"], 25_001, "{}", told.0);
}
