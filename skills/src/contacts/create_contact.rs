use crate::skill::crm_change;
use crate::words::{ContactType, Email, PersonName, Phone};
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
    pub phone: Option<Phone>,
    /// What the person is to the hotel.
    pub contact_type: ContactType,
}

crm_change!(CreateContact, "create_contact", Adds);
