//! A client that cancels gets no answer; the hotel is whole all the same.

use super::call;
use serde_json::{Value, json};
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";

async fn cancel(server: &Server, id: u64) {
    let params = json!({"requestId": id, "reason": "the user pressed stop"});
    let note = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
    server.line(&note.to_string()).await;
}

/// The states of a stay's booking and room, as somebody else sees them.
async fn stay(server: &Server, booking: &str) -> (String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let bookings =
        server.call("search_bookings_on_behalf_of_staff", json!({"booking_number": booking})).await;
    let booking = bookings.data()["bookings"][0].clone();
    let room = json!({"room_number": booking["room_number"]});
    let rooms = server.call("search_rooms_on_behalf_of_staff", room).await;
    (text(&booking["status"]), text(&rooms.data()["rooms"][0]["status"]))
}

#[tokio::test]
async fn a_checkout_cancelled_at_once_happens_whole_or_not_at_all_and_charges_once() {
    let world = World::new();
    let (server, onlooker) = (world.staff(), world.staff());
    let arguments =
        json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "out"});
    server.initialize("2025-06-18").await;
    server.line(&call(900, "process_guest_checkout", &arguments)).await;
    cancel(&server, 900).await;
    let told = server.call("process_guest_checkout", arguments.clone()).await;
    assert_eq!(told.data()["status"], "Checked Out", "the same token answers");
    assert_eq!(stay(&onlooker, "BK-0001").await, ("Checked Out".into(), "Cleaning".into()));
    let calls = onlooker.call("search_tool_calls", json!({"idempotency_token": "out"})).await;
    let calls = calls.data()["tool_calls"].as_array().unwrap();
    assert_eq!(calls[0]["outcome"], "done", "{calls:?}");
    // Cancelled before anything was changed it ended there; else it is the one that was done.
    assert!(calls[1..].iter().all(|call| call["error_code"] == "CANCELLED"), "{calls:?}");
    let paid = onlooker.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
    assert_eq!(paid.data()["amount_cents"], told.data()["amount_cents"], "{}", paid.0);
}

#[tokio::test]
async fn many_calls_cancelled_at_once_leave_no_stay_by_half() {
    let world = World::new();
    let (server, onlooker) = (world.staff(), world.staff());
    let arrivals = [("BK-0003", "sarah@example.com", 3), ("BK-0004", "wei.chen@example.com", 4)];
    for (booking, guest, id) in arrivals {
        let arguments =
            json!({"guest_email": guest, "booking_number": booking, "idempotency_token": booking});
        server.line(&call(900 + id, "check_in_guest", &arguments)).await;
        cancel(&server, 900 + id).await;
    }
    for (booking, guest, _) in arrivals {
        let seen = stay(&onlooker, booking).await;
        // Between the two looks the check-in may happen; a room is never let without its booking.
        let whole = [("Reserved", "Vacant"), ("Reserved", "Occupied"), ("Checked In", "Occupied")];
        assert!(whole.contains(&(seen.0.as_str(), seen.1.as_str())), "{booking}: {seen:?}");
        let arguments =
            json!({"guest_email": guest, "booking_number": booking, "idempotency_token": booking});
        assert_eq!(server.call("check_in_guest", arguments).await.data()["status"], "Checked In");
        assert_eq!(stay(&onlooker, booking).await, ("Checked In".into(), "Occupied".into()));
    }
}

#[tokio::test]
async fn cancelling_what_is_answered_or_was_never_asked_harms_nothing() {
    let server = World::new().staff();
    server.call("search_contacts", json!({})).await.data();
    for id in [1, 2, 77_777] {
        cancel(&server, id).await;
    }
    server.line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#).await;
    assert!(server.request("tools/list", json!({})).await.unwrap()["result"].is_object());
}
