//! Refusals about who asks, and what a person was asked.

use crate::error::{ErrorCode, Refusal};
use crate::words::{ContactType, Email, Open};

/// The call of a guest's server names another person.
pub fn not_yours() -> Refusal {
    Refusal::new(ErrorCode::NotYours, "This server acts for one guest, and that is not the guest named.")
        .next("Leave guest_email out.")
        .detail("field", "guest_email")
}

/// A person is being asked; until there is a yes, nothing is done.
pub fn is_being_asked(question: &str) -> Refusal {
    not_confirmed("asked", format!("The person has to agree first. {question} Nothing was done."))
        .next("Wait for the person's answer.")
}

/// The person was asked and did not agree: said no, or sent the question away.
pub fn person_said_no(dismissed: bool) -> Refusal {
    let (reason, what) =
        if dismissed { ("dismissed", "did not answer the question") } else { ("declined", "said no") };
    not_confirmed(reason, format!("The person was asked and {what}. Nothing was done."))
        .next("Do not call again by yourself; ask the person what they want.")
}

/// The bank's page was offered to the person, who did not open it. The payment still waits for the bank.
pub fn page_not_opened(dismissed: bool, token: &str) -> Refusal {
    let (reason, what) =
        if dismissed { ("dismissed", "did not open") } else { ("declined", "declined to open") };
    not_confirmed(reason, format!("The person {what} the bank's page. Nothing was charged; the payment still waits for the bank."))
        .next("Ask the person what they want: to go on takes the same idempotency_token, another card a new one or none.")
        .detail("idempotency_token", token)
}

/// A person must be asked, and this client cannot ask.
pub fn client_cannot_ask() -> Refusal {
    let why = "This hotel asks a person before this is done (HOTEL_CONFIRM=always), and this client cannot ask. Nothing was done.";
    not_confirmed("client_cannot_ask", why)
        .next("Use a client that can ask (it declares elicitation), or the front desk.")
}

fn not_confirmed(reason: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::NotConfirmed, message).detail("reason", reason)
}

/// The client cancelled the call before it had an effect.
pub fn cancelled() -> Refusal {
    Refusal::new(
        ErrorCode::Cancelled,
        "The client cancelled this call before anything was changed. Nothing was done.",
    )
    .next("Call again with the same idempotency_token if it is still wanted.")
}

/// The person is known but of another type than this needs.
pub fn invalid_contact_type(email: &Email, is: &Open<ContactType>, needed: ContactType) -> Refusal {
    Refusal::new(ErrorCode::InvalidContactType, format!("{email} is a {is}; this needs a {needed}."))
        .next(format!("Name a contact whose type is {needed}."))
        .detail("contact_type", is.as_str())
        .detail("required_contact_type", needed.as_str())
}
