//! One write at a time per room: who waits for another call sees what that call did.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn of_many_calls_for_the_same_state_one_changes_the_room_and_the_others_find_it_changed() {
    let world = World::new();
    let staff = std::sync::Arc::new(world.staff());
    for status in ["Maintenance", "Cleaning", "Maintenance", "Cleaning"] {
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..24 {
            let staff = std::sync::Arc::clone(&staff);
            calls.spawn(async move {
                let told =
                    staff.call("update_room_status", json!({"room_number": "106", "status": status})).await;
                told.data()["changed"] == true
            });
        }
        let changed = calls.join_all().await.into_iter().filter(|changed| *changed).count();
        assert_eq!(changed, 1, "{status}");
    }
}

#[tokio::test]
async fn who_waits_too_long_for_another_call_is_told_so() {
    let world = World::new();
    let by = ("STAFF_EMAIL", "manager@dewyhotel.com");
    let stopped = world.start("staff-server", &[], &[by, ("HOTEL_FAULTS", "move_room=stopped_before")]);
    let to = |status: &str| json!({"room_number": "106", "status": status});
    let _answer = stopped.send("update_room_status", to("Vacant")).await;
    let onlooker = world.staff();
    loop {
        let calls = onlooker.call("search_tool_calls", json!({"tool": "update_room_status"})).await;
        let steps = calls.data()["tool_calls"][0]["steps"].clone();
        if steps.as_array().is_some_and(|steps| steps.iter().any(|step| step["name"] == "move_room")) {
            break;
        }
    }
    let hasty = world.start("staff-server", &[], &[by, ("HOTEL_CALL_DEADLINE_SECONDS", "1")]);
    let told = hasty.call("update_room_status", to("Maintenance")).await;
    assert_eq!((told.code(), &told.0["retry_safe"]), ("UPSTREAM_TIMEOUT", &json!(true)), "{}", told.0);
    let message = told.0["error_message"].as_str().unwrap();
    assert!(
        message.starts_with("Another call is working on") && message.ends_with("Nothing was done."),
        "{message}"
    );
}
