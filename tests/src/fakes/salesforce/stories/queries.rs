//! Queries.

use super::{Client, code, id};
use crate::fakes::salesforce::{Data, Options, Salesforce, User};
use serde_json::{Value, json};

#[tokio::test]
async fn a_stay_is_one_question() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let soql = "SELECT Id, Name, (SELECT Name, Status__c, Room__r.Room_Number__c, Room__r.Current_Guest__r.Email, \
                Opportunity__r.StageName, Total_Nights__c FROM Bookings__r WHERE Status__c IN ('Reserved', 'Checked In') \
                ORDER BY Check_In_Date__c DESC NULLS LAST LIMIT 5) FROM Contact WHERE Unique_Email__c = 'beth.gibbs@email.com'";
    let answer = Client::of(&org).query(soql).await.unwrap();
    let booking = &answer[0]["Bookings__r"]["records"][0];
    assert_eq!(answer[0]["Name"], "Beth Gibbs");
    assert_eq!((&booking["Name"], &booking["Total_Nights__c"]), (&json!("BK-0001"), &json!(2.0)));
    assert_eq!(booking["Room__r"]["Room_Number__c"], "201");
    assert_eq!(booking["Room__r"]["Current_Guest__r"]["Email"], "beth.gibbs@email.com");
    assert_eq!(booking["Room__r"]["attributes"]["type"], "Hotel_Room__c");
    let nobody =
        Client::of(&org).query(&soql.replace("beth.gibbs@email.com", "janderson@example.com")).await.unwrap();
    assert_eq!(nobody[0]["Bookings__r"]["records"][0]["Room__r"]["Current_Guest__r"], Value::Null);
    let none = Client::of(&org).query(&soql.replace("'Reserved', 'Checked In'", "'No Show'")).await.unwrap();
    assert_eq!(none[0]["Bookings__r"], Value::Null, "no children are null, not an empty list");
}

