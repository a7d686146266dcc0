//! Several operations in one request.

use super::{BASE, Client, code, id, query_url};
use crate::fakes::salesforce::{Data, Salesforce};
use serde_json::{Value, json};

#[allow(clippy::needless_pass_by_value)] // so that callers write their JSON in place
pub(crate) fn part(name: &str, method: &str, url: &str, body: Value) -> Value {
    json!({"referenceId": name, "method": method, "url": url, "body": body})
}

pub(crate) fn whole(parts: &[Value]) -> Value {
    json!({"allOrNone": true, "collateSubrequests": false, "compositeRequest": parts})
}

/// The parts' statuses and error codes.
pub(crate) fn told(answer: &Value) -> Vec<(u64, String)> {
    let parts = answer["compositeResponse"].as_array().unwrap().iter();
    let code = |part: &Value| part["body"][0]["errorCode"].as_str().unwrap_or("").to_owned();
    parts.map(|part| (part["httpStatusCode"].as_u64().unwrap(), code(part))).collect()
}

fn halted() -> (u64, String) {
    (400, "PROCESSING_HALTED".to_owned())
}

fn fine(status: u64) -> (u64, String) {
    (status, String::new())
}

#[tokio::test]
async fn later_parts_refer_to_earlier_ones_and_see_their_changes() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let parts = [
        part(
            "sale",
            "POST",
            &format!("{BASE}/sobjects/Opportunity"),
            json!({"Name": "X", "StageName": "Booking Confirmed", "CloseDate": "2026-01-01"}),
        ),
        part(
            "room",
            "GET",
            &query_url("SELECT Id FROM Hotel_Room__c WHERE Room_Number__c = '101'"),
            Value::Null,
        ),
        part(
            "stay",
            "POST",
            &format!("{BASE}/sobjects/Booking__c"),
            json!({"Opportunity__c": "@{sale.id}", "Room__c": "@{room.records[0].Id}"}),
        ),
        part(
            "seen",
            "GET",
            &query_url("SELECT Room__r.Room_Number__c FROM Booking__c WHERE Opportunity__r.Name = 'X'"),
            Value::Null,
        ),
    ];
    let answer = Client::of(&org).ask("POST", "/composite", whole(&parts)).await;
    assert_eq!(told(&answer.body), [fine(201), fine(200), fine(201), fine(200)]);
    assert_eq!(answer.body["compositeResponse"][3]["body"]["records"][0]["Room__r"]["Room_Number__c"], "101");
    assert_eq!((answer.status, org.calls(), org.recorded()[0].queries().len()), (200, 1, 2));
}

#[tokio::test]
async fn an_expectation_that_fails_rolls_everything_back() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let room = org.row("Hotel_Room__c", "Room_Number__c", "102").unwrap();
    let parts = [
        part(
            "lock",
            "PATCH",
            &format!("{BASE}/sobjects/Hotel_Room__c/{}", id(&room)),
            json!({"Status__c": "Occupied"}),
        ),
        part("new", "POST", &format!("{BASE}/sobjects/Case"), json!({"Subject": "X"})),
        part(
            "expect",
            "GET",
            &query_url("SELECT Id FROM Hotel_Room__c WHERE Room_Number__c = 'none'"),
            Value::Null,
        ),
        part(
            "write",
            "PATCH",
            &format!("{BASE}/sobjects/Hotel_Room__c/@{{expect.records[0].Id}}"),
            json!({"Floor__c": 1}),
        ),
        part("after", "POST", &format!("{BASE}/sobjects/Case"), json!({"Subject": "Y"})),
    ];
    let answer = Client::of(&org).ask("POST", "/composite", whole(&parts)).await;
    assert_eq!(
        (answer.status, told(&answer.body)),
        (200, vec![halted(), halted(), halted(), halted(), halted()])
    );
    let message = |at: usize| answer.body["compositeResponse"][at]["body"][0]["message"].as_str().unwrap();
    assert!(message(3).starts_with("Invalid reference specified. No value for expect.records[0].Id"));
    assert!(message(0).starts_with("The transaction was rolled back since another operation"));
    assert_eq!(org.row("Hotel_Room__c", "Room_Number__c", "102").unwrap(), room);
    assert_eq!(org.rows("Case").len(), 3);
    org.insert("Case", &json!({"Subject": "Z"}));
    assert_eq!(org.row("Case", "Subject", "Z").unwrap()["CaseNumber"], "00001030", "1029 was spent");
}

