//! Parses tokens into a query, by recursive descent.

use super::dates::span;
use super::lexer::{Token, tokens};
use super::strings::{pattern, text};
use super::{Expr, Literal, Op, Order, Path, Query, Selected};
use crate::fakes::salesforce::refusal::{Refusal, Result};
use jiff::civil::date;

const LONGEST: usize = 100_000;
const MOST_ROWS_SKIPPED: usize = 2000;
const RESERVED: [&str; 20] = [
    "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE",
    "LIMIT", "NOT", "NULL", "NULLS", "OR", "SELECT", "WHERE", "WITH",
];

/// Parses a query.
pub(crate) fn parse(soql: &str) -> Result<Query> {
    if soql.chars().count() > LONGEST {
        return Err(Refusal::bad(
            "QUERY_TOO_COMPLICATED",
            "SOQL statements cannot be longer than 100000 characters.",
        ));
    }
    let mut parser = Parser { tokens: tokens(soql)?, at: 0 };
    let query = parser.query(Place::Top)?;
    match parser.peek() {
        Token::End => Ok(query),
        other => Err(unexpected(other)),
    }
}

/// The position of a SELECT decides which clauses it may have.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    Children,
    Join,
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

fn unexpected(token: &Token) -> Refusal {
    match token {
        Token::End => Refusal::malformed("unexpected end of query: '<EOF>'"),
        token => Refusal::malformed(format!("unexpected token: '{token}'")),
    }
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.is_keyword(keyword);
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(it) if *it == symbol);
        self.at += usize::from(found);
        found
    }

    fn need_keyword(&mut self, keyword: &str) -> Result<()> {
        if self.keyword(keyword) { Ok(()) } else { Err(unexpected(self.peek())) }
    }

    fn need_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.symbol(symbol) { Ok(()) } else { Err(unexpected(self.peek())) }
    }

    fn path(&mut self) -> Result<Path> {
        match self.next() {
            Token::Word(word) if !RESERVED.iter().any(|it| word.eq_ignore_ascii_case(it)) => {
                Ok(word.split('.').map(str::to_owned).collect())
            }
            other => Err(unexpected(&other)),
        }
    }

    fn query(&mut self, place: Place) -> Result<Query> {
        self.need_keyword("SELECT")?;
        let count = place == Place::Top && self.counts();
        let fields = if count { vec![] } else { self.selection(place)? };
        self.need_keyword("FROM")?;
        let from = match &self.path()?[..] {
            [name] => name.clone(),
            other => return Err(Refusal::malformed(format!("unexpected token: '{}'", other.join(".")))),
        };
        let filter = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        let mut query =
            Query { count, fields, from, filter, group: None, order: vec![], limit: None, offset: None };
        if place == Place::Top && self.keyword("GROUP") {
            query.group = Some(self.group()?);
        }
        if place != Place::Join {
            self.tail(place, &mut query)?;
        }
        Ok(query)
    }

    /// `BY field HAVING COUNT(Id) > n`.
    fn group(&mut self) -> Result<(Path, usize)> {
        self.need_keyword("BY")?;
        let path = self.path()?;
        self.need_keyword("HAVING")?;
        self.need_keyword("COUNT")?;
        self.need_symbol("(")?;
        self.need_keyword("Id")?;
        self.need_symbol(")")?;
        self.need_symbol(">")?;
        Ok((path, self.whole_number()?))
    }

    fn counts(&mut self) -> bool {
        let start = self.at;
        let counts = self.keyword("COUNT") && self.symbol("(") && self.symbol(")");
        if !counts {
            self.at = start;
        }
        counts
    }

    fn selection(&mut self, place: Place) -> Result<Vec<Selected>> {
        let mut fields = vec![self.selected(place)?];
        while self.symbol(",") {
            fields.push(self.selected(place)?);
        }
        Ok(fields)
    }

    fn selected(&mut self, place: Place) -> Result<Selected> {
        if place == Place::Join || !self.symbol("(") {
            return Ok(Selected::Field(self.path()?));
        }
        let children = self.query(Place::Children)?;
        self.need_symbol(")")?;
        Ok(Selected::Children(children))
    }

    fn tail(&mut self, place: Place, query: &mut Query) -> Result<()> {
        if self.keyword("ORDER") {
            self.need_keyword("BY")?;
            loop {
                query.order.push(self.order()?);
                if !self.symbol(",") {
                    break;
                }
            }
        }
        if self.keyword("LIMIT") {
            query.limit = Some(self.whole_number()?);
        }
        if self.keyword("OFFSET") {
            let offset = self.whole_number()?;
            if offset > MOST_ROWS_SKIPPED {
                let message = "Maximum SOQL offset allowed is 2000";
                return Err(Refusal::bad("NUMBER_OUTSIDE_VALID_RANGE", message));
            }
            query.offset = Some(offset);
        }
        if place == Place::Top
            && self.keyword("FOR")
            && !["VIEW", "REFERENCE", "UPDATE"].iter().any(|it| self.keyword(it))
        {
            return Err(unexpected(self.peek()));
        }
        Ok(())
    }

    fn order(&mut self) -> Result<Order> {
        let path = self.path()?;
        let descending = !self.keyword("ASC") && self.keyword("DESC");
        let mut nulls_last = false;
        if self.keyword("NULLS") && !self.keyword("FIRST") {
            self.need_keyword("LAST")?;
            nulls_last = true;
        }
        Ok(Order { path, descending, nulls_last })
    }

    fn whole_number(&mut self) -> Result<usize> {
        match self.next() {
            Token::Number(text) => text.parse().map_err(|_| unexpected(&Token::Number(text))),
            other => Err(unexpected(&other)),
        }
    }

    /// Terms joined by AND or by OR; a mixture needs parentheses.
    fn condition(&mut self) -> Result<Expr> {
        let first = self.term()?;
        let joined = ["AND", "OR"].into_iter().find(|word| self.is_keyword(word));
        let Some(joined) = joined else { return Ok(first) };
        let mut terms = vec![first];
        while self.keyword(joined) {
            terms.push(self.term()?);
        }
        if self.is_keyword("AND") || self.is_keyword("OR") {
            return Err(unexpected(self.peek()));
        }
        Ok(if joined == "AND" { Expr::And(terms) } else { Expr::Or(terms) })
    }

    fn term(&mut self) -> Result<Expr> {
        if self.keyword("NOT") {
            return Ok(Expr::Not(Box::new(self.term()?)));
        }
        if self.symbol("(") {
            let inner = self.condition()?;
            self.need_symbol(")")?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr> {
        let path = self.path()?;
        if self.keyword("LIKE") {
            return match self.next() {
                Token::Text(raw) => Ok(Expr::Like { path, pattern: pattern(&raw)? }),
                other => Err(unexpected(&other)),
            };
        }
        let negated = self.keyword("NOT");
        if negated || self.is_keyword("IN") {
            self.need_keyword("IN")?;
            return self.list(path, negated);
        }
        let op = match self.next() {
            Token::Symbol("=") => Op::Equal,
            Token::Symbol("!=" | "<>") => Op::NotEqual,
            Token::Symbol("<") => Op::Less,
            Token::Symbol("<=") => Op::AtMost,
            Token::Symbol(">") => Op::More,
            Token::Symbol(">=") => Op::AtLeast,
            other => return Err(unexpected(&other)),
        };
        Ok(Expr::Compare { path, op, value: self.literal()? })
    }

    fn list(&mut self, path: Path, negated: bool) -> Result<Expr> {
        self.need_symbol("(")?;
        if self.is_keyword("SELECT") {
            let query = Box::new(self.query(Place::Join)?);
            self.need_symbol(")")?;
            return Ok(Expr::Join { path, negated, query });
        }
        let mut values = vec![self.literal()?];
        while self.symbol(",") {
            values.push(self.literal()?);
        }
        self.need_symbol(")")?;
        Ok(Expr::In { path, negated, values })
    }

    fn literal(&mut self) -> Result<Literal> {
        Ok(match self.next() {
            Token::Text(raw) => Literal::Text(text(&raw)?),
            Token::Number(text) => {
                Literal::Number(text.parse().map_err(|_| unexpected(&Token::Number(text)))?)
            }
            Token::Date(day) => Literal::Date(day),
            Token::DateTime(moment) => Literal::DateTime(moment),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "NULL" => Literal::Null,
                "TRUE" => Literal::Boolean(true),
                "FALSE" => Literal::Boolean(false),
                name => {
                    let count = if self.symbol(":") { Some(self.whole_number()?) } else { None };
                    let count = count.map(i32::try_from).transpose();
                    let count = count.ok().filter(|count| span(name, *count, date(2000, 1, 1)).is_some());
                    Literal::Relative(name.to_owned(), count.ok_or_else(|| unexpected(&Token::Word(word)))?)
                }
            },
            other => return Err(unexpected(&other)),
        })
    }
}
