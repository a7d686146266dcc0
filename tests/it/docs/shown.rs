//! What the documents show beside commands that are run: settings, and commands within sentences.

use super::blocks::{blocks, documents};
use super::{file, names_of_settings};

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

/// Commands within sentences, such as `staff-server reconcile --fix`: there is such a command, with such options.
#[test]
fn the_commands_within_sentences_exist() {
    let mut seen = 0;
    for document in documents() {
        let text = file(&document);
        for quoted in text.split('`').filter(|text| !text.contains("\n\n")) {
            let words: Vec<&str> = quoted.split_whitespace().collect();
            let at = tests::SERVERS.iter().position(|server| words.first() == Some(server));
            let (Some(at), Some(name)) = (at, words.get(1)) else { continue };
            let grammar = orchestrators::cli::grammar(tests::SERVERS[at], &crate::personas()[at]);
            let given = words.iter().filter_map(|word| word.strip_prefix("--")?.split('=').next());
            let command = grammar.find_subcommand(name);
            assert!(command.is_some() || name.starts_with('-') || *name == "…", "{document}: {quoted}");
            for option in given {
                let is_known = grammar.get_arguments().any(|known| known.get_long() == Some(option))
                    || command.is_some_and(|command| {
                        command.get_arguments().any(|known| known.get_long() == Some(option))
                    });
                assert!(
                    is_known || ["help", "version"].contains(&option),
                    "{document}: {quoted}: --{option}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
