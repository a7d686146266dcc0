//! What each persona may ask for: every tool against its committed definition, and what holds for all of them.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p tests personas` writes the definitions anew; the diff says what clients will see.

mod size;
mod third;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tests::World;

/// The tools that change nothing.
const READS: [&str; 11] = [
    "hotel_today",
    "retrieve_payment_status",
    "search_available_rooms",
    "search_bookings_on_behalf_of_guest",
    "search_bookings_on_behalf_of_staff",
    "search_cases_on_behalf_of_guest",
    "search_cases_on_behalf_of_staff",
    "search_contacts",
    "search_rooms_on_behalf_of_guest",
    "search_rooms_on_behalf_of_staff",
    "search_tool_calls",
];

/// The writing tools that only add something new.
const ADDS: [&str; 4] =
    ["create_booking", "create_case", "create_contact_if_not_found", "submit_guest_service_request"];

/// A persona's tools as `tools --json` prints them.
async fn tools(persona: &str) -> Vec<Value> {
    let ran = World::new().run(&format!("{persona}-server"), &["tools", "--json"], &[], "").await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.json().as_array().unwrap().clone()
}

async fn all_tools() -> Vec<(String, Value)> {
    let mut all = vec![];
    for persona in super::personas().map(|persona| persona.name) {
        let named = |tool: Value| (format!("{persona}: {}", text(&tool["name"])), tool);
        all.extend(tools(persona).await.into_iter().map(named));
    }
    all
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

fn inputs(tool: &Value) -> BTreeSet<&str> {
    tool["inputSchema"]["properties"].as_object().unwrap().keys().map(String::as_str).collect()
}

/// Compares what is served with what is committed: a missing, an extra and a changed definition are all failures.
async fn matches_its_snapshots(persona: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(persona);
    let pretty = |tool: &Value| format!("{tool:#}\n");
    let served: BTreeMap<String, String> = tools(persona)
        .await
        .iter()
        .map(|tool| (format!("{}.json", text(&tool["name"])), pretty(tool)))
        .collect();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, definition) in &served {
            std::fs::write(folder.join(name), definition).unwrap();
        }
    }
    let files = std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no snapshots in {}", folder.display()));
    let committed: BTreeMap<String, String> = files
        .map(|file| {
            let file = file.unwrap();
            let definition = std::fs::read_to_string(file.path()).unwrap().replace("\r\n", "\n");
            (file.file_name().into_string().unwrap(), definition)
        })
        .collect();
    let names = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&served),
        names(&committed),
        "served and committed; UPDATE_SNAPSHOTS=1 writes them anew"
    );
    for (name, definition) in &served {
        assert_eq!(
            definition, &committed[name],
            "{persona}/{name} changed; UPDATE_SNAPSHOTS=1 writes it anew"
        );
    }
}

#[tokio::test]
async fn every_tool_of_every_persona_is_as_committed() {
    for persona in super::personas() {
        matches_its_snapshots(persona.name).await;
    }
}

/// A server's name begins with its persona's.
#[test]
fn servers_are_named_after_their_personas() {
    let named = super::personas().map(|persona| format!("{}-server", persona.name));
    assert_eq!(named, tests::SERVERS);
}

#[tokio::test]
async fn a_persona_lists_its_tools_by_name() {
    for persona in super::personas().map(|persona| persona.name) {
        assert!(tools(persona).await.is_sorted_by_key(|tool| text(&tool["name"]).to_owned()), "{persona}");
    }
}

#[tokio::test]
async fn every_tool_says_what_it_does() {
    for (tool, definition) in all_tools().await {
        assert!(!text(&definition["title"]).is_empty(), "{tool}");
        assert_eq!(definition["title"], definition["annotations"]["title"], "{tool}");
        let description = text(&definition["description"]);
        assert!(description.len() <= 1024, "{tool} says too much: {} bytes", description.len());
        assert!(description.ends_with('.') && !description.contains('\n'), "{tool}: {description}");
    }
}

#[tokio::test]
async fn the_first_sentence_of_a_description_stands_alone() {
    for (tool, definition) in all_tools().await {
        let description = text(&definition["description"]);
        let first = description.split_inclusive(". ").next().unwrap().trim();
        assert!((30..=240).contains(&first.len()), "{tool}: {first}");
        assert!(first.ends_with('.') && first.starts_with(char::is_uppercase), "{tool}: {first}");
        assert_eq!(first.matches('(').count(), first.matches(')').count(), "{tool}: {first}");
        let opening = first.split(' ').next().unwrap();
        assert!(!["This", "It", "A", "The", "Tool"].contains(&opening), "{tool} begins with a verb: {first}");
    }
}

#[tokio::test]
async fn the_four_annotations_are_explicit_and_true() {
    for (tool, definition) in all_tools().await {
        let (name, hints) = (text(&definition["name"]), &definition["annotations"]);
        let hint = |hint: &str| hints[hint].as_bool().unwrap_or_else(|| panic!("{tool} does not say {hint}"));
        let reads = READS.contains(&name);
        assert_eq!(hint("readOnlyHint"), reads, "{tool}");
        assert!(hint("idempotentHint"), "{tool}");
        let money = ["process_guest_checkout", "compensate_checkout_failure"].contains(&name);
        assert_eq!(hint("openWorldHint"), money, "{tool}");
        // A maintenance request may take a room out of use.
        assert_eq!(hint("destructiveHint"), !reads && !ADDS.contains(&name), "{tool}");
    }
}

