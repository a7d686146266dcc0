//! The records an org starts with: the sample hotel, or the untidy records of another program's org.

use super::org::Org;
use super::routes::Request;
use super::tables::Row;
use super::transaction::Transaction;
use super::values::moment;
use super::{LATEST, routes};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The records to start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// The sample hotel (`skills/src/systems/seed.v1.json`), with dates relative to today.
    Hotel,
    /// Untidy records, as another program left them: Closed Won opportunities of open stays, one opportunity with two
    /// bookings, a Checked In booking in a Vacant room, no current guests, no external ids.
    Untidy,
    /// Nothing.
    Empty,
}

/// A failure is a mistake in this file.
pub(crate) async fn plant(org: &Arc<Org>) {
    let mut planter = Planter { org: Arc::clone(org), ids: HashMap::new(), names: HashMap::new() };
    if let Some(first) = org.options.first_case {
        org.tables().count_from("Case.CaseNumber", first);
    }
    match org.options.data {
        Data::Hotel => planter.hotel().await,
        Data::Untidy => planter.untidy().await,
        Data::Empty => {}
    }
}

struct Planter {
    org: Arc<Org>,
    ids: HashMap<String, String>,
    names: HashMap<String, String>,
}

fn day(offset: &Value) -> String {
    let today: Date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.saturating_add(jiff::Span::new().days(offset.as_i64().unwrap_or(0))).to_string()
}

/// The amount of cents, as a number of the currency.
fn amount(cents: i64) -> Value {
    json!(format!("{}.{:02}", cents / 100, cents % 100).parse::<f64>().unwrap_or(0.0))
}

impl Planter {
    async fn insert(&mut self, object: &str, name: &str, record: &Value) -> String {
        let mut transaction = Transaction::of_another(&self.org);
        let rest = ["sobjects", object];
        let body = Some(record.clone());
        let request = Request {
            method: "POST",
            version: LATEST,
            rest: &rest,
            query: BTreeMap::new(),
            batch: 1,
            body,
            saves_duplicates: true,
        };
        let saved = routes::perform(&mut transaction, &request).await;
        let saved = saved.unwrap_or_else(|refusal| panic!("the seed has a bad {object} {name}: {refusal:?}"));
        transaction.commit();
        let id = saved.body["id"].as_str().unwrap_or_default().to_owned();
        self.ids.insert(format!("{object} {name}"), id.clone());
        id
    }

    fn id(&self, object: &str, name: &Value) -> Value {
        json!(self.ids.get(&format!("{object} {}", name.as_str().unwrap_or_default())))
    }

    async fn hotel(&mut self) {
        let seed: Value = serde_json::from_str(include_str!("../../../../skills/src/systems/seed.v1.json"))
            .expect("the seed");
        let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
        for contact in list(&seed["contacts"]) {
            let email = contact["email"].as_str().unwrap_or_default();
            let record = json!({"FirstName": contact["first_name"], "LastName": contact["last_name"], "Email": email,
                "Unique_Email__c": email, "Phone": contact["phone"], "MobilePhone": contact["phone"],
                "Contact_Type__c": contact["contact_type"], "Preferred_Contact_Method__c": contact["prefers"]});
            self.insert("Contact", email, &record).await;
            let name = format!("{} {}", record["FirstName"], record["LastName"]).replace('"', "");
            self.names.insert(email.to_owned(), name);
        }
        let mut rates = HashMap::new();
        for floor in list(&seed["floors"]) {
            for kind in list(&seed["rooms"]) {
                for (number, name) in list(&kind["numbers"]).iter().zip(list(&kind["names"])) {
                    let number = format!("{floor}{}", number.as_str().unwrap_or_default());
                    let rate = kind["rate_cents"].as_i64().unwrap_or(0);
                    rates.insert(number.clone(), rate);
                    let most = seed["max_occupancy"].get(&number).unwrap_or(&kind["max_occupancy"]);
                    let vacant = json!("Vacant");
                    let status = seed["room_status"].get(&number).unwrap_or(&vacant);
                    let record = json!({"Name": name, "Room_Number__c": number, "Floor__c": floor, "Status__c": status,
                        "Room_Type__c": kind["room_type"], "Max_Occupancy__c": most, "Nightly_Rate__c": amount(rate)});
                    self.insert("Hotel_Room__c", &number, &record).await;
                }
            }
        }
        let mut booked = 0;
        for sale in list(&seed["opportunities"]) {
            self.sale(&sale, &rates, &mut booked).await;
        }
        for case in list(&seed["cases"]) {
            self.case(&case).await;
        }
    }

