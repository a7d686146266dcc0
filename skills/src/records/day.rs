//! A day of the hotel: who comes, who leaves, and, for today, how every room stands.

use super::{Case, Listed, Room};
use crate::words::{BookingStatus, Date, Open};

/// The most rooms that are read for a day.
pub(crate) const MOST_ROOMS: usize = 400;
/// The most rows of each other list.
pub(crate) const MOST_ROWS: usize = 50;

/// The statuses of a booking that came to nothing.
pub(crate) const LOST: [BookingStatus; 2] = [BookingStatus::Cancelled, BookingStatus::NoShow];

/// The day to read.
#[derive(Debug, Clone, Copy)]
pub struct DayQuery {
    /// The day.
    pub day: Date,
    /// The hotel's day: only for it the rooms and the open cases are read.
    pub today: Date,
}

impl DayQuery {
    /// Whether the day is today.
    pub fn is_today(self) -> bool {
        self.day == self.today
    }

    /// Whether a booking arrives on the day: by its date, or today because its guest should have come before and its
    /// nights are not over.
    pub fn arrives(self, listed: &Listed) -> bool {
        let Booked { status, arrival, departure } = Booked::of(listed);
        let is_late = self.is_today()
            && status.is_some_and(|status| *status == BookingStatus::Reserved)
            && arrival.is_some_and(|day| day < self.day)
            && departure.is_some_and(|day| day > self.day);
        !is_lost(status) && (arrival == Some(self.day) || is_late)
    }

    /// Whether a booking departs on the day: by its date, or today because its guest should have left before.
    pub fn departs(self, listed: &Listed) -> bool {
        let Booked { status, departure, .. } = Booked::of(listed);
        let overstays = self.is_today()
            && status.is_some_and(|status| *status == BookingStatus::CheckedIn)
            && departure.is_some_and(|day| day < self.day);
        !is_lost(status) && (departure == Some(self.day) || overstays)
    }
}

fn is_lost(status: Option<&Open<BookingStatus>>) -> bool {
    status.and_then(Open::known).is_some_and(|status| LOST.contains(&status))
}

/// What a day asks of a booking.
struct Booked<'a> {
    status: Option<&'a Open<BookingStatus>>,
    arrival: Option<Date>,
    departure: Option<Date>,
}

impl<'a> Booked<'a> {
    fn of(listed: &'a Listed) -> Self {
        match listed {
            Listed::Stay(stay) => Self {
                status: Some(&stay.status),
                arrival: Some(stay.nights.from),
                departure: Some(stay.nights.to),
            },
            Listed::Incomplete(booking) => Self {
                status: booking.status.as_ref(),
                arrival: booking.arrival,
                departure: booking.departure,
            },
        }
    }
}

/// The first rows of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
}

impl<T> Default for Beginning<T> {
    fn default() -> Self {
        Self { items: vec![], total: 0 }
    }
}

impl<T> Beginning<T> {
    /// A list that was read whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { total: items.len() as u64, items }
    }

    /// Whether there are more rows than these.
    pub fn is_cut(&self) -> bool {
        self.total > self.items.len() as u64
    }
}

/// What the records know of a day.
#[derive(Debug, Clone, Default)]
pub struct DaySeen {
    /// The rooms by floor and number; only of today.
    pub rooms: Beginning<Room>,
    /// How many rooms are in each state, in the records' words; only of today.
    pub room_states: Vec<(String, u64)>,
    /// Who comes, by room.
    pub arrivals: Beginning<Listed>,
    /// Who leaves, by room.
    pub departures: Beginning<Listed>,
    /// How many bookings are checked in today, or hold the night of a later day. None for a day that is past.
    pub in_house: Option<u64>,
    /// The open cases, newest first; only of today.
    pub cases: Beginning<Case>,
}
