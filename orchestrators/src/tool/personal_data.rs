//! Which fields of arguments and answers say what was done, and not to whom: these are kept when a person is forgotten, and
//! may stand in the log.

/// What keeps its value in arguments and answers, beside numbers and truth values: it says what was done, not to whom.
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
/// So do names with these endings.
const KEPT_ENDINGS: [&str; 5] = ["_at", "_date", "_filter", "_status", "_type"];

/// Whether a field's value says what was done, and not to whom.
pub(crate) fn says_what_was_done(key: &str) -> bool {
    KEPT.contains(&key) || KEPT_ENDINGS.iter().any(|ending| key.ends_with(ending))
}
