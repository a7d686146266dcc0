//! Money is whole cents of the hotel's one currency (`HOTEL_CURRENCY`), never a fraction, never a float.

use super::{WordError, echo};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An amount in cents, zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub u32);

impl Cents {
    /// The price of `nights` nights. Rates and stays are bounded, so this cannot overflow in a hotel. If it did, it would
    /// saturate at the highest amount, not wrap to a small one.
    pub const fn times(self, nights: u32) -> Self {
        Self(self.0.saturating_mul(nights))
    }

    /// The sum of both.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, at least 0.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Writes it as a person does: `299.98`.
impl std::fmt::Display for Cents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Reads what [`Display`](std::fmt::Display) writes: units, a point, two digits.
impl std::str::FromStr for Cents {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok());
        text.split_once('.')
            .filter(|(_, cents)| cents.len() == 2)
            .and_then(|(units, cents)| digits(units)??.checked_mul(100)?.checked_add(digits(cents)??))
            .map(Self)
            .ok_or_else(|| WordError(format!("{} is not an amount such as 149.99", echo(text))))
    }
}

impl JsonSchema for Cents {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cents".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 0, "maximum": u32::MAX})
    }
}

impl rusqlite::ToSql for Cents {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(i64::from(self.0).into())
    }
}

impl rusqlite::types::FromSql for Cents {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        u32::column_result(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_standard_nights() {
        assert_eq!(Cents(14_999).times(2), Cents(29_998));
        assert_eq!(Cents(29_998).to_string(), "299.98");
        assert_eq!(Cents(5).to_string(), "0.05");
    }
}
