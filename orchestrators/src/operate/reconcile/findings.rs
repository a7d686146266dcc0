//! Differences between the processor's payments and the hotel's records.

use super::hidden;
use super::reader::Reader;
use crate::sagas::shared::paid_stay::{Missing, goes_back};
use crate::sagas::shared::whose_money::belongs;
use jiff::Timestamp;
use serde::Serialize;
use skills::operations::payments::MOST_REFUNDS_ASKED_FOR;
use skills::records::{Listed, Stay};
use skills::systems::payments::{Intent, IntentStatus, Money};
use skills::words::{BookingNumber, BookingStatus, Cents, Date, Email, Open, PaymentIntentId};
use skills::{Refusal, SkillError, refusals};
use std::collections::{HashMap, HashSet};

/// The outcome of an open finding, and of one that is now in order.
pub(super) const TO_DO: &str = "to_do";
pub(super) const DONE: &str = "done";

/// The action of `--fix` on a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Action {
    /// Close the stay with the payment.
    Finish,
    /// Refund the payment.
    Refund,
    /// Record the payment or refund in the hotel's records.
    Record,
    /// Nothing: a person must decide.
    None,
}

/// The action for a finding, and its result.
#[derive(Debug, Serialize)]
pub(super) struct Remedy {
    pub(super) action: Action,
    /// `to_do`, `done`, or the error code of the attempt.
    pub(super) outcome: String,
    pub(super) message: String,
    /// The action's arguments.
    #[serde(skip)]
    pub(super) task: Option<Task>,
}

/// A payment to act on.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) payment: PaymentIntentId,
    pub(super) booking: BookingNumber,
    /// The guest of the stay; none if the records have no such stay.
    pub(super) guest: Option<Email>,
    pub(super) paid_at: Timestamp,
    /// How many refunds of it were asked for: one more is another task.
    pub(super) refunds: usize,
    /// What is missing; none if they cannot be made to agree and the money goes back.
    pub(super) missing: Option<Missing>,
}

/// A payment with which no stay is closed.
#[derive(Debug, Serialize)]
pub(super) struct PaymentFinding {
    pub(super) payment_intent_id: PaymentIntentId,
    pub(super) booking_number: BookingNumber,
    pub(super) guest_email: Option<Email>,
    pub(super) amount_cents: Cents,
    pub(super) currency: String,
    pub(super) paid_at: String,
    pub(super) stay_status: Option<Open<BookingStatus>>,
    #[serde(flatten)]
    pub(super) remedy: Remedy,
}

/// A closed stay for which the records have no payment, or one that the processor does not hold.
#[derive(Debug, Serialize)]
pub(super) struct StayFinding {
    pub(super) booking_number: BookingNumber,
    pub(super) guest_email: Email,
    pub(super) folio_cents: Cents,
    pub(super) departed_on: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payment_intent_id: Option<PaymentIntentId>,
    #[serde(flatten)]
    pub(super) remedy: Remedy,
}

/// A closed stay's payment that is disputed or partly refunded.
#[derive(Debug, Serialize)]
pub(super) struct QuestionFinding {
    pub(super) payment_intent_id: PaymentIntentId,
    pub(super) booking_number: BookingNumber,
    pub(super) amount_cents: Cents,
    pub(super) refunded_cents: Cents,
    pub(super) disputed: bool,
    pub(super) message: String,
}

#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) payments: Vec<PaymentFinding>,
    pub(super) questions: Vec<QuestionFinding>,
    pub(super) stays: Vec<StayFinding>,
}

impl Findings {
    pub(super) fn remedies(&mut self) -> impl Iterator<Item = &mut Remedy> {
        // The records first: they decide which payment a stay is closed with.
        let stays = self.stays.iter_mut().map(|finding| &mut finding.remedy);
        stays.chain(self.payments.iter_mut().map(|finding| &mut finding.remedy))
    }
}

