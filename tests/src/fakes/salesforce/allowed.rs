//! What permission sets allow our user: as a rule the one that the project has for the integration user.

use super::Salesforce;
use super::org::Org;
use super::refusal::{Refusal, Result};
use super::schema::{self, Field, Object};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, PoisonError};

/// The platform's own fields of Contact, Opportunity and Case for which there are field permissions, as the profiles of real
/// orgs list them. Any other is seen by whoever sees the record.
const PROTECTED: [(&str, &str); 3] = [
    (
        "Contact",
        "AccountId AssistantName AssistantPhone Birthdate Department Description DoNotCall Email Fax HomePhone LeadSource \
         MailingAddress MobilePhone OtherAddress OtherPhone Phone ReportsToId Title",
    ),
    (
        "Opportunity",
        "AccountId Amount CampaignId ContractId Description ExpectedRevenue IsPrivate LeadSource NextStep Probability \
         TotalOpportunityQuantity Type",
    ),
    (
        "Case",
        "AccountId AssetId BusinessHoursId ClosedDate ContactId Description IsEscalated Origin ParentId Priority ProductId \
         Reason Subject SuppliedCompany SuppliedEmail SuppliedName SuppliedPhone Type",
    ),
];

/// Whether there are field permissions for a field of the platform's own.
#[must_use]
pub fn is_protected(object: &str, field: &str) -> bool {
    PROTECTED.iter().any(|(of, fields)| *of == object && fields.split_whitespace().any(|it| it == field))
}

/// What a user may do with an object or a field.
#[derive(Default, Clone, Copy)]
struct May {
    read: bool,
    create: bool,
    edit: bool,
}

/// What permission sets allow together, and nothing else. An org has nobody else's records, so View All Records makes no
/// difference here.
#[derive(Default)]
pub(crate) struct Rights {
    objects: BTreeMap<String, May>,
    /// Objects and fields (`Object.Field`) that the user does not see.
    pub(crate) hidden: BTreeSet<String>,
    /// Fields that the user sees and may not change.
    read_only: BTreeSet<String>,
}

impl Rights {
    /// Reads permission sets, as their files are.
    fn of(sets: &[&str]) -> Self {
        let mut allowed: BTreeMap<&str, May> = BTreeMap::new();
        for (kind, name, read, create, edit) in [
            ("objectPermissions", "object", "allowRead", "allowCreate", "allowEdit"),
            ("fieldPermissions", "field", "readable", "editable", "editable"),
        ] {
            for permissions in sets.iter().flat_map(|set| held(set, kind)) {
                let says = |what| held(permissions, what).first() == Some(&"true");
                let Some(about) = held(permissions, name).first().copied() else { continue };
                let may = allowed.entry(about).or_default();
                may.read |= says(read);
                may.create |= says(create);
                may.edit |= says(edit);
            }
        }
        let mut rights = Self::default();
        for object in schema::objects().filter(|object| object.name != "User") {
            let may = allowed.get(object.name.as_str()).copied().unwrap_or_default();
            if !may.read {
                rights.hidden.insert(object.name.clone());
            }
            rights.objects.insert(object.name.clone(), may);
            for field in object.fields.iter().filter(|field| has_permissions(object, field)) {
                let name = format!("{}.{}", object.name, field.name);
                let may = allowed.get(name.as_str()).copied().unwrap_or_default();
                if !may.read {
                    rights.hidden.insert(name);
                } else if !may.edit {
                    rights.read_only.insert(name);
                }
            }
        }
        rights
    }

    /// Those of the integration user: the permission set that the project has for it.
    pub(super) fn of_the_integration_user() -> Arc<Self> {
        static RUN: LazyLock<Arc<Rights>> =
            LazyLock::new(|| Arc::new(Rights::of(&[&schema::permission_set("Hotel_MCP_Run")])));
        Arc::clone(&RUN)
    }
}

impl Salesforce {
    /// Allows our user what these permission sets (as files) allow together, and nothing else.
    pub fn allow_only(&self, sets: &[&str]) {
        self.org.give(Some(Arc::new(Rights::of(sets))));
    }

    /// Allows our user what these permission sets of the project allow together, and nothing else.
    pub fn permit(&self, sets: &[&str]) {
        let sets: Vec<_> = sets.iter().map(|name| schema::permission_set(name)).collect();
        self.allow_only(&sets.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

/// Whether there are field permissions for a field at all.
pub(super) fn has_permissions(object: &Object, field: &Field) -> bool {
    if field.name.ends_with("__c") {
        return !field.required && !field.master;
    }
    is_protected(&object.name, &field.name)
}

/// What the elements of a name hold.
pub(crate) fn held<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let pieces = text.split(start.as_str()).skip(1);
    pieces.filter_map(|piece| Some(piece.split_once(end.as_str())?.0)).collect()
}

impl Org {
    /// Gives our user these rights; without any, those of an administrator.
    pub(super) fn give(&self, rights: Option<Arc<Rights>>) {
        *self.rights.lock().unwrap_or_else(PoisonError::into_inner) = rights;
    }

    /// What our user may do, if that is not everything.
    pub(super) fn rights(&self) -> Option<Arc<Rights>> {
        self.rights.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether our user may make records of an object, and change them.
    pub(crate) fn allows(&self, object: &str) -> (bool, bool) {
        let rights = self.rights();
        let may = rights.as_ref().and_then(|rights| rights.objects.get(object));
        may.map_or((true, true), |may| (may.create, may.edit))
    }

    /// Whether our user may only read a field.
    pub(crate) fn may_only_read(&self, field: &str) -> bool {
        self.rights().is_some_and(|rights| rights.read_only.contains(field))
    }

    /// Why our user may not make or change records of an object.
    pub(crate) fn may_write(&self, object: &Object, creating: bool) -> Result<()> {
        let (create, edit) = self.allows(&object.name);
        if if creating { create } else { edit } {
            return Ok(());
        }
        let what = if creating { "inserted" } else { "updated" };
        let message = format!("entity type cannot be {what}: {}", object.label);
        Err(Refusal::bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message))
    }
}
