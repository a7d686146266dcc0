use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::closing::price_is_readable;
use crate::sagas::shared::questions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, MoveBooking};
use skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use skills::records::{Look, Seen};
use skills::words::{BookingNumber, BookingStatus, Cents, LongText, Stage};
use skills::{Commit, Effect, refusals};

/// Cancel a booking of a guest who is not coming; it must be Reserved, and its nights are released at once. To drop
/// (scrap) a reservation or call off a trip: the guest is ill, cannot make it, changed plans, wants to back out, no
/// longer needs the room, or booked twice or wrongly by mistake. Staff also mark a guest who did not come, appear or
/// turn up as a no-show. No money moves. Returns the cancelled booking. A stay that began is ended with
/// process_guest_checkout. Fails with INVALID_TRANSITION (not Reserved any more, or cancelled before), INVALID_DATES (a
/// no-show before the day of arrival).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Cancel a booking")]
pub struct CancelBooking {
    /// The booking, such as BK-0001.
    pub booking_number: BookingNumber,
    /// Why, for the audit trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<LongText>,
    /// The guest never came: marks the booking as No Show, from the day of arrival on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub no_show: bool,
}

/// The booking as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Cancelled {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
}

impl Saga for CancelBooking {
    const NAME: &'static str = "cancel_booking";
    const EFFECT: Effect = Effect::Changes;
    type Output = Cancelled;

    async fn run(self, saga: &Run) -> Result<Cancelled, SagaError> {
        let today = saga.today();
        saga.tell(1, 2, "looking up the booking");
        let look = Look { booking: Some(self.booking_number.clone()), ..Look::on(today) };
        let found = |seen: &Seen| {
            seen.booking.clone().ok_or_else(|| refusals::booking_not_found(&self.booking_number))
        };
        let (_, mut stay) = saga.hold(look, found).await?;
        let to = if self.no_show { BookingStatus::NoShow } else { BookingStatus::Cancelled };
        if !stay.status.may_become(to) {
            let wish = if self.no_show { "marked as a no-show" } else { "cancelled" };
            return Err(refusals::booking_cannot(&stay.booking, &stay.status, wish).into());
        }
        if self.no_show && today < stay.nights.from {
            let problem = format!("the guest is expected on {}, which is still to come.", stay.nights.from);
            return Err(refusals::invalid_dates("no_show", problem, today).into());
        }
        // The sale goes on with its other bookings, without this one's price; a sale without others keeps its amount,
        // as lost.
        let goes_on = stay.others_price != Some(Cents(0));
        if goes_on {
            price_is_readable(&stay)?;
        }
        saga.confirm(questions::cancel(saga, &stay, to)).await?;
        saga.tell(2, 2, format!("cancelling booking {}", stay.booking));
        let changes = Commit::new().with(MoveBooking::of(&stay, to, today)).with(MoveOpportunity {
            to: Some(Stage::ClosedLost),
            when: When::LastOpenBooking,
            close_date: Some(today),
            repriced: Repriced::of(&stay, Cents(0)).filter(|_| goes_on),
            ..MoveOpportunity::of(&stay.booking)
        });
        saga.commit("cancel", changes).await?;
        stay.status = to.into();
        if stay.sharing.is_some() {
            // Its price was a share of the sale, which it no longer has.
            stay.agreed = None;
        }
        Ok(Cancelled { booking: BookingView::of(&stay, today, saga.currency()) })
    }
}
