//! Pages of a list.

use super::{Limit, WordError, echo};
use serde::{Deserialize, Serialize};

/// Where a page ended. Opaque to callers: the key of the last row, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor(String);

impl Cursor {
    /// The cursor after the row with this key.
    pub fn after(key: &str) -> Self {
        Self(key.to_owned())
    }

    /// The key of the last row.
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Cursor {
    type Error = WordError;
    fn try_from(text: String) -> Result<Self, WordError> {
        let bytes = (text.len().is_multiple_of(2) && (2..=400).contains(&text.len()) && text.is_ascii())
            .then(|| {
                (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
            })
            .flatten()
            .and_then(|bytes: Vec<u8>| String::from_utf8(bytes).ok());
        bytes
            .map(Self)
            .ok_or_else(|| WordError(format!("{} is not a cursor; give next_cursor as it was", echo(&text))))
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0.bytes().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl schemars::JsonSchema for Cursor {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "minLength": 2, "maxLength": 400})
    }
}

/// A page to read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    /// How many at most.
    pub limit: Limit,
    /// The cursor of the page before.
    pub cursor: Option<Cursor>,
}

impl Page {
    /// The page that a tool's `limit` and `cursor` ask for.
    pub fn new(limit: Option<Limit>, cursor: Option<Cursor>) -> Self {
        Self { limit: limit.unwrap_or_default(), cursor }
    }

    /// A full page from the beginning.
    pub fn most() -> Self {
        Self { limit: Limit::MOST, cursor: None }
    }
}

/// A page that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// How many there are in all, where that is cheap to know.
    pub total: Option<u64>,
    /// Where to go on, if there is more.
    pub next_cursor: Option<Cursor>,
}

impl<T> Paged<T> {
    /// The same page with each row converted.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Paged<U> {
        let items = self.items.into_iter().map(turn).collect();
        Paged { items, total: self.total, next_cursor: self.next_cursor }
    }

    /// The same page with some rows converted and the others left out.
    pub fn filter_map<U>(self, turn: impl FnMut(T) -> Option<U>) -> Paged<U> {
        let items = self.items.into_iter().filter_map(turn).collect();
        Paged { items, total: self.total, next_cursor: self.next_cursor }
    }
}

/// What every list says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ListInfo {
    /// How many are listed here.
    pub count: usize,
    /// How many there are in all, where that is cheap to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Give it as cursor to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<Cursor>,
}

impl<T> From<&Paged<T>> for ListInfo {
    fn from(found: &Paged<T>) -> Self {
        Self { count: found.items.len(), total: found.total, next_cursor: found.next_cursor.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let text = String::from(Cursor::after("205"));
        assert_eq!(Cursor::try_from(text).unwrap().key(), "205");
        for hostile in ["", "2", "zz", "é1", "ff", "' OR 1=1"] {
            assert!(Cursor::try_from(hostile.to_owned()).is_err(), "{hostile:?}");
        }
    }
}
