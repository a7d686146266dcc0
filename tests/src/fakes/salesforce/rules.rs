//! The rules of the org's own administrators: required fields, validation rules, triggers, locks, and fields that our user
//! may not see or change. Tests set them; without any, the org is as it was deployed.

use super::org::Org;
use super::refusal::{Refusal, Result};
use super::schema::{Object, package};
use super::tables::Row;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

/// The condition of a validation rule.
type Fires = Arc<dyn Fn(&Row) -> bool + Send + Sync>;

/// All rules of the org.
#[derive(Default)]
pub(crate) struct Rules {
    /// Required custom fields (`Object.Field`).
    required: Vec<(String, String)>,
    validation: Vec<(String, Fires, String)>,
    /// Objects whose every save is refused, with this code and message.
    refusing: Vec<(String, String, String)>,
    /// Ids of records that an approval has locked.
    locked: BTreeSet<String>,
    /// Fields (`Object.Field`) that our user may not change.
    read_only: BTreeSet<String>,
    /// The currency of records that name none, in an org with several.
    pub(crate) currency: Option<String>,
}

impl Rules {
    pub(crate) fn require(&mut self, object: &str, field: &str) {
        self.required.push((object.to_owned(), field.to_owned()));
    }

    pub(crate) fn validate(
        &mut self,
        object: &str,
        fires: impl Fn(&Row) -> bool + Send + Sync + 'static,
        message: &str,
    ) {
        self.validation.push((object.to_owned(), Arc::new(fires), message.to_owned()));
    }

    pub(crate) fn refuse(&mut self, object: &str, code: &str, message: &str) {
        self.refusing.push((object.to_owned(), code.to_owned(), message.to_owned()));
    }

    pub(crate) fn lock(&mut self, id: &str) {
        self.locked.insert(id.to_owned());
    }

    pub(crate) fn make_read_only(&mut self, field: &str) {
        self.read_only.insert(field.to_owned());
    }
}

impl Org {
    pub(crate) fn with_rules<T>(&self, work: impl FnOnce(&mut Rules) -> T) -> T {
        work(&mut self.rules.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether our user may not fill in a field.
    pub(crate) fn is_read_only(&self, object: &str, field: &str) -> bool {
        let name = format!("{object}.{field}");
        self.with_rules(|rules| rules.read_only.contains(&name)) || self.may_only_read(&name)
    }

    /// The required custom fields of an object.
    pub(crate) fn required_of(&self, object: &str) -> Vec<String> {
        let of = |rules: &mut Rules| {
            let these = rules.required.iter().filter(|(on, _)| on == object);
            these.map(|(_, field)| field.clone()).collect()
        };
        self.with_rules(of)
    }

    /// Why a row cannot be inserted.
    pub(crate) fn may_insert(&self, object: &Object, body: &Row) -> Result<()> {
        let missing: Vec<String> =
            self.required_of(&object.name).into_iter().filter(|field| !body.contains_key(field)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!("Required fields are missing: [{}]", missing.join(", "));
        let fields: Vec<&str> = missing.iter().map(String::as_str).collect();
        Err(Refusal::save("REQUIRED_FIELD_MISSING", message, &fields))
    }

    /// Why a row cannot be saved like this: first locks, then triggers, then validation rules, as on the platform.
    pub(crate) fn may_save(&self, object: &Object, id: &str, row: &Row) -> Result<()> {
        self.with_rules(|rules| {
            if rules.locked.contains(id) {
                let message = "the entity is locked for editing";
                return Err(Refusal::save("ENTITY_IS_LOCKED", message, &[]));
            }
            if let Some((_, code, message)) = rules.refusing.iter().find(|(on, ..)| *on == object.name) {
                return Err(Refusal::save(code, message, &[]));
            }
            let fired = rules.validation.iter().find(|(on, fires, _)| *on == object.name && fires(row));
            fired.map_or(Ok(()), |(_, _, message)| {
                Err(Refusal::save("FIELD_CUSTOM_VALIDATION_EXCEPTION", message, &[]))
            })
        })
    }

    /// Adds our package's fields: bookings store the agreed price of each night.
    pub(crate) fn has_package(&self) {
        let package: Vec<String> = package().collect();
        self.metadata().absent.retain(|what| !package.contains(what));
    }

    /// Makes it an org with person accounts.
    pub(crate) fn has_person_accounts(&self) {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner).retain(|what| !what.ends_with(PERSON));
        self.tables().set_everywhere(PERSON, &Value::from(false));
    }

    /// Makes it an org with several currencies; all its records are in this one.
    pub(crate) fn has_currencies(&self, code: &str) {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner).retain(|what| !what.ends_with(CURRENCY));
        self.with_rules(|rules| rules.currency = Some(code.to_owned()));
        self.tables().set_everywhere(CURRENCY, &Value::from(code));
    }
}

/// The field that contacts and accounts of an org with person accounts have.
pub(crate) const PERSON: &str = "IsPersonAccount";
/// The field that every object of an org with several currencies has.
pub(crate) const CURRENCY: &str = "CurrencyIsoCode";
