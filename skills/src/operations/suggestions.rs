//! What may complete a value that a person is typing.

use crate::words::{ListInfo, Paged};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Values that may complete what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suggestions {
    /// The values, as tools take them.
    pub values: Vec<String>,
    /// What the list says about itself.
    #[serde(flatten)]
    pub list: ListInfo,
}

impl Suggestions {
    /// A value for each row of a page.
    pub(crate) fn of<T>(found: &Paged<T>, value: impl Fn(&T) -> String) -> Self {
        Self { values: found.items.iter().map(value).collect(), list: ListInfo::from(found) }
    }
}
