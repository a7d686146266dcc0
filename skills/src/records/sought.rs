//! Searches for people: words in any order, or a phone.

use super::Contact;
use crate::words::{Country, PhoneNumber, SearchText, folded, phone_digits, unaccented_apostrophes};

/// The fewest digits that count as a phone.
const FEWEST_DIGITS: usize = 3;

/// A search for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// Each of these must be in name, e-mail or phone.
    pub(crate) words: Vec<String>,
    /// If the whole text may be a phone: digits, one of which must be in the person's phone.
    pub(crate) phones: Vec<String>,
}

impl Sought {
    /// Parses a search text; a phone without a country code is one of `country`.
    pub fn new(text: &SearchText, country: Option<Country>) -> Self {
        let text = unaccented_apostrophes(text.as_str());
        let parts = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
        let mut words: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if words.is_empty() {
            words.push(text.clone());
        }
        Self { words, phones: phones(&text, country) }
    }

    /// Whether a word begins and ends with a letter or digit: then punctuation inside it belongs to a name, and is optional.
    pub(crate) fn is_a_name(word: &str) -> bool {
        word.starts_with(char::is_alphanumeric) && !word.ends_with(|c: char| c.is_ascii_punctuation())
    }

    /// Whether a word is written in a script without blanks between names (Chinese, Japanese, Korean): there a given name of
    /// one or two characters is within a name.
    pub(crate) fn is_within_names(word: &str) -> bool {
        let without_blanks = |c| {
            matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
                | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        };
        !word.is_empty() && word.chars().all(without_blanks)
    }

    /// The digits of a word that may be part of a phone.
    pub(crate) fn digits(word: &str) -> Option<String> {
        phone_digits(word).map(|(digits, _)| digits)
    }

    /// Whether a person matches. Systems that search less exactly return more people, and this decides.
    pub(crate) fn fits(&self, person: &Contact) -> bool {
        let name = folded(&person.name());
        // From the beginning of each word on, without blanks: "macdonald" finds "Mac Donald" too.
        let starts = std::iter::once(0).chain(name.match_indices(' ').map(|(at, _)| at + 1));
        let tight: Vec<String> = starts.map(|at| squeezed(&name[at..])).collect();
        let email = person.email.as_str();
        let phones: Vec<String> = [&person.phone, &person.landline]
            .into_iter()
            .flatten()
            .map(|phone| phone.chars().filter_map(|c| c.to_digit(10).map(|_| c)).collect())
            .collect();
        let in_phone = |digits: &str| {
            let part = |phone: &String| {
                if digits.len() < FEWEST_DIGITS { phone.starts_with(digits) } else { phone.contains(digits) }
            };
            phones.iter().any(part)
        };
        let word_fits = |word: &String| {
            let word = folded(word);
            let squeezed = squeezed(&word);
            let short = word.chars().count() < FEWEST_DIGITS && !Self::is_within_names(&word);
            let in_text = |text: &str| {
                if short { text.split(' ').any(|part| part.starts_with(&word)) } else { text.contains(&word) }
            };
            let in_tight =
                !short && Self::is_a_name(&word) && tight.iter().any(|name| name.starts_with(&squeezed));
            in_text(&name)
                || in_tight
                || in_text(email)
                || Self::digits(&word).is_some_and(|digits| in_phone(&digits))
        };
        self.words.iter().all(word_fits) || self.phones.iter().any(|digits| in_phone(digits))
    }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !" '-.".contains(*c)).collect()
}

/// The digits to search for if the whole text may be a phone: as typed, without the leading 0 of national calls, and
/// the part that is dialled within its country.
fn phones(text: &str, country: Option<Country>) -> Vec<String> {
    let Some((digits, _)) = phone_digits(text) else { return vec![] };
    let bare = digits.trim_start_matches('0').to_owned();
    let mut all = vec![digits, bare];
    all.extend(PhoneNumber::read(text, country).map(|number| number.national().to_owned()));
    all.retain(|digits| digits.len() >= FEWEST_DIGITS);
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{ContactMethod, ContactType, Email};

    fn person(first: &str, last: &str, phone: &str) -> Contact {
        Contact {
            email: Email::new("someone@example.com").unwrap(),
            first_name: first.into(),
            last_name: last.into(),
            phone: Some(phone.into()),
            landline: Some("+44 (0)20 7946 0000".into()),
            contact_type: ContactType::Guest.into(),
            prefers: ContactMethod::Email,
        }
    }

    #[test]
    fn a_person_is_meant_however_it_is_typed() {
        let zoe = person("Zoe\u{308}", "O\u{2019}Neill Mac Donald", "+1 (555) 010-0001");
        for text in [
            "ZOË",
            "macdonald, zoe",
            "o'neill",
            "ONeill",
            "eill",
            "Mac  Donald",
            "zo mac",
            "example.com zoe",
            "(555) 010-0001",
            "+15550100001",
            "0100001",
            "020 7946 0000",
            "+442079460000",
            "zoe 5550100001",
            "someone@EXAMPLE.com",
        ] {
            assert!(Sought::new(&SearchText::new(text).unwrap(), None).fits(&zoe), "{text}");
        }
        for text in ["zoe smith", "oe", "donaldmac", "5550100002", "%", "z*e", ",", "-zoe", "neill.", "'zoe"]
        {
            assert!(!Sought::new(&SearchText::new(text).unwrap(), None).fits(&zoe), "{text}");
        }
    }
}