#[tokio::test]
async fn conditions_mean_what_the_platform_means() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let count = async |object: &str, filter: &str| {
        client.query(&format!("SELECT Id FROM {object} WHERE {filter}")).await.map(|records| records.len())
    };
    let room = |filter: &'static str| count("Hotel_Room__c", filter);
    assert_eq!(room("Status__c = 'vacant'").await, Ok(15), "case does not matter");
    assert_eq!(room("Floor__c = 2 AND (Room_Type__c = 'Suite' OR Room_Type__c = 'Deluxe')").await, Ok(4));
    assert_eq!(room("NOT Floor__c = 2").await, Ok(11));
    assert_eq!(room("Nightly_Rate__c >= 199.99 AND Max_Occupancy__c < 4").await, Ok(4));
    assert_eq!(room("Current_Guest__c != null").await, Ok(2));
    assert_eq!(room("Name LIKE '%Deluxe%' AND Room_Number__c LIKE '1_7'").await, Ok(1));
    assert_eq!(room("View_Type__c != 'Ocean'").await, Ok(22), "null differs from any value");
    assert_eq!(room("Room_Number__c NOT IN ('101', '102')").await, Ok(20));
    let free = "Id NOT IN (SELECT Room__c FROM Booking__c WHERE Status__c IN ('Reserved', 'Checked In') \
                AND Check_In_Date__c < TOMORROW AND Check_Out_Date__c > TODAY)";
    assert_eq!(room(free).await, Ok(22 - 5));
    assert_eq!(count("Booking__c", "Check_In_Date__c = TODAY").await, Ok(4));
    assert_eq!(count("Booking__c", "Check_In_Date__c > NEXT_N_DAYS:7").await, Ok(1));
    assert_eq!(count("Case", "CreatedDate < YESTERDAY").await, Ok(2));
    assert_eq!(
        count("Contact", "Unique_Email__c = 'BETH.GIBBS@email.com'").await,
        Ok(0),
        "here case matters"
    );
    assert_eq!(count("Contact", r"LastName = 'O\'Brien'").await, Ok(1));
    assert_eq!(
        count("Booking__c", "Room__r.Room_Number__c = '201' AND Primary_Guest__r.FirstName = 'Beth'").await,
        Ok(1)
    );
    let sorted = client
        .query("SELECT LastName FROM Contact ORDER BY LastName DESC, FirstName LIMIT 2 OFFSET 1")
        .await
        .unwrap();
    assert_eq!(sorted[0]["LastName"], "Smith");
    let total = client.ask("GET", "/query?q=SELECT+COUNT()+FROM+Contact", Value::Null).await.body;
    assert_eq!(total, json!({"totalSize": 13, "done": true, "records": []}));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_code() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let client = Client::of(&org);
    let cases = [
        ("SELECT Shoe FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Ghost", "INVALID_TYPE"),
        ("SELECT Ghost__r.Name FROM Contact", "INVALID_FIELD"),
        ("SELECT (SELECT Id FROM Ghosts__r) FROM Contact", "INVALID_TYPE"),
        ("SELECT Id FROM Booking__c WHERE Check_In_Date__c = '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Booking__c WHERE Check_In_Date__c > 2026-01-01T00:00:00Z", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE CreatedDate > 2026-01-01", "INVALID_FIELD"),
        ("SELECT Id FROM Hotel_Room__c WHERE Room_Number__c = 101", "INVALID_FIELD"),
        ("SELECT Id FROM Hotel_Room__c WHERE Floor__c = '1'", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Case ORDER BY Description", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Id = '101'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Contact WHERE Id LIKE '003%'", "INVALID_QUERY_FILTER_OPERATOR"),
        (
            "SELECT Id FROM Contact WHERE LastName = 'a' AND LastName = 'b' OR LastName = 'c'",
            "MALFORMED_QUERY",
        ),
        ("SELECT Id FROM Contact WHERE LastName = 'O'Brien'", "MALFORMED_QUERY"),
        (r"SELECT Id FROM Contact WHERE LastName = 'a\_b'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE LastName IN ()", "MALFORMED_QUERY"),
        ("SELECT Id, Id FROM Contact", "MALFORMED_QUERY"),
        ("SELECT * FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("SELECT Id FROM Booking__c WHERE Check_In_Date__c = FORTNIGHT", "MALFORMED_QUERY"),
        (
            "SELECT Id FROM Contact WHERE LastName = 'a' OR Id IN (SELECT Primary_Guest__c FROM Booking__c)",
            "MALFORMED_QUERY",
        ),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT Room__c FROM Booking__c)", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id IN (SELECT Id FROM Contact)", "MALFORMED_QUERY"),
        (
            "SELECT Id FROM Contact WHERE Id IN (SELECT Primary_Guest__c FROM Booking__c LIMIT 1)",
            "MALFORMED_QUERY",
        ),
    ];
    for (soql, expected) in cases {
        assert_eq!(client.query(soql).await, Err(expected.to_owned()), "{soql}");
    }
    let long = format!("/query?q=SELECT+Id+FROM+Contact+WHERE+LastName='{}'", "x".repeat(17_000));
    assert_eq!(client.ask("GET", &long, Value::Null).await.status, 414);
}

#[tokio::test]
async fn long_answers_come_in_pages_children_too() {
    let org = Salesforce::start(Options { user: User::Administrator, batch_size: 4, ..Options::default() });
    let client = Client::of(&org);
    let sale = id(&org.row("Opportunity", "StageName", "Closed Lost").unwrap());
    for _ in 0..5 {
        org.insert("Booking__c", &json!({"Opportunity__c": sale}));
    }
    let soql = "SELECT Id, (SELECT Id FROM Bookings__r) FROM Opportunity ORDER BY Bookings_first__c";
    assert_eq!(client.query(soql).await, Err("INVALID_FIELD".to_owned()));
    let q = format!("/query?q=SELECT+Id,(SELECT+Id+FROM+Bookings__r)+FROM+Opportunity+WHERE+Id='{sale}'");
    let family = client.ask("GET", &q, Value::Null).await.body["records"][0]["Bookings__r"].clone();
    assert_eq!((family["records"].as_array().unwrap().len(), &family["done"]), (4, &json!(false)));
    let mut page = client.ask("GET", "/query?q=SELECT+Id+FROM+Booking__c", Value::Null).await.body;
    let mut seen = vec![];
    loop {
        seen.extend(page["records"].as_array().unwrap().clone());
        let Some(next) = page["nextRecordsUrl"].as_str() else { break };
        page = client.ask("GET", next.trim_start_matches("/services/data/v62.0"), Value::Null).await.body;
    }
    assert_eq!((seen.len(), &page["done"]), (15, &json!(true)));
    let lost = client.ask("GET", "/query/01gHs0000000000000-4", Value::Null).await;
    assert_eq!(code(&lost), "INVALID_QUERY_LOCATOR");
}
