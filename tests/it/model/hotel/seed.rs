//! The sample hotel, as the model knows it.

use super::{Booking, Case, Hitch, Hotel, Money, Paying, Person, Room, Sale};
use crate::model::calls::{Day, MANAGER, Word};
use std::collections::{BTreeMap, HashMap};

const ROOMS: [Word; 22] = [
    "100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "200", "201", "202", "203",
    "204", "205", "206", "207", "208", "209", "210",
];

const PEOPLE: &[(Word, Word, Option<Word>)] = &[
    ("beth.gibbs@email.com", "Guest", Some("+15550100001")),
    ("carl.smith@example.com", "Guest", None),
    ("sarah@example.com", "Guest", Some("+15550100003")),
    ("wei.chen@example.com", "Guest", Some("+15550100004")),
    ("sofia.martinez@example.com", "Guest", None),
    ("janderson@example.com", "Guest", None),
    ("priya.patel@example.com", "Guest", None),
    ("rthompson@example.com", "Guest", Some("+15550100009")),
    ("maria.garcia@example.com", "Guest", None),
    ("patrick.obrien@example.com", "Guest", None),
    ("soojin.kim@example.com", "Guest", None),
    (MANAGER, "Manager", None),
    ("bob@bobsplumbing.com", "Vendor", None),
];

/// Guest, room, nights, status, people, sale.
type Seeded = (Word, Word, (Day, Day), Word, u8, usize);

const BOOKINGS: &[Seeded] = &[
    ("beth.gibbs@email.com", "201", (-2, 0), "Checked In", 2, 0),
    ("carl.smith@example.com", "101", (-1, 2), "Checked In", 1, 1),
    ("sarah@example.com", "205", (0, 3), "Reserved", 2, 2),
    ("wei.chen@example.com", "102", (0, 2), "Reserved", 1, 3),
    ("wei.chen@example.com", "103", (0, 2), "Reserved", 1, 3),
    ("sofia.martinez@example.com", "206", (0, 1), "Reserved", 2, 4),
    ("janderson@example.com", "210", (7, 14), "Reserved", 4, 5),
    ("priya.patel@example.com", "209", (20, 26), "Reserved", 2, 6),
    ("rthompson@example.com", "104", (-5, -3), "Checked Out", 1, 7),
    ("maria.garcia@example.com", "105", (3, 5), "Cancelled", 2, 8),
];

const STAGES: [Word; 9] = [
    "Checked In",
    "Checked In",
    "Booking Confirmed",
    "Booking Confirmed",
    "Booking Confirmed",
    "Booking Confirmed",
    "Booking Confirmed",
    "Closed Won",
    "Closed Lost",
];

impl Hotel {
    /// The hotel as it is seeded. If some are `late`, Beth should have left yesterday and Sarah have come yesterday.
    pub(crate) fn seeded(late: bool, shares: bool) -> Self {
        let mut sales: Vec<Sale> =
            STAGES.iter().map(|stage| Sale { stage, amount: 0, payment: None }).collect();
        sales[7].payment = Some(0);
        let rooms: BTreeMap<Word, Room> = ROOMS.iter().map(|number| (*number, room(number))).collect();
        let mut bookings = vec![];
        for (at, &(guest, room, (from, to), status, guests, sale)) in BOOKINGS.iter().enumerate() {
            let earlier = i64::from(late && (at == 0 || at == 2));
            let (from, to, rate) = (from - earlier, to - earlier, rooms[room].rate);
            sales[sale].amount += rate * (to - from);
            let requests = None;
            bookings.push(Booking {
                guest,
                room,
                from,
                to,
                planned: to,
                guests,
                requests,
                status,
                prices: (from..to).map(|_| rate).collect(),
                paid: (status == "Checked Out").then_some(rate * (to - from)),
                sale,
            });
        }
        let people = PEOPLE.iter().map(|&(email, kind, texts)| (email, Person { kind, texts })).collect();
        let paid = Paying {
            booking: 8,
            folio: 29_998,
            number: 0,
            money: Money::Paid,
            closing_refused: false,
            charged: true,
            given_back: false,
        };
        Self {
            people,
            rooms,
            bookings,
            sales,
            payments: vec![paid],
            cases: cases(),
            texts: vec![],
            tokens: HashMap::new(),
            hitch: Hitch::None,
            undone: None,
            shares,
            attention: 0,
        }
    }
}

fn room(number: &str) -> Room {
    let (rate, sleeps) = match &number[1..] {
        "07" | "09" => (19_999, 3),
        "08" => (19_999, 4),
        "10" => (29_999, 4),
        _ => (14_999, 2),
    };
    let (status, occupant) = match number {
        "101" => ("Occupied", Some("carl.smith@example.com")),
        "201" => ("Occupied", Some("beth.gibbs@email.com")),
        "106" | "206" => ("Cleaning", None),
        "107" | "207" => ("Maintenance", None),
        "203" => ("Out of Service", None),
        _ => ("Vacant", None),
    };
    Room { status, occupant, rate, sleeps }
}

fn cases() -> Vec<Case> {
    let case = |kind, status, priority, room, guest, booking, text| Case {
        kind,
        status,
        priority,
        room,
        guest: Some(guest),
        booking,
        text,
        today: false,
    };
    let (beth, robert) = ("beth.gibbs@email.com", "rthompson@example.com");
    vec![
        case("Housekeeping", "New", "Medium", "201", beth, Some(0), "Two extra bath towels, please."),
        case("Maintenance", "New", "High", "107", MANAGER, None, "The air conditioning drips on the carpet."),
        case("Concierge", "Closed", "Low", "104", robert, Some(8), "A table for two at eight o'clock."),
    ]
}
