//! What a saga reads before it decides: the query, and its result.

use super::{Case, Contact, IncompleteBooking, Room, Stay};
use crate::words::{
    BookingNumber, CaseNumber, CaseStatus, CaseType, Date, Email, LongText, PaymentIntentId, RoomNumber,
    beginning, wish,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a saga needs to read, in one round trip. Each part is optional.
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
    /// The reservations of `room` that hold this night or a later one.
    pub reserved_from: Option<Date>,
}

impl Look {
    /// A look without any part yet.
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

/// The values by which two requests are the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLike {
    /// Who asked.
    pub guest: Option<Email>,
    /// Which room it concerns; none matches any room.
    pub room: Option<RoomNumber>,
    /// What it is about.
    pub case_type: CaseType,
    /// The text; compared in the form of [`crate::words::wish`].
    pub description: LongText,
    /// Only cases opened then or later.
    pub opened_since: Timestamp,
}

impl CaseLike {
    /// Whether a case is open and asks for the same thing.
    pub fn is_same(&self, case: &Case) -> bool {
        case.status != CaseStatus::Closed && wish(&case.description) == wish(self.description.as_str())
    }
}

/// The result of a [`Look`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The person of the look.
    pub guest: Option<Contact>,
    /// The person's stays.
    pub stays: Vec<Stay>,
    /// The booking of the look.
    pub booking: Option<Stay>,
    /// The booking of the look, if it lacks a field that a stay needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<Box<IncompleteBooking>>,
    /// The booking that the look's payment closed.
    pub paid: Option<Stay>,
    /// The room of the look.
    pub room: Option<Room>,
    /// The case of the look.
    pub case: Option<Case>,
    /// The open cases that are the same request, newest first.
    pub same_cases: Vec<Case>,
    /// Our keys of all cases of that person and kind opened since, including closed and edited ones.
    #[serde(default)]
    pub keys_of_cases: Vec<String>,
    /// How many open cases that person has, of any kind, of those opened since.
    #[serde(default, skip_serializing_if = "is_none")]
    pub open_cases: u32,
    /// The reservations of the room by arrival, the first [`Self::RESERVATIONS`].
    #[serde(default)]
    pub reservations: Vec<Stay>,
    /// How many more there are.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more_reservations: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Seen {
    /// Whether a list holds a long text of another booking than the chosen one.
    pub fn has_long_texts(&self, chosen: Option<&BookingNumber>) -> bool {
        let mut others =
            self.stays.iter().chain(&self.reservations).filter(|stay| chosen != Some(&stay.booking));
        others
            .any(|stay| stay.special_requests.as_ref().is_some_and(|text| beginning(text).len() < text.len()))
    }

    /// Cuts long texts in the lists to their beginning, except the chosen booking's: the journal need not store texts
    /// that nobody acts on.
    pub fn without_long_texts(mut self, chosen: Option<&BookingNumber>) -> Self {
        for stay in self.stays.iter_mut().chain(&mut self.reservations) {
            if chosen != Some(&stay.booking) {
                stay.special_requests = stay.special_requests.take().map(|text| beginning(&text));
            }
        }
        self
    }

    /// The most reservations of a room that a look returns.
    pub const RESERVATIONS: usize = 50;
}
