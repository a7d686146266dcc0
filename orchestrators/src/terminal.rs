//! What people read: text as wide as their terminal, and output that may stop being read at any time.

use std::io::{self, ErrorKind, IsTerminal, Write};

/// Stdout for a command's output.
pub(crate) fn out() -> Out<io::StdoutLock<'static>> {
    Out::of(io::stdout().lock())
}

/// Output whose reader may leave (`staff-server tools | head -1`): what it does not read any more is dropped, and the
/// command goes on to its own end and exit code.
pub(crate) struct Out<W> {
    to: W,
    is_closed: bool,
}

impl<W: Write> Out<W> {
    /// Output to a writer.
    pub(crate) const fn of(to: W) -> Self {
        Self { to, is_closed: false }
    }

    fn unless_closed<T>(&mut self, otherwise: T, act: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.is_closed {
            return Ok(otherwise);
        }
        match act(&mut self.to) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.unless_closed(text.len(), |to| to.write(text))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

/// Says something beside a command's output, on stderr. Where nobody can read it, it is not said.
pub(crate) fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Asks for a line of stdin; none if stdin and stderr are no terminals, so that nobody can be asked.
pub(crate) fn ask(question: &str) -> io::Result<Option<String>> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(None);
    }
    write!(io::stderr(), "{question}")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(Some(answer.trim().to_owned()))
}

/// How many characters a line of the terminal holds; none if stdout is no terminal.
pub(crate) fn width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout())
        .map(|(columns, _)| columns.0.into())
        .filter(|width| *width > 0)
}

/// Text with line breaks so that it fits the terminal: each line after the first begins with `indent` blanks. Where
/// there is no terminal it stays one line.
pub(crate) fn fitted(text: &str, indent: usize) -> String {
    let Some(width) = width() else { return text.to_owned() };
    let mut lines = wrapped(text, width.saturating_sub(indent).max(MIN_WIDTH)).into_iter();
    let first = lines.next().unwrap_or_default();
    lines.fold(first, |told, line| format!("{told}\n{:indent$}{line}", ""))
}

/// A text on one line, without what a terminal would obey.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !changes_direction(*c)).collect()
}

/// Characters that change the direction of what follows.
const fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The narrowest column of text that is still readable.
const MIN_WIDTH: usize = 20;

/// Text in lines of at most `width` characters; only a single long word is longer.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let room = lines.last().map_or(0, |line| width.saturating_sub(line.chars().count()));
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if word.chars().count() < room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
