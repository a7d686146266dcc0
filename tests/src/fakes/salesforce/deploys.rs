//! The Metadata REST API: takes a zip, checks it, and makes the org what it says. What a deployment may build on is what the
//! org has or what is deployed with it; a refusal is in the platform's words.
//!
//! The fake knows the whole hotel from its start (`schema.rs`). A bare org is one in which the hotel's objects and fields
//! are absent; a deployment brings them, and a field is seen only once a permission set shows it.

mod answer;
mod checks;
mod effects;
mod form;
mod package;
mod rights;
mod routes;
mod tables;

pub(super) use effects::plain;
pub(super) use rights::record as permission_set;
pub(super) use routes::{ask, begin};
pub(super) use tables::{by_tooling, of_setup};

use super::Salesforce;
use super::allowed::held;
use super::org::Org;
use super::schema;
use package::Component;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};

/// What was deployed, and what is on its way.
#[derive(Default)]
pub(crate) struct Metadata {
    /// The components that were deployed, by kind and full name.
    components: BTreeMap<(String, String), Component>,
    /// Objects and custom fields (`Object.Field`) that nobody has deployed yet.
    pub(super) absent: BTreeSet<String>,
    /// What describe says of a field (`Object.Field`) otherwise than the schema.
    pub(super) described: BTreeMap<String, Map<String, Value>>,
    deploys: Vec<Deploy>,
    /// Whether one was sent while another had not ended.
    overlapped: bool,
    /// Whether no deployment goes on.
    held: bool,
    /// Whether our user may not deploy.
    forbidden: bool,
}

/// A deployment.
#[derive(Clone, Debug)]
struct Deploy {
    id: String,
    zip: Vec<u8>,
    check_only: bool,
    rolls_back: bool,
    created: String,
    /// How often it was asked for since it came to the front.
    asked: usize,
    /// What came of it, once it has ended.
    result: Option<answer::Ended>,
}

impl Metadata {
    /// What an org of the hotel has that was made before the fields of our own package: the values of our standard value sets
    /// too.
    pub(super) fn of_the_hotel() -> Self {
        let described = effects::value_sets();
        Self { absent: schema::package().collect(), described, ..Self::default() }
    }
}

impl Org {
    pub(super) fn metadata(&self) -> MutexGuard<'_, Metadata> {
        self.metadata.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A deployment, as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// Its id.
    pub id: String,
    /// Its status.
    pub status: &'static str,
    /// Whether it only looked.
    pub check_only: bool,
}

impl Salesforce {
    /// An org that nobody has deployed anything to: the hotel's objects and fields are not there. It has no records.
    #[must_use]
    pub fn bare() -> Self {
        let org = Self::for_an_administrator(super::Data::Empty);
        let mut metadata = org.org.metadata();
        metadata.described.clear();
        for object in schema::objects() {
            let of = |name: &str| format!("{}.{name}", object.name);
            let custom = object.fields.iter().filter(|field| field.name.ends_with("__c"));
            metadata.absent.extend(custom.map(|field| of(&field.name)));
            if object.name.ends_with("__c") {
                metadata.absent.insert(object.name.clone());
            }
        }
        drop(metadata);
        org
    }

    /// Lets describe say something else of a field (`Object.Field`).
    ///
    /// # Panics
    /// When it is no JSON object.
    pub fn alter(&self, field: &str, says: &Value) {
        let says = says.as_object().expect("an object").clone();
        self.org.metadata().described.entry(field.to_owned()).or_default().extend(says);
    }

    /// What describe says of a field.
    #[must_use]
    pub fn described(&self, object: &str, field: &str) -> Value {
        let of = schema::object(object).expect("an object");
        super::describe::field(&self.org, of, of.field(field).expect("a field"))
    }

    /// The deployments so far, oldest first.
    #[must_use]
    pub fn deploys(&self) -> Vec<Deployed> {
        let metadata = self.org.metadata();
        let all = metadata.deploys.iter();
        all.map(|it| Deployed { id: it.id.clone(), status: it.status(), check_only: it.check_only }).collect()
    }

    /// Whether a deployment was ever sent while another had not ended.
    #[must_use]
    pub fn deploys_overlapped(&self) -> bool {
        self.org.metadata().overlapped
    }

    /// The full names of the components of a kind that were deployed.
    #[must_use]
    pub fn components(&self, kind: &str) -> Vec<String> {
        let metadata = self.org.metadata();
        let of_kind = metadata.components.keys().filter(|(of, _)| of == kind);
        of_kind.map(|(_, name)| name.clone()).collect()
    }

    /// Changes a component that was deployed, as an administrator does in Setup.
    ///
    /// # Panics
    /// When it was not deployed, or does not hold the old text.
    pub fn edit(&self, kind: &str, name: &str, old: &str, new: &str) {
        let mut metadata = self.org.metadata();
        let component = metadata.components.get_mut(&(kind.to_owned(), name.to_owned()));
        let component = component.unwrap_or_else(|| panic!("{kind} {name} was not deployed"));
        assert!(component.text.contains(old), "{kind} {name} does not say {old}");
        component.say(component.text.replacen(old, new, 1));
    }

    /// What a component that was deployed says.
    ///
    /// # Panics
    /// When it was not deployed.
    #[must_use]
    pub fn component(&self, kind: &str, name: &str) -> String {
        let metadata = self.org.metadata();
        let component = metadata.components.get(&(kind.to_owned(), name.to_owned()));
        component.unwrap_or_else(|| panic!("{kind} {name} was not deployed")).text.clone()
    }

    /// Lets no deployment go on, or lets them go on again.
    pub fn hold_deploys(&self, held: bool) {
        self.org.metadata().held = held;
    }

    /// Takes the right to deploy from our user.
    pub fn forbid_deploys(&self) {
        self.org.metadata().forbidden = true;
    }

    /// Gives our user these permission sets, which were deployed, and no other rights: no longer those of an administrator.
    ///
    /// # Panics
    /// When one was not deployed.
    pub fn assign(&self, sets: &[&str]) {
        let mut metadata = self.org.metadata();
        metadata.forbidden = true;
        let of = |name: &&str| {
            let key = ("PermissionSet".to_owned(), (*name).to_owned());
            metadata
                .components
                .get(&key)
                .map(|it| it.text.clone())
                .expect("a permission set that was deployed")
        };
        let texts: Vec<String> = sets.iter().map(of).collect();
        drop(metadata);
        let stays =
            |what: &String| what.ends_with(super::rules::CURRENCY) || what.ends_with(super::rules::PERSON);
        self.org.hidden.lock().unwrap_or_else(PoisonError::into_inner).retain(stays);
        self.allow_only(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// Whether the org has a component already.
fn is_there(metadata: &Metadata, kind: &str, name: &str) -> bool {
    let (object, field) = name.split_once('.').unwrap_or((name, ""));
    let known = schema::object(object).filter(|_| !metadata.absent.contains(object));
    match kind {
        "CustomObject" => known.is_some(),
        "CustomField" => {
            known.is_some_and(|object| object.field(field).is_some()) && !metadata.absent.contains(name)
                || metadata.components.contains_key(&(kind.to_owned(), name.to_owned()))
        }
        _ => metadata.components.contains_key(&(kind.to_owned(), name.to_owned())),
    }
}

/// What the first element of a name holds.
fn says<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    held(text, name).first().map(|text| text.trim())
}
