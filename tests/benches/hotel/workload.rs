//! What is asked of the servers, and of the bare one in its place.

use crate::hotels;
use crate::peer::Kind;
use serde_json::{Value, json};

/// A piece of work.
pub(crate) enum Work {
    /// A booking by its number.
    ReadByNumber,
    /// A guest's bookings.
    ReadByGuest,
    /// One durable change: a case in a room.
    Write,
    /// One durable change that touches a row: a room goes to Maintenance and back.
    MoveRoom,
    /// One durable change of a booking that everybody else changes too.
    OneBooking,
    /// Some search of the product: its name here, the tool, its arguments.
    Search(&'static str, &'static str, Value),
}

/// What has a counterpart on the bare server, and how many times its cost it may have.
pub(crate) fn compared() -> [(Work, f64); 4] {
    [(Work::ReadByNumber, 2.0), (Work::ReadByGuest, 2.0), (Work::Write, 3.0), (Work::MoveRoom, 3.0)]
}

/// Searches whose cost must not grow with the hotel. One row each, so that the answers are alike in both.
pub(crate) fn searches() -> Vec<Work> {
    let (bookings, rooms) = ("search_bookings_on_behalf_of_staff", "search_rooms_on_behalf_of_staff");
    let (today, soon) = (tests::day(0), tests::day(2));
    vec![
        Work::Search("bookings, newest", bookings, json!({"limit": 1})),
        Work::Search("bookings by room", bookings, json!({"limit": 1, "room_number": "101"})),
        Work::Search("bookings Reserved", bookings, json!({"limit": 1, "status_filter": "Reserved"})),
        Work::Search("bookings Checked Out", bookings, json!({"limit": 1, "status_filter": "Checked Out"})),
        Work::Search("bookings arriving today", bookings, json!({"limit": 1, "arriving_on": today})),
        Work::Search("bookings departing today", bookings, json!({"limit": 1, "departing_on": today})),
        Work::Search(
            "arrivals today, Reserved",
            bookings,
            json!({"limit": 1, "arriving_on": today, "status_filter": "Reserved"}),
        ),
        Work::Search("rooms Vacant", rooms, json!({"limit": 1, "status_filter": "Vacant"})),
        Work::Search(
            "available rooms",
            "search_available_rooms",
            json!({"limit": 1, "check_in_date": today, "check_out_date": soon}),
        ),
        Work::Search("contacts by fragment", "search_contacts", json!({"limit": 1, "query": "gibbs"})),
        Work::Search(
            "cases, open",
            "search_cases_on_behalf_of_staff",
            json!({"limit": 1, "status_filter": "Open"}),
        ),
    ]
}

impl Work {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::ReadByNumber => "read by booking number",
            Self::ReadByGuest => "read by guest",
            Self::Write => "one-commit write (create_case)",
            Self::MoveRoom => "one-commit write (update_room_status)",
            Self::OneBooking => "one-commit write (manage_booking)",
            Self::Search(name, ..) => name,
        }
    }

    /// The call that does it for the `turn`-th time. Neighbouring turns meet in no room and no booking.
    pub(crate) fn call(&self, kind: Kind, turn: usize) -> (&'static str, Value) {
        let room = hotels::SPARE_ROOMS[turn % hotels::SPARE_ROOMS.len()];
        match (self, kind) {
            (Self::ReadByNumber | Self::ReadByGuest | Self::Search(..), Kind::Bare) => {
                ("find_booking", json!({"booking_number": booking(turn)}))
            }
            (Self::Write | Self::MoveRoom | Self::OneBooking, Kind::Bare) => {
                ("add_note", json!({"room_number": room, "text": "Two towels, please."}))
            }
            (Self::ReadByNumber, Kind::Staff) => {
                ("search_bookings_on_behalf_of_staff", json!({"booking_number": booking(turn)}))
            }
            (Self::ReadByGuest, Kind::Staff) => {
                ("search_bookings_on_behalf_of_staff", json!({"guest_email": "beth.gibbs@email.com"}))
            }
            (Self::Write, Kind::Staff) => {
                let token = new_token(); // and a wish of its own: the same one again would be answered, not done
                let wish = format!("Two towels, please ({token}).");
                (
                    "create_case",
                    json!({"room_number": room, "type": "Housekeeping", "description": wish, "idempotency_token": token}),
                )
            }
            (Self::MoveRoom, Kind::Staff) => {
                let there = (turn / hotels::SPARE_ROOMS.len()).is_multiple_of(2);
                let status = if there { "Maintenance" } else { "Cleaning" };
                ("update_room_status", json!({"room_number": room, "status": status}))
            }
            (Self::OneBooking, Kind::Staff) => {
                let wish = format!("A cot, please ({turn}).");
                ("manage_booking", json!({"booking_number": "BK-0008", "special_requests": wish}))
            }
            (Self::Search(_, tool, arguments), Kind::Staff) => (tool, arguments.clone()),
        }
    }
}

/// One of the bookings that every hotel has.
fn booking(turn: usize) -> String {
    format!("BK-{:04}", turn % 9 + 1)
}

fn new_token() -> String {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("bench-{}-{next}", std::process::id())
}
