//! What changes in a file, line by line.

/// The lines that go (-) and the lines that come (+), with the number of the first. An entry is put in one place, so the
/// difference is one run of lines. Lines around it are not shown: they may hold other servers' secrets.
pub(super) fn shown(before: &str, after: &str, width: usize) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let same_at_end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (gone, come) = (&old[..old.len() - same_at_end], &new[..new.len() - same_at_end]);
    let line = |mark: char| move |line: &&str| format!("{mark} {}\n", cut(line, width.saturating_sub(2)));
    let lines: String = gone.iter().map(line('-')).chain(come.iter().map(line('+'))).collect();
    format!("line {}:\n{lines}", same + 1)
}

/// A line that fits.
fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn only_what_changes_is_shown() {
        let (before, after) = ("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
        assert_eq!(shown(before, after, 80), "line 2:\n-   \"a\": 1\n+   \"a\": 1,\n+   \"b\": 2\n");
        assert_eq!(shown("", "x\n", 80), "line 1:\n+ x\n");
        assert_eq!(shown("a\na\n", "a\na\na\n", 80), "line 3:\n+ a\n");
        assert_eq!(shown("", &"x".repeat(100), 12), "line 1:\n+ xxxxxxxxx…\n");
    }
}
