//! Payments: see `systems/payments.rs` for how money moves.

mod cancel_payment;
mod confirm_payment;
mod create_payment_intent;
mod ensure_customer;
mod find_payments_since;
mod record_payment;
mod refund_payment;
mod retrieve_payment;
mod retrieve_payment_status;

pub use cancel_payment::CancelPayment;
pub use confirm_payment::ConfirmPayment;
pub use create_payment_intent::CreatePaymentIntent;
pub use ensure_customer::EnsureCustomer;
pub use find_payments_since::FindPaymentsSince;
pub use record_payment::{PaymentKind, RecordPayment};
pub use refund_payment::RefundPayment;
pub use retrieve_payment::{AfterAction, RetrievePayment};
pub use retrieve_payment_status::{PaymentState, RetrievePaymentStatus};
