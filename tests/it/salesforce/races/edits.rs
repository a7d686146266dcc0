//! A person edits the records between our look and our write: what was decided on the old ones is not done; the call answers
//! and acts as if the edit had come first.

use super::stage::{Call, Stage};
use super::{SOOJIN, of_a_reservation, of_a_stay};
use serde_json::Value;
use tests::{Systems, day};

/// An edit: what it is of, which of its fields, and the new value, a row's key for a reference.
type Edit = (&'static str, &'static str, &'static str);

fn edits(booking: &'static str, room: &'static str, later: &'static str) -> [Edit; 7] {
    [
        (booking, "Room__c", "204"),
        (booking, "Primary_Guest__c", SOOJIN),
        (booking, "Check_In_Date__c", "earlier"),
        (booking, "Check_Out_Date__c", later),
        (booking, "Status__c", "No Show"),
        (room, "Status__c", "Out of Service"),
        (room, "Current_Guest__c", SOOJIN),
    ]
}

fn make(systems: &Systems, (of, field, value): Edit) {
    let org = &systems.salesforce;
    let id = |object: &str, by: &str, value: &str| {
        let row = org.row(object, by, value).unwrap_or_else(|| panic!("no {object} {value}"));
        row["Id"].clone()
    };
    let row = if of.starts_with("BK-") {
        id("Booking__c", "Name", of)
    } else {
        id("Hotel_Room__c", "Room_Number__c", of)
    };
    let value: Value = match field {
        "Room__c" => id("Hotel_Room__c", "Room_Number__c", value),
        "Primary_Guest__c" | "Current_Guest__c" => id("Contact", "Email", value),
        "Check_In_Date__c" => day(-3).into(),
        "Check_Out_Date__c" => day(value.parse().expect("days")).into(),
        _ => value.into(),
    };
    org.poke(row.as_str().expect("an id"), field, value);
}

async fn edit_between(calls: &[Call], edits: &[Edit]) {
    let stage = Stage::new().await;
    let mut wrong = vec![];
    for call in calls {
        let points = stage.points(call).await;
        // A call that is refused anyhow writes nothing.
        let Some(&(write, _)) = points.iter().find(|(_, at)| *at > 0) else { continue };
        for edit in edits {
            let first = stage.edited(None, call, || make(stage.systems(), *edit)).await;
            let between = stage.edited(Some(write), call, || make(stage.systems(), *edit)).await;
            if between != first {
                wrong.push(format!("{call:?} edited {edit:?}\n    {between:?}\n    not {first:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn of_a_reservation_and_its_room() {
    edit_between(&of_a_reservation(), &edits("BK-0003", "205", "2")).await;
}

#[tokio::test]
async fn of_a_stay_and_its_room() {
    edit_between(&of_a_stay()[1..], &edits("BK-0001", "201", "3")).await;
}

/// Once the card is charged the stay is closed wherever the guest is by then.
#[tokio::test]
async fn of_a_stay_whose_guest_has_just_been_charged() {
    let edits = [
        ("BK-0001", "Room__c", "204"),
        ("201", "Status__c", "Out of Service"),
        ("201", "Status__c", "Vacant"),
    ];
    edit_between(&of_a_stay()[..1], &edits).await;
}
