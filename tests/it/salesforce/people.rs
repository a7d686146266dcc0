//! People of an org: its own numbers and names, and limits that it has.

use super::Org;
use serde_json::json;
use tests::day;

async fn found(org: &Org, query: &str) -> Vec<String> {
    let told = org.world.staff().call("search_contacts", json!({"query": query})).await;
    let rows = told.data()["contacts"].as_array().unwrap();
    rows.iter().map(|row| row["email"].as_str().unwrap().to_owned()).collect()
}

/// A landline is not texted where a mobile number is known, whichever was written how.
#[tokio::test]
async fn a_mobile_number_goes_before_another() {
    let org = Org::new();
    let sarah = org.fake.row("Contact", "Email", "sarah@example.com").unwrap();
    let phones = json!({"Phone": "+44 (0)20 7946 0000", "MobilePhone": "+1 (555) 010-0003"});
    org.fake.update("Contact", sarah["Id"].as_str().unwrap(), &phones);
    let staff = org.world.staff();
    let told = staff.call("search_contacts", json!({"query": "sarah johnson"})).await;
    assert_eq!(told.data()["contacts"][0]["phone"], "+1 (555) 010-0003");
    assert_eq!(found(&org, "020 7946 0000").await, ["sarah@example.com"], "either number finds her");
    let both = json!({"email": "sarah@example.com", "first_name": "Sarah", "last_name": "Johnson", "phone": "+442079460000"});
    let told = staff.call("create_contact_if_not_found", both).await;
    assert!(told.data()["warnings"].is_null(), "that number is hers as well: {told:?}");
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    staff.close().await;
    assert_eq!(org.world.texted(), ["+15550100003"]);
}

/// LIKE knows no accents: who is meant is found all the same, and nobody else.
#[tokio::test]
async fn names_with_accents_are_found_without_them() {
    let org = Org::new();
    for (first, last) in
        [("José", "Dvořáček"), ("Jose\u{301}", "Du Pont"), ("Jose", "Garcia"), ("Jase", "Garcia")]
    {
        let email = format!(
            "{}@example.net",
            last.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect::<String>()
                + &first.chars().nth(1).unwrap().to_string()
        );
        org.fake.insert(
            "Contact",
            &json!({"FirstName": first, "LastName": last, "Email": email, "Unique_Email__c": email}),
        );
    }
    assert_eq!(
        found(&org, "jose").await,
        ["garciao@example.net", "duponto@example.net", "dvoeko@example.net"]
    );
    assert_eq!(found(&org, "dvoracek, jose").await, ["dvoeko@example.net"]);
    assert_eq!(found(&org, "dupont").await, ["duponto@example.net"]);
    assert_eq!(found(&org, "JOSÉ GARCÍA").await, ["garciao@example.net"]);
}

/// In a name without blanks.
#[tokio::test]
async fn a_chinese_given_name_is_found_within_the_name() {
    let org = Org::new();
    org.fake.insert("Contact", &json!({"LastName": "王小明", "Email": "wang@example.net"}));
    for query in ["王小明", "王", "小明"] {
        assert_eq!(found(&org, query).await, ["wang@example.net"], "{query}");
    }
    assert!(found(&org, "bb").await.is_empty(), "two Latin letters begin a word");
}

/// `Contact.FirstName` takes 40 characters: the tool's own field is named, and nothing is written.
#[tokio::test]
async fn a_first_name_that_is_too_long_for_the_org_is_an_argument() {
    let org = Org::new();
    let staff = org.world.staff();
    let name = "n".repeat(41);
    let told = staff
        .call(
            "create_contact_if_not_found",
            json!({"email": "n@example.com", "first_name": name, "last_name": "N"}),
        )
        .await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("first_name")));
    assert!(told.0["error_message"].as_str().unwrap().contains("40"));
    let book = json!({"guest_email": "n@example.com", "guest_first_name": name, "guest_last_name": "n".repeat(80),
        "room_number": "104", "check_in_date": day(3), "check_out_date": day(4)});
    let told = staff.call("create_booking", book.clone()).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("guest_first_name")));
    staff.done("create_booking", tests::with(book, json!({"guest_first_name": "n".repeat(40)}))).await;
}
