//! The name that somebody meant who gave another one.

use strsim::damerau_levenshtein;

/// The known name that is most like the one given; none if no name is like it.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase().replace('-', "_");
    let likeness = |name: &str| match damerau_levenshtein(&given, name) {
        edits if edits <= most_edits(&given) => Some(edits),
        // Part of a name, such as `guest` for guest_email; of several the shortest.
        _ if given.len() >= 4 && name.contains(&given) => Some(name.len()),
        _ => None,
    };
    let alike = known.into_iter().filter_map(|name| Some((likeness(name)?, name)));
    alike.min_by_key(|(edits, _)| *edits).map(|(_, name)| name)
}

/// A slip is at most two edits, in a long name up to a quarter of it.
fn most_edits(name: &str) -> usize {
    (name.chars().count() / 4).max(2)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_and_a_part_of_a_name_are_understood_and_nothing_else_is_guessed() {
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
        assert_eq!(nearest("guest", ["guest_email", "room_number"]), Some("guest_email"));
        assert_eq!(nearest("emial", ["email", "limit"]), Some("email"));
    }
}
