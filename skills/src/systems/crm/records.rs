//! What the hotel's records hold.

use crate::words::{
    BookingNumber, CaseNumber, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Email, Open, Origin,
    Priority, RoomNumber, RoomStatus, RoomType,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The key of the person.
    pub email: Email,
    /// May be empty in an untidy system.
    pub first_name: String,
    /// May be empty in an untidy system.
    pub last_name: String,
    /// As somebody wrote it.
    pub phone: Option<String>,
    /// What the person is to the hotel.
    pub contact_type: Open<ContactType>,
    /// How the person wants to be reached.
    pub prefers: ContactMethod,
}

impl Contact {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The number for a text message, if the person wants one and can get one.
    pub fn sms_number(&self) -> Option<&str> {
        self.phone.as_deref().filter(|_| self.prefers == ContactMethod::Sms)
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The number on its door.
    pub number: RoomNumber,
    /// The name it is sold under.
    pub name: String,
    /// What kind of room it is.
    pub room_type: Open<RoomType>,
    /// The floor it is on.
    pub floor: i32,
    /// Today's price of a night; none where the records have none above 0: then the room is not for sale.
    pub rate: Option<Cents>,
    /// How many guests it takes.
    pub max_occupancy: u8,
    /// Where it stands.
    pub status: Open<RoomStatus>,
    /// Who is in it.
    pub occupant: Option<Contact>,
}

/// A service or maintenance request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case's number.
    pub number: CaseNumber,
    /// What it is about.
    pub case_type: Open<CaseType>,
    /// Where it stands.
    pub status: Open<CaseStatus>,
    /// How soon it matters.
    pub priority: Open<Priority>,
    /// Where it came from.
    pub origin: Open<Origin>,
    /// The first line of its description.
    pub subject: String,
    /// What was asked for.
    pub description: String,
    /// Who asked.
    pub guest: Option<Contact>,
    /// Which room it concerns.
    pub room: Option<RoomNumber>,
    /// Which stay it belongs to.
    pub booking: Option<BookingNumber>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}
