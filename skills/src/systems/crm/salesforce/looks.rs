//! Reads what a saga needs in one round trip: up to five queries in one Composite, which counts as one API call.

use super::Salesforce;
use super::rows::{self, BookingRow, CaseRow, ContactRow, RoomRow, SaleRow, best, meant};
use super::soql::{Condition, Query, all, among, any, eq, eq_in_any_case, is, none_of};
use super::stays::{Money, listed};
use crate::error::SkillError;
use crate::records::{CaseLike, Listed, Look, Seen, Stay};
use crate::words::{BookingNumber, BookingStatus, CaseStatus, Date, Email, RoomNumber};
use serde_json::Value;

/// The statuses of a booking that holds no nights. With any other status, even an unknown one, it holds its nights.
const ENDED: [&str; 3] = ["Checked Out", "Cancelled", "No Show"];

/// Condition: a booking has not ended.
pub(super) fn is_open() -> Condition {
    none_of("Status__c", ENDED)
}

/// Condition: a person has this e-mail, as `ContactRow::email` reads it. Other programs write the case-sensitive unique
/// one in any case. Where it is filled in, the plain one may be somebody else's.
pub(super) fn has_email(unique: &'static str, plain: &'static str, email: &Email) -> Condition {
    let by_plain = all(vec![eq(unique, None::<&str>), eq(plain, email.as_str())]);
    any(vec![eq_in_any_case(unique, email.as_str()), by_plain])
}

/// A contact with this e-mail.
pub(super) fn contact(email: &Email) -> Condition {
    has_email("Unique_Email__c", "Email", email)
}

/// A case whose contact has this e-mail.
pub(super) fn asked_by(email: &Email) -> Condition {
    has_email("Contact.Unique_Email__c", "Contact.Email", email)
}

/// A booking whose guest has this e-mail.
pub(super) fn booked_by(email: &Email) -> Condition {
    has_email("Primary_Guest__r.Unique_Email__c", "Primary_Guest__r.Email", email)
}

/// Sales with a booking that matches.
pub(super) fn sales_with(booking: &Condition) -> Query {
    sales(among("Id", "Opportunity__c", "Booking__c", booking))
}

pub(super) fn sales(filter: Condition) -> Query {
    Query::rows(&rows::SALE, vec![filter])
}

/// The part of a look that a query reads.
enum Part {
    Guest(Email),
    Stays(Email),
    Booking(BookingNumber),
    Payment,
    Room,
    Case,
    SameCases(CaseLike),
    Reservations(Reservations),
}

/// The reservations of a room that hold this night or a later one.
struct Reservations {
    room: RoomNumber,
    from: Date,
}

impl Salesforce {
    pub(super) async fn see(&self, look: &Look) -> Result<Seen, SkillError> {
        let (parts, queries): (Vec<_>, Vec<_>) = asked(look).into_iter().unzip();
        let answers = self.client.queries(&queries).await?;
        let mut seen = Seen::default();
        for (part, rows) in parts.into_iter().zip(answers) {
            self.take(&mut seen, look, part, rows);
        }
        Ok(seen)
    }

    fn take(&self, seen: &mut Seen, look: &Look, part: Part, rows: Vec<Value>) {
        match part {
            Part::Guest(email) => {
                let mut rows: Vec<ContactRow> = rows::read(rows);
                rows.retain(|row| row.email().as_ref() == Some(&email));
                seen.guest = best(&rows).and_then(ContactRow::contact);
                self.known().contact(email, best(&rows).cloned());
            }
            Part::Stays(email) => {
                seen.stays = newest_first(&self.sales_seen(rows));
                seen.stays.retain(|stay| stay.guest.email == email && is_about(stay, look.today));
            }
            Part::Booking(number) => {
                let sales = self.sales_seen(rows);
                let rows = sales.iter().flat_map(|sale| sale.bookings().iter().map(move |row| (sale, row)));
                let found = rows.filter(|(_, row)| row.number().as_ref() == Some(&number));
                match found.filter_map(|(sale, row)| listed(sale, row)).next() {
                    Some(Listed::Stay(stay)) => seen.booking = Some(*stay),
                    Some(Listed::Incomplete(booking)) => seen.incomplete = Some(booking),
                    None => {}
                }
            }
            Part::Payment => {
                let sales = self.sales_seen(rows);
                let find = |sale: &SaleRow| {
                    sale.bookings().iter().find(|row| paid_with(sale, row, look))?.stay(sale)
                };
                seen.paid = seen.paid.take().or_else(|| sales.iter().find_map(find));
            }
            Part::Room => {
                let rows: Vec<RoomRow> = rows::read(rows);
                seen.room = rows.first().and_then(RoomRow::room);
                rows.iter().for_each(|row| self.known().room(row));
            }
            Part::Case => {
                let rows: Vec<CaseRow> = rows::read(rows);
                seen.case = rows.first().and_then(CaseRow::case);
                rows.into_iter().for_each(|row| self.known().case(row));
            }
            Part::SameCases(like) => {
                let mut rows: Vec<CaseRow> = rows::read(rows);
                rows.retain(|row| like.guest.as_ref().is_none_or(|guest| row.is_of(guest)));
                let kind = Some(like.case_type.as_str());
                let of_kind = rows.iter().filter(|row| row.case_type.as_deref() == kind);
                seen.keys_of_cases = of_kind.filter_map(|row| row.external_id.clone()).collect();
                let mut cases = meant(&rows, |row| &row.id, CaseRow::case);
                let open = cases.iter().filter(|case| case.status != CaseStatus::Closed).count();
                seen.open_cases = like.guest.as_ref().map_or(0, |_| u32::try_from(open).unwrap_or(u32::MAX));
                cases.retain(|case| case.case_type == like.case_type && like.is_same(case));
                seen.same_cases = cases;
            }
            Part::Reservations(asked) => {
                let mut stays = newest_first(&self.sales_seen(rows));
                stays.retain(|stay| asked.meant(stay));
                stays.sort_by_key(|stay| stay.nights.from);
                let more = stays.len().saturating_sub(Seen::RESERVATIONS);
                seen.more_reservations = more.try_into().unwrap_or(u32::MAX);
                stays.truncate(Seen::RESERVATIONS);
                seen.reservations = stays;
            }
        }
    }

