//! Which fields a query asks for.

/// Fields, each behind the way to its row.
macro_rules! behind {
    ($way:literal, $first:literal $(, $field:literal)*) => { concat!($way, $first $(, ", ", $way, $field)*) };
}
/// A contact's fields.
macro_rules! contact_fields {
    ($way:literal) => {
        behind!(
            $way,
            "Id",
            "FirstName",
            "LastName",
            "Email",
            "Unique_Email__c",
            "Phone",
            "MobilePhone",
            "Contact_Type__c",
            "Preferred_Contact_Method__c"
        )
    };
}
/// A room's fields with its occupant's.
macro_rules! room_fields {
    ($way:literal, $guest:literal) => {
        concat!(
            behind!(
                $way,
                "Id",
                "Name",
                "Room_Number__c",
                "Room_Type__c",
                "Floor__c",
                "Nightly_Rate__c",
                "Max_Occupancy__c",
                "Status__c",
                "Current_Guest__c"
            ),
            ", ",
            contact_fields!($guest)
        )
    };
}
/// A booking's fields with its guest's and its room's.
macro_rules! booking_fields {
    () => {
        concat!(
            "Id, Name, External_ID__c, CreatedDate, Status__c, Check_In_Date__c, Check_Out_Date__c, Number_of_Guests__c, ",
            "Special_Requests__c, Opportunity__c, Primary_Guest__c, Room__c, ",
            contact_fields!("Primary_Guest__r."),
            ", ",
            room_fields!("Room__r.", "Room__r.Current_Guest__r.")
        )
    };
}

/// What an org may have beside what every org of the hotel has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// Several currencies: each price comes with its own.
    pub(crate) currencies: bool,
    /// Our package's fields, which keep what was agreed for each night of a booking.
    pub(crate) prices: bool,
}

/// The same fields of an object in an org that has more.
pub(crate) fn with_extras(select: &str, from: &str, extras: Extras) -> String {
    let mut select = select.to_owned();
    if extras.prices {
        const BEHIND: &str = "Special_Requests__c, Opportunity__c";
        select = select
            .replace(BEHIND, "Special_Requests__c, Agreed_Amount__c, Nightly_Prices__c, Opportunity__c");
    }
    if !extras.currencies {
        return select;
    }
    let select =
        select.replace("Room__r.Nightly_Rate__c", "Room__r.Nightly_Rate__c, Room__r.CurrencyIsoCode");
    match from {
        "Opportunity" => select.replacen("StageName, Amount", "StageName, Amount, CurrencyIsoCode", 1),
        "Hotel_Room__c" => select.replacen("Nightly_Rate__c", "Nightly_Rate__c, CurrencyIsoCode", 1),
        _ => select,
    }
}

pub(crate) const CONTACT: &str = contact_fields!("");
pub(crate) const ROOM: &str = room_fields!("", "Current_Guest__r.");
pub(crate) const BOOKING: &str = booking_fields!();
/// A sale with all its bookings, and its payments as they came.
pub(crate) const SALE: &str = concat!(
    "Id, Name, StageName, Amount, Arrival_Date__c, Departure_Date__c, Payment_ID__c, (SELECT ",
    booking_fields!(),
    " FROM Bookings__r), (SELECT Id, External_ID__c, Stripe_Transaction_ID__c, Transaction_Type__c, Status__c, Amount__c ",
    "FROM Payment_Transactions__r ORDER BY CreatedDate, Id)"
);
pub(crate) const CASE: &str = concat!(
    "Id, CaseNumber, External_ID__c, Type, Status, Priority, Origin, Subject, Description, CreatedDate, ClosedDate, ",
    "Room__c, Room__r.Room_Number__c, Booking__r.Name, ",
    contact_fields!("Contact.")
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_comes_with_its_currency() {
        let times = |select: &str, from: &str| {
            let extras = Extras { currencies: true, prices: false };
            with_extras(select, from, extras).matches("CurrencyIsoCode").count()
        };
        assert_eq!(times(SALE, "Opportunity"), 2, "the sale's and its rooms'");
        assert_eq!(
            (times(ROOM, "Hotel_Room__c"), times(BOOKING, "Booking__c"), times(CASE, "Case")),
            (1, 1, 0)
        );
        let extras = Extras { currencies: false, prices: true };
        for (select, from) in [(SALE, "Opportunity"), (BOOKING, "Booking__c")] {
            assert_eq!(with_extras(select, from, extras).matches("Nightly_Prices__c").count(), 1, "{from}");
        }
    }
}
