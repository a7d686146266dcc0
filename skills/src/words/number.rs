//! Words that are small whole numbers within bounds.

use super::WordError;

/// Declares a number word: its type, its bounds, its JSON Schema.
macro_rules! number_word {
    ($(#[$doc:meta])* $name:ident, $least:literal, $most:literal, $schema:tt) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "i64", into = "i64")]
        pub struct $name(u8);

        impl $name {
            /// The number.
            pub const fn get(self) -> u8 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = WordError;
            fn try_from(number: i64) -> Result<Self, WordError> {
                match u8::try_from(number) {
                    Ok(number @ $least..=$most) => Ok(Self(number)),
                    _ => Err(WordError(format!("{number} is out of bounds; give {} to {}", $least, $most))),
                }
            }
        }

        impl From<$name> for i64 {
            fn from(number: $name) -> Self {
                number.0.into()
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

number_word!(
    /// How many rows a list gives at most: 10 unless said otherwise.
    Limit, 1, 50, {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}
);
number_word!(
    /// How many people a booking is for: 1 unless said otherwise.
    GuestCount, 1, 99, {"type": "integer", "minimum": 1, "maximum": 99}
);

impl Limit {
    /// The most rows one page holds.
    pub const MOST: Self = Self(50);
}

impl Default for Limit {
    fn default() -> Self {
        Self(10)
    }
}

impl Default for GuestCount {
    fn default() -> Self {
        Self(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_bounds() {
        assert!(Limit::try_from(50).is_ok() && GuestCount::try_from(1).is_ok());
        assert!(Limit::try_from(0).is_err() && Limit::try_from(51).is_err() && Limit::try_from(-1).is_err());
    }
}
