//! Somebody else has a file: a process that was stopped in the middle of a write, or another program. What is the matter
//! is said within the call's deadline, and nothing else waits for it.

use super::{MANAGER, embedded, is_read, out_of_order, tidy};
use rusqlite::Connection;
use serde_json::json;
use tests::{Books, World};

fn hurried() -> World {
    embedded().with_env("HOTEL_CALL_DEADLINE_SECONDS", "3")
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_that_was_stopped_while_it_writes_stops_nobody_else() {
    for file in ["journal.db", "hotel.db"] {
        let world = hurried();
        let other = world.staff();
        tidy(&other, "106", "Vacant").await.data();
        let faults = format!("{file}=stopped_before");
        let mut stopped = world.start("staff-server", &[], &[MANAGER, ("HOTEL_FAULTS", &faults)]);
        let never =
            stopped.send("update_room_status", json!({"room_number": "206", "status": "Vacant"})).await;
        while std::fs::read_to_string(format!("/proc/{}/stat", stopped.pid()))
            .is_ok_and(|stat| !stat.contains(") T "))
        {
            tokio::task::yield_now().await;
        }
        let waiting =
            other.send("update_room_status", json!({"room_number": "106", "status": "Maintenance"})).await;
        is_read(&other).await;
        let told = waiting.await.unwrap();
        assert!(!told.succeeded(), "{file}: {}", told.0);
        assert_eq!(out_of_order(&told), (503, true, file.to_owned()));
        assert!(told.details()["reason"].as_str().unwrap().contains("locked"), "{}", told.0);
        stopped.kill().await;
        assert!(never.await.is_none());
        tidy(&other, "106", "Maintenance").await.data();
    }
}

#[tokio::test]
async fn a_program_that_has_a_file_locked_is_waited_for_as_long_as_the_call_may_take() {
    let world = hurried();
    let staff = world.staff();
    tidy(&staff, "106", "Vacant").await.data();
    let program = Connection::open(world.data().join("hotel.db")).unwrap();
    program.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(out_of_order(&tidy(&staff, "206", "Vacant").await), (503, true, "hotel.db".to_owned()));
    let waiting =
        staff.send("update_room_status", json!({"room_number": "106", "status": "Maintenance"})).await;
    is_read(&staff).await;
    program.execute_batch("ROLLBACK").unwrap();
    assert_eq!(waiting.await.unwrap().data()["changed"], true);
    Books::open(&world).are_in_order();
}
