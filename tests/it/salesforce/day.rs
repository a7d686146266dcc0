//! A day at a glance in an org: one request, and one or two more where there is more than an answer shows.

use super::Org;
use serde_json::{Value, json};
use tests::day;

fn rooms(org: &Org, count: usize) {
    for at in 0..count {
        let number = format!("{}", 1000 + at);
        let status = ["Vacant", "Cleaning"][at % 2];
        let room = json!({"Name": format!("Room {number}"), "Room_Number__c": number, "Room_Type__c": "Standard",
            "Floor__c": 10 + at / 100, "Nightly_Rate__c": 149.99, "Max_Occupancy__c": 2, "Status__c": status});
        org.fake.insert("Hotel_Room__c", &room);
    }
}

/// A booking of Carl's for room 104.
fn booking(org: &Org, status: Option<&str>, from: i64, to: i64) -> String {
    let text = |object, value: &str, field| {
        org.fake.rows(object).iter().find(|row| row[field] == value).unwrap()["Id"].clone()
    };
    let sale = json!({"Name": "By hand", "StageName": "Booking Confirmed", "CloseDate": day(to)});
    let sale = org.fake.insert("Opportunity", &sale);
    let row = json!({"Opportunity__c": sale, "Status__c": status, "Check_In_Date__c": day(from),
        "Check_Out_Date__c": day(to), "Number_of_Guests__c": 1,
        "Primary_Guest__c": text("Contact", "carl.smith@example.com", "Email"),
        "Room__c": text("Hotel_Room__c", "104", "Room_Number__c")});
    org.fake.insert("Booking__c", &row)
}

#[tokio::test]
async fn more_than_is_shown_is_counted() {
    let org = Org::new();
    rooms(&org, 500);
    for _ in 0..60 {
        booking(&org, Some("Reserved"), 0, 2);
    }
    let staff = org.world.staff();
    staff.done("search_contacts", json!({"query": "nobody"})).await;
    org.fake.forget();
    let told = staff.call("hotel_today", json!({})).await;
    let today = told.data();
    assert_eq!(org.fake.recorded().len(), 3, "the day, and two times five counts at most");
    let shown: usize = today["floors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|floor| floor["rooms"].as_array().unwrap().len())
        .sum();
    assert_eq!((shown, &today["truncated"]), (400, &json!(["floors", "arrivals"])));
    let states =
        json!({"Vacant": 265, "Occupied": 2, "Cleaning": 252, "Maintenance": 2, "Out of Service": 1});
    assert_eq!(today["counts"]["rooms"], states);
    assert_eq!((&today["counts"]["arrivals"], today["arrivals"].as_array().unwrap().len()), (&json!(64), 50));
}

#[tokio::test]
async fn what_others_wrote_is_shown_in_their_words() {
    let org = Org::new();
    let room = org.text("Hotel_Room__c", ("Room_Number__c", "105"), "Id");
    org.fake.poke(&room, "Status__c", json!("Being painted"));
    booking(&org, None, 0, 1);
    let waits = booking(&org, Some("Reserved"), 0, 1);
    org.fake.poke(&waits, "Status__c", json!("Waitlisted"));
    booking(&org, Some("Cancelled"), 0, 1);
    let staff = org.world.staff();
    let told = staff.call("hotel_today", json!({})).await;
    let today = told.data();
    assert_eq!(today["counts"]["rooms"]["Being painted"], 1);
    let carls: Vec<&Value> = today["arrivals"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["guest_name"] == "Carl Smith")
        .collect();
    assert_eq!(carls.len(), 2, "not the cancelled one: {carls:?}");
    assert!(carls.iter().any(|row| row["status"] == "Waitlisted"), "{carls:?}");
    assert!(carls.iter().any(|row| row["incomplete"] == json!(["status"])), "{carls:?}");
    assert_eq!(today["counts"]["arrivals"], 6);
}
