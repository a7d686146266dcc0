//! Searches people by words in any order. A trigram index finds them without a scan, newest first.

use super::rows::{self, contact_columns};
use super::searches::{Filter, List, behind_id, id_and};
use crate::records::{Contact, ContactQuery, Sought};
use crate::words::{Page, Paged, forms, plain_letters};
use rusqlite::{Connection, Result};

/// The fewest characters a trigram can match.
const FEWEST: usize = 3;

pub(super) fn contacts(c: &Connection, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>> {
    const ALL: List = List {
        select: concat!("c.id,", contact_columns!("c")),
        from: "contacts c",
        count_from: "contacts c",
        behind: |filter, key| behind_id(filter, key, "c.id < ?"),
        order: "c.id DESC",
    };
    // The index is read newest first, so that a page ends soon even if many people match.
    const FOUND: List = List {
        select: concat!("c.id,", contact_columns!("c")),
        from: "contacts_fts CROSS JOIN contacts c ON c.id = contacts_fts.rowid",
        count_from: "contacts_fts",
        behind: |filter, key| behind_id(filter, key, "contacts_fts.rowid < ?"),
        order: "contacts_fts.rowid DESC",
    };
    let mut filter = Filter::default();
    let list = match &query.sought {
        None => {
            filter.maybe("c.contact_type = ?", query.contact_type);
            ALL
        }
        Some(sought) if sought.words.iter().any(|word| too_short_within_names(word)) => {
            filter.maybe("c.contact_type = ?", query.contact_type);
            in_names(&mut filter, sought);
            ALL
        }
        Some(sought) => {
            let kind = query.contact_type.map(|kind| format!(" AND {{kind}} : {}", phrase(kind.as_str())));
            filter.and("contacts_fts MATCH ?").bind(expression(sought) + &kind.unwrap_or_default());
            FOUND
        }
    };
    list.page(c, filter, page, |row| id_and(row, rows::contact(row, 1)))
}

/// Whether a word may be within a name, and is shorter than what the index finds there.
fn too_short_within_names(word: &str) -> bool {
    letters(word) < FEWEST && Sought::is_within_names(word)
}

/// Looks for words too short for the index in all names, and for the others in the index.
fn in_names(filter: &mut Filter, sought: &Sought) {
    const IN_NAME: &str = "(instr(c.first_name || ' ' || c.last_name, ?) > 0 OR instr(c.first_name || ' ' || c.last_name, ?) > 0)";
    for word in &sought.words {
        if too_short_within_names(word) {
            let forms = forms(word);
            let other = forms.last().cloned();
            filter.and(IN_NAME).bind(forms.into_iter().next()).bind(other);
        } else {
            filter
                .and("c.id IN (SELECT rowid FROM contacts_fts WHERE contacts_fts MATCH ?)")
                .bind(of_word(word));
        }
    }
}

/// The search as an FTS query: every word, or the whole text as a phone number.
fn expression(sought: &Sought) -> String {
    let words: Vec<_> = sought.words.iter().map(|word| of_word(word)).collect();
    let words = format!("({})", words.join(" AND "));
    let phones: Vec<_> = sought.phones.iter().map(|digits| of_phone(digits)).collect();
    if phones.is_empty() { words } else { format!("({words} OR {})", phones.join(" OR ")) }
}

fn of_word(word: &str) -> String {
    let mut ways = vec![];
    for form in forms(&plain_letters(word)) {
        ways.push(format!("{{name email}} : {}", beginning_or_part(&form)));
        let tight: String = form.chars().filter(|c| !"'-.".contains(*c)).collect();
        if letters(&tight) >= FEWEST && Sought::is_a_name(&form) {
            ways.push(format!("{{squeezed}} : {}", phrase(&format!(" {tight}"))));
        }
    }
    if let Some(digits) = Sought::digits(word) {
        ways.push(of_phone(&digits));
    }
    format!("({})", ways.join(" OR "))
}

fn of_phone(digits: &str) -> String {
    format!("{{phone}} : {}", beginning_or_part(digits))
}

/// Matches any part of a text. One or two letters match only the beginning of a word, before which the index has two
/// blanks.
fn beginning_or_part(text: &str) -> String {
    let blanks = FEWEST.saturating_sub(letters(text).max(1));
    phrase(&format!("{}{text}", " ".repeat(blanks)))
}

/// How many characters the index sees: combining accents do not count.
fn letters(text: &str) -> usize {
    text.chars().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).count()
}

fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
