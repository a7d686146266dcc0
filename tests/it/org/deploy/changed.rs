//! An org that has values, fields and rules of its own loses none of them.

use super::{DEPLOY, lines, world};
use serde_json::{Value, json};
use tests::fakes::{Data, Fault, On, Salesforce};

fn names(field: &Value) -> Vec<&str> {
    field["picklistValues"].as_array().unwrap().iter().filter_map(|value| value["value"].as_str()).collect()
}

#[tokio::test]
async fn stages_of_others_stay_with_what_they_mean() {
    let org = Salesforce::bare();
    let stage = |name: &str, closed: bool, category: &str, likely: f64| {
        json!({"value": name, "label": name, "active": true, "defaultValue": name == "Tasting", "closed": closed, "won": closed,
            "forecastCategory": category, "probability": likely})
    };
    let stages = [
        stage("Tasting", false, "BestCase", 35.0),
        stage("Closed Won", true, "Closed", 100.0),
        stage("Wedding Held", true, "Closed", 100.0),
    ];
    org.alter("Opportunity.StageName", &json!({"picklistValues": stages}));
    org.alter("Case.Priority", &json!({"picklistValues": [
        {"value": "Critical", "label": "Critical", "active": true, "defaultValue": false, "highPriority": true},
        {"value": "Old", "label": "Old", "active": false, "defaultValue": false}]}));
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");

    let field = org.described("Opportunity", "StageName");
    let ours = [
        "Prospecting",
        "Qualification",
        "Booking Confirmed",
        "Checked In",
        "Closed Lost",
        "Negotiation/Review",
    ];
    assert_eq!(names(&field), [&["Tasting", "Closed Won", "Wedding Held"][..], &ours].concat());
    for (at, stage) in stages.iter().enumerate() {
        for (name, value) in stage.as_object().unwrap() {
            assert_eq!(&field["picklistValues"][at][name], value, "{stage}: {name}");
        }
    }
    let priority = org.described("Case", "Priority");
    assert_eq!(names(&priority), ["Critical", "Low", "Medium", "High", "Urgent"]);
    assert_eq!(priority["picklistValues"][0]["highPriority"], true);

    let again = world(&org).run_staff(&DEPLOY).await;
    let stays = "left alone  StandardValueSet OpportunityStage: has all values of the hotel";
    assert!(again.stdout.contains(stays) && lines(&again, "changed").is_empty(), "{again:?}");
}

#[tokio::test]
async fn stages_that_the_org_does_not_explain_are_left_alone() {
    let org = Salesforce::bare();
    org.hide("OpportunityStage");
    let before = org.described("Opportunity", "StageName");
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let says = "left alone  StandardValueSet OpportunityStage: the org does not say what its values mean";
    assert!(ran.stdout.contains(says), "{ran:?}");
    assert_eq!(org.described("Opportunity", "StageName"), before);
}

#[tokio::test]
async fn fields_that_are_there_lose_nothing() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let value = |name: &str| json!({"value": name, "label": name, "active": true, "defaultValue": name == "Waitlist"});
    let values = ["Waitlist", "Reserved", "Checked In", "Checked Out"].map(value);
    org.alter("Booking__c.Status__c", &json!({"picklistValues": values, "restrictedPicklist": false}));
    org.alter("Case.External_ID__c", &json!({"unique": false, "length": 120}));
    for _ in 0..2 {
        org.insert("Case", &json!({"Subject": "Towels", "External_ID__c": "others-1"}));
    }
    org.alter("Hotel_Room__c.Room_Number__c", &json!({"nillable": true}));
    org.alter("Payment_Transaction__c.Opportunity__c", &json!({"nillable": true}));
    org.alter("Contact.Contact_Type__c", &json!({"controllerName": "Level__c"}));
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");

    let status = org.described("Booking__c", "Status__c");
    let all = ["Waitlist", "Reserved", "Checked In", "Checked Out", "Cancelled", "No Show"];
    assert_eq!((names(&status), &status["restrictedPicklist"]), (all.to_vec(), &json!(false)));
    let defaults =
        status["picklistValues"].as_array().unwrap().iter().filter(|it| it["defaultValue"] == true);
    assert_eq!(defaults.count(), 1, "{status}");
    let key = org.described("Case", "External_ID__c");
    assert_eq!(
        (&key["unique"], &key["length"], &key["externalId"]),
        (&json!(false), &json!(120), &json!(true))
    );
    for says in [
        "note        CustomField Booking__c.Status__c: keeps the values of this org: Waitlist",
        "note        CustomField Case.External_ID__c: is not unique in this org, and stays so",
        "note        CustomField Hotel_Room__c.Room_Number__c: may be empty in this org, and stays so",
        "left alone  CustomField Contact.Contact_Type__c: is there, and its values depend on another field",
        "left alone  CustomField Payment_Transaction__c.Opportunity__c: is there as a Lookup",
        "left alone  CustomObject Booking__c: is there, and keeps its own settings",
        "left alone  Layout Booking__c-Booking Layout: is there, and stays as it is",
        "created     CustomField Booking__c.Agreed_Amount__c",
    ] {
        assert!(ran.stdout.contains(says), "{says}: {}", ran.stdout);
    }
}

