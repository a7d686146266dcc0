//! How a client starts this server: the same for every client, before it is written in the client's own form.

use std::path::{Path, PathBuf};

/// The name, command, arguments and environment of a server.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What the client calls it.
    pub(crate) name: String,
    /// This program, as an absolute path: a client does not search where a shell does.
    pub(crate) command: String,
    pub(crate) arguments: Vec<String>,
    /// Never a secret: those stay in the settings file.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The settings file that the arguments name.
    pub(crate) settings: Option<PathBuf>,
}

impl Entry {
    /// The entry of this program.
    ///
    /// # Errors
    /// When this program's own path, or the settings file's, is not text.
    pub(crate) fn new(
        persona: &str,
        settings: Option<PathBuf>,
        options: Vec<String>,
    ) -> anyhow::Result<Self> {
        let mut arguments = vec![];
        if let Some(file) = &settings {
            arguments.extend(["--env-file".to_owned(), text(file)?]);
        }
        arguments.extend(options);
        let command = text(&std::env::current_exe()?)?;
        Ok(Self { name: format!("hotel-{persona}"), command, arguments, environment: vec![], settings })
    }

    /// The same server for one person.
    #[must_use]
    pub(crate) fn acting_for(mut self, setting: &'static str, person: Option<String>) -> Self {
        self.environment.extend(person.map(|person| (setting, person)));
        self
    }

    /// The arguments as TOML and YAML write them: as JSON, and readable.
    pub(super) fn list(&self) -> String {
        let items = self.arguments.iter().map(|one| serde_json::Value::from(one.as_str()).to_string());
        format!("[{}]", items.collect::<Vec<_>>().join(", "))
    }

    /// The command as it is typed into a shell.
    pub(super) fn as_typed(&self) -> String {
        let words = std::iter::once(&self.command).chain(&self.arguments);
        words.map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// The variables as `NAME=value`, each behind a flag, for a shell.
    pub(super) fn variables_as_typed(&self, flag: &str) -> String {
        let one = |(name, value): &(&str, String)| format!("{flag} {name}={} ", quoted(value));
        self.environment.iter().map(one).collect()
    }
}

fn text(path: &Path) -> anyhow::Result<String> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        anyhow::anyhow!("{}: a path that is no text cannot be given to a client", path.display())
    })
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-=@,:+".contains(c);
    if word.chars().all(is_plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
