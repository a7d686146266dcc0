//! Forgetting a person: what names them goes from every finished call that concerns them, and the accounts stay.

use super::Journal;
use crate::saga::SagaError;
use crate::saga::outcome::outcome_is;
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use skills::words::{Email, Key, folded};

/// What stands where a person stood.
pub(crate) const FORGOTTEN: &str = "forgotten";
const REDACTED: &str = "[redacted]";

/// What keeps its value in arguments and answers, beside numbers and truth values: it says what was done, not to whom.
const KEPT: [&str; 26] = [
    "arriving_on",
    "booking_number",
    "case_number",
    "code",
    "currency",
    "decline_code",
    "departing_on",
    "error_code",
    "field",
    "filter",
    "outcome",
    "payment_intent_id",
    "previous_room_number",
    "priority",
    "refund_id",
    "room_name",
    "room_number",
    "since",
    "status",
    "step",
    "steps",
    "today",
    "tool",
    "transaction_id",
    "type",
    "undo_of",
];
/// So do names with these endings.
const KEPT_ENDINGS: [&str; 5] = ["_at", "_date", "_filter", "_status", "_type"];

/// A name or number shorter than this may be part of anything.
const SHORTEST_IN_TOKEN: usize = 5;

/// So many digits at the end of a phone are nobody else's: what is dialled within a country.
const FEWEST_DIGITS: usize = 9;

/// A text without regard to case and accents.
fn plain(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { folded(text) }
}

/// The words of a text. An address is one, and so is a name with a hyphen.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !"'-._@+%".contains(c));
    parts.map(|word| word.trim_matches(['.', '-'])).filter(|word| !word.is_empty())
}

/// What of a text may be a phone: its digits, whatever stands between them.
fn phones(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && !"+ -.()/".contains(c));
    parts.map(|part| part.chars().filter(char::is_ascii_digit).collect())
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a field's value says what was done, and not to whom.
pub(crate) fn says_what_was_done(key: &str) -> bool {
    KEPT.contains(&key) || KEPT_ENDINGS.iter().any(|ending| key.ends_with(ending))
}

/// A person, as the hotel's records have them.
pub(crate) struct Person {
    /// By e-mail, whole name and phone, without regard to case and accents.
    names: Vec<String>,
    /// The words of names that have several, sorted: people write them in any order.
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

    /// Whether these digits are a phone of the person's, as it is dialled from anywhere.
    fn is_phone(&self, digits: &str) -> bool {
        let digits = digits.trim_start_matches('0');
        self.phones
            .iter()
            .any(|phone| phone == digits || (digits.len() >= FEWEST_DIGITS && phone.ends_with(digits)))
    }

    /// Whether a token may name the person. A token is any text without spaces, so nothing tells where a name in it begins
    /// and ends: one that is forgotten for no reason costs less than one that stays.
    fn is_in_token(&self, token: &str) -> bool {
        let token = plain(token).replace("%40", "@").replace("%2b", "+");
        let squeezed = letters_and_digits(&token);
        self.names.iter().any(|name| {
            let name_squeezed = letters_and_digits(name);
            token.contains(name)
                || (name_squeezed.len() > SHORTEST_IN_TOKEN && squeezed.contains(&name_squeezed))
        })
    }

    /// Whether somebody looked for the person by a fragment: by words in any order, each part of a name, an e-mail or a phone.
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
        tool == "search_contacts"
            && query.trim().chars().count() > 2
            && (whole || (parts.peek().is_some() && parts.all(fits)))
    }

    /// The value without what may name somebody.
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

    fn redact_text(&self, json: &str) -> String {
        serde_json::from_str(json)
            .map_or_else(|_| "{}".to_owned(), |value| self.redact("", value).to_string())
    }
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    /// Calls that name the person no longer.
    pub(crate) redacted: usize,
    /// Calls that are unfinished, or whose messages have not left: left alone.
    pub(crate) unfinished: usize,
}

/// What stands for the token of a forgotten call, so that a new call under it is another attempt and not the same
/// effects again.
pub(super) fn forgotten_token(caller: &str, token: &str) -> Key {
    Key::derived(&[FORGOTTEN, caller, token])
}

/// Whether these words, sorted, stand side by side in a text, in any order.
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

/// Whether what stands there is not a part of a longer word, address or number.
fn stands_alone(text: &str, at: usize, length: usize) -> bool {
    let joins = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut after = text[at + length..].chars();
    let goes_on = match after.next() {
        Some('.' | '-') => after.next().is_some_and(char::is_alphanumeric), // a full stop ends a sentence
        next => next.is_some_and(char::is_alphanumeric),
    };
    !goes_on && !text[..at].chars().next_back().is_some_and(joins)
}

