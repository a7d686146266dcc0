//! What a query asks for.

use super::{Beside, Object};
use std::fmt::{self, Display};

/// What an org has beside what every org of the hotel has. A bit for each thing that only some have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extras(u32);

impl Extras {
    /// What an org has whose bookings have these fields: a thing is there if all its fields are.
    pub(crate) fn of(has: impl Fn(&str) -> bool) -> Self {
        let bookings = super::BOOKING.fields;
        let lacking = |what| bookings.iter().any(|field| field.only_for == Some(what) && !has(field.name));
        let things = bookings.iter().filter_map(|field| field.only_for).filter(|what| !lacking(what));
        Self(things.fold(0, |all, what| all | Self::bit(what)))
    }

    /// Whether the org has it.
    pub(crate) fn have(self, what: &str) -> bool {
        self.0 & Self::bit(what) != 0
    }

    fn bit(what: &str) -> u32 {
        let at = super::BOOKING.fields.iter().position(|field| field.only_for == Some(what));
        at.map_or(0, |at| 1 << at)
    }
}

/// What a query asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Select {
    /// Whole rows, with what they bring along.
    Rows(&'static Object),
    /// Only this.
    Only(&'static str),
}

impl Select {
    /// Writes it as SOQL, for an org that has these extras.
    pub(crate) fn write(self, f: &mut fmt::Formatter<'_>, extras: Extras) -> fmt::Result {
        match self {
            Self::Only(text) => f.write_str(text),
            Self::Rows(object) => write!(f, "{}", Asked { object, way: "", extras }),
        }
    }
}

/// The fields of an object, each behind the way to its row.
struct Asked<'a> {
    object: &'static Object,
    way: &'a str,
    extras: Extras,
}

impl Display for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, way, extras } = *self;
        let asked = |what: Option<&str>| what.is_none_or(|what| extras.have(what));
        let fields = object.fields.iter().filter(|field| field.selected && asked(field.only_for));
        for (at, field) in fields.enumerate() {
            write!(f, "{}{way}{}", if at == 0 { "" } else { ", " }, field.name)?;
        }
        for beside in object.beside {
            match beside {
                Beside::Row(relation, object) => {
                    let way = format!("{way}{relation}.");
                    write!(f, ", {}", Asked { object, way: &way, extras })?;
                }
                Beside::One(relation, field) => write!(f, ", {way}{relation}.{field}")?,
                Beside::All(relation, object, order) => {
                    write!(f, ", (SELECT {} FROM {relation}", Asked { object, way: "", extras })?;
                    let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {order}") };
                    write!(f, "{order})")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CURRENCIES, OBJECTS, PRICES};
    use super::*;

    fn select(name: &str, extras: Extras) -> String {
        let object = OBJECTS.into_iter().find(|object| object.name == name).expect("an object");
        Asked { object, way: "", extras }.to_string()
    }

    fn with(thing: &str) -> Extras {
        Extras(Extras::bit(thing))
    }

    #[test]
    fn every_price_comes_with_its_currency() {
        let times = |name| select(name, with(CURRENCIES)).matches("CurrencyIsoCode").count();
        assert_eq!(times("Opportunity"), 2, "the sale's and its rooms'");
        assert_eq!((times("Hotel_Room__c"), times("Booking__c"), times("Case")), (1, 1, 0));
        for name in ["Opportunity", "Booking__c"] {
            assert_eq!(select(name, with(PRICES)).matches("Nightly_Prices__c").count(), 1, "{name}");
        }
    }

    #[test]
    fn an_org_has_a_thing_if_it_has_all_its_fields() {
        let all = ["Agreed_Amount__c", "Nightly_Prices__c"];
        assert!(Extras::of(|field| all.contains(&field)).have(PRICES));
        assert_eq!(Extras::of(|field| field == "Agreed_Amount__c"), Extras::default());
        assert!(Extras::of(|field| field == "CurrencyIsoCode").have(CURRENCIES));
    }

    #[test]
    fn rows_are_asked_for_with_what_belongs_to_them() {
        assert_eq!(
            select("Case", Extras::default()),
            "Id, CaseNumber, External_ID__c, Type, Status, Priority, Origin, Subject, Description, CreatedDate, ClosedDate, \
             Room__c, Room__r.Room_Number__c, Booking__r.Name, Contact.Id, Contact.FirstName, Contact.LastName, Contact.Email, \
             Contact.Unique_Email__c, Contact.Phone, Contact.MobilePhone, Contact.Contact_Type__c, \
             Contact.Preferred_Contact_Method__c"
        );
        let sale = select("Opportunity", with(PRICES));
        let begins = "Id, Name, StageName, Amount, Arrival_Date__c, Departure_Date__c, Payment_ID__c, (SELECT Id, Name, \
             External_ID__c, CreatedDate, Status__c, Check_In_Date__c, Check_Out_Date__c, Number_of_Guests__c, \
             Special_Requests__c, Agreed_Amount__c, Nightly_Prices__c, Opportunity__c, Primary_Guest__c, Room__c, \
             Primary_Guest__r.Id, ";
        let ends = "Room__r.Current_Guest__r.Preferred_Contact_Method__c FROM Bookings__r), (SELECT Id, External_ID__c, \
             Stripe_Transaction_ID__c, Transaction_Type__c, Status__c, Amount__c FROM Payment_Transactions__r ORDER BY \
             CreatedDate, Id)";
        assert!(sale.starts_with(begins) && sale.ends_with(ends), "{sale}");
    }
}
