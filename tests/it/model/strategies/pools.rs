//! What arguments are drawn from. What is here twice is drawn twice as often.

use crate::model::calls::{MANAGER, Word};

pub(super) const GUESTS: &[Word] = &[
    "beth.gibbs@email.com",
    "carl.smith@example.com",
    "sarah@example.com",
    "wei.chen@example.com",
    "wei.chen@example.com",
    "sofia.martinez@example.com",
    "soojin.kim@example.com",
    "soojin.kim@example.com",
    "rthompson@example.com",
    "ada@example.com",
    MANAGER,
];
/// Who is expected, and who is here.
pub(super) const ARRIVING: &[Word] = &[
    "sarah@example.com",
    "wei.chen@example.com",
    "sofia.martinez@example.com",
    "soojin.kim@example.com",
    "soojin.kim@example.com",
];
pub(super) const STAYING: &[Word] = &[
    "beth.gibbs@email.com",
    "beth.gibbs@email.com",
    "beth.gibbs@email.com",
    "carl.smith@example.com",
    "carl.smith@example.com",
    "carl.smith@example.com",
    "carl.smith@example.com",
    "sarah@example.com",
    "wei.chen@example.com",
    "soojin.kim@example.com",
];
pub(super) const BOUND: &[Word] = &[
    "beth.gibbs@email.com",
    "beth.gibbs@email.com",
    "wei.chen@example.com",
    "sarah@example.com",
    "sarah@example.com",
    "soojin.kim@example.com",
];
pub(super) const ROOMS: &[Word] = &[
    "101", "102", "103", "104", "104", "104", "106", "107", "108", "108", "201", "203", "206", "208", "208",
    "999",
];
pub(super) const BOOKINGS: &[Word] = &[
    "BK-0001", "BK-0001", "BK-0002", "BK-0002", "BK-0003", "BK-0003", "BK-0004", "BK-0005", "BK-0006",
    "BK-0009", "BK-0010", "BK-0011", "BK-0011", "BK-0012", "BK-9999",
];
pub(super) const CASES: &[Word] = &["00001001", "00001002", "00001003", "00001004", "00001005", "00009999"];
/// What a further booking or case may be said to be additional to.
pub(super) const ADDITIONAL: &[&[Word]] =
    &[&["BK-0011"], &["BK-0012", "BK-0011"], &["BK-0003", "BK-0011"], &["BK-0001"], &["BK-9999"]];
pub(super) const ADDITIONAL_CASES: &[&[Word]] =
    &[&["00001004"], &["00001004"], &["00001005"], &["00001004", "00001005"], &["00001001"], &["00009999"]];
pub(super) const CARDS: &[Word] = &[
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequired",
    "pm_card_chargeDeclined",
    "pm_card_nonesuch",
];
/// One night, two, three, and what nobody owes.
pub(super) const AMOUNTS: &[i64] = &[14_999, 29_998, 44_997, 1];
pub(super) const TEXTS: &[Word] = &["Towels, please.", "The lamp is broken."];
pub(super) const FAULTS: &[Word] = &[
    "refused",
    "refused",
    "unreached",
    "unreached!",
    "fails_before",
    "fails_before!",
    "fails_after",
    "fails_after!",
    "answer_lost",
    "answer_lost!",
    "too_long!",
    "killed_before",
    "killed_inside",
    "killed_after",
];

/// The bookings a guest has in the seeded hotel, or is likely to make.
pub(super) fn bookings_of(guest: Word) -> &'static [Word] {
    match guest {
        "beth.gibbs@email.com" => &["BK-0001"],
        "carl.smith@example.com" => &["BK-0002"],
        "sarah@example.com" => &["BK-0003"],
        "wei.chen@example.com" => &["BK-0004", "BK-0005"],
        "sofia.martinez@example.com" => &["BK-0006"],
        "rthompson@example.com" => &["BK-0009"],
        _ => &["BK-0011", "BK-0012", "BK-0013"],
    }
}
