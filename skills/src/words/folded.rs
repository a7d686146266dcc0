//! Compares texts as people do.

use super::wish;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The characters that people type as an apostrophe.
const APOSTROPHES: [char; 9] =
    ['\u{2019}', '\u{2018}', '\u{201b}', '\u{2bc}', '\u{2bb}', '\u{2032}', '`', '\u{b4}', '\u{ff07}'];

/// Letters without a decomposition, with the plain letters that people search for instead.
const PLAIN: [(char, &str); 11] = [
    ('ß', "ss"),
    ('ẞ', "ss"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ı', "i"),
    ('þ', "th"),
    ('ς', "σ"),
];

/// A text folded for comparison: without case, accents, Unicode form and kind of apostrophe, and with single blanks.
pub fn folded(text: &str) -> String {
    let plain = unaccented_apostrophes(text).nfkd().collect::<String>().to_lowercase();
    let mut out = String::with_capacity(plain.len());
    for c in plain.nfkd() {
        if let Some((_, letters)) = PLAIN.iter().find(|(letter, _)| *letter == c) {
            out.push_str(letters);
        } else if canonical_combining_class(c) == 0 {
            out.push(c);
        }
    }
    single_blanks(&out)
}

/// Whether two texts differ only in case, Unicode form, kind of apostrophe or quotation mark, and spacing.
pub fn alike(a: &str, b: &str) -> bool {
    wish(a) == wish(b)
}

/// The Unicode forms in which a text may be stored: composed and decomposed.
pub(crate) fn forms(text: &str) -> Vec<String> {
    let mut forms = vec![text.nfc().collect(), text.nfd().collect()];
    forms.dedup();
    forms
}

/// Replaces letters without a decomposition by plain ones.
pub(crate) fn plain_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        match PLAIN.iter().find(|(letter, _)| *letter == lower) {
            Some((_, letters)) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out
}

/// Replaces every kind of apostrophe by one. This is done before decomposition, which would turn a stand-alone acute accent
/// into a blank.
pub(crate) fn unaccented_apostrophes(text: &str) -> String {
    text.chars().map(|c| if APOSTROPHES.contains(&c) { '\'' } else { c }).collect()
}

/// Replaces every kind of double quotation mark by one.
pub(super) fn quotes(text: &str) -> String {
    let is_quote = |c: &char| matches!(c, '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{2036}' | '\u{ff02}');
    text.chars().map(|c| if is_quote(&c) { '"' } else { c }).collect()
}

fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_find_each_other_however_they_type() {
        for (typed, stored) in [
            ("ZOE", "Zoë"),
            ("zoë", "Zoe\u{308}"),
            ("o'brien", "O\u{2019}Brien"),
            ("O´Brien", "O`Brien"),
            ("Łukasz Søren", "lukasz  soren"),
            ("STRASSE", "Straße"),
            ("İbrahim", "ibrahim"),
            ("Ｂｅｔｈ", "beth"),
            ("김수진", "김수진"),
            ("Nguyễn\u{a0}Thị", "nguyen thi"),
            ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ] {
            assert_eq!(folded(typed), folded(stored), "{typed} and {stored}");
        }
        assert_ne!(folded("Jo"), folded("Joe"));
    }

    #[test]
    fn another_spelling_is_not_alike() {
        assert!(
            alike(" beth  GIBBS", "Beth Gibbs")
                && alike("Zoe\u{308}", "zoë")
                && alike("O'Neill", "O\u{2019}Neill")
        );
        assert!(!alike("Zoe", "Zoë") && !alike("Beth", "Bob"));
    }
}
