//! The same thing said again: other spacing, other case, another Unicode form.

use crate::processes::Luck;
use unicode_normalization::UnicodeNormalization;

/// What guests ask for. Letters that change their form with their case or their composition are among them on purpose.
const TOWELS: &[&str] = &[
    "Two bath towels and a café crème, please",
    "Zwei große Handtücher, bitte, und der Straßenlärm ist zu laut",
    "Δύο πετσέτες, παρακαλώ, για τους επισκέπτες",
    "수건 두 장 주세요",
    "Extra ﬁne pillows, n° 2",
];
const REPAIRS: &[&str] = &[
    "The lamp over the désk flickers",
    "Der Wasserhahn schließt nicht, das Gefäß ist voll",
    "Ο διακόπτης του φωτός, δίπλα στο παράθυρο, είναι σπασμένος",
];

pub(super) fn towels(luck: &mut Luck) -> &'static str {
    luck.pick(TOWELS)
}

pub(super) fn repair(luck: &mut Luck) -> &'static str {
    luck.pick(REPAIRS)
}

/// The same request in another writing.
pub(super) fn said_again(text: &str, luck: &mut Luck) -> String {
    let cased = match luck.below(4) {
        0 => text.to_uppercase(),
        1 => text.to_lowercase(),
        _ => text.to_owned(),
    };
    let formed: String = match luck.below(5) {
        0 => cased.nfd().collect(),
        1 => cased.nfkd().collect(),
        2 => cased.nfc().collect(),
        3 => cased.chars().map(full_width).collect(),
        _ => cased,
    };
    let space = luck.pick(&[" ", "  ", "\u{a0}", "\n", "\u{2009} ", " \t"]);
    let spaced = formed.split(' ').collect::<Vec<_>>().join(space);
    match luck.below(3) {
        0 => format!("  {spaced}\n"),
        _ => spaced,
    }
}

/// An e-mail as somebody else types it.
pub(super) fn typed_again(email: &str, luck: &mut Luck) -> String {
    match luck.below(4) {
        0 => email.to_uppercase(),
        1 => email[..1].to_uppercase() + &email[1..],
        _ => email.to_owned(),
    }
}

/// Letters and digits as an East Asian keyboard may send them.
fn full_width(letter: char) -> char {
    let shifted = u32::from(letter) + 0xFEE0;
    if letter.is_ascii_alphanumeric() { char::from_u32(shifted).unwrap_or(letter) } else { letter }
}
