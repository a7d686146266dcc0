//! Which known name was meant by one that is not known.

use strsim::{damerau_levenshtein, normalized_damerau_levenshtein};

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.5;

/// The known name most like the given one: spelt alike, or one has all words of the other (`room` for `room_number`,
/// `case_type` for `type`).
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase().replace([' ', '-'], "_");
    let words = words_of(&given);
    let likeness = |known: &'a str| {
        let own = words_of(known);
        let has_its_words = has_all(&own, &words) || has_all(&words, &own);
        let spelling = normalized_damerau_levenshtein(&given, known);
        (known, if has_its_words { 1.0 + spelling } else { spelling })
    };
    let nearest = known.into_iter().map(likeness).max_by(|one, other| one.1.total_cmp(&other.1));
    nearest.filter(|(_, likeness)| *likeness >= ALIKE).map(|(known, _)| known)
}

fn words_of(name: &str) -> Vec<&str> {
    name.split('_').filter(|word| !word.is_empty()).collect()
}

/// Whether each of these words is one of the others, with a slip or cut short.
fn has_all(others: &[&str], words: &[&str]) -> bool {
    let is = |word: &str, other: &str| {
        let slips = word.chars().count() / 4;
        damerau_levenshtein(word, other) <= slips.min(2) || word.len() > 2 && other.starts_with(word)
    };
    !words.is_empty() && words.iter().all(|word| others.iter().any(|other| is(word, other)))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 5] =
        ["booking_number", "check_in_date", "check_out_date", "guest_email", "room_number"];

    #[test]
    fn a_misspelt_name_is_recognised() {
        let cases = [
            ("rom_number", "room_number"),
            ("roomNumber", "room_number"),
            ("room", "room_number"),
            ("email", "guest_email"),
            ("checkin_date", "check_in_date"),
            ("check-out-date", "check_out_date"),
        ];
        for (given, meant) in cases {
            assert_eq!(nearest(given, KNOWN), Some(meant), "{given}");
        }
        assert_eq!(nearest("case_type", ["type", "description"]), Some("type"));
    }

    #[test]
    fn a_name_of_something_else_is_not_guessed_at() {
        for given in ["", "additional", "x", "colour", "__proto__"] {
            assert_eq!(nearest(given, KNOWN), None, "{given}");
        }
    }

    #[test]
    fn the_name_of_a_tool_is_found_by_a_part_of_it_and_with_a_slip() {
        let tools = [
            "assign_room",
            "create_booking",
            "check_in_guest",
            "search_bookings_on_behalf_of_staff",
            "search_contacts",
        ];
        for (given, meant) in [
            ("chekc_in_guest", Some("check_in_guest")),
            ("check-in-guest", Some("check_in_guest")),
            ("checkin_guest", Some("check_in_guest")),
            ("search_bookings", Some("search_bookings_on_behalf_of_staff")),
            ("search_contact", Some("search_contacts")),
            ("search_booking", Some("search_bookings_on_behalf_of_staff")),
            ("search_bookngs", Some("search_bookings_on_behalf_of_staff")),
            ("weather", None),
            ("no_such_tool", None),
        ] {
            assert_eq!(nearest(given, tools), meant, "{given}");
        }
    }
}
