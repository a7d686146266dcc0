//! Rooms: their occupant, and the nights that no other booking holds.

use super::super::draft::Row;
use super::super::rows::{ContactRow, RoomRow};
use super::super::searches::holds;
use super::super::soql::{all, eq, is, not_among};
use super::super::stays::overlaps;
use super::Planner;
use crate::error::Refusal;
use crate::operations::rooms::MoveRoom;
use crate::refusals;
use crate::stay_rules::check_status;
use crate::words::{Date, Nights, RoomStatus};

impl Planner<'_> {
    pub(super) fn move_room(&mut self, change: &MoveRoom) -> Result<(), Refusal> {
        let room = self.room(&change.room)?;
        let status = room.status();
        let occupant = room.occupant.as_ref().and_then(ContactRow::email);
        let somebody_else = (occupant.is_some() && occupant != change.leaving)
            || (room.has_unnamed_occupant() && !change.leaving_unnamed);
        if status != change.from || somebody_else {
            return Err(if change.to == RoomStatus::Occupied {
                refusals::room_not_vacant(&change.room, &status)
            } else {
                refusals::room_cannot(&change.room, &status, change.to)
            });
        }
        let occupant = change.occupant.as_ref().map(|guest| self.contact_id(guest)).transpose()?;
        if let Some(seen) = self.seen.rooms.get(&change.room) {
            self.plan.draft.room_as_seen(seen);
        }
        let row = Row::Room { number: change.room.to_string(), id: room.id };
        self.plan.draft.set(row.clone(), "Status__c", change.to.as_str());
        self.plan.draft.set(row, "Current_Guest__c", occupant);
        Ok(())
    }

    /// Requires that the room's status allows arriving on a day, and is the same when the Composite runs.
    pub(super) fn expect_open(&mut self, room: &RoomRow, arrives: Date, today: Date) -> Result<(), Refusal> {
        if let Some(number) = room.number() {
            check_status(&number, &room.status(), arrives, today)?;
        }
        self.plan.draft.room(room).expect("Status__c", room.status.as_deref());
        Ok(())
    }

    /// Requires that no booking but `except` holds one of the room's nights.
    pub(super) fn expect_free(
        &mut self,
        room: &RoomRow,
        nights: Nights,
        except: Option<&str>,
        today: Date,
    ) -> Result<(), Refusal> {
        let others = self.facts.holders.iter().flatten();
        let taken = others
            .filter(|row| row.room_id() == Some(&room.id) && except != Some(&row.id))
            .any(|row| overlaps(row, nights, today));
        if taken {
            return Err(room.number().map_or_else(
                || refusals::invalid_argument("room_number", "this room has no number", None),
                |number| refusals::room_already_booked(&number),
            ));
        }
        let mut taken = vec![eq("Room__c", room.id.as_str()), holds(nights, today)];
        taken.extend(except.map(|id| is("Id", "!=", id)));
        self.plan.draft.room(room).expect_that(not_among("Id", "Room__c", "Booking__c", &all(taken)));
        Ok(())
    }
}
