use crate::records::Stay;
use crate::skill::crm_change;
use crate::words::{BookingNumber, Cents, Date, PaymentIntentId, Stage};
use serde::{Deserialize, Serialize};

/// Whether a sale moves with this booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// In any case.
    Always,
    /// Only if no other booking of the sale is reserved or checked in.
    LastOpenBooking,
}

/// What a sale amounts to from now on. It is expected to amount to what was seen: its other bookings may be priced anew at
/// the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repriced {
    /// What it amounted to; none if the records did not say.
    pub seen: Option<Cents>,
    /// From now on.
    pub to: Cents,
}

impl Repriced {
    /// The sale of a stay whose own part costs `price` from now on. None where nobody knows what its other bookings cost: then
    /// it goes on saying nothing.
    pub fn of(stay: &Stay, price: Cents) -> Option<Self> {
        Some(Self { seen: stay.amount, to: stay.others_price?.plus(price) })
    }
}

/// Move the sale behind a booking to a stage, from whatever stage it has, and set what is given beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOpportunity {
    /// A booking of the sale.
    pub booking: BookingNumber,
    /// The stage to move to; none leaves the stage as it is.
    pub to: Option<Stage>,
    /// Whether the stage, the close date and the payment move with this booking. A new price always counts.
    pub when: When,
    /// The payment that closed it.
    pub payment: Option<PaymentIntentId>,
    /// When it closed, or is expected to.
    pub close_date: Option<Date>,
    /// What it amounts to.
    pub repriced: Option<Repriced>,
}

impl MoveOpportunity {
    /// The sale behind a booking, with nothing to change yet.
    pub fn of(booking: &BookingNumber) -> Self {
        let booking = booking.clone();
        Self { booking, to: None, when: When::Always, payment: None, close_date: None, repriced: None }
    }
}

crm_change!(MoveOpportunity, "move_opportunity", Changes);
