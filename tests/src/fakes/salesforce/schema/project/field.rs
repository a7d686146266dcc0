//! A field of the project, as its file says.

use super::super::xml::{Element, child, children, is, text};
use super::super::{Field, Kind, OnDelete};
use serde_json::{Value, json};

/// What a file of a field may say that makes no difference here.
const WITHOUT_EFFECT: [&str; 5] =
    ["inlineHelpText", "description", "relationshipLabel", "relationshipOrder", "visibleLines"];

/// Reads a field. What this stand-in does not do (a formula, a filter of a lookup) is refused rather than overlooked.
pub(super) fn read(called: &str, root: Element<'_, '_>) -> Result<Field, String> {
    let kind = text(root, "type").ok_or("no type")?;
    let mut field = Field::of(called, of_type(kind)?);
    field.master = kind == "MasterDetail";
    field.required = field.master;
    field.on_delete = match kind {
        "MasterDetail" => Some(OnDelete::Cascade),
        "Lookup" => Some(OnDelete::SetNull),
        _ => None,
    };
    for element in root.children().filter(roxmltree::Node::is_element) {
        let (name, said) = (element.tag_name().name(), element.text().unwrap_or_default().trim());
        let number = || said.parse::<usize>().map_err(|_| format!("{name}: {said} is not a number"));
        match name {
            "type" => {}
            "fullName" if said == called => {}
            "label" => field.label = Some(said.to_owned()),
            "length" => field.length = Some(number()?),
            "precision" => field.precision = i32::try_from(number()?).ok(),
            "scale" => field.scale = i32::try_from(number()?).unwrap_or_default(),
            "required" => field.required |= said == "true",
            "unique" => field.unique = said == "true",
            "externalId" => field.external_id = said == "true",
            "caseSensitive" => field.case_sensitive = said == "true",
            "referenceTo" => field.to = Some(said.to_owned()),
            "relationshipName" => field.children = Some(format!("{said}__r")),
            "deleteConstraint" => {
                let known = json!(said);
                let what = serde_json::from_value(known).map_err(|error| format!("{name}: {error}"))?;
                field.on_delete = Some(what);
            }
            "defaultValue" => {
                let value = serde_json::from_str::<Value>(said);
                field.default = Some(value.map_err(|_| format!("{name}: {said} has to be computed"))?);
            }
            "valueSet" => list(&mut field, element)?,
            "reparentableMasterDetail" | "writeRequiresMasterRead" if said == "false" => {}
            other if WITHOUT_EFFECT.contains(&other) => {}
            other => return Err(format!("this stand-in does not do what {other} ({said}) says")),
        }
    }
    if field.kind == Kind::Reference {
        field.relationship = called.strip_suffix("__c").map(|name| format!("{name}__r"));
    }
    Ok(field)
}

fn of_type(kind: &str) -> Result<Kind, String> {
    Ok(match kind {
        "Text" => Kind::String,
        "LongTextArea" => Kind::LongTextArea,
        "Email" => Kind::Email,
        "Phone" => Kind::Phone,
        "Url" => Kind::Url,
        "Picklist" => Kind::Picklist,
        "Checkbox" => Kind::Boolean,
        "Number" => Kind::Double,
        "Currency" => Kind::Currency,
        "Date" => Kind::Date,
        "DateTime" => Kind::DateTime,
        "Lookup" | "MasterDetail" => Kind::Reference,
        other => return Err(format!("this stand-in has no fields of the type {other}")),
    })
}

fn list(field: &mut Field, set: Element<'_, '_>) -> Result<(), String> {
    let values = child(set, "valueSetDefinition").ok_or("values that are not listed in the file")?;
    let names = children(values, "value").map(|value| text(value, "fullName").map(str::to_owned));
    field.values = Some(names.collect::<Option<_>>().ok_or("a value without a name")?);
    field.restricted = is(set, "restricted");
    let mut defaults = children(values, "value").filter(|value| is(*value, "default"));
    field.default = defaults.next().and_then(|value| text(value, "fullName")).map(|name| json!(name));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use roxmltree::Document;

    fn of(inner: &str) -> Result<Field, String> {
        let text = format!("<CustomField><fullName>Size__c</fullName>{inner}</CustomField>");
        read("Size__c", Document::parse(&text).unwrap().root_element())
    }

    #[test]
    fn a_field_is_what_its_file_says() {
        let size =
            of("<type>Number</type><precision>5</precision><scale>1</scale><defaultValue>2</defaultValue>");
        let size = size.unwrap();
        assert_eq!((size.kind, size.precision, size.scale), (Kind::Double, Some(5), 1));
        assert_eq!((size.default, size.required), (Some(json!(2)), false));
        let link = of(
            "<type>Lookup</type><referenceTo>Case</referenceTo><relationshipName>Sizes</relationshipName>",
        );
        let link = link.unwrap();
        assert_eq!(
            (link.relationship.as_deref(), link.children.as_deref()),
            (Some("Size__r"), Some("Sizes__r"))
        );
        assert_eq!(link.on_delete, Some(OnDelete::SetNull));
    }

    #[test]
    fn what_is_not_done_here_is_not_overlooked() {
        for (inner, says) in [
            ("<type>Number</type><formula>1 + 1</formula>", "formula"),
            ("<type>Summary</type>", "the type Summary"),
            ("<type>Text</type><defaultValue>TODAY()</defaultValue>", "has to be computed"),
            ("<type>Picklist</type><valueSet><valueSetName>Sizes</valueSetName></valueSet>", "not listed"),
            ("<type>Text</type><fullName>Other__c</fullName>", "fullName"),
        ] {
            let why = of(inner).expect_err(inner);
            assert!(why.contains(says), "{inner}: {why}");
        }
    }
}
