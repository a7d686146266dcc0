use crate::saga::{Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::contacts::{ContactView, CreateContact};
use skills::systems::crm::Look;
use skills::words::{ContactType, Email, PersonName, Phone};
use skills::{Commit, Effect, LookUp};

/// Add a person the hotel does not know yet, by e-mail: a Guest unless contact_type says otherwise. A known person is
/// never overwritten: then created is false and the stored person is returned. Fails with VALIDATION_ERROR.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateContactIfNotFound {
    /// The person's e-mail; the key.
    pub email: Email,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Phone number, such as +15550100001.
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
        if let Some(stored) = saga.look(look.clone()).await?.guest {
            return Ok(ContactFound { contact: ContactView::from(&stored), created: false });
        }
        let new = CreateContact {
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            contact_type: self.contact_type,
        };
        if saga.commit("create", Commit::new().with(new.clone())).await?.created {
            return Ok(ContactFound { contact: ContactView::from(&new.as_stored()), created: true });
        }
        // Somebody else added the person in between: theirs stands.
        let stored = saga.step(LookUp(look)).named("look_again").await?.guest;
        let stored = stored.ok_or_else(|| SagaError::bug("a stored person is gone"))?;
        Ok(ContactFound { contact: ContactView::from(&stored), created: false })
    }
}
