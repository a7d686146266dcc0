//! The values that the platform's own picklists must list, so that people can choose and filter by them.

use super::VALUES;
use super::xml::{Element, document, of, text};
use skills::systems::crm::salesforce::fields::{Kind, OBJECTS};
use std::collections::BTreeMap;

/// How the platform calls the values of each.
const SETS: [(&str, &str, &str); 5] = [
    ("Opportunity", "StageName", "OpportunityStage"),
    ("Case", "Type", "CaseType"),
    ("Case", "Status", "CaseStatus"),
    ("Case", "Priority", "CasePriority"),
    ("Case", "Origin", "CaseOrigin"),
];

/// What a stage means to forecasts: its category, how likely the sale is, in percent, and whether it is closed and won.
const STAGES: [(&str, &str, u8); 7] = [
    ("Prospecting", "Pipeline", 10),
    ("Qualification", "Pipeline", 10),
    ("Booking Confirmed", "Forecast", 90),
    ("Checked In", "Forecast", 95),
    ("Closed Won", "Closed", 100),
    ("Closed Lost", "Omitted", 0),
    ("Negotiation/Review", "Pipeline", 90),
];

/// Each list of values as a file.
pub(super) fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for object in OBJECTS {
        for field in object.fields.iter().filter(|field| !field.is_custom()) {
            let Kind::Picklist(choices) = field.kind else { continue };
            let set = SETS.iter().find(|(of, name, _)| (*of, *name) == (object.name, field.name));
            let (.., set) = set.unwrap_or_else(|| panic!("{}.{} has no list", object.name, field.name));
            let values = (choices.all)().into_iter().map(|value| written(set, value));
            let all: Vec<_> = std::iter::once(text("sorted", false)).chain(values).collect();
            let path = format!("{VALUES}/standardValueSets/{set}.standardValueSet-meta.xml");
            files.insert(path, document("StandardValueSet", &all));
        }
    }
    files
}

fn written(set: &str, value: &str) -> Element {
    let is_default = matches!((set, value), ("CaseStatus", "New") | ("CasePriority", "Medium"));
    let mut all = vec![text("fullName", value), text("default", is_default), text("label", value)];
    match set {
        "OpportunityStage" => {
            let stage = STAGES.iter().find(|(name, ..)| *name == value);
            let (_, category, likely) = stage.unwrap_or_else(|| panic!("what is {value} to forecasts?"));
            all.push(text("closed", value.starts_with("Closed")));
            all.push(text("forecastCategory", category));
            all.push(text("probability", likely));
            all.push(text("won", value == "Closed Won"));
        }
        "CaseStatus" => all.push(text("closed", value == "Closed")),
        "CasePriority" => all.push(text("highPriority", matches!(value, "High" | "Urgent"))),
        _ => {}
    }
    of("standardValue", all)
}
