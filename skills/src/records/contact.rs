//! A person, keyed by e-mail.

use crate::words::{ContactMethod, ContactType, Country, Email, Open, PhoneNumber};
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The key of the person.
    pub email: Email,
    /// May be empty in an untidy system.
    pub first_name: String,
    /// May be empty in an untidy system.
    pub last_name: String,
    /// The mobile number, if there is one, as it was typed.
    pub phone: Option<String>,
    /// Another number, beside a mobile one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landline: Option<String>,
    /// What the person is to the hotel.
    pub contact_type: Open<ContactType>,
    /// How the person wants to be reached.
    pub prefers: ContactMethod,
}

impl Contact {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The end of a greeting: ", Sarah"; by the whole name without a first name, and nothing without either.
    pub fn greeted(&self) -> String {
        let name = if self.first_name.trim().is_empty() { self.name() } else { self.first_name.clone() };
        if name.is_empty() { name } else { format!(", {name}") }
    }

    /// Whether the person wants text messages and has left a number.
    pub fn wants_sms(&self) -> bool {
        self.prefers == ContactMethod::Sms && self.phone.is_some()
    }

    /// The number for text messages, if the person wants them and it can be parsed. If a mobile number is known, only
    /// that one.
    pub fn sms_number(&self, country: Option<Country>) -> Option<PhoneNumber> {
        self.phone.as_deref().filter(|_| self.wants_sms()).and_then(|text| PhoneNumber::read(text, country))
    }

    /// Whether this number is one of the person's.
    pub fn has_number(&self, number: &PhoneNumber, country: Option<Country>) -> bool {
        let known = [&self.phone, &self.landline].into_iter().flatten();
        known.into_iter().any(|text| PhoneNumber::read(text, country).as_ref() == Some(number))
    }
}
