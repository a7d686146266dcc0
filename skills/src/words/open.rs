//! A word from a fixed list of ours, or one that only the system of record knows.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value of a fixed list `T`, or another word from the records. An unknown word never permits more: it equals no value of
/// ours, is shown as it is, and no tool moves it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Open<T> {
    /// A value of ours.
    Known(T),
    /// A word that only the records know.
    Unknown(String),
}

/// A list of values that can be read and written as text.
pub trait Word: Copy + std::str::FromStr + Into<&'static str> {}
impl<T: Copy + std::str::FromStr + Into<&'static str>> Word for T {}

impl<T: Word> Open<T> {
    /// The value, if it is one of ours.
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Known(value) => Some(*value),
            Self::Unknown(_) => None,
        }
    }

    /// The word as the records spell it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(value) => (*value).into(),
            Self::Unknown(word) => word,
        }
    }
}

impl<T: Copy> From<T> for Open<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: Word> Open<T> {
    /// Reads a word from the records.
    pub fn read(word: &str) -> Self {
        word.parse().map_or_else(|_| Self::Unknown(word.to_owned()), Self::Known)
    }
}

macro_rules! comparable {
    ($($name:ident),+) => { $(
        impl PartialEq<$name> for Open<$name> {
            fn eq(&self, other: &$name) -> bool {
                matches!(self, Self::Known(value) if value == other)
            }
        }
    )+ };
}
use super::{BookingStatus, CaseStatus, CaseType, ContactType, Origin, Priority, RoomStatus, RoomType};
comparable!(BookingStatus, CaseStatus, CaseType, ContactType, Origin, Priority, RoomStatus, RoomType);

impl<T: Word> Serialize for Open<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, T: Word> Deserialize<'de> for Open<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::read(&String::deserialize(deserializer)?))
    }
}

impl<T: Word> std::fmt::Display for Open<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// In answers it is a string, because the records may contain any word.
impl<T> schemars::JsonSchema for Open<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Word".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string"})
    }
}

impl<T: Word> rusqlite::ToSql for Open<T> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl<T: Word> rusqlite::types::FromSql for Open<T> {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        value.as_str().map(Self::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_records_is_kept_and_equals_none_of_ours() {
        let vacant = Open::<RoomStatus>::read("Vacant");
        let blocked = Open::<RoomStatus>::read("Blocked");
        assert!(vacant == RoomStatus::Vacant && vacant.known().is_some());
        assert!(RoomStatus::ALL.iter().all(|status| blocked != *status));
        assert_eq!(serde_json::to_string(&blocked).unwrap(), "\"Blocked\"");
        assert_eq!(serde_json::from_str::<Open<RoomStatus>>("\"Blocked\"").unwrap(), blocked);
    }
}
