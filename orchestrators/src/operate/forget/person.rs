//! Matches a person who is to be forgotten: in texts, in searches and in tokens; and removes them from a text.

use crate::engine::{Concern, Forget, MayConcern, REDACTED};
use crate::tool::personal_data::says_what_was_done;
use serde_json::Value;
use skills::Skill;
use skills::operations::contacts::{SearchContacts, SuggestGuests};
use skills::words::{Email, folded};

/// A shorter name or number may be part of anything.
const SHORTEST_IN_TOKEN: usize = 5;

/// A phone's last digits, this many, are unique: the number dialled within a country.
const FEWEST_DIGITS: usize = 9;

/// A text in lower case and without accents.
fn plain(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { folded(text) }
}

/// The words of a text. An e-mail address is one word, and so is a name with a hyphen.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !"'-._@+%".contains(c));
    parts.map(|word| word.trim_matches(['.', '-'])).filter(|word| !word.is_empty())
}

/// The digits of each part of a text that may be a phone, without the separators.
fn phones(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && !"+ -.()/".contains(c));
    parts.map(|part| part.chars().filter(char::is_ascii_digit).collect())
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A person, from the hotel's records.
pub(crate) struct Person {
    /// E-mail, whole name and phones, in lower case and without accents.
    names: Vec<String>,
    /// The words of each name with several, sorted: people write them in any order.
    words: Vec<Vec<String>>,
    /// The digits of the phones.
    phones: Vec<String>,
}

impl Person {
    pub(crate) fn new(email: &Email, others: impl IntoIterator<Item = String>) -> Self {
        let names = std::iter::once(email.to_string()).chain(others);
        let names: Vec<String> =
            names.map(|name| plain(name.trim())).filter(|name| !name.is_empty()).collect();
        let sorted = |name: &String| {
            let mut words: Vec<String> = words(name).map(str::to_owned).collect();
            words.sort();
            words
        };
        let words = names.iter().map(sorted).filter(|words| words.len() > 1).collect();
        let numbers = names.iter().filter(|name| !name.contains(char::is_alphabetic));
        let phones = numbers.map(|number| number.chars().filter(char::is_ascii_digit).collect()).collect();
        Self { names, words, phones }
    }

    /// Whether a text, plain or JSON, names the person: joann@x.com is not ann@x.com.
    fn is_named_in(&self, text: &str) -> bool {
        let text = plain(&text.replace("\\n", " ").replace("\\t", " ").replace("\\\"", "\""));
        self.names
            .iter()
            .any(|name| text.match_indices(name).any(|(at, _)| stands_alone(&text, at, name.len())))
            || self.words.iter().any(|name| in_any_order(name, &text))
            || phones(&text).any(|digits| self.is_phone(&digits))
    }

    /// Whether these digits are one of the person's phones, with or without prefixes.
    fn is_phone(&self, digits: &str) -> bool {
        let digits = digits.trim_start_matches('0');
        self.phones
            .iter()
            .any(|phone| phone == digits || (digits.len() >= FEWEST_DIGITS && phone.ends_with(digits)))
    }

    /// Whether a token may name the person. A token is a text without spaces, so names in it have no clear limits: a
    /// token forgotten without need costs less than one that stays.
    fn is_in_token(&self, token: &str) -> bool {
        let token = plain(token).replace("%40", "@").replace("%2b", "+");
        let squeezed = letters_and_digits(&token);
        self.names.iter().any(|name| {
            let name_squeezed = letters_and_digits(name);
            token.contains(name)
                || (name_squeezed.len() > SHORTEST_IN_TOKEN && squeezed.contains(&name_squeezed))
        })
    }

    /// Whether a search was for the person: by words in any order, each part of a name, an e-mail or a phone.
    fn is_looked_for(&self, tool: &str, arguments: &str) -> bool {
        let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
        let query = plain(arguments["query"].as_str().unwrap_or_default());
        let parts = query.split(|c: char| c.is_whitespace() || ",;".contains(c));
        let mut parts = parts.filter(|part| !part.is_empty()).peekable();
        let in_phone = |part: &str| {
            let digits = letters_and_digits(part);
            let number = digits.chars().count() > 2 && digits.chars().all(|c| c.is_ascii_digit());
            number && self.phones.iter().any(|phone| phone.contains(digits.trim_start_matches('0')))
        };
        let fits = |part: &str| self.names.iter().any(|name| name.contains(part)) || in_phone(part);
        let whole = phones(&query).any(|digits| self.is_phone(&digits));
        [SearchContacts::NAME, SuggestGuests::NAME].contains(&tool)
            && query.trim().chars().count() > 2
            && (whole || (parts.peek().is_some() && parts.all(fits)))
    }

    /// The value without anything that may name somebody.
    fn redact(&self, key: &str, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (key.clone(), self.redact(&key, value))).collect()
            }
            Value::Array(values) => values.into_iter().map(|value| self.redact(key, value)).collect(),
            Value::Null | Value::Bool(_) => value,
            plain
                if (plain.is_number() || says_what_was_done(key))
                    && !self.is_named_in(&plain.to_string()) =>
            {
                plain
            }
            _ => REDACTED.into(),
        }
    }
}

