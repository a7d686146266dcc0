//! Loads the sample hotel into an org. Rows that exist by their key stay as they are: rooms by number, people by
//! e-mail, bookings and cases by a key of ours (the org chooses their numbers). A sale is created with its bookings
//! in one Composite, so that the next run finishes an interrupted one. A second process that loads it at the same
//! time finds the rows of the first.

mod sales;

use super::Salesforce;
use super::client::{Failed, MOST_SUBREQUESTS, Sub};
use super::rows::{self, BookingRow, CaseRow, ContactRow, RoomRow, units};
use super::soql::{Query, any, none_of, one_of};
use crate::error::SkillError;
use crate::systems::crm::Sample;
use crate::systems::seed::{self, Sale, Seed, SeedBooking};
use crate::words::Date;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The key of a booking or case of the sample.
fn key(kind: &str, at: usize) -> String {
    format!("seed-{kind}-{:04}", at + 1)
}

/// How often the org is read again because another process created some of the rows.
const TRIES: u32 = 4;
/// The error code if a row exists: its e-mail, number or key is unique.
const THERE_ALREADY: &str = "DUPLICATE_VALUE";

/// A sale with the keys of its bookings.
struct Keyed<'a> {
    sale: &'a Sale,
    bookings: Vec<(String, &'a SeedBooking)>,
}

impl Keyed<'_> {
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.bookings.iter().map(|(key, _)| key.as_str())
    }
}

fn keyed(seed: &Seed) -> Vec<Keyed<'_>> {
    let mut keys = (0..).map(|at| key("BK", at));
    let mut sales = vec![];
    for sale in &seed.opportunities {
        sales.push(Keyed { sale, bookings: keys.by_ref().zip(&sale.bookings).collect() });
    }
    sales
}

/// The org's rows by key: ids, and bookings with their fields.
#[derive(Default)]
struct There {
    people: HashMap<String, String>,
    rooms: HashMap<String, String>,
    bookings: HashMap<String, BookingRow>,
    cases: HashMap<String, String>,
    /// How many bookings are not of the sample.
    others: u64,
}

/// Rows of the sample that do not refer to each other.
struct Kind {
    what: &'static str,
    object: &'static str,
    /// All rows, by key.
    rows: fn(&Seed, &There) -> Vec<(String, Value)>,
    /// The ids of the rows that exist.
    ids: fn(&mut There) -> &mut HashMap<String, String>,
}

const PEOPLE: Kind =
    Kind { what: "sample people", object: "Contact", rows: people, ids: |there| &mut there.people };
const ROOMS: Kind =
    Kind { what: "sample rooms", object: "Hotel_Room__c", rows: rooms, ids: |there| &mut there.rooms };
const CASES: Kind = Kind { what: "sample cases", object: "Case", rows: cases, ids: |there| &mut there.cases };

fn people(seed: &Seed, _: &There) -> Vec<(String, Value)> {
    let body = |person: &seed::Person| {
        json!({"FirstName": person.first_name, "LastName": person.last_name, "Email": person.email,
            "Unique_Email__c": person.email, "Phone": person.phone, "Contact_Type__c": person.contact_type,
            "Preferred_Contact_Method__c": person.prefers})
    };
    seed.contacts.iter().map(|person| (person.email.clone(), body(person))).collect()
}

fn rooms(seed: &Seed, _: &There) -> Vec<(String, Value)> {
    let body = |room: &seed::SeedRoom<'_>| {
        json!({"Name": room.name, "Room_Number__c": room.number, "Room_Type__c": room.room_type,
            "Floor__c": room.floor, "Nightly_Rate__c": units(room.rate), "Max_Occupancy__c": room.max_occupancy,
            "Status__c": room.status})
    };
    seed.rooms().map(|room| (room.number.clone(), body(&room))).collect()
}

fn cases(seed: &Seed, there: &There) -> Vec<(String, Value)> {
    let body = |(at, case): (usize, &seed::SeedCase)| {
        let key = key("CASE", at);
        let booking = case.booking.as_ref().and_then(|number| there.bookings.get(&format!("seed-{number}")));
        let body = json!({"External_ID__c": key, "Type": case.case_type, "Status": case.status,
            "Priority": case.priority, "Origin": case.origin, "Subject": case.description,
            "Description": case.description, "ContactId": there.people.get(&case.guest),
            "Room__c": there.rooms.get(&case.room), "Booking__c": booking.map(|row| &row.id)});
        (key, body)
    };
    seed.cases.iter().enumerate().map(body).collect()
}

impl Salesforce {
    pub(super) async fn load(&self, today: Date, among_others: bool) -> Result<Sample, SkillError> {
        let seed = seed::read().map_err(|error| self.client.remote.unreached(error))?;
        let sales = keyed(&seed);
        let mut there = self.what_is_there(&seed, &sales).await?;
        if there.others > 0 && !among_others {
            return Ok(Sample::AmongOthers(there.others));
        }
        let people = self.fill(&PEOPLE, &seed, &sales, &mut there).await?;
        let rooms = self.fill(&ROOMS, &seed, &sales, &mut there).await?;
        let (mut made, mut had, mut left_out) = (0, there.bookings.len(), vec![]);
        for keyed in &sales {
            if keyed.bookings.iter().any(|(key, _)| there.bookings.contains_key(key)) {
                continue;
            }
            if self.sale_of(&seed, keyed, &there, today).await? {
                made += keyed.bookings.len();
            } else if self.is_made(keyed).await? {
                had += keyed.bookings.len();
            } else {
                left_out.extend(keyed.keys().map(str::to_owned));
            }
        }
        let anew = made == 0 && there.others == 0;
        let dated_anew = anew && self.date_anew(&seed, &sales, &there, today).await?;
        if there.cases.len() < seed.cases.len() {
            // Cases name the bookings created just now, and creating those returned no ids by key: so they are read.
            there = self.what_is_there(&seed, &sales).await?;
        }
        let cases = self.fill(&CASES, &seed, &sales, &mut there).await?;
        let kinds = vec![("people", people), ("rooms", rooms), ("bookings", (made, had)), ("cases", cases)];
        let kinds = kinds.into_iter().map(|(kind, (made, had))| (kind, made, had)).collect();
        Ok(Sample::Loaded { kinds, left_out, dated_anew })
    }

