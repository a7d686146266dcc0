//! Bookings made, changed, moved and given up.

use super::{Booking, Ended, Hotel, Person, Sale, and, number};
use crate::model::calls::{Ask, Day, Word};
use serde_json::json;

impl Hotel {
    pub(super) fn create_booking(&mut self, ask: &Ask) -> Ended {
        let &Ask::CreateBooking { guest, named, room, from, to, guests, additional_to } = ask else {
            unreachable!("create_booking");
        };
        let guest = guest.unwrap_or_default();
        if !self.people.contains_key(guest) && !named {
            return Err("VALIDATION_ERROR".into());
        }
        if from < 0 || to <= from {
            return Err("INVALID_DATES".into());
        }
        self.room(room)?;
        let same = |b: &Booking| b.guest == guest && b.active() && (b.room, b.from, b.to) == (room, from, to);
        // Of several that are alike (there are none), the newest.
        if let Some(at) = self.bookings.iter().rposition(same) {
            return Ok(and(self.view(at), &json!({"created": false})));
        }
        let known = |at: usize| additional_to.contains(&number(at).as_str());
        let held = |(at, b): (usize, &Booking)| b.guest == guest && b.holds(from, to) && !known(at);
        if self.bookings.iter().enumerate().any(held) {
            return Err("ALREADY_BOOKED".into());
        }
        self.check_room(room, from, guests)?;
        self.asks_a_system("book")?;
        self.expect_free(room, from, to, None)?;
        self.people.entry(guest).or_insert(Person { kind: "Guest", texts: None });
        let rate = self.room(room)?.rate;
        self.sales.push(Sale { stage: "Booking Confirmed", amount: rate * (to - from), payment: None });
        self.bookings.push(Booking {
            guest,
            room,
            from,
            to,
            planned: to,
            guests,
            requests: None,
            status: "Reserved",
            prices: (from..to).map(|_| rate).collect(),
            paid: None,
            sale: self.sales.len() - 1,
        });
        Ok(and(self.view(self.bookings.len() - 1), &json!({"created": true})))
    }

