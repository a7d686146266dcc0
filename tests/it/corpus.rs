//! The corpus: a data folder for each version of the journal, as that version left it (`tests/corpus`). Each opens. Bookings are
//! and cost what they did, a token tells what it told, what was unfinished is finished once, and nobody is needed who was not
//! needed before. So it is minutes after it was made, and months later.

mod folder;

use crate::recovery::due;
use folder::{Call, Folder};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Books, Server, Told, with};

/// Makes a call again as whoever made it.
async fn again(folder: &Folder, staff: &Server, call: &Call) -> Told {
    let arguments = with(call.arguments.clone(), json!({"idempotency_token": call.token}));
    match call.caller.split_once(':') {
        Some(("guest", email)) => folder.world.guest(email).call(&call.tool, arguments).await,
        _ => staff.call(&call.tool, arguments).await,
    }
}

/// An answer apart from its token and whether it was given before.
fn plain(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(data) = answer["data"].as_object_mut() {
        data.retain(|name, _| !matches!(name.as_str(), "idempotency_token" | "replayed"));
    }
    if let Some(details) = answer["details"].as_object_mut() {
        details.remove("idempotency_token");
    }
    answer
}

/// Seen by a command, which finishes nothing.
async fn bookings_are_and_cost_what_they_did(folder: &Folder) {
    let all = ["call", "search_bookings_on_behalf_of_staff", r#"{"limit": 50}"#];
    let found = folder.world.run_staff(&all).await.json();
    let found = found["data"]["bookings"].as_array().cloned().unwrap_or_default();
    for (number, told) in folder.told["bookings"].as_object().expect("bookings") {
        let booking = found.iter().find(|booking| booking["booking_number"] == number.as_str());
        let booking = booking.unwrap_or_else(|| panic!("{}: {number} is lost", folder.name));
        for (field, value) in told.as_object().expect("fields") {
            assert_eq!(&booking[field], value, "{}: {number}, {field}", folder.name);
        }
    }
}

async fn tokens_tell_what_they_told(folder: &Folder, staff: &Server) {
    let ended = folder.calls("outcome IN ('done', 'needs_attention')");
    assert!(ended.len() >= 8, "{}: {} calls", folder.name, ended.len());
    for call in ended {
        let told = again(folder, staff, &call).await;
        assert_eq!(plain(&told.0), plain(&call.answer), "{}: {}", folder.name, call.token);
    }
}

async fn what_was_unfinished_is_finished_once(folder: &Folder) {
    let world = &folder.world;
    due(world);
    let found = world.run_staff(&["reconcile", "--json", "--days", "3650"]).await.json();
    assert_eq!(found["pending"], json!([]), "{}", folder.name);
    let needs: Vec<_> = found["needs_attention"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|call| &call["idempotency_token"])
        .collect();
    assert_eq!(json!(needs), json!(folder.needed), "{}: {found}", folder.name);

    let staff = world.staff();
    let expected = folder.told["unfinished"].as_object().expect("tokens");
    assert_eq!(expected.len(), folder.unfinished.len(), "{}", folder.name);
    for call in &folder.unfinished {
        let outcome = folder.outcome(&call.token);
        if expected[&call.token] == "given up" || expected[&call.token] == "done in time" && outcome != "done"
        {
            assert!(
                ["failed", "refused"].contains(&outcome.as_str()),
                "{}: {} is {outcome}",
                folder.name,
                call.token
            );
            continue;
        }
        let told = again(folder, &staff, call).await;
        assert_eq!(told.data()["replayed"], true, "{}: {}: {told:?}", folder.name, call.token);
    }
    for token in &folder.needed {
        a_person_sees_to(folder, &staff, token).await;
    }
    assert!(staff.close().await.success());
    let once = world.run_staff(&["reconcile", "--json", "--days", "3650"]).await.json();
    assert_eq!(
        (&once["finished"], &once["needs_attention"]),
        (&json!(0), &json!([])),
        "{}: {once}",
        folder.name
    );
    Books::open(world).are_in_order();
}

/// What the version before left to a person, a person can settle: the money goes back, and the call is cleared.
async fn a_person_sees_to(folder: &Folder, staff: &Server, token: &str) {
    let (payment, guest) = folder.payment_of(token);
    let refund = json!({"payment_intent_id": payment, "guest_email": guest});
    staff.done("compensate_checkout_failure", refund).await;
    let cleared = folder.world.run_staff(&["reconcile", "--resolve", token]).await;
    assert_eq!(cleared.code, Some(0), "{}: {cleared:?}", folder.name);
}

async fn is_replayed(folder: &Folder) {
    bookings_are_and_cost_what_they_did(folder).await;
    let staff = folder.world.staff();
    tokens_tell_what_they_told(folder, &staff).await;
    assert!(staff.close().await.success());
    what_was_unfinished_is_finished_once(folder).await;
}

#[tokio::test]
async fn every_folder_of_the_corpus_is_used_and_finished() {
    for name in folder::names() {
        is_replayed(&Folder::open(&name).after(SignedDuration::from_mins(2))).await;
    }
}

#[tokio::test]
async fn so_it_is_months_later() {
    for name in folder::names() {
        is_replayed(&Folder::open(&name).after(SignedDuration::from_hours(100 * 24))).await;
    }
}

/// A version of the journal that has no folder yet needs one: what it wrote is to be read for ever.
#[tokio::test]
async fn each_version_of_the_journal_has_its_folder_and_a_line_in_the_index() {
    let names = folder::names();
    let index = std::fs::read_to_string(folder::corpus().join("README.md")).expect("the index");
    for name in &names {
        assert!(index.contains(&format!("| `{name}` |")), "tests/corpus/README.md has no line about {name}");
    }
    let present = format!("journal-{:02}", folder::present_version().await);
    assert!(
        names.contains(&present),
        "there is no {present}: make it with tests/corpus/make.py target/debug"
    );
}
