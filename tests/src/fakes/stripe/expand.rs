//! `expand[]`: puts an object in the place of its id.

use super::errors::{Done, Failure};
use super::state::State;
use serde_json::{Value, json};

/// Expands the requested fields; refuses those that cannot be expanded.
pub(super) fn expand(state: &State, mut object: Value, names: &Value) -> Done {
    for name in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let path: Vec<&str> = name.split('.').collect();
        if path.len() > 4 || !along(state, &mut object, &path) {
            let message = format!("This property cannot be expanded ({name}).");
            return Err(Failure::invalid(&message).param("expand"));
        }
    }
    Ok(object)
}

fn along(state: &State, object: &mut Value, path: &[&str]) -> bool {
    let Some((name, rest)) = path.split_first() else { return true };
    let kind = object["object"].as_str().unwrap_or_default().to_owned();
    let from = match (kind.as_str(), *name) {
        ("list", "data") => {
            let mut items = object["data"].as_array_mut().into_iter().flatten();
            return !rest.is_empty() && items.all(|item| along(state, item, rest));
        }
        ("charge", "refunds") => {
            let id = object["id"].clone();
            let refunds: Vec<&Value> = state.refunds.iter().rev().filter(|it| it["charge"] == id).collect();
            let url = format!("/v1/charges/{}/refunds", id.as_str().unwrap_or_default());
            object["refunds"] = json!({ "object": "list", "data": refunds, "has_more": false, "url": url });
            return rest.is_empty() || along(state, &mut object["refunds"], rest);
        }
        ("payment_intent", "latest_charge") | ("refund", "charge") => &state.charges,
        ("payment_intent" | "charge", "customer") => &state.customers,
        ("charge" | "refund", "payment_intent") => &state.intents,
        ("payment_intent", "payment_method") => {
            let known = state.methods.iter().find(|(method, _)| method["id"] == object["payment_method"]);
            if let Some((method, _)) = known {
                object["payment_method"] = method.clone();
            }
            return rest.is_empty();
        }
        _ => return false,
    };
    if object[*name].is_string()
        && let Some(found) = from.iter().find(|it| it["id"] == object[*name])
    {
        object[*name] = found.clone();
    }
    object[*name].is_null() || along(state, &mut object[*name], rest)
}
