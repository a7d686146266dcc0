//! A person the hotel does not know yet is added.

use serde_json::{Value, json};
use tests::World;

fn person(email: &str) -> Value {
    json!({"email": email, "first_name": "Ana", "last_name": "O'Neill-Ruiz", "phone": "+34 600 000 000"})
}

/// A new person is a Guest unless contact_type says otherwise.
#[tokio::test]
async fn a_new_person_is_added_as_a_guest_unless_said_otherwise() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("create_contact_if_not_found", person("Ana@Example.com")).await;
    let data = told.data();
    assert_eq!(data["created"], true);
    assert_eq!(data["email"], "ana@example.com");
    assert_eq!(data["contact_type"], "Guest");
    assert_eq!(data["last_name"], "O'Neill-Ruiz");
    let mut vendor = person("pipes@example.com");
    vendor["contact_type"] = "Vendor".into();
    assert_eq!(staff.call("create_contact_if_not_found", vendor).await.data()["contact_type"], "Vendor");
    let found = staff.call("search_contacts", json!({"query": "O'Neill"})).await;
    assert_eq!(found.data()["count"], 2);
}

/// A known e-mail, in whatever case, answers the stored person and overwrites nothing.
#[tokio::test]
async fn a_known_person_is_returned_and_never_overwritten() {
    let world = World::new();
    let staff = world.staff();
    let before = world.rows("contacts");
    let told = staff.call("create_contact_if_not_found", person("BETH.GIBBS@email.com")).await;
    assert_eq!(told.data()["created"], false);
    assert_eq!(told.data()["first_name"], "Beth");
    assert_eq!(told.data()["phone"], "+15550100001");
    assert_eq!(world.rows("contacts"), before);
}

#[tokio::test]
async fn what_is_no_person_is_refused() {
    let world = World::new();
    let staff = world.staff();
    for (field, value) in [
        ("email", json!("ana")),
        ("first_name", json!("")),
        ("last_name", json!("n".repeat(81))),
        ("first_name", json!("\u{200b}\u{200d}")),
        ("last_name", json!("Ruiz\u{202e}")),
        ("phone", json!("5".repeat(81))),
        ("contact_type", json!("King")),
    ] {
        let mut arguments = person("ana@example.com");
        arguments[field] = value;
        let told = staff.call("create_contact_if_not_found", arguments).await;
        assert_eq!(told.code(), "VALIDATION_ERROR", "{field}");
        assert_eq!(told.details()["field"], field);
    }
    for missing in ["email", "first_name", "last_name"] {
        let mut arguments = person("ana@example.com");
        arguments.as_object_mut().unwrap().remove(missing);
        let told = staff.call("create_contact_if_not_found", arguments).await;
        assert_eq!(told.details()["field"], missing);
    }
}
