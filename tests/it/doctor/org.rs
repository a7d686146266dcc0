//! What is wrong with an org: its objects and fields, and the rows that a hotel cannot work with.

use super::{Practice, only, told};
use serde_json::Value;
use tests::fakes::{Data, Salesforce};

#[tokio::test]
async fn what_the_org_lacks_is_named() {
    for (hidden, says) in [
        ("Booking__c.External_ID__c", ["Booking__c.External_ID__c", "hidden from the integration user"]),
        ("Payment_Transaction__c", ["Payment_Transaction__c", "deploy the hotel's objects"]),
        (
            "Hotel_Room__c.Status__c=Cleaning",
            ["Hotel_Room__c.Status__c: does not list Cleaning", "add the values"],
        ),
    ] {
        let practice = Practice::new();
        practice.org.hide(hidden);
        only(&practice.wrong(&[]).await, &says);
    }
    let empty = Salesforce::with(Data::Empty);
    let practice = Practice { org: empty, ..Practice::new() };
    only(&practice.wrong(&[]).await, &["Salesforce: rooms: the org has no rooms", "setup --seed"]);
}

#[tokio::test]
async fn a_field_that_the_org_wants_and_we_do_not_know_is_named() {
    let practice = Practice::new();
    practice.org.require("Booking__c", "Source__c");
    only(&practice.wrong(&[]).await, &["Booking__c.Source__c: is required", "not required"]);
    let practice = Practice::new();
    practice.org.make_read_only("Hotel_Room__c.Status__c");
    only(&practice.wrong(&[]).await, &["Hotel_Room__c.Status__c: not updateable", "Permission Sets"]);
}

/// Rows that people made: found before a guest stands at the desk.
#[tokio::test]
async fn rows_that_a_hotel_cannot_work_with_are_named() {
    let practice = Practice::new();
    let org = &practice.org;
    let id = |object: &str, field: &str, value: &str| {
        org.row(object, field, value).expect("a row")["Id"].as_str().expect("an id").to_owned()
    };
    org.poke(&id("Hotel_Room__c", "Room_Number__c", "104"), "Nightly_Rate__c", Value::Null);
    org.poke(&id("Hotel_Room__c", "Room_Number__c", "105"), "Nightly_Rate__c", (-5).into());
    org.poke(&id("Hotel_Room__c", "Room_Number__c", "205"), "Status__c", "Dirty".into());
    org.poke(&id("Booking__c", "Name", "BK-0007"), "Status__c", "Confirmed".into());
    org.poke(&id("Booking__c", "Name", "BK-0008"), "Check_Out_Date__c", Value::Null);
    org.poke(&id("Booking__c", "Name", "BK-0006"), "Check_Out_Date__c", "4000-12-31".into());
    org.poke(&id("Booking__c", "Name", "BK-0003"), "Check_Out_Date__c", "2020-01-01".into());
    let carl = id("Contact", "Unique_Email__c", "carl.smith@example.com");
    ["Email", "Unique_Email__c"].iter().for_each(|field| org.poke(&carl, field, Value::Null));
    for number in ["BK-0004", "BK-0005"] {
        org.poke(&id("Booking__c", "Name", number), "External_ID__c", "ours-1".into());
    }
    let ran = practice.doctor(&[]).await;
    let (wrong, warnings) = (told(&ran, "wrong"), told(&ran, "warning"));
    let says = |lines: &[String], parts: &[&str]| {
        assert!(
            lines.iter().any(|line| parts.iter().all(|part| line.contains(part))),
            "{parts:?}: {lines:#?}"
        );
    };
    says(&wrong, &["Hotel_Room__c.Nightly_Rate__c", "104", "105", "fill in Nightly_Rate__c"]);
    says(&wrong, &["incomplete bookings", "BK-0008", "BK-0006", "BK-0002", "ten years", "Check_Out_Date__c"]);
    says(&wrong, &["bookings that end before they begin: ", "BK-0003", "correct Check_In_Date__c"]);
    says(&warnings, &["Hotel_Room__c.Status__c", "205 Dirty"]);
    says(&warnings, &["Booking__c.Status__c", "BK-0007 Confirmed"]);
    says(&warnings, &["Booking__c.External_ID__c", "ours-1"]);
    assert_eq!((ran.code, wrong.len()), (Some(1), 3), "{wrong:#?}");
}

/// What no guest could be charged for, and what is charged at a guess.
#[tokio::test]
async fn amounts_that_are_no_money_are_named() {
    let practice = Practice::new();
    practice.org.has_package();
    let booking = |number: &str| practice.org.row("Booking__c", "Name", number).expect("a booking");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let amount = |number: &str, amount: Value| {
        practice.org.poke(&text(&booking(number)["Opportunity__c"]), "Amount", amount);
    };
    amount("BK-0001", (-5).into());
    amount("BK-0002", 12_345_678_901.23.into());
    amount("BK-0003", Value::Null);
    amount("BK-0010", (-5).into()); // cancelled: nobody is charged for it
    practice.org.poke(&text(&booking("BK-0007")["Id"]), "Agreed_Amount__c", (-1).into());
    let ran = practice.doctor(&[]).await;
    let wrong = told(&ran, "wrong");
    assert_eq!(wrong.len(), 2, "{wrong:#?}");
    let amounts = wrong.iter().find(|line| line.contains("Opportunity.Amount")).expect("a line");
    assert!(amounts.contains("-5") && amounts.contains("12345678901.23"), "{amounts}");
    assert_eq!(amounts.matches("-5").count(), 1, "{amounts}");
    assert!(
        wrong.iter().any(|line| line.contains("Agreed_Amount__c") && line.contains("BK-0007")),
        "{wrong:#?}"
    );
    let warnings = told(&ran, "warning");
    assert!(warnings.iter().any(|line| line.contains("without an amount")), "{warnings:#?}");
}

#[tokio::test]
async fn prices_in_another_currency_are_wrong() {
    let practice = Practice::new();
    practice.org.has_currencies("EUR");
    let wrong = practice.wrong(&[("HOTEL_CURRENCY", "usd")]).await;
    assert_eq!(wrong.len(), 2, "{wrong:#?}");
    assert!(
        wrong.iter().all(|line| line.contains("CurrencyIsoCode") && line.contains("HOTEL_CURRENCY")),
        "{wrong:#?}"
    );
    assert_eq!(practice.wrong(&[("HOTEL_CURRENCY", "eur")]).await, Vec::<String>::new());
}

#[tokio::test]
async fn guests_without_an_account_are_noticed() {
    let practice = Practice::new();
    let account = practice.org.insert("Account", &serde_json::json!({"Name": "Guests"}));
    let ran = practice.doctor(&[("SALESFORCE_GUEST_ACCOUNT", &account)]).await;
    let alone =
        |lines: Vec<String>| lines.iter().any(|line| line.contains("guests are shown to their owner alone"));
    assert!(alone(told(&ran, "warning")), "{ran:?}");
    let gone = format!("{}9", &account[..14]);
    let other = practice.wrong(&[("SALESFORCE_GUEST_ACCOUNT", gone.as_str())]).await;
    only(&other, &["SALESFORCE_GUEST_ACCOUNT", "there is no such Account"]);
    practice.org.make_read_only("Contact.AccountId");
    let barred = practice.wrong(&[("SALESFORCE_GUEST_ACCOUNT", &account)]).await;
    only(&barred, &["SALESFORCE_GUEST_ACCOUNT", "Edit on AccountId"]);
}
