//! The sales of the sample: each with its bookings in one Composite, created once however many processes load it.

use super::super::client::Sub;
use super::super::rows::{RoomRow, units};
use super::super::searches::holds;
use super::super::soql::{Literal, Query, any, eq, not_among, one_of};
use super::{Keyed, Salesforce, There};
use crate::error::SkillError;
use crate::systems::seed::{Seed, SeedBooking};
use crate::words::{BookingStatus, Cents, Date, Nights};
use jiff::Timestamp;
use serde_json::{Value, json};

const ROOM: &str = "Hotel_Room__c";

impl Salesforce {
    /// Creates a sale with its bookings, its occupied rooms and its payment; false if its bookings exist already, or
    /// others hold its rooms. No money moves for it: the intent is made up.
    ///
    /// `External_ID__c` of a booking need not be unique. So each room is locked by writing its own number, and then
    /// required to have none of these bookings and no other in its nights: for a second process, that query finds
    /// nothing to refer to.
    pub(super) async fn sale_of(
        &self,
        seed: &Seed,
        keyed: &Keyed<'_>,
        there: &There,
        today: Date,
    ) -> Result<bool, SkillError> {
        let sale = keyed.sale;
        let guest = there.people.get(&sale.guest);
        let (mut locks, mut expected, mut made) = (vec![], vec![], vec![]);
        for (at, (key, booking)) in keyed.bookings.iter().enumerate() {
            let Some(id) = there.rooms.get(&booking.room) else {
                return Err(self
                    .client
                    .remote
                    .unreached("a room of the sample is not there any more")
                    .into());
            };
            let is_here = booking.status == BookingStatus::CheckedIn.as_str();
            let nights = nights(booking, today);
            locks.push(Sub::update(format!("lock_{at}"), ROOM, id, json!({"Room_Number__c": booking.room})));
            let mut in_the_way = vec![one_of("External_ID__c", keyed.keys())];
            if is_here || booking.status == BookingStatus::Reserved.as_str() {
                in_the_way.push(holds(nights, today));
            }
            let mut free =
                vec![eq("Id", id.as_str()), not_among("Id", "Room__c", "Booking__c", &any(in_the_way))];
            if is_here {
                free.push(eq("Current_Guest__c", Literal::null()));
            }
            expected.push(Sub::query(format!("free_{at}"), &Query::new("Id", ROOM, free)));
            let room = format!("@{{free_{at}.records[0].Id}}");
            let body = json!({"External_ID__c": key, "Opportunity__c": "@{sale.id}", "Primary_Guest__c": guest,
                "Room__c": room, "Check_In_Date__c": nights.from, "Check_Out_Date__c": nights.to,
                "Number_of_Guests__c": booking.guests, "Status__c": booking.status});
            made.push(Sub::create(format!("booking_{at}"), "Booking__c", body));
            if is_here {
                let body = json!({"Status__c": "Occupied", "Current_Guest__c": guest});
                made.push(Sub::update(format!("room_{at}"), ROOM, &room, body));
            }
        }
        let mut body = sale_days(seed, keyed, today);
        body["StageName"] = json!(sale.stage);
        body["Amount"] = json!(units(amount(seed, keyed)));
        body["ContactId"] = json!(guest);
        body["Payment_ID__c"] = json!(sale.payment);
        made.insert(0, Sub::create("sale", "Opportunity", body));
        if let Some(payment) = &sale.payment {
            let body = json!({"Opportunity__c": "@{sale.id}", "Stripe_Transaction_ID__c": payment,
                "Transaction_Type__c": "Charge", "Status__c": "Completed", "Payment_Method__c": "Credit Card",
                "Amount__c": units(amount(seed, keyed)), "Transaction_Date__c": format!("{:.3}", Timestamp::now())});
            made.push(Sub::create("payment", "Payment_Transaction__c", body));
        }
        let subs = [locks, expected, made].concat();
        Ok(self.all_or_none("sample sale", &subs).await?.is_some())
    }

    /// Whether another process has created a sale's bookings meanwhile.
    pub(super) async fn is_made(&self, keyed: &Keyed<'_>) -> Result<bool, SkillError> {
        let query = Query::new("Id", "Booking__c", vec![one_of("External_ID__c", keyed.keys())]).limit(1);
        Ok(!self.client.query(&query).await?.is_empty())
    }

    /// Moves all dates of the sample to today, if its bookings are all unchanged since they were created.
    pub(super) async fn date_anew(
        &self,
        seed: &Seed,
        sales: &[Keyed<'_>],
        there: &There,
        today: Date,
    ) -> Result<bool, SkillError> {
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
        Ok(self.all_or_none("sample dated anew", &subs).await?.is_some())
    }
}

fn nights(booking: &SeedBooking, today: Date) -> Nights {
    Nights { from: today.plus_days(booking.arrives), to: today.plus_days(booking.leaves) }
}

/// The price of a sale's rooms for its nights.
fn amount(seed: &Seed, keyed: &Keyed<'_>) -> Cents {
    keyed.bookings.iter().fold(Cents(0), |sum, (_, booking)| {
        let rate = seed.rooms().find(|room| room.number == booking.room).map_or(Cents(0), |room| room.rate);
        let nights = u32::try_from(booking.leaves - booking.arrives).unwrap_or_default();
        sum.plus(rate.times(nights))
    })
}

/// The date fields of a sale.
fn sale_days(seed: &Seed, keyed: &Keyed<'_>, today: Date) -> Value {
    let days = |day: fn(&SeedBooking) -> i32| keyed.bookings.iter().map(move |(_, booking)| day(booking));
    let from = today.plus_days(days(|booking| booking.arrives).min().unwrap_or_default());
    let to = today.plus_days(days(|booking| booking.leaves).max().unwrap_or_default());
    let guest = seed.contacts.iter().find(|person| person.email == keyed.sale.guest);
    let guest = guest.map(|person| format!("{} {}", person.first_name, person.last_name)).unwrap_or_default();
    json!({"Name": format!("Booking for {guest} - {from}"), "Arrival_Date__c": from, "Departure_Date__c": to,
        "CloseDate": to})
}
