//! The sample hotel in an org. Whatever is there already, by its key, stays as it is: rooms by number, people by e-mail,
//! bookings and cases by a key of ours (their numbers the org chooses). A sale comes into being with its bookings, all in
//! one Composite, so that a run that was cut off is finished by the next one.

use super::Salesforce;
use super::client::{MOST_SUBREQUESTS, Sub};
use super::records::{self, BookingRow, CaseRow, ContactRow, RoomRow, units};
use super::searches::holds;
use super::soql::{Query, all, any, eq, one_of};
use crate::error::{Outage, SkillError};
use crate::systems::crm::Sample;
use crate::systems::seed::{self, Sale, Seed, SeedBooking};
use crate::words::{BookingStatus, Cents, Date, Nights};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The key of a booking or case of the sample.
fn key(kind: &str, at: usize) -> String {
    format!("seed-{kind}-{:04}", at + 1)
}

/// A sale with the keys of its bookings.
struct Keyed<'a> {
    sale: &'a Sale,
    bookings: Vec<(String, &'a SeedBooking)>,
}

fn keyed(seed: &Seed) -> Vec<Keyed<'_>> {
    let mut keys = (0..).map(|at| key("BK", at));
    let mut sales = vec![];
    for sale in &seed.opportunities {
        sales.push(Keyed { sale, bookings: keys.by_ref().zip(&sale.bookings).collect() });
    }
    sales
}

/// What is in the org, by key: ids, and bookings as they are.
#[derive(Default)]
struct There {
    people: HashMap<String, String>,
    rooms: HashMap<String, (String, bool)>,
    bookings: HashMap<String, BookingRow>,
    cases: HashMap<String, String>,
    /// Bookings that are not of the sample.
    others: u64,
}

impl Salesforce {
    pub(super) async fn load(&self, today: Date, among_others: bool) -> Result<Sample, SkillError> {
        let seed = seed::read().map_err(|error| self.client.remote.unreached(error))?;
        let sales = keyed(&seed);
        let mut there = self.what_is_there(&seed, &sales).await?;
        if there.others > 0 && !among_others {
            return Ok(Sample::AmongOthers(there.others));
        }
        let (people, rooms) =
            (self.people(&seed, &mut there).await?, self.rooms_of(&seed, &mut there).await?);
        let (mut made, mut left_out) = (0, vec![]);
        let had = there.bookings.len();
        for keyed in &sales {
            if keyed.bookings.iter().any(|(key, _)| there.bookings.contains_key(key)) {
                continue;
            }
            if self.is_taken(keyed, &there, today).await? {
                left_out.extend(keyed.bookings.iter().map(|(key, _)| key.clone()));
                continue;
            }
            self.sale_of(&seed, keyed, &there, today).await?;
            made += keyed.bookings.len();
        }
        let anew = made == 0 && there.others == 0;
        let dated_anew = anew && self.date_anew(&seed, &sales, &there, today).await?;
        let cases = self.cases_of(&seed, &sales, &there).await?;
        let kinds =
            vec![("people", people.0, people.1), ("rooms", rooms.0, rooms.1), ("bookings", made, had), cases];
        Ok(Sample::Loaded { kinds, left_out, dated_anew })
    }

