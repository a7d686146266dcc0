//! What permission sets allow our user.

use super::Salesforce;
use super::org::Org;
use super::refusal::{Refusal, Result};
use super::schema::{self, Field, Object};
use std::collections::BTreeMap;

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
pub(crate) struct May {
    read: bool,
    create: bool,
    edit: bool,
}

impl Salesforce {
    /// Allows our user what these permission sets (as files) allow together, and nothing else. An org has nobody else's
    /// records, so View All Records makes no difference here.
    pub fn allow_only(&self, sets: &[&str]) {
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
        for object in schema::objects().filter(|object| object.name != "User") {
            let may = allowed.get(object.name.as_str()).copied().unwrap_or_default();
            if !may.read {
                self.hide(&object.name);
            }
            self.org.with_rules(|rules| rules.allow(&object.name, may));
            for field in object.fields.iter().filter(|field| has_permissions(object, field)) {
                let name = format!("{}.{}", object.name, field.name);
                let may = allowed.get(name.as_str()).copied().unwrap_or_default();
                if !may.read {
                    self.hide(&name);
                } else if !may.edit {
                    self.make_read_only(&name);
                }
            }
        }
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
    /// Whether our user may make records of an object, and change them.
    pub(crate) fn allows(&self, object: &str) -> (bool, bool) {
        self.with_rules(|rules| rules.allowed(object).map_or((true, true), |may| (may.create, may.edit)))
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
