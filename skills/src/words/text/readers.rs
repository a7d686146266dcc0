//! How each kind of text is read: what is taken off, and the rule that it must keep.

use super::COMPLIMENTARY;
use crate::words::written::{is_blank, is_dash, is_invisible, steers};
use crate::words::{WordError, echo};
use unicode_normalization::UnicodeNormalization;

fn no(rule: impl Into<String>) -> WordError {
    WordError(rule.into())
}

/// A line of text: trimmed, with something visible in it, at most `max` characters, no control characters.
pub(super) fn line(text: &str, what: &str, max: usize) -> Result<String, WordError> {
    let text = text.trim();
    if is_blank(text) {
        return Err(no(format!("{what} must not be empty")));
    }
    let length = text.chars().count();
    if length > max {
        return Err(no(format!("{what} must have at most {max} characters; this has {length}")));
    }
    if text.chars().any(steers) {
        return Err(no(format!(
            "{what} must not contain control characters, nor marks that turn the direction of writing"
        )));
    }
    Ok(text.to_owned())
}

pub(super) fn email(text: &str) -> Result<String, WordError> {
    let rule = || {
        no(format!(
            "{} is not an e-mail address; write it like name@example.com, at most 80 characters",
            echo(text)
        ))
    };
    // Some letters outside ASCII become ASCII in lower case (U+212A, the Kelvin sign). They would be another person's
    // address.
    let word = text.trim().to_ascii_lowercase();
    let (name, domain) = word.rsplit_once('@').ok_or_else(rule)?;
    let ascii_visible = word.bytes().all(|b| b.is_ascii_graphic());
    let bare = !word.contains(['"', ',', ';', '<', '>', '(', ')', '[', ']', '\\', ':']);
    let labels = domain.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let fits = word.len() <= 80 && !name.is_empty() && !name.contains('@') && domain.contains('.');
    if ascii_visible && bare && labels && fits { Ok(word) } else { Err(rule()) }
}

pub(super) fn token(text: String) -> Result<String, WordError> {
    let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if fits {
        Ok(text)
    } else {
        Err(no("an idempotency token is 1 to 255 visible ASCII characters without spaces"))
    }
}

pub(super) fn payment_method(text: String) -> Result<String, WordError> {
    let tail = text.strip_prefix("pm_").or_else(|| text.strip_prefix("card_"));
    let fits = tail.is_some_and(|tail| {
        let all_digits = tail.len() >= 12 && tail.bytes().all(|b| b.is_ascii_digit());
        let word = tail.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (1..=250).contains(&tail.len()) && word && !all_digits && !holds_card_number(tail)
    });
    // Anything else may be a card number, so it is not repeated.
    if fits {
        Ok(text)
    } else {
        Err(no("a payment method id looks like pm_card_visa; never give a card number"))
    }
}

/// Whether it contains a card number: 12 to 19 digits, with or without underscores between them, whose check digit is
/// right.
fn holds_card_number(text: &str) -> bool {
    let bare = text.replace('_', "");
    let mut runs = bare.as_bytes().split(|byte| !byte.is_ascii_digit());
    // No card number begins with 0; numeric ids may.
    let is_one = |number: &[u8]| number[0] != b'0' && passes_luhn(number);
    runs.any(|run| (12..=19).any(|length| run.windows(length).any(is_one)))
}

/// The Luhn check of a card number's last digit.
fn passes_luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let values = digits.iter().rev().map(|digit| u32::from(digit - b'0'));
    let sum: u32 =
        values.enumerate().map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10)
}

pub(super) fn payment_intent(text: &str) -> Result<String, WordError> {
    let word = line(text, "a payment intent id", 255)?;
    let fits =
        word.starts_with(COMPLIMENTARY) || word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if fits {
        Ok(word)
    } else {
        Err(no(format!("{} is not a payment intent id; it looks like pi_…", echo(text))))
    }
}

/// A number copied from an address book may contain direction marks.
pub(super) fn undirected(text: &str) -> String {
    text.chars().filter(|c| c.is_control() || !steers(*c)).collect()
}

/// A text without what nobody sees in it.
pub(super) fn seen(text: &str) -> String {
    text.chars().filter(|c| c.is_whitespace() || c.is_control() || !is_invisible(*c)).collect()
}

/// A number that was copied from a text: with another kind of dash, wide digits, or marks that nobody sees.
pub(super) fn copied(text: &str) -> String {
    let plain = |c: char| if is_dash(c) { '-' } else { c };
    seen(text).nfkc().map(plain).collect()
}

pub(super) fn long_text(text: String) -> Result<String, WordError> {
    let length = text.chars().count();
    if is_blank(&text) {
        return Err(no("the text must not be empty"));
    }
    if length > 32_000 {
        return Err(no(format!("the text must have at most 32000 characters; this has {length}")));
    }
    Ok(text)
}
