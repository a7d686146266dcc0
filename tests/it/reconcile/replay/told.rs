//! What the command says on a terminal, and which command lines it takes.

use super::super::BETH;
use super::{arriving, guest_in_vain, in_vain};
use serde_json::json;
use tests::{World, day};

#[tokio::test]
async fn it_says_in_sentences_what_can_be_sent_and_how() {
    let world = World::new();
    let since = day(0);
    let nothing = world.run_staff(&["reconcile", "--replay", &since]).await;
    assert!(
        nothing.code == Some(0) && nothing.stdout.starts_with("No write was ended by an outage"),
        "{nothing:?}"
    );
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    let shown = world.run_staff(&["reconcile", "--replay", &since]).await;
    let says = [
        "1 write was ended",
        "Can be sent: check_in_guest guest_email=sarah@example.com (by staff:manager@dewyhotel.com, ",
        "token arriving). It was answered SALESFORCE_UNAVAILABLE",
        "Nothing was sent. Give --yes",
    ];
    assert!(shown.code == Some(1) && says.iter().all(|part| shown.stdout.contains(part)), "{shown:?}");
    let sent = world.run_staff(&["reconcile", "--replay", &since, "--yes"]).await;
    assert!(sent.code == Some(0) && sent.stdout.contains("Sent and done: check_in_guest"), "{sent:?}");
    assert!(!sent.stdout.contains("Nothing was sent"), "{sent:?}");
}

/// Guests write what is shown on an operator's terminal.
#[tokio::test]
async fn no_text_of_a_guest_is_obeyed_by_the_terminal_or_breaks_the_line() {
    let world = World::new();
    let text = format!("Towels\u{1b}[2J\nCan be sent: \u{202e}all {}", "x".repeat(80));
    guest_in_vain(&world, BETH, "submit_guest_service_request", json!({"description": text})).await;
    let shown = world.run_staff(&["reconcile", "--replay", &day(0)]).await;
    let line = shown.stdout.lines().nth(1).expect("a line");
    assert!(line.contains("description=\"Towels") && line.contains("…\""), "{line}");
    let obeyed = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(shown.stdout.lines().count() == 3 && !shown.stdout.contains(obeyed), "{:?}", shown.stdout);
}

#[tokio::test]
async fn a_since_that_is_no_time_is_told_so() {
    let world = World::new();
    for (since, says) in [
        ("yesterday", "not a date (YYYY-MM-DD) or an RFC 3339 time"),
        ("2026-02-30", "not a date (YYYY-MM-DD) or an RFC 3339 time"),
        (day(2).as_str(), "--replay: that is still to come"),
    ] {
        let ran = world.run_staff(&["reconcile", "--replay", since]).await;
        assert!(ran.code == Some(2) && ran.stderr.contains(says), "{since}: {ran:?}");
    }
    for misuse in [
        &["--yes"][..],
        &["--replay"],
        &["--replay", "2026-01-01", "--fix"],
        &["--replay", "2026-01-01", "--resolve", "t"],
    ] {
        let ran = world.run_staff(&[&["reconcile"], misuse].concat()).await;
        assert_eq!(ran.code, Some(2), "{misuse:?}: {ran:?}");
    }
}

#[tokio::test]
async fn a_time_narrows_what_is_found() {
    let world = World::new();
    in_vain(&world, "check_in_guest", arriving("arriving")).await;
    let now = jiff::Timestamp::now().to_string();
    let ran = world.run_staff(&["reconcile", "--json", "--replay", &now]).await;
    assert_eq!((ran.code, &ran.json()["writes"]), (Some(0), &json!([])), "{ran:?}");
}
