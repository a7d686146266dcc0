//! TOML (Codex): a table of its own at the end of the file. Nothing before it is touched.

use super::{Difference, Entry, Merged, Unkept};
use serde_json::Value;

/// The table that holds the servers.
const SERVERS: &str = "mcp_servers";

pub(super) fn snippet(entry: &Entry) -> String {
    // A string of JSON is a string of TOML.
    let variables: Vec<_> = entry
        .environment
        .iter()
        .map(|(name, value)| format!("{name} = {}", Value::from(value.as_str())))
        .collect();
    let environment =
        if variables.is_empty() { String::new() } else { format!("env = {{ {} }}\n", variables.join(", ")) };
    format!(
        "[{SERVERS}.{}]\ncommand = {}\nargs = {}\n{environment}",
        entry.name,
        Value::from(entry.command.as_str()),
        entry.list()
    )
}

/// The file with the table behind all others.
pub(super) fn merged(text: &str, entry: &Entry) -> Result<Merged, Unkept> {
    let table = snippet(entry);
    let mut difference = Difference::at("at its end".to_owned());
    difference.comes(&table);
    let known = of_tables(text, |header| is_ours(header, entry));
    if !known.is_empty() {
        return if is_as(&known, &table, entry) {
            Ok(Merged { text: text.to_owned(), difference })
        } else {
            Err(Unkept::Another(entry.name.clone()))
        };
    }
    let is_named = |line: &str| !line.trim_start().starts_with('#') && line.contains(SERVERS);
    let whole = format!("[{SERVERS}]");
    let is_plain = |line: &str| {
        line.trim_start().starts_with(&format!("[{SERVERS}.")) && !line.contains('\\') || line.trim() == whole
    };
    let listed = of_tables(text, |header| header.trim() == whole);
    if text.lines().any(|line| is_named(line) && !is_plain(line)) || listed.iter().any(|line| is_key(line)) {
        return Err(Unkept::Unusual("it lists servers in another way than in tables of their own"));
    }
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Ok(Merged { text: format!("{text}{gap}{table}"), difference })
}

fn is_header(line: &str) -> bool {
    line.trim().starts_with('[')
}

/// Whether a line sets something.
fn is_key(line: &str) -> bool {
    !is_header(line) && !line.trim().is_empty() && !line.trim().starts_with('#')
}

/// Whether a header begins the entry, or a table within it.
fn is_ours(header: &str, entry: &Entry) -> bool {
    let inside = header.trim().trim_start_matches('[').split(']').next().unwrap_or_default();
    let names: Vec<_> = inside.split('.').map(|name| name.trim().trim_matches(['"', '\''])).collect();
    names.starts_with(&[SERVERS, entry.name.as_str()])
}

/// The lines of those tables, with their headers.
fn of_tables(text: &str, is_one: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut is_inside = false;
    let lines = text.lines().filter(|line| {
        if is_header(line) {
            is_inside = is_one(line);
        }
        is_inside
    });
    lines.collect()
}

/// Whether the lines of an entry are the table, whatever else they set; without a person they may name none.
fn is_as(known: &[&str], table: &str, entry: &Entry) -> bool {
    let table: Vec<_> = table.lines().collect();
    let names_person =
        known.iter().any(|line| !line.trim().starts_with('#') && line.contains(entry.acts_for));
    known.starts_with(&table) && (!entry.environment.is_empty() || !names_person)
}
