//! Sizes, names and rights that no org takes.

use super::super::component::Component;
use super::super::present::Present;
use super::super::xml::Element;

/// How many characters a text may have, and how many digits a number.
const TEXT: std::ops::RangeInclusive<u64> = 1..=255;
const DIGITS: u64 = 18;

/// What the platform does not have is a project's own, and is called so.
pub(super) fn names(component: &Component, present: &Present, problems: &mut Vec<String>) {
    let (object, field) = component.name.split_once('.').unwrap_or((&component.name, ""));
    let (is_there, what) = match component.kind.name {
        "CustomField" => (present.field(object, field).is_some(), "a field"),
        _ => (present.objects.contains_key(object), "an object"),
    };
    let is_own = ["__c", "__e", "__mdt", "__pc"].iter().any(|end| component.name.ends_with(end));
    if !is_there && !is_own {
        problems.push(format!("the org has none, and the name of {what} of your own ends with __c"));
    }
}

/// The size of a field.
pub(super) fn field(body: &Element, problems: &mut Vec<String>) {
    let number = |name: &str| body.says(name).map(|said| said.parse::<u64>().map_err(|_| said.to_owned()));
    for size in ["length", "precision", "scale"] {
        if let Some(Err(said)) = number(size) {
            problems.push(format!("has the {size} {said}, which is no number"));
        }
    }
    if let (Some("Text"), Some(Ok(length))) = (body.says("type"), number("length"))
        && !TEXT.contains(&length)
    {
        problems.push(format!("has the length {length}; a text has 1 to 255"));
    }
    if let (Some(Ok(precision)), Some(Ok(scale))) = (number("precision"), number("scale")) {
        if precision > DIGITS {
            problems.push(format!("has the precision {precision}; a number has {DIGITS} digits at most"));
        }
        if scale > precision {
            problems.push(format!("has the scale {scale}, more than its precision, {precision}"));
        }
    }
}

/// Rights that build on others, and what is said twice.
pub(super) fn permission_set(set: &Element, problems: &mut Vec<String>) {
    let is = |entry: &Element, what: &str| entry.says(what) == Some("true");
    for entry in set.all("objectPermissions") {
        let object = entry.says("object").unwrap_or_default();
        let builds = ["allowCreate", "allowEdit", "allowDelete"].into_iter().filter(|what| is(entry, what));
        let builds: Vec<_> = builds.collect();
        if !builds.is_empty() && !is(entry, "allowRead") {
            problems.push(format!("allows {} of {object} without allowRead", builds.join(", ")));
        }
    }
    let mut named = std::collections::BTreeSet::new();
    for entry in set.all("fieldPermissions") {
        let field = entry.says("field").unwrap_or_default();
        if is(entry, "editable") && !is(entry, "readable") {
            problems.push(format!("{field} is editable and not readable"));
        }
        if !named.insert(field.to_lowercase()) {
            problems.push(format!("names {field} twice"));
        }
    }
}
