//! What Stripe's ids look like.

/// Whether a text is the id of one of Stripe's payment intents.
pub(in crate::systems::payments) fn is_intent_id(text: &str) -> bool {
    text.starts_with("pi_")
}
