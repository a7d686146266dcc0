//! The throw-away hotel of a story.

use anyhow::Context;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::process::Command;

/// Variables the platform itself may need to run a program. The server gets nothing else of the user's environment,
/// above all no credentials, so it is always the embedded hotel.
const PLATFORM: [&str; 7] = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SystemDrive"];

/// A hotel in a temporary folder. Dropping it removes it.
pub(super) struct Stage {
    folder: TempDir,
    binary: PathBuf,
}

impl Stage {
    /// A new hotel, for a server that is this very binary.
    pub(super) fn set() -> anyhow::Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("hotel-demo-").tempdir().context("no temporary folder")?;
        // The user's .env could name a real hotel: the server reads this empty file instead.
        std::fs::write(folder.path().join("empty.env"), "").context("no temporary file")?;
        let binary = std::env::current_exe().context("this program's own path")?;
        Ok(Self { folder, binary })
    }

    /// This binary.
    pub(super) fn binary(&self) -> &Path {
        &self.binary
    }

    /// The command that starts the server.
    pub(super) fn server(&self, environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--env-file").arg(self.folder.path().join("empty.env"));
        command.env_clear().current_dir(self.folder.path());
        command.envs(PLATFORM.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.env("HOTEL_DATA", self.folder.path().join("data")).env("RUST_LOG", "warn");
        command.envs(environment.iter().copied());
        command
    }
}
