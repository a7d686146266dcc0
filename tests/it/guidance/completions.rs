//! Suggestions for what a person is typing: from the hotel, by the persona's own reads, recorded, and never in the way.

use super::{asked, prompts::HOUSEKEEPING, refused};
use serde_json::{Value, json};
use tests::fakes::{Fault, On, Salesforce};
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";
const WEI: &str = "wei.chen@example.com";

fn typing(prompt: &str, argument: &str, value: &str) -> Value {
    json!({"ref": {"type": "ref/prompt", "name": prompt}, "argument": {"name": argument, "value": value}})
}

/// The completion of a request.
async fn completion(server: &Server, params: Value) -> Value {
    asked(server, "completion/complete", params).await["completion"].clone()
}

/// The values suggested for a value of an argument, whichever prompt takes it: a resource's address may have any.
async fn suggested(server: &Server, argument: &str, value: &str) -> Vec<String> {
    let params = json!({"ref": {"type": "ref/resource", "uri": "hotel://any/{it}"},
        "argument": {"name": argument, "value": value}});
    let values = completion(server, params).await["values"].clone();
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn staff_are_suggested_bookings_rooms_and_guests() {
    let staff = World::new().staff();
    let found = completion(&staff, typing("check_out_a_guest", "booking_number", "BK-000")).await;
    assert_eq!(found["values"][0], "BK-0009", "newest first: {found}");
    assert_eq!((&found["total"], &found["hasMore"]), (&json!(9), &json!(false)), "{found}");
    for typed in ["0010", "bk-0010", " BK-0010 "] {
        assert_eq!(suggested(&staff, "booking_number", typed).await, ["BK-0010"], "{typed}");
    }
    assert_eq!(suggested(&staff, "room_number", "20").await.len(), 10);
    assert_eq!(suggested(&staff, "room_number", "210").await, ["210"]);
    for typed in ["beth", "Gibbs", "beth.gi", "+15550100001", "gibbs beth"] {
        assert_eq!(suggested(&staff, "guest_email", typed).await, [BETH], "{typed}");
    }
    assert!(
        suggested(&staff, "guest_email", "manager@").await.is_empty(),
        "who is no guest is not suggested"
    );
    for (argument, all) in [("booking_number", 10), ("room_number", 22), ("guest_email", 11)] {
        assert_eq!(
            suggested(&staff, argument, "").await.len(),
            all,
            "{argument}: all, before anything is typed"
        );
    }
    for (argument, typed) in [
        ("booking_number", "BK-%"),
        ("room_number", "_"),
        ("guest_email", "%"),
        ("date", "2"),
        ("query", "a"),
    ] {
        assert!(suggested(&staff, argument, typed).await.is_empty(), "{argument} {typed}");
    }
    assert!(suggested(&staff, "room_number", &"1".repeat(1000)).await.is_empty());
}

#[tokio::test]
async fn what_was_filled_in_before_narrows_what_is_suggested() {
    let staff = World::new().staff();
    let mut params = typing("check_out_a_guest", "booking_number", "");
    params["context"] = json!({"arguments": {"guest_email": WEI, "nonsense": "x"}});
    assert_eq!(completion(&staff, params.clone()).await["values"], json!(["BK-0005", "BK-0004"]));
    params["argument"]["value"] = "BK-0004".into();
    assert_eq!(completion(&staff, params).await["values"], json!(["BK-0004"]));
}

#[tokio::test]
async fn of_many_values_the_first_are_suggested_and_the_answer_says_that_there_are_more() {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 300 UNION ALL SELECT i + 1 FROM n WHERE i < 459) \
               INSERT INTO rooms (number, name, floor, room_type, status, rate_cents, max_occupancy) \
               SELECT i, 'Room ' || i, i / 100, 'Standard', 'Vacant', 14999, 2 FROM n";
    let staff = World::on(tests::Backend::Embedded).with_records(sql, []).staff();
    let rooms = async |typed: &str| {
        let params = json!({"ref": {"type": "ref/resource", "uri": "hotel://rooms/{room_number}"},
            "argument": {"name": "room_number", "value": typed}});
        completion(&staff, params).await
    };
    let found = rooms("").await;
    assert_eq!((found["values"].as_array().unwrap().len(), &found["hasMore"]), (50, &json!(true)), "{found}");
    assert!(found["total"].is_null(), "182 are too many to be counted while somebody types: {found}");
    let found = rooms("4").await;
    assert_eq!((&found["total"], &found["hasMore"]), (&json!(60), &json!(true)), "{found}");
    let found = rooms("45").await;
    assert_eq!((&found["total"], &found["hasMore"]), (&json!(10), &json!(false)), "{found}");
}

#[tokio::test]
async fn a_guest_who_tries_every_beginning_gets_nobody_elses() {
    let world = World::new();
    let wei = world.guest(WEI);
    let mut beginnings: Vec<String> = vec![String::new()];
    beginnings.extend((' '..='~').map(String::from));
    beginnings.extend((0..=10).flat_map(|n| [format!("BK-{n:04}"), format!("{n:04}"), format!("BK-000{n}")]));
    beginnings.extend((0..=1).flat_map(|floor| (0..=10).map(move |n| format!("{}", 100 + 100 * floor + n))));
    beginnings.extend(["BK", "bk-", "10", "20", "beth", "carl", "@", "gibbs", "' OR 1=1"].map(str::to_owned));
    let (mut bookings, mut rooms) = (0, 0);
    for typed in &beginnings {
        for (argument, own) in [
            ("booking_number", ["BK-0004", "BK-0005"]),
            ("room_number", ["102", "103"]),
            ("guest_email", ["", ""]),
        ] {
            for value in suggested(&wei, argument, typed).await {
                assert!(own.contains(&value.as_str()), "{argument} {typed:?}: {value}");
                if argument == "booking_number" { bookings += 1 } else { rooms += 1 }
            }
        }
    }
    assert!(bookings > 8 && rooms > 8, "the guest's own are suggested: {bookings} {rooms}");
    // Nor when the guest names somebody else beside it.
    for argument in ["booking_number", "room_number"] {
        let mut params = typing("something_is_broken", argument, "");
        params["ref"] = json!({"type": "ref/resource", "uri": "hotel://any"});
        params["context"] = json!({"arguments": {"guest_email": BETH, "query": "BK-0001"}});
        assert_eq!(completion(&wei, params).await["values"], json!([]));
    }
}

