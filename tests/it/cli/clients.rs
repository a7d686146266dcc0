//! `config --client NAME`: what a client needs to start a server, and how it gets into the client's own file.

mod entries;
mod told;
mod written;

use super::misused;
use super::terminals::Terminal;
use serde_json::{Value, json};
use std::path::PathBuf;
use tests::{Ran, World, binary};

const CLIENTS: [&str; 8] =
    ["claude-desktop", "claude-code", "cursor", "vscode", "zed", "goose", "codex", "gemini"];

/// Where each client keeps its servers, below the user's home.
fn file(client: &str) -> &'static str {
    match client {
        "claude-desktop" => ".config/Claude/claude_desktop_config.json",
        "claude-code" => ".claude.json",
        "cursor" => ".cursor/mcp.json",
        "vscode" => ".config/Code/User/mcp.json",
        "zed" => ".config/zed/settings.json",
        "goose" => ".config/goose/config.yaml",
        "codex" => ".codex/config.toml",
        "gemini" => ".gemini/settings.json",
        other => panic!("{other}"),
    }
}

/// A user with a home of their own, and a settings file.
struct User {
    world: World,
    home: PathBuf,
    settings: PathBuf,
}

impl User {
    fn new() -> Self {
        let world = World::new();
        let settings = world.write("hotel.env", "STRIPE_SECRET_KEY=rk_test_hush\nHOTEL_CURRENCY=usd\n");
        let home = settings.parent().unwrap().join("home");
        std::fs::create_dir(&home).unwrap();
        Self { world, home, settings }
    }

    async fn config(&self, client: &str, more: &[&str]) -> Ran {
        let arguments = [&["config", "--client", client, "--env-file", "hotel.env"], more].concat();
        self.world.run("staff-server", &arguments, &[("HOME", self.home.to_str().unwrap())], "").await
    }

