//! What a list is narrowed by.

use super::sought::Sought;
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, ContactType, Date, Email, Key, Nights,
    Priority, RoomNumber, RoomStatus, RoomType,
};

/// Which rooms.
#[derive(Debug, Clone, Default)]
pub struct RoomQuery {
    /// This one.
    pub number: Option<RoomNumber>,
    /// In this state.
    pub status: Option<RoomStatus>,
    /// On this floor.
    pub floor: Option<i32>,
    /// Of this kind.
    pub room_type: Option<RoomType>,
    /// Large enough for so many.
    pub sleeps: Option<u8>,
    /// Free for these nights.
    pub free: Option<Free>,
    /// Of these bookings of one guest.
    pub guest: Option<(Email, Vec<BookingStatus>)>,
}

/// Nights a room should be free for.
#[derive(Debug, Clone, Copy)]
pub struct Free {
    /// The nights.
    pub nights: Nights,
    /// The hotel's day: an overstaying guest holds tonight, a room under maintenance takes nobody today.
    pub today: Date,
}

/// Which stays.
#[derive(Debug, Clone, Default)]
pub struct StayQuery {
    /// Of this person.
    pub guest: Option<Email>,
    /// In this room.
    pub room: Option<RoomNumber>,
    /// This one.
    pub booking: Option<BookingNumber>,
    /// The one with this key of ours.
    pub external_id: Option<Key>,
    /// In one of these states; any if empty.
    pub statuses: Vec<BookingStatus>,
    /// Arriving on this day.
    pub arriving_on: Option<Date>,
    /// Departing on this day.
    pub departing_on: Option<Date>,
    /// Ended: the guest left on this day or later.
    pub ended_since: Option<Date>,
    /// Without those that lack a guest, a room or a day.
    pub complete: bool,
}

/// Which cases.
#[derive(Debug, Clone, Default)]
pub struct CaseQuery {
    /// This one.
    pub number: Option<CaseNumber>,
    /// The one with this key of ours.
    pub external_id: Option<Key>,
    /// Of this person.
    pub guest: Option<Email>,
    /// About this room.
    pub room: Option<RoomNumber>,
    /// In one of these states; any if empty.
    pub statuses: Vec<CaseStatus>,
    /// About this.
    pub case_type: Option<CaseType>,
    /// Of this priority.
    pub priority: Option<Priority>,
}

/// Which people.
#[derive(Debug, Clone, Default)]
pub struct ContactQuery {
    /// Like this.
    pub sought: Option<Sought>,
    /// Of this kind.
    pub contact_type: Option<ContactType>,
}
