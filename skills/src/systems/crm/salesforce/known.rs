//! A cache of rows from reads, for the commits that follow. A commit removes the rows it changed, so that finished
//! calls do not push out the rows of a call between its read and its commit.

use super::facts::{Facts, Needs};
use super::rows::{BookingRow, CaseRow, ContactRow, RoomRow, SaleRow};
use crate::words::{BookingNumber, CaseNumber, Email, RoomNumber};
use lru::LruCache;
use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroUsize;

/// How many rows of each kind are cached: more than there are requests in flight. A missing row costs one more read.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(256).expect("more than none");

/// Rows by the hotel's own keys, least recently used out first.
#[derive(Debug)]
pub(super) struct Known {
    /// Sales by id.
    sales: LruCache<String, SaleRow>,
    /// The sale of each booking of the cached sales.
    sale_of: HashMap<BookingNumber, String>,
    rooms: LruCache<RoomNumber, RoomRow>,
    /// None for a person known to be absent.
    contacts: LruCache<Email, Option<ContactRow>>,
    cases: LruCache<CaseNumber, CaseRow>,
}

impl Default for Known {
    fn default() -> Self {
        Self {
            sales: LruCache::new(REMEMBERED),
            sale_of: HashMap::default(),
            rooms: LruCache::new(REMEMBERED),
            contacts: LruCache::new(REMEMBERED),
            cases: LruCache::new(REMEMBERED),
        }
    }
}

impl Known {
    /// Caches a sale with its bookings.
    pub(super) fn sale(&mut self, sale: &SaleRow) {
        // Either the older version of this sale, or the least recently used one.
        if let Some((_, gone)) = self.sales.push(sale.id.clone(), sale.clone()) {
            self.drop_numbers(&gone);
        }
        for row in sale.bookings() {
            self.sale_of.extend(row.number().map(|number| (number, sale.id.clone())));
            row.room.iter().for_each(|room| self.room(room));
            if let Some((email, guest)) = row.guest.as_ref().and_then(|guest| Some((guest.email()?, guest))) {
                self.contacts.get_or_insert(email, || Some(guest.clone()));
            }
        }
    }

    pub(super) fn room(&mut self, room: &RoomRow) {
        if let Some(number) = room.number() {
            self.rooms.put(number, room.clone());
        }
    }

    pub(super) fn contact(&mut self, email: Email, row: Option<ContactRow>) {
        self.contacts.put(email, row);
    }

    pub(super) fn case(&mut self, row: CaseRow) {
        if let Some(case) = row.case() {
            self.cases.put(case.number, row);
        }
    }

    /// Removes rows that a commit has changed.
    pub(super) fn forget(&mut self, needs: &Needs) {
        for number in &needs.bookings {
            let sale = self.sale_of.get(number).and_then(|id| self.sales.pop(id));
            sale.iter().for_each(|sale| self.drop_numbers(sale));
        }
        forget_all(&mut self.rooms, &needs.rooms);
        forget_all(&mut self.cases, &needs.cases);
        forget_all(&mut self.contacts, &needs.contacts);
    }

    /// The cached rows of those that are needed. They count as used.
    pub(super) fn pick(&mut self, needs: &Needs) -> Facts {
        let mut picked = Facts::default();
        for number in &needs.bookings {
            let sale = self.sale_of.get(number).and_then(|id| self.sales.get(id));
            sale.into_iter().for_each(|sale| picked.sale(sale));
        }
        for number in &needs.rooms {
            self.rooms.get(number).into_iter().for_each(|room| picked.room(room));
        }
        for number in &needs.cases {
            self.cases.get(number).into_iter().for_each(|case| picked.case(case.clone()));
        }
        for email in &needs.contacts {
            self.contacts.get(email).into_iter().for_each(|row| picked.contact(email.clone(), row.clone()));
        }
        picked
    }

    fn drop_numbers(&mut self, sale: &SaleRow) {
        for number in sale.bookings().iter().filter_map(BookingRow::number) {
            self.sale_of.remove(&number);
        }
    }
}

fn forget_all<'a, K: Hash + Eq + 'a, V>(rows: &mut LruCache<K, V>, these: impl IntoIterator<Item = &'a K>) {
    for key in these {
        rows.pop(key);
    }
}
