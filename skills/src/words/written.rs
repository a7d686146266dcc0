//! Texts that people write: which characters are visible, and which only control how a text is displayed.

use super::LongText;
use unicode_segmentation::UnicodeSegmentation;

/// The longest text in a list.
const LONGEST_IN_LISTS: usize = 500;

/// A character that controls the display: a control character, or a bidi embedding, override or isolate, which can make a
/// text show something else than it says.
pub(crate) fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An invisible character: blanks, joiners, direction marks, variation selectors, fillers, tags.
pub(crate) fn is_invisible(c: char) -> bool {
    steers(c)
        || c.is_whitespace()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{2029}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A hyphen, a dash or a minus sign of any kind.
pub(crate) const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// Whether a text has no visible character.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// A text without the characters that control the display. Line ends, tabs and joiners (emoji, Persian) stay.
fn readable(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        let ends_a_line = c == '\n' || (c == '\r' && chars.peek() == Some(&'\n'));
        if ends_a_line || c == '\t' || !steers(c) {
            out.push(c);
        }
    }
    out
}

impl LongText {
    /// The text as it is stored, without control and bidi characters, and whether it had any.
    pub fn kept(&self) -> (Self, bool) {
        let kept = readable(self.as_str());
        let changed = kept != self.as_str();
        (Self::of_kept(kept), changed)
    }
}

/// What a list shows of a text: all of it, or its beginning, never half of a visible character (grapheme); and whether it
/// was cut.
pub fn in_list(text: &str) -> (String, bool) {
    let Some((end, _)) = text.char_indices().nth(LONGEST_IN_LISTS) else { return (text.to_owned(), false) };
    let whole = text.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= end).last();
    // A single grapheme longer than the limit is cut all the same.
    let end = whole.filter(|at| *at > 0).unwrap_or(end);
    (text[..end].to_owned(), true)
}

/// The beginning of a text, long enough to see that a list would cut it.
pub fn beginning(text: &str) -> String {
    text.chars().take(LONGEST_IN_LISTS + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> (String, bool) {
        let (text, changed) = LongText::new(text).unwrap().kept();
        (text.to_string(), changed)
    }

    #[test]
    fn a_text_is_kept_as_it_was_given() {
        for text in [
            "two\nlines\r\n\tand a tab",
            "👩\u{200d}👩\u{200d}👧",
            "می\u{200c}خواهم",
            "שלום \u{200f}!",
            "a\u{2028}b",
        ] {
            assert_eq!(kept(text), (text.to_owned(), false), "{text:?}");
        }
    }

    #[test]
    fn what_steers_a_screen_is_taken_out() {
        assert_eq!(kept("a\u{202e}b\u{2066}c\u{2069}"), ("abc".to_owned(), true));
        assert_eq!(kept("\u{1b}[31mred\u{7}\0\u{85}"), ("[31mred".to_owned(), true));
        assert_eq!(kept("over\rwritten"), ("overwritten".to_owned(), true));
    }

    #[test]
    fn a_list_shows_whole_characters() {
        assert_eq!(in_list(&"x".repeat(500)), ("x".repeat(500), false));
        assert_eq!(in_list(&"x".repeat(501)), ("x".repeat(500), true));
        let family = "👩\u{200d}👩\u{200d}👧";
        let (cut, was_cut) = in_list(&family.repeat(200));
        assert!(was_cut && cut == family.repeat(100));
        let (cut, _) = in_list(&format!("{}{family}", "x".repeat(498)));
        assert_eq!(cut, "x".repeat(498));
        let endless = format!("a{}", "\u{301}".repeat(9_000));
        assert_eq!(in_list(&endless).0.chars().count(), 500);
        assert!(
            in_list(&beginning(&"x".repeat(32_000))).1,
            "what is kept of a long text is still seen to be long"
        );
    }

    #[test]
    fn nothing_to_read_is_blank() {
        for text in [
            "",
            " \t\n",
            "\u{200b}\u{200d}\u{feff}",
            "\u{3164}\u{ffa0}",
            "\u{202e}\u{2069}",
            "\u{e0041}\u{fe0f}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        assert!(!is_blank("x\u{200b}"));
    }
}