    async fn what_is_there(&self, seed: &Seed, sales: &[Keyed<'_>]) -> Result<There, SkillError> {
        let emails = || seed.contacts.iter().map(|person| person.email.as_str());
        let numbers: Vec<String> = seed.rooms().map(|room| room.number).collect();
        let keys = || sales.iter().flat_map(|keyed| keyed.bookings.iter().map(|(key, _)| key.as_str()));
        let cases: Vec<String> = (0..seed.cases.len()).map(|at| key("CASE", at)).collect();
        let people = any(vec![one_of("Unique_Email__c", emails()), one_of("Email", emails())]);
        let queries = [
            Query::rows(&rows::CONTACT, vec![people]),
            Query::rows(&rows::ROOM, vec![one_of("Room_Number__c", numbers.iter().map(String::as_str))]),
            Query::rows(&rows::BOOKING, vec![one_of("External_ID__c", keys())]),
            Query::rows(&rows::CASE, vec![one_of("External_ID__c", cases.iter().map(String::as_str))]),
            Query::new("COUNT()", "Booking__c", vec![none_of("External_ID__c", keys())]),
        ];
        let mut bodies = self.client.bodies(&queries).await?.into_iter();
        let mut next = || bodies.next().unwrap_or_default();
        let mut there = There::default();
        let (people, rooms, bookings, cases, others) = (next(), next(), next(), next(), next());
        for row in rows::read::<ContactRow>(self.client.rows(people).await?) {
            there.people.extend(row.email().map(|email| (email.to_string(), row.id)));
        }
        for row in rows::read::<RoomRow>(self.client.rows(rooms).await?) {
            there.rooms.extend(row.number().map(|number| (number.to_string(), row.id)));
        }
        for row in rows::read::<BookingRow>(self.client.rows(bookings).await?) {
            there.bookings.extend(row.external_id.clone().map(|key| (key, row)));
        }
        for row in rows::read::<CaseRow>(self.client.rows(cases).await?) {
            there.cases.extend(row.external_id.map(|key| (key, row.id)));
        }
        there.others = others["totalSize"].as_u64().unwrap_or_default();
        Ok(there)
    }

    /// Creates rows that do not refer to each other; returns their ids, or none if one exists already.
    async fn make(
        &self,
        what: &str,
        object: &str,
        bodies: Vec<Value>,
    ) -> Result<Option<Vec<String>>, SkillError> {
        let mut ids = vec![];
        for some in bodies.chunks(MOST_SUBREQUESTS) {
            let create = |(at, body): (usize, &Value)| Sub::create(format!("new_{at}"), object, body.clone());
            let subs: Vec<Sub> = some.iter().enumerate().map(create).collect();
            let Some(made) = self.all_or_none(what, &subs).await? else { return Ok(None) };
            ids.extend(made);
        }
        Ok(Some(ids))
    }

    /// Sends a Composite; returns the ids of the created rows, empty where none was created. None if the records have
    /// changed: a row exists already, or does not match its precondition.
    async fn all_or_none(&self, what: &str, subs: &[Sub]) -> Result<Option<Vec<String>>, SkillError> {
        match self.client.composite(what, subs, true).await? {
            Ok(bodies) => {
                let id = |body: &Value| body["id"].as_str().unwrap_or_default().to_owned();
                Ok(Some(bodies.iter().map(id).collect()))
            }
            Err(Failed::Unexpected) => Ok(None),
            Err(Failed::No { said, .. }) if said.code == THERE_ALREADY => Ok(None),
            Err(failed) => Err(self.client.refused(&failed)),
        }
    }

    /// Creates the missing rows of a kind; returns how many were created, and how many existed.
    async fn fill(
        &self,
        kind: &Kind,
        seed: &Seed,
        sales: &[Keyed<'_>],
        there: &mut There,
    ) -> Result<(usize, usize), SkillError> {
        for _ in 0..TRIES {
            let had = (kind.ids)(there).len();
            let (keys, bodies): (Vec<_>, Vec<_>) = (kind.rows)(seed, there)
                .into_iter()
                .filter(|(key, _)| !(kind.ids)(there).contains_key(key))
                .unzip();
            let made = keys.len();
            if let Some(ids) = self.make(kind.what, kind.object, bodies).await? {
                (kind.ids)(there).extend(keys.into_iter().zip(ids));
                return Ok((made, had));
            }
            *there = self.what_is_there(seed, sales).await?;
        }
        Err(self
            .client
            .remote
            .unreached("others load the sample at the same time, or hide some of it")
            .into())
    }
}
