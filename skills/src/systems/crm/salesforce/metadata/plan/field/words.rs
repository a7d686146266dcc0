//! What people and programs of an org call a field, and what they read about it: that stays.

use super::super::super::xml::Element;
use serde_json::Value;

/// Keeps the org's label and help text, and the name by which programs find the records that lead to another.
pub(super) fn keep(body: &mut Element, there: &Value, children: Option<&str>, notes: &mut Vec<String>) {
    let mut kept = vec![];
    let theirs = [
        ("label", there["label"].as_str(), "label"),
        ("inlineHelpText", there["inlineHelpText"].as_str(), "help text"),
        ("relationshipName", children, "name of the list on the other side"),
    ];
    for (name, theirs, called) in theirs {
        let Some(theirs) = theirs.map(str::trim).filter(|theirs| !theirs.is_empty()) else { continue };
        if body.says(name) != Some(theirs) {
            body.set(name, theirs);
            kept.push(format!("{called} ({theirs})"));
        }
    }
    if !kept.is_empty() {
        notes.push(format!("keeps this org's {}", kept.join(", ")));
    }
}