    async fn what_is_there(&self, seed: &Seed, sales: &[Keyed<'_>]) -> Result<There, Outage> {
        let emails = || seed.contacts.iter().map(|person| person.email.as_str());
        let numbers: Vec<String> = seed.rooms().map(|room| room.number).collect();
        let keys = || sales.iter().flat_map(|keyed| keyed.bookings.iter().map(|(key, _)| key.as_str()));
        let cases: Vec<String> = (0..seed.cases.len()).map(|at| key("CASE", at)).collect();
        let people = any(vec![one_of("Unique_Email__c", emails()), one_of("Email", emails())]);
        let queries = [
            Query::new(records::CONTACT, "Contact", vec![people]),
            Query::new(
                records::ROOM,
                "Hotel_Room__c",
                vec![one_of("Room_Number__c", numbers.iter().map(String::as_str))],
            ),
            Query::new(records::BOOKING, "Booking__c", vec![one_of("External_ID__c", keys())]),
            Query::new(
                records::CASE,
                "Case",
                vec![one_of("External_ID__c", cases.iter().map(String::as_str))],
            ),
            Query::new("COUNT()", "Booking__c", vec![]),
        ];
        let mut bodies = self.client.bodies(&queries).await?.into_iter();
        let mut next = || bodies.next().unwrap_or_default();
        let mut there = There::default();
        let (people, rooms, bookings, cases, all) = (next(), next(), next(), next(), next());
        for row in records::read::<ContactRow>(self.client.rows(people).await?) {
            there.people.extend(row.email().map(|email| (email.to_string(), row.id)));
        }
        for row in records::read::<RoomRow>(self.client.rows(rooms).await?) {
            there
                .rooms
                .extend(row.number().map(|number| (number.to_string(), (row.id, row.occupant_id.is_some()))));
        }
        for row in records::read::<BookingRow>(self.client.rows(bookings).await?) {
            there.bookings.extend(row.external_id.clone().map(|key| (key, row)));
        }
        for row in records::read::<CaseRow>(self.client.rows(cases).await?) {
            there.cases.extend(row.external_id.map(|key| (key, row.id)));
        }
        let ours = there.bookings.len() as u64;
        there.others = all["totalSize"].as_u64().unwrap_or_default().saturating_sub(ours);
        Ok(there)
    }

    /// Makes rows that have nothing to do with each other; answers their ids.
    async fn make(&self, what: &str, object: &str, bodies: Vec<Value>) -> Result<Vec<String>, Outage> {
        let mut ids = vec![];
        for some in bodies.chunks(MOST_SUBREQUESTS) {
            let create = |(at, body): (usize, &Value)| Sub::create(format!("new_{at}"), object, body.clone());
            let subs: Vec<Sub> = some.iter().enumerate().map(create).collect();
            ids.extend(self.all_or_none(what, &subs).await?);
        }
        Ok(ids)
    }

    /// Sends a Composite; answers the ids of what it made, empty where it made nothing.
    async fn all_or_none(&self, what: &str, subs: &[Sub]) -> Result<Vec<String>, Outage> {
        match self.client.composite(what, subs, true).await? {
            Ok(bodies) => {
                Ok(bodies.iter().map(|body| body["id"].as_str().unwrap_or_default().to_owned()).collect())
            }
            Err(failed) => Err(self.client.not_set_up(&failed)),
        }
    }

    /// How many were made, and how many had been there.
    async fn people(&self, seed: &Seed, there: &mut There) -> Result<(usize, usize), Outage> {
        let missing = seed.contacts.iter().filter(|person| !there.people.contains_key(&person.email));
        let missing: Vec<_> = missing.collect();
        let body = |person: &&seed::Person| {
            json!({"FirstName": person.first_name, "LastName": person.last_name, "Email": person.email,
                "Unique_Email__c": person.email, "Phone": person.phone, "Contact_Type__c": person.contact_type,
                "Preferred_Contact_Method__c": person.prefers})
        };
        let had = there.people.len();
        let ids = self.make("sample people", "Contact", missing.iter().map(body).collect()).await?;
        there.people.extend(missing.iter().map(|person| person.email.clone()).zip(ids));
        Ok((missing.len(), had))
    }

    async fn rooms_of(&self, seed: &Seed, there: &mut There) -> Result<(usize, usize), Outage> {
        let missing: Vec<_> = seed.rooms().filter(|room| !there.rooms.contains_key(&room.number)).collect();
        let body = |room: &seed::SeedRoom<'_>| {
            json!({"Name": room.name, "Room_Number__c": room.number, "Room_Type__c": room.room_type,
                "Floor__c": room.floor, "Nightly_Rate__c": units(room.rate), "Max_Occupancy__c": room.max_occupancy,
                "Status__c": room.status})
        };
        let had = there.rooms.len();
        let ids = self.make("sample rooms", "Hotel_Room__c", missing.iter().map(body).collect()).await?;
        let empty = ids.into_iter().map(|id| (id, false));
        there.rooms.extend(missing.iter().map(|room| room.number.clone()).zip(empty));
        Ok((missing.len(), had))
    }

