//! The people the hotel knows.

use serde_json::{Value, json};
use tests::{Server, World};

async fn people(server: &Server, arguments: Value) -> Vec<String> {
    let told = server.call("search_contacts", arguments).await;
    super::column(&told, "contacts", "email")
}

#[tokio::test]
async fn by_a_fragment_of_name_email_or_phone() {
    let world = World::new();
    let staff = world.staff();
    for (query, expected) in [
        ("gibbs", vec!["beth.gibbs@email.com"]),
        ("Beth Gib", vec!["beth.gibbs@email.com"]),
        ("smith", vec!["bob@bobsplumbing.com", "carl.smith@example.com"]),
        ("bobsplumbing", vec!["bob@bobsplumbing.com"]),
        ("0100009", vec!["rthompson@example.com"]),
        ("+15550100003", vec!["sarah@example.com"]),
        ("wei", vec!["wei.chen@example.com"]),
        ("We", vec!["wei.chen@example.com"]),
        ("nobody at all", vec![]),
    ] {
        assert_eq!(people(&staff, json!({"query": query})).await, expected, "{query}");
    }
}

/// W63: an apostrophe, a wildcard or an operator is only a letter.
#[tokio::test]
async fn w63_special_characters_are_only_characters() {
    let world = World::new();
    let staff = world.staff();
    assert_eq!(people(&staff, json!({"query": "O'Brien"})).await, ["patrick.obrien@example.com"]);
    assert_eq!(people(&staff, json!({"query": "o'b"})).await, ["patrick.obrien@example.com"]);
    assert_eq!(people(&staff, json!({"query": "Soo-Jin"})).await, ["soojin.kim@example.com"]);
    for query in ["%", "___", "%%%", "* OR *", "\"", "\"\"\"", "') OR 1=1 --", "NEAR(a b)", "email:beth"] {
        assert!(people(&staff, json!({"query": query})).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn by_type_and_without_any_filter_newest_first() {
    let world = World::new();
    let staff = world.staff();
    assert_eq!(people(&staff, json!({"contact_type": "Manager"})).await, ["manager@dewyhotel.com"]);
    assert_eq!(
        people(&staff, json!({"contact_type": "Vendor", "query": "smith"})).await,
        ["bob@bobsplumbing.com"]
    );
    let told = staff.call("search_contacts", json!({})).await;
    assert_eq!(told.data()["count"], 10);
    assert_eq!(told.data()["total"], 13);
    assert_eq!(told.data()["contacts"][0]["email"], "bob@bobsplumbing.com", "the last one seeded");
}

#[tokio::test]
async fn a_person_is_shown_whole_and_without_empty_fields() {
    let world = World::new();
    let told = world.staff().call("search_contacts", json!({"query": "Soo-Jin"})).await;
    assert_eq!(
        told.data()["contacts"][0],
        json!({
            "email": "soojin.kim@example.com", "first_name": "Soo-Jin", "last_name": "Kim",
            "contact_type": "Guest", "preferred_contact_method": "Email"
        })
    );
}

/// W60: everybody who fits is listed, page by page.
#[tokio::test]
async fn w60_paging_loses_nobody() {
    let world = World::new();
    let staff = world.staff();
    let mut paged = super::pages(&staff, "search_contacts", "contacts", "email", json!({}), 5).await;
    assert_eq!(paged.len(), 13);
    paged.sort();
    paged.dedup();
    assert_eq!(paged.len(), 13);
    let filtered = json!({"query": "example.com"});
    assert_eq!(super::pages(&staff, "search_contacts", "contacts", "email", filtered, 3).await.len(), 10);
}