impl Forget for Person {
    fn concern(&self, call: &MayConcern<'_>) -> Concern {
        let named = [call.arguments, call.rest, call.token].into_iter().any(|text| self.is_named_in(text));
        if named || self.is_looked_for(call.tool, call.arguments) {
            Concern::Call
        } else if self.is_in_token(call.token) {
            Concern::Token
        } else {
            Concern::Nothing
        }
    }

    fn is_named_in(&self, text: &str) -> bool {
        self.is_named_in(text)
    }

    fn redacted(&self, json: &str) -> String {
        serde_json::from_str(json)
            .map_or_else(|_| "{}".to_owned(), |value| self.redact("", value).to_string())
    }
}

/// Whether these sorted words stand side by side in a text, in any order.
fn in_any_order(name: &[String], text: &str) -> bool {
    if !name.iter().all(|word| text.contains(word.as_str())) {
        return false;
    }
    let all: Vec<&str> = words(text).collect();
    all.windows(name.len()).any(|some| {
        let mut some = some.to_vec();
        some.sort_unstable();
        some.iter().eq(name.iter())
    })
}

/// Whether the match is no part of a longer word, address or number.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut after = text[at + length..].chars();
    let goes_on = match after.next() {
        Some('.' | '-') => after.next().is_some_and(char::is_alphanumeric), // a full stop ends a sentence
        next => next.is_some_and(char::is_alphanumeric),
    };
    !goes_on && !text[..at].chars().next_back().is_some_and(joins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_from_who_is_nearly_called_so() {
        let email = Email::new("ann@x.com").unwrap();
        let ann = Person::new(&email, ["Ann O'Hara".to_owned(), "+1555".to_owned()]);
        for text in [
            "ann@x.com",
            r#"{"guest_email":"Ann@X.com"}"#,
            "guest:ann@x.com",
            "Write to ann@x.com.",
            r#"{"text":"Room 101:\nANN O'HARA\t(+1555)"}"#,
            r#"{"text":"\"Ann O'Hara\""}"#,
        ] {
            assert!(ann.is_named_in(text), "{text}");
        }
        for text in
            ["joann@x.com", "mary-ann@x.com", "ann@x.com.au", "ann@x.community", "Joann O'Hara", "+15550", ""]
        {
            assert!(!ann.is_named_in(text), "{text}");
        }
    }

    #[test]
    fn a_person_is_found_by_words_in_any_order_and_by_a_phone_as_people_write_it() {
        let email = Email::new("zoe.gibbs@email.com").unwrap();
        let zoe = Person::new(&email, ["Zoë Anne Gibbs".to_owned(), "+15550100001".to_owned()]);
        for text in [
            "Gibbs, Zoe Anne",
            r#"{"text":"for GIBBS,\nZoë Anne."}"#,
            "call (555) 010-0001, please",
            "001 555 010 0001",
        ] {
            assert!(zoe.is_named_in(text), "{text}");
        }
        for text in
            ["Gibbs, Mary-Zoe Anne", "Zoe Anne and Mr Gibbs", "0100001", "15550100002", "115550100001"]
        {
            assert!(!zoe.is_named_in(text), "{text}");
        }
        let looked_for = |query: &str| {
            zoe.is_looked_for("search_contacts", &serde_json::json!({"query": query}).to_string())
        };
        for query in [
            "Gibbs, Zoe",
            "Gibbs 15550100001",
            "gibbs;010-0001",
            "anne  GIB",
            "0001 gibbs",
            "+1 555 010 0001",
        ] {
            assert!(looked_for(query), "{query}");
        }
        assert!(zoe.is_looked_for("suggest_guests", r#"{"query":"gibbs"}"#), "also while somebody types");
        for query in ["Gibbs, Beth", "Gibbs 15550100002", "zo", ",", "smith"] {
            assert!(!looked_for(query), "{query}");
        }
    }

    #[test]
    fn a_token_that_may_name_a_person_is_found_however_it_is_made() {
        let email = Email::new("beth.gibbs@email.com").unwrap();
        let beth = Person::new(&email, ["Beth Gibbs".to_owned(), "+15550100001".to_owned()]);
        for token in [
            "booking-beth.gibbs@email.com-1",
            "x_BETH.GIBBS@EMAIL.COM_y",
            "checkout:beth.gibbs%40email.com",
            "1beth.gibbs@email.com2",
            "Beth-Gibbs-2026-11-27",
            "call-from-1-555-010-0001",
        ] {
            assert!(beth.is_in_token(token), "{token}");
        }
        for token in ["leaving", "beth", "0b6f3f5e-2a54-4c37-9d0e-6f1f0c9f1c11", ""] {
            assert!(!beth.is_in_token(token), "{token}");
        }
    }
}
