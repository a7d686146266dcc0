//! Splits a query into tokens.

use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::values::{read_day, read_moment};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword, with its dots.
    Word(String),
    /// A string literal, still escaped.
    Text(String),
    Number(String),
    Date(String),
    DateTime(String),
    Symbol(&'static str),
    End,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(text) | Self::Number(text) | Self::Date(text) | Self::DateTime(text) => {
                f.write_str(text)
            }
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Symbol(text) => f.write_str(text),
            Self::End => f.write_str("<EOF>"),
        }
    }
}

const SYMBOLS: [&str; 11] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ":"];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => string(rest)?,
            'a'..='z' | 'A'..='Z' => word(rest)?,
            '0'..='9' | '-' | '+' | '.' => number(rest)?,
            _ => SYMBOLS
                .iter()
                .find(|symbol| rest.starts_with(**symbol))
                .map(|symbol| (Token::Symbol(symbol), symbol.len()))
                .ok_or_else(|| {
                    Refusal::malformed(format!("line 1:1 no viable alternative at character '{first}'"))
                })?,
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens.push(Token::End);
    Ok(tokens)
}

fn string(rest: &str) -> Result<(Token, usize)> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\'' if !escaped => return Ok((Token::Text(rest[1..at].to_owned()), at + 1)),
            '\n' | '\r' => break, // a line ends inside the quotes
            _ => escaped = c == '\\' && !escaped,
        }
    }
    Err(Refusal::malformed("line 1:1 mismatched character '<EOF>' expecting '''"))
}

fn word(rest: &str) -> Result<(Token, usize)> {
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.".contains(c))).unwrap_or(rest.len());
    let text = &rest[..length];
    if text.split('.').any(|part| !part.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return Err(Refusal::malformed(format!("unexpected token: '{text}'")));
    }
    Ok((Token::Word(text.to_owned()), length))
}

fn number(rest: &str) -> Result<(Token, usize)> {
    let length =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.:".contains(c))).unwrap_or(rest.len());
    let text = rest[..length].to_owned();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let token = if read_day(&text).is_some() {
        Token::Date(text)
    } else if read_moment(&text).is_some() {
        Token::DateTime(text)
    } else if (whole.is_empty() || all_digits(whole)) && all_digits(part) {
        Token::Number(text)
    } else {
        return Err(Refusal::malformed(format!("line 1:1 no viable alternative at '{text}'")));
    };
    Ok((token, length))
}
