use crate::records::Contact;
use crate::skill::crm_change;
use crate::words::{ContactMethod, ContactType, Email, PersonName, PhoneNumber};
use serde::{Deserialize, Serialize};

/// Create the person with this e-mail if there is none. A stored person is never overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateContact {
    /// The key of the person.
    pub email: Email,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// What the person is to the hotel.
    pub contact_type: ContactType,
}

impl CreateContact {
    /// The person to store, if new.
    pub fn as_stored(&self) -> Contact {
        Contact {
            email: self.email.clone(),
            first_name: self.first_name.to_string(),
            last_name: self.last_name.to_string(),
            phone: self.phone.as_ref().map(ToString::to_string),
            landline: None,
            contact_type: self.contact_type.into(),
            prefers: ContactMethod::Email,
        }
    }
}

crm_change!(CreateContact, "create_contact", Adds);
