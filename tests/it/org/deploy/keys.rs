//! The servers' keys are unique where no value is there twice; elsewhere they stay as they are, and it is said.

use super::{CHECK, DEPLOY, lines, world};
use serde_json::json;
use tests::fakes::{Data, Fault, On, Salesforce};

const KEY: &str = "CustomField Booking__c.External_ID__c";

fn is_unique(org: &Salesforce, object: &str) -> bool {
    org.described(object, "External_ID__c")["unique"] == true
}

#[tokio::test]
async fn in_a_new_org_they_are_unique() {
    let org = Salesforce::bare();
    let world = world(&org);
    let ran = world.run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(is_unique(&org, "Booking__c") && is_unique(&org, "Case"), "{ran:?}");
    let again = world.run_staff(&DEPLOY).await;
    assert!(lines(&again, "changed").is_empty(), "{again:?}");
    assert!(is_unique(&org, "Booking__c") && is_unique(&org, "Case"), "{again:?}");
}

#[tokio::test]
async fn a_key_that_bookings_of_others_share_stays_as_it_is_until_they_do_not() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let world = world(&org);
    let bookings = org.rows("Booking__c");
    let ids: Vec<&str> = bookings.iter().filter_map(|row| row["Id"].as_str()).take(5).collect();
    for (id, key) in ids.iter().zip(["a", "a", "b", "B", "b"]) {
        org.poke(id, "External_ID__c", json!(key));
    }
    let looked = world.run_staff(&CHECK).await;
    let says = format!(
        "note        {KEY}: is not unique in this org, and stays so: 2 values are there twice; clear the copies"
    );
    assert!(looked.code == Some(0) && looked.stdout.contains(&says), "{looked:?}");
    let ran = world.run_staff(&DEPLOY).await;
    assert!(ran.code == Some(0) && !is_unique(&org, "Booking__c"), "{ran:?}");

    for (at, id) in ids.iter().enumerate() {
        org.poke(id, "External_ID__c", json!(format!("others-{at}")));
    }
    let ran = world.run_staff(&DEPLOY).await;
    let says = format!("note        {KEY}: no value is there twice, so it is made unique");
    assert!(ran.code == Some(0) && ran.stdout.contains(&says), "{ran:?}");
    assert_eq!(lines(&ran, "changed"), [format!("changed     {KEY}")]);
    assert!(is_unique(&org, "Booking__c"));
}

#[tokio::test]
async fn a_key_of_which_the_org_does_not_tell_stays_as_it_is() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    org.alter("Case.External_ID__c", &json!({"unique": false}));
    let no = Fault::Refuse { status: 400, code: "MALFORMED_QUERY".to_owned() };
    org.fault(On::text("GROUP BY External_ID__c").always(), no);
    let ran = world(&org).run_staff(&DEPLOY).await;
    for field in [KEY, "CustomField Case.External_ID__c"] {
        let says = format!(
            "note        {field}: is not unique in this org, and stays so: the org does not say whether values are there twice"
        );
        assert!(ran.code == Some(0) && ran.stdout.contains(&says), "{ran:?}");
    }
    assert!(!is_unique(&org, "Booking__c") && !is_unique(&org, "Case"));
}
