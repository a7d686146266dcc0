//! The documents say what the code does. `UPDATE_DOCS=1 cargo test -p tests docs` rewrites the tables of README.md.

use orchestrators::tool::Toolset;
use skills::settings::Settings;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tests::World;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|_| panic!("{name}")).replace("\r\n", "\n")
}

/// The table of a persona's tools.
fn table(toolset: &Toolset) -> String {
    let mut table = "| Tool | Does | Effect |\n|---|---|---|\n".to_owned();
    for tool in toolset.tools() {
        let effect = if tool.effect.writes() { "writes" } else { "reads" };
        writeln!(table, "| `{}` | {} | {effect} |", tool.name, tool.summary().replace('|', "\\|")).unwrap();
    }
    table
}

/// Holds what stands between the markers of this name in README.md against what is to stand there.
pub(crate) fn holds(name: &str, text: &str) {
    // One at a time: what is rewritten is one file.
    static README: Mutex<()> = Mutex::new(());
    let _alone = README.lock().unwrap_or_else(PoisonError::into_inner);
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let readme = file("README.md");
    let from = readme.find(&start).unwrap_or_else(|| panic!("README.md has no {start}")) + start.len();
    let to = from + readme[from..].find(&end).unwrap_or_else(|| panic!("README.md has no {end}"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join("README.md"), format!("{}{text}{}", &readme[..from], &readme[to..]))
            .unwrap();
    } else {
        assert_eq!(
            &readme[from..to],
            text,
            "README.md is behind the code; UPDATE_DOCS=1 rewrites its tables"
        );
    }
}

#[test]
fn the_readme_lists_every_tool_of_each_persona() {
    holds("tools:guest", &table(&Toolset::new(guest_server::persona())));
    holds("tools:staff", &table(&Toolset::new(staff_server::persona())));
}

/// The settings of `.env.example`, commented or not, each with the comment above it.
fn example() -> BTreeMap<String, (String, String)> {
    let mut settings = BTreeMap::new();
    let mut comment = String::new();
    for line in file(".env.example").lines() {
        let bare = line.trim_start_matches(['#', ' ']);
        let (name, value) = bare.split_once('=').unwrap_or_default();
        let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
        if !name.is_empty() && name.chars().all(is_name) {
            let known = settings.insert(name.to_owned(), (value.to_owned(), std::mem::take(&mut comment)));
            assert!(known.is_none(), "{name} is explained twice");
        } else if line.starts_with('#') {
            comment.push_str(bare);
        } else {
            comment.clear();
        }
    }
    settings
}

/// The names of all settings.
pub(crate) fn names_of_settings() -> Vec<String> {
    example().into_keys().collect()
}

/// The variables the code asks for, when those of the example are set to their values there.
fn asked_for() -> BTreeSet<String> {
    let example = example();
    let asked = RefCell::new(BTreeSet::new());
    // Salesforce is reached in one of two ways; both at once are refused.
    for withheld in [
        ["SALESFORCE_LOGIN_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"].as_slice(),
        &["SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"],
    ] {
        let settings = Settings::read(|name| {
            asked.borrow_mut().insert(name.to_owned());
            let given = !withheld.contains(&name);
            example.get(name).filter(|_| given).map(|(value, _)| value.clone())
        });
        settings.expect(".env.example's values can be read");
    }
    asked.into_inner()
}

#[test]
fn every_setting_is_in_the_example_with_its_meaning() {
    let example = example();
    let mut known = asked_for();
    known.extend(["HOTEL_EXCLUDE_TOOLS", "HOTEL_READ_ONLY", "RUST_LOG"].map(str::to_owned));
    assert_eq!(example.keys().cloned().collect::<BTreeSet<_>>(), known, ".env.example and the code");
    for (name, (value, comment)) in &example {
        assert!(comment.len() > 15, "{name} has no comment above it");
        assert!(!value.is_empty(), "{name} shows no value");
    }
}

#[tokio::test]
async fn the_example_as_it_is_runs_the_embedded_hotel() {
    let world = World::new();
    world.write(".env", &file(".env.example"));
    let ran = world.run_staff(&["call", "search_contacts"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.json()["data"]["count"].as_u64().unwrap() > 0);
}

#[test]
fn connecting_says_of_every_tool_what_it_reads_and_writes() {
    let page = file("docs/connecting.md");
    for toolset in super::personas().map(Toolset::new) {
        for tool in toolset.tools() {
            let is_search = tool.name.starts_with("search_");
            assert!(is_search || page.contains(&format!("`{}`", tool.name)), "{}", tool.name);
        }
    }
}

#[test]
fn the_readme_explains_every_error_code() {
    let readme = file("README.md");
    for code in skills::ErrorCode::ALL {
        assert!(readme.contains(code.as_str()), "{}", code.as_str());
    }
}
