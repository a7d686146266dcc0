//! Metadata as Salesforce writes it.

use std::fmt::{Display, Write};

/// An element.
#[derive(Debug)]
pub(super) enum Element {
    Text(&'static str, String),
    Of(&'static str, Vec<Element>),
}

/// An element that holds a text, a number or a truth.
pub(super) fn text(name: &'static str, value: impl Display) -> Element {
    Element::Text(name, value.to_string())
}

/// An element that holds others.
pub(super) fn of(name: &'static str, elements: impl IntoIterator<Item = Element>) -> Element {
    Element::Of(name, elements.into_iter().collect())
}

/// A whole file.
pub(super) fn document(root: &str, elements: &[Element]) -> String {
    let space = "http://soap.sforce.com/2006/04/metadata";
    let mut all = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{space}\">\n");
    elements.iter().for_each(|element| write(&mut all, element, 1));
    all + &format!("</{root}>\n")
}

fn write(all: &mut String, element: &Element, depth: usize) {
    let blank = "    ".repeat(depth);
    match element {
        Element::Text(name, value) => {
            let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            writeln!(all, "{blank}<{name}>{value}</{name}>").unwrap();
        }
        Element::Of(name, elements) => {
            writeln!(all, "{blank}<{name}>").unwrap();
            elements.iter().for_each(|element| write(all, element, depth + 1));
            writeln!(all, "{blank}</{name}>").unwrap();
        }
    }
}

/// What the elements of a name hold, wherever they are in a file.
pub(super) fn texts<'a>(file: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}>"), format!("</{name}>"));
    let pieces = file.split(start.as_str()).skip(1);
    pieces.map(|piece| piece.split_once(end.as_str()).map_or(piece, |(held, _)| held).trim()).collect()
}
