//! What surrounds a command: variables out of a file, and where the log goes.

use anyhow::{Context, anyhow};
use std::io::IsTerminal;
use std::path::Path;

/// `.env` is read before the command line, since it may set what a flag sets. Only that of the working directory: what
/// lies in a folder above belongs to something else.
pub(super) fn load_environment() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().enumerate().find_map(|(at, argument)| {
        let rest = argument.strip_prefix("--env-file")?;
        rest.strip_prefix('=')
            .map(str::to_owned)
            .or_else(|| arguments.get(at + 1).filter(|_| rest.is_empty()).cloned())
    });
    match given {
        Some(file) => read_settings(&file).with_context(|| format!("--env-file {file}")),
        None if Path::new(".env").exists() => read_settings(".env").context(".env"),
        None => Ok(()),
    }
}

fn read_settings(file: &str) -> anyhow::Result<()> {
    dotenvy::from_path(file).map_err(|error| match error {
        // The line may hold a secret: it is not repeated.
        dotenvy::Error::LineParse(..) => anyhow!("a line cannot be read; a value with spaces needs quotes"),
        other => other.into(),
    })
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
