//! The machine's own files: full, locked, malformed, replaced, gone, copied.

mod copies;
mod folder;
mod full;
mod locked;
mod unreadable;

use serde_json::{Value, json};
use tests::{Backend, Server, Told, World};

const MANAGER: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");

/// A hotel whose systems are all files of this machine.
fn embedded() -> World {
    World::on(Backend::Embedded)
}

/// A room is tidied: one change of the hotel's records.
async fn tidy(server: &Server, room: &str, status: &str) -> Told {
    server.call("update_room_status", json!({"room_number": room, "status": status})).await
}

/// Refused for the storage's sake: whether the call may be sent again, and what staff are told.
fn out_of_order(told: &Told) -> (i64, bool, String) {
    assert_eq!(told.code(), "STORAGE_UNAVAILABLE", "{}", told.0);
    let file = told.details()["file"].as_str().unwrap_or("nothing").to_owned();
    (told.0["http_status"].as_i64().unwrap(), told.0["retry_safe"] == true, file)
}

/// A search is answered.
async fn is_read(server: &Server) {
    let found = server.call("search_rooms_on_behalf_of_staff", json!({"room_number": "106"})).await;
    assert_eq!(found.data()["count"], 1);
}

/// What a guest's agent reads says nothing of files and folders.
fn tells_no_files(told: &Value, world: &World) {
    let text = told.to_string();
    assert!(!text.contains(".db") && !text.contains(&world.data().display().to_string()), "{text}");
}
