//! A file of the data folder that the first process to need it makes, and all processes read.

use std::fs;
use std::io::{ErrorKind, Result, Write};
use std::path::Path;

/// The key under which questions to people are sealed, in the data folder.
pub(crate) const SEAL_KEY: &str = "seal.key";

/// Reads a file. If there is none it is made, whole or not at all and readable by its user alone; if another process was
/// faster, that one's file is read.
///
/// # Errors
/// When it can be neither read nor made.
pub(crate) fn read_or_make(path: &Path, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read,
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut made = tempfile::NamedTempFile::new_in(folder)?; // only its user may read it
    made.write_all(&content()?)?;
    made.as_file().sync_all()?;
    match made.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != ErrorKind::AlreadyExists => Err(failed.error),
        _ => fs::read(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_process_makes_it_and_only_its_user_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SEAL_KEY);
        assert_eq!(read_or_make(&path, || Ok(b"first".to_vec())).unwrap(), b"first");
        assert_eq!(read_or_make(&path, || panic!("it is there")).unwrap(), b"first");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn of_two_processes_at_once_the_faster_ones_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SEAL_KEY);
        let slower = || {
            fs::write(&path, b"faster")?;
            Ok(b"slower".to_vec())
        };
        assert_eq!(read_or_make(&path, slower).unwrap(), b"faster");
    }
}
