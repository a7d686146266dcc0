//! Authentication by the guest's bank (3-D Secure): the stay is read again before money is taken, and the wait is limited.

use crate::saga::SagaError;
use crate::sagas::shared::charging::Charging;
use crate::sagas::shared::closing::{folio, is_still_here};
use jiff::SignedDuration;
use skills::operations::LookUp;
use skills::operations::payments::{AfterAction, RefundPayment, RetrievePayment};
use skills::records::{Look, Stay};
use skills::refusals;
use skills::systems::payments::{CLOSING_REFUSED, Decline, Intent, IntentStatus, Money};
use skills::words::Date;

/// How long a guest may take to authenticate; then the intent is given up.
const LONGEST_AUTHENTICATION: SignedDuration = SignedDuration::from_hours(1);

/// The outcome of a payment.
pub(crate) enum Awaited {
    /// Paid; with the stay as read last.
    Paid(Box<Intent>, Box<Stay>),
    /// Paid long after it was asked for, or before anybody checked: the stay ends on the day of the payment.
    PaidEarlier(Box<Intent>, Box<Stay>),
    /// The stay's price has changed: the intent was given up, and the guest must be asked for a new payment.
    Anew(Box<Stay>),
    /// The stay is no longer open; the payment was given up or refunded.
    Over(Box<Stay>),
}

