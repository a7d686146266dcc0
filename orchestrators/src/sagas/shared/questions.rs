//! What a person is asked before money moves, or before something that cannot be taken back. Each question is bound to the
//! facts that it states: if one changes, the person is asked anew.

use crate::saga::{Question, Run};
use serde_json::{Value, json};
use skills::records::Stay;
use skills::systems::payments::{Card, Intent};
use skills::words::{BookingStatus, Cents, Date, PaymentMethodId};

/// Whether to check a stay out, and to charge what is due.
pub(crate) fn check_out(
    saga: &Run,
    stay: &Stay,
    due: Cents,
    leaving: Date,
    method: Option<&PaymentMethodId>,
    card: Option<&Card>,
) -> Question {
    let nights = nights(stay.nights.from, leaving);
    let charge = match (due, card, method) {
        (Cents(0), ..) => "Nothing is due.".to_owned(),
        (due, Some(card), _) => format!("{} will be charged to the card {card}.", money(saga, due)),
        (due, None, Some(method)) => {
            format!("{} will be charged to the payment method {method}.", money(saga, due))
        }
        (due, None, None) => format!("{} is due.", money(saga, due)),
    };
    let recorded = stay.recorded_as_paid().filter(|_| due > Cents(0));
    let otherwise = recorded.map_or_else(String::new, |paid| {
        format!(" The records have {} as paid already; nothing of it is taken off.", money(saga, paid))
    });
    let mut facts = json!({
        "check_out": stay.booking, "key": stay.key, "guest": stay.guest.email, "room": stay.room.number,
        "from": stay.nights.from, "leaving": leaving, "amount_cents": due, "currency": saga.currency(), "method": method,
    });
    if let Some(paid) = recorded {
        facts["recorded_cents"] = json!(paid);
    }
    Question {
        says: format!(
            "Check {} out of room {} (booking {}, since {}, {nights})? {charge}{otherwise}",
            who(stay),
            stay.room.number,
            stay.booking,
            stay.nights.from
        ),
        facts,
        once: None,
    }
}

/// Whether to give a payment back, and to reopen its stay if that is possible.
pub(crate) fn give_back(saga: &Run, stay: &Stay, intent: &Intent, reopens: bool) -> Question {
    let amount = Cents(intent.amount.0.saturating_sub(intent.refunded().0));
    let to =
        intent.card.as_ref().map(|card| format!(" It goes back to the card {card}.")).unwrap_or_default();
    let then = reopening(stay, reopens);
    let once = json!({
        "refund": intent.id, "amount_cents": amount, "currency": intent.currency, "booking": stay.booking,
        "key": stay.key, "guest": stay.guest.email, "room": stay.room.number, "reopens": reopens,
    });
    let more = json!({"from": stay.nights.from, "until": stay.nights.to, "card": intent.card});
    Question {
        says: format!(
            "Refund {} to {} for booking {} in room {} ({})?{to} {then}",
            money(saga, amount),
            who(stay),
            stay.booking,
            stay.room.number,
            days(stay)
        ),
        facts: together(&once, more),
        once: Some(once),
    }
}

/// Whether to take back a checkout that cost nothing.
pub(crate) fn reopen(stay: &Stay, reopens: bool) -> Question {
    let once = json!({
        "reopen": stay.booking, "key": stay.key, "guest": stay.guest.email, "room": stay.room.number, "reopens": reopens,
    });
    Question {
        says: format!(
            "Take back the checkout of {} from room {} (booking {}, {})? Nothing was paid, so nothing is refunded. {}",
            who(stay),
            stay.room.number,
            stay.booking,
            days(stay),
            reopening(stay, reopens)
        ),
        facts: together(&once, json!({"from": stay.nights.from, "until": stay.nights.to})),
        once: Some(once),
    }
}

/// Whether to cancel a booking, or to mark its guest as a no-show.
pub(crate) fn cancel(saga: &Run, stay: &Stay, to: BookingStatus) -> Question {
    let (ask, then) = if to == BookingStatus::NoShow {
        ("Mark as a no-show", "Its nights are free for others at once.")
    } else {
        ("Cancel", "This cannot be taken back: its nights are free for others at once.")
    };
    let price = stay.price();
    let costs = match price {
        Some(price) => format!("The stay would cost {}.", money(saga, price)),
        None => "What the stay would cost is not known.".to_owned(),
    };
    // A booking may be recorded as paid before its guest arrives; that is not for this tool.
    let paid = stay.recorded_as_paid();
    let refund = match paid {
        Some(paid) => {
            format!("{} is recorded as paid; nothing of it is refunded by this.", money(saga, paid))
        }
        None => "Nothing was paid, so nothing is refunded.".to_owned(),
    };
    let once = json!({
        "cancel": stay.booking, "key": stay.key, "to": to, "guest": stay.guest.email, "room": stay.room.number,
        "from": stay.nights.from, "until": stay.nights.to,
    });
    let more = json!({"price_cents": price, "paid_cents": paid, "currency": saga.currency()});
    Question {
        says: format!(
            "{ask} booking {} of {} (room {}, {})? {costs} {refund} {then}",
            stay.booking,
            who(stay),
            stay.room.number,
            days(stay)
        ),
        facts: together(&once, more),
        once: Some(once),
    }
}

/// The facts of an earlier release with those that were added since.
fn together(once: &Value, more: Value) -> Value {
    let mut all = once.clone();
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}

/// Whom it is about. A name is the guest's own words, so it stands in quotation marks that it cannot end.
fn who(stay: &Stay) -> String {
    format!("“{}”", stay.guest.name().replace(['“', '”', '"'], "'"))
}

fn reopening(stay: &Stay, reopens: bool) -> String {
    if reopens {
        format!("The stay is open again until {}.", stay.planned_departure)
    } else {
        format!("Booking {} stays {}.", stay.booking, stay.status)
    }
}

/// The stay's days: `2026-11-26 to 2026-11-28, 2 nights`.
fn days(stay: &Stay) -> String {
    let (from, to) = (stay.nights.from, stay.nights.to);
    format!("{from} to {to}, {}", nights(from, to))
}

fn nights(from: Date, to: Date) -> String {
    match from.days_until(to).max(1) {
        1 => "1 night".to_owned(),
        several => format!("{several} nights"),
    }
}

pub(crate) fn money(saga: &Run, amount: Cents) -> String {
    format!("{amount} {}", saga.currency().to_uppercase())
}
