//! Payments: see `systems/payments.rs` for how money moves.

mod cancel_payment;
mod confirm_payment;
mod create_customer;
mod create_payment_intent;
mod customer_has_email;
mod find_card;
mod find_customers;
mod find_payments_since;
mod find_stay_intents;
mod mail_receipt;
mod record_payment;
mod refund_payment;
mod retrieve_payment;
mod retrieve_payment_status;

pub use cancel_payment::CancelPayment;
pub use confirm_payment::{ConfirmPayment, Confirmed};
pub use create_customer::{CreateCustomer, NewCustomer};
pub use create_payment_intent::CreatePaymentIntent;
pub use customer_has_email::CustomerHasEmail;
pub use find_card::FindCard;
pub use find_customers::FindCustomers;
pub use find_payments_since::FindPaymentsSince;
pub use find_stay_intents::FindStayIntents;
pub use mail_receipt::MailReceipt;
pub use record_payment::{PaymentKind, RecordPayment};
pub use refund_payment::{MOST_REFUNDS_ASKED_FOR, RefundPayment};
pub use retrieve_payment::{AfterAction, RetrievePayment};
pub use retrieve_payment_status::{PaymentState, RetrievePaymentStatus};
