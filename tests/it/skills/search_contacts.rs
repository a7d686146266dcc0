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

/// People type names and phones their own way.
#[tokio::test]
async fn words_in_any_order_and_however_they_are_typed() {
    let world = World::new().with_env("HOTEL_COUNTRY", "GB");
    let staff = world.staff();
    for (first, last, email, phone) in [
        ("Zoe\u{308}", "M\u{fc}ller", "zm@example.com", "+44 (0)20 7946 0018"),
        ("Łukasz", "O\u{2019}Neill Mac Donald", "lo@example.com", "+1 (555) 010-0077"),
        ("Joan", "Li", "jl@example.org", "+34 600 000 000"),
    ] {
        let person = json!({"first_name": first, "last_name": last, "email": email, "phone": phone});
        staff.done("create_contact_if_not_found", person).await;
    }
    for (query, expected) in [
        ("Gibbs, Beth", "beth.gibbs@email.com"),
        ("gibbs  beth", "beth.gibbs@email.com"),
        ("GIBBS,beth", "beth.gibbs@email.com"),
        ("gibbs email.com", "beth.gibbs@email.com"),
        ("(555) 010-0001", "beth.gibbs@email.com"),
        ("+1 555 010 0001", "beth.gibbs@email.com"),
        ("Gibbs 0001", "beth.gibbs@email.com"),
        ("obrien, patrick", "patrick.obrien@example.com"),
        ("O\u{2bc}BRIEN", "patrick.obrien@example.com"),
        ("soo jin", "soojin.kim@example.com"),
        ("zo\u{eb}", "zm@example.com"),
        ("muller zoe", "zm@example.com"),
        ("MU\u{308}LLER", "zm@example.com"),
        ("020 7946 0018", "zm@example.com"),
        ("+442079460018", "zm@example.com"),
        ("0044 (0)20 7946 0018", "zm@example.com"),
        ("lukasz", "lo@example.com"),
        ("ŁUKASZ o'neill", "lo@example.com"),
        ("macdonald", "lo@example.com"),
        ("mac  donald", "lo@example.com"),
        ("li joan", "jl@example.org"),
        ("\u{202a}+34 600 000 000\u{202c}", "jl@example.org"),
    ] {
        assert_eq!(people(&staff, json!({"query": query})).await, [expected], "{query}");
    }
    for query in ["Gibbs Carl", "Beth 0002", "ullerzoe", "555 010 0099", ","] {
        assert!(people(&staff, json!({"query": query})).await.is_empty(), "{query}");
    }
    assert!(people(&staff, json!({"query": "müller", "contact_type": "Vendor"})).await.is_empty());
}

/// Where names are written without blanks, a given name of one or two characters is within the name.
#[tokio::test]
async fn a_chinese_or_korean_given_name_is_found_within_the_name() {
    let world = World::new();
    let staff = world.staff();
    for (email, name) in [("wang@example.com", "王小明"), ("kim@example.com", "김수진")] {
        let person = json!({"email": email, "first_name": "-", "last_name": name});
        staff.done("create_contact_if_not_found", person).await;
    }
    for (query, expected) in [
        ("王小明", vec!["wang@example.com"]),
        ("王", vec!["wang@example.com"]),
        ("小明", vec!["wang@example.com"]),
        ("明", vec!["wang@example.com"]),
        ("小明 wang", vec!["wang@example.com"]),
        ("小明 kim", vec![]),
        ("수진", vec!["kim@example.com"]),
        ("진", vec!["kim@example.com"]),
        ("bb", vec![]),
    ] {
        assert_eq!(people(&staff, json!({"query": query})).await, expected, "{query}");
    }
    let guests = json!({"query": "수진", "contact_type": "Guest"});
    assert_eq!(people(&staff, guests).await, ["kim@example.com"]);
    assert!(people(&staff, json!({"query": "수진", "contact_type": "Vendor"})).await.is_empty());
}

/// Apostrophes, wildcards and operators are taken as plain characters.
#[tokio::test]
async fn special_characters_are_only_characters() {
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
            "contact_type": "Guest", "preferred_contact_method": "Email",
            "guest_wrote": ["first_name", "last_name"]
        })
    );
}

/// Paging lists everybody who matches, each once.
#[tokio::test]
async fn paging_loses_nobody() {
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
