//! Seals what a client carries from a question to its answer: the client may be anybody, so nothing it sends back is trusted
//! unless this hotel sealed it. Every server of the hotel has the same key.

use crate::tool::ask::Ticket;
use rmcp::model::RequestStateCodec;
use secrecy::ExposeSecret;
use skills::settings::Settings;
use std::fs;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;
use std::sync::OnceLock;

/// The file of the key, in the data folder.
const FILE: &str = "seal.key";
/// What the seal is for, so that another seal under the same key is none of these.
const PURPOSE: &[u8] = b"a question to the person behind a call";

/// Seals tickets. The key is read, or made, when the first question is asked.
#[derive(Default)]
pub(super) struct Seal(OnceLock<RequestStateCodec>);

impl Seal {
    /// A ticket as the client carries it.
    pub(super) fn close(&self, settings: &Settings, ticket: &Ticket) -> Result<String> {
        let plain = serde_json::to_vec(ticket)?;
        let options = rmcp::model::SealOptions::new().associated_data(PURPOSE);
        Ok(self.codec(settings)?.seal_with(&plain, &options))
    }

    /// The ticket that the client sent back; none if it is not one of ours.
    pub(super) fn open(&self, settings: &Settings, sealed: &str) -> Result<Option<Ticket>> {
        let opened = self.codec(settings)?.open_with(sealed, PURPOSE);
        Ok(opened.ok().and_then(|plain| serde_json::from_slice(&plain).ok()))
    }

    fn codec(&self, settings: &Settings) -> Result<&RequestStateCodec> {
        if let Some(codec) = self.0.get() {
            return Ok(codec);
        }
        let key = match &settings.seal_key {
            Some(key) => key.expose_secret().as_bytes().to_vec(),
            None => key_of(&settings.data)?,
        };
        let codec =
            RequestStateCodec::try_new(key).map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        Ok(self.0.get_or_init(|| codec))
    }
}

/// The key of a data folder; made by the first server that needs it.
fn key_of(folder: &Path) -> Result<Vec<u8>> {
    let path = folder.join(FILE);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read,
    }
    // Only the owner may read a temporary file. It is named once it is whole; if another server was faster, its key counts.
    let mut made = tempfile::NamedTempFile::new_in(folder)?;
    write!(made, "{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())?;
    made.as_file().sync_all()?;
    match made.persist_noclobber(&path) {
        Ok(_) => {}
        Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => {}
        Err(failed) => return Err(failed.error),
    }
    fs::read(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_servers_of_a_folder_have_one_key_that_only_their_owner_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let first = key_of(folder.path()).unwrap();
        assert_eq!((first.len(), &first), (64, &key_of(folder.path()).unwrap()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
