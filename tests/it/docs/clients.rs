//! The pages on clients: each shows what `config` prints, and its commands run.

use super::{file, holds, root};
use std::path::{Path, PathBuf};
use tests::{World, binary};

/// The pages, by client.
fn pages() -> Vec<String> {
    let name = |path: PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<_> = std::fs::read_dir(root().join("docs/clients"))
        .unwrap()
        .map(|page| name(page.unwrap().path()))
        .collect();
    names.sort();
    names
}

/// Every client of `config` has a page, and every page a client.
#[tokio::test]
async fn each_client_has_a_page() {
    let world = World::new();
    let ran = world.run_staff(&["config", "--client", "nobody's"]).await;
    let list = ran.stderr.split("possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    let mut clients: Vec<_> = list.unwrap_or_else(|| panic!("{ran:?}")).split(", ").collect();
    clients.sort_unstable();
    assert_eq!(pages(), clients);
    let connecting = file("docs/connecting.md");
    for client in clients {
        assert!(connecting.contains(&format!("(clients/{client}.md)")), "{client}");
    }
}

/// As on a machine where the hotel is installed for all.
fn installed(text: &str, settings: &Path) -> String {
    let binary = binary("staff-server").canonicalize().unwrap();
    let text = text.replace(&binary.display().to_string(), "/opt/hotel/staff-server");
    text.replace(&settings.display().to_string(), "/etc/hotel/hotel.env")
}

#[tokio::test]
async fn each_page_shows_what_is_written_and_its_commands_run() {
    for page in pages() {
        let world = World::new();
        let settings = world.write("hotel.env", "HOTEL_CURRENCY=usd\n");
        let home = settings.with_file_name("home");
        std::fs::create_dir(&home).unwrap();
        let document = format!("docs/clients/{page}.md");
        let text = file(&document);
        let commands =
            text.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
        for line in commands.lines() {
            let mut words = line.split_whitespace();
            let server = words.next().expect("a server");
            let mut arguments: Vec<_> = words.collect();
            if line.contains("--write") {
                arguments.push("--yes"); // nobody can be asked here
            }
            let ran = world.run(server, &arguments, &[("HOME", home.to_str().unwrap())], "").await;
            assert_eq!(ran.code, Some(0), "{document}: {line}: {ran:?}");
            if !line.contains("--write") {
                let kind = match page.as_str() {
                    "codex" => "toml",
                    "goose" => "yaml",
                    _ => "json",
                };
                let snippet = format!("```{kind}\n{}```\n", installed(&ran.stdout, &settings));
                holds(&document, "snippet", &snippet);
            }
        }
    }
}

/// What each page says of its client, and the only words for it.
const FEATURES: [&str; 7] = [
    "asks the person with a form",
    "opens a page for the person",
    "prompts",
    "resources",
    "MCP Apps (the board)",
    "progress",
    "cancellation",
];
const ANSWERS: [&str; 4] = ["yes", "no", "not listed", "not tried"];

/// The answers of a page, each with a source that can be looked up.
fn answers(page: &str) -> Vec<String> {
    let document = format!("docs/clients/{page}.md");
    let text = file(&document);
    let section = text.split("\n## ").find(|part| part.starts_with("What it can do here\n"));
    let section = section.unwrap_or_else(|| panic!("{document} does not say what it can do"));
    assert!(section.contains(", read on 20"), "{document} does not say when its sources were read");
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows: Vec<Vec<&str>> = rows.map(|row| row.trim_matches(['|', ' ']).split(" | ").collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), FEATURES, "{document}");
    let answer = |row: &Vec<&str>| {
        let answer = row[1].split(':').next().unwrap_or_default().to_owned();
        assert!(ANSWERS.contains(&answer.as_str()), "{document}: {row:?}");
        let source = row.get(2).is_some_and(|source| source.contains("](https://"));
        assert_eq!(source, answer != "not tried", "{document}: {row:?} and its source");
        answer
    };
    rows.iter().map(answer).collect()
}

#[test]
fn each_page_says_what_its_client_can_do_and_where_that_is_written() {
    let mut table = format!("| | {} |\n|---{}|\n", FEATURES.join(" | "), "|---".repeat(FEATURES.len()));
    for page in pages() {
        let name = file(&format!("docs/clients/{page}.md"));
        let name = name.lines().next().and_then(|title| title.strip_prefix("# ")).expect("a title");
        table += &format!("| [{name}](clients/{page}.md) | {} |\n", answers(&page).join(" | "));
    }
    holds("docs/connecting.md", "clients", &table);
}
