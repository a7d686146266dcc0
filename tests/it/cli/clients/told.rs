//! What a person is told before anything is written.

use super::{Terminal, User, file};

/// Other servers' secrets are in the same file, perhaps in the same line.
#[tokio::test]
async fn the_difference_shows_no_line_of_others() {
    let user = User::new();
    let others = [
        ("cursor", "{\"mcpServers\":{\"bank\":{\"command\":\"x\",\"env\":{\"KEY\":\"sk_bank\"}}}}"),
        ("cursor", "{\n  \"mcpServers\": {\n    \"bank\": {\"env\": {\"KEY\": \"sk_bank\"}}\n  }\n}\n"),
        (
            "cursor",
            "{\"mcpServers\":{\"bank\":{\"KEY\":\"sk_bank\"},\"hotel-staff\":{\"command\":\"/old\",\"env\":{\"X\":\"sk_bank\"}}}}",
        ),
        ("codex", "[mcp_servers.bank]\nenv = { KEY = \"sk_bank\" }"),
        ("goose", "extensions: {}\nkey: sk_bank"),
    ];
    for (client, before) in others {
        user.has(client, before);
        let ran = user.config(client, &["--write", "--yes"]).await;
        assert!(ran.code == Some(0) && user.read(client).contains("sk_bank"), "{ran:?}");
        assert!(!ran.stdout.contains("bank") && !ran.stderr.contains("bank"), "{ran:?}");
        assert!(ran.stdout.contains("+ ") && ran.stdout.contains("--env-file"), "{ran:?}");
    }
}

/// Who forgot to name a settings file learns it before saying yes, and again when it is too late.
#[tokio::test]
async fn a_client_that_would_run_the_sample_hotel_is_told_of_before_the_question() {
    let user = User::new();
    let env = [("HOME", user.home.to_str().unwrap()), ("HOTEL_READ_ONLY", "true")];
    let command = || user.world.command("staff-server", &["config", "--client", "cursor", "--write"], &env);
    let mut terminal = Terminal::start(command(), 200);
    terminal.wait_for("Write this? [y/N]").await;
    let printed = terminal.printed();
    let (before, _) = printed.split_once("Write this?").unwrap();
    assert!(before.contains("will run the sample hotel"), "{before}");
    assert!(before.contains("does not get") && before.contains("HOTEL_READ_ONLY"), "{before}");
    terminal.types("y\n");
    assert_eq!(terminal.end().await, Some(0));
    let mut again = Terminal::start(command(), 200);
    assert_eq!(again.end().await, Some(0));
    let printed = again.printed();
    assert!(printed.contains("already") && printed.contains("will run the sample hotel"), "{printed}");
}

/// The client starts the server in a folder of its own.
#[tokio::test]
async fn settings_that_would_fail_or_mean_something_else_there_are_told_of() {
    let user = User::new();
    let told = "HOTEL_DATA=./data in the settings file is relative";
    user.world.write("hotel.env", "HOTEL_DATA=./data\n");
    for more in [&[][..], &["--write", "--yes"], &["--write", "--yes"]] {
        let ran = user.config("cursor", more).await;
        assert!(ran.code == Some(0) && ran.stderr.contains(told), "{ran:?}");
    }
    for whole in ["HOTEL_DATA=/var/lib/hotel\n", "HOTEL_DATA=~/hotel\n"] {
        user.world.write("hotel.env", whole);
        let ran = user.config("cursor", &[]).await;
        assert!(ran.code == Some(0) && !ran.stderr.contains("relative"), "{ran:?}");
    }
    user.world.write("hotel.env", "HOTEL_CHECKOUT_TIME=noon\n");
    let ran = user.config("gemini", &["--write", "--yes"]).await;
    assert!(ran.code == Some(2) && ran.stderr.contains("HOTEL_CHECKOUT_TIME"), "{ran:?}");
    assert!(!user.home.join(file("gemini")).exists());
}
