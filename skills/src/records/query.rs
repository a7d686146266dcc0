//! The filters of lists.

use super::sought::Sought;
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, ContactType, Date, Email, Key, Nights,
    Priority, RoomNumber, RoomStatus, RoomType,
};

/// A filter of rooms.
#[derive(Debug, Clone, Default)]
pub struct RoomQuery {
    /// With this number.
    pub number: Option<RoomNumber>,
    /// With a number that begins so.
    pub number_begins: Option<String>,
    /// In this state.
    pub status: Option<RoomStatus>,
    /// On this floor.
    pub floor: Option<i32>,
    /// Of this kind.
    pub room_type: Option<RoomType>,
    /// For at least this many guests.
    pub sleeps: Option<u8>,
    /// Free for these nights.
    pub free: Option<Free>,
    /// Booked by this guest, in bookings with these statuses.
    pub guest: Option<(Email, Vec<BookingStatus>)>,
}

/// Nights a room should be free for.
#[derive(Debug, Clone, Copy)]
pub struct Free {
    /// The nights.
    pub nights: Nights,
    /// The hotel's day: an overstaying guest holds tonight, and a room under maintenance is not free today.
    pub today: Date,
}

/// A filter of stays.
#[derive(Debug, Clone, Default)]
pub struct StayQuery {
    /// Of this person.
    pub guest: Option<Email>,
    /// In this room.
    pub room: Option<RoomNumber>,
    /// With this number.
    pub booking: Option<BookingNumber>,
    /// With a number that begins so.
    pub number_begins: Option<String>,
    /// With this key of ours.
    pub external_id: Option<Key>,
    /// In one of these states; any if empty.
    pub statuses: Vec<BookingStatus>,
    /// Arriving on this day.
    pub arriving_on: Option<Date>,
    /// Departing on this day.
    pub departing_on: Option<Date>,
    /// Ended: the guest left on this day or later.
    pub ended_since: Option<Date>,
    /// Only those that have a guest, a room and dates.
    pub complete: bool,
}

/// A filter of cases.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// With this number.
    pub number: Option<CaseNumber>,
    /// With this key of ours.
    pub external_id: Option<Key>,
    /// Of this person.
    pub guest: Option<Email>,
    /// About this room.
    pub room: Option<RoomNumber>,
    /// In one of these states; any if empty.
    pub statuses: Vec<CaseStatus>,
    /// Of this type.
    pub case_type: Option<CaseType>,
    /// Of this priority.
    pub priority: Option<Priority>,
}

/// A filter of people.
#[derive(Debug, Clone, Default)]
pub struct ContactQuery {
    /// Matching this search.
    pub sought: Option<Sought>,
    /// Of this kind.
    pub contact_type: Option<ContactType>,
}
