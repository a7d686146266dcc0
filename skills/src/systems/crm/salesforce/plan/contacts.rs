//! People: created once per e-mail; only the given fields change.

use super::super::client::text_to;
use super::super::draft::Row;
use super::super::rows::ContactRow;
use super::Planner;
use crate::error::Refusal;
use crate::operations::contacts::{CreateContact, UpsertContact};
use crate::refusals;
use crate::words::{ContactMethod, ContactType, Email};
use serde_json::json;

impl Planner<'_> {
    pub(super) fn create_contact(&mut self, new: &CreateContact) -> Result<(), Refusal> {
        if self.stored(&new.email)?.is_none() {
            self.make_contact(&UpsertContact {
                email: new.email.clone(),
                first_name: Some(new.first_name.clone()),
                last_name: Some(new.last_name.clone()),
                phone: new.phone.clone(),
                contact_type: Some(new.contact_type),
                prefers: None,
            });
        }
        Ok(())
    }

    pub(super) fn upsert_contact(&mut self, new: &UpsertContact) -> Result<(), Refusal> {
        match self.stored(&new.email)? {
            Some(row) => {
                let row = Row::Contact { id: row.id.clone() };
                self.plan.draft.set_given(&row, given(new));
            }
            None if new.last_name.is_none() => {
                return Err(refusals::invalid_argument("last_name", "a new person needs one", None));
            }
            None => self.make_contact(new),
        }
        Ok(())
    }

    /// The person with this e-mail, if any. A refusal if the cache does not have it: then it is read.
    fn stored(&self, email: &Email) -> Result<Option<&ContactRow>, Refusal> {
        match self.facts.contacts.get(email) {
            Some(stored) => Ok(stored.as_ref()),
            None if self.facts.is_fresh() => Ok(None),
            None => Err(refusals::guest_not_found(email)),
        }
    }

    fn make_contact(&mut self, new: &UpsertContact) {
        let mut body = json!({
            "Email": new.email, "Unique_Email__c": new.email, "Contact_Type__c": ContactType::Guest,
            "Preferred_Contact_Method__c": ContactMethod::Email,
        });
        for (field, value) in given(new) {
            if let Some(value) = value {
                body[field] = value.into();
            }
        }
        let id = self.plan.draft.make("contact", "Contact", body);
        self.facts.contacts.insert(new.email.clone(), Some(ContactRow::made(id, &new.email)));
        self.plan.done.created = true;
    }
}

/// The fields of a person with the given values.
fn given(new: &UpsertContact) -> [(&'static str, Option<String>); 5] {
    [
        ("FirstName", new.first_name.as_ref().map(|name| text_to(name.as_str()))),
        ("LastName", new.last_name.as_ref().map(|name| text_to(name.as_str()))),
        ("Phone", new.phone.as_ref().map(ToString::to_string)),
        ("Contact_Type__c", new.contact_type.map(|kind| kind.to_string())),
        ("Preferred_Contact_Method__c", new.prefers.map(|way| way.to_string())),
    ]
}