    /// Out of Service rules out all dates, Maintenance arriving today.
    fn check_room(&self, room: Word, from: Day, guests: u8) -> Result<(), &'static str> {
        let found = self.room(room)?;
        match found.status {
            "Out of Service" => Err("ROOM_OUT_OF_SERVICE"),
            "Maintenance" if from <= 0 => Err("ROOM_OUT_OF_SERVICE"),
            _ if guests > found.sleeps => Err("OVER_CAPACITY"),
            _ => Ok(()),
        }
    }

    pub(super) fn manage_booking(&mut self, ask: &Ask, me: Option<Word>) -> Ended {
        let &Ask::ManageBooking { booking, from, to, guests, requests, room, guest } = ask else {
            unreachable!("manage_booking");
        };
        let nothing = from.is_none() && to.is_none() && guests.is_none() && requests.is_none();
        if nothing && room.is_none() && guest.is_none() {
            return Err("VALIDATION_ERROR".into());
        }
        let at = self.booking(booking, me)?;
        let before = self.bookings[at].clone();
        let mut after = before.clone();
        (after.from, after.to) = (from.unwrap_or(before.from), to.unwrap_or(before.to));
        after.guests = guests.unwrap_or(before.guests);
        after.requests = requests.or(before.requests);
        if let Some(room) = room {
            self.room(room)?;
            after.room = room;
        }
        if let Some(guest) = guest {
            self.person(guest)?;
            after.guest = guest;
        }
        let other_nights = (after.from, after.to) != (before.from, before.to);
        let other_room = after.room != before.room;
        let beyond = after.from != before.from || after.guests != before.guests || other_room;
        if !before.active() || (before.status == "Checked In" && beyond) {
            return Err("INVALID_TRANSITION".into());
        }
        if other_nights {
            let past = (after.from != before.from && after.from < 0) || after.to < 0;
            if past || after.to <= after.from {
                return Err("INVALID_DATES".into());
            }
            after.planned = after.to;
        }
        if other_room || (other_nights && before.status == "Reserved") {
            self.check_room(after.room, after.from, after.guests)?;
        } else if after.guests != before.guests && after.guests > self.room(after.room)?.sleeps {
            return Err("OVER_CAPACITY".into());
        }
        let rate = self.room(after.room)?.rate;
        if other_room {
            after.prices = (after.from..after.to).map(|_| rate).collect();
        } else if other_nights {
            after.prices = before.prices_for(after.from, after.to, rate);
        }
        let amount = self.sales[before.sale].amount + after.price() - before.price();
        if (other_room || other_nights) && self.prices_move(at, &after, amount) {
            return Err("RECORDS_REFUSED".into());
        }
        let same =
            after.guest == before.guest && after.guests == before.guests && after.requests == before.requests;
        let changed = other_nights || other_room || !same;
        if changed {
            let handed_over = before.status == "Checked In" && after.guest != before.guest;
            if handed_over {
                self.asks_a_system("find_customers")?;
                self.asks_a_system("find_stay_intents")?;
                if self.has_a_payment(at) {
                    return Err("INVALID_TRANSITION".into());
                }
            }
            self.asks_a_system("change")?;
            if other_nights || other_room {
                // A guest who is here holds tonight, whenever the departure was planned.
                let to = if before.status == "Checked In" { after.to.max(1) } else { after.to };
                self.expect_free(after.room, after.from.max(0), to, Some(at))?;
            }
            if handed_over {
                self.hand_over(at, after.guest);
            }
            self.sales[before.sale].amount = amount;
            self.bookings[at] = after;
            self.share(before.sale);
        }
        Ok(and(self.view(at), &json!({"changed": changed})))
    }

    /// The room and the stay's open cases go to another guest with the stay.
    fn hand_over(&mut self, at: usize, to: Word) {
        let Booking { guest, room, .. } = self.bookings[at];
        let room = self.rooms.get_mut(room).expect("a room");
        if room.status == "Occupied" && room.occupant.is_none_or(|occupant| occupant == guest) {
            room.occupant = Some(to);
        }
        for case in self.cases.iter_mut().filter(|case| case.booking == Some(at) && case.status != "Closed") {
            case.guest = case.guest.map(|_| to);
        }
    }

    pub(super) fn cancel_booking(&mut self, booking: Word, no_show: bool, me: Option<Word>) -> Ended {
        let at = self.booking(booking, me)?;
        let stay = self.bookings[at].clone();
        if stay.status != "Reserved" {
            return Err("INVALID_TRANSITION".into());
        }
        if no_show && stay.from > 0 {
            return Err("INVALID_DATES".into());
        }
        self.asks_a_system("cancel")?;
        self.bookings[at].status = if no_show { "No Show" } else { "Cancelled" };
        if self.others_count(at) {
            self.sales[stay.sale].amount -= stay.price();
        }
        if !self.others_open(at) {
            self.sales[stay.sale].stage = "Closed Lost";
        }
        self.share(stay.sale);
        Ok(self.view(at))
    }

    pub(super) fn assign_room(&mut self, booking: Word, room: Word) -> Ended {
        let at = self.booking(booking, None)?;
        self.room(room)?;
        let stay = self.bookings[at].clone();
        if !stay.active() {
            return Err("INVALID_TRANSITION".into());
        }
        let told = |changed: bool| json!({"changed": changed, "previous_room_number": stay.room});
        if room == stay.room {
            return Ok(and(self.view(at), &told(false)));
        }
        let here = stay.status == "Checked In";
        if here {
            // Here and now: the room's state counts as it is.
            self.check_room(room, 1, stay.guests)?;
            if self.room(room)?.status != "Vacant" {
                return Err("ROOM_NOT_VACANT".into());
            }
        } else {
            self.check_room(room, stay.from, stay.guests)?;
            if self.prices_move(at, &Booking { room, ..stay.clone() }, self.sales[stay.sale].amount) {
                return Err("RECORDS_REFUSED".into());
            }
        }
        self.asks_a_system("move_room")?;
        let to = if here { stay.to.max(1) } else { stay.to };
        self.expect_free(room, stay.from.max(0), to, Some(at))?;
        if here {
            let old = self.room_mut(stay.room);
            (old.status, old.occupant) = ("Cleaning", None);
            let new = self.room_mut(room);
            (new.status, new.occupant) = ("Occupied", Some(stay.guest));
        }
        self.bookings[at].room = room;
        self.share(stay.sale);
        Ok(and(self.view(at), &told(true)))
    }
}
