//! What changes in our entry of a client's file, for a person to see before it is written.

/// The lines of our entry that go (-) and that come (+), and where. They are told from the entry, never cut out of the
/// file: a line of the file may hold other servers' secrets as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    place: String,
    lines: Vec<String>,
}

impl Difference {
    /// Nothing yet, at this place of the file.
    pub(super) fn at(place: String) -> Self {
        Self { place, lines: vec![] }
    }

    pub(super) fn goes(&mut self, text: &str) {
        self.lines.extend(text.lines().map(|line| format!("- {line}")));
    }

    pub(super) fn comes(&mut self, text: &str) {
        self.lines.extend(text.lines().map(|line| format!("+ {line}")));
    }

    /// As lines of at most this width.
    pub(super) fn shown(&self, width: usize) -> String {
        let lines: String = self.lines.iter().map(|line| format!("{}\n", cut(line, width))).collect();
        format!("{}:\n{lines}", self.place)
    }
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
    use super::Difference;

    #[test]
    fn what_goes_and_what_comes_is_shown_as_wide_as_the_terminal() {
        let mut difference = Difference::at("here".to_owned());
        difference.goes("a");
        difference.comes(&format!("b\n{}", "x".repeat(100)));
        assert_eq!(difference.shown(12), "here:\n- a\n+ b\n+ xxxxxxxxx…\n");
    }
}
