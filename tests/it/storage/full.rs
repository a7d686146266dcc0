//! A full disk passes; a malformed file does not. Reads go on while they can.

use super::{MANAGER, embedded, is_read, out_of_order, tells_no_files, tidy};
use serde_json::json;

#[tokio::test]
async fn a_full_disk_is_said_and_may_be_tried_again() {
    for (file, faults) in [("hotel.db", "hotel.db=disk_full!"), ("journal.db", "journal.db=disk_full!")] {
        let world = embedded();
        let full = world.start("staff-server", &[], &[MANAGER, ("HOTEL_FAULTS", faults)]);
        let told = tidy(&full, "106", "Vacant").await;
        assert_eq!(out_of_order(&told), (503, true, file.to_owned()));
        assert!(told.details()["reason"].as_str().unwrap().contains("full"), "{}", told.0);
        is_read(&full).await;
        drop(full);
        let again = json!({"room_number": "106", "status": "Vacant",
            "idempotency_token": told.details()["idempotency_token"]});
        assert_eq!(world.staff().call("update_room_status", again).await.data()["changed"], true, "{file}");
    }
}

#[tokio::test]
async fn a_guest_is_not_told_which_file_it_is() {
    let world = embedded();
    let faults = [("GUEST_EMAIL", "carl.smith@example.com"), ("HOTEL_FAULTS", "hotel.db=disk_full!")];
    let guest = world.start("guest-server", &[], &faults);
    let told = guest.call("submit_guest_service_request", json!({"description": "Towels, please."})).await;
    assert_eq!(out_of_order(&told), (503, true, "nothing".to_owned()));
    tells_no_files(&told.0, &world);
}

#[tokio::test]
async fn a_malformed_file_stays_so_and_the_doctor_says_it() {
    let world = embedded();
    tidy(&world.staff(), "106", "Vacant").await.data();
    assert_eq!(world.run_staff(&["call", "search_contacts"]).await.code, Some(0)); // closed, so that it is one file
    let path = world.data().join("hotel.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let doctor = world.run_staff(&["doctor"]).await;
    assert_eq!(doctor.code, Some(1), "{doctor:?}");
    assert!(doctor.stdout.contains("hotel.db"), "{doctor:?}");
}

#[tokio::test]
async fn a_record_of_a_read_that_cannot_be_written_is_written_later() {
    let world = embedded();
    let staff = world.staff();
    is_read(&staff).await;
    let locked = std::fs::File::open(world.data().join("reads.log")).unwrap();
    locked.lock().unwrap();
    is_read(&staff).await;
    assert!(staff.request("ping", json!({})).await.is_some());
    locked.unlock().unwrap();
    is_read(&staff).await;
    let trail = json!({"tool": "search_rooms_on_behalf_of_staff"});
    assert_eq!(staff.call("search_tool_calls", trail).await.data()["count"], 3);
}
