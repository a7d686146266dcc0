use super::BookingList;
use crate::error::SkillError;
use crate::records::StayQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{BookingNumber, BookingStatus, Cursor, Email, Limit, Page, choice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choice!(
    /// Which of a guest's bookings.
    GuestBookingFilter { Upcoming = "Upcoming", Current = "Current", Past = "Past", All = "All" }
);

/// Show the guest's own bookings: look up a reservation or trip, its details, dates, nights, room and number, and the
/// bill (invoice). Tells what the guest booked, which dates and how many nights are booked and until when, the checkout
/// date and when to leave, whether reservations went through (confirmation), how much guests owe so far, what they pay
/// in total for the whole stay, and the price of the last one. Returns, newest first, each booking with dates, room,
/// status and folio_cents (due if leaving today for a current stay, the whole stay for a reservation). Without a
/// filter: the upcoming and the current ones; with booking_number that one. Texts over 500 characters are cut
/// (truncated names them) unless booking_number is given. An empty list is a success.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Show the guest's bookings and bill")]
pub struct SearchBookingsOnBehalfOfGuest {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// This booking, such as BK-0001: whatever its state, with its texts whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// Upcoming (reserved), Current (checked in), Past (ended or cancelled) or All; without it Upcoming and
    /// Current.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_filter: Option<GuestBookingFilter>,
    /// Rows at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// next_cursor of the call before, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
}

impl Skill for SearchBookingsOnBehalfOfGuest {
    const NAME: &'static str = "search_bookings_on_behalf_of_guest";
    const EFFECT: Effect = Effect::Reads;
    type Output = BookingList;

    async fn run(&self, call: &Call<'_>) -> Result<BookingList, SkillError> {
        use BookingStatus::{Cancelled, CheckedIn, CheckedOut, NoShow, Reserved};
        let statuses = match self.status_filter {
            None if self.booking_number.is_some() => vec![],
            None => vec![Reserved, CheckedIn],
            Some(GuestBookingFilter::Upcoming) => vec![Reserved],
            Some(GuestBookingFilter::Current) => vec![CheckedIn],
            Some(GuestBookingFilter::Past) => vec![CheckedOut, Cancelled, NoShow],
            Some(GuestBookingFilter::All) => vec![],
        };
        let query = StayQuery {
            guest: Some(self.guest_email.clone()),
            booking: self.booking_number.clone(),
            statuses,
            complete: true,
            ..StayQuery::default()
        };
        let found = call.crm().stays(&query, &Page::new(self.limit, self.cursor.clone())).await?;
        Ok(BookingList::of(&found, call, self.booking_number.is_some()))
    }
}
