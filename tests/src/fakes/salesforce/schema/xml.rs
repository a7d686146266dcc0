//! Elements of metadata, by their names without the namespace.

use roxmltree::Node;

/// An element.
pub(super) type Element<'a, 'input> = Node<'a, 'input>;

/// The elements of this name in it.
pub(super) fn children<'a, 'input: 'a>(
    of: Element<'a, 'input>,
    name: &'a str,
) -> impl Iterator<Item = Element<'a, 'input>> {
    of.children().filter(move |it| it.is_element() && it.tag_name().name() == name)
}

/// The first of them.
pub(super) fn child<'a, 'input>(of: Element<'a, 'input>, name: &str) -> Option<Element<'a, 'input>> {
    of.children().find(|it| it.is_element() && it.tag_name().name() == name)
}

/// What the first of them says.
pub(super) fn text<'a>(of: Element<'a, '_>, name: &str) -> Option<&'a str> {
    child(of, name)?.text().map(str::trim)
}

/// Whether the first of them says `true`.
pub(super) fn is(of: Element<'_, '_>, name: &str) -> bool {
    text(of, name) == Some("true")
}
