//! The lines at the head of a Markdown file that describe it: `name: value` between two lines of `---`. This is the part
//! of YAML in which every value is a plain text on one line.

/// A Markdown file with its description.
pub(super) struct Described {
    /// Names and values, in their order.
    pub(super) lines: Vec<(&'static str, &'static str)>,
    /// The text below.
    pub(super) text: &'static str,
}

impl Described {
    /// Reads a file that was included at compile time.
    ///
    /// # Panics
    /// When it does not begin with such lines.
    pub(super) fn read(file: &'static str) -> Self {
        let described = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let (head, text) = described.unwrap_or_else(|| panic!("no lines between two of ---: {file}"));
        let line = |line: &'static str| {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("not `name: value`: {line}"));
            assert!(is_plain(value), "this value would need quotes in YAML: {line}");
            (name, value)
        };
        Self { lines: head.lines().map(line).collect(), text: text.trim() }
    }

    /// The value of this name.
    ///
    /// # Panics
    /// When there is none.
    pub(super) fn value(&self, name: &str) -> &'static str {
        let found = self.lines.iter().find(|(known, _)| *known == name);
        found.unwrap_or_else(|| panic!("no line {name}: {:?}", self.lines)).1
    }
}

/// Whether YAML reads a value as this very text without quotes.
fn is_plain(value: &str) -> bool {
    let begins = value.starts_with(|c: char| c.is_ascii_alphabetic());
    begins && value.trim() == value && !value.contains(": ") && !value.contains(" #") && !value.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_above_its_text() {
        let read = Described::read("---\nname: arrivals\ntakes date: The day; else today.\n---\n\nLook.\n");
        assert_eq!((read.value("name"), read.value("takes date")), ("arrivals", "The day; else today."));
        assert_eq!(read.text, "Look.");
    }

    #[test]
    #[should_panic(expected = "would need quotes")]
    fn a_value_that_yaml_reads_otherwise_is_refused() {
        Described::read("---\nname: one: two\n---\nText.");
    }
}
