//! The documents say what the code does. `UPDATE_DOCS=1 cargo test -p tests docs` rewrites the tables
//! of tools in docs/tools.md and of fields in docs/connecting.md.

mod blocks;
#[cfg(target_os = "linux")]
mod clients;
#[cfg(unix)]
mod commands;
mod fields;
mod house;
mod scenes;
mod sentences;
mod sequence;
#[cfg(unix)]
mod served;
mod shown;
mod systemd;

use orchestrators::tool::Toolset;
use skills::settings::{SECRETS, Settings};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tests::World;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(crate) fn file(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|_| panic!("{name}")).replace("\r\n", "\n")
}

/// The table of a persona's tools: what each does, up to the first colon or semicolon of its description.
fn table(server: &str, toolset: &Toolset) -> String {
    let mut table = format!("| {server} | Does | Effect |\n|---|---|---|\n");
    for tool in toolset.tools() {
        let effect = if tool.effect.writes() { "writes" } else { "reads" };
        let does = tool.summary().split([':', ';']).next().unwrap_or_default().trim_end_matches('.');
        writeln!(table, "| `{}` | {} | {effect} |", tool.name, does.replace('|', "\\|")).unwrap();
    }
    table
}

/// Where in a document the text between the markers of this name stands.
fn between(text: &str, document: &str, name: &str) -> Range<usize> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let from = text.find(&start).unwrap_or_else(|| panic!("{document} has no {start}")) + start.len();
    let to = from + text[from..].find(&end).unwrap_or_else(|| panic!("{document} has no {end}"));
    from..to
}

/// Checks that a document has this text between the markers of this name; with `UPDATE_DOCS` writes it there.
pub(crate) fn holds(document: &str, name: &str, expected: &str) {
    // Tests run side by side, and two of them may rewrite the same document.
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut text = file(document);
    let place = between(&text, document, name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        text.replace_range(place, expected);
        std::fs::write(root().join(document), text).unwrap();
    } else {
        assert_eq!(
            &text[place], expected,
            "{document} is behind the code; UPDATE_DOCS=1 rewrites its tables"
        );
    }
}

#[test]
fn every_tool_of_each_persona_is_listed() {
    for (server, persona) in tests::SERVERS.into_iter().zip(super::personas()) {
        let name = format!("tools:{}", persona.name);
        holds("docs/tools.md", &name, &table(server, &Toolset::new(persona)));
    }
}

#[test]
fn the_prompts_of_each_persona_are_listed() {
    let mut table = "| | Prompt | Name | Does |\n|---|---|---|---|\n".to_owned();
    for (server, persona) in tests::SERVERS.into_iter().zip(super::personas()) {
        let mut server = server;
        for prompt in &persona.guidance.prompts {
            writeln!(table, "| {server} | {} | `{}` | {} |", prompt.title, prompt.name, prompt.description)
                .unwrap();
            server = "";
        }
    }
    holds("docs/tools.md", "prompts", &table.replace("|  |", "| |"));
}

/// The texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn what_the_readme_says_to_ask_for_is_a_tool() {
    let readme = file("README.md");
    let toolsets = super::personas().map(Toolset::new);
    for name in quoted(&readme[between(&readme, "README.md", "say")]) {
        let is_tool = toolsets.iter().any(|toolset| toolset.tools().iter().any(|tool| tool.name == name));
        assert!(is_tool, "{name}");
    }
}

#[test]
fn every_promise_of_the_readme_names_a_test() {
    let readme = file("README.md");
    for promise in readme[between(&readme, "README.md", "promises")].split("\n- ") {
        let name = quoted(promise).last().unwrap_or_else(|| panic!("no test is named: {promise}"));
        let (module, test) = name.rsplit_once("::").unwrap_or_else(|| panic!("no module: {name}"));
        let source = file(&format!("tests/it/{}.rs", module.replace("::", "/")));
        assert!(source.contains(&format!("fn {test}()")), "there is no test {name}");
    }
}

