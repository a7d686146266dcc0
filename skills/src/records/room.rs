//! A room, keyed by the number on its door.

use super::Contact;
use crate::words::{Cents, Email, Open, RoomNumber, RoomStatus, RoomType};
use serde::{Deserialize, Serialize};

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The number on its door.
    pub number: RoomNumber,
    /// The name it is sold under.
    pub name: String,
    /// What kind of room it is.
    pub room_type: Open<RoomType>,
    /// The floor it is on; none if the records do not say.
    #[serde(default)]
    pub floor: Option<i32>,
    /// Today's price of a night; none if the records have none above 0: then the room is not for sale.
    pub rate: Option<Cents>,
    /// The rate's currency, an ISO code in lower case, if the records have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How many guests it takes; none if the records do not say.
    #[serde(default)]
    pub max_occupancy: Option<u8>,
    /// Its status.
    pub status: Open<RoomStatus>,
    /// The guest in it.
    pub occupant: Option<Contact>,
    /// The name of whoever is in it, where the records do not have that person's e-mail: somebody, but nobody whom a tool
    /// can name. Empty if they do not have the name either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupant_without_email: Option<String>,
}

impl Room {
    /// The name of whoever is in it, as far as the records say.
    pub fn occupant_name(&self) -> Option<String> {
        self.occupant.as_ref().map(Contact::name).or_else(|| self.occupant_without_email.clone())
    }

    /// Whether the records name anybody as its occupant.
    pub fn has_occupant(&self) -> bool {
        self.occupant.is_some() || self.occupant_without_email.is_some()
    }

    /// Whether its occupant is somebody else than this guest.
    pub fn has_other_occupant(&self, guest: &Email) -> bool {
        self.occupant.as_ref().is_some_and(|occupant| occupant.email != *guest)
            || self.occupant_without_email.is_some()
    }
}
