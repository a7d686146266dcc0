//! Text in requests to Salesforce and in its answers.

/// Escapes text for the body of a subrequest. There `@{` begins a reference, so a word joiner (an invisible
/// character) is put between the two; [`text_from`] removes it.
pub(crate) fn text_to(text: &str) -> String {
    text.replace("@{", "@\u{2060}{")
}

/// The text before [`text_to`].
pub(crate) fn text_from(text: &str) -> String {
    text.replace("@\u{2060}{", "@{")
}

/// A text, encoded for a URL's query.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_text_is_a_reference() {
        let text = "see @{room.records[0].Id}";
        assert!(!text_to(text).contains("@{"));
        assert_eq!(text_from(&text_to(text)), text);
        assert!(!encoded(text).contains("@{"), "nor in an address");
    }

    #[test]
    fn an_address_holds_nothing_but_its_parts() {
        assert_eq!(encoded("a = 'ü&b+c'"), "a+%3D+%27%C3%BC%26b%2Bc%27");
    }
}
