//! Variables from a file.

use super::variables::{is_ours, is_secret};
use anyhow::{Context, anyhow, bail};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Reads the given file, or `.env`, and returns which. Only the `.env` of the working directory: one in a folder
/// above belongs to something else.
pub(super) fn load_environment(given: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    let file = match (given, Path::new(".env")) {
        (Some(file), _) => {
            let file = in_own_folder(file);
            read_settings(&file).with_context(|| format!("--env-file {}", file.display()))?;
            file
        }
        (None, file) if file.exists() => {
            read_settings(file).context(".env")?;
            file.to_owned()
        }
        (None, _) => return Ok(None),
    };
    Ok(Some(std::path::absolute(&file).unwrap_or(file)))
}

/// A client starts a server without a shell, so a leading `~/` is expanded here.
fn in_own_folder(file: &Path) -> PathBuf {
    let home = directories::BaseDirs::new();
    match (file.strip_prefix("~"), home) {
        (Ok(inside), Some(home)) => home.home_dir().join(inside),
        _ => file.to_owned(),
    }
}

/// Sets the variables of a settings file that this process does not have, or has as empty ones, which count as not set.
fn read_settings(file: &Path) -> anyhow::Result<()> {
    let is_missing = |name: &str| std::env::var_os(name).is_none_or(|value| value.is_empty());
    let missing = variables_of(file)?.into_iter().filter(|(name, _)| is_missing(name));
    let text: String = missing.map(|(name, value)| format!("{name}=\"{}\"\n", escaped(&value))).collect();
    dotenvy::from_read_override(text.as_bytes()).map_err(|error| unreadable(error, &text))
}

/// A value as it is written between double quotes.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | '"' | '$' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// The variables of a settings file that are not empty. This process's own stay as they are.
pub(crate) fn variables_of(file: &Path) -> anyhow::Result<HashMap<String, String>> {
    let text = text_of(file)?;
    let variables: dotenvy::Result<Vec<_>> = dotenvy::from_read_iter(text.as_bytes()).collect();
    let mut known = HashMap::new();
    for (name, value) in variables.map_err(|error| unreadable(error, &text))? {
        if value.is_empty() {
            continue;
        }
        match known.get(&name) {
            None => drop(known.insert(name, value)),
            Some(before) if is_ours(&name) && *before != value => {
                bail!("{name} is given twice, with different values; give it once");
            }
            Some(_) => {}
        }
    }
    Ok(known)
}

fn text_of(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)?;
    let text = secrets_as_they_are(text.trim_start_matches('\u{feff}'));
    if let Some((setting, name)) = undefined(&text) {
        bail!("{setting}: ${{{name}}} stands for a variable that is not set");
    }
    Ok(text)
}

fn unreadable(error: dotenvy::Error, text: &str) -> anyhow::Error {
    match error {
        dotenvy::Error::LineParse(part, _) => {
            anyhow!(
                "{} cannot be read; write NAME=value, and a value with spaces in quotes",
                place(text, &part)
            )
        }
        other => other.into(),
    }
}

/// A setting whose value refers to a variable that is not set, and that variable: it would silently expand to nothing.
fn undefined(text: &str) -> Option<(String, String)> {
    let mut defined = vec![];
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let Some((name, value)) = line.split_once('=') else { continue };
        let name = name.trim().trim_start_matches("export ").trim();
        let value = value.trim();
        if is_ours(name) && !is_secret(name) && !value.starts_with('\'') {
            let named = value.split('$').skip(1).map(|rest| {
                let rest = rest.strip_prefix('{').unwrap_or(rest);
                rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
            });
            let is_set =
                |named: &str| std::env::var_os(named).is_some() || defined.contains(&named.to_owned());
            if let Some(missing) = named.filter(|named| !named.is_empty()).find(|named| !is_set(named)) {
                return Some((name.to_owned(), missing.to_owned()));
            }
        }
        defined.push(name.to_owned());
    }
    None
}

/// In a secret, a `$` is literal; elsewhere `$NAME` and `${NAME}` expand to variables.
fn secrets_as_they_are(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let name = line.split_once('=').map(|(name, _)| name.trim().trim_start_matches("export ").trim());
        let is_literal = line.split_once('=').is_some_and(|(_, value)| value.trim_start().starts_with('\''));
        if name.is_some_and(is_secret) && !is_literal {
            kept.push_str(&line.replace("\\$", "$").replace('$', "\\$"));
        } else {
            kept.push_str(line);
        }
    }
    kept
}

/// The place of the unreadable text in a settings file: its line, or the setting's name. The text is not repeated: it
/// may hold a secret.
fn place(file: &str, text: &str) -> String {
    let text = text.lines().next().unwrap_or_default().trim();
    let is_whole = |line: &str| line.trim() == text;
    let is_value = |line: &str| line.split_once('=').is_some_and(|(_, value)| value.trim().starts_with(text));
    let mut lines = file.lines();
    let at = lines.clone().position(is_whole).or_else(|| lines.clone().position(is_value));
    let Some((at, line)) = at.and_then(|at| Some((at + 1, lines.nth(at)?))) else {
        return "a line".to_owned();
    };
    let name = line.split_once('=').map(|(name, _)| name.trim().trim_start_matches("export "));
    name.filter(|name| is_ours(name))
        .map_or_else(|| format!("line {at}"), |name| format!("line {at} ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written() {
        for value in ["plain", "a \"b\" 'c'", "a$b\\n${c}", "two\nlines", "#x y", " blanks ", "\\"] {
            let line = format!("NAME=\"{}\"\n", escaped(value));
            let read: Vec<_> = dotenvy::from_read_iter(line.as_bytes()).map(|pair| pair.unwrap()).collect();
            assert_eq!(read, [("NAME".to_owned(), value.to_owned())]);
        }
    }

    #[test]
    fn what_is_empty_is_not_set_and_two_values_are_none() {
        let read = |text: &str| {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            variables_of(file.path())
        };
        let known =
            read("\u{feff}HOTEL_CURRENCY=\nHOTEL_CURRENCY=eur\nHOTEL_CURRENCY='eur'\nOTHER=1\nOTHER=2\n");
        let known = known.unwrap();
        assert_eq!((known["HOTEL_CURRENCY"].as_str(), known["OTHER"].as_str()), ("eur", "1"));
        let twice = read("HOTEL_CURRENCY=usd\nexport HOTEL_CURRENCY=eur\n").unwrap_err().to_string();
        assert!(twice.starts_with("HOTEL_CURRENCY is given twice"), "{twice}");
    }

    #[test]
    fn a_secret_is_taken_as_it_is() {
        let text = "TWILIO_AUTH_TOKEN=a$b${c}\nexport STRIPE_SECRET_KEY=\"rk_test_$x\"\nHOTEL_DATA=$HOME/x\n\
                    SALESFORCE_CLIENT_SECRET='a$b'\nSALESFORCE_ACCESS_TOKEN=a\\$b\n";
        let kept = secrets_as_they_are(text);
        let read: Vec<_> = dotenvy::from_read_iter(kept.as_bytes()).map(|line| line.unwrap()).collect();
        let value =
            |name: &str| read.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("TWILIO_AUTH_TOKEN"), Some("a$b${c}"));
        assert_eq!(value("STRIPE_SECRET_KEY"), Some("rk_test_$x"));
        assert_eq!(value("SALESFORCE_CLIENT_SECRET"), Some("a$b"));
        assert_eq!(value("SALESFORCE_ACCESS_TOKEN"), Some("a$b"));
        assert_ne!(value("HOTEL_DATA"), Some("$HOME/x"));
    }
}
