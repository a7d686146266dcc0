//! `@{name.path[0].Field}`: a value from the answer of an earlier subrequest.

use crate::fakes::salesforce::refusal::{Refusal, Result};
use serde_json::Value;
use std::collections::HashMap;

/// Fills in the references in every text of a body.
pub(super) fn fill(body: &Value, bodies: &HashMap<String, Value>) -> Result<Value> {
    Ok(match body {
        Value::String(text) => match text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}')) {
            Some(only) if !only.contains('}') => resolve(only, bodies)?.clone(),
            _ => Value::String(fill_text(text, bodies)?),
        },
        Value::Array(items) => items.iter().map(|item| fill(item, bodies)).collect::<Result<_>>()?,
        Value::Object(fields) => {
            let filled = fields.iter().map(|(name, value)| Ok((name.clone(), fill(value, bodies)?)));
            Value::Object(filled.collect::<Result<_>>()?)
        }
        other => other.clone(),
    })
}

/// Fills in the references in a text, such as a URL.
pub(super) fn fill_text(text: &str, bodies: &HashMap<String, Value>) -> Result<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((reference, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        match resolve(reference, bodies)? {
            Value::String(text) => filled.push_str(text),
            other => filled.push_str(&other.to_string()),
        }
        rest = after;
    }
    Ok(filled + rest)
}

fn resolve<'a>(reference: &str, bodies: &'a HashMap<String, Value>) -> Result<&'a Value> {
    let (name, path) = reference.split_once('.').unwrap_or((reference, ""));
    let halted = || {
        let message = format!("Invalid reference specified. No value for {reference} found in {name}");
        Refusal::bad("PROCESSING_HALTED", message)
    };
    let mut value = bodies.get(name).ok_or_else(halted)?;
    for step in path.split('.') {
        let (field, indexes) = step.split_once('[').unwrap_or((step, ""));
        value = value.get(field).ok_or_else(halted)?;
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            let index: Option<usize> = index.strip_suffix(']').and_then(|index| index.parse().ok());
            value = index.and_then(|index| value.get(index)).ok_or_else(halted)?;
        }
    }
    // A reference can only be to a plain value.
    if value.is_null() || value.is_object() || value.is_array() { Err(halted()) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_reach_into_answers() {
        let bodies = HashMap::from([(
            "free".to_owned(),
            json!({"totalSize": 1, "records": [{"Id": "a00", "Room__r": {"Floor__c": 2.0}, "Gone__c": null}]}),
        )]);
        let fill = |body: Value| super::fill(&body, &bodies);
        assert_eq!(fill(json!({"Room__c": "@{free.records[0].Id}"})).unwrap(), json!({"Room__c": "a00"}));
        assert_eq!(
            fill(json!(["@{free.records[0].Room__r.Floor__c}"])).unwrap(),
            json!([2.0]),
            "it keeps its type"
        );
        assert_eq!(fill_text("/x/@{free.records[0].Id}/y", &bodies).unwrap(), "/x/a00/y");
        for missing in
            ["free.records[1].Id", "free.records[0].Gone__c", "free.records[0]", "other.id", "free"]
        {
            let refusal = fill(json!(format!("@{{{missing}}}"))).unwrap_err();
            assert_eq!(refusal.code, "PROCESSING_HALTED", "{missing}");
            assert!(
                refusal.message.starts_with("Invalid reference specified. No value for"),
                "{}",
                refusal.message
            );
        }
    }
}
