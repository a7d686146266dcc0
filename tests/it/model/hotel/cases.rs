//! Requests of guests and staff.

use super::{Case, Ended, Hotel, No, and, number};
use crate::model::calls::Word;
use serde_json::{Value, json};

fn case_number(at: usize) -> String {
    format!("{:08}", 1001 + at)
}

impl Hotel {
    pub(super) fn service_request(
        &mut self,
        (guest, room): (Word, Option<Word>),
        kind: Word,
        text: Word,
        by_guest: bool,
        additional_to: &[Word],
    ) -> Ended {
        if self.person(guest)?.kind != "Guest" {
            return Err("INVALID_CONTACT_TYPE".into());
        }
        if let Some(room) = room.filter(|_| !by_guest) {
            self.room(room)?;
        }
        let here = |at: &usize| {
            let b = &self.bookings[*at];
            b.guest == guest && b.status == "Checked In" && room.is_none_or(|room| room == b.room)
        };
        let stays: Vec<usize> = (0..self.bookings.len()).filter(here).collect();
        let stay = match stays.as_slice() {
            [one] => *one,
            [] => return Err("BOOKING_NOT_FOUND".into()),
            _ => return Err("MULTIPLE_RESERVATIONS".into()),
        };
        let room = self.bookings[stay].room;
        self.open(self.case(kind, text, room, Some(guest), Some(stay)), additional_to, None)
    }

    pub(super) fn maintenance_request(
        &mut self,
        by: Word,
        room: Word,
        text: Word,
        take: bool,
        additional_to: &[Word],
    ) -> Ended {
        if self.person(by)?.kind != "Manager" {
            return Err("INVALID_CONTACT_TYPE".into());
        }
        let status = self.room(room)?.status;
        let takes = take && status != "Maintenance";
        if takes && !matches!(status, "Vacant" | "Cleaning") {
            return Err("INVALID_TRANSITION".into());
        }
        let taken = takes.then_some(room);
        let opened = self.open(self.case("Maintenance", text, room, Some(by), None), additional_to, taken)?;
        let mut more = json!({"room_status": self.room(room)?.status});
        if take {
            let affects = |b: &&super::Booking| b.room == room && b.status == "Reserved" && b.to > 0;
            more["affected_reservations"] = self.bookings.iter().filter(affects).count().into();
        }
        Ok(and(opened, &more))
    }

    pub(super) fn create_case(
        &mut self,
        room: Word,
        kind: Word,
        text: Word,
        guest: Option<Word>,
        additional_to: &[Word],
    ) -> Ended {
        if let Some(guest) = guest {
            self.person(guest)?;
        }
        self.room(room)?;
        let here = |b: &super::Booking| Some(b.guest) == guest && b.status == "Checked In" && b.room == room;
        let stay = self.bookings.iter().rposition(here);
        self.open(self.case(kind, text, room, guest, stay), additional_to, None)
    }

    fn case(&self, kind: Word, text: Word, room: Word, guest: Option<Word>, booking: Option<usize>) -> Case {
        Case { kind, status: "New", priority: "Medium", room, guest, booking, text, today: true }
    }

    /// The same request of today that is still open is that case; whoever names all such cases files another.
    fn open(&mut self, new: Case, additional_to: &[Word], taken: Option<Word>) -> Ended {
        let same = |at: &usize| {
            let case = &self.cases[*at];
            let alike =
                (case.kind, case.room, case.guest, case.text) == (new.kind, new.room, new.guest, new.text);
            alike && case.today && case.status != "Closed"
        };
        let open: Vec<usize> = (0..self.cases.len()).filter(same).collect();
        let another = open.iter().all(|at| additional_to.contains(&case_number(*at).as_str()));
        let found = open.last().copied().filter(|_| !another);
        if found.is_none() {
            self.asks_a_system("open_case")?;
        } else if taken.is_some() {
            self.asks_a_system("complete_case")?;
        }
        if let Some(room) = taken {
            self.room_mut(room).status = "Maintenance";
        }
        let at = found.unwrap_or_else(|| {
            self.cases.push(new);
            self.cases.len() - 1
        });
        Ok(and(self.case_view(at), &json!({"created": found.is_none()})))
    }

    pub(super) fn manage_case(
        &mut self,
        case: Word,
        status: Option<Word>,
        priority: Option<Word>,
        room: Option<Word>,
        text: Option<Word>,
    ) -> Ended {
        let edits = priority.is_some() || room.is_some() || text.is_some();
        if !edits && status.is_none() {
            return Err("VALIDATION_ERROR".into());
        }
        let found = (0..self.cases.len()).find(|at| case_number(*at) == case);
        let at = found.ok_or("CASE_NOT_FOUND")?;
        if let Some(room) = room {
            self.room(room)?;
        }
        let before = self.cases[at].clone();
        let moves = status.filter(|status| *status != before.status);
        let legal = moves.is_none_or(|to| {
            matches!(
                (before.status, to),
                ("New", "Working" | "Escalated" | "Closed")
                    | ("Working", "Escalated" | "Closed")
                    | ("Escalated", "Working" | "Closed")
            )
        });
        if !legal || (edits && before.status == "Closed") {
            return Err("INVALID_TRANSITION".into());
        }
        let mut after = before.clone();
        after.status = status.unwrap_or(before.status);
        after.priority = priority.unwrap_or(before.priority);
        after.room = room.unwrap_or(before.room);
        after.text = text.unwrap_or(before.text);
        let parts = |c: &Case| (c.status, c.priority, c.room, c.text);
        let changed = parts(&after) != parts(&before);
        if changed {
            self.asks_a_system("change").map_err(No::from)?;
            self.cases[at] = after;
        }
        Ok(and(self.case_view(at), &json!({"changed": changed})))
    }

    fn case_view(&self, at: usize) -> Value {
        let case = &self.cases[at];
        let mut view = json!({
            "case_number": case_number(at), "type": case.kind, "status": case.status, "priority": case.priority,
            "description": case.text, "room_number": case.room,
        });
        if let Some(guest) = case.guest {
            view["guest_email"] = guest.into();
        }
        if let Some(booking) = case.booking {
            view["booking_number"] = number(booking).into();
        }
        view
    }

    /// The cases of a guest, newest first.
    pub(super) fn cases_of(&self, guest: Word) -> Vec<String> {
        let theirs = (0..self.cases.len()).rev().filter(|at| self.cases[*at].guest == Some(guest));
        theirs.map(case_number).collect()
    }

    pub(super) fn cases_written(&self) -> Vec<String> {
        let line = |(at, c): (usize, &Case)| {
            let booking = c.booking.map_or_else(|| "-".to_owned(), number);
            let (guest, at) = (c.guest.unwrap_or("-"), case_number(at));
            format!("{at} {} {} {} {} {guest} {booking} {}", c.kind, c.status, c.priority, c.room, c.text)
        };
        self.cases.iter().enumerate().map(line).collect()
    }
}
