//! The house itself: what must not be found where, read from the source. ARCHITECTURE.md numbers these rules.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Rust files below a folder, with their texts without comments.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap_or_else(|_| panic!("{}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push(path);
            }
        }
    }
    let mut paths = vec![];
    collect(&root().join(folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{folder} is empty");
    let code = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        (name, lines.collect::<Vec<_>>().join("\n"))
    };
    paths.into_iter().map(code).collect()
}

/// No file below `folder`, but for those that are `allowed`, holds one of these texts.
#[track_caller]
fn nobody(folder: &str, allowed: &[&str], texts: &[&str]) {
    let mut found = vec![];
    for (name, code) in sources(folder) {
        let is_allowed = allowed.iter().any(|allowed| name.starts_with(allowed));
        for text in texts.iter().filter(|text| !is_allowed && code.contains(**text)) {
            found.push(format!("{name}: {text}"));
        }
    }
    assert!(found.is_empty(), "not here:\n{}", found.join("\n"));
}

#[test]
fn only_the_folder_of_the_protocol_knows_it() {
    let allowed = ["orchestrators/src/mcp", "orchestrators/src/cli/log.rs"]; // the log knows the library's name
    nobody("orchestrators/src", &allowed, &["rmcp"]);
    nobody("skills/src", &[], &["rmcp"]);
}

#[test]
fn all_sql_of_the_journal_is_in_the_journal() {
    let allowed = ["orchestrators/src/engine/journal", "orchestrators/src/operate/data_folder.rs"]; // looks into files at rest
    let tables = ["calls", "steps", "outbox", "locks", "turns", "spent_tokens"];
    let verbs = ["FROM ", "INTO ", "UPDATE ", "JOIN "];
    let texts: Vec<String> =
        tables.iter().flat_map(|table| verbs.iter().map(move |verb| format!("{verb}{table}"))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    nobody("orchestrators/src", &allowed, &texts);
}

#[test]
fn the_engine_names_no_tool_and_no_persona() {
    let mut names: Vec<String> =
        orchestrators::sagas::names().iter().map(|name| format!("\"{name}\"")).collect();
    for persona in super::personas() {
        names.push(format!("\"{}\"", persona.name));
        names.extend(persona.tools.iter().map(|tool| format!("\"{}\"", tool.name)));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for folder in ["orchestrators/src/engine", "orchestrators/src/saga"] {
        nobody(folder, &[], &names);
        nobody(folder, &[], &["crate::sagas", "crate::operate", "crate::audit", "crate::mcp", "crate::cli"]);
    }
}

#[test]
fn sagas_know_no_engine_but_what_is_looked_after_beside_calls() {
    let allowed = ["orchestrators/src/sagas/shared/refunds_on_their_way.rs"];
    nobody("orchestrators/src/sagas", &allowed, &["crate::engine", "crate::mcp", "crate::cli", "rusqlite"]);
    nobody("orchestrators/src/saga", &[], &["crate::engine"]);
}

/// Who sends a call again must know beforehand whether a person would be asked.
#[test]
fn the_sagas_that_ask_a_person_are_listed() {
    let asks = |(name, code): (String, String)| {
        let saga = Path::new(&name).file_stem().unwrap().to_str().unwrap().to_owned();
        code.contains("saga.confirm(").then_some(saga)
    };
    let that_ask: Vec<String> = sources("orchestrators/src/sagas").into_iter().filter_map(asks).collect();
    assert_eq!(that_ask, orchestrators::sagas::THAT_ASK);
}

#[test]
fn no_operation_calls_another() {
    nobody("skills/src/operations", &[], &[".run(call)", ".run(&call)"]);
}

#[test]
fn only_adapters_make_requests() {
    let allowed = ["skills/src/systems", "skills/src/settings/values.rs"]; // settings read addresses
    nobody("skills/src", &allowed, &["reqwest"]);
    nobody("orchestrators/src", &[], &["reqwest"]);
    nobody("skills/src/systems/crm/salesforce/plan", &[], &["reqwest"]);
}

#[test]
fn the_words_of_the_processor_are_its_adapters() {
    nobody("orchestrators/src", &[], &["\"pi_", "\"pm_", "\"cus_"]);
    nobody("skills/src/operations", &[], &["\"pi_", "\"pm_", "\"cus_"]);
}

#[test]
fn no_call_is_moved_but_by_its_life() {
    let words =
        ["'running'", "'waiting'", "'needs_attention'", "\"running\"", "\"waiting\"", "\"needs_attention\""];
    nobody("orchestrators/src", &["orchestrators/src/saga/outcome.rs"], &words);
}
