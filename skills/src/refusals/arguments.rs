//! Refusals of what a caller gave.

use crate::error::{ErrorCode, Refusal};
use crate::words::{Cents, Date};
use serde_json::{Value, json};

/// An argument is missing or invalid. `allowed` is left out when the rule is clear without it.
pub fn invalid_argument(field: &str, problem: &str, allowed: Option<Value>) -> Refusal {
    let refusal = Refusal::new(ErrorCode::ValidationError, format!("{field}: {problem}"))
        .next("Correct the argument and call again; nothing was done.")
        .detail("field", field);
    match allowed {
        Some(allowed) => refusal.detail("allowed", allowed),
        None => refusal,
    }
}

/// A change names nothing to change.
pub fn nothing_to_change(fields: &[&str]) -> Refusal {
    Refusal::new(
        ErrorCode::ValidationError,
        format!("Nothing to change: give at least one of {}.", fields.join(", ")),
    )
    .next("Say what to change and call again; nothing was done.")
    .detail("allowed", json!(fields))
}

/// Dates that can be parsed but not booked.
pub fn invalid_dates(field: &str, problem: impl std::fmt::Display, today: Date) -> Refusal {
    Refusal::new(ErrorCode::InvalidDates, format!("{field}: {problem}"))
        .next("Ask for other dates.")
        .detail("field", field)
        .detail("today", today.to_string())
}

/// The amount given is not what the stay costs.
pub fn amount_mismatch(given: Cents, folio: Cents, currency: &str) -> Refusal {
    Refusal::new(
        ErrorCode::AmountMismatch,
        format!("The stay costs {folio} {currency}, not {given}; nothing was charged."),
    )
    .next("Tell the guest the right amount; call again with it, or without amount_cents.")
    .detail("folio_cents", folio.0)
    .detail("amount_cents", given.0)
}

/// The token was already used for another request.
pub fn token_reused(tool: &str) -> Refusal {
    Refusal::new(
        ErrorCode::IdempotencyTokenReused,
        format!("This idempotency_token already stands for another call of {tool}."),
    )
    .next("Use a new token for a new request, or leave it out.")
    .detail("field", "idempotency_token")
}
