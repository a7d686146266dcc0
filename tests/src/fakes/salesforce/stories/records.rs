//! Writes of single records.

use super::{Client, code, id};
use crate::fakes::salesforce::{Data, Salesforce};
use serde_json::{Value, json};

#[tokio::test]
async fn both_seeds_are_planted_as_records() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let count = |object: &str| org.rows(object).len();
    assert_eq!(
        (count("Hotel_Room__c"), count("Contact"), count("Booking__c"), count("Case")),
        (22, 13, 10, 3)
    );
    let room = org.row("Hotel_Room__c", "Room_Number__c", "201").unwrap();
    assert_eq!(room["Current_Guest__c"], json!(id(&org.row("Contact", "FirstName", "Beth").unwrap())));
    assert_eq!(org.row("Case", "Status", "Closed").unwrap()["IsClosed"], true);
    let untidy = Salesforce::for_an_administrator(Data::Untidy);
    assert!(untidy.rows("Hotel_Room__c").iter().all(|room| room["Current_Guest__c"].is_null()));
    assert!(untidy.rows("Booking__c").iter().all(|booking| booking["External_ID__c"].is_null()));
    let shared =
        untidy.query("SELECT Id, (SELECT Id FROM Bookings__r) FROM Opportunity WHERE Name LIKE 'James%'");
    assert_eq!(shared[0]["Bookings__r"]["totalSize"], 2);
    let here_in_vacant = "SELECT Opportunity__r.StageName FROM Booking__c \
        WHERE Status__c = 'Checked In' AND Room__r.Status__c = 'Vacant'";
    assert_eq!(untidy.query(here_in_vacant)[0]["Opportunity__r"]["StageName"], "Closed Won");
}

#[tokio::test]
async fn a_contact_like_another_one_is_saved_by_who_says_so() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let beth = org.row("Contact", "FirstName", "Beth").unwrap();
    let twin = json!({"FirstName": "BETH", "LastName": beth["LastName"], "Phone": beth["Phone"]});
    let alone = client.ask("POST", "/sobjects/Contact", twin.clone()).await;
    assert_eq!((alone.status, code(&alone).as_str()), (400, "DUPLICATES_DETECTED"));
    let part = |headers: Value| {
        json!({"allOrNone": true, "collateSubrequests": false, "compositeRequest": [{"method": "POST",
            "url": "/services/data/v62.0/sobjects/Contact", "referenceId": "twin", "body": twin,
            "httpHeaders": headers}]})
    };
    let status = async |headers: Value| {
        let answer = client.ask("POST", "/composite", part(headers)).await;
        answer.body["compositeResponse"][0]["httpStatusCode"].clone()
    };
    let allow = json!({"Sforce-Duplicate-Rule-Header": "allowSave=true"});
    assert_eq!(status(json!({})).await, 400);
    assert_eq!(status(allow.clone()).await, 201);
    org.block_duplicates();
    assert_eq!(status(allow).await, 400, "a rule that blocks asks nobody");
}

#[tokio::test]
async fn what_the_platform_refuses_is_refused() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let contact = id(&org.row("Contact", "FirstName", "Beth").unwrap());
    let sale = id(&org.rows("Opportunity")[0]);
    let booking = id(&org.rows("Booking__c")[0]);
    let cases = [
        ("Contact", json!({"FirstName": "No"}), "REQUIRED_FIELD_MISSING"),
        ("Contact", json!({"LastName": "X", "Shoe_Size__c": 44}), "INVALID_FIELD"),
        ("Contact", json!({"LastName": "X", "Name": "X"}), "INVALID_FIELD_FOR_INSERT_UPDATE"),
        (
            "Contact",
            json!({"LastName": "X", "Contact_Type__c": "Ghost"}),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
        ("Contact", json!({"LastName": "X", "Email": "nobody"}), "INVALID_EMAIL_ADDRESS"),
        ("Contact", json!({"LastName": "X", "Unique_Email__c": "beth.gibbs@email.com"}), "DUPLICATE_VALUE"),
        ("Contact", json!({"LastName": "x".repeat(81)}), "STRING_TOO_LONG"),
        ("Contact", json!({"LastName": 7}), "JSON_PARSER_ERROR"),
        ("Hotel_Room__c", json!({"Name": "X", "Room_Number__c": "101"}), "DUPLICATE_VALUE"),
        (
            "Hotel_Room__c",
            json!({"Name": "X", "Room_Number__c": "999", "Floor__c": 100}),
            "NUMBER_OUTSIDE_VALID_RANGE",
        ),
        (
            "Hotel_Room__c",
            json!({"Name": "X", "Room_Number__c": "999", "Current_Guest__c": "101"}),
            "MALFORMED_ID",
        ),
        (
            "Hotel_Room__c",
            json!({"Name": "X", "Room_Number__c": "999", "Current_Guest__c": sale}),
            "MALFORMED_ID",
        ),
        ("Booking__c", json!({"Opportunity__c": "006Hs0000000zzzIAA"}), "INVALID_CROSS_REFERENCE_KEY"),
        ("Booking__c", json!({"Opportunity__c": sale, "Check_In_Date__c": "tomorrow"}), "JSON_PARSER_ERROR"),
        (
            "Booking__c",
            json!({"Opportunity__c": sale, "Total_Nights__c": 2}),
            "INVALID_FIELD_FOR_INSERT_UPDATE",
        ),
        ("Booking__c", json!({"Primary_Guest__c": contact}), "REQUIRED_FIELD_MISSING"),
    ];
    for (object, body, expected) in cases {
        let answer = client.ask("POST", &format!("/sobjects/{object}"), body.clone()).await;
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            (400, expected),
            "{object} {body}: {}",
            answer.body
        );
    }
    let reparented = client
        .ask("PATCH", &format!("/sobjects/Booking__c/{booking}"), json!({"Opportunity__c": sale}))
        .await;
    assert_eq!(code(&reparented), "INVALID_FIELD_FOR_INSERT_UPDATE");
    for (method, rest, status) in
        [("GET", "/sobjects/Ghost__c", 404), ("PUT", "/sobjects/Contact", 405), ("GET", "/ui-api", 404)]
    {
        assert_eq!(client.ask(method, rest, Value::Null).await.status, status, "{rest}");
    }
    let case = json!({"Type": "Concierge", "Priority": "Urgent", "Origin": "Internal"});
    assert_eq!(
        client.ask("POST", "/sobjects/Case", case).await.status,
        201,
        "unrestricted picklists take any text"
    );
}

