//! The spans of calls.

use super::{BETH, CLIENT, TRACE, checkout, exporting, traced};
use crate::recovery::due;
use serde_json::json;
use tests::fakes::Collector;
use tests::{Backend, World};

const SHOWN: [&str; 6] = [
    "hotel.asked_again",
    "hotel.system",
    "hotel.outcome",
    "hotel.step.outcome",
    "hotel.step.from_record",
    "http.response.status_code",
];

/// `UPDATE_SNAPSHOTS=1` writes the expected trees anew; the diff says what changed.
fn is_as_expected(tree: &str, name: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("it/telemetry/traces").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&file, tree).expect("it is written");
    }
    assert_eq!(tree, std::fs::read_to_string(file).expect("a tree"), "{tree}");
}

#[tokio::test]
async fn a_checkout_is_one_trace_from_the_client_to_the_bank() {
    let collector = Collector::start();
    let world = exporting(World::on(Backend::Fakes), &collector);
    let staff = world.staff();
    assert!(traced(&staff, "process_guest_checkout", checkout()).await.expect("an answer").succeeded());
    staff.close().await;
    let tree = collector.tree(TRACE, &SHOWN);
    is_as_expected(&tree, "checkout.txt");
    let spans = collector.spans();
    let request = spans.iter().find(|span| span.kind == 2).expect("the request");
    assert_eq!((request.parent.as_str(), request.service.as_str()), (CLIENT, "staff-server"));
    let bank = spans.iter().find(|span| span.kind == 3 && span.attributes["hotel.system"] == "stripe");
    let bank = bank.expect("a request to the bank");
    assert_eq!(bank.attributes["server.address"], "127.0.0.1");
    assert!(bank.began >= request.began && bank.ended <= request.ended, "{bank:?} in {request:?}");
}

#[tokio::test]
async fn the_half_that_another_process_finishes_is_in_the_same_trace() {
    let collector = Collector::start();
    let world = exporting(World::on(Backend::Fakes), &collector);
    let dies = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "confirm_payment=killed_after")];
    let staff = world.start("staff-server", &[], &dies);
    assert!(traced(&staff, "process_guest_checkout", checkout()).await.is_none(), "it dies");
    assert_eq!(collector.spans(), [], "with all that it had to export");
    due(&world);
    let staff = world.staff();
    let told = staff.call("process_guest_checkout", checkout()).await;
    assert!(told.succeeded(), "{told:?}");
    staff.close().await;
    let tree = collector.tree(TRACE, &SHOWN);
    is_as_expected(&tree, "crashed.txt");
    let spans = collector.spans();
    let request = spans.iter().find(|span| span.kind == 2 && span.trace == TRACE).expect("the request");
    assert_eq!(request.parent, CLIENT, "what the dead process could not say, the other one does");
}

#[tokio::test]
async fn a_client_without_a_trace_begins_one_with_its_request() {
    let collector = Collector::start();
    let world = exporting(World::new(), &collector);
    let staff = world.staff();
    for parent in ["", "00-0-0-00", "beth.gibbs@email.com"] {
        let mut params = json!({"name": "search_rooms_on_behalf_of_staff", "arguments": {}});
        params = tests::with_capabilities(params, json!({}));
        params["_meta"]["traceparent"] = json!(parent);
        staff.request_as_is("tools/call", params).await.expect("an answer");
    }
    staff.close().await;
    let spans = collector.spans();
    assert_eq!(spans.len(), 3, "{spans:?}");
    assert!(
        spans
            .iter()
            .all(|span| span.parent.is_empty() && span.name == "tools/call search_rooms_on_behalf_of_staff")
    );
    assert!(spans[0].trace != spans[1].trace && spans[1].trace != spans[2].trace);
}

#[tokio::test]
async fn no_attribute_holds_an_email_a_token_or_a_text() {
    let collector = Collector::start();
    let world = exporting(World::on(Backend::Fakes), &collector);
    let staff = world.staff();
    let told = "Warm milk, please, says Beth";
    let calls = [
        ("process_guest_checkout", checkout()),
        ("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})),
        (
            "submit_guest_service_request",
            json!({"guest_email": BETH, "request_type": "Room Service", "description": told}),
        ),
        ("check_in_guest", json!({"guest_email": "nobody@example.com", "idempotency_token": "arriving"})),
        ("search_bookings_on_behalf_of_staff", json!({"guest_email": "not an e-mail"})),
    ];
    for (tool, arguments) in calls {
        staff.call(tool, arguments).await;
    }
    staff.close().await;
    let spans = collector.spans();
    assert!(spans.len() > 15, "{spans:?}");
    let said = format!("{spans:?}");
    for private in ["@", "leaving", "arriving", "milk", "pm_card", "Beth", "Gibbs", "BK-0001", "not an"] {
        assert!(!said.contains(private), "{private} is in a span: {said}");
    }
}
