//! `call` as people type it: arguments as key=value, from a file or from stdin, and names with a slip in them.

use super::misused;
use serde_json::{Value, json};
use tests::World;

async fn staff(world: &World, arguments: &[&str]) -> Value {
    let ran = world.run_staff(&[&["call"], arguments].concat()).await;
    assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
    ran.json()
}

/// The arguments of the latest call of a tool, as the trail has them.
async fn recorded(world: &World, tool: &str) -> Value {
    let found = staff(world, &["search_tool_calls", &format!("tool={tool}"), "limit=1"]).await;
    found["data"]["tool_calls"][0]["arguments"].clone()
}

#[tokio::test]
async fn arguments_are_typed_as_their_schema_says() {
    let world = World::new();
    let rooms = staff(&world, &["search_rooms_on_behalf_of_staff", "limit=2", "status_filter=Vacant"]).await;
    assert_eq!(rooms["data"]["count"], 2, "a number");
    let report = [
        "submit_maintenance_request",
        "room_number=106",
        "description=The tap drips.",
        "take_room_out_of_use=true",
    ];
    let case = staff(&world, &report).await["data"]["case_number"].as_str().unwrap().to_owned();
    let told = recorded(&world, report[0]).await;
    assert_eq!(
        (&told["room_number"], &told["take_room_out_of_use"]),
        (&json!("106"), &json!(true)),
        "{told}"
    );
    let besides = format!("additional_to={case}");
    staff(&world, &[&report[..3], &[&besides]].concat()).await;
    assert_eq!(recorded(&world, report[0]).await["additional_to"], json!([case]), "a list of one");
}

#[tokio::test]
async fn a_value_may_contain_an_equals_sign_or_be_json() {
    let world = World::new();
    let wish = ["create_case", "room_number:=\"106\"", "type=Housekeeping", "description=2 = too few towels"];
    staff(&world, &wish).await;
    assert_eq!(recorded(&world, "create_case").await["description"], "2 = too few towels");
    misused(&world.run_staff(&["call", "create_case", "room_number:=[106"]).await, "room_number:=");
}

#[tokio::test]
async fn a_list_is_given_with_commas_or_item_by_item_and_anything_else_once() {
    let world = World::new();
    let refused = |arguments: [&'static str; 2]| {
        let world = &world;
        async move { world.run_staff(&[&["call", "create_case"], &arguments[..]].concat()).await }
    };
    for list in
        [["additional_to=CS-1,CS-2", "additional_to=CS-3"], ["additional_to=CS-1", "additional_to=CS-2,CS-3"]]
    {
        assert_eq!(refused(list).await.code, Some(1), "the tool itself says what is missing");
    }
    misused(&refused(["room_number=106", "room_number=107"]).await, "room_number is given twice");
}

#[tokio::test]
async fn arguments_come_from_a_file_or_from_stdin() {
    let world = World::new();
    let json = r#"{"guest_email": "sarah@example.com"}"#;
    world.write("sarah.json", json);
    let from_file = staff(&world, &["check_in_guest", "@sarah.json"]).await;
    assert_eq!(from_file["data"]["room_number"], "205");
    let piped = world.run("staff-server", &["call", "check_in_guest", "-"], &[], json).await;
    assert_eq!(piped.json()["data"]["already_checked_in"], true, "{piped:?}");
    misused(
        &world.run_staff(&["call", "check_in_guest", "@nowhere.json"]).await,
        "nowhere.json cannot be read",
    );
    misused(&world.run("staff-server", &["call", "check_in_guest", "-"], &[], "{").await, "stdin: not JSON");
}

#[tokio::test]
async fn a_slip_in_the_name_of_a_tool_or_an_argument_is_answered_with_the_right_one() {
    let world = World::new();
    for (given, meant) in
        [("chekc_in_guest", "check_in_guest"), ("search_bookings", "search_bookings_on_behalf_of_staff")]
    {
        misused(&world.run_staff(&["call", given]).await, &format!("did you mean {meant}?"));
    }
    for arguments in ["guest_emial=sarah@example.com", r#"{"guest_emial": "sarah@example.com"}"#] {
        let ran = world.run_staff(&["call", "check_in_guest", arguments]).await;
        let says = ran.json()["error_message"].as_str().unwrap().to_owned();
        assert!(ran.code == Some(1) && says.contains("did you mean guest_email?"), "{ran:?}");
    }
    let other = world.run_staff(&["call", "check_in_guest", "weather=fine"]).await.json();
    assert_eq!(other["error_message"], "weather: there is no such argument", "nothing is guessed");
    misused(&world.run_staff(&["call", "check_in_guest", "sarah@example.com"]).await, "give key=value");
}

#[tokio::test]
async fn nothing_is_opened_for_a_call_that_cannot_be_made() {
    let world = World::new();
    for arguments in [["no_such_tool", "{}"], ["check_in_guest", "{not json"], ["check_in_guest", "sarah"]] {
        misused(&world.run_staff(&[&["call"], &arguments[..]].concat()).await, "error: ");
    }
    assert!(!world.data().exists());
}

/// A log of runs is JSON Lines: one value on one line, whatever was asked.
#[tokio::test]
async fn json_is_one_value_on_one_line() {
    let world = World::new();
    let commands: [&[&str]; 5] = [
        &["tools", "--json"],
        &["doctor", "--json"],
        &["reconcile", "--json"],
        &["call", "--json", "search_contacts"],
        &["call", "check_in_guest", "guest_email=nobody@example.com", "--json"],
    ];
    for arguments in commands {
        let ran = world.run_staff(arguments).await;
        assert_eq!(
            (ran.lines().len(), ran.stdout.ends_with("}\n") || ran.stdout.ends_with("]\n")),
            (1, true),
            "{ran:?}"
        );
    }
}
