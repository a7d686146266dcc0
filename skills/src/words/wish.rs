//! Decides whether two texts ask for the same thing.

use super::folded::{quotes, unaccented_apostrophes};
use super::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// A text folded for comparing requests: without case, spacing, Unicode form and kind of apostrophe and quotation mark.
/// Upper case and back to lower case also merges letters that share one of the two forms (ß and SS, ς and σ).
pub fn wish(text: &str) -> String {
    let lower = |text: String| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let upper = |text: String| text.chars().flat_map(char::to_uppercase).collect::<String>();
    let typed = quotes(&unaccented_apostrophes(text));
    let visible = typed.chars().filter(|letter| !takes_no_place(*letter)).nfkc().collect();
    let folded: String = lower(upper(lower(visible))).nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Soft hyphens, joiners, direction marks, variation selectors: nobody sees whether they are there.
fn takes_no_place(letter: char) -> bool {
    is_invisible(letter) && !letter.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spacing_and_form_do_not_count() {
        assert_eq!(wish("  Two  TOWELS,\nplease "), wish("two towels, please"));
        assert_eq!(wish("cafe\u{301} au lait"), wish("CAF\u{c9} au\u{a0}lait"));
        assert_eq!(wish("große Straße"), wish("GROSSE STRASSE"));
        assert_eq!(wish("GRO\u{1e9e}E"), wish("große"));
        assert_eq!(wish("επισκέπτης"), wish("ΕΠΙΣΚΈΠΤΗΣ"));
        assert_eq!(wish("to\u{ad}wels\u{200b}"), wish("towels"));
        assert_eq!(wish("\u{200e}two towels\u{fe0e}"), wish("two towels"));
        assert_eq!(wish("Beth\u{2019}s \u{201c}red\u{201d} bag"), wish("beth's \"red\" bag"));
        assert_ne!(wish("two towels"), wish("three towels"));
    }
}
