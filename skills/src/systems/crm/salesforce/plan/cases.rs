//! Cases: opened once per key, changed only in the expected status.

use super::super::client::text_to;
use super::super::draft::Row;
use super::super::rows::{CASE, ContactRow, RoomRow};
use super::super::soql::{Literal, all, eq, is, not_among};
use super::Planner;
use crate::error::Refusal;
use crate::operations::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::refusals;
use crate::words::{BookingNumber, BookingStatus, CaseNumber, CaseStatus, Open};
use serde_json::json;

impl Planner<'_> {
    pub(super) fn upsert_case(&mut self, new: &UpsertCase) -> Result<(), Refusal> {
        if let Some(written) = self.facts.opened.get(&new.external_id) {
            self.plan.done.case_number = written.case().map(|case| case.number);
            return Ok(());
        }
        let mut body = json!({
            "External_ID__c": new.external_id, "Type": new.case_type, "Status": CaseStatus::New,
            "Priority": new.priority, "Origin": new.origin, "Subject": subject(&text_to(&new.description.subject())),
            "Description": text_to(new.description.as_str()),
        });
        if let Some(guest) = &new.guest {
            body["ContactId"] = self.contact_id(guest)?.into();
        }
        if let Some(room) = &new.room {
            body["Room__c"] = self.room(room)?.id.into();
        }
        if let Some(booking) = &new.booking {
            body["Booking__c"] = self.stay_of(booking, new)?.into();
        }
        let made = self.plan.draft.make("case", "Case", body);
        self.plan.case_number = Some(self.plan.draft.ask_number("Case", "CaseNumber", &made));
        self.plan.done.created = true;
        Ok(())
    }

    /// The booking of a case: requires it to be this guest's stay in this room, also when the Composite runs.
    fn stay_of(&mut self, number: &BookingNumber, new: &UpsertCase) -> Result<String, Refusal> {
        let (_, row) = self.booking(number)?;
        let guest = row.guest.as_ref().and_then(ContactRow::email);
        let room = row.room.as_ref().and_then(RoomRow::number);
        let another = (new.guest.is_some() && guest != new.guest) || (new.room.is_some() && room != new.room);
        if another || !row.is(BookingStatus::CheckedIn) {
            return Err(refusals::booking_moved_on(number));
        }
        self.plan.draft.stay_as_seen(&row);
        Ok(row.id)
    }

    pub(super) fn change_case(&mut self, change: &ChangeCase) -> Result<(), Refusal> {
        let row = self.touch_case(&change.case, &change.expect, "edited")?;
        let room = change.room.as_ref().map(|room| self.room(room)).transpose()?;
        let text = change.description.as_ref().map(|text| text_to(text.as_str()));
        let fields = [
            ("Type", change.case_type.map(|kind| kind.to_string())),
            ("Priority", change.priority.map(|priority| priority.to_string())),
            ("Room__c", room.map(|room| room.id)),
            ("Subject", text.as_deref().map(subject)),
            ("Description", text),
        ];
        self.plan.draft.set_given(&row, fields);
        Ok(())
    }

    pub(super) fn move_case(&mut self, change: &MoveCase) -> Result<(), Refusal> {
        let row = self.touch_case(&change.case, &change.from, &format!("moved to {}", change.to))?;
        self.plan.draft.set(row, "Status", change.to.as_str());
        if let Some(case) = self.facts.cases.get_mut(&change.case) {
            case.status = Some(change.to.to_string());
        }
        Ok(())
    }

    /// Gives a stay's open guest cases to another guest, and requires the stay to have no others. The cases are not
    /// locked: however one changes meanwhile, it stays the stay's.
    pub(super) fn give_cases(
        &mut self,
        booking: &str,
        of: &BookingNumber,
        guest: &str,
    ) -> Result<(), Refusal> {
        if !self.seen.is_fresh() {
            return Err(refusals::booking_moved_on(of)); // only a fresh read shows which cases there are
        }
        let mut further = vec![
            eq("Booking__c", booking),
            is("Status", "!=", CaseStatus::Closed.as_str()),
            is("ContactId", "!=", Literal::null()),
        ];
        for row in self.facts.cases.values().filter(|row| row.is_open_and_a_guests(of)) {
            further.push(is("Id", "!=", row.id.as_str()));
            self.plan.draft.set(Row::Case { id: row.id.clone() }, "ContactId", guest);
        }
        let none = not_among("Id", "Booking__c", "Case", &all(further));
        self.plan.draft.booking(booking).expect_that(none);
        Ok(())
    }

    /// Finds a case, checks its expected status, and requires it to be as it was read.
    fn touch_case(
        &mut self,
        number: &CaseNumber,
        expect: &Open<CaseStatus>,
        wish: &str,
    ) -> Result<Row, Refusal> {
        let found = self.facts.cases.get(number).ok_or_else(|| refusals::case_not_found(number))?;
        if found.status() != *expect {
            return Err(refusals::case_cannot(number, &found.status(), wish));
        }
        let row = Row::Case { id: found.id.clone() };
        if let Some(seen) = self.seen.cases.get(number) {
            self.plan.draft.case_as_seen(seen);
        }
        Ok(row)
    }
}

/// Cuts a text to its field's length. Escaping may have made it longer.
fn subject(text: &str) -> String {
    text.chars().take(CASE.longest("Subject")).collect()
}
