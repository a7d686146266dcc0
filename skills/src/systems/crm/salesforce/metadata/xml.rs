//! Metadata as XML: elements that hold a text or other elements.

use std::fmt::{Display, Write};

/// The namespace of all metadata.
pub(super) const NAMESPACE: &str = "http://soap.sforce.com/2006/04/metadata";

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    /// What it says, if it holds no elements.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn text(name: &str, text: impl Display) -> Self {
        Self { name: name.to_owned(), text: text.to_string(), children: vec![] }
    }

    pub(super) fn of(name: &str, children: Vec<Self>) -> Self {
        Self { name: name.to_owned(), text: String::new(), children }
    }

    /// The elements of this name that it holds.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first of them.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// What the first of them says.
    pub(super) fn says(&self, name: &str) -> Option<&str> {
        self.get(name).map(|child| child.text.as_str())
    }

    /// Makes the first of them say this; adds it if there is none.
    pub(super) fn set(&mut self, name: &str, text: impl Display) {
        match self.children.iter_mut().find(|child| child.name == name) {
            Some(child) => child.text = text.to_string(),
            None => self.children.push(Self::text(name, text)),
        }
    }

    /// Reads a file.
    ///
    /// The error says what is wrong with it, with the line.
    pub(super) fn read(file: &str) -> Result<Self, String> {
        let read = roxmltree::Document::parse(file).map_err(|error| format!("is not XML: {error}"))?;
        let root = read.root_element();
        if root.tag_name().namespace() != Some(NAMESPACE) {
            return Err(format!("is not metadata: its first element needs xmlns=\"{NAMESPACE}\""));
        }
        Self::from_node(root)
    }

    fn from_node(node: roxmltree::Node<'_, '_>) -> Result<Self, String> {
        let name = node.tag_name().name().to_owned();
        if let Some(attribute) = node.attributes().next() {
            return Err(format!(
                "{name} has an attribute, {}, which none of these files needs",
                attribute.name()
            ));
        }
        let elements = node.children().filter(roxmltree::Node::is_element);
        let children = elements.map(Self::from_node).collect::<Result<Vec<_>, _>>()?;
        let text = if children.is_empty() {
            node.text().unwrap_or_default().trim().to_owned()
        } else {
            String::new()
        };
        Ok(Self { name, text, children })
    }

    /// A whole file.
    pub(super) fn document(&self) -> String {
        let mut all = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut all, 0);
        all
    }

    fn write(&self, all: &mut String, depth: usize) {
        let (blank, name) = ("    ".repeat(depth), &self.name);
        let space = if depth == 0 { format!(" xmlns=\"{NAMESPACE}\"") } else { String::new() };
        // Writing to a string does not fail.
        let _ = if self.children.is_empty() {
            writeln!(all, "{blank}<{name}{space}>{}</{name}>", escaped(&self.text))
        } else {
            let _ = writeln!(all, "{blank}<{name}{space}>");
            self.children.iter().for_each(|child| child.write(all, depth + 1));
            writeln!(all, "{blank}</{name}>")
        };
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let element = Element::of(
            "CustomObject",
            vec![
                Element::text("label", "Bed & <Breakfast>"),
                Element::of("fields", vec![Element::text("fullName", "Größe__c")]),
            ],
        );
        assert_eq!(Element::read(&element.document()), Ok(element));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let broken = format!("<CustomTab xmlns=\"{NAMESPACE}\">\n<motif>x</mutif>\n</CustomTab>");
        let why = Element::read(&broken).expect_err("no XML");
        assert!(why.contains("2:"), "{why}");
        assert!(Element::read("<CustomTab/>").expect_err("no metadata").contains("xmlns"));
    }
}
