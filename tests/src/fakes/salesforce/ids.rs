//! Record ids as the platform makes them: a key prefix, a counter, and three letters that encode the case of the others.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The id of the `number`-th row of an object.
pub(crate) fn nth(prefix: &str, mut number: u64) -> String {
    let mut tail = [b'0'; 9];
    for place in tail.iter_mut().rev() {
        *place = usize::try_from(number % 62).map_or(b'0', |digit| DIGITS[digit]);
        number /= 62;
    }
    with_check(&format!("{prefix}Hs0{}", String::from_utf8_lossy(&tail)))
}

/// The 18 characters of a 15-character id.
fn with_check(id: &str) -> String {
    let letters = id.as_bytes().chunks(5).map(|five| {
        let bits =
            five.iter().enumerate().fold(0, |bits, (at, c)| bits | usize::from(c.is_ascii_uppercase()) << at);
        char::from(CHECKS[bits])
    });
    id.chars().chain(letters).collect()
}

/// Reads an id of 15 or 18 characters; the last three of 18 must be right.
pub(crate) fn parse(text: &str) -> Option<String> {
    if !text.bytes().all(|c| c.is_ascii_alphanumeric()) || !matches!(text.len(), 15 | 18) {
        return None;
    }
    let whole = with_check(&text[..15]);
    (text.len() == 15 || whole == text).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_the_platforms() {
        // Ids that the platform itself has made.
        for id in ["001D000000IqhSLIAZ", "0015e00000nC1SWAA0", "006D000000zLj7uIAC"] {
            assert_eq!(with_check(&id[..15]), id);
            assert_eq!(parse(&id[..15]).as_deref(), Some(id));
        }
        assert_eq!(parse("001D000000IqhSLIAA"), None, "a wrong check");
        assert_eq!(parse("101"), None);
    }

    #[test]
    fn ids_rise_with_their_number() {
        assert!(nth("a01", 61) < nth("a01", 62) && nth("a01", 1).len() == 18);
    }
}
