//! Escapes inside quotes, as SOQL's documentation lists them; any other backslash is an error.

use crate::fakes::salesforce::refusal::{Refusal, Result};

/// A part of a LIKE pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Glyph {
    This(char),
    /// `_`
    One,
    /// `%`
    Many,
}

/// A plain string.
pub(super) fn text(raw: &str) -> Result<String> {
    let mut text = String::new();
    for glyph in glyphs(raw, false)? {
        if let Glyph::This(c) = glyph {
            text.push(c);
        }
    }
    Ok(text)
}

/// A LIKE pattern.
pub(super) fn pattern(raw: &str) -> Result<Vec<Glyph>> {
    glyphs(raw, true)
}

fn glyphs(raw: &str, like: bool) -> Result<Vec<Glyph>> {
    let mut glyphs = vec![];
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        glyphs.push(match c {
            '%' if like => Glyph::Many,
            '_' if like => Glyph::One,
            '\\' => Glyph::This(escaped(&mut rest, like).ok_or_else(|| {
                Refusal::malformed(format!("Invalid string literal '{raw}'. Illegal character sequence"))
            })?),
            c => Glyph::This(c),
        });
    }
    Ok(glyphs)
}

fn escaped(rest: &mut std::str::Chars<'_>, like: bool) -> Option<char> {
    Some(match rest.next()? {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        c @ ('"' | '\'' | '\\') => c,
        c @ ('_' | '%') if like => c,
        'u' => {
            let digits: String = rest.by_ref().take(4).collect();
            (digits.len() == 4)
                .then(|| u32::from_str_radix(&digits, 16).ok())
                .flatten()
                .and_then(char::from_u32)?
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_escapes_are_read_and_no_others() {
        assert_eq!(text(r#"O\'Brien \\ \"x\" \u00e9\n"#).unwrap(), "O'Brien \\ \"x\" é\n");
        for wrong in [r"\x", r"\%", r"\_", r"\u12", r"\"] {
            assert!(text(wrong).is_err(), "{wrong}");
        }
        assert_eq!(pattern(r"a\%%").unwrap(), [Glyph::This('a'), Glyph::This('%'), Glyph::Many]);
    }
}
