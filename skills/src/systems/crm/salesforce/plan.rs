//! Changes and what is known become a Composite, or a refusal. What each change expects is the same as in the embedded
//! hotel; that what is known still holds when the Composite runs is expected in there.

use super::client::text_to;
use super::draft::{Draft, Row};
use super::facts::Facts;
use super::looks::ACTIVE;
use super::records::{BookingRow, ContactRow, PaymentRow, RoomRow, SaleRow, units};
use super::searches::holds;
use super::soql::{Literal, all, among, eq, is, not_among, one_of};
use super::stays::{belongs, charge_name, overlaps, planned_departure, price, refund_name};
use crate::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use crate::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::contacts::{CreateContact, UpsertContact};
use crate::error::Refusal;
use crate::opportunities::{CreateOpportunity, MoveOpportunity, When};
use crate::payments::{PaymentKind, RecordPayment};
use crate::refusals;
use crate::rooms::MoveRoom;
use crate::systems::crm::{Change, Committed};
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, Cents, ContactMethod, ContactType, Date, Email,
    Key, Nights, RoomNumber, RoomStatus, Stage,
};
use serde_json::json;
use std::collections::HashMap;

/// What to send, and what is answered if it is done.
pub(super) struct Plan {
    pub(super) draft: Draft,
    pub(super) done: Committed,
    /// The subrequest that brings the number of the booking made.
    pub(super) booking_number: Option<String>,
    /// The subrequest that brings the number of the case made.
    pub(super) case_number: Option<String>,
}

struct Planner<'a> {
    /// What was seen, as the changes so far have made it.
    facts: Facts,
    /// What was seen.
    seen: &'a Facts,
    sales: HashMap<&'a Key, &'a CreateOpportunity>,
    plan: Plan,
}

