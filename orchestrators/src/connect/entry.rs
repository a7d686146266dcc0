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
    /// The variable that says whom the server acts for.
    pub(crate) acts_for: &'static str,
    /// Never a secret: those stay in the settings file.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The settings file that the arguments name.
    pub(crate) settings: Option<PathBuf>,
    /// What its person should know before a client uses it.
    pub(crate) hints: Vec<String>,
}

const READ_ONLY: &str = "--read-only";
const EXCLUDE_TOOLS: &str = "--exclude-tools";

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
        let name = format!("hotel-{persona}");
        Ok(Self { name, command, arguments, acts_for: "", environment: vec![], settings, hints: vec![] })
    }

    /// The same server for one person.
    #[must_use]
    pub(crate) fn acting_for(mut self, setting: &'static str, person: Option<String>) -> Self {
        self.acts_for = setting;
        self.environment.extend(person.map(|person| (setting, person)));
        self
    }

    /// What its person should know before a client uses it.
    #[must_use]
    pub(crate) fn hinting(mut self, hints: Vec<String>) -> Self {
        self.hints = hints;
        self
    }

    /// The options of a former entry that left tools out, and that this one does not have.
    pub(super) fn lost_of<'a>(&self, former: impl Iterator<Item = &'a str>) -> Vec<String> {
        let given = narrowing(self.arguments.iter().map(String::as_str));
        narrowing(former).into_iter().filter(|option| !given.contains(option)).collect()
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

/// The options that leave tools out, each as one word.
fn narrowing<'a>(mut words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found = vec![];
    while let Some(word) = words.next() {
        if word == EXCLUDE_TOOLS {
            found.push(format!("{word}={}", words.next().unwrap_or_default()));
        } else if word == READ_ONLY || word.starts_with(&format!("{EXCLUDE_TOOLS}=")) {
            found.push(word.to_owned());
        }
    }
    found
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
