//! Tokens for development: a key pair in the data folder signs them, and a server that is told so accepts them.

use super::signatures;
use crate::made_once::read_or_make;
use anyhow::{Context, anyhow};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;
use skills::words::Email;
use std::path::Path;

/// The file of the private key (PKCS #8), in the data folder.
const FILE: &str = "http-dev-key.p8";
/// The issuer and the audience of these tokens.
pub(super) const ISSUER: &str = "hotel-dev";
/// How long a token can be used.
const SECONDS: u64 = 60 * 60;

/// The key pair.
pub(crate) struct DevKey {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl DevKey {
    /// Reads the key pair of a data folder; the first time, it is made.
    ///
    /// # Errors
    /// When the folder cannot be used, or holds something else under this name.
    pub(crate) fn of(folder: &Path) -> anyhow::Result<Self> {
        signatures::install();
        let path = folder.join(FILE);
        let document = made(folder, &path).context("HOTEL_DATA: give a folder that this user can use")?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &random)
            .map_err(|_| anyhow!("{}: is no key pair; delete it, and a new one is made", path.display()))?;
        Ok(Self {
            checking: DecodingKey::from_ec_der(pair.public_key().as_ref()),
            signing: EncodingKey::from_ec_der(&document),
        })
    }

    /// The key that checks tokens.
    pub(super) fn checking(&self) -> DecodingKey {
        self.checking.clone()
    }

    /// A token for this person with this scope.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub(crate) fn token(&self, email: &Email, scope: &str) -> anyhow::Result<String> {
        let now = jsonwebtoken::get_current_timestamp();
        let claims = json!({
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": email,
            "email": email,
            "scope": scope,
            "iat": now,
            "exp": now + SECONDS,
        });
        Ok(encode(&Header::new(Algorithm::ES256), &claims, &self.signing)?)
    }
}

/// The file's content; the first process makes the folder and the key pair.
fn made(folder: &Path, path: &Path) -> std::io::Result<Vec<u8>> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    read_or_make(path, || {
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| std::io::Error::other("this machine has no random numbers"))?;
        Ok(pair.as_ref().to_vec())
    })
}