#[tokio::test]
async fn fields_keep_what_people_call_them_and_what_they_ask_of_a_record() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let kept = [
        (
            "Booking__c.Check_In_Date__c",
            json!({"label": "Ankunft & Uhrzeit", "inlineHelpText": "Wann sie <wirklich> kommen"}),
        ),
        ("Booking__c.Primary_Guest__c", json!({"children": "Buchungen__r"})),
        ("Hotel_Room__c.Floor__c", json!({"nillable": false})),
        ("Hotel_Room__c.Current_Guest__c", json!({"restrictedDelete": true})),
        ("Case.Room__c", json!({"cascadeDelete": true})),
        (
            "Case.Booking__c",
            json!({"filteredLookupInfo": {"controllingFields": [], "dependent": false, "optionalFilter": false}}),
        ),
        ("SMS_Notification__c.Opportunity__c", json!({"referenceTo": ["Order"], "nillable": true})),
    ];
    kept.iter().for_each(|(field, says)| org.alter(field, says));
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for (field, says) in &kept {
        let (object, name) = field.split_once('.').unwrap();
        let described = org.described(object, name);
        for (property, value) in
            says.as_object().unwrap().iter().filter(|(property, _)| *property != "children")
        {
            assert_eq!(&described[property], value, "{field} {property}: {described}");
        }
    }
    let guest = org.component("CustomField", "Booking__c.Primary_Guest__c");
    assert!(guest.contains("<relationshipName>Buchungen</relationshipName>"), "{guest}");
    for says in [
        "note        CustomField Booking__c.Check_In_Date__c: keeps this org's label (Ankunft & Uhrzeit), help text (Wann ",
        "note        CustomField Booking__c.Primary_Guest__c: keeps this org's name of the list on the other side (Buchungen)",
        "note        CustomField Hotel_Room__c.Floor__c: is required in this org, and stays so",
        "left alone  CustomField Case.Room__c: is there, and its record is deleted together with what it leads to",
        "left alone  CustomField Case.Booking__c: is there, and the org filters what may be chosen",
        "left alone  CustomField SMS_Notification__c.Opportunity__c: is there, and leads to Order",
    ] {
        assert!(ran.stdout.contains(says), "{says}: {}", ran.stdout);
    }
    let run = org.component("PermissionSet", "Hotel_MCP_Run");
    assert!(run.contains("Hotel_Room__c.Status__c") && !run.contains("Hotel_Room__c.Floor__c"), "{run}");
}

#[tokio::test]
async fn what_this_user_does_not_see_is_left_alone() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    org.hide("Booking__c.Status__c");
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let says =
        "left alone  CustomField Booking__c.Status__c: is there, and this user does not see what it holds";
    assert!(ran.stdout.contains(says), "{ran:?}");
}

#[tokio::test]
async fn fields_that_the_org_does_not_tell_of_are_left_alone() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    org.hide("Booking__c.Status__c");
    let no = Fault::Refuse { status: 403, code: "INSUFFICIENT_ACCESS".to_owned() };
    org.fault(On::path("tooling/query").saying("FROM CustomField").always(), no.clone());
    org.fault(On::path("tooling/query").saying("FROM DeployRequest").always(), no);
    let before = org.described("Booking__c", "Status__c");
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for says in [
        "note        The org does not say which fields it has",
        "note        The org does not say which deployments it has",
        "left alone  CustomField Booking__c.Status__c: the org does not say whether it has it",
        "left alone  CustomField Booking__c.Agreed_Amount__c: the org does not say whether it has it",
        "note        PermissionSet Hotel_MCP_Run: leaves out ",
    ] {
        assert!(ran.stdout.contains(says), "{says}: {}", ran.stdout);
    }
    assert_eq!(org.described("Booking__c", "Status__c"), before);
    assert!(!org.components("CustomField").contains(&"Booking__c.Status__c".to_owned()));
}

#[tokio::test]
async fn lists_that_an_org_sorts_stay_sorted_and_lists_that_fields_share_stay_as_they_are() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let alone = |name: &str| json!({"value": name, "label": name, "active": true, "defaultValue": false});
    let few = json!({"picklistValues": [alone("Zebra")], "sorted": true});
    let fields = ["Booking__c.Status__c", "Case.Origin"];
    fields.iter().for_each(|field| org.alter(field, &few));
    org.alter("Hotel_Room__c.Status__c", &json!({"valueSetName": "Traffic_Light"}));
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let sorted = "<sorted>true</sorted>";
    assert!(org.component("CustomField", fields[0]).contains(sorted), "{ran:?}");
    assert!(org.component("StandardValueSet", "CaseOrigin").contains(sorted), "{ran:?}");
    assert!(
        org.component("CustomField", "Booking__c.Room__c").len() > 1 && lines(&ran, "refused").is_empty()
    );
    let says = "left alone  CustomField Hotel_Room__c.Status__c: is there, and shares its values with others (Traffic_Light)";
    assert!(ran.stdout.contains(says), "{ran:?}");
}
