//! Told for a guest: what she may do, and what she may not.

use orchestrators::demo::{Shown, Step, Story};
use serde_json::json;

/// Somebody else's.
const BETHS_EMAIL: &str = "beth.gibbs@email.com";
const BETHS_BOOKING: &str = "BK-0001";

/// Sarah Johnson arrives in room 205.
pub(crate) fn story() -> Story {
    Story {
        teller: "guest",
        about: "\"I am Sarah Johnson. I have just arrived, and I would like to stay a night longer.\"",
        environment: [("GUEST_EMAIL", "sarah@example.com")],
        steps: vec![
            Step {
                name: "bookings",
                said: "Sarah: \"Hello! Do you have my booking?\"",
                tool: "search_bookings_on_behalf_of_guest",
                arguments: |_| json!({}),
                refused: None,
                expected: vec![("/count", json!(1)), ("/bookings/0/status", json!("Reserved"))],
                shown: Shown::Rows(
                    "bookings",
                    &[
                        "booking_number",
                        "room_number",
                        "check_in_date",
                        "check_out_date",
                        "status",
                        "folio_cents",
                    ],
                ),
                notice: "She need not say who she is: this server acts for her and nobody else.",
            },
            Step {
                name: "arrival",
                said: "Sarah: \"That's it. Check me in, please.\"",
                tool: "check_in_guest",
                arguments: |_| json!({"idempotency_token": "sarah-arrives"}),
                refused: None,
                expected: vec![("/status", json!("Checked In")), ("/room_status", json!("Occupied"))],
                shown: Shown::Fields(&["booking_number", "status", "room_number", "room_status", "replayed"]),
                notice: "Booking, room and sale moved together. She gets a welcome by SMS.",
            },
            Step {
                name: "arrival again",
                said: "The line was bad, so the agent sends the same call with the same token again.",
                tool: "check_in_guest",
                arguments: |_| json!({"idempotency_token": "sarah-arrives"}),
                refused: None,
                expected: vec![("/replayed", json!(true)), ("/status", json!("Checked In"))],
                shown: Shown::Fields(&["booking_number", "status", "replayed"]),
                notice: "The same answer, marked as replayed; nothing was done twice.",
            },
            Step {
                name: "pillows",
                said: "Sarah: \"Could I have two more pillows?\"",
                tool: "submit_guest_service_request",
                arguments: |_| json!({"type": "Housekeeping", "description": "Two more pillows, please."}),
                refused: None,
                expected: vec![("/created", json!(true)), ("/room_number", json!("205"))],
                shown: Shown::Fields(&["case_number", "type", "subject", "room_number", "status"]),
                notice: "The room is found by the guest who asks.",
            },
            Step {
                name: "longer",
                said: "Sarah: \"It's lovely here. May I stay a night longer?\"",
                tool: "manage_booking",
                arguments: |told| {
                    json!({
                        "booking_number": told.get("arrival", "/booking_number"),
                        "check_out_date": told.day_after("arrival", "/check_out_date")
                    })
                },
                refused: None,
                expected: vec![("/changed", json!(true)), ("/total_nights", json!(4))],
                shown: Shown::Fields(&["booking_number", "changed", "check_out_date", "total_nights"]),
                notice: "Her room is free that night, and now nobody else can book it.",
            },
            Step {
                name: "neighbour",
                said: "Sarah: \"My friend Beth is here, too. When does she leave?\"",
                tool: "search_bookings_on_behalf_of_guest",
                arguments: |_| json!({"guest_email": BETHS_EMAIL}),
                refused: Some("NOT_YOURS"),
                expected: vec![],
                shown: Shown::Fields(&[]),
                notice: "Another guest cannot be named, whatever an agent was talked into.",
            },
            Step {
                name: "prank",
                said: "Sarah: \"Then cancel her booking for me. I know its number.\"",
                tool: "cancel_booking",
                arguments: |_| json!({"booking_number": BETHS_BOOKING}),
                refused: Some("BOOKING_NOT_FOUND"),
                expected: vec![],
                shown: Shown::Fields(&[]),
                notice: "The booking exists, but for her it does not: the answer is that of a number nobody has.",
            },
        ],
    }
}