/// Checks everything since `first`, and payments since `oldest` if that is earlier. `in_hand` gives the bookings
/// of unfinished calls; it is called after reading the payments and before reading the stays, so that a call that
/// finishes meanwhile is seen either as unfinished or as finished.
pub(super) async fn find(
    reader: &Reader<'_>,
    first: Timestamp,
    oldest: Option<Timestamp>,
    in_hand: impl AsyncFnOnce() -> anyhow::Result<HashSet<BookingNumber>>,
) -> anyhow::Result<Findings> {
    let paid = reader.payments_since(oldest.map_or(first, |oldest| oldest.min(first))).await?;
    let in_hand = in_hand().await?;
    let mut stays: HashMap<_, _> = reader
        .stays_ended_since(reader.day_of(first))
        .await?
        .into_iter()
        .filter(|stay| !in_hand.contains(&stay.booking))
        .map(|stay| (stay.booking.clone(), stay))
        .collect();
    let mut found = Findings::default();
    for stay in stays.values() {
        found.stays.extend(closed(reader, stay, &paid).await?);
    }
    found.stays.sort_by(|a, b| a.booking_number.cmp(&b.booking_number));
    // A pending refund is checked hourly, and not reported.
    for intent in paid.iter().filter(|intent| !matches!(intent.money(), Money::Back | Money::OnItsWay)) {
        // A payment that names no booking is not for a stay.
        let Some(booking) = intent.booking.clone().filter(|booking| !in_hand.contains(booking)) else {
            continue;
        };
        let mut incomplete = None;
        if !stays.contains_key(&booking) {
            match reader.booking(&booking).await? {
                Some(Listed::Stay(stay)) => drop(stays.insert(booking.clone(), *stay)),
                Some(Listed::Incomplete(lacks)) => incomplete = Some(lacks),
                None => {}
            }
        }
        let stay = stays.get(&booking);
        // Our servers name guest and key. What names neither, another program took, unless the records know it.
        let is_named = intent.booking_key.is_some() || intent.guest.is_some();
        if !is_named && !stay.is_some_and(|stay| belongs(intent, stay)) {
            continue;
        }
        if stay.is_some_and(|stay| reader.missing(intent, stay) == Ok(Missing::Nothing)) {
            found.questions.extend(question(intent, booking));
            continue;
        }
        // Unless it was refunded after the list was read.
        let again = reader
            .payment(&intent.id)
            .await?
            .filter(|intent| !matches!(intent.money(), Money::Back | Money::OnItsWay));
        let Some(intent) = again else { continue };
        // What is missing or hidden in the records decides whose money it is: nobody else can.
        let left_to_a_person = match (stay, &incomplete) {
            (Some(_), _) => None,
            (None, Some(lacks)) => {
                Some(refusals::booking_incomplete(&lacks.booking, &lacks.missing).error_message)
            }
            (None, None) => hidden::may_exist(reader, &intent, &booking).await?,
        };
        match left_to_a_person {
            Some(why) => {
                let status = incomplete.and_then(|lacks| lacks.status);
                found.payments.push(payment_finding(&intent, booking, status, nothing_to_do(why)));
            }
            None => found.judge(reader, &intent, booking, stay),
        }
    }
    Ok(found)
}

impl Findings {
    /// Adds a finding for a payment that holds money and does not agree with its stay.
    fn judge(&mut self, reader: &Reader<'_>, intent: &Intent, booking: BookingNumber, stay: Option<&Stay>) {
        let remedy = match stay {
            None => unknown(intent, &booking),
            // The booking number was used again: the paid stay is unknown.
            Some(stay) if intent.booking_key.is_some() && !belongs(intent, stay) => unknown(intent, &booking),
            Some(stay) if !belongs(intent, stay) => {
                nothing_to_do(format!("Booking {booking} is another guest's."))
            }
            Some(stay) => reader
                .missing(intent, stay)
                .map_or_else(|why| cannot(intent, stay, why), |missing| to_do(intent, stay, missing)),
        };
        // A stay closed without any payment is a finding of its own.
        let closed_unpaid = |stay: &&Stay| {
            stay.status == BookingStatus::CheckedOut && stay.payment.is_none() && belongs(intent, stay)
        };
        match stay.filter(closed_unpaid) {
            Some(stay) => self.stays.push(stay_finding(stay, Some(&intent.id), remedy)),
            None => {
                let status = stay.map(|stay| stay.status.clone());
                self.payments.push(payment_finding(intent, booking, status, remedy));
            }
        }
    }
}

fn payment_finding(
    intent: &Intent,
    booking: BookingNumber,
    stay_status: Option<Open<BookingStatus>>,
    remedy: Remedy,
) -> PaymentFinding {
    PaymentFinding {
        payment_intent_id: intent.id.clone(),
        booking_number: booking,
        guest_email: intent.guest.clone(),
        amount_cents: intent.amount,
        currency: intent.currency.clone(),
        paid_at: intent.paid_at().to_string(),
        stay_status,
        remedy,
    }
}

