//! A person.

use super::super::fields::{ACCOUNT, Field, Key, Kind, Object, field, kind, table, words};
use super::{choice, text};
use crate::records::Contact;
use crate::words::{ContactMethod, ContactType, Email};
use serde::Deserialize;

pub(crate) static CONTACT: Object = Object {
    name: "Contact",
    help: "A person: a guest, a member of the staff, or somebody who works for the hotel.",
    table: "contacts",
    beside: &[],
    fields: table! {
        Field::ID,
        field("FirstName", Kind::Text(40), "The first name.")
            .made().changed().column("first_name").argument("first_name"),
        field("LastName", Kind::Text(80), "The last name.")
            .required().made().changed().column("last_name").argument("last_name"),
        field("Email", Kind::Email, "The e-mail, by which the hotel knows a person.")
            .made().column("email").argument("email"),
        field("Unique_Email__c", Kind::Email, "The same e-mail, which no two people have. This one counts.")
            .made().changed().key(Key::Unique).column("email").argument("email"),
        field("Phone", Kind::Phone, "The telephone, with the country's code.")
            .made().changed().column("phone").argument("phone"),
        field("MobilePhone", Kind::Phone, "The mobile telephone. Where it is filled in, texts go there.")
            .column("phone"),
        field("Contact_Type__c", kind::choice(types, Some("Guest")), "What the person is to the hotel.")
            .made().changed().writes(types).column("contact_type"),
        field("Preferred_Contact_Method__c", kind::choice(methods, Some("Email")), "How the person wants to be reached.")
            .made().changed().writes(methods).column("prefers"),
        field("AccountId", kind::lookup("Account", "Contacts"), "The Account of all guests, which lets others see them.")
            .unselected().made().only_for(ACCOUNT),
    },
};

fn types() -> Vec<&'static str> {
    words(ContactType::ALL)
}

fn methods() -> Vec<&'static str> {
    words(ContactMethod::ALL)
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct ContactRow {
    #[serde(rename = "Id")]
    pub(crate) id: String,
    #[serde(rename = "FirstName")]
    first_name: Option<String>,
    #[serde(rename = "LastName")]
    last_name: Option<String>,
    #[serde(rename = "Email")]
    email: Option<String>,
    #[serde(rename = "Unique_Email__c")]
    unique_email: Option<String>,
    #[serde(rename = "Phone")]
    phone: Option<String>,
    #[serde(rename = "MobilePhone")]
    mobile: Option<String>,
    #[serde(rename = "Contact_Type__c")]
    contact_type: Option<String>,
    #[serde(rename = "Preferred_Contact_Method__c")]
    prefers: Option<String>,
}

impl ContactRow {
    /// One that is made in the same breath, referred to as `id`.
    pub(crate) fn made(id: String, email: &Email) -> Self {
        let unique_email = Some(email.to_string());
        let (first_name, last_name, phone, mobile, contact_type, prefers) = Default::default();
        Self { id, first_name, last_name, email: None, unique_email, phone, mobile, contact_type, prefers }
    }

    /// The key of the person: the unique e-mail, else the plain one.
    pub(crate) fn email(&self) -> Option<Email> {
        Email::new(self.unique_email.as_deref().or(self.email.as_deref())?).ok()
    }

    /// Whether it is the person with this e-mail.
    pub(crate) fn is(&self, email: &Email) -> bool {
        self.email().as_ref() == Some(email)
    }

    /// First and last name, as far as the row has them.
    pub(crate) fn name(&self) -> String {
        let names = [&self.first_name, &self.last_name].map(|name| text(name.as_ref()).unwrap_or_default());
        names.join(" ").trim().to_owned()
    }

    /// The unique e-mail as the row has it.
    pub(crate) fn unique_email(&self) -> Option<&str> {
        self.unique_email.as_deref()
    }

    pub(crate) const fn has_key(&self) -> bool {
        self.unique_email.is_some()
    }

    pub(crate) fn contact(&self) -> Option<Contact> {
        let (mobile, landline) = (text(self.mobile.as_ref()), text(self.phone.as_ref()));
        Some(Contact {
            email: self.email()?,
            first_name: text(self.first_name.as_ref()).unwrap_or_default(),
            last_name: text(self.last_name.as_ref()).unwrap_or_default(),
            landline: landline
                .clone()
                .filter(|landline| mobile.as_ref().is_some_and(|mobile| mobile != landline)),
            phone: mobile.or(landline),
            contact_type: choice(self.contact_type.as_ref(), ContactType::Guest),
            prefers: self.prefers.as_ref().and_then(|word| word.parse().ok()).unwrap_or(ContactMethod::Email),
        })
    }
}

/// Of several contacts with one e-mail the one that has it as its key, else the first.
pub(crate) fn best(contacts: &[ContactRow]) -> Option<&ContactRow> {
    contacts.iter().find(|contact| contact.has_key()).or_else(|| contacts.first())
}