impl Journal {
    /// Forgets a person; nothing of them stays in the files.
    pub(crate) fn forget(&self, person: &Person) -> Result<Forgotten, SagaError> {
        self.sort_all_reads()?;
        let done = self.db.write_now(|c| forget(c, person)).map_err(|error| self.broken(&error))?;
        if done.redacted > 0 {
            self.db.rewrite().map_err(|error| self.broken(&error))?;
        }
        Ok(done)
    }
}

fn forget(c: &Connection, person: &Person) -> rusqlite::Result<Forgotten> {
    let sql = concat!(
        "SELECT id, ",
        outcome_is!(finished),
        " AND NOT EXISTS \
               (SELECT 1 FROM outbox WHERE call = calls.id AND state IN ('staged', 'sending')), tool, arguments, \
               concat_ws(' ', answer, because, caller, acting_guest, guest_email, booking_number, \
               (SELECT group_concat(concat_ws(' ', value, undo), ' ') FROM steps WHERE call = calls.id), \
               (SELECT group_concat(message, ' ') FROM outbox WHERE call = calls.id)), ifnull(token, '') FROM calls"
    );
    let mut statement = c.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut concerned: Vec<(i64, bool, bool)> = vec![];
    while let Some(row) = rows.next()? {
        let (tool, arguments, rest): (String, String, String) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let token: String = row.get(5)?;
        let whole = person.is_named_in(&arguments)
            || person.is_named_in(&rest)
            || person.is_named_in(&token)
            || person.is_looked_for(&tool, &arguments);
        if whole || person.is_in_token(&token) {
            concerned.push((row.get(0)?, row.get(1)?, whole));
        }
    }
    let mut done = Forgotten { redacted: 0, unfinished: 0 };
    for (id, finished, whole) in concerned {
        if !finished {
            done.unfinished += 1;
            continue;
        }
        if whole {
            redact_call(c, person, id)?;
        } else {
            forget_token(c, id)?;
        }
        done.redacted += 1;
    }
    Ok(done)
}

/// Forgets the token of a call that is about somebody else, or nobody.
fn forget_token(c: &Connection, id: i64) -> rusqlite::Result<()> {
    let (caller, token): (String, String) = c
        .prepare_cached("SELECT caller, token FROM calls WHERE id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    c.prepare_cached("UPDATE calls SET token = ?2, bound = 0 WHERE id = ?1")?
        .execute(params![id, forgotten_token(&caller, &token)])
        .map(|_| ())
}

fn redact_call(c: &Connection, person: &Person, id: i64) -> rusqlite::Result<()> {
    let sql = "SELECT arguments, answer, caller, token, acting_guest, guest_email, booking_number FROM calls WHERE id = ?";
    type Columns = [Option<String>; 7];
    let columns = |row: &Row<'_>| -> rusqlite::Result<Columns> {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?])
    };
    let [arguments, answer, caller, token, acting_guest, guest, booking] =
        c.prepare_cached(sql)?.query_row([id], columns)?;
    let forgotten = |name: String| if person.is_named_in(&name) { FORGOTTEN.to_owned() } else { name };
    let redacted = |json: Option<String>| json.map(|json| person.redact_text(&json));
    let token = token.map(|token| forgotten_token(caller.as_deref().unwrap_or_default(), &token));
    let sql = "UPDATE calls SET arguments = ?2, answer = ?3, caller = ?4, token = ?5, acting_guest = ?6, \
               guest_email = ?7, booking_number = ?8, because = NULL, bound = 0, fingerprint = '' WHERE id = ?1";
    c.prepare_cached(sql)?.execute(params![
        id,
        redacted(arguments),
        redacted(answer),
        caller.map(forgotten),
        token,
        acting_guest.map(forgotten),
        guest.map(forgotten),
        booking.map(forgotten), // a refused request's may be anything
    ])?;
    let undos: Vec<(String, Option<String>)> = c
        .prepare_cached("SELECT name, undo FROM steps WHERE call = ?")?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (step, undo) in undos {
        let undo = undo.filter(|undo| !person.is_named_in(undo));
        c.prepare_cached(
            "UPDATE steps SET value = NULL, input = '', undo = ?3 WHERE call = ?1 AND name = ?2",
        )?
        .execute(params![id, step, undo])?;
    }
    let redacted = Value::from(REDACTED).to_string();
    c.prepare_cached("UPDATE outbox SET message = ?2, record_at = NULL WHERE call = ?1")?
        .execute(params![id, redacted])
        .map(|_| ())
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
