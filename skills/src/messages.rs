//! Messages: see `systems/messages.rs` for why a message is always last.

mod send_sms;

pub use send_sms::SendSms;
