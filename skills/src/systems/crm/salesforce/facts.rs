//! The rows that a commit needs: from the cache, or read in one round trip.

use super::Salesforce;
use super::looks::{booked_by, contact, is_open, sales_with};
use super::rows::{self, BookingRow, CaseRow, ContactRow, RoomRow, SaleRow, best};
use super::soql::{Condition, Query, all, any, is, one_of};
use crate::error::SkillError;
use crate::systems::crm::Change;
use crate::words::{BookingNumber, CaseNumber, CaseStatus, Email, Key, RoomNumber};
use std::collections::{BTreeSet, HashMap};

/// Rows by the hotel's own keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    /// Sales by id.
    pub(super) sales: HashMap<String, SaleRow>,
    /// The sale of each booking.
    pub(super) sale_of: HashMap<BookingNumber, String>,
    pub(super) rooms: HashMap<RoomNumber, RoomRow>,
    /// None for a person known to be absent.
    pub(super) contacts: HashMap<Email, Option<ContactRow>>,
    pub(super) cases: HashMap<CaseNumber, CaseRow>,
    /// The booking with a key of ours.
    pub(super) booked: HashMap<Key, BookingRow>,
    /// The case with a key of ours.
    pub(super) opened: HashMap<Key, CaseRow>,
    /// Open bookings of the rooms concerned and of the guests who book, if they were read.
    pub(super) holders: Option<Vec<BookingRow>>,
}

impl Facts {
    pub(super) fn sale(&mut self, sale: &SaleRow) {
        for row in sale.bookings() {
            self.sale_of.extend(row.number().map(|number| (number, sale.id.clone())));
            row.room.iter().for_each(|room| self.room(room));
            if let Some((email, guest)) = row.guest.as_ref().and_then(|guest| Some((guest.email()?, guest))) {
                self.contacts.entry(email).or_insert_with(|| Some(guest.clone()));
            }
        }
        self.sales.insert(sale.id.clone(), sale.clone());
    }

    pub(super) fn room(&mut self, room: &RoomRow) {
        self.rooms.extend(room.number().map(|number| (number, room.clone())));
    }

    pub(super) fn contact(&mut self, email: Email, row: Option<ContactRow>) {
        self.contacts.insert(email, row);
    }

    pub(super) fn case(&mut self, row: CaseRow) {
        self.cases.extend(row.case().map(|case| (case.number, row)));
    }

    /// The booking with this number, and its sale.
    pub(super) fn booking(&self, number: &BookingNumber) -> Option<(&SaleRow, &BookingRow)> {
        let sale = self.sales.get(self.sale_of.get(number)?)?;
        Some((sale, sale.bookings().iter().find(|row| row.number().as_ref() == Some(number))?))
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.holders.is_some()
    }
}

/// The keys of the rows that changes need.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) bookings: BTreeSet<BookingNumber>,
    pub(super) rooms: BTreeSet<RoomNumber>,
    pub(super) contacts: BTreeSet<Email>,
    pub(super) cases: BTreeSet<CaseNumber>,
    /// The bookings whose open cases are needed.
    cases_of: BTreeSet<BookingNumber>,
    bookings_of_ours: BTreeSet<Key>,
    /// Guests who must hold no other of the nights.
    booking_guests: BTreeSet<Email>,
    cases_of_ours: BTreeSet<Key>,
}

impl Needs {
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut needs = Self::default();
        for change in changes {
            match change {
                Change::CreateContact(new) => needs.contacts.extend([new.email.clone()]),
                Change::UpsertContact(new) => needs.contacts.extend([new.email.clone()]),
                Change::CreateOpportunity(new) => needs.contacts.extend([new.guest.clone()]),
                Change::MoveOpportunity(change) => needs.bookings.extend([change.booking.clone()]),
                Change::UpsertBooking(new) => {
                    needs.contacts.extend([new.guest.clone()]);
                    needs.rooms.extend([new.room.clone()]);
                    needs.bookings_of_ours.extend([new.external_id.clone()]);
                    needs.booking_guests.extend([new.guest.clone()]);
                }
                Change::ChangeBooking(change) => {
                    needs.bookings.extend([change.seen.booking.clone()]);
                    needs.contacts.extend(change.guest.clone());
                    needs.rooms.extend(change.room.clone());
                    if change.moves_cases() {
                        needs.cases_of.extend([change.seen.booking.clone()]);
                    }
                }
                Change::MoveBooking(change) => needs.bookings.extend([change.seen.booking.clone()]),
                Change::MoveRoom(change) => {
                    needs.rooms.extend([change.room.clone()]);
                    needs.contacts.extend(change.occupant.clone());
                }
                Change::UpsertCase(new) => {
                    needs.contacts.extend(new.guest.clone());
                    needs.rooms.extend(new.room.clone());
                    needs.bookings.extend(new.booking.clone());
                    needs.cases_of_ours.extend([new.external_id.clone()]);
                }
                Change::ChangeCase(change) => {
                    needs.cases.extend([change.case.clone()]);
                    needs.rooms.extend(change.room.clone());
                }
                Change::MoveCase(change) => needs.cases.extend([change.case.clone()]),
                Change::RecordPayment(new) => needs.bookings.extend([new.booking.clone()]),
            }
        }
        needs
    }
}

