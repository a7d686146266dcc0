use crate::skill::crm_change;
use crate::words::{ContactMethod, ContactType, Email, PersonName, PhoneNumber};
use serde::{Deserialize, Serialize};

/// Create the person with this e-mail, or change the given fields of the stored one. A new person needs a last name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpsertContact {
    /// The key of the person.
    pub email: Email,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<PersonName>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<PersonName>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// What the person is to the hotel; a new one is a Guest unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_type: Option<ContactType>,
    /// How the person wants to be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefers: Option<ContactMethod>,
}

crm_change!(UpsertContact, "upsert_contact", Changes);
