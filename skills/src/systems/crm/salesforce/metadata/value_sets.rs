//! The platform's own picklists. A deployment replaces all values of one, and those that it does not name become inactive: so
//! what is deployed is what the org has, with what is missing of ours behind it.

use super::component::Component;
use super::present::Present;
use super::xml::Element;
use serde_json::Value;

/// Which field shows the values of which set.
pub(super) const FIELDS: [(&str, &str, &str); 5] = [
    ("OpportunityStage", "Opportunity", "StageName"),
    ("CaseType", "Case", "Type"),
    ("CaseStatus", "Case", "Status"),
    ("CasePriority", "Case", "Priority"),
    ("CaseOrigin", "Case", "Origin"),
];

/// A set with the org's values and ours.
///
/// The error says why the set stays as it is.
pub(super) fn joined(ours: &Component, present: &Present) -> Result<Component, String> {
    let Some((_, object, field)) = FIELDS.iter().find(|(set, ..)| *set == ours.name) else {
        return Err("setup --metadata cannot ask the org for these values; add yours in Setup".to_owned());
    };
    let Some(there) = present.field(object, field) else {
        return Err(format!("this user does not see {object}.{field}, and so not which values there are"));
    };
    let theirs = theirs(ours, there, present)?;
    let is_theirs = |value: &Element| {
        let name = value.says("fullName").unwrap_or_default();
        theirs.iter().any(|it| it.says("fullName").is_some_and(|it| it.eq_ignore_ascii_case(name)))
    };
    let missing: Vec<_> = ours.body.all("standardValue").filter(|value| !is_theirs(value)).cloned().collect();
    if missing.is_empty() {
        return Err("has all values of the hotel".to_owned());
    }
    let has_default = theirs.iter().any(|value| value.says("default") == Some("true"));
    let mut joined = ours.clone();
    if present.lists.get(&ours.name).is_some_and(|list| list.is_sorted) {
        joined.body.set("sorted", true);
    }
    joined.body.children.retain(|child| child.name != "standardValue");
    joined.body.children.extend(theirs);
    joined.body.children.extend(missing.into_iter().map(|mut value| {
        if has_default {
            value.set("default", false);
        }
        value
    }));
    Ok(joined)
}

/// The org's values, with what each means.
fn theirs(ours: &Component, there: &Value, present: &Present) -> Result<Vec<Element>, String> {
    let listed =
        there["picklistValues"].as_array().into_iter().flatten().filter(|value| value["active"] != false);
    let mut values: Vec<Element> = listed.filter_map(described).collect();
    let meant = match ours.name.as_str() {
        "OpportunityStage" => present.stages.as_ref(),
        "CaseStatus" => present.statuses.as_ref(),
        "CasePriority" => {
            values.iter_mut().for_each(|value| say_whether_high(value, ours, present));
            return Ok(values);
        }
        _ => return Ok(values),
    };
    let meant = meant.ok_or("the org does not say what its values mean; add those of the hotel in Setup")?;
    for value in &mut values {
        let name = value.says("fullName").unwrap_or_default().to_owned();
        let row =
            meant.iter().find(|row| row["ApiName"] == name.as_str() || row["MasterLabel"] == name.as_str());
        let row = row.ok_or_else(|| {
            format!("the org does not say what {name} means; add those of the hotel in Setup")
        })?;
        value.set("closed", row["IsClosed"] == true);
        if ours.name == "OpportunityStage" {
            if let Some(text) = row["Description"].as_str() {
                value.set("description", text);
            }
            value.set("forecastCategory", row["ForecastCategory"].as_str().unwrap_or("Pipeline"));
            value.set("probability", whole(&row["DefaultProbability"]));
            value.set("won", row["IsWon"] == true);
        }
    }
    Ok(values)
}

/// A value as describe has it.
pub(super) fn described(value: &Value) -> Option<Element> {
    let name = value["value"].as_str()?;
    let label = value["label"].as_str().unwrap_or(name);
    Some(Element::of(
        "standardValue",
        vec![
            Element::text("fullName", name),
            Element::text("default", value["defaultValue"] == true),
            Element::text("label", label),
        ],
    ))
}

/// A priority that the org says nothing of is what the project says, or not high.
fn say_whether_high(value: &mut Element, ours: &Component, present: &Present) {
    let name = value.says("fullName").unwrap_or_default().to_owned();
    let planned = ours.body.all("standardValue").find(|it| it.says("fullName") == Some(&name));
    let planned = planned.is_some_and(|it| it.says("highPriority") == Some("true"));
    value.set("highPriority", present.high.as_ref().map_or(planned, |high| high.contains(&name)));
}

/// A number of percent without its point.
fn whole(number: &Value) -> String {
    number.as_f64().map_or_else(|| "0".to_owned(), |number| format!("{number:.0}"))
}
