//! Shared by the sagas that begin or end a stay: the one stay that is meant, or the candidates.

use crate::saga::Hold;
use skills::records::Stay;
use skills::words::{BookingNumber, Email};

/// The one stay that is meant.
pub(crate) enum StayChoice {
    /// There is something to do.
    Act(Box<Stay>),
    /// It was done before and needs nothing.
    Done(Box<Stay>),
}

impl StayChoice {
    pub(crate) fn act(stay: &Stay) -> Self {
        Self::Act(Box::new(stay.clone()))
    }

    pub(crate) fn done(stay: &Stay) -> Self {
        Self::Done(Box::new(stay.clone()))
    }
}

impl Hold for StayChoice {
    fn lock_key(&self) -> Option<String> {
        match self {
            Self::Act(stay) => stay.lock_key(),
            Self::Done(_) => None,
        }
    }
    fn booking(&self) -> Option<&BookingNumber> {
        let (Self::Act(stay) | Self::Done(stay)) = self;
        stay.booking()
    }
    fn guest(&self) -> Option<&Email> {
        let (Self::Act(stay) | Self::Done(stay)) = self;
        stay.guest()
    }
}

/// The bookings to choose from, as the caller sees them.
pub(crate) fn candidates(stays: &[&Stay]) -> Vec<serde_json::Value> {
    let row = |stay: &&Stay| {
        serde_json::json!({
            "booking_number": stay.booking,
            "room_number": stay.room.number,
            "check_in_date": stay.nights.from,
            "check_out_date": stay.nights.to,
            "status": stay.status,
        })
    };
    stays.iter().map(row).collect()
}
