use crate::saga::{Described, Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::LookUp;
use skills::operations::contacts::{ContactView, CreateContact};
use skills::records::{Contact, Look};
use skills::words::{ContactType, Email, PersonName, Phone};
use skills::{Commit, Effect};

/// Add a new person to the hotel's contacts, by e-mail: a guest without a booking yet, a manager, or a vendor
/// (supplier) such as an electrician. Creates, registers or enters a profile, a record in the address book, with name,
/// e-mail and phone number. A person in the system already is never overwritten: then created is false and the stored
/// one is returned.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Add a person")]
pub struct CreateContactIfNotFound {
    /// The person's e-mail; the key.
    pub email: Email,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Phone number with country code, such as +15550100001; kept if it is one number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// What the person is to the hotel.
    #[serde(default = "guest")]
    pub contact_type: ContactType,
}

const fn guest() -> ContactType {
    ContactType::Guest
}

/// The person as stored.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ContactFound {
    /// The person.
    #[serde(flatten)]
    pub contact: ContactView,
    /// Whether the person is new.
    pub created: bool,
}

impl Saga for CreateContactIfNotFound {
    const NAME: &'static str = "create_contact_if_not_found";
    const EFFECT: Effect = Effect::Adds;
    type Output = ContactFound;

    async fn run(self, saga: &Run) -> Result<ContactFound, SagaError> {
        let look = Look { guest: Some(self.email.clone()), ..Look::on(saga.today()) };
        saga.tell(1, 2, "looking up the contact");
        if let Some(stored) = saga.look(look.clone()).await?.guest {
            self.warn_of_what_is_not_kept(saga, &stored);
            return Ok(ContactFound { contact: ContactView::from(&stored), created: false });
        }
        saga.has_room_for("first_name", &self.first_name)?;
        let new = CreateContact {
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: saga.phone(self.phone.as_ref()),
            contact_type: self.contact_type,
        };
        saga.tell(2, 2, "creating the contact");
        if saga.commit("create", Commit::new().with(new.clone())).await?.created {
            return Ok(ContactFound { contact: ContactView::from(&new.as_stored()), created: true });
        }
        // Another call added the person in between: the person as stored first remains.
        let stored = saga.step(LookUp(look)).named("look_again").await?.guest;
        let stored = stored.ok_or_else(|| SagaError::bug("a stored person is gone"))?;
        self.warn_of_what_is_not_kept(saga, &stored);
        Ok(ContactFound { contact: ContactView::from(&stored), created: false })
    }
}

impl CreateContactIfNotFound {
    fn warn_of_what_is_not_kept(&self, saga: &Run, stored: &Contact) {
        let (first_name, last_name) = (Some(&self.first_name), Some(&self.last_name));
        saga.warn_of_what_is_not_kept(
            stored,
            &Described { first_name, last_name, phone: self.phone.as_ref() },
        );
        if self.contact_type != guest() && stored.contact_type.known() != Some(self.contact_type) {
            let (name, is) = (stored.name(), stored.contact_type.as_str());
            saga.warn(format!("{name} is kept as a {is}; the type {} was not kept.", self.contact_type));
        }
    }
}
