//! Completions for each shell, and a page of the manual for each server and each of its commands.

use crate::servers::Server;
use anyhow::Context;
use clap::ValueEnum;
use clap_complete::Shell;
use std::path::Path;

/// Writes all of them into a folder: `completions` and `man`.
pub(crate) fn write(folder: &Path) -> anyhow::Result<()> {
    let (completions, man) = (folder.join("completions"), folder.join("man"));
    for folder in [&completions, &man] {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    for server in Server::ALL {
        let grammar = orchestrators::cli::grammar(server.name(), &server.persona());
        // No page about each page: `--help` of a command says what `help` does.
        let mut grammar = grammar.disable_help_subcommand(true);
        for shell in Shell::value_variants() {
            clap_complete::generate_to(*shell, &mut grammar, server.name(), &completions)?;
        }
        clap_mangen::generate_to(grammar, &man)?;
    }
    Ok(())
}
