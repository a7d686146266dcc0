//! Messages: see `systems/messages.rs` for why a message is always last.

mod look_after_sms;
mod record_sms;
mod send_sms;

pub use look_after_sms::LookAfterSms;
pub use record_sms::RecordSms;
pub use send_sms::SendSms;
