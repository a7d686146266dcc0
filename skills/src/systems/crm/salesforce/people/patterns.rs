//! LIKE patterns that match a word with any accents, blanks and punctuation it may be stored with.

use crate::systems::crm::salesforce::soql::Glyph::{self, Many, One, This};
use crate::words::{folded, forms};

/// Letters that may have an accent; among them the vowels, and those that most often have one.
const MAY_HAVE_AN_ACCENT: &str = "acdegilnorstuyz";
const VOWELS: &str = "aeiouy";
const OFTEN: &str = "aeiouycnszr";
/// Up to this length, patterns allow two accents at any two places, and the word as two words; up to the next, one accent.
const LONGEST_WITH_PAIRS: usize = 12;
const LONGEST_WITH_ONE: usize = 24;
/// Patterns of fewer letters would match nearly everybody.
const FEWEST_LETTERS: usize = 3;

type Pattern = Vec<Glyph>;

/// The patterns of a name that contains this word.
pub(super) fn of_name(word: &str) -> Vec<Pattern> {
    let letters: Vec<char> = folded(word).chars().collect();
    let mut patterns: Vec<Pattern> = forms(word).iter().map(|form| exactly(form.chars())).collect();
    if letters.iter().all(char::is_ascii) {
        patterns.push(exactly(letters.iter().copied()));
        patterns.extend(with_accents(&letters));
    }
    for (at, _) in
        letters.iter().enumerate().skip(1).filter(|_| (5..=LONGEST_WITH_PAIRS).contains(&letters.len()))
    {
        let (one, other) = letters.split_at(at);
        let two =
            exactly(one.iter().copied()).into_iter().chain([Many]).chain(exactly(other.iter().copied()));
        patterns.push(two.collect());
    }
    patterns.sort_by_key(|pattern| format!("{pattern:?}"));
    patterns.dedup();
    patterns
}

/// Digits with anything between them.
pub(super) fn of_digits(digits: &str) -> Pattern {
    let mut pattern: Pattern = digits.chars().flat_map(|digit| [This(digit), Many]).collect();
    pattern.pop();
    pattern
}

/// The characters, with any kind of apostrophe.
fn exactly(chars: impl Iterator<Item = char>) -> Pattern {
    chars.map(|c| if c == '\'' { One } else { This(c) }).collect()
}

/// The word with an accent at one place if it is short, at any two if it is longer, and at every place that often has
/// one. An accent may be part of the letter, or a character after it.
fn with_accents(letters: &[char]) -> Vec<Pattern> {
    let places: Vec<usize> =
        (0..letters.len()).filter(|at| MAY_HAVE_AN_ACCENT.contains(letters[*at])).collect();
    let mut patterns = vec![];
    if letters.len() <= 4 {
        for place in places {
            let part = |tail: &[Glyph], from| {
                [
                    &exactly(letters[..place].iter().copied())[..],
                    tail,
                    &exactly(letters[from..].iter().copied()),
                ]
                .concat()
            };
            patterns.push(part(&[One], place + 1));
            patterns.push(part(&[This(letters[place]), One], place + 1));
        }
        return patterns;
    }
    if letters.len() <= LONGEST_WITH_PAIRS {
        for (n, one) in places.iter().enumerate() {
            patterns
                .extend(places[n..].iter().map(|other| open(letters, |at, _| at == *one || at == *other)));
        }
    } else if letters.len() <= LONGEST_WITH_ONE {
        patterns.extend(places.iter().map(|one| open(letters, |at, _| at == *one)));
    }
    for kind in [VOWELS, OFTEN] {
        if letters.iter().filter(|c| !kind.contains(**c)).count() >= FEWEST_LETTERS {
            patterns.push(open(letters, |_, c| kind.contains(c)));
        }
    }
    patterns
}

/// The word with anything at some of its places.
fn open(letters: &[char], is_open: impl Fn(usize, char) -> bool) -> Pattern {
    let mut pattern: Pattern = vec![];
    for (at, c) in letters.iter().enumerate() {
        let glyph = if is_open(at, *c) {
            Many
        } else if *c == '\'' {
            One
        } else {
            This(*c)
        };
        if !(glyph == Many && pattern.last() == Some(&Many)) {
            pattern.push(glyph);
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &[Glyph], text: &[char]) -> bool {
        match pattern.split_first() {
            None => true,
            Some((Many, rest)) => (0..=text.len()).any(|at| matches(rest, &text[at..])),
            Some((One, rest)) => !text.is_empty() && matches(rest, &text[1..]),
            Some((This(c), rest)) => text.first() == Some(c) && matches(rest, &text[1..]),
        }
    }

    fn may_be(word: &str, name: &str) -> bool {
        let name: Vec<char> = name.to_lowercase().chars().collect();
        of_name(word).iter().any(|pattern| (0..=name.len()).any(|at| matches(pattern, &name[at..])))
    }

    #[test]
    fn a_word_may_be_a_name_with_accents() {
        for (word, name) in [
            ("muller", "Hans Müller"),
            ("muller", "Hans Mu\u{308}ller"),
            ("Zoe", "Zoë"),
            ("jose", "Jose\u{301}"),
            ("Dvoracek", "Dvořáček"),
            ("O'Brien", "O\u{2019}Brien"),
            ("OBrien", "O'Brien"),
            ("macdonald", "Mac Donald"),
            ("Lukasz", "Łukasz"),
            ("strasse", "Straße"),
            ("Garcia", "García"),
            ("김", "김수진"),
            ("ŁUKASZ", "Lukasz"),
        ] {
            assert!(may_be(word, name), "{word} {name}");
        }
        assert!(!may_be("gibbs", "Carl Smith") && !may_be("%%%", "Carl Smith"));
    }

    #[test]
    fn no_word_makes_a_query_too_long() {
        for length in [1, 4, 5, 12, 13, 24, 25, 80] {
            let all: usize = of_name(&"a".repeat(length)).iter().map(Vec::len).sum();
            assert!(all < 2_000, "{length}: {all}");
        }
    }
}
