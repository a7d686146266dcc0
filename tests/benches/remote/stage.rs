//! A hotel on the fakes, with as many guests as are asked for, and a staff-server on it.

use crate::articles::Pace;
use crate::peer::Peer;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::process::Command;
use tempfile::TempDir;
use tests::day;
use tests::fakes::{Options, Salesforce, Stripe, Twilio};

/// Somebody with a stay, and the ids of what is theirs.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    pub(crate) email: String,
    pub(crate) room_number: String,
    pub(crate) booking_number: String,
    contact: String,
    room: String,
    sale: String,
    booking: String,
}

impl Guest {
    /// What a request of theirs names at least one of.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let Self { email, room_number, booking_number, contact, room, sale, booking } = self;
        [email, room_number, booking_number, contact, room, sale, booking].into_iter().map(String::as_str)
    }
}

/// Whether guests are about to arrive or are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Are {
    Expected,
    Here,
}

/// The three systems and a server.
pub(crate) struct Stage {
    pub(crate) salesforce: Salesforce,
    pub(crate) stripe: Stripe,
    pub(crate) twilio: Twilio,
    pub(crate) peer: Peer,
    guests: usize,
    _folder: TempDir,
}

impl Stage {
    /// A fresh hotel whose server has logged in. The day's limit is no concern of these.
    pub(crate) fn new() -> Self {
        let salesforce = Salesforce::start(Options { daily_limit: 1_000_000, ..Options::default() });
        let (stripe, twilio) = (Stripe::start(), Twilio::start());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(tests::binary("staff-server"));
        command.env_clear().current_dir(folder.path());
        command.env("HOTEL_DATA", folder.path().join("data")).env("RUST_LOG", "warn");
        command.env("STAFF_EMAIL", "manager@dewyhotel.com").env("HOTEL_CURRENCY", "usd");
        command.envs(salesforce.env()).envs(stripe.env()).envs(twilio.env());
        let mut peer = Peer::start(command);
        let warm = peer.alone("search_contacts", &json!({"query": "nobody"}));
        assert!(warm.succeeded(), "the server works: {}", warm.line);
        Self { salesforce, stripe, twilio, peer, guests: 0, _folder: folder }
    }

    /// From now on requests take their time.
    pub(crate) fn at(&self, pace: Pace) {
        self.salesforce.latency(move |request| pace.salesforce(request));
        self.stripe.latency(move |operation, _| pace.stripe(operation));
        self.twilio.latency(move |_, _| pace.twilio());
    }

    /// Forgets what was asked.
    pub(crate) fn clear(&self) {
        self.salesforce.forget();
        self.stripe.forget_exchanges();
        self.twilio.forget_exchanges();
    }

    /// So many more guests, each with a room and a stay that begins today, and known to Stripe if they have `paid_before`.
    pub(crate) fn guests(&mut self, count: usize, are: Are, paid_before: bool) -> Vec<Guest> {
        let here = are == Are::Here;
        let mut guests = vec![];
        for _ in 0..count {
            self.guests += 1;
            let n = self.guests;
            let email = format!("guest{n:05}@example.com");
            let insert = |object: &str, record: Value| self.salesforce.insert(object, &record);
            let contact = json!({"FirstName": "Bench", "LastName": format!("Guest {n}"), "Email": email,
                "Unique_Email__c": email, "Contact_Type__c": "Guest", "Preferred_Contact_Method__c": "Email"});
            let contact = insert("Contact", contact);
            let room_number = format!("B{n:04}");
            let mut room = json!({"Name": "Bench Queen", "Room_Number__c": room_number, "Floor__c": 9,
                "Status__c": if here { "Occupied" } else { "Vacant" }, "Room_Type__c": "Standard",
                "Max_Occupancy__c": 2, "Nightly_Rate__c": 149.99});
            if here {
                room["Current_Guest__c"] = json!(contact);
            }
            let room = insert("Hotel_Room__c", room);
            let sale = json!({"Name": format!("Booking for Guest {n}"), "CloseDate": day(2), "Amount": 299.98,
                "StageName": if here { "Checked In" } else { "Booking Confirmed" },
                "Arrival_Date__c": day(0), "Departure_Date__c": day(2)});
            let sale = insert("Opportunity", sale);
            let booking = json!({"Opportunity__c": sale, "Primary_Guest__c": contact, "Room__c": room,
                "Check_In_Date__c": day(0), "Check_Out_Date__c": day(2), "Number_of_Guests__c": 2,
                "Status__c": if here { "Checked In" } else { "Reserved" }});
            let booking = insert("Booking__c", booking);
            if paid_before {
                self.stripe.knows(&email);
            }
            guests.push(Guest {
                email,
                room_number,
                booking_number: String::new(),
                contact,
                room,
                sale,
                booking,
            });
        }
        let rows = self.salesforce.rows("Booking__c");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let numbers: HashMap<_, _> = rows.iter().map(|row| (text(&row["Id"]), text(&row["Name"]))).collect();
        for guest in &mut guests {
            guest.booking_number.clone_from(&numbers[&guest.booking]);
        }
        guests
    }
}