enum Part {
    Sales,
    Rooms,
    Contacts,
    Cases,
    Bookings,
}

impl Salesforce {
    /// Reads the rows that changes need: one round trip, or two if the first finds a room whose bookings must be read too.
    pub(super) async fn read_facts(&self, needs: &Needs) -> Result<Facts, SkillError> {
        let mut rooms: BTreeSet<RoomNumber> = needs.rooms.clone();
        rooms.extend(self.known().pick(needs).rooms.into_keys());
        let (parts, queries): (Vec<_>, Vec<_>) = asked(needs, &rooms).into_iter().unzip();
        let answers = self.client.queries(&queries).await?;
        let mut facts = Facts::default();
        let mut holders: Vec<BookingRow> = vec![];
        for (part, rows) in parts.into_iter().zip(answers) {
            match part {
                Part::Sales => rows::read(rows).iter().for_each(|sale| facts.sale(sale)),
                Part::Rooms => rows::read(rows).iter().for_each(|room| facts.room(room)),
                Part::Contacts => {
                    let found: Vec<ContactRow> = rows::read(rows);
                    for email in &needs.contacts {
                        let of = found.iter().filter(|row| row.email().as_ref() == Some(email)).cloned();
                        facts.contact(email.clone(), best(&of.collect::<Vec<_>>()).cloned());
                    }
                }
                Part::Cases => {
                    for row in rows::read::<CaseRow>(rows) {
                        let key = row.external_id.as_deref().and_then(|key| Key::new(key).ok());
                        facts.opened.extend(key.map(|key| (key, row.clone())));
                        facts.case(row);
                    }
                }
                Part::Bookings => {
                    for row in rows::read::<BookingRow>(rows) {
                        let key = row.external_id.as_deref().and_then(|key| Key::new(key).ok());
                        let ours = key.filter(|key| needs.bookings_of_ours.contains(key));
                        facts.booked.extend(ours.map(|key| (key, row.clone())));
                        holders.push(row);
                    }
                }
            }
        }
        let unasked: Vec<_> = facts.rooms.keys().filter(|number| !rooms.contains(number)).cloned().collect();
        if !unasked.is_empty() {
            let query = Query::rows(&rows::BOOKING, vec![held(&unasked)]);
            holders.extend(rows::read::<BookingRow>(self.client.query(&query).await?));
        }
        facts.holders = Some(holders);
        Ok(facts)
    }
}

/// Condition: a booking holds nights of one of these rooms.
fn held<'a>(rooms: impl IntoIterator<Item = &'a RoomNumber>) -> Condition {
    let rooms = one_of("Room__r.Room_Number__c", rooms.into_iter().map(RoomNumber::as_str));
    all(vec![is_open(), rooms])
}

/// The queries. The org does not prevent several rows with one key of ours; the oldest is read last and counts.
fn asked(needs: &Needs, rooms: &BTreeSet<RoomNumber>) -> Vec<(Part, Query)> {
    let mut asked = vec![];
    if !needs.bookings.is_empty() {
        let named = one_of("Name", needs.bookings.iter().map(BookingNumber::as_str));
        asked.push((Part::Sales, sales_with(&named)));
    }
    if !needs.rooms.is_empty() {
        let numbered = one_of("Room_Number__c", needs.rooms.iter().map(RoomNumber::as_str));
        asked.push((Part::Rooms, Query::rows(&rows::ROOM, vec![numbered])));
    }
    if !needs.contacts.is_empty() {
        let these = any(needs.contacts.iter().map(contact).collect());
        asked.push((Part::Contacts, Query::rows(&rows::CONTACT, vec![these]).order("Id")));
    }
    if !needs.cases.is_empty() || !needs.cases_of_ours.is_empty() || !needs.cases_of.is_empty() {
        let mut these = vec![
            one_of("CaseNumber", needs.cases.iter().map(CaseNumber::as_str)),
            one_of("External_ID__c", needs.cases_of_ours.iter().map(Key::as_str)),
        ];
        if !needs.cases_of.is_empty() {
            let of = one_of("Booking__r.Name", needs.cases_of.iter().map(BookingNumber::as_str));
            these.push(all(vec![of, is("Status", "!=", CaseStatus::Closed.as_str())]));
        }
        let these = any(these);
        asked.push((Part::Cases, Query::rows(&rows::CASE, vec![these]).order("Id DESC")));
    }
    if !rooms.is_empty() || !needs.bookings_of_ours.is_empty() {
        let ours = one_of("External_ID__c", needs.bookings_of_ours.iter().map(Key::as_str));
        let mut these = vec![ours, held(rooms)];
        // A guest who books may hold the nights already, in another room.
        let theirs: Vec<_> = needs.booking_guests.iter().map(booked_by).collect();
        if !theirs.is_empty() {
            these.push(all(vec![is_open(), any(theirs)]));
        }
        let these = any(these);
        asked.push((Part::Bookings, Query::rows(&rows::BOOKING, vec![these]).order("Id DESC")));
    }
    asked
}
