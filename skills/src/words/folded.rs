//! Texts compared as people compare them.

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// The many signs that are typed for an apostrophe.
const APOSTROPHES: [char; 9] =
    ['\u{2019}', '\u{2018}', '\u{201b}', '\u{2bc}', '\u{2bb}', '\u{2032}', '`', '\u{b4}', '\u{ff07}'];

/// Letters that have no accent to lose and are looked for by their plain fellows.
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

/// A text without regard to case, accents, Unicode form and kind of apostrophe, and with single blanks.
pub(crate) fn folded(text: &str) -> String {
    let accents = CanonicalCombiningClassMapBorrowed::new();
    let text = unaccented_apostrophes(text);
    let plain = DecomposingNormalizerBorrowed::new_nfkd().normalize(&text).to_lowercase();
    let mut out = String::with_capacity(plain.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd().normalize(&plain).chars() {
        if let Some((_, letters)) = PLAIN.iter().find(|(letter, _)| *letter == c) {
            out.push_str(letters);
        } else if !accents.get_u8(c).gt(&0) {
            out.push(c);
        }
    }
    single_blanks(&out)
}

/// Whether two texts are the same but for case, Unicode form, kind of apostrophe and spacing.
pub fn alike(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        let text = ComposingNormalizerBorrowed::new_nfkc().normalize(text).to_lowercase();
        single_blanks(&ComposingNormalizerBorrowed::new_nfkc().normalize(&unaccented_apostrophes(&text)))
    };
    plain(a) == plain(b)
}

/// The forms a text may be stored in: as given, composed, taken apart.
pub(crate) fn forms(text: &str) -> Vec<String> {
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned();
    let mut forms = vec![composed, apart];
    forms.dedup();
    forms
}

/// Letters that have no accent to lose as their plain fellows; all else as it is.
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

/// Every apostrophe the same. Before a text is taken apart: an acute accent by itself would become a blank.
pub(crate) fn unaccented_apostrophes(text: &str) -> String {
    text.chars().map(|c| if APOSTROPHES.contains(&c) { '\'' } else { c }).collect()
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
