//! One deployment at a time from a data folder.

use super::metadata::say;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::path::Path;

/// The file that is locked meanwhile. It stays empty.
const FILE: &str = "setup.lock";

/// Waits until no other process deploys from this folder; as long as the file is kept open, none does.
///
/// # Errors
/// When the folder cannot be used.
pub(super) fn alone(folder: &Path) -> std::io::Result<File> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(FILE))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say("Another process deploys from this data folder. This one waits for its end.");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(file)
}
