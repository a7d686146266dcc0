//! A stand-in for an issuer of tokens: its two documents, and keys that sign. Tokens are put together by hand here, so that
//! they can be wrong in every way.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use std::sync::Mutex;
use tests::fakes::{Answer, Fake, Request, Service};

/// A key pair made for these tests: `ring` makes none for RSA. Nobody else uses it.
const RSA: &str = include_str!("rsa.p8.base64");

/// A key of an issuer.
pub(super) enum Key {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token with these parts and this signature over them.
pub(super) fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
    let signature = encoded(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

impl Key {
    pub(super) fn rsa() -> Self {
        let document = STANDARD.decode(RSA.replace('\n', "")).unwrap();
        Self::Rsa(Box::new(RsaKeyPair::from_pkcs8(&document).unwrap()))
    }

    /// A new key.
    pub(super) fn ec() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self::Ec(Box::new(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()))
    }

    pub(super) const fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
        }
    }

    /// The public key, as an issuer publishes it.
    pub(super) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e }: PublicKeyComponents<Vec<u8>> = pair.public().into();
                json!({"kty": "RSA", "use": "sig", "kid": id, "n": encoded(n), "e": encoded(e)})
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": id, "x": encoded(x), "y": encoded(y)})
            }
        }
    }

    /// A token with these claims, signed by this key under this id.
    pub(super) fn signs(&self, id: &str, claims: &Value) -> String {
        let header = json!({"typ": "JWT", "alg": self.algorithm(), "kid": id});
        token(&header, claims, |message| self.signature(message))
    }

    pub(super) fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
        }
    }
}

/// What an issuer publishes.
pub(super) struct Published {
    base: String,
    keys: Mutex<Vec<Value>>,
}

impl Service for Published {
    fn name(&self) -> &'static str {
        "issuer"
    }

    fn operation(&self, request: &Request) -> String {
        if request.path == "/keys" { "keys".to_owned() } else { "discovery".to_owned() }
    }

    fn admit(&self, request: &Request) -> Result<(), Answer> {
        assert!(request.header("authorization").is_none(), "an issuer is sent no token");
        Ok(())
    }

    fn work(&self, request: &Request) -> Answer {
        match request.path.as_str() {
            "/keys" => Answer::json(200, &json!({"keys": *self.keys.lock().unwrap()})),
            "/.well-known/openid-configuration" => {
                let keys = format!("{}/keys", self.base);
                Answer::json(200, &json!({"issuer": self.base, "jwks_uri": keys}))
            }
            _ => Answer::json(404, &Value::Null),
        }
    }

    fn trouble(&self, status: u16) -> Answer {
        Answer::json(status, &Value::Null)
    }

    fn decode(&self, _: &Request) -> (Value, Value) {
        (Value::Null, Value::Null)
    }
}

/// An issuer with one key, whose id is `first`.
pub(super) struct Issuer {
    pub(super) fake: Fake<Published>,
    pub(super) key: Key,
}

impl Issuer {
    pub(super) fn with(key: Key) -> Self {
        let keys = Mutex::new(vec![key.jwk("first")]);
        Self { fake: Fake::start(|base| Published { base: base.to_owned(), keys }), key }
    }

    pub(super) fn base(&self) -> String {
        self.fake.base()
    }

    /// Publishes these keys instead.
    pub(super) fn publish(&self, keys: Vec<Value>) {
        *self.fake.service().keys.lock().unwrap() = keys;
    }

    /// How often its keys were fetched.
    pub(super) fn fetched(&self) -> usize {
        self.fake.asked("keys").len()
    }

    /// The claims of a token for a guest and the audience `hotel`.
    pub(super) fn claims(&self, email: &str) -> Value {
        let now = jiff::Timestamp::now().as_second();
        json!({
            "iss": self.base(),
            "aud": "hotel",
            "sub": format!("user of {email}"),
            "email": email,
            "email_verified": true,
            "scope": "openid hotel:guest",
            "iat": now,
            "exp": now + 300,
        })
    }

    /// A good token.
    pub(super) fn token(&self, email: &str) -> String {
        self.key.signs("first", &self.claims(email))
    }
}
