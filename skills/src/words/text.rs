//! Words that are texts. Each is valid by construction: `TryFrom<String>` is the only way to make one.

mod readers;

use super::WordError;
use readers::{copied, email, line, long_text, payment_intent, payment_method, seen, token, undirected};

/// Declares a text word: its type, how it is read, and its JSON Schema.
macro_rules! text_word {
    ($(#[$doc:meta])* $name:ident, $read:expr, $schema:tt) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads the word.
            ///
            /// # Errors
            /// The rule it breaks.
            pub fn new(text: impl Into<String>) -> Result<Self, WordError> {
                let read: fn(String) -> Result<String, WordError> = $read;
                read(text.into()).map(Self)
            }

            /// The word as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = WordError;
            fn try_from(text: String) -> Result<Self, WordError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> String {
                word.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                Self::new(value.as_str()?).map_err(rusqlite::types::FromSqlError::other)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

text_word!(
    /// An e-mail address; the key of a person. Compared without regard to case, so kept in lower case.
    Email, |text| email(&text), {"type": "string", "format": "email", "maxLength": 80}
);
text_word!(
    /// A room's number, as on its door: "101".
    RoomNumber, |text| line(&seen(&text), "a room number", 80), {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A booking's number: "BK-0001".
    BookingNumber,
    |text| Ok(line(&copied(&text), "a booking number", 80)?.to_uppercase()),
    {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A case's number: "00001001".
    CaseNumber, |text| line(&copied(&text), "a case number", 80), {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A person's first or last name.
    PersonName, |text| line(&text, "a name", 80), {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A phone number as somebody wrote it; it is kept as a `PhoneNumber`, if it is one.
    Phone, |text| line(&undirected(&text), "a phone number", 80), {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A text somebody wrote: a description, a request, a reason.
    LongText, long_text, {"type": "string", "minLength": 1, "maxLength": 32000}
);
text_word!(
    /// A fragment to look for.
    SearchText, |text| line(&undirected(&text), "a search text", 80), {"type": "string", "minLength": 1, "maxLength": 80}
);
text_word!(
    /// A payment intent's id: "pi_…".
    PaymentIntentId, |text| payment_intent(&text), {"type": "string", "minLength": 1, "maxLength": 255}
);
text_word!(
    /// A payment method's id: "pm_…". Never a card number.
    PaymentMethodId, payment_method, {"type": "string", "pattern": "^(pm|card)_[A-Za-z0-9_]+$", "maxLength": 255}
);
text_word!(
    /// What a caller gives to have one request done once.
    IdempotencyToken, token, {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 255}
);
text_word!(
    /// A key chosen by us that makes a remote write repeatable.
    Key, token, {"type": "string", "minLength": 1, "maxLength": 255}
);

/// What the accounts of a stay that cost nothing are called, before its booking's number.
const COMPLIMENTARY: &str = "complimentary ";

impl PaymentIntentId {
    /// What the accounts of a stay that cost nothing are called; `earlier` of its payments were given back.
    pub fn complimentary(booking: &BookingNumber, earlier: u32) -> Self {
        let again = if earlier == 0 { String::new() } else { format!(" {}", u64::from(earlier) + 1) };
        Self(format!("{COMPLIMENTARY}{booking}{again}"))
    }

    /// Whether it is no intent of the processor's, but stands for a stay that cost nothing.
    pub fn is_complimentary(&self) -> bool {
        self.0.starts_with(COMPLIMENTARY)
    }
}

impl LongText {
    /// A text that was parsed before, without the characters that are not stored.
    pub(super) const fn of_kept(text: String) -> Self {
        Self(text)
    }

    /// What stands for it in a list: its first 255 characters.
    pub fn subject(&self) -> String {
        self.0.chars().take(255).collect()
    }
}

impl Key {
    /// The key derived from the parts that identify an effect: the first 40 hex digits of SHA-256 over the parts, each
    /// terminated, so that different lists of parts never collide.
    pub fn derived(parts: &[&str]) -> Self {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        let hex: String = hash.finalize().iter().take(20).map(|byte| format!("{byte:02x}")).collect();
        Self(hex)
    }

    /// A digest of a value as this version of the program serialises it. Another version may serialise it differently, so a
    /// stored digest says which version made it.
    pub fn written(text: &str) -> Self {
        Self(format!("{WRITTEN}{}", Self::derived(&[text]).0))
    }

    /// Whether this digest was made by an earlier version, which did not mark its digests.
    pub fn is_of_the_version_before(&self) -> bool {
        self.0.len() == 40 && self.0.bytes().all(|digit| digit.is_ascii_hexdigit())
    }
}

/// The prefix of this version's digests.
const WRITTEN: &str = "2-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_kept_in_lower_case() {
        assert_eq!(Email::new(" Beth.Gibbs@Email.com ").unwrap().as_str(), "beth.gibbs@email.com");
        assert!(Email::new("patrick.o'brien@example.com").is_ok());
    }

    #[test]
    fn what_is_not_an_email_is_refused() {
        for text in [
            "",
            "beth",
            "a@b",
            "a b@c.de",
            "a@@c.de",
            "a@c..de",
            "' OR 1=1 --",
            "a@c.de\0",
            "é@c.de",
            "pri\u{212a}@c.de",
            "a@c.d\u{212a}",
            "\u{ff41}@c.de",
        ] {
            assert!(Email::new(text).is_err(), "{text:?}");
        }
        assert!(Email::new(format!("{}@example.com", "a".repeat(80))).is_err());
    }

    #[test]
    fn a_card_number_is_refused_and_not_repeated() {
        for number in [
            "4242424242424242",
            "pm_4242424242424242_visa",
            "pm_my4242424242424242",
            "card_4242_4242_4242_4242",
            "pm_00004242424242424242",
            "pm_378282246310005x",
            "pm_6304000000000000_maestro",
        ] {
            let error = PaymentMethodId::new(number).unwrap_err();
            assert!(!error.to_string().contains("4242"));
        }
        for id in [
            "pm_1N4bQ2LkdIwHu7ix0123456789",
            "pm_card_visa",
            "pm_20261127",
            "pm_12345678901_x",
            "pm_1Dewy000000000000000018",
        ] {
            assert!(PaymentMethodId::new(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn derived_keys_have_forty_digits_and_keep_parts_apart() {
        assert_eq!(Key::derived(&["a", "b"]).as_str().len(), 40);
        assert_ne!(Key::derived(&["ab", "c"]), Key::derived(&["a", "bc"]));
    }

    #[test]
    fn a_number_is_taken_as_people_copy_it() {
        for text in [
            "bk\u{2011}0001",
            "BK\u{2013}0001",
            " \u{200e}BK-0001",
            "ＢＫ－０００１",
            "BK\u{2212}0001\u{feff}",
        ] {
            assert_eq!(BookingNumber::new(text).unwrap().as_str(), "BK-0001", "{text:?}");
        }
        assert_eq!(CaseNumber::new("０００01001\u{200b}").unwrap().as_str(), "00001001");
        assert_eq!(RoomNumber::new("\u{200e}201\u{fe0e}").unwrap().as_str(), "201");
        // What an org calls its rooms is kept: they are asked for by that name.
        assert_eq!(RoomNumber::new("Suite \u{2013} A").unwrap().as_str(), "Suite \u{2013} A");
        assert!(BookingNumber::new("\u{200e}\u{200b}").is_err());
    }

    #[test]
    fn a_name_is_something_to_read() {
        for name in
            ["", " ", "\u{200b}\u{200d}", "\u{3164}", "Bob\u{202e}", "\u{2066}Bob\u{2069}", "Bo\0b", "Bo\nb"]
        {
            assert!(PersonName::new(name).is_err(), "{name:?}");
        }
        for name in ["Zoë", "می\u{200c}نا", "O\u{2019}Brien", "李", "\u{200f}דנה"] {
            assert!(PersonName::new(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn limits_are_limits() {
        assert!(PersonName::new("n".repeat(80)).is_ok());
        assert!(PersonName::new("n".repeat(81)).is_err());
        assert!(LongText::new("t".repeat(32_000)).is_ok());
        assert!(LongText::new("t".repeat(32_001)).is_err());
    }
}
