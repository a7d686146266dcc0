//! What a workflow asks for before it decides, and what it is shown.

use super::{Case, Contact, IncompleteBooking, Room, Stay};
use crate::words::{
    BookingNumber, CaseNumber, CaseStatus, CaseType, Date, Email, LongText, PaymentIntentId, RoomNumber,
    beginning, wish,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a workflow needs to see, brought in one round trip. Each part is optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The hotel's day.
    pub today: Date,
    /// This person, with the stays that are reserved, current, or ended today or later.
    pub guest: Option<Email>,
    /// This booking, whatever its state.
    pub booking: Option<BookingNumber>,
    /// The booking this payment closed.
    pub payment: Option<PaymentIntentId>,
    /// This room.
    pub room: Option<RoomNumber>,
    /// This case.
    pub case: Option<CaseNumber>,
    /// Cases that may be the same request.
    pub same_case: Option<CaseLike>,
    /// The reservations of the room asked for that hold this night or a later one.
    pub reserved_from: Option<Date>,
}

impl Look {
    /// A look at nothing yet.
    pub const fn on(today: Date) -> Self {
        Self {
            today,
            guest: None,
            booking: None,
            payment: None,
            room: None,
            case: None,
            same_case: None,
            reserved_from: None,
        }
    }
}

/// What makes two requests the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLike {
    /// Who asked.
    pub guest: Option<Email>,
    /// Which room it concerns; any if not given.
    pub room: Option<RoomNumber>,
    /// What it is about.
    pub case_type: CaseType,
    /// The text; compared as a wish ([`crate::words::wish`]).
    pub description: LongText,
    /// Opened then or later.
    pub opened_since: Timestamp,
}

impl CaseLike {
    /// Whether a case is open and asks for the same thing.
    pub fn is_same(&self, case: &Case) -> bool {
        case.status != CaseStatus::Closed && wish(&case.description) == wish(self.description.as_str())
    }
}

/// What a [`Look`] saw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The person asked for.
    pub guest: Option<Contact>,
    /// The person's stays.
    pub stays: Vec<Stay>,
    /// The booking asked for.
    pub booking: Option<Stay>,
    /// The booking asked for, if it lacks what a stay cannot do without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<Box<IncompleteBooking>>,
    /// The booking the payment asked for closed.
    pub paid: Option<Stay>,
    /// The room asked for.
    pub room: Option<Room>,
    /// The case asked for.
    pub case: Option<Case>,
    /// The open cases that are the request asked for, newest first.
    pub same_cases: Vec<Case>,
    /// Our keys of all cases of that person and kind opened since, also of those that were closed or edited.
    #[serde(default)]
    pub keys_of_cases: Vec<String>,
    /// The reservations of the room asked for, newest first, at most [`Self::RESERVATIONS`].
    #[serde(default)]
    pub reservations: Vec<Stay>,
}

impl Seen {
    /// Whether a list holds a long text of another booking than the chosen one.
    pub fn has_long_texts(&self, chosen: Option<&BookingNumber>) -> bool {
        let mut others =
            self.stays.iter().chain(&self.reservations).filter(|stay| chosen != Some(&stay.booking));
        others
            .any(|stay| stay.special_requests.as_ref().is_some_and(|text| beginning(text).len() < text.len()))
    }

    /// The same with only the beginning of long texts in the lists, but for the booking that was chosen: what nobody acts on
    /// is not worth keeping.
    pub fn without_long_texts(mut self, chosen: Option<&BookingNumber>) -> Self {
        for stay in self.stays.iter_mut().chain(&mut self.reservations) {
            if chosen != Some(&stay.booking) {
                stay.special_requests = stay.special_requests.take().map(|text| beginning(&text));
            }
        }
        self
    }

    /// The most reservations of a room that a look brings.
    pub const RESERVATIONS: usize = 50;
}
