//! The statuses of bookings, rooms, cases and sales, with the legal moves between them. No tool makes any other move.

use super::Open;
use super::choice::choice;

choice!(
    /// Where a booking stands.
    BookingStatus {
        Reserved = "Reserved",
        CheckedIn = "Checked In",
        CheckedOut = "Checked Out",
        Cancelled = "Cancelled",
        NoShow = "No Show",
    }
);
choice!(
    /// Where a room stands.
    RoomStatus {
        Vacant = "Vacant",
        Occupied = "Occupied",
        Cleaning = "Cleaning",
        Maintenance = "Maintenance",
        OutOfService = "Out of Service",
    }
);
choice!(
    /// Where a case stands.
    CaseStatus { New = "New", Working = "Working", Escalated = "Escalated", Closed = "Closed" }
);
choice!(
    /// Where the sale behind a booking stands. It follows the booking from whatever stage it has.
    Stage {
        Prospecting = "Prospecting",
        Qualification = "Qualification",
        BookingConfirmed = "Booking Confirmed",
        CheckedIn = "Checked In",
        ClosedWon = "Closed Won",
        ClosedLost = "Closed Lost",
        Negotiation = "Negotiation/Review",
    }
);

impl BookingStatus {
    /// Whether a booking holds its room's nights: it is Reserved or Checked In.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Reserved | Self::CheckedIn)
    }

    /// Whether a booking may move to `next`. The last two are corrections: a no-show set by mistake, a checkout undone.
    pub const fn may_become(self, next: Self) -> bool {
        use BookingStatus::{Cancelled, CheckedIn, CheckedOut, NoShow, Reserved};
        matches!(
            (self, next),
            (Reserved, CheckedIn | Cancelled | NoShow)
                | (CheckedIn, CheckedOut)
                | (NoShow | CheckedOut, CheckedIn)
        )
    }
}

impl RoomStatus {
    /// Whether housekeeping or maintenance may move a room to `next`. Occupied is for check-in and
    /// check-out alone.
    pub const fn may_become(self, next: Self) -> bool {
        use RoomStatus::{Cleaning, Maintenance, OutOfService, Vacant};
        matches!(
            (self, next),
            (Cleaning, Vacant)
                | (Vacant | Cleaning, Maintenance | OutOfService)
                | (Maintenance | OutOfService, Vacant | Cleaning)
                | (Maintenance, OutOfService)
                | (OutOfService, Maintenance)
        )
    }
}

impl CaseStatus {
    /// The statuses of a case that is not closed.
    pub const OPEN: [Self; 3] = [Self::New, Self::Working, Self::Escalated];

    /// Whether a case may move to `next`. A closed case is never reopened.
    pub const fn may_become(self, next: Self) -> bool {
        use CaseStatus::{Closed, Escalated, New, Working};
        matches!(
            (self, next),
            (New, Working | Escalated | Closed)
                | (Working, Escalated | Closed)
                | (Escalated, Working | Closed)
        )
    }
}

impl Open<BookingStatus> {
    /// Whether a booking may move to `next`. From an unknown status it may not.
    pub fn may_become(&self, next: BookingStatus) -> bool {
        self.known().is_some_and(|status| status.may_become(next))
    }
}

impl Open<RoomStatus> {
    /// Whether a room may move to `next`. From an unknown status it may not.
    pub fn may_become(&self, next: RoomStatus) -> bool {
        self.known().is_some_and(|status| status.may_become(next))
    }
}

impl Open<CaseStatus> {
    /// Whether a case may move to `next`. From an unknown status it may not.
    pub fn may_become(&self, next: CaseStatus) -> bool {
        self.known().is_some_and(|status| status.may_become(next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_move_leads_into_or_out_of_occupied() {
        for &status in RoomStatus::ALL {
            assert!(!status.may_become(RoomStatus::Occupied));
            assert!(!RoomStatus::Occupied.may_become(status));
        }
    }

    #[test]
    fn a_closed_case_stays_closed() {
        assert!(CaseStatus::ALL.iter().all(|&next| !CaseStatus::Closed.may_become(next)));
    }

    #[test]
    fn a_booking_that_ended_without_a_stay_has_ended() {
        let is_end = |end: BookingStatus, but: &[BookingStatus]| {
            BookingStatus::ALL.iter().all(|&next| end.may_become(next) == but.contains(&next))
        };
        assert!(is_end(BookingStatus::Cancelled, &[]));
        assert!(is_end(BookingStatus::NoShow, &[BookingStatus::CheckedIn]), "unless it was a mistake");
    }
}
