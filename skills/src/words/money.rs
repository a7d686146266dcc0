//! Money is whole cents of the hotel's one currency (`HOTEL_CURRENCY`), never a fraction, never a float.

use super::{WordError, echo};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An amount in cents, zero or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub u64);

impl Cents {
    /// The most that one amount of the records may be: ten billion units, less a cent. What is more is no price, but a slip or
    /// the number of a card. The prices of all nights of the longest stay together are below what 64 bits hold, and every
    /// amount up to it is exact in the numbers of the systems.
    pub const MOST: Self = Self(999_999_999_999);

    /// The price of `nights` nights. If it did not fit, it would be an amount that no card can be charged.
    pub const fn times(self, nights: u32) -> Self {
        Self(self.0.saturating_mul(nights as u64))
    }

    /// The amount, unless it is more than any price.
    pub fn within_bounds(self) -> Option<Self> {
        (self <= Self::MOST).then_some(self)
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
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u64>().ok());
        text.split_once('.')
            .filter(|(_, cents)| cents.len() == 2)
            .and_then(|(units, cents)| digits(units)??.checked_mul(100)?.checked_add(digits(cents)??))
            .and_then(|cents| Self(cents).within_bounds())
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
        json_schema!({"type": "integer", "minimum": 0, "maximum": Self::MOST.0})
    }
}

impl rusqlite::ToSql for Cents {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let cents =
            i64::try_from(self.0).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(cents.into())
    }
}

impl rusqlite::types::FromSql for Cents {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        let cents = i64::column_result(value)?;
        u64::try_from(cents).map(Self).map_err(|_| rusqlite::types::FromSqlError::OutOfRange(cents))
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

    #[test]
    fn a_suite_in_jakarta() {
        let stay = Cents(500_000_000).times(12);
        assert_eq!((stay, stay.to_string().as_str()), (Cents(6_000_000_000), "60000000.00"));
        assert_eq!("60000000.00".parse(), Ok(stay));
        assert_eq!(Cents::MOST.to_string().parse(), Ok(Cents::MOST));
        assert!(Cents::MOST.plus(Cents(1)).to_string().parse::<Cents>().is_err());
    }
}
