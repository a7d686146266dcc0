//! What surrounds a command: variables out of a file, and where the log goes.

use super::variables::is_ours;
use anyhow::{Context, anyhow};
use std::io::IsTerminal;
use std::path::Path;

/// Reads the file given, or `.env`. Only that of the working directory: what lies in a folder above belongs to something
/// else.
pub(super) fn load_environment(given: Option<&Path>) -> anyhow::Result<()> {
    match (given, Path::new(".env")) {
        (Some(file), _) => read_settings(file).with_context(|| format!("--env-file {}", file.display())),
        (None, file) if file.exists() => read_settings(file).context(".env"),
        (None, _) => Ok(()),
    }
}

fn read_settings(file: &Path) -> anyhow::Result<()> {
    dotenvy::from_path(file).map_err(|error| match error {
        dotenvy::Error::LineParse(text, _) => {
            let place = place(&std::fs::read_to_string(file).unwrap_or_default(), &text);
            anyhow!("{place} cannot be read; write NAME=value, and a value with spaces in quotes")
        }
        other => other.into(),
    })
}

/// Where in a file of settings the text is that could not be read: a line, or what stands behind its name. It is not
/// repeated: it may hold a secret.
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

/// Logs go to stderr: stdout belongs to the protocol. rmcp logs whole arguments below info, so whatever RUST_LOG asks
/// for, it is kept at info.
pub(super) fn log_to_stderr() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    let chosen =
        std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,skills=info,orchestrators=info".to_owned());
    let chosen: Targets = chosen.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::WARN));
    let default = chosen.default_level().unwrap_or(LevelFilter::OFF);
    let capped = |target: &str, level: LevelFilter| {
        if target.starts_with("rmcp") { level.min(LevelFilter::INFO) } else { level }
    };
    let filter = Targets::new()
        .with_default(default)
        .with_target("rmcp", capped("rmcp", default))
        .with_targets(chosen.iter().map(|(target, level)| (target.to_owned(), capped(target, level))));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
