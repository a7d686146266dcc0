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