    async fn sale(&mut self, sale: &Value, rates: &HashMap<String, i64>, booked: &mut u32) {
        let bookings = sale["bookings"].as_array().cloned().unwrap_or_default();
        let days =
            |name: &str| bookings.iter().filter_map(|booking| booking[name].as_i64()).collect::<Vec<_>>();
        let (first, last) = (days("in").into_iter().min(), days("out").into_iter().max());
        let cents: i64 = bookings.iter().map(|booking| cents(booking, rates)).sum();
        let guest = self.id("Contact", &sale["guest"]);
        let person =
            sale["guest"].as_str().and_then(|email| self.names.get(email)).map_or("", String::as_str);
        let name = format!("Booking for {person} - {}", day(&json!(first)));
        let record = json!({"Name": name, "StageName": sale["stage"], "CloseDate": day(&json!(last)), "Amount": amount(cents),
            "Arrival_Date__c": day(&json!(first)), "Departure_Date__c": day(&json!(last)), "Payment_ID__c": sale["payment"]});
        let opportunity = self.insert("Opportunity", &name, &record).await;
        for booking in &bookings {
            *booked += 1;
            let room = self.id("Hotel_Room__c", &booking["room"]);
            let record = json!({"Opportunity__c": opportunity, "Primary_Guest__c": guest, "Room__c": room,
                "Check_In_Date__c": day(&booking["in"]), "Check_Out_Date__c": day(&booking["out"]),
                "Status__c": booking["status"], "Number_of_Guests__c": booking["guests"]});
            self.insert("Booking__c", &format!("BK-{booked:04}"), &record).await;
            if booking["status"] == "Checked In" {
                let poked = self.org.tables().poke(
                    room.as_str().unwrap_or_default(),
                    "Current_Guest__c",
                    guest.clone(),
                );
                assert!(poked, "the seed's room {room} exists");
            }
            if sale["payment"].is_string() {
                let record = json!({"Opportunity__c": opportunity, "Amount__c": amount(cents), "Transaction_Type__c": "Charge",
                    "Status__c": "Completed", "Stripe_Transaction_ID__c": sale["payment"],
                    "Transaction_Date__c": moment(jiff::Timestamp::now())});
                self.insert("Payment_Transaction__c", &name, &record).await;
            }
        }
    }

    async fn case(&mut self, case: &Value) {
        let record = json!({"Type": case["case_type"], "Status": case["status"], "Priority": case["priority"],
            "Origin": case["origin"], "Subject": case["description"], "Description": case["description"],
            "Room__c": self.id("Hotel_Room__c", &case["room"]), "ContactId": self.id("Contact", &case["guest"]),
            "Booking__c": self.id("Booking__c", &case["booking"])});
        let id = self.insert("Case", &case["description"].to_string(), &record).await;
        let ago = jiff::SignedDuration::from_hours(case["opened_hours_ago"].as_i64().unwrap_or(0));
        let opened = json!(moment(jiff::Timestamp::now() - ago));
        self.org.tables().poke(&id, "CreatedDate", opened.clone());
        if case["status"] == "Closed" {
            self.org.tables().poke(&id, "ClosedDate", opened);
        }
    }

    /// The records by name; references are written `@name`, days `{"day": n}`.
    async fn untidy(&mut self) {
        let seed: Vec<Map<String, Value>> =
            serde_json::from_str(include_str!("untidy.json")).expect("the untidy seed");
        for mut record in seed {
            let mut take = |name: &str| {
                record.remove(name).and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
            };
            let (object, name) = (take("object"), take("name"));
            let filled: Row = record
                .into_iter()
                .map(|(field, value)| {
                    let filled = self.filled(&value);
                    (field, filled)
                })
                .collect();
            self.insert(&object, &name, &Value::Object(filled)).await;
        }
    }

    fn filled(&self, value: &Value) -> Value {
        if let Some(offset) = value.get("day") {
            return json!(day(offset));
        }
        let name = value.as_str().and_then(|text| text.strip_prefix('@'));
        name.and_then(|name| self.ids.get(name)).map_or(value.clone(), |id| json!(id))
    }
}

fn cents(booking: &Value, rates: &HashMap<String, i64>) -> i64 {
    let nights = booking["out"].as_i64().unwrap_or(0) - booking["in"].as_i64().unwrap_or(0);
    nights * booking["room"].as_str().and_then(|room| rates.get(room)).unwrap_or(&0)
}