    /// Whether others hold a room of the sale, now or in its nights.
    async fn is_taken(&self, keyed: &Keyed<'_>, there: &There, today: Date) -> Result<bool, Outage> {
        let mut queries = vec![];
        for (_, booking) in &keyed.bookings {
            let is_here = booking.status == BookingStatus::CheckedIn.as_str();
            if is_here && there.rooms.get(&booking.room).is_some_and(|(_, occupied)| *occupied) {
                return Ok(true);
            }
            if there.others > 0 && (is_here || booking.status == BookingStatus::Reserved.as_str()) {
                let nights = nights(booking, today);
                let held =
                    all(vec![eq("Room__r.Room_Number__c", booking.room.as_str()), holds(nights, today)]);
                queries.push(Query::new("Id", "Booking__c", vec![held]).limit(1));
            }
        }
        Ok(self.client.queries(&queries).await?.iter().any(|rows| !rows.is_empty()))
    }

    /// A sale with its bookings, its occupied rooms and its payment. No money moved for it: the intent is made up.
    async fn sale_of(
        &self,
        seed: &Seed,
        keyed: &Keyed<'_>,
        there: &There,
        today: Date,
    ) -> Result<(), Outage> {
        let sale = keyed.sale;
        let guest = there.people.get(&sale.guest);
        let mut body = sale_days(seed, keyed, today);
        body["StageName"] = json!(sale.stage);
        body["Amount"] = json!(units(amount(seed, keyed)));
        body["ContactId"] = json!(guest);
        body["Payment_ID__c"] = json!(sale.payment);
        let mut subs = vec![Sub::create("sale", "Opportunity", body)];
        for (at, (key, booking)) in keyed.bookings.iter().enumerate() {
            let nights = nights(booking, today);
            let room = there.rooms.get(&booking.room).map(|(id, _)| id.as_str());
            let body = json!({"External_ID__c": key, "Opportunity__c": "@{sale.id}", "Primary_Guest__c": guest,
                "Room__c": room, "Check_In_Date__c": nights.from, "Check_Out_Date__c": nights.to,
                "Number_of_Guests__c": booking.guests, "Status__c": booking.status});
            subs.push(Sub::create(format!("booking_{at}"), "Booking__c", body));
            if let (Some(room), true) = (room, booking.status == BookingStatus::CheckedIn.as_str()) {
                let body = json!({"Status__c": "Occupied", "Current_Guest__c": guest});
                subs.push(Sub::update(format!("room_{at}"), "Hotel_Room__c", room, body));
            }
        }
        if let Some(payment) = &sale.payment {
            let body = json!({"Opportunity__c": "@{sale.id}", "Stripe_Transaction_ID__c": payment,
                "Transaction_Type__c": "Charge", "Status__c": "Completed", "Payment_Method__c": "Credit Card",
                "Amount__c": units(amount(seed, keyed)), "Transaction_Date__c": format!("{:.3}", Timestamp::now())});
            subs.push(Sub::create("payment", "Payment_Transaction__c", body));
        }
        self.all_or_none("sample sale", &subs).await.map(|_| ())
    }

