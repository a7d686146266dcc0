//! YAML (goose): a block of lines below `extensions:`. No other line is touched; a file that is not plain blocks is left
//! alone.

use super::{Difference, Entry, Merged, Unkept};
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
pub(super) fn merged(text: &str, entry: &Entry) -> Result<Merged, Unkept> {
    let mut difference = Difference::at(format!("under {EXTENSIONS}").trim_end_matches(':').to_owned());
    difference.comes(&block(entry, 0));
    with_entry(text, entry).map(|text| Merged { text, difference })
}

fn with_entry(text: &str, entry: &Entry) -> Result<String, Unkept> {
    let is_block = |line: &str| {
        !line.starts_with(['\t', '{', '[', '%']) && line.trim_end() != "---" && line.trim_end() != "..."
    };
    let is_start = |at: usize, line: &str| at == 0 && line.trim_end() == "---";
    let is_plain = text.lines().enumerate().all(|(at, line)| is_block(line) || is_start(at, line));
    let mut outer = text
        .lines()
        .enumerate()
        .filter(|(at, line)| is_text(line) && !is_start(*at, line))
        .map(|(_, line)| line)
        .filter(|line| depth(line) == 0);
    let begins_well = outer.next().is_none_or(is_key);
    if !is_plain || !begins_well || !outer.all(|line| is_key(line) || line.starts_with('-')) {
        return Err(Unkept::Unusual("it is not written in plain blocks"));
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let heads: Vec<usize> = (0..lines.len()).filter(|at| name_of(lines[*at]) == Some("extensions")).collect();
    match heads.as_slice() {
        [] => {
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            Ok(format!("{text}{end}{}", snippet(entry)))
        }
        [head] => {
            let opened = opened(lines[*head]).ok_or(NOT_ONE_BLOCK)?;
            below(&lines[..*head], &opened, &lines[head + 1..], entry)
        }
        _ => Err(NOT_ONE_BLOCK),
    }
}

const NOT_ONE_BLOCK: Unkept = Unkept::Unusual("its extensions are not one block");

/// The name that a line gives to what follows its colon.
fn name_of(line: &str) -> Option<&str> {
    line.split_once(':').map(|(name, _)| name.trim_end().trim_matches(['"', '\'']))
}

/// By how many blanks a line is indented.
fn depth(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a line says something.
fn is_text(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with('#')
}

/// Whether a line is a plain key and its value: no item of a list, nothing in braces, no sign of YAML's own.
fn is_key(line: &str) -> bool {
    let line = line.trim();
    if let Some(quote) = line.chars().next().filter(|first| ['"', '\''].contains(first)) {
        let quoted = line[1..].split_once(quote);
        return quoted.is_some_and(|(name, rest)| !name.contains('\\') && rest.trim_start().starts_with(':'));
    }
    let has_value = line.ends_with(':') || line.contains(": ") || line.contains(":\t");
    has_value && line.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The line that begins the extensions, if nothing but a comment follows the name: what is empty is left out of it.
fn opened(line: &str) -> Option<String> {
    let rest = line.strip_prefix(EXTENSIONS)?;
    let empty = ["{}", "null", "~"].iter().find_map(|empty| rest.trim_start().strip_prefix(empty));
    let rest = empty.unwrap_or(rest);
    let is_bare =
        rest.trim().is_empty() || rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
    is_bare.then(|| format!("{EXTENSIONS}{rest}"))
}

/// The lines with the entry behind the one that begins the extensions.
fn below(before: &[&str], head: &str, rest: &[&str], entry: &Entry) -> Result<String, Unkept> {
    let first = rest.iter().find(|line| is_text(line));
    let indent = first.map_or(0, |line| depth(line));
    if first.is_some_and(|line| !is_key(line)) {
        return Err(NOT_ONE_BLOCK);
    }
    let indent = if indent == 0 { INDENT } else { indent };
    let block = block(entry, indent);
    let among = rest.iter().copied().take_while(|line| !is_text(line) || depth(line) > 0);
    let mut among = among.filter(|line| is_text(line) && depth(line) == indent);
    if !among.clone().all(is_key) {
        return Err(NOT_ONE_BLOCK);
    }
    if among.any(|line| name_of(line.trim_start()) == Some(&entry.name)) {
        let known = rest.concat().replace("\r\n", "\n");
        return if known.contains(&block) {
            Ok([before.concat(), head.to_owned(), rest.concat()].concat())
        } else {
            Err(Unkept::Another(entry.name.clone()))
        };
    }
    let end = if head.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{}{head}{end}{block}{}", before.concat(), rest.concat()))
}