impl Charging<'_> {
    /// Follows an intent until it is paid, or returns why it is not.
    pub(crate) async fn see_through(
        &mut self,
        stay: Box<Stay>,
        intent: Intent,
        leaving: Date,
    ) -> Result<Awaited, SagaError> {
        let (mut intent, mut stay) = (intent, stay);
        if intent.status == IntentStatus::Processing {
            let now = self.saga.observe(RetrievePayment { payment: intent.id.clone() }).await?;
            intent = now.unwrap_or(intent);
        }
        // A guest who is asked again must come back once more.
        while self.times_back < self.saga.asked_again() {
            self.times_back += 1;
            let time = self.times_back;
            let (look, action) =
                (self.numbered("look_before_action", time), self.numbered("after_action", time));
            if intent.status != IntentStatus::RequiresAction {
                break;
            }
            if !self.saga.knows(&look) && self.saga.is_older_than(LONGEST_AUTHENTICATION) {
                return self.too_late(stay, intent).await;
            }
            stay = match self.look_again(look, &stay, &intent, leaving).await? {
                Awaited::Paid(_, now) => now,
                otherwise => return Ok(otherwise),
            };
            let back = RefundPayment { payment: intent.id.clone(), why: Some(CLOSING_REFUSED.to_owned()) };
            let after = self.saga.step(AfterAction { payment: intent.id.clone() });
            intent = after.named(action).undo(&back).await?.unwrap_or(intent);
        }
        if intent.status == IntentStatus::RequiresAction && self.saga.resumed() {
            if self.saga.is_older_than(LONGEST_AUTHENTICATION) {
                return self.too_late(stay, intent).await;
            }
            let now = self.saga.observe(RetrievePayment { payment: intent.id.clone() }).await?;
            intent = now.unwrap_or(intent);
            match self.look_meanwhile(&stay, &intent, leaving).await? {
                Awaited::Paid(_, now) => stay = now,
                otherwise => return Ok(otherwise),
            }
        }
        self.decided(intent, stay)
    }

    fn numbered(&self, name: &str, time: i64) -> String {
        let turn = self.turns();
        if turn == 0 { format!("{name} {time}") } else { format!("{name} {time} of {}", turn + 1) }
    }

    /// Reads the stay although no caller asked; this read is a step only if it decides something.
    async fn look_meanwhile(
        &mut self,
        stay: &Stay,
        intent: &Intent,
        leaving: Date,
    ) -> Result<Awaited, SagaError> {
        let name = self.numbered("look_before_action", 0);
        let look = Look { booking: Some(stay.booking.clone()), ..Look::on(self.saga.today()) };
        let now = self.saga.observe(LookUp(look)).await?.booking;
        let as_before = now.as_ref().is_some_and(|now| {
            is_still_here(now, stay) && folio(now, leaving).is_ok_and(|it| it == intent.amount)
        });
        let waits = intent.status == IntentStatus::RequiresAction;
        if waits && as_before && !self.saga.knows(&name) {
            return Ok(Awaited::Paid(Box::new(intent.clone()), Box::new(stay.clone())));
        }
        self.look_again(name, stay, intent, leaving).await
    }

    /// Reads the stay before the money is taken: the stay as it is now decides what happens to the payment.
    async fn look_again(
        &mut self,
        name: String,
        stay: &Stay,
        intent: &Intent,
        leaving: Date,
    ) -> Result<Awaited, SagaError> {
        let look = Look { booking: Some(stay.booking.clone()), ..Look::on(self.saga.today()) };
        let now = self.saga.step(LookUp(look)).named(name).await?.booking;
        let now = Box::new(now.ok_or_else(|| refusals::booking_not_found(&stay.booking))?);
        if now.payment.as_ref() == Some(&intent.id) {
            return Ok(Awaited::Over(now)); // somebody else closed it with this very payment
        }
        let open = is_still_here(&now, stay);
        if open && folio(&now, leaving)? == intent.amount {
            return Ok(Awaited::Paid(Box::new(intent.clone()), now));
        }
        let ended = if intent.money() == Money::Open { self.give_up(intent).await? } else { intent.clone() };
        match (open, ended.money()) {
            (true, Money::Kept) => Ok(Awaited::PaidEarlier(Box::new(ended), now)),
            (true, Money::GivenUp) => Ok(Awaited::Anew(now)),
            (false, Money::Kept) => {
                // It was authenticated although another payment closed the stay, or somebody else has it now: this payment is
                // refunded.
                self.saga.step(RefundPayment::of(ended.id.clone())).named("refund_second").await?;
                self.saga.has_given_back();
                self.saga.warn(format!("A second payment of {} was given back.", ended.amount));
                Ok(Awaited::Over(now))
            }
            (false, _) => Ok(Awaited::Over(now)),
            (true, _) => self.decided(ended, now),
        }
    }

    /// The time to authenticate is over: the intent is given up. If it was paid in time, it is paid.
    async fn too_late(&mut self, stay: Box<Stay>, intent: Intent) -> Result<Awaited, SagaError> {
        let now = self.give_up(&intent).await?;
        match now.money() {
            Money::GivenUp => Err(refusals::payment_not_authenticated().into()),
            Money::Kept => {
                let look = Look { booking: Some(stay.booking.clone()), ..Look::on(self.saga.today()) };
                let seen = self.saga.step(LookUp(look)).named("look_after_action").await?.booking;
                Ok(Awaited::PaidEarlier(Box::new(now), seen.map_or(stay, Box::new)))
            }
            _ => self.decided(now, stay),
        }
    }

    /// The outcome of an intent that nobody waits for any more.
    fn decided(&self, intent: Intent, stay: Box<Stay>) -> Result<Awaited, SagaError> {
        let failed = |code: &str, message: &str| {
            let decline = Decline { code: code.to_owned(), decline_code: None, message: message.to_owned() };
            Err(refusals::payment_failed(&decline).into())
        };
        match intent.status {
            IntentStatus::Succeeded if intent.money() == Money::Kept => {
                Ok(Awaited::Paid(Box::new(intent), stay))
            }
            IntentStatus::Succeeded => {
                self.saga.was_undone_elsewhere();
                Err(refusals::already_refunded(&intent.id).into())
            }
            IntentStatus::RequiresAction => match &intent.next_action_url {
                Some(url) => Err(SagaError::Waiting(refusals::payment_action_required(&intent.id, url))),
                None => failed(
                    "authentication_required",
                    "The bank asks for an authentication that cannot be done here.",
                ),
            },
            IntentStatus::Processing => Err(crate::sagas::shared::whose_money::undecided()),
            IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => {
                match &intent.declined {
                    Some(decline) => Err(refusals::payment_failed(decline).into()),
                    None => {
                        failed("payment_intent_authentication_failure", "The payment was not authenticated.")
                    }
                }
            }
            IntentStatus::Canceled => Err(refusals::payment_replaced().into()),
            IntentStatus::RequiresCapture => {
                failed("payment_intent_unexpected_state", "The payment cannot be completed.")
            }
        }
    }
}
