//! What a schema forbids the server refuses, naming the field, before anything happens: for every field of every tool.

use super::listed;
use serde_json::{Map, Value, json};
use tests::{Server, World, day};

/// A value the schema allows, so that only the field under test is wrong.
fn allowed(name: &str, schema: &Value) -> Value {
    match name {
        "check_in_date" => day(30).into(),
        "check_out_date" => day(31).into(),
        "guest_email" | "email" | "staff_email" => "beth.gibbs@email.com".into(),
        "payment_method_id" => "pm_card_visa".into(),
        _ if schema["enum"].is_array() => schema["enum"][0].clone(),
        _ => "101".into(),
    }
}

/// Values the schema forbids.
fn forbidden(schema: &Value) -> Vec<Value> {
    let mut values = vec![json!({}), json!([1])];
    if schema["type"] != "boolean" {
        values.push(json!(true));
    }
    match schema["type"].as_str().unwrap() {
        "integer" => {
            values.extend([json!(1.5), json!("1"), json!(1e300)]);
            values.extend(schema["minimum"].as_i64().map(|least| json!(least - 1)));
            values.extend(schema["maximum"].as_i64().map(|most| json!(most + 1)));
        }
        "boolean" => values.extend([json!("true"), json!(1)]),
        "string" => {
            values.push(json!(101));
            if schema["enum"].is_array() || schema["format"] == "date" || schema["format"] == "email" {
                values.extend([json!("nonsense"), json!("")]);
            }
            if schema["format"] == "date" {
                values.extend([json!("2026-02-30"), json!("2026-2-3"), json!("tomorrow")]);
            }
            if schema["pattern"].is_string() {
                values.extend([json!("with space"), json!("ä")]);
            }
            values.extend(schema["minLength"].as_u64().filter(|least| *least > 0).map(|_| json!("")));
            values.extend(
                schema["maxLength"]
                    .as_u64()
                    .map(|most| json!("1".repeat(usize::try_from(most).unwrap() + 1))),
            );
        }
        "array" => values.extend([json!("BK-0001"), json!(1), json!({"0": "BK-0001"})]),
        other => panic!("a type this test does not know: {other}"),
    }
    values
}

async fn refuses(server: &Server, tool: &str, field: &str, arguments: &Map<String, Value>) {
    let told = server.call(tool, arguments.clone().into()).await;
    let shown: String = format!("{tool}.{field} = {}", arguments[field]).chars().take(200).collect();
    assert_eq!(told.0["error_code"], "VALIDATION_ERROR", "{shown}: {}", told.0);
    // Of a list its element is named: additional_to[0].
    let named = told.details()["field"].as_str().unwrap();
    assert_eq!(named.split('[').next(), Some(field), "{shown}: {}", told.0);
    assert!(told.0["error_message"].as_str().unwrap().contains(field), "{shown}: {}", told.0);
}

async fn refuses_whatever_its_schemas_forbid(server: &Server) {
    for tool in listed(server).await {
        let (name, schema) = (tool["name"].as_str().unwrap(), &tool["inputSchema"]);
        let properties = schema["properties"].as_object().unwrap();
        let required = schema["required"].as_array().unwrap().iter().map(|field| field.as_str().unwrap());
        let enough: Map<String, Value> =
            required.clone().map(|field| (field.to_owned(), allowed(field, &properties[field]))).collect();
        for (field, property) in properties {
            for value in forbidden(property) {
                let mut arguments = enough.clone();
                arguments.insert(field.clone(), value);
                refuses(server, name, field, &arguments).await;
            }
        }
        for field in required {
            let mut arguments = enough.clone();
            arguments.insert(field.to_owned(), Value::Null); // an explicit null is an omitted field
            refuses(server, name, field, &arguments).await;
        }
        let mut arguments = enough;
        arguments.insert("nonsense".into(), json!("x"));
        refuses(server, name, "nonsense", &arguments).await;
    }
}

/// What of the hotel a call could have changed.
async fn hotel(staff: &Server) -> Vec<Value> {
    let mut seen = vec![];
    for tool in [
        "search_bookings_on_behalf_of_staff",
        "search_rooms_on_behalf_of_staff",
        "search_cases_on_behalf_of_staff",
        "search_contacts",
    ] {
        seen.push(staff.call(tool, json!({"limit": 50})).await.0);
    }
    seen
}

#[tokio::test]
async fn a_staff_server_refuses_what_its_schemas_forbid_and_nothing_happens() {
    let world = World::new();
    let server = world.staff();
    let before = hotel(&server).await;
    refuses_whatever_its_schemas_forbid(&server).await;
    assert_eq!(before, hotel(&server).await);
}

#[tokio::test]
async fn a_guest_server_refuses_what_its_schemas_forbid_and_nothing_happens() {
    let world = World::new();
    let staff = world.staff();
    let before = hotel(&staff).await;
    refuses_whatever_its_schemas_forbid(&world.guest("beth.gibbs@email.com")).await;
    assert_eq!(before, hotel(&staff).await);
}
