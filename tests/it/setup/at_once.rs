//! Two people load the sample into one org at the same moment: it is there once, whatever request of the one the other
//! comes in between.

use super::{counts, org, seed, world};
use serde_json::json;
use std::collections::BTreeSet;
use tests::fakes::{Data, On, Salesforce};
use tests::{Ran, day};

const ALL: [usize; 6] = [13, 22, 9, 10, 1, 3];

/// The write that says this: what is there was asked for in the same words before.
fn write(text: &str) -> On {
    On::text(text).method("POST").after(1)
}

/// The first run's write is held before its `at`-th subrequest while a second run goes as far as it can.
async fn interleaved(org: &Salesforce, write: On, at: usize) -> (Ran, Ran) {
    let (first, second) = (world(org), world(org));
    let mut pause = org.pause(write, at);
    tokio::join!(seed(&first), async {
        pause.reached().await;
        let mut two = std::pin::pin!(seed(&second));
        // Either it needs no row that the first one holds, or it waits for one.
        let told = tokio::select! {
            told = &mut two => Some(told),
            () = org.waiting(1) => None,
        };
        pause.resume();
        match told {
            Some(told) => told,
            None => two.await,
        }
    })
}

/// Both went well, and what is there is there once.
fn loaded_once(org: &Salesforce, (a, b): &(Ran, Ran), held: &str) {
    assert_eq!((a.code, b.code), (Some(0), Some(0)), "{held}: {a:?} {b:?}");
    assert_eq!(counts(org), ALL, "{held}");
    let keys = |object: &str| {
        org.rows(object).iter().map(|row| row["External_ID__c"].to_string()).collect::<BTreeSet<_>>().len()
    };
    assert_eq!((keys("Booking__c"), keys("Case")), (10, 3), "{held}");
    let made = |ran: &Ran, kind: &str| {
        let line = ran.stdout.lines().find(|line| line.starts_with(&format!("{kind}: "))).expect("a line");
        line.split(' ').nth(1).and_then(|word| word.parse::<usize>().ok()).expect("how many")
    };
    for (kind, all) in [("people", 13), ("rooms", 22), ("bookings", 10), ("cases", 3)] {
        let by_both = made(a, kind) + made(b, kind);
        assert!(by_both <= all, "{held}: {kind} made {by_both} times");
        assert!(!a.stdout.contains("left out") && !b.stdout.contains("left out"), "{held}: {a:?} {b:?}");
    }
}

#[tokio::test]
async fn bookings_of_the_sample_are_made_once() {
    // A guest who is here, one with two rooms, one who cancelled.
    for (key, parts) in [("seed-BK-0001", 5), ("seed-BK-0004", 7), ("seed-BK-0010", 4)] {
        for at in 0..=parts {
            let org = org(Data::Empty);
            let ran = interleaved(&org, write(key), at).await;
            loaded_once(&org, &ran, &format!("{key} held before {at}"));
        }
    }
}

#[tokio::test]
async fn people_rooms_and_cases_of_the_sample_are_made_once() {
    for (text, parts) in [
        ("manager@dewyhotel.com", [0, 1, 13]),
        ("Nightly_Rate__c", [0, 1, 22]),
        ("seed-CASE-0001", [0, 1, 3]),
    ] {
        for at in parts {
            let org = org(Data::Empty);
            let ran = interleaved(&org, write(text), at).await;
            loaded_once(&org, &ran, &format!("{text} held before {at}"));
        }
    }
}

/// Nobody else's booking is collided with either, be it made while the sample is being loaded.
#[tokio::test]
async fn a_guest_who_books_meanwhile_keeps_the_room() {
    let org = org(Data::Empty);
    let world = world(&org);
    let mut pause = org.pause(write("seed-BK-0003"), 0);
    let (ran, ()) = tokio::join!(seed(&world), async {
        pause.reached().await;
        let guest = org.row("Contact", "Email", "soojin.kim@example.com").expect("a guest");
        let room = org.row("Hotel_Room__c", "Room_Number__c", "205").expect("a room");
        let sale = json!({"Name": "Walk-in", "StageName": "Booking Confirmed", "CloseDate": day(1)});
        let sale = org.insert("Opportunity", &sale);
        let theirs = json!({"Opportunity__c": sale, "Primary_Guest__c": guest["Id"], "Room__c": room["Id"],
            "Status__c": "Reserved", "Check_In_Date__c": day(0), "Check_Out_Date__c": day(1)});
        org.insert("Booking__c", &theirs);
        pause.resume();
    });
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("left out: seed-BK-0003"), "{}", ran.stdout);
    assert!(org.row("Booking__c", "External_ID__c", "seed-BK-0003").is_none());
    assert_eq!(counts(&org), ALL, "the walk-in's instead of Sarah's");
}
