//! What an org must be able to do before the hotel's objects fit into it.

use super::present::Present;
use serde_json::Value;

/// The platform's own objects that the hotel builds on, and where an org has them.
const BUILT_ON: [(&str, &str); 3] = [
    ("Opportunity", "an edition with Sales Cloud, such as Enterprise, Unlimited or Developer Edition"),
    ("Case", "an edition with Service or Sales Cloud, such as Enterprise, Unlimited or Developer Edition"),
    ("Contact", "every edition with Sales or Service Cloud"),
];

/// What to say of an org whose edition lets no program in.
const EDITION: &str =
    "the edition of the org has no API: it needs Enterprise, Performance, Unlimited or Developer Edition";

/// What to say if an org answers with an error code that its edition lets no program in.
pub(in super::super) fn without_api(code: &str) -> Option<&'static str> {
    matches!(code, "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED").then_some(EDITION)
}

/// What is missing if the org has no such object: what to say, and how to mend it.
pub(in super::super) fn missing_object(object: &str) -> Option<(String, String)> {
    let (_, editions) = BUILT_ON.iter().find(|(name, _)| *name == object)?;
    let says =
        format!("the org has no {object}, or this user does not see it; the hotel's records build on it");
    let mend = format!(
        "use an org that has it ({editions}), and give the user a licence with it and Read on {object}"
    );
    Some((says, mend))
}

/// What is wrong if an org has several currencies and not the hotel's.
pub(in super::super) fn unused_currency(field: Option<&Value>, currency: &str) -> Option<(String, String)> {
    let listed: Vec<&str> =
        field?["picklistValues"].as_array()?.iter().filter_map(|value| value["value"].as_str()).collect();
    let ours = currency.to_uppercase();
    if listed.is_empty() || listed.contains(&ours.as_str()) {
        return None;
    }
    let says = format!("the org uses {}, and HOTEL_CURRENCY is {currency}", listed.join(", "));
    let mend = format!(
        "activate {ours} in Setup > Manage Currencies, or set HOTEL_CURRENCY to a currency of the org"
    );
    Some((says, mend))
}

/// Whether an org has person accounts, by its fields of Contact.
pub(in super::super) fn has_person_accounts<'a>(mut contact: impl Iterator<Item = &'a str>) -> bool {
    contact.any(|name| name == "IsPersonAccount")
}

impl Present {
    /// What the hotel needs and the org cannot do, in words for an administrator.
    pub fn lacks(&self, currency: &str) -> Vec<String> {
        let missing = BUILT_ON.iter().filter(|(name, _)| !self.objects.contains_key(*name));
        let missing = missing.filter_map(|(name, _)| missing_object(name));
        let currency = unused_currency(self.field("Opportunity", "CurrencyIsoCode"), currency);
        missing.chain(currency).map(|(says, mend)| format!("{says}: {mend}")).collect()
    }

    /// Whether the org has person accounts.
    pub fn has_person_accounts(&self) -> bool {
        let contact = self.objects.get("Contact").into_iter().flatten();
        has_person_accounts(contact.map(|(name, _)| name.as_str()))
    }
}