#[tokio::test]
async fn exactly_the_writing_tools_take_an_idempotency_token() {
    for (tool, definition) in all_tools().await {
        let name = text(&definition["name"]);
        let writes = !READS.contains(&name);
        let searches_by_it = name == "search_tool_calls"; // there it is a filter
        assert_eq!(inputs(&definition).contains("idempotency_token"), writes || searches_by_it, "{tool}");
        let answers = &definition["outputSchema"]["properties"]["data"]["properties"];
        assert_eq!(answers["idempotency_token"].is_object(), writes, "{tool}");
        assert_eq!(answers["replayed"].is_object(), writes, "{tool}");
    }
}

#[tokio::test]
async fn what_is_a_choice_is_an_enumeration() {
    let choices = [
        "status",
        "status_filter",
        "filter",
        "type",
        "case_type_filter",
        "priority",
        "priority_filter",
        "room_type",
        "room_type_filter",
        "contact_type",
        "outcome",
    ];
    for (tool, definition) in all_tools().await {
        for (name, property) in definition["inputSchema"]["properties"].as_object().unwrap() {
            let listed = property["enum"].as_array().map_or(0, Vec::len);
            assert!(!choices.contains(&name.as_str()) || listed >= 2, "{tool}.{name} is not an enumeration");
        }
    }
}

#[tokio::test]
async fn lists_come_in_pages() {
    for (tool, definition) in all_tools().await {
        let name = text(&definition["name"]);
        if !name.starts_with("search_") {
            continue;
        }
        let limit = &definition["inputSchema"]["properties"]["limit"];
        assert_eq!(
            (&limit["minimum"], &limit["maximum"], &limit["default"]),
            (&1.into(), &50.into(), &10.into())
        );
        assert!(inputs(&definition).contains("cursor"), "{tool}");
        let data = definition["outputSchema"]["properties"]["data"]["properties"].as_object().unwrap();
        assert!(["count", "next_cursor"].iter().all(|field| data.contains_key(*field)), "{tool}");
    }
}

#[tokio::test]
async fn guests_are_not_offered_what_is_the_staffs() {
    let guest = tools("guest").await;
    for tool in &guest {
        let (name, inputs) = (text(&tool["name"]), inputs(tool));
        assert!(!inputs.contains("staff_email") && !inputs.contains("no_show"), "{name}");
        let required = tool["inputSchema"]["required"].as_array().unwrap();
        assert!(!required.contains(&"guest_email".into()), "{name}: the server knows who the guest is");
        let description = &tool["inputSchema"]["properties"]["guest_email"]["description"];
        assert!(!inputs.contains("guest_email") || text(description).contains("Leave it out"), "{name}");
    }
    let manage = guest.iter().find(|tool| tool["name"] == "manage_booking").unwrap();
    let taken = [
        "booking_number",
        "check_in_date",
        "check_out_date",
        "idempotency_token",
        "number_of_guests",
        "special_requests",
    ];
    assert_eq!(inputs(manage), taken.into(), "what a guest may give to manage_booking is listed here");
    let cancel = guest.iter().find(|tool| tool["name"] == "cancel_booking").unwrap();
    assert_eq!(inputs(cancel), ["booking_number", "idempotency_token", "reason"].into());
}

#[tokio::test]
async fn staff_are_offered_what_guests_are_not() {
    let staff = tools("staff").await;
    let takes = |tool: &str, field: &str| {
        inputs(staff.iter().find(|listed| listed["name"] == tool).unwrap()).contains(field)
    };
    assert!(takes("manage_booking", "room_number") && takes("manage_booking", "guest_email"));
    assert!(takes("cancel_booking", "no_show") && takes("submit_maintenance_request", "staff_email"));
}

/// The names of all properties of a schema, however deep.
fn properties(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|value| properties(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn agents_see_business_identifiers_only() {
    // Stripe's ids are what a payment is called by; all else has a name or number of the hotel's own.
    let business = ["payment_intent_id", "payment_method_id", "refund_id", "transaction_id"];
    for (tool, definition) in all_tools().await {
        let mut names = BTreeSet::new();
        properties(&definition["inputSchema"], &mut names);
        properties(&definition["outputSchema"], &mut names);
        let inside = |name: &&String| {
            name.as_str() == "id"
                || name.ends_with("_id")
                || name.ends_with("__c")
                || name.contains("opportunity")
        };
        let strange: Vec<_> =
            names.iter().filter(inside).filter(|name| !business.contains(&name.as_str())).collect();
        assert!(strange.is_empty(), "{tool}: {strange:?}");
        assert!(!definition.to_string().to_lowercase().contains("salesforce id"), "{tool}");
    }
}
