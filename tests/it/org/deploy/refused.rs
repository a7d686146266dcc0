//! An org that the hotel does not fit into, and a user who may not deploy: said in words that an administrator can act on.

use super::{CHECK, DEPLOY, sent, world};
use serde_json::json;
use tests::fakes::{Data, Fault, On, Salesforce};

#[tokio::test]
async fn an_org_without_sales_is_told_so_before_anything_is_sent() {
    let org = Salesforce::bare();
    org.hide("Opportunity");
    let ran = world(&org).run_staff(&CHECK).await;
    assert_eq!((ran.code, sent(&org)), (Some(1), 0), "{ran:?}");
    assert!(ran.stdout.contains("lacking     the org has no Opportunity"), "{ran:?}");
    assert!(ran.stdout.contains("Developer Edition"), "{ran:?}");

    let org = Salesforce::for_an_administrator(Data::Hotel);
    org.hide("Opportunity");
    let checked = world(&org).run_staff(&["doctor"]).await;
    assert!(checked.stdout.contains("the org has no Opportunity"), "{checked:?}");
}

#[tokio::test]
async fn an_org_without_the_hotels_currency_is_told_so() {
    let euro =
        json!({"picklistValues": [{"value": "EUR", "label": "EUR", "active": true, "defaultValue": true}]});
    for command in [&CHECK[..], &["doctor"]] {
        let org = Salesforce::for_an_administrator(Data::Hotel);
        org.has_currencies("EUR");
        org.alter("Opportunity.CurrencyIsoCode", &euro);
        let ran = world(&org).run_staff(command).await;
        assert!(ran.stdout.contains("the org uses EUR, and HOTEL_CURRENCY is usd"), "{ran:?}");
        assert_eq!((ran.code, sent(&org)), (Some(1), 0), "{ran:?}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_deploy_learns_which_rights_it_takes() {
    let org = Salesforce::bare();
    org.forbid_deploys();
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for says in [
        "ModifyAllData or ModifyMetadata",
        "API Enabled",
        "Modify Metadata Through Metadata API Functions",
        "Nothing was changed",
    ] {
        assert!(ran.stdout.contains(says), "{says}: {ran:?}");
    }
}

#[tokio::test]
async fn an_edition_without_the_api_is_named() {
    let org = Salesforce::bare();
    let no = Fault::Refuse { status: 403, code: "API_DISABLED_FOR_ORG".to_owned() };
    org.fault(On::path("metadata/deployRequest"), no.clone());
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert!(ran.code == Some(1) && ran.stdout.contains("the edition of the org has no API"), "{ran:?}");
    org.fault(On::path("sobjects").always(), no);
    let checked = world(&org).run_staff(&["doctor"]).await;
    assert!(checked.code == Some(1) && checked.stdout.contains("edition"), "{checked:?}");
}

#[tokio::test]
async fn an_edition_without_the_api_is_named_whatever_is_asked_first() {
    for code in ["API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"] {
        let org = Salesforce::bare();
        org.fault(
            On::path("/services/data/v").always(),
            Fault::Refuse { status: 403, code: code.to_owned() },
        );
        let says = "the edition of the org has no API: it needs Enterprise";
        for command in
            [&CHECK[..], &DEPLOY, &["setup", "--metadata", "--resume", "0AfHs0000000009KAA"], &["doctor"]]
        {
            let ran = world(&org).run_staff(command).await;
            assert!(ran.code == Some(1) && ran.stdout.contains(says), "{ran:?}");
            assert!(
                ran.stdout.contains(code) && (command == ["doctor"] || !ran.stdout.contains("The set-up of")),
                "{ran:?}"
            );
        }
        assert_eq!(sent(&org), 0);
    }
}

#[tokio::test]
async fn an_org_with_person_accounts_is_recognised() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    org.has_person_accounts();
    let checked = world(&org).run_staff(&["doctor"]).await;
    assert!(checked.stdout.contains("person accounts"), "{checked:?}");
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let guest = org.rows("Contact").into_iter().find(|row| row["Contact_Type__c"] == "Guest").unwrap();
    org.poke(guest["Id"].as_str().unwrap(), "IsPersonAccount", json!(true));
    let checked = world(&org).run_staff(&["doctor"]).await;
    assert!(checked.stdout.contains("1 people are person accounts"), "{checked:?}");
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert!(ran.code == Some(0) && ran.stdout.contains("The org has person accounts"), "{ran:?}");

    let account = org.insert("Account", &json!({"Name": "Ada"}));
    org.poke(&account, "IsPersonAccount", json!(true));
    let checked = world(&org).with_env("SALESFORCE_GUEST_ACCOUNT", &account).run_staff(&["doctor"]).await;
    let says = "SALESFORCE_GUEST_ACCOUNT is a person account";
    assert!(checked.code == Some(1) && checked.stdout.contains(says), "{checked:?}");
}
