use crate::skill::crm_change;
use crate::words::{BookingNumber, Cents, PaymentIntentId, choice};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

choice!(
    /// The direction: from the guest, or back.
    PaymentKind { Charge = "Charge", Refund = "Refund" }
);

/// Record that money moved for a booking (`Payment_Transaction__c`). Recorded once per intent and kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPayment {
    /// The booking.
    pub booking: BookingNumber,
    /// The intent it moved through.
    pub payment: PaymentIntentId,
    /// The direction.
    pub kind: PaymentKind,
    /// How much.
    pub amount: Cents,
    /// When.
    pub at: Timestamp,
    /// The recorded refund of it failed: the payment stands again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stands_again: bool,
}

crm_change!(RecordPayment, "record_payment", Adds);
