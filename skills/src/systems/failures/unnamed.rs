//! Removes from a system's sentence what must not appear in an answer or a log: keys, and in a log also people.

/// The longest sentence of a log line.
const LONGEST: usize = 300;

/// Removes the (masked) keys that Stripe repeats.
pub(in crate::systems) fn without_keys(text: &str) -> String {
    words(text, |word| ["sk_", "rk_", "pk_"].iter().any(|kind| word.contains(kind)), "(key)")
}

/// Puts it on one line, without e-mail addresses and long numbers.
pub(super) fn for_the_log(text: &str) -> String {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let short: String = text.chars().take(LONGEST).collect();
    words(&short, |word| word.contains('@') || digits(word) > 6, "(left out)")
}

fn words(text: &str, bad: impl Fn(&str) -> bool, instead: &str) -> String {
    let kept = text.split_whitespace().map(|word| if bad(word) { instead } else { word });
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_keys_nor_people_are_repeated() {
        assert_eq!(without_keys("The key 'rk_test_*****wxyz' may not."), "The key (key) may not.");
        let said = "Beth <beth@email.com> has\nphone +15550100001; rule 7";
        assert_eq!(for_the_log(said), "Beth (left out) has phone (left out) rule 7");
    }
}
