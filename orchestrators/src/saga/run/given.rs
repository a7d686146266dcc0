//! Values a call gives about people, and its texts: their stored form, and the warnings about them.

use super::Run;
use skills::records::Contact;
use skills::words::{Country, LongText, PersonName, Phone, PhoneNumber, alike};
use skills::{Refusal, refusals};

/// A person as a call describes them. Values not given are absent.
pub(crate) struct Described<'a> {
    pub(crate) first_name: Option<&'a PersonName>,
    pub(crate) last_name: Option<&'a PersonName>,
    pub(crate) phone: Option<&'a Phone>,
}

impl Run {
    /// The country of phone numbers without a country code.
    pub fn country(&self) -> Option<Country> {
        self.around.hotel.country
    }

    /// The number for text messages, if the person wants texts and has one; warns of a number that cannot be parsed.
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

    /// A phone number in its stored form. One that cannot be parsed is dropped, with a warning.
    pub(crate) fn phone(&self, given: Option<&Phone>) -> Option<PhoneNumber> {
        let given = given?;
        let number = PhoneNumber::read(given.as_str(), self.country());
        if number.is_none() {
            let how = "Give one number, with its country code, such as +15550100001.";
            self.warn(format!("The phone {given} cannot be read as one number, so it was not kept. {how}"));
        }
        number
    }

    /// Warns of each given value that differs from the stored one: a stored person is never overwritten.
    pub(crate) fn warn_of_what_is_not_kept(&self, stored: &Contact, described: &Described<'_>) {
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

    /// A text in its stored form: characters that steer a screen are removed, with a warning.
    pub(crate) fn kept(&self, field: &str, text: &LongText) -> LongText {
        let (kept, changed) = text.kept();
        if changed {
            self.warn(format!(
                "Control characters, or marks that turn the direction of writing, were taken out of {field}."
            ));
        }
        kept
    }

    /// Checks that a first name fits into the hotel's records.
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
