//! Bookings: a change that takes nights of a room requires them to be free.

use super::super::client::text_to;
use super::super::draft::Row;
use super::super::rows::{BOOKING, BookingRow, ContactRow, RoomRow, SALE, SaleRow, units};
use super::super::searches::holds as holds_nights;
use super::super::soql::{all, eq, is, not_among};
use super::super::stays::overlaps;
use super::Planner;
use crate::error::Refusal;
use crate::operations::bookings::{BookingAsSeen, ChangeBooking, MoveBooking, UpsertBooking};
use crate::refusals;
use crate::words::{BookingStatus, Nights, Open, Prices, Stage};
use serde_json::{Value, json};

impl Planner<'_> {
    pub(super) fn upsert_booking(&mut self, new: &UpsertBooking) -> Result<(), Refusal> {
        if let Some(written) = self.facts.booked.get(&new.external_id) {
            self.plan.done.booking_number = written.number();
            // The guest created for it was created with it.
            return Ok(());
        }
        let (guest, room) = (self.contact_id(&new.guest)?, self.room(&new.room)?);
        self.expect_open(&room, new.nights.from, new.today)?;
        self.expect_free(&room, new.nights, None, new.today)?;
        self.expect_no_other(new)?;
        let (amount, name, stage) = match self.sales.get(&new.opportunity) {
            Some(sale) => (sale.amount, sale.name.clone(), sale.stage),
            None => {
                let name = format!("Booking for {} - {}", new.guest, new.nights.from);
                (new.agreed.total(), name, Stage::BookingConfirmed)
            }
        };
        let name: String = name.chars().take(SALE.longest("Name")).collect();
        let (from, to) = (new.nights.from.to_string(), new.nights.to.to_string());
        let mut sale = json!({
            "Name": text_to(&name), "StageName": stage, "Amount": units(amount), "CloseDate": to,
            "Arrival_Date__c": from, "Departure_Date__c": to, "ContactId": guest,
        });
        // In an org with several currencies, the default would be the integration user's own.
        if let Some(currency) = &room.currency {
            sale["CurrencyIsoCode"] = currency.as_str().into();
        }
        let sale = self.plan.draft.make("sale", "Opportunity", sale);
        let mut booking = json!({
            "External_ID__c": new.external_id, "Opportunity__c": sale, "Primary_Guest__c": guest, "Room__c": room.id,
            "Check_In_Date__c": from, "Check_Out_Date__c": to, "Number_of_Guests__c": new.number_of_guests,
            "Status__c": BookingStatus::Reserved,
        });
        if let Some(requests) = &new.special_requests {
            booking["Special_Requests__c"] = text_to(requests.as_str()).into();
        }
        for (field, value) in self.agreed(Some(&new.agreed)) {
            booking[field] = value;
        }
        let made = self.plan.draft.make("booking", "Booking__c", booking);
        self.plan.booking_number = Some(self.plan.draft.ask_number("Booking__c", "Name", &made));
        self.plan.done.created = true;
        Ok(())
    }

    /// Requires that the guest holds none of the nights except with the named bookings. A guest created by this
    /// commit holds none.
    fn expect_no_other(&mut self, new: &UpsertBooking) -> Result<(), Refusal> {
        let Some(Some(guest)) = self.seen.contacts.get(&new.guest).cloned() else { return Ok(()) };
        let theirs = |row: &&BookingRow| row.guest.as_ref().is_some_and(|them| them.id == guest.id);
        let holds = |row: &&BookingRow| overlaps(row, new.nights, new.today);
        let mut others = self.facts.holders.iter().flatten().filter(theirs).filter(holds);
        let unknown =
            others.find_map(|row| row.number().filter(|number| !new.additional_to.contains(number)));
        if let Some(other) = unknown {
            return Err(refusals::already_booked_meanwhile(&other));
        }
        let mut held = vec![eq("Primary_Guest__c", guest.id.as_str()), holds_nights(new.nights, new.today)];
        held.extend(new.additional_to.iter().map(|number| is("Name", "!=", number.as_str())));
        let expected = not_among("Id", "Primary_Guest__c", "Booking__c", &all(held));
        self.plan.draft.contact(&guest).expect_that(expected);
        Ok(())
    }

    /// The agreed prices in our package's fields, if the org has them. Prices that do not fit into the text are
    /// stored as their sum only.
    fn agreed(&self, prices: Option<&Prices>) -> Vec<(&'static str, Value)> {
        let Some(prices) = prices.filter(|_| self.keeps_prices) else { return vec![] };
        let longest = BOOKING.longest("Nightly_Prices__c");
        let nightly = Some(prices.to_string()).filter(|text| text.len() <= longest);
        vec![("Agreed_Amount__c", units(prices.total()).into()), ("Nightly_Prices__c", nightly.into())]
    }

    pub(super) fn change_booking(&mut self, change: &ChangeBooking) -> Result<(), Refusal> {
        let (sale, found) = self.touch_booking(&change.seen, "changed this way")?;
        let new_room = change.room.as_ref().map(|number| self.room(number)).transpose()?;
        let new_room_id = new_room.as_ref().map(|room| room.id.clone());
        let nights = change.nights.or_else(|| found.nights());
        let room = new_room.or(found.room);
        if change.room.is_some() || change.nights.is_some() {
            let (Some(room), Some(nights)) = (&room, nights) else {
                return Err(refusals::booking_not_found(&change.seen.booking));
            };
            // A guest who is here holds tonight, whatever days were booked.
            let here = change.seen.status == BookingStatus::CheckedIn;
            if !here {
                self.expect_open(room, nights.from, change.today)?;
            }
            let to = if here { nights.to.max(change.today.plus_days(1)) } else { nights.to };
            let ahead = Nights { from: nights.from, to }.ahead(here, change.today);
            self.expect_free(room, ahead, Some(&found.id), change.today)?;
        }
        let guest = change.guest.as_ref().map(|guest| self.contact_id(guest)).transpose()?;
        if let Some(guest) = guest.as_ref().filter(|_| change.moves_cases()) {
            self.give_cases(&found.id, &change.seen.booking, guest)?;
        }
        let requests = change.special_requests.as_ref().map(|text| text_to(text.as_str()));
        let fields = [
            ("Room__c", new_room_id.map(Value::from)),
            ("Primary_Guest__c", guest.map(Value::from)),
            ("Number_of_Guests__c", change.number_of_guests.map(Value::from)),
            ("Special_Requests__c", requests.map(Value::from)),
            ("Check_In_Date__c", change.nights.map(|nights| nights.from.to_string().into())),
            ("Check_Out_Date__c", change.nights.map(|nights| nights.to.to_string().into())),
        ];
        let row = Row::Booking { id: found.id.clone() };
        self.plan.draft.set_given(&row, fields);
        for (field, value) in self.agreed(change.agreed.as_ref()) {
            self.plan.draft.set(row.clone(), field, value);
        }
        self.set_booking(&sale, &found.id, |booking| {
            booking.room = room;
            if let Some(nights) = change.nights {
                booking.check_in = Some(nights.from);
                booking.check_out = Some(nights.to);
            }
        });
        if change.nights.is_some() {
            self.stretch_sale(&sale);
        }
        Ok(())
    }

    pub(super) fn move_booking(&mut self, change: &MoveBooking) -> Result<(), Refusal> {
        let (sale, found) = self.touch_booking(&change.seen, &format!("moved to {}", change.to))?;
        let departure = change.departure.or(found.check_out);
        let was_active = change.seen.status.known().is_some_and(BookingStatus::is_active);
        if !was_active && change.to.is_active() {
            let (Some(room), Some(from), Some(to)) = (&found.room, found.check_in, departure) else {
                return Err(refusals::booking_not_found(&change.seen.booking));
            };
            let here = change.to == BookingStatus::CheckedIn;
            let ahead = Nights { from, to }.ahead(here, change.today);
            self.expect_free(room, ahead, Some(&found.id), change.today)?;
        }
        let fields = [
            ("Status__c", Some(change.to.to_string())),
            ("Check_Out_Date__c", change.departure.map(|day| day.to_string())),
        ];
        self.plan.draft.set_given(&Row::Booking { id: found.id.clone() }, fields);
        self.set_booking(&sale, &found.id, |booking| {
            booking.status = Some(change.to.to_string());
            booking.check_out = departure;
        });
        Ok(())
    }

    /// Finds a booking, checks that it is as it was read by the saga, and requires the same when the Composite runs.
    /// Changes of this same commit do not count as differences.
    fn touch_booking(&mut self, seen: &BookingAsSeen, wish: &str) -> Result<(SaleRow, BookingRow), Refusal> {
        let (sale, row) = self.booking(&seen.booking)?;
        if let Some((_, before)) = self.seen.booking(&seen.booking) {
            if !is_as_seen(before, seen) {
                let status = before.status().unwrap_or_else(|| Open::Unknown("not set".to_owned()));
                return Err(if status == seen.status {
                    refusals::booking_moved_on(&seen.booking)
                } else {
                    refusals::booking_cannot(&seen.booking, &status, wish)
                });
            }
            self.plan.draft.booking_as_seen(before, seen);
        }
        Ok((sale, row))
    }

    fn set_booking(&mut self, sale: &SaleRow, id: &str, change: impl FnOnce(&mut BookingRow)) {
        if let Some(row) = self.facts.sales.get_mut(&sale.id).and_then(|sale| sale.booking_mut(id)) {
            change(row);
        }
    }
}

/// Whether a booking is as the saga read it.
fn is_as_seen(row: &BookingRow, seen: &BookingAsSeen) -> bool {
    row.status().as_ref() == Some(&seen.status)
        && row.nights() == Some(seen.nights)
        && row.guest.as_ref().and_then(ContactRow::email).as_ref() == Some(&seen.guest)
        && row.room.as_ref().and_then(RoomRow::number).as_ref() == Some(&seen.room)
}