pub(super) fn plan(changes: &[Change], seen: &Facts) -> Result<Plan, Refusal> {
    let plan =
        Plan { draft: Draft::default(), done: Committed::default(), booking_number: None, case_number: None };
    let mut planner = Planner { facts: seen.clone(), seen, sales: HashMap::new(), plan };
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
            // A sale comes into being together with its booking, whose key is the witness of both.
            Change::CreateOpportunity(new) => {
                self.contact_id(&new.guest)?;
                self.sales.insert(&new.key, new);
                Ok(())
            }
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

    // ---- what is there

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

    /// Finds a booking and expects it to be as it was seen.
    fn touch_booking(
        &mut self,
        number: &BookingNumber,
    ) -> Result<(SaleRow, BookingRow, BookingStatus), Refusal> {
        let (sale, row) = self.booking(number)?;
        let status = row.status().ok_or_else(|| refusals::booking_not_found(number))?;
        if let Some((_, seen)) = self.seen.booking(number) {
            self.plan.draft.booking_as_seen(seen);
        }
        Ok((sale, row, status))
    }

    /// Nobody but `except` holds one of the nights of the room.
    fn expect_free(
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
        self.plan.draft.room(room).push(not_among("Id", "Room__c", "Booking__c", &all(taken)));
        Ok(())
    }

    fn set_booking(&mut self, sale: &SaleRow, id: &str, change: impl FnOnce(&mut BookingRow)) {
        if let Some(row) = self.facts.sales.get_mut(&sale.id).and_then(|sale| sale.booking_mut(id)) {
            change(row);
        }
    }

    // ---- people

    fn create_contact(&mut self, new: &CreateContact) -> Result<(), Refusal> {
        match self.facts.contacts.get(&new.email) {
            Some(Some(_)) => {}
            // Not known: to be read.
            None if !self.facts.is_fresh() => return Err(refusals::guest_not_found(&new.email)),
            _ => {
                let phone = new.phone.as_ref().map(ToString::to_string);
                self.make_contact(
                    &new.email,
                    new.first_name.as_str(),
                    new.last_name.as_str(),
                    phone,
                    new.contact_type,
                    None,
                );
            }
        }
        Ok(())
    }

    fn make_contact(
        &mut self,
        email: &Email,
        first_name: &str,
        last_name: &str,
        phone: Option<String>,
        kind: ContactType,
        prefers: Option<ContactMethod>,
    ) {
        let mut body = json!({
            "LastName": text_to(last_name), "Email": email, "Unique_Email__c": email,
            "Contact_Type__c": kind, "Preferred_Contact_Method__c": prefers.unwrap_or(ContactMethod::Email),
        });
        if !first_name.is_empty() {
            body["FirstName"] = text_to(first_name).into();
        }
        if let Some(phone) = phone {
            body["Phone"] = phone.into();
        }
        let id = self.plan.draft.make("contact", "Contact", body);
        self.facts.contacts.insert(email.clone(), Some(ContactRow::made(id, email)));
        self.plan.done.created = true;
    }

    fn upsert_contact(&mut self, new: &UpsertContact) -> Result<(), Refusal> {
        let phone = new.phone.as_ref().map(ToString::to_string);
        let Some(row) = self.facts.contacts.get(&new.email).cloned().flatten() else {
            if !self.facts.is_fresh() && !self.facts.contacts.contains_key(&new.email) {
                return Err(refusals::guest_not_found(&new.email)); // not known: to be read
            }
            let Some(last_name) = &new.last_name else {
                return Err(refusals::invalid_argument("last_name", "a new person needs one", None));
            };
            let first_name = new.first_name.as_ref().map_or("", |name| name.as_str());
            let kind = new.contact_type.unwrap_or(ContactType::Guest);
            self.make_contact(&new.email, first_name, last_name.as_str(), phone, kind, new.prefers);
            return Ok(());
        };
        let row = Row::Contact { id: row.id };
        let fields = [
            ("FirstName", new.first_name.as_ref().map(|name| text_to(name.as_str()))),
            ("LastName", new.last_name.as_ref().map(|name| text_to(name.as_str()))),
            ("Phone", phone),
            ("Contact_Type__c", new.contact_type.map(|kind| kind.to_string())),
            ("Preferred_Contact_Method__c", new.prefers.map(|way| way.to_string())),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                self.plan.draft.set(row.clone(), field, value);
            }
        }
        Ok(())
    }

    // ---- sales and bookings

    fn move_opportunity(&mut self, change: &MoveOpportunity) -> Result<(), Refusal> {
        let (sale, booking) = self.booking(&change.booking)?;
        let row = Row::Sale { id: sale.id.clone() };
        let draft = &mut self.plan.draft;
        if let Some(repriced) = &change.repriced {
            let seen = self.seen.sales.get(&sale.id).and_then(SaleRow::amount);
            draft.sale(&sale).push(eq("Amount", seen.map_or_else(Literal::null, Literal::from)));
            // What it was worth is as it is seen now: another machine may have priced it meanwhile.
            let before = self.seen.booking(&change.booking).and_then(|(sale, row)| price(sale, row));
            let before = before.unwrap_or(repriced.from);
            let now = i64::from(sale.amount().unwrap_or_default().0) - i64::from(before.0)
                + i64::from(repriced.to.0);
            let now = Cents(u32::try_from(now.max(0)).unwrap_or(u32::MAX));
            draft.set(row.clone(), "Amount", units(now));
            if let Some(sale) = self.facts.sales.get_mut(&sale.id) {
                sale.set_amount(now);
            }
        }
        let others = sale.bookings().iter().any(|other| other.id != booking.id && other.is_active());
        if change.when == When::LastOpenBooking {
            let open = all(vec![
                eq("Opportunity__c", sale.id.as_str()),
                one_of("Status__c", ACTIVE),
                is("Id", "!=", booking.id.as_str()),
            ]);
            let expect = if others { among } else { not_among };
            draft.sale(&sale).push(expect("Id", "Opportunity__c", "Booking__c", &open));
            if others {
                return Ok(());
            }
        }
        if let Some(stage) = change.to {
            draft.set(row.clone(), "StageName", stage.as_str());
        }
        if let Some(day) = change.close_date {
            draft.set(row.clone(), "CloseDate", day.to_string());
        }
        if let Some(payment) = &change.payment {
            draft.set(row, "Payment_ID__c", payment.as_str());
        }
        Ok(())
    }

    fn upsert_booking(&mut self, new: &UpsertBooking) -> Result<(), Refusal> {
        if let Some(written) = self.facts.booked.get(&new.external_id) {
            self.plan.done.booking_number = written.number();
            // The guest made for it was made with it.
            return Ok(());
        }
        let (guest, room) = (self.contact_id(&new.guest)?, self.room(&new.room)?);
        self.expect_free(&room, new.nights, None, new.today)?;
        let (amount, name, stage) = self.sales.get(&new.opportunity).map_or_else(
            || {
                (
                    new.rate.times(new.nights.count()),
                    format!("Booking for {} - {}", new.guest, new.nights.from),
                    Stage::BookingConfirmed,
                )
            },
            |sale| (sale.amount, sale.name.clone(), sale.stage),
        );
        let name: String = name.chars().take(120).collect();
        let (from, to) = (new.nights.from.to_string(), new.nights.to.to_string());
        let sale = json!({
            "Name": text_to(&name), "StageName": stage, "Amount": units(amount), "CloseDate": to,
            "Arrival_Date__c": from, "Departure_Date__c": to, "ContactId": guest,
        });
        let sale = self.plan.draft.make("sale", "Opportunity", sale);
        let mut booking = json!({
            "External_ID__c": new.external_id, "Opportunity__c": sale, "Primary_Guest__c": guest, "Room__c": room.id,
            "Check_In_Date__c": from, "Check_Out_Date__c": to, "Number_of_Guests__c": new.number_of_guests,
            "Status__c": BookingStatus::Reserved,
        });
        if let Some(requests) = &new.special_requests {
            booking["Special_Requests__c"] = text_to(requests.as_str()).into();
        }
        let made = self.plan.draft.make("booking", "Booking__c", booking);
        self.plan.booking_number = Some(self.plan.draft.ask_number("Booking__c", "Name", &made));
        self.plan.done.created = true;
        Ok(())
    }

    fn change_booking(&mut self, change: &ChangeBooking) -> Result<(), Refusal> {
        let (sale, found, status) = self.touch_booking(&change.booking)?;
        if status != change.expect {
            return Err(refusals::booking_cannot(&change.booking, status, "changed this way"));
        }
        let room = match &change.room {
            Some(number) => Some(self.room(number)?),
            None => found.room.clone(),
        };
        let nights = change.nights.or_else(|| found.nights());
        if change.room.is_some() || change.nights.is_some() {
            let (Some(room), Some(nights)) = (&room, nights) else {
                return Err(refusals::booking_not_found(&change.booking));
            };
            // A guest who is here holds tonight, however long ago the departure was planned.
            let here = status == BookingStatus::CheckedIn;
            let to = if here { nights.to.max(change.today.plus_days(1)) } else { nights.to };
            let ahead = Nights { from: nights.from.max(change.today), to };
            self.expect_free(room, ahead, Some(&found.id), change.today)?;
        }
        let row = Row::Booking { id: found.id.clone() };
        if let (Some(room), Some(_)) = (&room, &change.room) {
            self.plan.draft.set(row.clone(), "Room__c", room.id.as_str());
        }
        if let Some(guest) = &change.guest {
            let id = self.contact_id(guest)?;
            self.plan.draft.set(row.clone(), "Primary_Guest__c", id);
        }
        if let Some(guests) = change.number_of_guests {
            self.plan.draft.set(row.clone(), "Number_of_Guests__c", guests);
        }
        if let Some(requests) = &change.special_requests {
            self.plan.draft.set(row.clone(), "Special_Requests__c", text_to(requests.as_str()));
        }
        self.set_booking(&sale, &found.id, |booking| booking.room = room);
        if let Some(nights) = change.nights {
            self.plan.draft.set(row.clone(), "Check_In_Date__c", nights.from.to_string());
            self.plan.draft.set(row, "Check_Out_Date__c", nights.to.to_string());
            self.set_booking(&sale, &found.id, |booking| {
                booking.check_in = Some(nights.from);
                booking.check_out = Some(nights.to);
            });
            self.stretch_sale(&sale);
        }
        Ok(())
    }

    /// A sale lasts from the first arrival to the last departure of its open bookings.
    fn stretch_sale(&mut self, sale: &SaleRow) {
        let Some(now) = self.facts.sales.get(&sale.id) else { return };
        let open: Vec<Nights> =
            now.bookings().iter().filter(|row| row.is_active()).filter_map(BookingRow::nights).collect();
        let (Some(from), Some(to)) = (open.iter().map(|n| n.from).min(), open.iter().map(|n| n.to).max())
        else {
            return;
        };
        let expected = self.plan.draft.sale(sale);
        expected.push(eq("Arrival_Date__c", Literal::date(sale.arrival)));
        expected.push(eq("Departure_Date__c", Literal::date(sale.departure)));
        let row = Row::Sale { id: sale.id.clone() };
        self.plan.draft.set(row.clone(), "Arrival_Date__c", from.to_string());
        self.plan.draft.set(row.clone(), "Departure_Date__c", to.to_string());
        self.plan.draft.set(row, "CloseDate", to.to_string());
    }

    fn move_booking(&mut self, change: &MoveBooking) -> Result<(), Refusal> {
        let (sale, found, status) = self.touch_booking(&change.booking)?;
        if status != change.from {
            let wish = format!("moved to {}", change.to);
            return Err(refusals::booking_cannot(&change.booking, status, &wish));
        }
        let departure = change.departure.or(found.check_out);
        if !change.from.is_active() && change.to.is_active() {
            let (Some(room), Some(from), Some(to)) = (&found.room, found.check_in, departure) else {
                return Err(refusals::booking_not_found(&change.booking));
            };
            let ahead = Nights { from: from.max(change.today), to };
            self.expect_free(room, ahead, Some(&found.id), change.today)?;
        }
        let row = Row::Booking { id: found.id.clone() };
        self.plan.draft.set(row.clone(), "Status__c", change.to.as_str());
        if let Some(day) = change.departure {
            self.plan.draft.set(row, "Check_Out_Date__c", day.to_string());
        }
        self.set_booking(&sale, &found.id, |booking| {
            booking.status = Some(change.to.to_string());
            booking.check_out = departure;
        });
        Ok(())
    }

    // ---- rooms

    fn move_room(&mut self, change: &MoveRoom) -> Result<(), Refusal> {
        let room = self.room(&change.room)?;
        let status = room.status();
        let occupant = room.occupant.as_ref().and_then(ContactRow::email);
        let somebody_else = occupant.is_some() && occupant != change.leaving;
        if status != change.from || somebody_else {
            return Err(if change.to == RoomStatus::Occupied {
                refusals::room_not_vacant(&change.room, status)
            } else {
                refusals::room_cannot(&change.room, status, change.to)
            });
        }
        let occupant = change.occupant.as_ref().map(|guest| self.contact_id(guest)).transpose()?;
        if let Some(seen) = self.seen.rooms.get(&change.room) {
            self.plan.draft.room_as_seen(seen);
        }
        let row = Row::Room { number: change.room.to_string(), id: room.id.clone() };
        self.plan.draft.set(row.clone(), "Status__c", change.to.as_str());
        self.plan.draft.set(row, "Current_Guest__c", occupant);
        Ok(())
    }

    // ---- cases

    fn upsert_case(&mut self, new: &UpsertCase) -> Result<(), Refusal> {
        if let Some(written) = self.facts.opened.get(&new.external_id) {
            self.plan.done.case_number = written.case().map(|case| case.number);
            return Ok(());
        }
        let mut body = json!({
            "External_ID__c": new.external_id, "Type": new.case_type, "Status": CaseStatus::New,
            "Priority": new.priority, "Origin": new.origin,
            "Description": text_to(new.description.as_str()),
        });
        // A mark in the text may make the subject longer than its field.
        body["Subject"] = text_to(&new.subject()).chars().take(255).collect::<String>().into();
        if let Some(guest) = &new.guest {
            body["ContactId"] = self.contact_id(guest)?.into();
        }
        if let Some(room) = &new.room {
            body["Room__c"] = self.room(room)?.id.into();
        }
        if let Some(booking) = &new.booking {
            body["Booking__c"] = self.booking(booking)?.1.id.into();
        }
        let made = self.plan.draft.make("case", "Case", body);
        self.plan.case_number = Some(self.plan.draft.ask_number("Case", "CaseNumber", &made));
        self.plan.done.created = true;
        Ok(())
    }

    fn touch_case(&mut self, number: &CaseNumber, expect: CaseStatus, wish: &str) -> Result<Row, Refusal> {
        let found = self.facts.cases.get(number).ok_or_else(|| refusals::case_not_found(number))?;
        if found.status() != expect {
            return Err(refusals::case_cannot(number, found.status(), wish));
        }
        let row = Row::Case { id: found.id.clone() };
        if let Some(seen) = self.seen.cases.get(number) {
            self.plan.draft.case_as_seen(seen);
        }
        Ok(row)
    }

    fn change_case(&mut self, change: &ChangeCase) -> Result<(), Refusal> {
        let row = self.touch_case(&change.case, change.expect, "edited")?;
        let room = change.room.as_ref().map(|room| self.room(room)).transpose()?;
        let draft = &mut self.plan.draft;
        if let Some(kind) = change.case_type {
            draft.set(row.clone(), "Type", kind.as_str());
        }
        if let Some(priority) = change.priority {
            draft.set(row.clone(), "Priority", priority.as_str());
        }
        if let Some(room) = room {
            draft.set(row.clone(), "Room__c", room.id);
        }
        if let Some(text) = &change.description {
            let text = text_to(text.as_str());
            draft.set(row.clone(), "Subject", text.chars().take(255).collect::<String>());
            draft.set(row, "Description", text);
        }
        Ok(())
    }

    fn move_case(&mut self, change: &MoveCase) -> Result<(), Refusal> {
        let row = self.touch_case(&change.case, change.from, &format!("moved to {}", change.to))?;
        self.plan.draft.set(row, "Status", change.to.as_str());
        if let Some(case) = self.facts.cases.get_mut(&change.case) {
            case.status = Some(change.to.to_string());
        }
        Ok(())
    }

    // ---- payments

    /// Once per intent and way.
    fn record_payment(&mut self, new: &RecordPayment) -> Result<(), Refusal> {
        let (sale, booking) = self.booking(&new.booking)?;
        let recorded = is_recorded(&sale, &booking, new);
        if recorded {
            return Ok(());
        }
        // As it was before this commit: a checkout ends the stay before it records its payment.
        let seen = self.seen.booking(&new.booking);
        let planned = seen.and_then(|(sale, row)| planned_departure(sale, row));
        let (kind, status, name) = match new.kind {
            PaymentKind::Charge => {
                let day =
                    planned.unwrap_or_else(|| Date::from(new.at.to_zoned(jiff::tz::TimeZone::UTC).date()));
                ("Charge", "Completed", charge_name(new.booking.as_str(), day))
            }
            PaymentKind::Refund => ("Refund", "Refunded", refund_name(new.booking.as_str())),
        };
        let body = json!({
            "Opportunity__c": sale.id, "External_ID__c": name, "Stripe_Transaction_ID__c": new.payment,
            "Transaction_Type__c": kind, "Status__c": status, "Payment_Method__c": "Credit Card",
            "Amount__c": units(new.amount), "Transaction_Date__c": format!("{:.3}", new.at),
        });
        self.plan.draft.make("payment", "Payment_Transaction__c", body);
        if let Some(sale) = self.facts.sales.get_mut(&sale.id) {
            sale.add_payment(PaymentRow {
                external_id: Some(name),
                stripe_id: Some(new.payment.to_string()),
                kind: Some(kind.to_owned()),
                status: Some(status.to_owned()),
            });
        }
        Ok(())
    }
}

/// Whether a payment has its row.
pub(super) fn is_recorded(sale: &SaleRow, booking: &BookingRow, payment: &RecordPayment) -> bool {
    sale.payments().iter().filter(|row| belongs(sale, booking, row)).any(|row| {
        let refund = row.kind.as_deref() == Some("Refund");
        row.intent().as_ref() == Some(&payment.payment) && refund == (payment.kind == PaymentKind::Refund)
    })
}
