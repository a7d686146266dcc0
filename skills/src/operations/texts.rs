//! Texts in answers: who wrote them, and how much of them a list shows.

use crate::words::in_list;

/// The names of the fields that contain text.
pub(crate) fn written(fields: &[(&str, Option<String>)]) -> Vec<String> {
    let holds = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    fields.iter().filter(|(_, text)| holds(text)).map(|(name, _)| (*name).to_owned()).collect()
}

/// Cuts a field's text to what a list shows; returns the field's name if something was cut.
pub(crate) fn cut(field: &str, text: &mut String) -> Option<String> {
    let (shown, was_cut) = in_list(text);
    *text = shown;
    was_cut.then(|| field.to_owned())
}