    /// Gives the client a file of its own.
    fn has(&self, client: &str, text: &str) -> PathBuf {
        let file = self.home.join(file(client));
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    fn read(&self, client: &str) -> String {
        std::fs::read_to_string(self.home.join(file(client))).unwrap()
    }

    /// The entry that every client needs.
    fn entry(&self) -> Value {
        let binary = binary("staff-server").canonicalize().unwrap();
        json!({"command": binary, "args": ["--env-file", self.settings]})
    }
}

#[tokio::test]
async fn each_client_is_told_what_it_needs_and_where_that_belongs() {
    let user = User::new();
    for client in CLIENTS {
        let ran = user.config(client, &[]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for part in [
            binary("staff-server").canonicalize().unwrap().display().to_string(),
            user.settings.display().to_string(),
        ] {
            assert!(ran.stdout.contains(&part), "{client}: {part}: {}", ran.stdout);
        }
        let place = user.home.join(file(client));
        assert!(
            ran.stderr.contains(&format!("belongs into {}", place.display())),
            "{client}: {}",
            ran.stderr
        );
        assert!(!ran.stdout.contains("hush") && !ran.stderr.contains("hush") && !place.exists(), "{ran:?}");
    }
    misused(&user.config("netscape", &[]).await, "claude-desktop");
}

#[tokio::test]
async fn a_snippet_of_json_is_a_whole_file() {
    let user = User::new();
    let servers = [
        ("claude-desktop", "mcpServers"),
        ("claude-code", "mcpServers"),
        ("cursor", "mcpServers"),
        ("vscode", "servers"),
        ("zed", "context_servers"),
        ("gemini", "mcpServers"),
    ];
    for (client, key) in servers {
        let mut entry = user.config(client, &[]).await.json()[key]["hotel-staff"].clone();
        let kind = entry.as_object_mut().unwrap().remove("type");
        assert_eq!(entry, user.entry(), "{client}");
        assert_eq!(kind.is_some(), ["claude-code", "cursor", "vscode"].contains(&client), "{client}");
    }
}

#[tokio::test]
async fn the_person_and_the_narrowed_tools_go_along() {
    let user = User::new();
    let home = [("HOME", user.home.to_str().unwrap())];
    let arguments = [
        "--read-only",
        "--exclude-tools",
        "create_booking",
        "config",
        "--client",
        "cursor",
        "--email",
        "sarah@example.com",
    ];
    let entry =
        user.world.run("guest-server", &arguments, &home, "").await.json()["mcpServers"]["hotel-guest"]
            .clone();
    assert_eq!(entry["args"], json!(["--read-only", "--exclude-tools=create_booking"]));
    assert_eq!(entry["env"], json!({"GUEST_EMAIL": "sarah@example.com"}));
    let ran = user.world.run("guest-server", &["config", "--client", "cursor"], &home, "").await;
    assert!(ran.stderr.contains("sample hotel") && ran.stderr.contains("--env-file"), "{ran:?}");
    misused(
        &user
            .world
            .run("guest-server", &["config", "--client", "cursor", "--email", "sarah"], &home, "")
            .await,
        "--email",
    );
}

/// What a client has in its file, and what it has after `--write`: the entry is there, and nothing else has changed.
#[tokio::test]
async fn an_entry_is_written_and_everything_else_in_the_file_stays() {
    let user = User::new();
    let binary = binary("staff-server").canonicalize().unwrap();
    let (binary, settings) = (binary.display(), user.settings.display());
    let cases = [
        (
            "zed",
            "// Mine.\n{\n  \"theme\": \"One Dark\", // dark\n  \"context_servers\": {\n    \"other\": {\"command\": \"x\"},\n  },\n}\n".to_owned(),
            format!(
                "// Mine.\n{{\n  \"theme\": \"One Dark\", // dark\n  \"context_servers\": {{\n    \"other\": {{\"command\": \"x\"}},\n    \
                 \"hotel-staff\": {{\n      \"args\": [\"--env-file\", \"{settings}\"],\n      \"command\": \"{binary}\",\n    }},\n  }},\n}}\n"
            ),
        ),
        (
            "codex",
            "model = \"o9\" # mine\n\n[mcp_servers.other]\ncommand = \"x\"\n".to_owned(),
            format!(
                "model = \"o9\" # mine\n\n[mcp_servers.other]\ncommand = \"x\"\n\n[mcp_servers.hotel-staff]\ncommand = \"{binary}\"\n\
                 args = [\"--env-file\", \"{settings}\"]\n"
            ),
        ),
        (
            "goose",
            "# mine\nGOOSE_MODE: auto\nextensions:\n  developer:\n    enabled: true\nGOOSE_TOOLSHIM: true\n".to_owned(),
            format!(
                "# mine\nGOOSE_MODE: auto\nextensions:\n  hotel-staff:\n    enabled: true\n    type: stdio\n    name: hotel-staff\n    \
                 cmd: \"{binary}\"\n    args: [\"--env-file\", \"{settings}\"]\n    envs: {{}}\n    timeout: 300\n  developer:\n    enabled: \
                 true\nGOOSE_TOOLSHIM: true\n"
            ),
        ),
    ];
    for (client, before, after) in cases {
        let file = user.has(client, &before);
        let ran = user.config(client, &["--write", "--yes"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert_eq!(user.read(client), after, "{client}");
        let copy = PathBuf::from(format!("{}.bak", file.display()));
        assert_eq!(std::fs::read_to_string(copy).unwrap(), before, "{client}");
        assert!(
            ran.stdout.contains("hotel-staff") && !ran.stdout.contains("mine"),
            "the difference alone: {ran:?}"
        );
    }
}

#[tokio::test]
async fn written_twice_is_written_once() {
    let user = User::new();
    for client in CLIENTS {
        assert_eq!(user.config(client, &["--write", "--yes"]).await.code, Some(0), "{client}");
        let written = user.read(client);
        let again = user.config(client, &["--write", "--yes"]).await;
        assert!(again.code == Some(0) && again.stdout.contains("nothing was changed"), "{again:?}");
        assert_eq!(user.read(client), written, "{client}");
        assert!(
            !user.home.join(format!("{}.bak", file(client))).exists(),
            "{client}: nothing to keep a copy of"
        );
        // What is printed is what is written where there was nothing.
        assert_eq!(user.config(client, &[]).await.stdout, written, "{client}");
    }
}

#[tokio::test]
async fn an_entry_of_before_is_brought_up_to_date_and_keeps_what_the_user_added() {
    let user = User::new();
    let old = json!({"mcpServers": {"hotel-staff": {"command": "/old", "args": [], "disabled": true, "env": {"RUST_LOG": "warn"}}}});
    user.has("cursor", &old.to_string());
    assert_eq!(
        user.config("cursor", &["--write", "--yes", "--email", "manager@dewyhotel.com"]).await.code,
        Some(0)
    );
    let entry: Value = serde_json::from_str(&user.read("cursor")).unwrap();
    let entry = &entry["mcpServers"]["hotel-staff"];
    assert_eq!((&entry["command"], &entry["args"]), (&user.entry()["command"], &user.entry()["args"]));
    assert_eq!(entry["disabled"], true);
    assert_eq!(entry["env"], json!({"RUST_LOG": "warn", "STAFF_EMAIL": "manager@dewyhotel.com"}));
}

#[tokio::test]
async fn a_file_that_cannot_be_kept_whole_is_left_alone_and_the_entry_is_printed() {
    let user = User::new();
    let cases = [
        ("cursor", "{\"mcpServers\": ", "cannot be read"),
        ("cursor", "[]", "something else"),
        ("cursor", "{\"mcpServers\": []}", "something else"),
        ("codex", "mcp_servers = { other = { command = \"x\" } }\n", "another way"),
        ("codex", "[mcp_servers.hotel-staff]\ncommand = \"/mine\"\n", "already"),
        ("codex", "[ mcp_servers . \"hotel-staff\" ]\ncommand = \"/mine\"\n", "already"),
        ("codex", "[mcp_servers]\nhotel-staff = { command = \"x\" }\n", "another way"),
        ("codex", "[mcp_servers]\n# mine\nhotel-staff.command = \"x\"\n", "another way"),
        ("goose", "extensions: {other: {enabled: true}}\n", "not one block"),
        ("goose", "extensions:\n  hotel-staff:\n    enabled: false\n", "already"),
        ("goose", "{extensions: {}}\n", "plain blocks"),
        ("goose", "extensions:\n  hotel-staff : {enabled: false}\n", "already"),
        ("goose", "extensions:\n- a\n", "not one block"),
        ("goose", "extensions:\n  - a\n", "not one block"),
        ("goose", "- a\n", "plain blocks"),
        ("goose", "a: 1\n? extensions\n: {}\n", "plain blocks"),
        ("goose", "extensions:\n  a: {}\n  ? hotel-staff\n  : {}\n", "not one block"),
        ("goose", "extensions:\n  \"hotel\\u002dstaff\": {}\n", "not one block"),
        ("cursor", "{\"mcpServers\": {}, \"mcpServers\": {}}", "something else"),
    ];
    for (client, text, says) in cases {
        user.has(client, text);
        let ran = user.config(client, &["--write", "--yes"]).await;
        assert!(ran.code == Some(2) && ran.stderr.contains(says), "{text}: {ran:?}");
        assert!(ran.stdout.contains("hotel-staff") && ran.stderr.contains("was not changed"), "{ran:?}");
        assert_eq!(user.read(client), text);
    }
}

#[tokio::test]
async fn a_link_stays_a_link_and_a_private_file_private() {
    use std::os::unix::fs::PermissionsExt;
    let user = User::new();
    let real = user.has("zed", "{}");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = user.home.join(file("cursor"));
    std::fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(user.config("cursor", &["--write", "--yes"]).await.code, Some(0));
    assert!(link.is_symlink() && std::fs::read_to_string(&real).unwrap().contains("hotel-staff"));
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[tokio::test]
async fn a_person_is_asked_first_and_where_there_is_nobody_nothing_is_written() {
    let user = User::new();
    let ran = user.config("cursor", &["--write"]).await;
    assert!(ran.code == Some(2) && ran.stderr.contains("--yes"), "{ran:?}");
    let place = user.home.join(file("cursor"));
    assert!(!place.exists());
    for (answer, is_written) in [("n", false), ("", false), ("y", true)] {
        let env = [("HOME", user.home.to_str().unwrap())];
        let command = user.world.command("staff-server", &["config", "--client", "cursor", "--write"], &env);
        let mut terminal = Terminal::start(command, 200);
        terminal.wait_for("hotel-staff").await;
        terminal.wait_for("Write this? [y/N]").await;
        assert!(!place.exists());
        terminal.types(&format!("{answer}\n"));
        assert_eq!(terminal.end().await, Some(0), "{}", terminal.printed());
        assert_eq!(place.exists(), is_written, "{answer:?}: {}", terminal.printed());
    }
}
