//! A stay begins.

use super::{Ended, Hotel, and};
use crate::model::calls::{Day, Word};
use serde_json::json;

impl Hotel {
    pub(super) fn check_in(
        &mut self,
        guest: Word,
        date: Option<Day>,
        booking: Option<Word>,
        room: Option<Word>,
        staff: bool,
    ) -> Ended {
        self.person(guest)?;
        if date.is_some_and(|date| date > 0) {
            return Err("INVALID_DATES".into());
        }
        let found = self.arriving(guest, date, booking, room, staff)?;
        let stay = self.bookings[found].clone();
        if stay.status == "Checked In" {
            let room_status = self.room(stay.room)?.status;
            let here = json!({"room_status": room_status, "already_checked_in": true});
            return Ok(and(self.view(found), &here));
        }
        if self.room(stay.room)?.status != "Vacant" {
            return Err("ROOM_NOT_VACANT".into());
        }
        self.asks_a_system("move_in")?;
        if stay.status == "No Show" {
            self.expect_free(stay.room, 0, stay.to, Some(found))?;
            let others: i64 = self.counting_beside(found).map(super::Booking::price).sum();
            self.sales[stay.sale].amount = self.price_taken_back(found) + others;
        }
        self.bookings[found].status = "Checked In";
        if stay.status == "No Show" {
            self.share(stay.sale);
        }
        let room = self.room_mut(stay.room);
        (room.status, room.occupant) = ("Occupied", Some(guest));
        self.sales[stay.sale].stage = "Checked In";
        self.text(guest);
        Ok(and(self.view(found), &json!({"room_status": "Occupied", "already_checked_in": false})))
    }

    /// The one booking that is meant: the one named, else today's arrival, else one that is late, else a guest who is
    /// here already.
    fn arriving(
        &self,
        guest: Word,
        date: Option<Day>,
        booking: Option<Word>,
        room: Option<Word>,
        staff: bool,
    ) -> Result<usize, &'static str> {
        let fits = |at: &usize| {
            let b = &self.bookings[*at];
            b.guest == guest
                && room.is_none_or(|room| room == b.room)
                && date.is_none_or(|date| date == b.from)
        };
        if let Some(number) = booking {
            let at = self.booking(number, None).ok().filter(fits).ok_or("RESERVATION_NOT_FOUND")?;
            let b = &self.bookings[at];
            return match b.status {
                "Reserved" if b.from > 0 => Err("INVALID_DATES"),
                // Servers here take it that nights are over as soon as the day of departure begins.
                "Reserved" | "No Show" if b.to <= 0 => Err("RESERVATION_NOT_FOUND"),
                "No Show" if !staff => Err("RESERVATION_NOT_FOUND"),
                "Reserved" | "Checked In" | "No Show" => Ok(at),
                _ => Err("INVALID_TRANSITION"),
            };
        }
        let mine = (0..self.bookings.len()).filter(fits);
        let (mut todays, mut late, mut here) = (vec![], vec![], vec![]);
        for at in mine {
            let b = &self.bookings[at];
            match b.status {
                "Reserved" if b.from == 0 && b.to > 0 => todays.push(at),
                "Reserved" if b.from < 0 && b.to > 0 => late.push(at),
                "Checked In" => here.push(at),
                _ => {}
            }
        }
        let meant = [todays, late, here].into_iter().find(|found| !found.is_empty());
        match meant.ok_or("RESERVATION_NOT_FOUND")?.as_slice() {
            [one] => Ok(*one),
            _ => Err("MULTIPLE_RESERVATIONS"),
        }
    }
}
