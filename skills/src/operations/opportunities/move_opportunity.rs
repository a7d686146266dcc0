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

/// The new amount of a sale. The commit expects the old amount as it was read, because the sale's other bookings may change
/// it at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repriced {
    /// The old amount; none if the records had none.
    pub seen: Option<Cents>,
    /// The new amount.
    pub to: Cents,
}

impl Repriced {
    /// The sale of a stay whose own part costs `price` from now on. None where nobody knows what its other bookings cost: then
    /// the sale's amount stays as it is.
    pub fn of(stay: &Stay, price: Cents) -> Option<Self> {
        Some(Self { seen: stay.amount, to: stay.others_price?.plus(price) })
    }
}

/// Move the sale of a booking to a stage, from whatever stage it has, and set the other given fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOpportunity {
    /// A booking of the sale.
    pub booking: BookingNumber,
    /// The new stage; none leaves it as it is.
    pub to: Option<Stage>,
    /// Whether stage, close date and payment change with this booking. A new price always counts.
    pub when: When,
    /// The payment that closed it.
    pub payment: Option<PaymentIntentId>,
    /// When it closed, or is expected to.
    pub close_date: Option<Date>,
    /// The new amount.
    pub repriced: Option<Repriced>,
}

impl MoveOpportunity {
    /// A change of the sale of a booking, with nothing to change yet.
    pub fn of(booking: &BookingNumber) -> Self {
        let booking = booking.clone();
        Self { booking, to: None, when: When::Always, payment: None, close_date: None, repriced: None }
    }
}

crm_change!(MoveOpportunity, "move_opportunity", Changes);
