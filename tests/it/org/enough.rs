//! The permission sets are enough: on an org that allows only what they say, the servers do everything, the sample hotel
//! is made, and people see it.

use super::rights;
use serde_json::json;
use std::collections::BTreeSet;
use tests::World;
use tests::fakes::{Data, Options, Salesforce, Twilio};
use tests::scenes::{Scene, scenes};

/// A permission set, as the tables ask for it.
fn set(name: &str) -> String {
    rights::files()
        .remove(&format!("{}/permissionsets/{name}.permissionset-meta.xml", super::MAIN))
        .expect(name)
}

/// An org whose user has these permission sets, and a hotel whose records are there.
fn hotel(data: Data, sets: &[&str]) -> (Salesforce, World) {
    // The scenes know the cases of the embedded hotel by their numbers.
    let org = Salesforce::start(Options { data, first_case: Some(1001), ..Options::default() });
    org.has_package();
    let sets: Vec<_> = sets.iter().map(|name| set(name)).collect();
    org.allow_only(&sets.iter().map(String::as_str).collect::<Vec<_>>());
    let world = connect(World::new(), org.env());
    (org, world)
}

pub(super) fn connect(world: World, env: Vec<(&str, String)>) -> World {
    env.into_iter().fold(world, |world, (name, value)| world.with_env(name, &value))
}

#[tokio::test]
async fn the_servers_do_everything_with_their_permission_set() {
    let (org, world) = hotel(Data::Hotel, &["Hotel_MCP_Run"]);
    // As a deployment leaves it where no two bookings share one; in the other tests of orgs they may.
    org.alter("Booking__c.External_ID__c", &json!({"unique": true}));
    let checked = world.run_staff(&["doctor"]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let staff = world.staff();
    let mut scenes: Vec<_> = scenes().into_iter().filter(|scene| scene.shares_the_hotel).collect();
    crate::kills::prepare(&world, &staff, &mut scenes).await;
    let mut tools = BTreeSet::new();
    for Scene { call, guest, .. } in scenes {
        match guest {
            None => staff.done(call.tool, call.arguments).await,
            Some(guest) => world.guest(guest).done(call.tool, call.arguments).await,
        }
        tools.insert(call.tool);
    }
    assert!(tools.len() > 10, "{tools:?}");
}

#[tokio::test]
async fn a_permission_that_is_left_out_is_missed() {
    let run = set("Hotel_MCP_Run");
    let status = "<editable>true</editable>\n        <field>Booking__c.Status__c</field>";
    assert!(run.contains(status));
    let readable = status.replace("true", "false");
    for (instead, says) in [("", "not there, or hidden"), (readable.as_str(), "not createable")] {
        let org = Salesforce::new();
        org.allow_only(&[&run.replace(status, instead)]);
        let ran = connect(World::new(), org.env()).run_staff(&["doctor"]).await;
        let line = ran.stdout.lines().find(|line| line.contains("Booking__c.Status__c"));
        assert!(ran.code == Some(1) && line.is_some_and(|line| line.contains(says)), "{ran:?}");
    }
}

#[tokio::test]
async fn texts_are_kept_with_it() {
    let (org, world) = hotel(Data::Hotel, &["Hotel_MCP_Run"]);
    let twilio = Twilio::start();
    let world = connect(world, twilio.env());
    let staff = world.staff();
    staff.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert!(staff.close().await.success());
    let has_waited = "UPDATE outbox SET record_at = 0, look_at = look_at * 0 WHERE record_at IS NOT NULL";
    crate::recovery::write(&world, "journal.db", has_waited, []);
    assert_eq!(world.run_staff(&["reconcile"]).await.code, Some(0));
    assert_eq!(org.rows("SMS_Notification__c").len(), 1);
}

#[tokio::test]
async fn the_sample_hotel_needs_one_more() {
    let (org, world) = hotel(Data::Empty, &["Hotel_MCP_Run"]);
    let refused = world.run_staff(&["setup", "--seed"]).await;
    assert_eq!((refused.code == Some(0), org.rows("Hotel_Room__c").len()), (false, 0), "{refused:?}");

    let (org, world) = hotel(Data::Empty, &["Hotel_MCP_Run", "Hotel_MCP_Setup"]);
    let made = world.run_staff(&["setup", "--seed"]).await;
    assert_eq!((made.code, org.rows("Hotel_Room__c").len()), (Some(0), 22), "{made:?}");
}

#[tokio::test]
async fn the_front_desk_sees_all_and_changes_nothing() {
    let (org, world) = hotel(Data::Hotel, &["Hotel_Front_Desk"]);
    let (staff, before) = (world.staff(), org.dump());
    let rooms = staff.call("search_rooms_on_behalf_of_staff", json!({})).await;
    assert!(rooms.data()["count"].as_u64().is_some_and(|rooms| rooms > 0));
    let refused = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(refused.code(), "RECORDS_REFUSED");
    assert!(org.dump() == before);
}
