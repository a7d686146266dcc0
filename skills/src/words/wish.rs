//! When two texts ask for the same thing.

use unicode_normalization::UnicodeNormalization;

/// A text as it counts when requests are compared: without regard to case, spacing and Unicode form.
pub fn wish(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spacing_and_form_do_not_count() {
        assert_eq!(wish("  Two  TOWELS,\nplease "), wish("two towels, please"));
        assert_eq!(wish("cafe\u{301} au lait"), wish("CAF\u{c9} au\u{a0}lait"));
        assert_ne!(wish("two towels"), wish("three towels"));
    }
}
