//! TOML (Codex): a table of its own at the end of the file. Nothing before it is touched.

use super::{Entry, Unkept};
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
pub(super) fn merged(text: &str, entry: &Entry) -> Result<String, Unkept> {
    let table = snippet(entry);
    let header = |line: &str| line.trim().starts_with('[');
    let is_ours = |line: &str| {
        let inside = line.trim().trim_start_matches('[').split(']').next().unwrap_or_default();
        let names: Vec<_> = inside.split('.').map(|name| name.trim().trim_matches(['"', '\''])).collect();
        header(line) && names.starts_with(&[SERVERS, entry.name.as_str()])
    };
    if text.lines().any(is_ours) {
        let known = text.replace("\r\n", "\n");
        return if known.contains(&table) {
            Ok(text.to_owned())
        } else {
            Err(Unkept::Another(entry.name.clone()))
        };
    }
    let is_named = |line: &str| !line.trim_start().starts_with('#') && line.contains(SERVERS);
    let is_plain = |line: &str| {
        line.trim_start().starts_with(&format!("[{SERVERS}.")) || line.trim() == format!("[{SERVERS}]")
    };
    if text.lines().any(|line| is_named(line) && !is_plain(line)) {
        return Err(Unkept::Unusual("it lists servers in another way than in tables of their own"));
    }
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Ok(format!("{text}{gap}{table}"))
}