#[tokio::test]
async fn a_kiosk_and_a_persona_without_the_tool_suggest_nothing_about_anybody() {
    let world = World::new();
    let kiosk = World::on(tests::Backend::Embedded).kiosk(); // with real systems there is none
    let without = world.start("staff-server", &["--exclude-tools", "search_contacts"], &[]);
    let housekeeping = world.start("housekeeping-server", &[], &[HOUSEKEEPING]);
    for typed in ["", "BK", "2", "beth", "@"] {
        for argument in ["booking_number", "room_number", "guest_email"] {
            assert!(suggested(&kiosk, argument, typed).await.is_empty(), "{argument}");
        }
        assert!(suggested(&without, "guest_email", typed).await.is_empty());
        for argument in ["booking_number", "guest_email"] {
            assert!(suggested(&housekeeping, argument, typed).await.is_empty(), "{argument}");
        }
    }
    assert_eq!(suggested(&without, "room_number", "21").await, ["210"]);
    assert_eq!(suggested(&housekeeping, "room_number", "21").await, ["210"], "a persona brings its own");
}

#[tokio::test]
async fn suggestions_are_in_the_audit_trail() {
    let world = World::new();
    let staff = world.staff();
    suggested(&staff, "guest_email", "beth").await;
    suggested(&world.guest(BETH), "booking_number", "").await;
    for (tool, query, who) in
        [("suggest_guests", json!("beth"), "staff"), ("suggest_own_bookings", Value::Null, "guest")]
    {
        let told = staff.call("search_tool_calls", json!({"tool": tool})).await;
        let call = &told.data()["tool_calls"][0];
        assert_eq!((&call["arguments"]["query"], &call["outcome"]), (&query, &json!("done")), "{call}");
        assert!(call["caller"].as_str().is_some_and(|caller| caller.starts_with(who)), "{call}");
    }
    let ask = json!({"name": "suggest_guests", "arguments": {}});
    let told = staff.request("tools/call", ask).await.unwrap();
    assert_eq!(told["error"]["code"], -32602, "it is no tool: {told}");
}

#[tokio::test]
async fn an_outage_leaves_the_list_empty_and_says_so_in_the_log_and_the_trail() {
    let salesforce = Salesforce::new();
    let mut world = World::on(tests::Backend::Embedded);
    for (name, value) in salesforce.env() {
        world = world.with_env(name, &value);
    }
    let mut staff = world.staff();
    assert_eq!(suggested(&staff, "room_number", "21").await, ["210"]);
    for argument in ["booking_number", "room_number", "guest_email"] {
        let before = salesforce.calls();
        assert!(!suggested(&staff, argument, "").await.is_empty(), "{argument}");
        assert_eq!(salesforce.calls() - before, 1, "{argument} costs one request");
    }
    salesforce.fault(On::next(), Fault::Busy { status: 503, retry_after: None });
    assert!(
        suggested(&staff, "room_number", "21").await.is_empty(),
        "it is not asked again, which would help"
    );
    let told = staff.call("search_tool_calls", json!({"tool": "suggest_rooms", "outcome": "failed"})).await;
    assert_eq!(told.data()["tool_calls"][0]["error_code"], "SALESFORCE_UNAVAILABLE", "{told:?}");
    let said = staff.last_words().await;
    assert!(said.contains("there are no suggestions") && said.contains("SALESFORCE_UNAVAILABLE"), "{said}");
}

#[tokio::test]
async fn both_eras_complete_and_a_wrong_request_is_named() {
    let world = World::new();
    let (staff, older) = (world.staff(), world.staff());
    let told = staff.request("server/discover", json!({})).await.unwrap();
    assert!(told["result"]["capabilities"]["completions"].is_object(), "{told}");
    let greeting = older.initialize("2025-03-26").await;
    assert!(greeting["capabilities"]["completions"].is_object(), "{greeting}");
    let params = typing("check_out_a_guest", "guest_email", "wei");
    let old = older.request_as_is("completion/complete", params).await.unwrap();
    assert_eq!(old["result"]["completion"]["values"], json!([WEI]), "{old}");
    for (params, said) in [
        (typing("checkout", "guest_email", ""), "there is no prompt checkout"),
        (typing("check_out_a_guest", "room_number", "2"), "guest_email, booking_number"),
        (json!({}), "params.ref"),
        (
            json!({"ref": {"type": "ref/tool", "name": "x"}, "argument": {"name": "a", "value": ""}}),
            "ref/prompt",
        ),
        (json!({"ref": {"type": "ref/prompt"}, "argument": {"name": "date", "value": ""}}), "params.ref"),
        (json!({"ref": {"type": "ref/prompt", "name": "arrivals"}}), "params.argument"),
        (
            json!({"ref": {"type": "ref/prompt", "name": "arrivals"}, "argument": {"name": "date", "value": 7}}),
            "params.argument",
        ),
    ] {
        let told = refused(&staff, "completion/complete", params).await;
        assert!(told.contains(said), "{told}");
    }
}
