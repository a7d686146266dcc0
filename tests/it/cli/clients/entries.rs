//! An entry that is there already: what of it goes, and what is never lost unseen.

use super::{User, file};
use serde_json::{Value, json};

const WRITE: [&str; 2] = ["--write", "--yes"];

/// Who set a server up for one member of staff, and then for nobody in particular, has one that acts for nobody.
#[tokio::test]
async fn a_server_set_up_again_without_a_person_does_not_act_for_the_former_one() {
    let user = User::new();
    user.has("cursor", "{\"mcpServers\": {\"hotel-staff\": {\"env\": {\"RUST_LOG\": \"warn\"}}}}");
    let email = ["--email", "manager@dewyhotel.com"];
    assert_eq!(user.config("cursor", &[&WRITE[..], &email].concat()).await.code, Some(0));
    assert!(user.read("cursor").contains("manager@dewyhotel.com"));
    let ran = user.config("cursor", &WRITE).await;
    assert!(ran.stdout.contains("- env.STAFF_EMAIL: \"manager@dewyhotel.com\""), "{ran:?}");
    let after: Value = serde_json::from_str(&user.read("cursor")).unwrap();
    assert_eq!(after["mcpServers"]["hotel-staff"]["env"], json!({"RUST_LOG": "warn"}));
    // The tables and blocks of others are left to the person.
    for client in ["codex", "goose"] {
        assert_eq!(user.config(client, &[&WRITE[..], &email].concat()).await.code, Some(0));
        let ran = user.config(client, &WRITE).await;
        assert!(ran.code == Some(2) && ran.stderr.contains("hotel-staff already"), "{ran:?}");
    }
}

/// A server that could only read does not begin to write because somebody ran `config` again.
#[tokio::test]
async fn a_narrowed_server_stays_narrowed() {
    let user = User::new();
    let narrowed = [&WRITE[..], &["--read-only", "--exclude-tools", "create_booking"]].concat();
    for former in [json!(["--read-only"]), json!(["--exclude-tools", "create_booking"])] {
        let before = json!({"mcpServers": {"hotel-staff": {"command": "/old", "args": former}}}).to_string();
        user.has("cursor", &before);
        let ran = user.config("cursor", &WRITE).await;
        assert!(
            ran.code == Some(2) && ran.stderr.contains("its entry hotel-staff is a different one"),
            "{ran:?}"
        );
        assert!(ran.stderr.contains(former[0].as_str().unwrap()), "{ran:?}");
        assert_eq!(user.read("cursor"), before);
        let ran = user.config("cursor", &narrowed).await;
        assert!(
            ran.code == Some(0) && user.read("cursor").contains("--exclude-tools=create_booking"),
            "{ran:?}"
        );
    }
}

#[tokio::test]
async fn a_list_that_is_empty_in_any_way_gets_the_entry_and_the_mark_of_an_editor_stays() {
    let user = User::new();
    let cases = [
        ("cursor", "{\"mcpServers\": null}"),
        ("cursor", "\u{feff}{\"mcpServers\": {}}"),
        ("cursor", "\u{feff}"),
        ("codex", "\u{feff}[mcp_servers]\n"),
        ("goose", "\u{feff}extensions:\n"),
        ("goose", "a: 1\nextensions: {} # none\nb: 2\n"),
        ("goose", "extensions: null\n"),
    ];
    for (client, before) in cases {
        user.has(client, before);
        let ran = user.config(client, &WRITE).await;
        let after = user.read(client);
        assert!(ran.code == Some(0) && after.contains("--env-file"), "{before:?}: {ran:?}");
        assert_eq!(after.starts_with('\u{feff}'), before.starts_with('\u{feff}'), "{before:?}");
        assert!(!after.contains("null") && !after.contains("extensions: {}"), "{after}");
        if client == "cursor" {
            let read: Value = serde_json::from_str(after.trim_start_matches('\u{feff}')).unwrap();
            assert_eq!(read["mcpServers"]["hotel-staff"]["args"], user.entry()["args"]);
        }
        let again = user.config(client, &WRITE).await;
        assert!(again.stdout.contains("already") && user.read(client) == after, "{again:?}");
    }
    let after = user.home.join(file("goose")).with_extension("yaml.bak2");
    assert_eq!(std::fs::read_to_string(after).unwrap(), cases[5].1, "each copy is what was there");
}
