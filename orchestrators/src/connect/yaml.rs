//! YAML (goose): a block of lines below `extensions:`. No other line is touched; a file that is not plain blocks is left
//! alone.

use super::{Entry, Unkept};
use serde_json::Value;

const EXTENSIONS: &str = "extensions:";

/// How far entries are indented where there is none yet.
const INDENT: usize = 2;
/// How long goose waits for an answer; its own usual value.
const TIMEOUT_SECONDS: u32 = 300;

pub(super) fn snippet(entry: &Entry) -> String {
    format!("{EXTENSIONS}\n{}", block(entry, INDENT))
}

fn block(entry: &Entry, indent: usize) -> String {
    let variables: serde_json::Map<String, Value> =
        entry.environment.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    let name = &entry.name;
    // Values of JSON are values of YAML.
    let text = |text: &str| Value::from(text).to_string();
    let fields = [
        ("enabled", "true".to_owned()),
        ("type", "stdio".to_owned()),
        ("name", name.clone()),
        ("cmd", text(&entry.command)),
        ("args", entry.list()),
        ("envs", Value::Object(variables).to_string()),
        ("timeout", TIMEOUT_SECONDS.to_string()),
    ];
    let line = |(field, value): &(&str, String)| format!("{:indent$}{:INDENT$}{field}: {value}\n", "", "");
    format!("{:indent$}{name}:\n{}", "", fields.iter().map(line).collect::<String>())
}

/// The file with the entry first among the extensions.
pub(super) fn merged(text: &str, entry: &Entry) -> Result<String, Unkept> {
    let is_block = |line: &str| {
        !line.starts_with(['\t', '{', '[', '%']) && line.trim_end() != "---" && line.trim_end() != "..."
    };
    if !text.lines().enumerate().all(|(at, line)| is_block(line) || (at == 0 && line.trim_end() == "---")) {
        return Err(Unkept::Unusual("it is not written in plain blocks"));
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let heads: Vec<usize> = (0..lines.len()).filter(|at| is_head(lines[*at])).collect();
    match heads.as_slice() {
        [] => {
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            Ok(format!("{text}{end}{}", snippet(entry)))
        }
        [head] if is_bare(lines[*head]) => below(&lines, *head, entry),
        _ => Err(Unkept::Unusual("its extensions are not one block")),
    }
}

/// Whether a line begins the extensions, however it writes their name.
fn is_head(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    name.trim_end().trim_matches(['"', '\'']) == "extensions"
}

/// Whether nothing but a comment follows the name.
fn is_bare(line: &str) -> bool {
    line.trim_end()
        .strip_prefix(EXTENSIONS)
        .is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with('#'))
}

/// The lines with the entry behind the line `head`.
fn below(lines: &[&str], head: usize, entry: &Entry) -> Result<String, Unkept> {
    let rest = &lines[head + 1..];
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_text = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = rest.iter().find(is_text).map_or(0, |line| depth(line));
    let indent = if first == 0 { INDENT } else { first };
    let block = block(entry, indent);
    let ours = [format!("{}:", entry.name), format!("\"{}\":", entry.name), format!("'{}':", entry.name)];
    let among = rest.iter().take_while(|line| !is_text(line) || depth(line) > 0);
    let is_ours =
        |line: &&&str| depth(line) == indent && ours.iter().any(|name| line.trim().starts_with(name));
    if among.clone().any(|line| is_ours(&line)) {
        let known = rest.concat().replace("\r\n", "\n");
        return if known.contains(&block) {
            Ok(lines.concat())
        } else {
            Err(Unkept::Another(entry.name.clone()))
        };
    }
    let (before, after) = (lines[..=head].concat(), rest.concat());
    let end = if before.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{before}{end}{block}{after}"))
}
