//! The agreed prices of a stay's nights, in their order.

use super::{Cents, WordError, echo};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A price for each night. Written `149.99x2,199.99`: two nights at 149.99, then one at 199.99.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prices(Vec<Cents>);

impl Prices {
    /// A price for each night, as given.
    pub const fn new(nights: Vec<Cents>) -> Self {
        Self(nights)
    }

    /// So many nights at one price.
    pub fn each(price: Cents, nights: u32) -> Self {
        Self(vec![price; nights as usize])
    }

    /// An amount divided evenly by this many nights. The first nights get the odd cents, so that the sum is exact. No prices
    /// if the nights are more than could be read again.
    pub fn shared(amount: Cents, nights: u32) -> Self {
        let each = amount.0.checked_div(u64::from(nights)).filter(|_| nights as usize <= MOST);
        let Some(each) = each else { return Self::default() };
        let odd = amount.0 % u64::from(nights);
        Self((0..nights).map(|night| Cents(each + u64::from(u64::from(night) < odd))).collect())
    }

    /// The price of a night, counted from the arrival.
    pub fn of_night(&self, night: u32) -> Option<Cents> {
        self.0.get(night as usize).copied()
    }

    /// Each night's price.
    pub fn nights(&self) -> &[Cents] {
        &self.0
    }

    /// What all nights cost.
    pub fn total(&self) -> Cents {
        self.0.iter().copied().fold(Cents(0), Cents::plus)
    }
}

impl fmt::Display for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, same) in self.0.chunk_by(|a, b| a == b).enumerate() {
            let comma = if at > 0 { "," } else { "" };
            match same.len() {
                1 => write!(f, "{comma}{}", same[0])?,
                times => write!(f, "{comma}{}x{times}", same[0])?,
            }
        }
        Ok(())
    }
}

/// More nights than any stay has: a text with more is not parsed.
const MOST: usize = 10_000;

impl FromStr for Prices {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let wrong = || WordError(format!("{} are not prices of nights, such as 149.99x2,199.99", echo(text)));
        let mut nights = vec![];
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (price, times) = part.split_once('x').unwrap_or((part, "1"));
            let times: usize = times.trim().parse().map_err(|_| wrong())?;
            if nights.len().saturating_add(times) > MOST {
                return Err(wrong());
            }
            let price: Cents = price.trim().parse().map_err(|_| wrong())?;
            nights.extend(std::iter::repeat_n(price, times));
        }
        Ok(Self(nights))
    }
}

impl TryFrom<String> for Prices {
    type Error = WordError;
    fn try_from(text: String) -> Result<Self, WordError> {
        text.parse()
    }
}

impl From<Prices> for String {
    fn from(prices: Prices) -> Self {
        prices.to_string()
    }
}

impl rusqlite::ToSql for Prices {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl rusqlite::types::FromSql for Prices {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        value.as_str()?.parse().map_err(rusqlite::types::FromSqlError::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_shared_to_the_cent() {
        let nights = Prices::shared(Cents(33_001), 2);
        assert_eq!(nights.nights(), [Cents(16_501), Cents(16_500)]);
        assert_eq!(nights.total(), Cents(33_001));
        assert_eq!(Prices::shared(Cents(5), 0).total(), Cents(0));
        assert_eq!(Prices::shared(Cents(5), 720_000), Prices::default());
    }

    #[test]
    fn prices_are_read_as_they_are_written() {
        let prices = Prices::new(vec![Cents(14_999), Cents(14_999), Cents(5), Cents(0)]);
        assert_eq!(prices.to_string(), "149.99x2,0.05,0.00");
        assert_eq!("149.99x2,0.05,0.00".parse(), Ok(prices));
        assert_eq!("".parse(), Ok(Prices::default()));
        for text in ["149,99", "1.5", "-1.00", "1.00x", "1.00x99999999", "a", "1.00x2x3"] {
            assert!(text.parse::<Prices>().is_err(), "{text}");
        }
    }
}
