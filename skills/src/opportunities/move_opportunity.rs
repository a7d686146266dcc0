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

/// Move the sale behind a booking to a stage, from whatever stage it has, and set what is given beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveOpportunity {
    /// A booking of the sale.
    pub booking: BookingNumber,
    /// The stage to move to; none leaves the stage as it is.
    pub to: Option<Stage>,
    /// Whether the stage, the close date and the payment move with this booking. The amount always does.
    pub when: When,
    /// The payment that closed it.
    pub payment: Option<PaymentIntentId>,
    /// When it closed, or is expected to.
    pub close_date: Option<Date>,
    /// What it amounts to now.
    pub amount: Option<Cents>,
}

crm_change!(MoveOpportunity, "move_opportunity", Changes);
