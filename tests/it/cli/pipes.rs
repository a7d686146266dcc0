//! A pipe whose reader leaves, as in `staff-server tools | head -1`: neither a panic nor an error, and the command does what
//! it was asked all the same.

use std::process::Stdio;
use tests::World;

/// Runs staff-server with nobody reading its output.
async fn unread(world: &World, arguments: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    written_to(world, arguments, writer).await
}

/// Runs staff-server with its output going there.
async fn written_to(world: &World, arguments: &[&str], output: impl Into<Stdio>) -> (Option<i32>, String) {
    let mut command = world.command("staff-server", arguments, &[("STAFF_EMAIL", "manager@dewyhotel.com")]);
    // Not `output()`: that would read the output itself.
    let child =
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped()).spawn().expect("it starts");
    let ended = child.wait_with_output().await.expect("it ends");
    (ended.status.code(), String::from_utf8(ended.stderr).expect("text"))
}

#[tokio::test]
async fn a_reader_who_leaves_is_no_error() {
    let world = World::new();
    let commands: [&[&str]; 11] = [
        &["--help"],
        &["tools"],
        &["tools", "--json"],
        &["board"],
        &["doctor"],
        &["doctor", "--json"],
        &["reconcile"],
        &["reconcile", "--json"],
        &["call", "search_contacts"],
        &["forget", "nobody@example.com"],
        &["demo"],
    ];
    for arguments in commands {
        let (code, stderr) = unread(&world, arguments).await;
        assert_eq!(code, Some(0), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("error") && !stderr.contains("panic"), "{arguments:?}: {stderr}");
    }
}

#[tokio::test]
async fn what_was_asked_is_done_and_the_exit_code_is_its_own() {
    let world = World::new();
    let (code, _) = unread(&world, &["call", "check_in_guest", "guest_email=sarah@example.com"]).await;
    assert_eq!((code, world.booking_status("BK-0003").as_str()), (Some(0), "Checked In"));
    let (code, _) = unread(&world, &["call", "check_in_guest", "guest_email=nobody@example.com"]).await;
    assert_eq!(code, Some(1));
}

/// A full disk behind the output: the call was made, which is not told as a wrong command line.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_answer_that_cannot_be_written_is_told_from_a_call_that_was_not_made() {
    let world = World::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
    let arguments = ["call", "create_case", "room_number=101", "type=Housekeeping", "description=Towels."];
    let (code, stderr) = written_to(&world, &arguments, full).await;
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("the call was made") && stderr.contains("idempotency_token"), "{stderr}");
    assert_eq!(world.rows("cases"), 4);
}
