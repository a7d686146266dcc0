//! What the documents show in blocks beside commands that are run.

use super::blocks::{blocks, documents};
use super::names_of_settings;

/// A block without a word shows what is printed. What people type is marked.
#[test]
fn blocks_of_commands_are_marked() {
    let begins = [
        "cargo ",
        "staff-server ",
        "guest-server ",
        "target/",
        "$ ",
        "claude ",
        "codex ",
        "sf ",
        "python",
        "curl ",
    ];
    for document in documents() {
        for block in blocks(&document, "") {
            let typed = block.lines().find(|line| begins.iter().any(|begins| line.starts_with(begins)));
            assert_eq!(typed, None, "{document}: mark its block as sh");
        }
    }
}

#[test]
fn each_setting_that_a_document_shows_exists() {
    let known = names_of_settings();
    let mut shown = 0;
    for document in documents() {
        for line in blocks(&document, "dotenv").iter().flat_map(|block| block.lines()) {
            let name = line.split('=').next().unwrap_or_default();
            assert!(known.iter().any(|known| known == name), "{document}: {line}");
            shown += 1;
        }
    }
    assert!(shown > 5, "{shown}");
}
