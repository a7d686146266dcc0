//! The digest of a request's text, by which the embedded hotel finds the same request again. If the folding of [`wish`]
//! changes, a migration has to set the stored digests to null.

use crate::words::{Key, wish};

/// The digest of a text, the same for all texts that ask for the same thing.
pub(super) fn digest(text: &str) -> String {
    Key::derived(&["wish", &wish(text)]).as_str().to_owned()
}
