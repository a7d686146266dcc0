//! Finds out whether an attempt that may have taken effect did: by our key on a created row, by the payment's row, or
//! else by rows that look as they would afterwards.

use super::facts::Facts;
use super::plan::{has_gone_back, is_recorded};
use super::rows::{BookingRow, ContactRow, same_text};
use crate::operations::bookings::ChangeBooking;
use crate::operations::cases::ChangeCase;
use crate::operations::rooms::MoveRoom;
use crate::systems::crm::{Change, Committed};

/// The evidence that a change was made.
enum Evidence {
    /// A key of ours: whether it exists.
    Key(bool),
    /// Only its effect: whether the row looks as it would afterwards.
    Effect(bool),
    /// None of its own: it follows the changes it is committed with, and has no effect the second time.
    None,
}

/// The commit's answer, if the changes have been made. Keys decide if there are any; otherwise the rows.
pub(super) fn witnessed(changes: &[Change], facts: &Facts) -> Option<Committed> {
    let (mut keys, mut effects) = (vec![], vec![]);
    for change in changes {
        match evidence(change, changes, facts) {
            Evidence::Key(found) => keys.push(found),
            Evidence::Effect(found) => effects.push(found),
            Evidence::None => {}
        }
    }
    let found = if keys.is_empty() { effects } else { keys };
    (!found.is_empty() && found.iter().all(|made| *made)).then(|| answer(changes, facts))
}

fn answer(changes: &[Change], facts: &Facts) -> Committed {
    let mut done = Committed::default();
    for change in changes {
        match change {
            Change::UpsertBooking(new) => {
                done.booking_number = facts.booked.get(&new.external_id).and_then(BookingRow::number);
                done.created = true;
            }
            Change::UpsertCase(new) => {
                let case = facts.opened.get(&new.external_id).and_then(super::rows::CaseRow::case);
                done.case_number = case.map(|case| case.number);
                done.created = true;
            }
            _ => {}
        }
    }
    done
}

/// Whether the person exists with this name: then an earlier attempt created them.
pub(super) fn contact_made(changes: &[Change], facts: &Facts) -> bool {
    changes.iter().any(|change| {
        let Change::CreateContact(new) = change else { return false };
        let stored = facts.contacts.get(&new.email).and_then(Option::as_ref).and_then(ContactRow::contact);
        stored.is_some_and(|stored| {
            stored.first_name == new.first_name.as_str() && stored.last_name == new.last_name.as_str()
        })
    })
}

/// The evidence of each change; a new kind of change does not compile without it.
fn evidence(change: &Change, changes: &[Change], facts: &Facts) -> Evidence {
    match change {
        Change::UpsertBooking(new) => Evidence::Key(facts.booked.contains_key(&new.external_id)),
        Change::UpsertCase(new) => Evidence::Key(facts.opened.contains_key(&new.external_id)),
        Change::RecordPayment(new) => {
            let row = facts.booking(&new.booking);
            // The charge of a stay that another machine has given back was recorded by that one.
            let made = |(sale, row): (&_, &_)| {
                is_recorded(sale, row, new) && !has_gone_back(sale, row, new, changes)
            };
            Evidence::Key(row.is_some_and(made))
        }
        Change::MoveBooking(change) => {
            let row = facts.booking(&change.seen.booking);
            let left = |row: &BookingRow| change.departure.is_none_or(|day| row.check_out == Some(day));
            Evidence::Effect(row.is_some_and(|(_, row)| row.is(change.to) && left(row)))
        }
        Change::ChangeBooking(change) => {
            let row = facts.booking(&change.seen.booking);
            Evidence::Effect(row.is_some_and(|(_, row)| is_changed(row, change)))
        }
        Change::MoveRoom(change) => Evidence::Effect(is_moved(facts, change)),
        Change::MoveCase(change) => {
            let row = facts.cases.get(&change.case);
            Evidence::Effect(row.is_some_and(|row| row.status() == change.to))
        }
        Change::ChangeCase(change) => Evidence::Effect(is_edited(facts, change)),
        // A sale follows its booking. A contact is stored once per e-mail: writing it again changes nothing.
        Change::CreateOpportunity(_)
        | Change::MoveOpportunity(_)
        | Change::CreateContact(_)
        | Change::UpsertContact(_) => Evidence::None,
    }
}

fn is_changed(row: &BookingRow, change: &ChangeBooking) -> bool {
    let guest = row.guest.as_ref().and_then(ContactRow::email);
    let room = row.room.as_ref().and_then(super::rows::RoomRow::number);
    let requests = row.special_requests().unwrap_or_default();
    change.nights.is_none_or(|nights| row.nights() == Some(nights))
        && (change.guest.is_none() || guest == change.guest)
        && (change.room.is_none() || room == change.room)
        && change.number_of_guests.is_none_or(|guests| row.number_of_guests() == Some(guests))
        && change.special_requests.as_ref().is_none_or(|text| same_text(&requests, text.as_str()))
}

fn is_moved(facts: &Facts, change: &MoveRoom) -> bool {
    facts.rooms.get(&change.room).is_some_and(|row| {
        let occupant = row.occupant.as_ref().and_then(ContactRow::email);
        row.status() == change.to && occupant == change.occupant && !row.has_unnamed_occupant()
    })
}

fn is_edited(facts: &Facts, change: &ChangeCase) -> bool {
    facts.cases.get(&change.case).and_then(super::rows::CaseRow::case).is_some_and(|case| {
        change.case_type.is_none_or(|kind| case.case_type == kind)
            && change.priority.is_none_or(|priority| case.priority == priority)
            && (change.room.is_none() || case.room == change.room)
            && change.description.as_ref().is_none_or(|text| same_text(&case.description, text.as_str()))
    })
}
