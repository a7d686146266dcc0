//! Whether a field of the org is as its table says the adapter needs it.

use super::super::fields::{Field, Key};
use super::{Examination, PERMISSIONS};
use serde_json::Value;

/// Holds what describe says against what is needed.
pub(super) fn hold(field: &Field, found: &mut Examination, object: &str, there: Option<&Value>) {
    let about = format!("{object}.{}", field.name);
    let Some(there) = there else {
        let mend = format!(
            "deploy the field (staff-server setup --metadata); then {PERMISSIONS} and allow Read on it"
        );
        found.wrong(about, "not there, or hidden from the integration user", mend);
        return;
    };
    let kind = there["type"].as_str().unwrap_or_default();
    let types = field.kind.described_as();
    if !types.contains(&kind) {
        found.wrong(
            about,
            format!("is a {kind}, not a {}", types[0]),
            "make it the type that the hotel's objects have (staff-server setup --metadata leaves a field of another type alone)",
        );
        return;
    }
    let length = there["length"].as_u64().unwrap_or_default();
    if length < field.holds.into() {
        let says = format!("takes {length} characters; {} are needed", field.holds);
        found.wrong(about.as_str(), says, format!("make its length {}", field.holds));
    }
    for (right, needed) in [("createable", field.made), ("updateable", field.changed)] {
        if needed && there[right] != true {
            found.wrong(
                about.as_str(),
                format!("not {right}"),
                format!("{PERMISSIONS} and allow Edit on the field"),
            );
        }
    }
    let missing = match field.key {
        Key::None => false,
        Key::External => there["externalId"] != true,
        Key::Unique => there["externalId"] != true || there["unique"] != true,
    };
    if missing {
        let kind = if field.key == Key::Unique { "a unique external id" } else { "an external id" };
        let says = format!("is not {kind}: lookups by it are slow or find two");
        found.wrong(about.as_str(), says, format!("make the field {kind}"));
    }
    hold_values(field, found, about, there);
}

fn hold_values(field: &Field, found: &mut Examination, about: String, there: &Value) {
    let Some(values) = field.writes.filter(|_| there["type"] == "picklist") else { return };
    let listed = there["picklistValues"].as_array().map_or(&[][..], Vec::as_slice);
    let is_listed = |value: &&str| listed.iter().any(|it| it["value"] == *value && it["active"] != false);
    let lacks: Vec<_> = values().into_iter().filter(|value| !is_listed(value)).collect();
    if lacks.is_empty() {
        return;
    }
    let (says, mend) = (format!("does not list {}", lacks.join(", ")), "add the values to the picklist");
    if there["restrictedPicklist"] == true {
        found.wrong(about, says, mend);
    } else {
        found.warning(about, format!("{says}; the API takes them, people cannot choose them"), mend);
    }
}
