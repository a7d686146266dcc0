//! Turns changes and known rows into a Composite, or a refusal. Each change has the same preconditions as in the
//! embedded hotel; the Composite also checks that the known rows are still as they were read.

mod bookings;
mod cases;
mod contacts;
mod payments;
mod rooms;
mod sales;

pub(super) use payments::{has_gone_back, is_recorded};

use super::draft::Draft;
use super::facts::Facts;
use super::rows::{BookingRow, RoomRow, SaleRow};
use crate::error::Refusal;
use crate::operations::opportunities::CreateOpportunity;
use crate::refusals;
use crate::systems::crm::{Change, Committed};
use crate::words::{BookingNumber, Email, Key, RoomNumber};
use std::collections::HashMap;

/// The Composite to send, and the answer if it succeeds.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) draft: Draft,
    pub(super) done: Committed,
    /// The subrequest that reads the new booking's number.
    pub(super) booking_number: Option<String>,
    /// The subrequest that reads the new case's number.
    pub(super) case_number: Option<String>,
}

struct Planner<'a> {
    /// All that is committed together.
    changes: &'a [Change],
    /// The rows as read, with this commit's changes so far.
    facts: Facts,
    /// The rows as read.
    seen: &'a Facts,
    sales: HashMap<&'a Key, &'a CreateOpportunity>,
    /// Whether bookings store the agreed price of each night.
    keeps_prices: bool,
    plan: Plan,
}

pub(super) fn plan<'a>(changes: &'a [Change], seen: &'a Facts, keeps_prices: bool) -> Result<Plan, Refusal> {
    let (facts, sales) = (seen.clone(), HashMap::new());
    let mut planner = Planner { changes, facts, seen, sales, keeps_prices, plan: Plan::default() };
    for change in changes {
        planner.apply(change)?;
    }
    Ok(planner.plan)
}

impl<'a> Planner<'a> {
    fn apply(&mut self, change: &'a Change) -> Result<(), Refusal> {
        match change {
            Change::CreateContact(new) => self.create_contact(new),
            Change::UpsertContact(new) => self.upsert_contact(new),
            Change::CreateOpportunity(new) => self.create_opportunity(new),
            Change::MoveOpportunity(change) => self.move_opportunity(change),
            Change::UpsertBooking(new) => self.upsert_booking(new),
            Change::ChangeBooking(change) => self.change_booking(change),
            Change::MoveBooking(change) => self.move_booking(change),
            Change::MoveRoom(change) => self.move_room(change),
            Change::UpsertCase(new) => self.upsert_case(new),
            Change::ChangeCase(change) => self.change_case(change),
            Change::MoveCase(change) => self.move_case(change),
            Change::RecordPayment(new) => self.record_payment(new),
        }
    }

    fn contact_id(&self, email: &Email) -> Result<String, Refusal> {
        let row = self.facts.contacts.get(email).and_then(Option::as_ref);
        row.map(|row| row.id.clone()).ok_or_else(|| refusals::guest_not_found(email))
    }

    fn room(&self, number: &RoomNumber) -> Result<RoomRow, Refusal> {
        self.facts.rooms.get(number).cloned().ok_or_else(|| refusals::room_not_found(number))
    }

    fn booking(&self, number: &BookingNumber) -> Result<(SaleRow, BookingRow), Refusal> {
        let found = self.facts.booking(number);
        found
            .map(|(sale, row)| (sale.clone(), row.clone()))
            .ok_or_else(|| refusals::booking_not_found(number))
    }
}
