//! What a call says of people and in texts: what of it is kept, and what the answer has to mention.

use super::Run;
use skills::records::Contact;
use skills::words::{Country, LongText, PersonName, Phone, PhoneNumber, alike};
use skills::{Refusal, refusals};

/// A person as a call describes them. Whatever is not said is left out.
pub(crate) struct Described<'a> {
    pub(crate) first_name: Option<&'a PersonName>,
    pub(crate) last_name: Option<&'a PersonName>,
    pub(crate) phone: Option<&'a Phone>,
}

impl Run {
    /// Where phone numbers without a country code are from.
    pub fn country(&self) -> Option<Country> {
        self.around.hotel.country
    }

    /// The number to text to, if the person wants texts and can get them; a number that cannot be read is mentioned.
    pub fn text_number(&self, person: &Contact) -> Option<PhoneNumber> {
        let number = person.sms_number(self.country());
        if number.is_none() && person.wants_sms() {
            let name = person.name();
            self.warn(format!(
                "The phone kept of {name} cannot be read as one number, so no text is sent to it."
            ));
        }
        number
    }

    /// A phone in the form it is kept in; one that cannot be read as one number is not kept, and mentioned.
    pub(crate) fn phone(&self, given: Option<&Phone>) -> Option<PhoneNumber> {
        let given = given?;
        let number = PhoneNumber::read(given.as_str(), self.country());
        if number.is_none() {
            let how = "Give one number, with its country code, such as +15550100001.";
            self.warn(format!("The phone {given} cannot be read as one number, so it was not kept. {how}"));
        }
        number
    }

    /// Mentions what a call says of a person the hotel knows already and that is not what is stored: a stored person is
    /// never overwritten.
    pub(crate) fn is_known(&self, stored: &Contact, described: &Described<'_>) {
        let mut not_kept = vec![];
        let says = |given: Option<&PersonName>, stored: &str| {
            given.is_some_and(|given| !alike(given.as_str(), stored))
        };
        if says(described.first_name, &stored.first_name) || says(described.last_name, &stored.last_name) {
            let names = [described.first_name, described.last_name].into_iter().flatten();
            not_kept
                .push(format!("the name {}", names.map(PersonName::as_str).collect::<Vec<_>>().join(" ")));
        }
        let stored_so =
            |phone: &&Phone| stored.phone.as_deref().is_some_and(|stored| alike(stored, phone.as_str()));
        let phone = described.phone.filter(|phone| !stored_so(phone));
        if let Some(number) = self.phone(phone).filter(|number| !stored.has_number(number, self.country())) {
            not_kept.push(format!("the phone {number}"));
        }
        for what in not_kept {
            let name = stored.name();
            let who = if name.is_empty() { "Somebody" } else { name.as_str() };
            self.warn(format!("{who} is kept under this e-mail; {what} was not kept."));
        }
    }

    /// A text as it is kept: what steers a screen instead of being read is taken out, and mentioned.
    pub(crate) fn kept(&self, field: &str, text: &LongText) -> LongText {
        let (kept, changed) = text.kept();
        if changed {
            self.warn(format!(
                "Control characters, or marks that turn the direction of writing, were taken out of {field}."
            ));
        }
        kept
    }

    /// Whether the hotel's records have room for a first name.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with the limit.
    pub(crate) fn has_room_for(&self, field: &str, first_name: &PersonName) -> Result<(), Refusal> {
        let (most, length) =
            (self.around.hotel.crm.longest_first_name(), first_name.as_str().chars().count());
        if length <= most {
            return Ok(());
        }
        let problem =
            format!("must have at most {most} characters in the hotel's records; this has {length}");
        Err(refusals::invalid_argument(field, &problem, Some(serde_json::json!({ "max_length": most }))))
    }
}
