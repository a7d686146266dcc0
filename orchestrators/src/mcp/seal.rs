//! Seals what a client carries from a question to its answer: the client may be anybody, so nothing it sends back is trusted
//! unless this hotel sealed it. Every server of the hotel has the same key.

use crate::made_once::{SEAL_KEY, read_or_make};
use crate::tool::ask::Ticket;
use rmcp::model::RequestStateCodec;
use secrecy::ExposeSecret;
use skills::settings::Settings;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::OnceLock;

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
    let [one, another] = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()].map(uuid::Uuid::simple);
    read_or_make(&folder.join(SEAL_KEY), || Ok(format!("{one}{another}").into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is changed in a sealed question, added to it or left out, it is none any more.
    #[test]
    fn a_hundred_thousand_forged_states_open_nothing() {
        let codec = RequestStateCodec::try_new(b"0123456789abcdef0123456789abcdef".to_vec()).unwrap();
        let seal = Seal(OnceLock::from(codec));
        let settings = Settings::read(|name| (name == "HOTEL_DATA").then(|| "/nowhere".to_owned())).unwrap();
        let ticket = Ticket {
            of: skills::words::Key::derived(&["a call"]),
            token: "leaving".to_owned(),
            nonce: "once".to_owned(),
            expires_at: 0,
            asks: crate::tool::ask::Asks::Open,
            picked: None,
        };
        let sealed = seal.close(&settings, &ticket).unwrap();
        assert_eq!(seal.open(&settings, &sealed).unwrap(), Some(ticket));
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
        let mut random = 0x9e37_79b9_7f4a_7c15_u64; // the same forgeries every time
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap() % below
        };
        for _ in 0..100_000 {
            let mut forged = sealed.clone().into_bytes();
            for _ in 0..=next(3) {
                let (at, letter) = (next(forged.len()), LETTERS[next(LETTERS.len())]);
                match next(3) {
                    0 => forged[at] = letter,
                    1 => forged.insert(at, letter),
                    _ => drop(forged.remove(at)),
                }
            }
            let forged = String::from_utf8(forged).unwrap();
            let opened = seal.open(&settings, &forged).unwrap();
            assert!(forged == sealed || opened.is_none(), "{forged}");
        }
    }

    #[test]
    fn two_servers_of_a_folder_have_one_key_that_only_their_owner_may_read() {
        let folder = tempfile::tempdir().unwrap();
        let first = key_of(folder.path()).unwrap();
        assert_eq!((first.len(), &first), (64, &key_of(folder.path()).unwrap()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(SEAL_KEY)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