/// The finding of a closed stay, if no payment's finding covers it.
async fn closed(
    reader: &Reader<'_>,
    stay: &Stay,
    paid: &[Intent],
) -> Result<Option<StayFinding>, SkillError> {
    let Some(payment) = &stay.payment else {
        let stands = |intent: &&Intent| belongs(intent, stay) && !intent.is_refunded();
        if stay.last_payment.is_some() || paid.iter().any(|intent| stands(&intent)) {
            return Ok(None); // refunded and recorded, or covered by the payment's finding
        }
        let why = format!("Nothing was paid for booking {}.", stay.booking);
        return Ok(Some(stay_finding(stay, None, nothing_to_do(why))));
    };
    if payment.is_complimentary() {
        return Ok(None); // it cost nothing
    }
    let known = match paid.iter().find(|intent| intent.id == *payment) {
        Some(intent) => Some(intent.clone()),
        None => reader.payment(payment).await?,
    };
    let remedy = match known {
        Some(intent) if intent.is_refunded() => to_do(&intent, stay, Missing::Refund),
        Some(intent) if intent.status == IntentStatus::Succeeded => return Ok(None),
        Some(_) => nothing_to_do(format!("The recorded payment {payment} was never paid.")),
        None => nothing_to_do(format!("The processor does not know the recorded payment {payment}.")),
    };
    Ok(Some(stay_finding(stay, Some(payment), remedy)))
}

fn stay_finding(stay: &Stay, payment: Option<&PaymentIntentId>, remedy: Remedy) -> StayFinding {
    StayFinding {
        booking_number: stay.booking.clone(),
        guest_email: stay.guest.email.clone(),
        folio_cents: stay.price().unwrap_or_default(),
        departed_on: stay.nights.to,
        payment_intent_id: payment.cloned(),
        remedy,
    }
}

fn to_do(intent: &Intent, stay: &Stay, missing: Missing) -> Remedy {
    let (action, message) = match missing {
        Missing::Nothing | Missing::Closing(_) => {
            (Action::Finish, format!("It was paid, and booking {} is still {}.", stay.booking, stay.status))
        }
        Missing::Charge => (Action::Record, "The records do not know the payment.".to_owned()),
        Missing::Refund => (Action::Record, "The records do not know that the payment went back.".to_owned()),
    };
    Remedy { task: Some(task(intent, stay, Some(missing))), action, outcome: TO_DO.to_owned(), message }
}

/// Refunds money that no stay can need; otherwise a person must decide whose it is.
fn cannot(intent: &Intent, stay: &Stay, why: Refusal) -> Remedy {
    if !goes_back(intent, stay) {
        return nothing_to_do(why.error_message);
    }
    Remedy {
        action: Action::Refund,
        outcome: TO_DO.to_owned(),
        message: why.error_message,
        task: Some(task(intent, stay, None)),
    }
}

fn task(intent: &Intent, stay: &Stay, missing: Option<Missing>) -> Task {
    Task {
        payment: intent.id.clone(),
        booking: stay.booking.clone(),
        paid_at: intent.paid_at(),
        guest: Some(stay.guest.email.clone()),
        refunds: intent.refunds.len(),
        missing,
    }
}

/// The remedy when the records do not have the paid stay.
fn unknown(intent: &Intent, booking: &BookingNumber) -> Remedy {
    let message = format!("There is no booking {booking} that this paid for.");
    if intent.money() != Money::Kept || intent.failed_refunds() >= MOST_REFUNDS_ASKED_FOR {
        return nothing_to_do(message);
    }
    let (payment, booking, refunds) = (intent.id.clone(), booking.clone(), intent.refunds.len());
    let paid_at = intent.paid_at();
    let task = Some(Task { payment, booking, paid_at, guest: None, refunds, missing: None });
    Remedy { action: Action::Refund, outcome: TO_DO.to_owned(), message, task }
}

/// The finding of a closed stay whose payment is disputed or partly refunded.
fn question(intent: &Intent, booking: BookingNumber) -> Option<QuestionFinding> {
    let message = match intent.money() {
        Money::Disputed => "The guest disputes it; the bank decides whose money it is.".to_owned(),
        Money::PartlyBack => {
            format!("{} of it has gone back; the records say that all of it is here.", intent.refunded())
        }
        _ => return None,
    };
    Some(QuestionFinding {
        payment_intent_id: intent.id.clone(),
        booking_number: booking,
        amount_cents: intent.amount,
        refunded_cents: intent.refunded(),
        disputed: intent.disputed,
        message,
    })
}

fn nothing_to_do(message: String) -> Remedy {
    Remedy { action: Action::None, outcome: TO_DO.to_owned(), message, task: None }
}
