//! `config --client NAME`: what a client needs to start this server, and where it belongs; with `--write` it is put there.

mod clients;
mod difference;
mod entry;
mod json;
mod toml;
mod write;
mod yaml;

pub(crate) use clients::Client;
pub(crate) use entry::Entry;

use crate::terminal;
use clients::Format;
use difference::Difference;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// How an entry gets into a client's file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wish {
    /// Printed, for a person to put it there.
    Print,
    /// Written, after the person at the terminal has seen the difference and said yes.
    Ask,
    /// Written without asking.
    Write,
}

/// Prints or writes the entry with which a client starts this server.
///
/// # Errors
/// When this machine has no home folder, or the client's file cannot be read, kept whole or written.
pub(crate) fn run(client: Client, entry: &Entry, wish: Wish) -> anyhow::Result<ExitCode> {
    match wish {
        Wish::Print => print(client, entry),
        Wish::Ask => write::into(client, entry, false),
        Wish::Write => write::into(client, entry, true),
    }
}

/// The snippet goes to stdout alone, so that it can be piped; where it belongs goes to stderr.
fn print(client: Client, entry: &Entry) -> anyhow::Result<ExitCode> {
    write!(terminal::out(), "{}", snippet(client, entry))?;
    advise(client, entry, &client.file()?);
    Ok(ExitCode::SUCCESS)
}

fn advise(client: Client, entry: &Entry, file: &Path) {
    let told = [
        client.elsewhere().map(str::to_owned),
        client.own_command(entry).map(|command| format!("Or let the client do it: {command}")),
    ];
    terminal::aside(&format!("This belongs into {}.", file.display()));
    told.iter().flatten().for_each(|line| terminal::aside(line));
    warn(entry);
    terminal::aside(client.afterwards());
}

/// Says what a person should know before the client uses the entry, whether it is printed, written or there already.
fn warn(entry: &Entry) {
    if entry.settings.is_none() {
        terminal::aside(
            "No settings file was found, so the client will run the sample hotel; --env-file FILE names yours.",
        );
    }
    entry.hints.iter().for_each(|hint| terminal::aside(hint));
}

/// The entry as a whole file of the client that has nothing else.
fn snippet(client: Client, entry: &Entry) -> String {
    match client.format() {
        Format::Json { key } => json::snippet(key, &entry.name, &client.entry(entry)),
        Format::Toml => toml::snippet(entry),
        Format::Yaml => yaml::snippet(entry),
    }
}

/// A client's file with the entry in it and everything else as it was.
struct Merged {
    text: String,
    difference: Difference,
}

/// What some editors put before the text of a file.
const BYTE_ORDER_MARK: &str = "\u{feff}";

fn merged(client: Client, entry: &Entry, text: &str) -> Result<Merged, Unkept> {
    let (mark, text) = text.strip_prefix(BYTE_ORDER_MARK).map_or(("", text), |rest| (BYTE_ORDER_MARK, rest));
    let merged = match client.format() {
        Format::Json { key } => json::merged(text, key, entry, &client.entry(entry)),
        Format::Toml => toml::merged(text, entry),
        Format::Yaml => yaml::merged(text, entry),
    }?;
    Ok(Merged { text: format!("{mark}{}", merged.text), ..merged })
}

/// Why a file is left alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unkept {
    /// It is not what its client reads.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// It is written in a way in which an entry cannot be added with certainty.
    #[error("{0}")]
    Unusual(&'static str),
    /// The entry is there, and somebody changed it.
    #[error("it has an entry {0} already, and another one; take it out first, or change it by hand")]
    Another(String),
    /// The entry is there, and leaves tools out that the new one would not.
    #[error(
        "its entry {name} is a different one: it starts the server with {options}, which would be lost; give the same \
         before config, or change it by hand"
    )]
    Narrower {
        /// What the client calls it.
        name: String,
        /// What would be lost.
        options: String,
    },
}
