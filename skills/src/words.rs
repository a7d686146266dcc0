//! The words of a hotel, each of them a type: parsed once at the edge, and trusted after that.
//!
//! A word that cannot be parsed says which rule it breaks and what is allowed. The reader of the arguments adds the field's
//! name.

mod choice;
mod date;
mod folded;
mod money;
mod number;
mod open;
mod page;
mod phone;
mod prices;
mod status;
mod text;
mod wish;
mod written;

pub(crate) use choice::choice;
pub use choice::{
    CaseType, ContactMethod, ContactType, MaintenanceType, Origin, Priority, RoomType, ServiceType,
};
pub use date::{Date, Nights, stored};
pub use folded::{alike, folded};
pub(crate) use folded::{forms, plain_letters, unaccented_apostrophes};
pub use money::Cents;
pub use number::{GuestCount, Limit};
pub use open::{Open, Word};
pub use page::{Cursor, ListInfo, Page, Paged};
pub(crate) use phone::digits_of as phone_digits;
pub use phone::{Country, PhoneNumber};
pub use prices::Prices;
pub use status::{BookingStatus, CaseStatus, RoomStatus, Stage};
pub use text::{
    BookingNumber, CaseNumber, Email, IdempotencyToken, Key, LongText, PaymentIntentId, PaymentMethodId,
    PersonName, Phone, RoomNumber, SearchText,
};
pub(crate) use written::is_invisible;
pub use written::{beginning, in_list};

pub use wish::wish;

/// Why a text cannot be parsed as the word. The caller sees it after the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WordError(pub String);

/// The most characters of a caller's input that an error repeats.
const ECHO_CHARS: usize = 60;

/// `text` as an error may show it: quoted, cut, and without control characters.
pub(crate) fn echo(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !written::steers(*c)).take(ECHO_CHARS).collect();
    let more = if text.chars().count() > ECHO_CHARS { "…" } else { "" };
    format!("\"{shown}{more}\"")
}
