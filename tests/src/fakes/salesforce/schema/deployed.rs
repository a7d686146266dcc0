//! The schema is what an org has once the project in `salesforce/` is deployed.

use super::super::allowed::held;
use super::{Field, Kind, OnDelete, object};
use serde_json::json;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("a file").path()).collect()
}

/// How the project calls the type of a field.
const fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "Id",
        Kind::String => "Text",
        Kind::LongTextArea => "LongTextArea",
        Kind::Email => "Email",
        Kind::Phone => "Phone",
        Kind::Url => "Url",
        Kind::Picklist => "Picklist",
        Kind::Boolean => "Checkbox",
        Kind::Double => "Number",
        Kind::Currency => "Currency",
        Kind::Date => "Date",
        Kind::DateTime => "DateTime",
        Kind::Reference => "Lookup",
    }
}

fn agrees(about: &str, file: &str, field: &Field) {
    let says = |name: &str| held(file, name).first().copied();
    let is = |name: &str| says(name) == Some("true");
    let number = |name: &str| says(name).map(|text| text.parse::<usize>().expect("a number"));
    let kind = if field.master { "MasterDetail" } else { named(field.kind) };
    assert_eq!(says("type"), Some(kind), "{about}: type");
    if let Some(length) = number("length") {
        assert_eq!(field.length, Some(length), "{about}: length");
    }
    if let Some(digits) = number("precision") {
        let (precision, scale) = (field.precision.unwrap_or_default(), field.scale);
        let there = (usize::try_from(precision), usize::try_from(scale));
        assert_eq!(there, (Ok(digits), Ok(number("scale").unwrap_or_default())), "{about}: digits");
    }
    let keys = (is("unique"), is("externalId"), is("caseSensitive"));
    assert_eq!((field.unique, field.external_id, field.case_sensitive), keys, "{about}: keys");
    assert_eq!(field.required, is("required") || field.master, "{about}: required");
    assert_eq!(field.to.as_deref(), says("referenceTo"), "{about}: where it leads");
    let children = says("relationshipName").map(|name| format!("{name}__r"));
    assert_eq!(field.children, children, "{about}: what leads back");
    let deleted = match says("deleteConstraint") {
        Some("Restrict") => Some(OnDelete::Restrict),
        Some("SetNull") => Some(OnDelete::SetNull),
        Some(other) => panic!("{about}: {other}"),
        None => field.master.then_some(OnDelete::Cascade),
    };
    assert_eq!(field.on_delete, deleted, "{about}: what a deletion does");
    if field.kind == Kind::Picklist {
        let values = held(file, "value");
        let value = |value: &&str| held(value, "fullName")[0].to_owned();
        assert_eq!(field.values, Some(values.iter().map(value).collect()), "{about}: values");
        let default = values.iter().find(|value| held(value, "default") == ["true"]).map(value);
        assert_eq!(field.default, default.map(|value| json!(value)), "{about}: default");
        assert_eq!(field.restricted, is("restricted"), "{about}: restricted");
    }
}

#[test]
fn an_org_with_the_project_has_this_schema() {
    let objects = Path::new(env!("CARGO_MANIFEST_DIR")).join("../salesforce/force-app/main/default/objects");
    let mut fields = 0;
    for folder in files(&objects) {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let there = object(&name).unwrap_or_else(|| panic!("there is no {name}"));
        for path in files(&folder.join("fields")) {
            let file = std::fs::read_to_string(&path).expect("a file").replace("\r\n", "\n");
            let field = held(&file, "fullName")[0];
            let about = format!("{name}.{field}");
            let field = there.field(field).unwrap_or_else(|| panic!("there is no {about}"));
            agrees(&about, &file, field);
            fields += 1;
        }
        let definition = folder.join(format!("{name}.object-meta.xml"));
        if name.ends_with("__c") {
            let file = std::fs::read_to_string(definition).expect("a file");
            let number = held(&file, "displayFormat").first().map(|format| (*format).to_owned());
            let called = there.field(&there.name_field).expect("a name");
            assert_eq!(called.format, number, "{name}: how it is numbered");
            assert!(file.contains(&format!("<label>{}</label>", there.label)), "{name}: label");
        }
    }
    assert!(fields > 40, "{fields}");
}
