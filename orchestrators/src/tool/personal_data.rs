//! Fields of arguments and answers that describe the action, not the person: their values stay when a person is
//! forgotten, and may appear in the log.

/// Text fields whose values stay, beside numbers and booleans: they describe the action, not the person.
const KEPT: [&str; 26] = [
    "arriving_on",
    "booking_number",
    "case_number",
    "code",
    "currency",
    "decline_code",
    "departing_on",
    "error_code",
    "field",
    "filter",
    "outcome",
    "payment_intent_id",
    "previous_room_number",
    "priority",
    "refund_id",
    "room_name",
    "room_number",
    "since",
    "status",
    "step",
    "steps",
    "today",
    "tool",
    "transaction_id",
    "type",
    "undo_of",
];
/// Fields with these endings stay too.
const KEPT_ENDINGS: [&str; 5] = ["_at", "_date", "_filter", "_status", "_type"];

/// Whether a field describes the action, not the person.
pub(crate) fn says_what_was_done(key: &str) -> bool {
    KEPT.contains(&key) || KEPT_ENDINGS.iter().any(|ending| key.ends_with(ending))
}
