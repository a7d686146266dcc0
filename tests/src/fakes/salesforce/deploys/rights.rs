//! What permission sets that were deployed allow, as an org's own objects tell it. A deployment replaces a whole set.

use super::package::Component;
use super::{Metadata, says};
use crate::fakes::salesforce::allowed::held;
use crate::fakes::salesforce::ids;
use serde_json::{Value, json};

/// The permission sets that were deployed, each with its id.
fn sets(metadata: &Metadata) -> impl Iterator<Item = (String, &str, &Component)> {
    let sets = metadata.components.iter().filter(|((kind, _), _)| kind == "PermissionSet");
    sets.enumerate().map(|(at, ((_, name), set))| (ids::nth("0PS", at as u64 + 1), name.as_str(), set))
}

/// The rows of an object that tells of permission sets.
pub(super) fn rows(metadata: &Metadata, object: &str) -> Option<Vec<Value>> {
    let lists = |element: &'static str, row: fn(&str, &str) -> Value| {
        let of = |(id, _, set): (String, &str, &Component)| {
            held(&set.text, element).into_iter().map(|entry| row(&id, entry)).collect::<Vec<_>>()
        };
        Some(sets(metadata).flat_map(of).collect())
    };
    match object {
        "PermissionSet" => {
            let row = |(id, name, _)| json!({"Id": id, "Name": name, "NamespacePrefix": null});
            Some(sets(metadata).map(row).collect())
        }
        "FieldPermissions" => lists("fieldPermissions", |id, entry| {
            json!({"ParentId": id, "Field": says(entry, "field"), "PermissionsEdit": is(entry, "editable"),
                "PermissionsRead": is(entry, "readable")})
        }),
        "ObjectPermissions" => lists("objectPermissions", |id, entry| {
            json!({"ParentId": id, "SobjectType": says(entry, "object"), "PermissionsCreate": is(entry, "allowCreate"),
                "PermissionsDelete": is(entry, "allowDelete"), "PermissionsEdit": is(entry, "allowEdit"),
                "PermissionsRead": is(entry, "allowRead"), "PermissionsModifyAllRecords": is(entry, "modifyAllRecords"),
                "PermissionsViewAllRecords": is(entry, "viewAllRecords")})
        }),
        "PermissionSetTabSetting" => lists("tabSettings", |id, entry| {
            let on = says(entry, "visibility") == Some("Visible");
            json!({"ParentId": id, "Name": says(entry, "tab"), "Visibility": if on { "DefaultOn" } else { "DefaultOff" }})
        }),
        "SetupEntityAccess" => {
            let apps = lists(
                "applicationVisibilities",
                |id, _| json!({"ParentId": id, "SetupEntityType": "TabSet"}),
            );
            let classes =
                lists("classAccesses", |id, _| json!({"ParentId": id, "SetupEntityType": "ApexClass"}));
            Some(apps.into_iter().chain(classes).flatten().collect())
        }
        _ => None,
    }
}

fn is(entry: &str, what: &str) -> bool {
    says(entry, what) == Some("true")
}

/// A permission set as `GET` shows it, with a column for each permission on the system.
pub(in super::super) fn record(metadata: &Metadata, id: &str) -> Option<Value> {
    let (id, name, set) = sets(metadata).find(|(of, ..)| of == id)?;
    let mut record = json!({"Id": id, "Name": name, "IsCustom": true, "PermissionsManageUsers": false});
    for permission in held(&set.text, "userPermissions") {
        record[format!("Permissions{}", says(permission, "name").unwrap_or_default())] =
            json!(is(permission, "enabled"));
    }
    Some(record)
}