/// Each box of the checklists names, last, the test that shows it.
#[test]
fn every_box_of_the_checklists_names_its_test() {
    let text = file("docs/checklist.md");
    let boxes: Vec<&str> =
        text.lines().filter(|line| line.starts_with(|it: char| it.is_ascii_digit())).collect();
    assert_eq!(boxes.len(), 13 + 12);
    for line in boxes {
        let name = quoted(line).last().unwrap_or_else(|| panic!("no test is named: {line}"));
        let (module, test) = name.rsplit_once("::").unwrap_or_else(|| panic!("no module: {name}"));
        let source = file(&format!("tests/it/{}.rs", module.replace("::", "/")));
        assert!(source.contains(&format!("fn {test}()")), "there is no test {name}");
    }
}

/// Each numbered invariant names, last, a test (`module::test`) or a module of tests.
#[test]
fn every_invariant_of_the_architecture_names_its_tests() {
    let text = file("ARCHITECTURE.md");
    let invariants = text.split("\n## ").find(|part| part.starts_with("Invariants")).expect("invariants");
    let numbered =
        |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    let starts: Vec<&str> = invariants.lines().filter(numbered).collect();
    assert!(starts.len() > 10, "there are {}", starts.len());
    let names: Vec<&str> =
        quoted(invariants).filter(|name| !name.contains(['/', '.', '_']) || name.contains("::")).collect();
    for name in names.iter().filter(|name| !name.starts_with("saga::") && !name.contains("Outcome")) {
        let path = format!("tests/it/{}.rs", name.replace("::", "/"));
        if root().join(&path).exists() {
            continue; // a module of tests
        }
        let Some((module, test)) = name.rsplit_once("::") else { continue };
        let source = file(&format!("tests/it/{}.rs", module.replace("::", "/")));
        assert!(source.contains(&format!("fn {test}()")), "there is no test {name}");
    }
}

/// What GitHub calls the headings of a document in links to them.
fn anchors(document: &str) -> BTreeSet<String> {
    let text = file(document);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let is_kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase().chars().filter(is_kept).collect())
        .map(|heading: String| heading.replace(' ', "-"))
        .collect()
}

#[test]
fn every_link_between_documents_resolves() {
    let mut documents: Vec<String> = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "salesforce/README.md",
    ]
    .map(str::to_owned)
    .into();
    for folder in ["docs", "docs/clients"] {
        let pages = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let pages = pages.filter(|page| page.extension().is_some_and(|extension| extension == "md"));
        let names = pages.map(|page| page.file_name().unwrap().to_owned());
        documents.extend(names.map(|name| format!("{folder}/{}", name.to_str().unwrap())));
    }
    for document in &documents {
        let text = file(document);
        let targets = text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
        for target in targets.filter(|target| !target.starts_with("https://")) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
            let linked = if path.is_empty() { document.clone() } else { format!("{folder}/{path}") };
            let linked = linked.trim_start_matches('/');
            assert!(root().join(linked).exists(), "{document}: {target}");
            let found = anchor.is_empty() || anchors(linked).contains(anchor);
            assert!(found, "{document}: {target}");
        }
    }
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
    let of_files = SECRETS.map(|(_, file)| file); // a secret is given itself, or as a file
    let example = example();
    let asked = RefCell::new(BTreeSet::new());
    // Salesforce is reached in one of two ways; both at once are refused.
    for withheld in [
        ["SALESFORCE_LOGIN_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"].as_slice(),
        &["SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"],
    ] {
        let get = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            let given = !withheld.contains(&name) && !of_files.contains(&name);
            example.get(name).filter(|_| given).map(|(value, _)| value.clone())
        };
        Settings::read(get).expect(".env.example's values can be read");
        orchestrators::HttpSettings::read(get).expect(".env.example's values can be read");
    }
    asked.into_inner()
}

#[test]
fn every_setting_is_in_the_example_with_its_meaning() {
    let example = example();
    let mut known = asked_for();
    known.extend(
        ["HOTEL_EXCLUDE_TOOLS", "HOTEL_READ_ONLY", "OTEL_EXPORTER_OTLP_ENDPOINT", "RUST_LOG"]
            .map(str::to_owned),
    );
    known.extend(super::personas().map(|persona| persona.acts_for.setting.to_owned()));
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
fn every_error_code_is_explained() {
    let page = file("docs/answers.md");
    for code in skills::ErrorCode::ALL {
        assert!(page.contains(&format!("`{}`", code.as_str())), "{}", code.as_str());
    }
}
