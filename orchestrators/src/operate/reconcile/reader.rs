//! Reads the hotel's systems for reconciling: as they are now, outside any call.

use crate::engine::{Calls, Trail};
use crate::sagas::shared::paid_stay::{Missing, missing};
use jiff::{SignedDuration, Timestamp};
use skills::operations::LookUp;
use skills::operations::bookings::{FindStaysEndedSince, SearchBookingsOnBehalfOfStaff};
use skills::operations::payments::{FindPaymentsSince, RetrievePayment};
use skills::records::{Listed, Look, Stay};
use skills::systems::payments::Intent;
use skills::words::{BookingNumber, Date, Key, Page, Paged, PaymentIntentId};
use skills::{Call, Outage, Refusal, Skill, SkillError, faults};

/// The processor lists intents by creation time: an intent that took several attempts was created at most this long
/// before it was paid.
const BEGUN_BEFORE: SignedDuration = SignedDuration::from_hours(48);

pub(super) struct Reader<'a> {
    engine: &'a dyn Calls,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(engine: &'a dyn Calls) -> Self {
        Self { engine }
    }

    pub(super) fn trail(&self) -> &dyn Trail {
        self.engine.trail()
    }

    /// Whether the records may hide rows from us: an org may, a file of ours does not.
    pub(super) fn may_be_shown_less(&self) -> bool {
        self.engine.settings().salesforce.is_some()
    }

    /// Whether the records show no booking at all.
    pub(super) async fn sees_no_booking(&self) -> Result<bool, SkillError> {
        Ok(self.read(SearchBookingsOnBehalfOfStaff::default()).await?.bookings.is_empty())
    }

    pub(super) fn now(&self) -> Timestamp {
        skills::clock::now()
    }

    pub(super) fn day_of(&self, moment: Timestamp) -> Date {
        self.engine.hotel().day_of(moment)
    }

    /// A booking, if it lacks nothing.
    pub(super) async fn stay(&self, booking: &BookingNumber) -> Result<Option<Stay>, SkillError> {
        Ok(self.booking(booking).await?.and_then(Listed::stay))
    }

    pub(super) async fn booking(&self, booking: &BookingNumber) -> Result<Option<Listed>, SkillError> {
        let look = Look { booking: Some(booking.clone()), ..Look::on(self.day_of(self.now())) };
        let seen = self.read(LookUp(look)).await?;
        let whole = seen.booking.map(|stay| Listed::Stay(Box::new(stay)));
        Ok(whole.or(seen.incomplete.map(Listed::Incomplete)))
    }

    pub(super) async fn payment(&self, payment: &PaymentIntentId) -> Result<Option<Intent>, SkillError> {
        self.read(RetrievePayment { payment: payment.clone() }).await
    }

    /// What is missing now between a payment and its stay.
    pub(super) fn missing(&self, intent: &Intent, stay: &Stay) -> Result<Missing, Refusal> {
        let currency = &self.engine.hotel().currency;
        missing(intent, stay, currency, self.day_of(intent.paid_at()), self.day_of(self.now()))
    }

    /// All payments since a moment, refunded or not.
    pub(super) async fn payments_since(&self, since: Timestamp) -> Result<Vec<Intent>, SkillError> {
        self.all(|page| FindPaymentsSince { since: since - BEGUN_BEFORE, page }).await
    }

    pub(super) async fn stays_ended_since(&self, since: Date) -> Result<Vec<Stay>, SkillError> {
        self.all(|page| FindStaysEndedSince { since, page }).await
    }

    async fn all<S, T>(&self, part: impl Fn(Page) -> S) -> Result<Vec<T>, SkillError>
    where
        S: Skill<Output = Paged<T>>,
    {
        let (mut all, mut page) = (vec![], Page::most());
        loop {
            let found = self.read(part(page)).await?;
            all.extend(found.items);
            match found.next_cursor {
                Some(cursor) => page = Page { cursor: Some(cursor), ..Page::most() },
                None => return Ok(all),
            }
        }
    }

    async fn read<S: Skill>(&self, skill: S) -> Result<S::Output, SkillError> {
        if skills::requests::left() == 0 {
            return Err(
                Outage::unreached(S::SYSTEM, "the budget of requests to Salesforce is used up").into()
            );
        }
        let key = Key::derived(&["read"]); // a read writes nothing, so its key does not matter
        let call = Call::new(self.engine.hotel(), key, self.day_of(self.now()));
        let limit = self.engine.settings().step_timeout;
        let read = faults::around(S::NAME, S::SYSTEM, skill.run(&call));
        let late =
            |_| Outage::unreached(S::SYSTEM, format!("{} took longer than {}s", S::NAME, limit.as_secs()));
        tokio::time::timeout(limit, read).await.map_err(late)?
    }
}
