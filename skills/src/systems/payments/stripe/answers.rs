//! What Stripe's objects and errors mean to the servers.

use super::super::{Card, CustomerId, Decline, Intent, IntentStatus, Refund};
use crate::error::Kind;
use crate::systems::failures::{Said, stripe as codes};
use crate::systems::remote::Reply;
use crate::words::{BookingNumber, Cents, Email, PaymentIntentId};
use jiff::Timestamp;
use serde_json::Value;

/// The parts of a Stripe error that are used (<https://docs.stripe.com/api/errors>).
pub(super) struct StripeError {
    /// `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`.
    pub(super) kind: String,
    pub(super) code: String,
    pub(super) decline_code: Option<String>,
    pub(super) param: String,
    pub(super) message: String,
}

impl StripeError {
    /// Who can mend it.
    pub(super) fn mended_by(&self, status: u16) -> Kind {
        codes::kind(status, &self.kind, &self.code)
    }

    /// Stripe's sentence, for whoever runs the hotel.
    pub(super) fn said(&self) -> Said {
        codes::said(&self.kind, &self.code, &self.param, &self.message)
    }

    /// Whether the key was used before for a request with other parameters.
    pub(super) fn is_key_of_another(&self) -> bool {
        self.kind == "idempotency_error"
    }
}

/// Whether Stripe has read the request and refuses it: nothing was done, and the same request would be refused again. A 404
/// of a gateway, or of a wrong address, is no such answer.
pub(super) fn is_definite_no(reply: &Reply) -> bool {
    let error = error(reply);
    let of_the_request = matches!(error.kind.as_str(), "invalid_request_error" | "card_error");
    match reply.status.as_u16() {
        400 | 402 => of_the_request,
        404 => of_the_request && error.code == "resource_missing",
        _ => false,
    }
}

/// The error of a reply; empty for a success.
pub(super) fn error(reply: &Reply) -> StripeError {
    of(&reply.body["error"])
}

fn of(body: &Value) -> StripeError {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    StripeError {
        kind: text("type"),
        code: text("code"),
        decline_code: Some(text("decline_code")).filter(|code| !code.is_empty()),
        param: text("param"),
        message: text("message"),
    }
}

/// Why a payment method was not charged. Stripe's sentence about a card is for the cardholder. Its sentence about a request
/// is for developers and may name somebody else's customer, so it is not passed on.
pub(super) fn decline(error: &StripeError) -> Decline {
    let message = match (error.kind.as_str(), error.message.as_str()) {
        ("card_error", "") => "The card was declined.",
        ("card_error", said) => said,
        _ if error.code == "payment_intent_authentication_failure" => "The payment was not authenticated.",
        _ => "This payment method cannot be charged.",
    };
    Decline {
        code: if error.code.is_empty() { error.kind.clone() } else { error.code.clone() },
        decline_code: error.decline_code.clone(),
        message: message.to_owned(),
    }
}

/// Reads an intent; none if the object is not one of ours.
pub(super) fn intent(body: &Value) -> Option<Intent> {
    let charge = &body["latest_charge"];
    let status: IntentStatus = serde_json::from_value(body["status"].clone()).ok()?;
    let metadata = &body["metadata"];
    Some(Intent {
        id: PaymentIntentId::new(body["id"].as_str()?).ok()?,
        status,
        amount: cents(&body["amount"])?,
        currency: body["currency"].as_str()?.to_owned(),
        guest: metadata["guest_email"].as_str().and_then(|email| Email::new(email).ok()),
        booking: metadata["booking_number"].as_str().and_then(|number| BookingNumber::new(number).ok()),
        booking_key: metadata["booking_key"].as_str().map(str::to_owned),
        number: metadata["intent_number"].as_str().and_then(|number| number.parse().ok()),
        customer: id_of(&body["customer"]).map(CustomerId),
        receipt_email: body["receipt_email"].as_str().map(str::to_owned),
        disputed: charge["disputed"] == true,
        charge_id: id_of(charge),
        next_action_url: body["next_action"]["redirect_to_url"]["url"].as_str().map(str::to_owned),
        declined: Some(&body["last_payment_error"]).filter(|it| it.is_object()).map(|it| decline(&of(it))),
        created_at: moment(&body["created"])?,
        charged_at: moment(&charge["created"]),
        card: card(&charge["payment_method_details"]).filter(|_| charge["paid"] == true),
        refunds: refunds_of(charge["refunds"]["data"].as_array().map_or(&[], Vec::as_slice)),
    })
}

/// The card of a payment method, or of a charge's copy of one.
pub(super) fn card(method: &Value) -> Option<Card> {
    let text = |name: &str| method["card"][name].as_str().map(str::to_owned);
    text("brand").zip(text("last4")).map(|(brand, last4)| Card { brand, last4 })
}

/// The refunds, whatever their status.
pub(super) fn refunds_of(list: &[Value]) -> Vec<Refund> {
    let refund = |body: &Value| {
        Some(Refund {
            id: body["id"].as_str()?.to_owned(),
            payment: id_of(&body["payment_intent"]).and_then(|id| PaymentIntentId::new(id).ok()),
            amount: cents(&body["amount"])?,
            status: body["status"].as_str()?.to_owned(),
            failure_reason: body["failure_reason"].as_str().map(str::to_owned),
            why: body["metadata"]["why"].as_str().map(str::to_owned),
            since: moment(&body["created"]).map(|at| at.to_string()),
        })
    };
    list.iter().filter_map(refund).collect()
}

/// The id of an object that may be expanded in its place.
fn id_of(object: &Value) -> Option<String> {
    object.as_str().or_else(|| object["id"].as_str()).map(str::to_owned)
}

fn moment(seconds: &Value) -> Option<Timestamp> {
    seconds.as_i64().and_then(|at| Timestamp::from_second(at).ok())
}

fn cents(amount: &Value) -> Option<Cents> {
    amount.as_u64().map(Cents)
}