#[tokio::test]
async fn a_record_lives_and_dies() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let made = client.ask("POST", "/sobjects/Case", json!({"Subject": " Towels ", "Status": "New"})).await;
    let address = format!("/sobjects/Case/{}", made.body["id"].as_str().unwrap());
    let read = client.ask("GET", &address, Value::Null).await.body;
    assert_eq!((&read["Subject"], &read["CaseNumber"]), (&json!("Towels"), &json!("00001029")));
    assert_eq!(client.ask("PATCH", &address, json!({"Status": "Closed"})).await.status, 204);
    let closed = client.ask("GET", &format!("{address}?fields=IsClosed,ClosedDate"), Value::Null).await.body;
    assert!(
        closed["IsClosed"] == true && closed["ClosedDate"].is_string() && closed.get("Subject").is_none()
    );
    assert_eq!(client.ask("DELETE", &address, Value::Null).await.status, 204);
    let gone = client.ask("GET", &address, Value::Null).await;
    assert_eq!((gone.status, code(&gone).as_str()), (404, "ENTITY_IS_DELETED"));
    let beth = id(&org.row("Contact", "FirstName", "Beth").unwrap());
    let needed = client.ask("DELETE", &format!("/sobjects/Contact/{beth}"), Value::Null).await;
    assert_eq!(code(&needed), "DELETE_FAILED", "her bookings need her");
    let sale = org.rows("Booking__c")[0]["Opportunity__c"].as_str().unwrap().to_owned();
    assert_eq!(client.ask("DELETE", &format!("/sobjects/Opportunity/{sale}"), Value::Null).await.status, 204);
    assert_eq!(org.rows("Booking__c").len(), 9, "its bookings go with it");
}

#[tokio::test]
async fn upserts_go_by_external_id() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let key = |key: &str| format!("/sobjects/Booking__c/External_ID__c/{key}");
    let sale = id(&org.rows("Opportunity")[0]);
    let booking = json!({"Opportunity__c": sale, "Room__r": {"Room_Number__c": "101"}});
    let made = client.ask("PATCH", &key("k%201"), booking.clone()).await;
    assert_eq!((made.status, &made.body["created"]), (201, &json!(true)));
    assert_eq!(org.row("Booking__c", "External_ID__c", "k 1").unwrap()["Name"], "BK-0011");
    let again = client.ask("PATCH", &key("K%201"), json!({"Number_of_Guests__c": 2})).await;
    assert_eq!(
        (again.status, &again.body["created"], &again.body["id"]),
        (200, &json!(false), &made.body["id"])
    );
    let twin = json!({"Opportunity__c": sale, "External_ID__c": "k 1"});
    assert_eq!(client.ask("POST", "/sobjects/Booking__c", twin).await.status, 201, "it is not unique");
    let several = client.ask("PATCH", &key("k%201"), json!({"Number_of_Guests__c": 1})).await;
    assert_eq!((several.status, several.body.as_array().unwrap().len()), (300, 2));
    let named =
        client.ask("PATCH", &key("k2"), json!({"Opportunity__c": sale, "External_ID__c": "k2"})).await;
    assert_eq!(code(&named), "INVALID_FIELD");
    let no_key = client.ask("PATCH", "/sobjects/Booking__c/Status__c/Reserved", booking).await;
    assert_eq!((no_key.status, code(&no_key).as_str()), (404, "NOT_FOUND"));
    for (email, created) in [("kay@x.com", true), ("Kay@x.com", true), ("kay@x.com", false)] {
        let address = format!("/sobjects/Contact/Unique_Email__c/{email}");
        let answer = client.ask("PATCH", &address, json!({"LastName": "Wilson"})).await;
        assert_eq!(answer.body["created"], created, "{email}: its case counts");
    }
}
