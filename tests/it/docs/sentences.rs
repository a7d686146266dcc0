//! What the documents name within sentences: commands of the servers and of cargo, and files.

use super::blocks::documents;
use super::{file, root};
use std::collections::BTreeSet;

/// The texts in backticks of all documents, each with its document. What is in blocks is no sentence.
fn named() -> Vec<(String, String)> {
    let mut all = documents();
    all.extend(["ARCHITECTURE.md", "salesforce/README.md"].map(str::to_owned));
    let mut named = vec![];
    for document in all {
        let text = file(&document);
        let outside: String = format!("\n{text}").split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
        let quoted = outside.split('`').skip(1).step_by(2).map(|text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.join(" ")
        });
        named.extend(quoted.map(|text| (document.clone(), text)));
    }
    named
}

/// Commands such as `staff-server reconcile --fix`: there is such a command, with such options.
#[test]
fn the_commands_of_servers_exist() {
    let mut seen = 0;
    for (document, quoted) in named() {
        let words: Vec<&str> = quoted.split(' ').collect();
        let at = tests::SERVERS.iter().position(|server| words.first() == Some(server));
        let (Some(at), Some(name)) = (at, words.get(1)) else { continue };
        let grammar = orchestrators::cli::grammar(tests::SERVERS[at], &crate::personas()[at]);
        let command = grammar.find_subcommand(name);
        assert!(command.is_some() || name.starts_with('-') || *name == "…", "{document}: {quoted}");
        for option in words.iter().filter_map(|word| word.strip_prefix("--")?.split('=').next()) {
            let is_known = grammar.get_arguments().any(|known| known.get_long() == Some(option))
                || command.is_some_and(|command| {
                    command.get_arguments().any(|known| known.get_long() == Some(option))
                });
            assert!(is_known || ["help", "version"].contains(&option), "{document}: {quoted}: --{option}");
        }
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}

/// The names of all tests, as the test binary lists them.
fn tests_there_are() -> Vec<String> {
    let listed = std::process::Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    listed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// Commands such as `KILLS=500 cargo test -p tests kills`: there are such tests, packages, examples and benchmarks, and something
/// reads the variable.
#[test]
fn the_commands_of_cargo_name_what_there_is() {
    let names = tests_there_are();
    let manifest = file("tests/Cargo.toml");
    let mut seen = BTreeSet::new();
    for (document, quoted) in named() {
        let Some((variables, command)) = quoted.split_once("cargo ") else { continue };
        for variable in variables.split(' ').filter_map(|word| Some(word.split_once('=')?.0)) {
            let sources = ["tests/it", "tests/src"].map(crate::house::sources).concat();
            let is_read = sources.iter().any(|(_, code)| code.contains(&format!("\"{variable}\"")));
            assert!(is_read, "{document}: {quoted}: nothing reads {variable}");
        }
        let mut words = command.split(' ');
        let verb = words.next().unwrap_or_default();
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_default().to_owned();
            let (what, exists) = match word {
                "-p" => (value(), None),
                "--example" => (value(), Some("tests/examples")),
                "--bench" => (value(), Some("tests/benches")),
                _ if word.starts_with('-') || ["NAME", "FILTER"].contains(&word) => continue,
                _ => (word.to_owned(), None),
            };
            let is_there = match (word, exists) {
                ("-p", _) => root().join(&what).join("Cargo.toml").exists(),
                ("--bench", _) => manifest.contains(&format!("name = \"{what}\"")),
                (_, Some(folder)) => root().join(folder).join(format!("{what}.rs")).exists(),
                _ => verb != "test" || names.iter().any(|name| name.contains(&what)),
            };
            assert!(is_there, "{document}: {quoted}: there is no {what}");
        }
        seen.insert(quoted);
    }
    assert!(seen.len() > 15, "{seen:?}");
}

#[test]
fn the_files_that_are_named_exist() {
    let folders =
        [".ci", "tests", "docs", "salesforce", "orchestrators", "skills", "guest-server", "staff-server"];
    let mut seen = 0;
    for (document, quoted) in named() {
        let path = quoted.split(' ').next().unwrap_or_default();
        let is_one = folders.iter().any(|folder| path.starts_with(&format!("{folder}/")));
        if !is_one || path.contains(['<', '*', '…', '{']) {
            continue;
        }
        // The adapter is a folder of that name too.
        let is_there =
            [root(), root().join("skills/src/systems/crm")].iter().any(|from| from.join(path).exists());
        assert!(is_there, "{document}: {path}");
        seen += 1;
    }
    assert!(seen > 60, "{seen}");
}
