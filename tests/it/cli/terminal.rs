//! On a terminal: help and lists as wide as it is, and a word to whoever starts a server by hand.

use super::terminals::Terminal;
use tests::World;

const MANAGER: [(&str, &str); 1] = [("STAFF_EMAIL", "manager@dewyhotel.com")];

#[tokio::test]
async fn a_server_started_by_hand_says_that_it_waits_and_how_to_stop_it() {
    let world = World::new();
    for name in tests::SERVERS {
        let mut terminal = Terminal::start(world.command(name, &[], &[]), 100);
        terminal.wait_for("waits for an MCP client").await;
        terminal.wait_for("Ctrl-C").await;
        terminal.wait_for(&format!("{name} --help")).await;
        terminal.types("\u{4}"); // Ctrl-D, at the beginning of a line: end of input
        assert_eq!(terminal.end().await, Some(0));
    }
}

#[tokio::test]
async fn a_server_started_by_a_client_says_nothing_of_it() {
    let world = World::new();
    let ran = world.run("staff-server", &[], &[], "").await;
    assert!(ran.code == Some(0) && !ran.stderr.contains("waits for an MCP client"), "{ran:?}");
}

#[tokio::test]
async fn what_is_printed_is_as_wide_as_the_terminal() {
    let world = World::new();
    let commands: [&[&str]; 6] =
        [&["--help"], &["call", "--help"], &["tools"], &["doctor"], &["reconcile"], &["demo"]];
    for width in [60, 100] {
        for arguments in commands {
            let mut terminal = Terminal::start(world.command("staff-server", arguments, &MANAGER), width);
            assert_eq!(terminal.end().await, Some(0), "{arguments:?}");
            let printed = terminal.printed();
            assert!(printed.lines().count() > 1 || arguments == ["reconcile"], "{printed}");
            for line in printed.lines().filter(|line| line.contains(' ') && !line.contains(['/', '"'])) {
                assert!(
                    line.trim_end().chars().count() <= width.into(),
                    "{arguments:?} at {width}: {line:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn where_there_is_no_terminal_a_tool_stays_on_one_line() {
    let world = World::new();
    let ran = world.run_staff(&["tools"]).await;
    assert!(ran.stdout.lines().all(|line| line.ends_with('.')), "{}", ran.stdout);
    assert!(ran.stdout.lines().any(|line| line.chars().count() > 120), "{}", ran.stdout);
}