#[tokio::test]
async fn without_all_or_none_only_what_depends_falls() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let parts = [
        part("bad", "POST", &format!("{BASE}/sobjects/Contact"), json!({})),
        part("needs", "PATCH", &format!("{BASE}/sobjects/Contact/@{{bad.id}}"), json!({"FirstName": "X"})),
        part("good", "POST", &format!("{BASE}/sobjects/Contact"), json!({"LastName": "Y"})),
    ];
    let mut body = whole(&parts);
    body["allOrNone"] = json!(false);
    let answer = Client::of(&org).ask("POST", "/composite", body).await.body;
    assert_eq!(told(&answer), [(400, "REQUIRED_FIELD_MISSING".to_owned()), halted(), fine(201)]);
    assert_eq!(org.rows("Contact").len(), 1);
}

#[tokio::test]
async fn limits_and_order_are_the_platforms() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let client = Client::of(&org);
    let query =
        |n: usize| part(&format!("q{n}"), "GET", &query_url("SELECT Id FROM Contact LIMIT 1"), Value::Null);
    let six: Vec<Value> = (0..6).map(query).collect();
    assert_eq!(code(&client.ask("POST", "/composite", whole(&six)).await), "LIMIT_EXCEEDED");
    let case = |n: usize| {
        part(&format!("c{n}"), "POST", &format!("{BASE}/sobjects/Case"), json!({"Subject": n.to_string()}))
    };
    let many: Vec<Value> = (0..26).map(case).collect();
    assert_eq!(code(&client.ask("POST", "/composite", whole(&many)).await), "LIMIT_EXCEEDED");
    let twins = [query(1), query(1)];
    assert_eq!(code(&client.ask("POST", "/composite", whole(&twins)).await), "JSON_PARSER_ERROR");
    let mut surplus = whole(&[query(1)]);
    surplus["allOrNothing"] = json!(true);
    assert_eq!(code(&client.ask("POST", "/composite", surplus).await), "JSON_PARSER_ERROR");
    let mut collated = whole(&[case(1), case(2)]);
    collated.as_object_mut().unwrap().remove("collateSubrequests");
    assert_eq!(told(&client.ask("POST", "/composite", collated).await.body), [fine(201), fine(201)]);
    let number = |subject: &str| {
        org.row("Case", "Subject", subject).unwrap()["CaseNumber"].as_str().unwrap().to_owned()
    };
    assert!(number("2") < number("1"), "collated parts come in any order: here, the last first");
}

#[tokio::test]
async fn collections_save_many_records() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let client = Client::of(&org);
    let sms =
        |sid: &str| json!({"attributes": {"type": "SMS_Notification__c"}, "Twilio_Message_SID__c": sid});
    let body = |all: bool| json!({"allOrNone": all, "records": [sms("SM1"), sms("SM1"), sms("SM2")]});
    let none = client.ask("POST", "/composite/sobjects", body(true)).await.body;
    let codes: Vec<&Value> =
        none.as_array().unwrap().iter().map(|it| &it["errors"][0]["statusCode"]).collect();
    assert_eq!(
        codes,
        ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "DUPLICATE_VALUE", "ALL_OR_NONE_OPERATION_ROLLED_BACK"]
    );
    let some = client.ask("POST", "/composite/sobjects", body(false)).await.body;
    assert_eq!(
        (&some[0]["success"], &some[1]["success"], &some[2]["success"]),
        (&json!(true), &json!(false), &json!(true))
    );
    let upserts = json!({"records": [{"attributes": {"type": "SMS_Notification__c"}, "Twilio_Message_SID__c": "SM2", "Status__c": "Sent"}]});
    let again = client
        .ask("PATCH", "/composite/sobjects/SMS_Notification__c/Twilio_Message_SID__c", upserts)
        .await
        .body;
    assert_eq!((&again[0]["created"], org.rows("SMS_Notification__c").len()), (&json!(false), 2));
    let within = [
        part("many", "POST", &format!("{BASE}/composite/sobjects"), body(false)),
        part("one", "POST", &format!("{BASE}/sobjects/Case"), json!({})),
    ];
    let answer = client.ask("POST", "/composite", whole(&within)).await.body;
    assert_eq!(told(&answer)[1], halted());
    assert_eq!(org.rows("Case").len(), 0, "the outer all-or-none rules the inner");
}
