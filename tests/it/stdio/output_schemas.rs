//! Answers fit the output schema their tool advertises, successes, failures and replays alike: a client that validates
//! must never reject an answer after its effect happened.

use super::listed;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Server, Told, World, day};

/// A server whose every answer is held against its tool's output schema.
struct Checked {
    server: Server,
    schemas: BTreeMap<String, jsonschema::Validator>,
    outputs: BTreeMap<String, Value>,
    succeeded: BTreeSet<String>,
    failed: BTreeSet<String>,
}

impl Checked {
    async fn new(server: Server) -> Self {
        let tools = listed(&server).await;
        let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
        let validator = |tool: &Value| {
            let strict = jsonschema::options().should_validate_formats(true);
            (name(tool), strict.build(&tool["outputSchema"]).expect("a schema"))
        };
        let schemas = tools.iter().map(validator).collect();
        let outputs = tools.iter().map(|tool| (name(tool), tool["outputSchema"].clone())).collect();
        Self { server, schemas, outputs, succeeded: BTreeSet::new(), failed: BTreeSet::new() }
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Told {
        let told = self.server.call(tool, arguments).await;
        let errors: Vec<_> = self.schemas[tool].iter_errors(&told.0).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{tool}: {errors:?} in {}", told.0);
        if told.succeeded() {
            says_what_is_there(&self.outputs[tool]["properties"]["data"], told.data(), tool);
        }
        let seen = if told.succeeded() { &mut self.succeeded } else { &mut self.failed };
        seen.insert(tool.to_owned());
        told
    }

    /// A call that succeeds, and again under its token.
    async fn done(&mut self, tool: &str, arguments: Value) -> Told {
        let told = self.call(tool, arguments.clone()).await;
        if let Some(token) = told.data()["idempotency_token"].as_str() {
            assert_eq!(told.data()["replayed"], false, "{tool}");
            let mut again = arguments;
            again["idempotency_token"] = token.into();
            assert_eq!(self.call(tool, again).await.data()["replayed"], true, "{tool}");
        }
        told
    }

    async fn refused(&mut self, tool: &str, arguments: Value, code: &str) {
        assert_eq!(self.call(tool, arguments).await.code(), code, "{tool}");
    }

    fn has_seen_every_tool_succeed_and_fail(&self) {
        let all: BTreeSet<_> = self.schemas.keys().cloned().collect();
        assert_eq!(self.succeeded, all, "every tool is seen to succeed");
        assert_eq!(self.failed, all, "every tool is seen to fail");
    }
}

/// What records say about themselves.
const ASIDES: [&str; 3] = ["guest_wrote", "incomplete", "truncated"];

/// Schemas leave out what is deeper, but of `data` and its rows they name every key that is no aside.
fn says_what_is_there(schema: &Value, found: &Value, path: &str) {
    for (name, value) in found.as_object().unwrap() {
        let about = &schema["properties"][name];
        if ASIDES.contains(&name.as_str()) {
            continue;
        }
        assert!(about.is_object(), "{path}.{name} is in an answer and not in the schema");
        let rows = value.as_array().filter(|_| about["items"]["properties"].is_object());
        for row in rows.into_iter().flatten() {
            says_what_is_there(&about["items"], row, &format!("{path}.{name}[]"));
        }
    }
}

#[tokio::test]
async fn output_schemas_are_objects_that_require_only_success() {
    let world = World::new();
    for server in [world.staff(), world.kiosk()] {
        for tool in listed(&server).await {
            let schema = &tool["outputSchema"];
            assert_eq!(schema["type"], "object", "{}", tool["name"]);
            assert_eq!(schema["required"], json!(["success"]), "{}", tool["name"]);
            let said: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
            assert_eq!(said, ["data", "error_code", "error_message", "success"], "{}", tool["name"]);
            assert!(!schema.to_string().contains("additionalProperties"), "{} is open", tool["name"]);
            for titled in [schema, &schema["properties"]["data"]] {
                assert!(titled["title"].is_string(), "{}: clients name types by titles", tool["name"]);
            }
            jsonschema::meta::validate(schema).unwrap();
        }
    }
}

#[tokio::test]
async fn what_staff_are_told_fits_the_schemas() {
    let world = World::new();
    let mut staff = Checked::new(world.staff()).await;
    let beth = "beth.gibbs@email.com";
    a_journey_of_staff(&mut staff, beth).await;
    searches_of_staff(&mut staff).await;
    cases_of_staff(&mut staff, beth).await;
    staff.has_seen_every_tool_succeed_and_fail();
}

async fn a_journey_of_staff(staff: &mut Checked, beth: &str) {
    let new = json!({"guest_email": "new@example.com", "guest_first_name": "New", "guest_last_name": "Guest",
        "room_number": "100", "check_in_date": day(0), "check_out_date": day(2), "special_requests": "Quiet"});
    let booked = staff.done("create_booking", new.clone()).await;
    let number = booked.data()["booking_number"].clone();
    staff.done("create_booking", new).await; // already held
    let taken =
        json!({"guest_email": beth, "room_number": "100", "check_in_date": day(0), "check_out_date": day(1)});
    staff.refused("create_booking", taken, "ROOM_ALREADY_BOOKED").await;
    staff.done("manage_booking", json!({"booking_number": number, "check_out_date": day(3)})).await;
    let past = json!({"booking_number": number, "check_out_date": day(-3)});
    staff.refused("manage_booking", past, "INVALID_DATES").await;
    staff.done("assign_room", json!({"booking_number": number, "room_number": "110"})).await;
    staff.done("assign_room", json!({"booking_number": number, "room_number": "110"})).await;
    let full = json!({"booking_number": number, "room_number": "203"});
    staff.refused("assign_room", full, "ROOM_OUT_OF_SERVICE").await;
    staff.done("check_in_guest", json!({"guest_email": "new@example.com"})).await;
    staff.done("check_in_guest", json!({"guest_email": "new@example.com"})).await; // already here
    let two = json!({"guest_email": "wei.chen@example.com"});
    staff.refused("check_in_guest", two, "MULTIPLE_RESERVATIONS").await;
    staff.done("cancel_booking", json!({"booking_number": "BK-0007", "reason": "Changed plans"})).await;
    staff.refused("cancel_booking", json!({"booking_number": "BK-0007"}), "INVALID_TRANSITION").await;
    let pay = |card: &str| json!({"guest_email": beth, "payment_method_id": card});
    staff.refused("process_guest_checkout", pay("pm_card_chargeDeclined"), "PAYMENT_FAILED").await;
    let paid = staff.done("process_guest_checkout", pay("pm_card_visa")).await;
    staff.done("process_guest_checkout", pay("pm_card_visa")).await; // already checked out
    let payment = paid.data()["payment_intent_id"].clone();
    staff.done("retrieve_payment_status", json!({"payment_intent_id": payment})).await;
    let back = json!({"payment_intent_id": payment, "guest_email": beth, "reason": "Charged by mistake"});
    staff.done("compensate_checkout_failure", back.clone()).await;
    staff.refused("compensate_checkout_failure", back, "ALREADY_REFUNDED").await;
    staff.done("retrieve_payment_status", json!({"payment_intent_id": payment})).await; // with its refund
    let unpaid = json!({"booking_number": "BK-0008"});
    staff.refused("retrieve_payment_status", unpaid, "PAYMENT_NOT_FOUND").await;
    let secure = json!({"guest_email": "carl.smith@example.com",
        "payment_method_id": "pm_card_authenticationRequired", "idempotency_token": "secure"});
    staff.refused("process_guest_checkout", secure.clone(), "PAYMENT_ACTION_REQUIRED").await;
    staff.call("process_guest_checkout", secure).await.data(); // the guest has confirmed
}

async fn searches_of_staff(staff: &mut Checked) {
    let nights = json!({"check_in_date": day(1), "check_out_date": day(2)});
    staff.done("search_available_rooms", nights).await;
    let past = json!({"check_in_date": day(-2), "check_out_date": day(2)});
    staff.refused("search_available_rooms", past, "INVALID_DATES").await;
    staff.done("hotel_today", json!({})).await;
    staff.done("hotel_today", json!({"date": day(7)})).await;
    staff.refused("hotel_today", json!({"date": "soon"}), "VALIDATION_ERROR").await;
    let searches = [
        "search_bookings_on_behalf_of_staff",
        "search_rooms_on_behalf_of_staff",
        "search_cases_on_behalf_of_staff",
        "search_contacts",
        "search_tool_calls",
    ];
    for tool in searches {
        for arguments in [json!({"limit": 50}), json!({"limit": 1})] {
            staff.done(tool, arguments).await;
        }
        staff.refused(tool, json!({"limit": 51}), "VALIDATION_ERROR").await;
    }
}

async fn cases_of_staff(staff: &mut Checked, beth: &str) {
    let wish = json!({"guest_email": beth, "description": "The toilet is broken"});
    staff.done("submit_guest_service_request", wish).await;
    let nobody = json!({"guest_email": "nobody@example.com", "description": "Towels"});
    staff.refused("submit_guest_service_request", nobody, "GUEST_NOT_FOUND").await;
    let repair = json!({"room_number": "109", "description": "Dripping tap", "take_room_out_of_use": true});
    staff.done("submit_maintenance_request", repair).await;
    let no_room = json!({"room_number": "999", "description": "Dripping tap"});
    staff.refused("submit_maintenance_request", no_room, "ROOM_NOT_FOUND").await;
    let towels = json!({"room_number": "101", "type": "Housekeeping", "description": "Towels"});
    let case = staff.done("create_case", towels.clone()).await.data()["case_number"].clone();
    staff.done("create_case", towels).await; // already open
    let no_room = json!({"room_number": "999", "type": "Housekeeping", "description": "Towels"});
    staff.refused("create_case", no_room, "ROOM_NOT_FOUND").await;
    staff.done("manage_case", json!({"case_number": case, "status": "Closed"})).await;
    let closed = json!({"case_number": case, "priority": "High"});
    staff.refused("manage_case", closed, "INVALID_TRANSITION").await;
    staff.done("update_room_status", json!({"room_number": "106", "status": "Vacant"})).await;
    let occupied = json!({"room_number": "110", "status": "Vacant"}); // the new guest is in it
    staff.refused("update_room_status", occupied, "INVALID_TRANSITION").await;
    let bob = json!({"email": "bob@bobsplumbing.com", "first_name": "Bob", "last_name": "Smith"});
    staff.done("create_contact_if_not_found", bob).await; // known
    let ada = json!({"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "phone": "+15550100099"});
    staff.done("create_contact_if_not_found", ada).await;
    let nameless = json!({"email": "x@example.com", "first_name": " ", "last_name": "X"});
    staff.refused("create_contact_if_not_found", nameless, "VALIDATION_ERROR").await;
}

#[tokio::test]
async fn what_a_guest_is_told_fits_the_schemas() {
    let world = World::new();
    let mut sarah = Checked::new(world.guest("sarah@example.com")).await;
    let nights = json!({"check_in_date": day(10), "check_out_date": day(12)});
    sarah.done("search_available_rooms", nights).await;
    let booking = json!({"room_number": "100", "check_in_date": day(10), "check_out_date": day(12)});
    let number = sarah.done("create_booking", booking).await.data()["booking_number"].clone();
    sarah.done("manage_booking", json!({"booking_number": number, "special_requests": "A cot"})).await;
    sarah.done("cancel_booking", json!({"booking_number": number})).await;
    sarah.done("check_in_guest", json!({})).await;
    sarah.done("submit_guest_service_request", json!({"description": "More towels"})).await;
    let searches = [
        ("search_bookings_on_behalf_of_guest", json!({"status_filter": "All"})),
        ("search_rooms_on_behalf_of_guest", json!({"filter": "all"})),
        ("search_cases_on_behalf_of_guest", json!({"status_filter": "All"})),
    ];
    for (tool, arguments) in searches {
        sarah.done(tool, arguments).await;
        sarah.refused(tool, json!({"guest_email": "beth.gibbs@email.com"}), "NOT_YOURS").await;
    }
    let amount = json!({"payment_method_id": "pm_card_visa", "amount_cents": 1});
    sarah.refused("process_guest_checkout", amount, "AMOUNT_MISMATCH").await;
    sarah.done("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})).await;
    sarah
        .refused("submit_guest_service_request", json!({"description": "Towels"}), "BOOKING_NOT_FOUND")
        .await;
    sarah.refused("check_in_guest", json!({"check_in_date": day(40)}), "INVALID_DATES").await;
    let beths = json!({"booking_number": "BK-0001"});
    sarah.refused("cancel_booking", beths, "BOOKING_NOT_FOUND").await;
    let beths = json!({"booking_number": "BK-0001", "special_requests": "x"});
    sarah.refused("manage_booking", beths, "BOOKING_NOT_FOUND").await;
    let reversed = json!({"check_in_date": day(12), "check_out_date": day(10)});
    sarah.refused("search_available_rooms", reversed.clone(), "INVALID_DATES").await;
    let mut booking = reversed;
    booking["room_number"] = "100".into();
    sarah.refused("create_booking", booking, "INVALID_DATES").await;
    sarah.has_seen_every_tool_succeed_and_fail();
}
