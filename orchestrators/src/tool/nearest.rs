//! Which known name was meant by one that is not known.

use strsim::normalized_damerau_levenshtein;

/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.5;

/// The known name most like the given one: spelt alike, or with the given words among its own (`room` for `room_number`).
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase().replace([' ', '-'], "_");
    let likeness = |known: &'a str| {
        let has_its_words =
            !given.is_empty() && given.split('_').all(|word| known.split('_').any(|own| own == word));
        let spelling = normalized_damerau_levenshtein(&given, known);
        (known, if has_its_words { 1.0 + spelling } else { spelling })
    };
    let nearest = known.into_iter().map(likeness).max_by(|one, other| one.1.total_cmp(&other.1));
    nearest.filter(|(_, likeness)| *likeness >= ALIKE).map(|(known, _)| known)
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
    }

    #[test]
    fn a_name_of_something_else_is_not_guessed_at() {
        for given in ["", "additional", "x", "colour", "__proto__"] {
            assert_eq!(nearest(given, KNOWN), None, "{given}");
        }
    }

    #[test]
    fn the_name_of_a_tool_is_found_by_a_part_of_it_and_with_a_slip() {
        let tools =
            ["assign_room", "check_in_guest", "search_bookings_on_behalf_of_staff", "search_contacts"];
        for (given, meant) in [
            ("chekc_in_guest", Some("check_in_guest")),
            ("check-in-guest", Some("check_in_guest")),
            ("checkin_guest", Some("check_in_guest")),
            ("search_bookings", Some("search_bookings_on_behalf_of_staff")),
            ("search_contact", Some("search_contacts")),
            ("weather", None),
            ("no_such_tool", None),
        ] {
            assert_eq!(nearest(given, tools), meant, "{given}");
        }
    }
}
