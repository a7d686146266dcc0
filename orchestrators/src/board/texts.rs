//! Texts of the hotel on a terminal: on one line, without what a terminal would obey, and no wider than their place.

pub(super) use crate::terminal::clean;
use serde_json::Value;

/// The width of a line where there is no terminal.
const USUAL_WIDTH: usize = 100;
/// The narrowest terminal that is drawn for.
const LEAST_WIDTH: usize = 30;

/// How wide a picture is drawn: as wide as the terminal, if there is one.
pub(super) fn width_for(terminal: Option<usize>) -> usize {
    terminal.unwrap_or(USUAL_WIDTH).max(LEAST_WIDTH)
}

/// A text of an answer; none is empty.
pub(super) fn plain(text: &Value) -> String {
    clean(text.as_str().unwrap_or_default())
}

/// How many columns a text takes, roughly: the wide letters of East Asia and emoji take two.
pub(super) fn width_of(text: &str) -> usize {
    text.chars().map(columns).sum()
}

const fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{1F300}'..='\u{1FAFF}' => 2,
        _ => 1,
    }
}

/// As much of a text as fits; a text that was cut ends in `…`.
pub(super) fn fitted(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let taken = columns(*c);
        let fits = taken <= left;
        left = left.saturating_sub(taken);
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
