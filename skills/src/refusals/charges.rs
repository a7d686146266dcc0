//! Refusals of a charge.

use super::invalid_argument;
use crate::error::{ErrorCode, Refusal};
use crate::systems::payments::{Decline, Intent};
use crate::words::{Cents, PaymentIntentId};

/// The records use another currency than the hotel.
pub fn currency_mismatch(records: &str, hotel: &str) -> Refusal {
    let (records, hotel) = (records.to_uppercase(), hotel.to_uppercase());
    Refusal::new(
        ErrorCode::CurrencyMismatch,
        format!(
            "The hotel's records are in {records}, but this server charges in {hotel}. Nothing was charged."
        ),
    )
    .next("Whoever runs the hotel must set HOTEL_CURRENCY to the currency of its records.")
    .detail("currency_of_records", records)
    .detail("currency", hotel)
}

/// The card was declined, or the payment cannot go on.
pub fn payment_failed(decline: &Decline) -> Refusal {
    let mut refusal = Refusal::new(
        ErrorCode::PaymentFailed,
        format!("{} Nothing was charged and the stay is still open.", decline.message),
    )
    .next("Ask for another payment method and call again.")
    .detail("code", decline.code.as_str());
    if let Some(decline_code) = &decline.decline_code {
        refusal = refusal.detail("decline_code", decline_code.as_str());
    }
    refusal
}

/// The card was declined, for a reason that its holder's agent must not see.
pub fn card_declined() -> Refusal {
    payment_failed(&Decline {
        code: "card_declined".to_owned(),
        decline_code: Some("generic_decline".to_owned()),
        message: "The card was declined.".to_owned(),
    })
}

/// The amount cannot be charged to a card: zero, too small, or too large.
pub fn amount_not_chargeable(amount: Cents, currency: &str, code: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentFailed,
        format!(
            "No card can be charged {amount} {currency}. Nothing was charged and the stay is still open."
        ),
    )
    .next("Another payment method changes nothing: ask the staff to look at the price of the stay.")
    .detail("code", code)
}

/// The payment began too long ago to be sent again.
pub fn payment_lapsed() -> Refusal {
    payment_failed(&Decline {
        code: "payment_lapsed".to_owned(),
        decline_code: None,
        message: "The payment was begun too long ago and did not take place.".to_owned(),
    })
}

/// The guest was asked to authenticate and did not.
pub fn payment_not_authenticated() -> Refusal {
    payment_failed(&Decline {
        code: "payment_intent_authentication_failure".to_owned(),
        decline_code: Some("authentication_required".to_owned()),
        message: "The bank's request to authenticate was not answered in time.".to_owned(),
    })
}

/// The payment method does not exist.
pub fn no_such_payment_method() -> Refusal {
    invalid_argument("payment_method_id", "there is no such payment method", None)
}

/// The payment method is saved for a customer who is not the guest.
pub fn payment_method_of_another() -> Refusal {
    invalid_argument(
        "payment_method_id",
        "it is saved for somebody else than the guest; nothing was charged",
        None,
    )
    .next("Call again with a payment method of the guest's own.")
}

/// The bank asks the guest to authenticate.
pub fn payment_action_required(payment: &PaymentIntentId, url: &str) -> Refusal {
    Refusal::new(
        ErrorCode::PaymentActionRequired,
        "The bank asks the guest to confirm the payment. Nothing has been charged yet.",
    )
    .next("Have the guest open details.next_action_url, then call again with the same idempotency_token.")
    .detail("payment_intent_id", payment.as_str())
    .detail("next_action_url", url)
}

/// An earlier payment of the stay is disputed or partly refunded: a person must decide what the guest owes.
pub fn payment_in_question(intent: &Intent) -> Refusal {
    let is = if intent.disputed { "is disputed" } else { "has gone back in part" };
    let message = format!("A payment of {} for this stay {is}. Nothing was charged.", intent.amount);
    Refusal::new(ErrorCode::NeedsAttention, message)
        .next("Staff: see retrieve_payment_status; settle it in the processor's dashboard, then check out again.")
        .detail("payment_intent_id", intent.id.as_str())
        .detail("disputed", intent.disputed)
        .detail("refunded_cents", intent.refunded().0)
}

/// The stay was paid in another currency than the hotel charges: a person must say what the guest owes.
pub fn paid_in_another_currency(intent: &Intent, currency: &str) -> Refusal {
    let (paid, currency) = (intent.currency.to_uppercase(), currency.to_uppercase());
    let message = format!(
        "{} {paid} were paid for this stay, but this server charges in {currency}. Nothing was charged.",
        intent.amount
    );
    Refusal::new(ErrorCode::CurrencyMismatch, message)
        .next("Staff: set HOTEL_CURRENCY alike everywhere, or give this payment back in the processor's dashboard; then check out again.")
        .detail("payment_intent_id", intent.id.as_str())
        .detail("currency", currency)
        .detail("currency_of_payment", paid)
}

/// A payment is due, and no payment method was given.
pub fn payment_method_missing(folio: Cents, currency: &str) -> Refusal {
    let problem = format!("{folio} {currency} is due; say what to charge");
    invalid_argument("payment_method_id", &problem, None)
}

/// A new card or price has replaced the payment that waited for the guest.
pub fn payment_replaced() -> Refusal {
    payment_failed(&Decline {
        code: "payment_intent_canceled".to_owned(),
        decline_code: None,
        message: "This payment was given up: another card or another price took its place.".to_owned(),
    })
}
