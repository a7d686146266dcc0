//! The sample hotel: a versioned file whose dates are days from the hotel's today.

use crate::words::{
    CaseStatus, CaseType, Cents, ContactMethod, ContactType, Origin, Priority, RoomType, Stage,
};
use serde::Deserialize;
use std::collections::HashMap;

/// The versioned file. The embedded hotel, the fakes and the tests load the same one.
const SEED: &str = include_str!("seed.v1.json");

#[derive(Deserialize)]
pub(crate) struct Seed {
    pub(crate) rooms: Vec<Rooms>,
    pub(crate) floors: Vec<i32>,
    pub(crate) max_occupancy: HashMap<String, u8>,
    pub(crate) room_status: HashMap<String, String>,
    pub(crate) contacts: Vec<Person>,
    pub(crate) opportunities: Vec<Sale>,
    pub(crate) cases: Vec<SeedCase>,
    pub(crate) payments: Vec<Payment>,
}

#[derive(Deserialize)]
pub(crate) struct Rooms {
    pub(crate) numbers: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) room_type: RoomType,
    pub(crate) rate_cents: Cents,
    pub(crate) max_occupancy: u8,
}

#[derive(Deserialize)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) contact_type: ContactType,
    pub(crate) prefers: ContactMethod,
    pub(crate) phone: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Sale {
    pub(crate) guest: String,
    pub(crate) stage: Stage,
    pub(crate) payment: Option<String>,
    pub(crate) bookings: Vec<SeedBooking>,
}

#[derive(Deserialize)]
pub(crate) struct SeedBooking {
    pub(crate) room: String,
    #[serde(rename = "in")]
    pub(crate) arrives: i32,
    #[serde(rename = "out")]
    pub(crate) leaves: i32,
    pub(crate) status: String,
    pub(crate) guests: u8,
}

#[derive(Deserialize)]
pub(crate) struct SeedCase {
    pub(crate) case_type: CaseType,
    pub(crate) status: CaseStatus,
    pub(crate) priority: Priority,
    pub(crate) origin: Origin,
    pub(crate) room: String,
    pub(crate) guest: String,
    pub(crate) booking: Option<String>,
    pub(crate) opened_hours_ago: i64,
    pub(crate) description: String,
}

/// A payment that the processor already has.
#[derive(Deserialize)]
pub(crate) struct Payment {
    pub(crate) intent: String,
    pub(crate) guest: String,
    pub(crate) booking: String,
    pub(crate) amount_cents: Cents,
}

/// A room of the file; its number is made of floor and position.
pub(crate) struct SeedRoom<'a> {
    pub(crate) number: String,
    pub(crate) name: &'a str,
    pub(crate) room_type: RoomType,
    pub(crate) floor: i32,
    pub(crate) rate: Cents,
    pub(crate) max_occupancy: u8,
    pub(crate) status: &'a str,
}

impl Seed {
    /// Every room of every floor.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = SeedRoom<'_>> {
        let of_floor = move |&floor: &i32| {
            self.rooms.iter().flat_map(move |kind| {
                kind.numbers.iter().zip(&kind.names).map(move |(place, name)| {
                    let number = format!("{floor}{place}");
                    let max_occupancy = *self.max_occupancy.get(&number).unwrap_or(&kind.max_occupancy);
                    let status = self.room_status.get(&number).map_or("Vacant", String::as_str);
                    let (room_type, rate) = (kind.room_type, kind.rate_cents);
                    SeedRoom { number, name, room_type, floor, rate, max_occupancy, status }
                })
            })
        };
        self.floors.iter().flat_map(of_floor)
    }
}

pub(crate) fn read() -> serde_json::Result<Seed> {
    serde_json::from_str(SEED)
}
