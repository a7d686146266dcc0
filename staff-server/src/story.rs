//! Told for the staff: a checkout that goes wrong in the usual ways.

use orchestrators::demo::{Shown, Step, Story};
use serde_json::json;

const BETH: &str = "beth.gibbs@email.com";

/// Beth Gibbs leaves room 201.
pub(crate) fn story() -> Story {
    Story {
        teller: "staff",
        about: "\"Beth Gibbs is checking out, and she says the toilet in her room is broken.\"",
        environment: [("STAFF_EMAIL", "manager@dewyhotel.com")],
        steps: vec![
            Step {
                name: "stay",
                said: "Front desk: \"Beth Gibbs is here to check out. What does her stay cost?\"",
                tool: "search_bookings_on_behalf_of_staff",
                arguments: |_| json!({"guest_email": BETH, "status_filter": "Checked In"}),
                refused: None,
                expected: vec![("/count", json!(1)), ("/bookings/0/room_number", json!("201"))],
                shown: Shown::Rows(
                    "bookings",
                    &["booking_number", "guest_name", "room_number", "status", "total_nights", "folio_cents"],
                ),
                notice: "Amounts are whole cents; folio_cents is what is due if she leaves today.",
            },
            Step {
                name: "declined",
                said: "Beth: \"Take this card, please.\" It is a card the bank will decline.",
                tool: "process_guest_checkout",
                arguments: |told| {
                    json!({
                        "guest_email": BETH,
                        "amount_cents": told.get("stay", "/bookings/0/folio_cents"),
                        "payment_method_id": "pm_card_chargeDeclined"
                    })
                },
                refused: Some("PAYMENT_FAILED"),
                expected: vec![],
                shown: Shown::Fields(&[]),
                notice: "Nothing was charged and nothing was moved: she is still checked in.",
            },
            Step {
                name: "checkout",
                said: "Beth: \"How embarrassing. Then this one.\"",
                tool: "process_guest_checkout",
                arguments: |told| {
                    json!({
                        "guest_email": BETH,
                        "amount_cents": told.get("stay", "/bookings/0/folio_cents"),
                        "payment_method_id": "pm_card_visa"
                    })
                },
                refused: None,
                expected: vec![("/status", json!("Checked Out")), ("/room_status", json!("Cleaning"))],
                shown: Shown::Fields(&[
                    "booking_number",
                    "status",
                    "room_status",
                    "amount_cents",
                    "payment_intent_id",
                ]),
                notice: "Charged once; booking, room and sale moved together. She gets her receipt by SMS.",
            },
            Step {
                name: "maintenance",
                said: "Manager: \"Get the toilet of that room repaired, and nobody goes in there before it is.\"",
                tool: "submit_maintenance_request",
                arguments: |told| {
                    json!({
                        "room_number": told.get("stay", "/bookings/0/room_number"),
                        "description": "The toilet is broken.",
                        "priority": "High",
                        "take_room_out_of_use": true
                    })
                },
                refused: None,
                expected: vec![("/created", json!(true)), ("/room_status", json!("Maintenance"))],
                shown: Shown::Fields(&[
                    "case_number",
                    "subject",
                    "priority",
                    "room_number",
                    "room_status",
                    "affected_reservations",
                ]),
                notice: "The manager who asks is whom the server acts for. No coming reservation is affected.",
            },
            Step {
                name: "audit",
                said: "Manager: \"What exactly happened with that booking?\"",
                tool: "search_tool_calls",
                arguments: |told| {
                    json!({
                        "booking_number": told.get("stay", "/bookings/0/booking_number"),
                        "tool": "process_guest_checkout"
                    })
                },
                refused: None,
                expected: vec![
                    ("/tool_calls/0/outcome", json!("done")),
                    ("/tool_calls/1/outcome", json!("refused")),
                    ("/tool_calls/1/error_code", json!("PAYMENT_FAILED")),
                ],
                shown: Shown::Rows("tool_calls", &["tool", "caller", "outcome", "error_code", "steps"]),
                notice: "The newest first: every call with who made it, its steps, and its messages.",
            },
            Step {
                name: "compensation",
                said: "Manager: \"She had a broken toilet for two days. Undo that checkout: she gets her money back.\"",
                tool: "compensate_checkout_failure",
                arguments: |told| {
                    json!({
                        "guest_email": BETH,
                        "payment_intent_id": told.get("checkout", "/payment_intent_id"),
                        "reason": "The toilet was broken."
                    })
                },
                refused: None,
                expected: vec![
                    ("/stay_reopened", json!(false)),
                    ("/room_status", json!("Maintenance")),
                    ("/booking_status", json!("Checked Out")),
                ],
                shown: Shown::Fields(&[
                    "refund_amount_cents",
                    "refund_status",
                    "stay_reopened",
                    "reason",
                    "actions",
                ]),
                notice: "Undoing a checkout refunds it and reopens the stay. Here only the money goes back, and the \
                         answer says why: nobody can be put back into a room that is being repaired.",
            },
            Step {
                name: "again",
                said: "Manager, a minute later: \"Did I refund her? I'd better do it again.\"",
                tool: "compensate_checkout_failure",
                arguments: |told| {
                    json!({
                        "guest_email": BETH,
                        "payment_intent_id": told.get("checkout", "/payment_intent_id")
                    })
                },
                refused: Some("ALREADY_REFUNDED"),
                expected: vec![],
                shown: Shown::Fields(&[]),
                notice: "Money goes back once.",
            },
        ],
    }
}
