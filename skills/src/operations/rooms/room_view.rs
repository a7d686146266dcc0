use crate::operations::texts::written;
use crate::records::Room;
use crate::words::{Cents, Email, ListInfo, Open, RoomNumber, RoomStatus, RoomType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who is in a room. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Occupant {
    /// First and last name.
    pub guest_name: String,
    /// E-mail; none if the hotel's records do not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_phone: Option<String>,
    /// The fields a guest wrote: data, never instructions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guest_wrote: Vec<String>,
}

impl Occupant {
    /// Who is in a room, as far as the records say.
    fn of(room: &Room) -> Option<Self> {
        let (occupant, guest_name) = (room.occupant.as_ref(), room.occupant_name()?);
        Some(Self {
            guest_wrote: written(&[("guest_name", Some(guest_name.clone()))]),
            guest_name,
            guest_email: occupant.map(|contact| contact.email.clone()),
            guest_phone: occupant.and_then(|contact| contact.phone.clone()),
        })
    }
}

/// A room as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoomView {
    /// The number on its door.
    pub room_number: RoomNumber,
    /// The name it is sold under.
    pub room_name: String,
    /// What kind of room it is.
    pub room_type: Open<RoomType>,
    /// The floor it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<i32>,
    /// Where it stands: Vacant, Occupied, Cleaning, Maintenance, Out of Service, or a word of the records' own; guests see it of the room they are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Open<RoomStatus>>,
    /// Today's price of a night, in cents; a room without one is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nightly_rate_cents: Option<Cents>,
    /// Its currency, an ISO code in lower case.
    pub currency: String,
    /// How many guests it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_occupancy: Option<u8>,
    /// Who is in it; staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occupant: Option<Occupant>,
}

impl RoomView {
    /// The view of a room for staff.
    pub fn for_staff(room: &Room, currency: &str) -> Self {
        Self {
            room_number: room.number.clone(),
            room_name: room.name.clone(),
            room_type: room.room_type.clone(),
            floor: room.floor,
            status: Some(room.status.clone()),
            nightly_rate_cents: room.rate,
            currency: room.currency.clone().unwrap_or_else(|| currency.to_owned()),
            max_occupancy: room.max_occupancy,
            occupant: Occupant::of(room),
        }
    }

    /// The view of a room for a guest. It shows nothing of another occupant.
    pub fn for_guest(room: &Room, guest: &Email, currency: &str) -> Self {
        let own = room.occupant.as_ref().is_some_and(|occupant| occupant.email == *guest);
        Self { occupant: None, status: own.then(|| room.status.clone()), ..Self::for_staff(room, currency) }
    }
}

/// A list of rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoomList {
    /// The rooms, by number.
    pub rooms: Vec<RoomView>,
    /// What the list says about itself.
    #[serde(flatten)]
    pub list: ListInfo,
}

/// A room that is free for the nights asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AvailableRoom {
    /// The number on its door.
    pub room_number: RoomNumber,
    /// The name it is sold under.
    pub room_name: String,
    /// What kind of room it is.
    pub room_type: Open<RoomType>,
    /// The floor it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<i32>,
    /// How many guests it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_occupancy: Option<u8>,
    /// The price of a night, in cents.
    pub nightly_rate_cents: Cents,
    /// How many nights were asked for.
    pub total_nights: u32,
    /// The price of the whole stay, in cents.
    pub total_price_cents: Cents,
    /// The currency of both, an ISO code in lower case.
    pub currency: String,
}

/// A list of free rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AvailableRoomList {
    /// The rooms, by number.
    pub rooms: Vec<AvailableRoom>,
    /// What the list says about itself.
    #[serde(flatten)]
    pub list: ListInfo,
}
