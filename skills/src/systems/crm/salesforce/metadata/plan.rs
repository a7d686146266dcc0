//! What is sent to an org: the project, joined with what the org has. Nothing of the org is taken away or made narrower.

mod field;

use super::component::{Component, Components};
use super::keys;
use super::package::Package;
use super::pages::is_page;
use super::present::Present;
use super::value_sets;

/// A component of the project that is not sent.
#[derive(Debug)]
pub struct Kept {
    /// `CustomObject Booking__c`.
    pub called: String,
    /// Why it stays as it is.
    pub why: String,
}

/// What is sent, and what stays as it is.
#[derive(Debug)]
pub struct Plan {
    sent: Vec<Component>,
    /// What is not sent, because the org has it.
    pub kept: Vec<Kept>,
    /// What is sent otherwise than the project has it: the component, and how.
    pub notes: Vec<Kept>,
    keeps_pages: bool,
    version: String,
}

impl Plan {
    /// Joins a project with what an org has. Pages of the org stay, unless the project's replace them.
    pub fn of(components: &Components, present: &Present, replace_pages: bool) -> Self {
        let version = components.version.clone();
        let mut plan = Self { sent: vec![], kept: vec![], notes: vec![], keeps_pages: false, version };
        for component in &components.all {
            let called = component.called();
            let joined = match is_page(component).then(|| page(component, present, replace_pages)) {
                Some(sent) => sent,
                None => joined(component, present),
            };
            match joined {
                Ok((sent, notes)) => {
                    plan.sent.push(sent);
                    plan.notes.extend(notes.into_iter().map(|why| Kept { called: called.clone(), why }));
                }
                Err(why) => {
                    plan.keeps_pages |= is_page(component);
                    plan.kept.push(Kept { called, why });
                }
            }
        }
        plan
    }

    /// What is sent.
    pub fn package(&self) -> Package {
        Package::of(self.sent.iter(), &self.version)
    }

    /// Whether pages stay as they are because the org has them.
    pub fn keeps_pages(&self) -> bool {
        self.keeps_pages
    }

    /// How many components are sent.
    pub fn count(&self) -> usize {
        self.sent.len()
    }
}

/// A component as it is sent, with what is remarkable about that; else why it stays as it is.
fn joined(component: &Component, present: &Present) -> Result<(Component, Vec<String>), String> {
    let as_it_is = |component: &Component| (component.clone(), vec![]);
    let object = component.object().unwrap_or_default();
    let is_there = object.ends_with("__c") && present.objects.contains_key(object);
    match component.kind.name {
        "StandardValueSet" => Ok((value_sets::joined(component, present)?, vec![])),
        "CustomField" => {
            let field = component.name.rsplit('.').next().unwrap_or_default();
            match present.field(object, field) {
                Some(there) => field::joined(component, there, present),
                None => match present.has_field(&component.name) {
                    Some(true) => Err("is there, and this user does not see what it holds".to_owned()),
                    Some(false) => Ok((keys::new(component), vec![])),
                    None => Err("the org does not say whether it has it".to_owned()),
                },
            }
        }
        "CustomObject" if is_there => Err("is there, and keeps its own settings".to_owned()),
        "PermissionSet" => {
            let (set, left_out) = allowing_what_may_be(component, present);
            let (set, mut notes) = present.rights.joined(&set)?;
            notes.extend(left_out);
            Ok((set, notes))
        }
        _ => Ok(as_it_is(component)),
    }
}

/// A permission set without the fields that an org refuses in one: those that everybody sees because this org requires them,
/// and those that may not be there, of which a line says so.
fn allowing_what_may_be(set: &Component, present: &Present) -> (Component, Option<String>) {
    let mut set = set.clone();
    let mut unknown = vec![];
    set.body.children.retain(|child| {
        let name = child.says("field").filter(|_| child.name == "fieldPermissions").unwrap_or_default();
        let Some((object, field)) = name.split_once('.').filter(|(_, field)| field.ends_with("__c")) else {
            return true;
        };
        match present.field(object, field) {
            Some(there) => there["nillable"] != false || there["type"] == "boolean",
            None if present.has_field(name).is_some() => true,
            None => {
                unknown.push(name.to_owned());
                false
            }
        }
    });
    let unknown = unknown.join(", ");
    let note = (!unknown.is_empty())
        .then(|| format!("leaves out {unknown}, because the org does not say whether it has them"));
    (set, note)
}

/// A page, unless the org has it or may have it. An object that is not there yet has no pages.
fn page(component: &Component, present: &Present, replace: bool) -> Result<(Component, Vec<String>), String> {
    let object = component.object();
    let is_new = object.is_some_and(|it| it.ends_with("__c") && !present.objects.contains_key(it));
    match present.pages.keep(component).filter(|_| !replace && !is_new) {
        Some(why) => Err(why),
        None => Ok((component.clone(), vec![])),
    }
}

impl Components {
    /// The package of all components, as an org gets it that has nothing of them.
    pub fn package(&self) -> Package {
        Package::of(self.all.iter(), &self.version)
    }
}
