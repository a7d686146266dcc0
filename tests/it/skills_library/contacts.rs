//! People: found, created, upserted.

use super::{BETH, done, email, name, refused};
use ::skills::ErrorCode;
use ::skills::operations::contacts::{CreateContact, FindContact, UpsertContact};
use ::skills::words::{ContactMethod, ContactType};
use tests::World;

#[tokio::test]
async fn contacts_are_found_by_email_and_created_once() {
    let world = World::new();
    let hotel = world.hotel();
    let find = |text: &str| FindContact { email: email(text) };
    assert_eq!(done(&hotel, "r", find("BETH.gibbs@Email.com")).await.expect("Beth").name(), "Beth Gibbs");
    assert!(done(&hotel, "r", find("ana@example.com")).await.is_none());
    let ana = CreateContact {
        email: email("ana@example.com"),
        first_name: name("Ana").expect("a name"),
        last_name: name("Ruiz").expect("a name"),
        phone: None,
        contact_type: ContactType::Vendor,
    };
    assert!(done(&hotel, "k1", ana.clone()).await.created);
    assert!(done(&hotel, "k1", ana.clone()).await.created, "the same key answers what it answered then");
    let other = CreateContact { first_name: name("Anna").expect("a name"), ..ana };
    assert!(!done(&hotel, "k2", other).await.created, "the e-mail is known");
    let stored = done(&hotel, "r", find("ana@example.com")).await.expect("Ana");
    assert_eq!((stored.first_name.as_str(), stored.contact_type), ("Ana", ContactType::Vendor.into()));
}

/// An upsert changes the fields that are given, and no others.
#[tokio::test]
async fn a_contact_is_upserted_field_by_field() {
    let world = World::new();
    let hotel = world.hotel();
    let nothing = |who: &str| UpsertContact {
        email: email(who),
        first_name: None,
        last_name: None,
        phone: None,
        contact_type: None,
        prefers: None,
    };
    let change = UpsertContact { prefers: Some(ContactMethod::Email), ..nothing(BETH) };
    assert!(!done(&hotel, "k1", change).await.created);
    let beth = done(&hotel, "r", FindContact { email: email(BETH) }).await.expect("Beth");
    assert_eq!(beth.prefers, ContactMethod::Email);
    assert_eq!((beth.name().as_str(), beth.phone.as_deref()), ("Beth Gibbs", Some("+15550100001")));
    let refusal = refused(&hotel, "k2", nothing("new@example.com")).await;
    assert_eq!(refusal, ErrorCode::ValidationError, "a new person needs a last name");
    let new = UpsertContact { last_name: name("Kim"), ..nothing("new@example.com") };
    assert!(done(&hotel, "k3", new).await.created);
}
