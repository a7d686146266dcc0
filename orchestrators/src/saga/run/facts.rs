//! What a saga may ask about its call and its hotel. The answers are the same in every run of the call, or only grow.

use super::Run;
use crate::saga::SagaError;
use jiff::{SignedDuration, Timestamp};
use skills::words::{BookingNumber, Date, Email};
use skills::{ErrorCode, Refusal, refusals};

impl Run {
    /// When the call was made.
    pub fn now(&self) -> Timestamp {
        self.call.started_at
    }

    /// How long ago this run found the call's last step.
    pub(crate) fn since_last_step(&self) -> SignedDuration {
        self.began.duration_since(self.last_step)
    }

    /// The hotel's day when the call was made.
    pub fn today(&self) -> Date {
        self.around.hotel.day_of(self.now())
    }

    /// The last day whose nights are over by now: a stay can begin until the check-out time of its departure day.
    pub fn nights_over_by(&self) -> Date {
        self.around.hotel.calendar.nights_over_by(self.now())
    }

    /// Refuses to begin a call whose amounts would be in another currency than those of the records. A call that was
    /// taken over has begun already: it is finished.
    ///
    /// # Errors
    /// `CURRENCY_MISMATCH`.
    pub fn check_currency(&self) -> Result<(), Refusal> {
        let hotel = &self.around.hotel;
        match &hotel.currency_of_records {
            Some(records) if *records != hotel.currency && !self.resumed() => {
                Err(refusals::currency_mismatch(records, &hotel.currency))
            }
            _ => Ok(()),
        }
    }

    /// The hotel's day at a moment.
    pub fn day_of(&self, moment: Timestamp) -> Date {
        self.around.hotel.day_of(moment)
    }

    /// The moment when the call's day began.
    pub fn start_of_today(&self) -> Timestamp {
        self.around.hotel.start_of_day(self.now())
    }

    /// In how many seconds the hotel's next day begins.
    pub fn seconds_left_of_today(&self) -> u64 {
        let next = self.around.hotel.calendar.start_of(self.today().plus_days(1));
        let left = next.map_or(0, |next| next.duration_since(self.now()).as_secs());
        u64::try_from(left).unwrap_or(0).max(1)
    }

    /// The hotel's currency, an ISO code in lower case.
    pub fn currency(&self) -> &str {
        &self.around.hotel.currency
    }

    /// The one guest this call acts for, if any.
    pub fn acting_guest(&self) -> Option<&Email> {
        self.call.acts_for.as_ref()
    }

    /// The most open bookings a guest may make through their own server.
    pub fn bookings_per_guest(&self) -> u32 {
        self.around.bookings_per_guest
    }

    /// The most requests of today that a guest may have open through their own server.
    pub fn requests_per_guest(&self) -> u32 {
        self.around.requests_per_guest
    }

    /// How often the caller retried while the call waited for the guest.
    pub fn asked_again(&self) -> i64 {
        self.call.asked_again
    }

    /// Whether the call was continued after it had waited or its process had died.
    pub const fn resumed(&self) -> bool {
        !self.call.is_first_hand()
    }

    /// Whether the call is older than this. Time only grows, so a saga may steer by it without a step.
    pub fn is_older_than(&self, age: SignedDuration) -> bool {
        self.ledger.now().duration_since(self.now()) > age
    }

    /// The day a call about a booking was first refused with this code, since one of the `settling` tools last succeeded.
    pub(crate) fn first_refused(
        &self,
        booking: &BookingNumber,
        code: ErrorCode,
        settling: &[&str],
    ) -> Result<Option<Date>, SagaError> {
        let moment = self.ledger.history().first_refused(booking.as_str(), code.as_str(), settling)?;
        Ok(moment.map(|moment| self.day_of(moment)))
    }

    /// Whether staff have cleared every call of a tool about a booking that needed attention, one of them after this moment.
    pub(crate) fn were_seen_to(
        &self,
        booking: &BookingNumber,
        tool: &str,
        after: Timestamp,
    ) -> Result<bool, SagaError> {
        self.ledger.history().were_seen_to(booking.as_str(), tool, after)
    }
}