    /// Parses sales and caches them.
    fn sales_seen(&self, rows: Vec<Value>) -> Vec<SaleRow> {
        let sales: Vec<SaleRow> = rows::read(rows);
        sales.iter().for_each(|sale| self.known().sale(sale));
        sales
    }
}

fn paid_with(sale: &SaleRow, row: &BookingRow, look: &Look) -> bool {
    let money = Money::of(sale, row);
    let ours = sale.payments().iter().filter(|payment| super::stays::belongs(sale, row, payment));
    let charged = ours.filter(|payment| payment.kind.as_deref() != Some("Refund"));
    charged.map(super::rows::PaymentRow::intent).any(|intent| intent == look.payment)
        || money.last_charge == look.payment
}

/// The stay and row id of each booking that is complete.
pub(super) fn all_stays(sales: &[SaleRow]) -> Vec<(String, Stay)> {
    let of = |sale: &SaleRow| {
        let id = |row: &BookingRow| row.id.clone();
        meant(sale.bookings(), |row| &row.id, |row| row.stay(sale).map(|stay| (id(row), stay)))
    };
    sales.iter().flat_map(of).collect()
}

fn newest_first(sales: &[SaleRow]) -> Vec<Stay> {
    let mut stays = all_stays(sales);
    stays.sort_by(|(a, _), (b, _)| b.cmp(a));
    stays.into_iter().map(|(_, stay)| stay).collect()
}

impl Reservations {
    /// All of them: a sale's own arrival may not be its bookings'. A room has as many as it has nights at most.
    fn query(&self) -> Query {
        let room = eq("Room__r.Room_Number__c", self.room.as_str());
        let later = is("Check_Out_Date__c", ">", self.from);
        sales_with(&all(vec![room, eq("Status__c", "Reserved"), later])).order("Id DESC")
    }

    /// Whether a stay of these sales matches: a sale may have other bookings.
    fn meant(&self, stay: &Stay) -> bool {
        stay.room.number == self.room && stay.status == BookingStatus::Reserved && stay.nights.to > self.from
    }
}

/// Whether a stay is reserved, current, in an unknown status, or ended today or later.
fn is_about(stay: &Stay, today: Date) -> bool {
    match stay.status.known() {
        Some(BookingStatus::CheckedOut) => stay.nights.to >= today,
        status => status.is_none_or(BookingStatus::is_active),
    }
}

fn asked(look: &Look) -> Vec<(Part, Query)> {
    let mut asked = vec![];
    if let Some(email) = &look.guest {
        let query = Query::rows(&rows::CONTACT, vec![contact(email)]).order("Id");
        asked.push((Part::Guest(email.clone()), query));
        let ended = all(vec![eq("Status__c", "Checked Out"), is("Check_Out_Date__c", ">=", look.today)]);
        let about = any(vec![is_open(), ended]);
        asked.push((Part::Stays(email.clone()), sales_with(&all(vec![booked_by(email), about]))));
    }
    if let Some(number) = &look.booking {
        asked.push((Part::Booking(number.clone()), sales_with(&eq("Name", number.as_str()))));
    }
    if let Some(payment) = &look.payment {
        let rows = eq("Stripe_Transaction_ID__c", payment.as_str());
        let recorded = among("Id", "Opportunity__c", "Payment_Transaction__c", &rows);
        asked.push((Part::Payment, sales(recorded).order("Id")));
        asked.push((Part::Payment, sales(eq("Payment_ID__c", payment.as_str())).order("Id")));
    }
    if let Some(number) = &look.room {
        let filter = vec![eq("Room_Number__c", number.as_str())];
        asked.push((Part::Room, Query::rows(&rows::ROOM, filter)));
    }
    if let Some(number) = &look.case {
        let filter = vec![eq("CaseNumber", number.as_str())];
        asked.push((Part::Case, Query::rows(&rows::CASE, filter)));
    }
    if let Some(like) = &look.same_case {
        asked.push((Part::SameCases(like.clone()), same_cases(like)));
    }
    if let (Some(room), Some(from)) = (look.room.clone(), look.reserved_from) {
        let reservations = Reservations { room, from };
        let query = reservations.query();
        asked.push((Part::Reservations(reservations), query));
    }
    asked
}

/// Cases of a person opened since, of any kind, as they are counted; without a person those of the kind. SOQL cannot filter by
/// long texts, so those are compared here.
fn same_cases(like: &CaseLike) -> Query {
    let mut filter = match &like.guest {
        None => vec![eq("ContactId", None::<&str>), eq("Type", like.case_type.as_str())],
        Some(email) => vec![asked_by(email)],
    };
    filter.push(is("CreatedDate", ">=", like.opened_since));
    filter.extend(like.room.as_ref().map(|room| eq("Room__r.Room_Number__c", room.as_str())));
    Query::rows(&rows::CASE, filter).order("Id DESC")
}