    /// Dates the whole sample for today, if its bookings are all as they were made, on whatever day that was.
    async fn date_anew(
        &self,
        seed: &Seed,
        sales: &[Keyed<'_>],
        there: &There,
        today: Date,
    ) -> Result<bool, Outage> {
        let (mut subs, mut day) = (vec![], None);
        for keyed in sales {
            for (key, booking) in &keyed.bookings {
                let Some(row) = there.bookings.get(key) else { return Ok(false) };
                let arrived = row.check_in.map(|from| from.plus_days(-booking.arrives));
                let left = row.check_out.map(|to| to.plus_days(-booking.leaves));
                let room = row.room.as_ref().and_then(RoomRow::number);
                let as_made = arrived.is_some()
                    && arrived == left
                    && *day.get_or_insert(arrived) == arrived
                    && row.status.as_deref() == Some(&booking.status)
                    && room.is_some_and(|room| room.as_str() == booking.room);
                if !as_made || arrived == Some(today) {
                    return Ok(false);
                }
                let nights = nights(booking, today);
                let body = json!({"Check_In_Date__c": nights.from, "Check_Out_Date__c": nights.to});
                subs.push(Sub::update(key.replace('-', "_"), "Booking__c", &row.id, body));
            }
            let row = keyed.bookings.first().and_then(|(key, _)| there.bookings.get(key));
            if let Some(row) = row {
                let name = format!("sale_{}", subs.len());
                subs.push(Sub::update(name, "Opportunity", &row.sale, sale_days(seed, keyed, today)));
            }
        }
        self.all_or_none("sample dated anew", &subs).await.map(|_| true)
    }

    async fn cases_of(
        &self,
        seed: &Seed,
        sales: &[Keyed<'_>],
        there: &There,
    ) -> Result<(&'static str, usize, usize), Outage> {
        let missing = seed.cases.iter().enumerate().map(|(at, case)| (key("CASE", at), case));
        let missing: Vec<_> = missing.filter(|(key, _)| !there.cases.contains_key(key)).collect();
        // The bookings made a moment ago are asked for: what made them answered no id of theirs by key.
        let keys = sales.iter().flat_map(|keyed| keyed.bookings.iter().map(|(key, _)| key.as_str()));
        let query = Query::new(records::BOOKING, "Booking__c", vec![one_of("External_ID__c", keys)]);
        let rows: Vec<BookingRow> =
            if missing.is_empty() { vec![] } else { records::read(self.client.query(&query).await?) };
        let body = |(key, case): &(String, &seed::SeedCase)| {
            let booking = case.booking.as_ref().map(|number| format!("seed-{number}"));
            let booking = rows.iter().find(|row| booking.is_some() && row.external_id == booking);
            json!({"External_ID__c": key, "Type": case.case_type, "Status": case.status, "Priority": case.priority,
                "Origin": case.origin, "Subject": case.description, "Description": case.description,
                "ContactId": there.people.get(&case.guest), "Room__c": there.rooms.get(&case.room).map(|(id, _)| id),
                "Booking__c": booking.map(|row| &row.id)})
        };
        self.make("sample cases", "Case", missing.iter().map(body).collect()).await?;
        Ok(("cases", missing.len(), there.cases.len()))
    }
}

fn nights(booking: &SeedBooking, today: Date) -> Nights {
    Nights { from: today.plus_days(booking.arrives), to: today.plus_days(booking.leaves) }
}

/// What the rooms of a sale cost for its nights.
fn amount(seed: &Seed, keyed: &Keyed<'_>) -> Cents {
    keyed.bookings.iter().fold(Cents(0), |sum, (_, booking)| {
        let rate = seed.rooms().find(|room| room.number == booking.room).map_or(Cents(0), |room| room.rate);
        let nights = u32::try_from(booking.leaves - booking.arrives).unwrap_or_default();
        sum.plus(rate.times(nights))
    })
}

/// The fields of a sale that hold days.
fn sale_days(seed: &Seed, keyed: &Keyed<'_>, today: Date) -> Value {
    let days = |day: fn(&SeedBooking) -> i32| keyed.bookings.iter().map(move |(_, booking)| day(booking));
    let from = today.plus_days(days(|booking| booking.arrives).min().unwrap_or_default());
    let to = today.plus_days(days(|booking| booking.leaves).max().unwrap_or_default());
    let guest = seed.contacts.iter().find(|person| person.email == keyed.sale.guest);
    let guest = guest.map(|person| format!("{} {}", person.first_name, person.last_name)).unwrap_or_default();
    json!({"Name": format!("Booking for {guest} - {from}"), "Arrival_Date__c": from, "Departure_Date__c": to,
        "CloseDate": to})
}
