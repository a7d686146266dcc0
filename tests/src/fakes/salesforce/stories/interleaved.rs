//! Requests that overlap.

use super::composites::{part, told, whole};
use super::{BASE, Client, code, id, query_url};
use crate::fakes::salesforce::{Data, On, Options, Salesforce, User};
use serde_json::{Value, json};
use std::time::Duration;

/// Locks room 102, expects it to be free tonight, and books it.
fn book(org: &Salesforce) -> Value {
    let room = id(&org.row("Hotel_Room__c", "Room_Number__c", "108").unwrap());
    let sale = id(&org.rows("Opportunity")[0]);
    let free = format!(
        "SELECT Id FROM Hotel_Room__c WHERE Id = '{room}' AND Id NOT IN (SELECT Room__c FROM Booking__c \
         WHERE Status__c IN ('Reserved', 'Checked In') AND Check_In_Date__c <= TODAY AND Check_Out_Date__c > TODAY)"
    );
    let today = crate::day(0);
    whole(&[
        part(
            "lock",
            "PATCH",
            &format!("{BASE}/sobjects/Hotel_Room__c/{room}"),
            json!({"Room_Number__c": "108"}),
        ),
        part("free", "GET", &query_url(&free), Value::Null),
        part(
            "stay",
            "POST",
            &format!("{BASE}/sobjects/Booking__c"),
            json!({"Opportunity__c": sale,
            "Room__c": "@{free.records[0].Id}", "Check_In_Date__c": today, "Check_Out_Date__c": crate::day(1)}),
        ),
    ])
}

#[tokio::test]
async fn a_locked_row_makes_the_second_wait_and_see_what_the_first_did() {
    let org = Salesforce::for_an_administrator(Data::Hotel);
    let (client, other) = (Client::of(&org), Client::of(&org));
    let mut first_waits = org.pause(On::path("/composite"), 3);
    let first = client.ask("POST", "/composite", book(&org));
    let second = async {
        first_waits.reached().await;
        let looking =
            Client::of(&org).query("SELECT Id FROM Booking__c WHERE Room__r.Room_Number__c = '108'").await;
        assert_eq!(
            looking,
            Ok(vec![]),
            "a plain query waits for nobody and sees nothing that is not committed"
        );
        let second = other.ask("POST", "/composite", book(&org));
        let release = async {
            org.waiting(1).await;
            first_waits.resume();
        };
        tokio::join!(second, release).0
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(told(&first.body)[2].0, 201);
    assert_eq!(told(&second.body)[2], (400, "PROCESSING_HALTED".to_owned()), "{}", second.body);
    assert_eq!(org.query("SELECT Id FROM Booking__c WHERE Room__r.Room_Number__c = '108'").len(), 1);
}

#[tokio::test]
async fn without_the_lock_both_would_book() {
    let org =
        Salesforce::start(Options { user: User::Administrator, lock_masters: false, ..Options::default() });
    let (client, other) = (Client::of(&org), Client::of(&org));
    let mut unlocked = book(&org);
    unlocked["compositeRequest"].as_array_mut().unwrap().remove(0);
    let mut between = org.pause(On::path("/composite"), 1);
    let first = client.ask("POST", "/composite", unlocked.clone());
    let second = async {
        between.reached().await;
        let second = other.ask("POST", "/composite", unlocked.clone()).await;
        between.resume();
        second
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(
        (told(&first.body)[1].0, told(&second.body)[1].0),
        (201, 201),
        "so the fake can show the fault"
    );
}

#[tokio::test]
async fn who_waits_too_long_is_told_and_unique_values_wait_too() {
    let org = Salesforce::start(Options {
        user: User::Administrator,
        lock_wait: Duration::ZERO,
        ..Options::default()
    });
    let (client, other) = (Client::of(&org), Client::of(&org));
    let mut held = org.pause(On::path("/composite"), 3);
    let first = client.ask("POST", "/composite", book(&org));
    let second = async {
        held.reached().await;
        let refused = other.ask("POST", "/composite", book(&org)).await;
        held.resume();
        refused
    };
    let (_, second) = tokio::join!(first, second);
    assert_eq!(told(&second.body)[0], (400, "UNABLE_TO_LOCK_ROW".to_owned()));

    let org = Salesforce::for_an_administrator(Data::Empty);
    let (client, other) = (Client::of(&org), Client::of(&org));
    let case = json!({"External_ID__c": "k"});
    let mut before_commit = org.pause(On::path("/sobjects/Case"), 1);
    let first = client.ask("POST", "/sobjects/Case", case.clone());
    let second = async {
        before_commit.reached().await;
        let release = async {
            org.waiting(1).await;
            before_commit.resume();
        };
        tokio::join!(other.ask("POST", "/sobjects/Case", case.clone()), release).0
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.status, code(&second).as_str()), (201, "DUPLICATE_VALUE"));
}
