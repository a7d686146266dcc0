//! A stay out of a sale and its booking: what the hotel's records keep apart and a stay has in one.

use super::records::{BookingRow, PaymentRow, RoomRow, SaleRow};
use crate::systems::crm::Stay;
use crate::words::{BookingStatus, Cents, Date, Nights, PaymentIntentId, Stage};

/// What our payment rows are called (`External_ID__c`): the booking, which way the money went, and for a charge the
/// departure that was planned.
pub(super) fn charge_name(booking: &str, planned: Date) -> String {
    format!("{booking} Charge {planned}")
}

pub(super) fn refund_name(booking: &str) -> String {
    format!("{booking} Refund")
}

/// The stay a booking of a sale means; none without a guest, a room, its days or a status.
pub(super) fn stay(sale: &SaleRow, row: &BookingRow) -> Option<Stay> {
    let (status, nights) = (row.status()?, row.nights()?);
    let others = sale.bookings().iter().filter(|other| other.id != row.id && other.is_active());
    let money = Money::of(sale, row);
    Some(Stay {
        booking: row.number()?,
        status,
        guest: row.guest.as_ref()?.contact()?,
        room: row.room.as_ref()?.room()?,
        nights,
        planned_departure: planned_departure(sale, row).unwrap_or(nights.to),
        number_of_guests: row.number_of_guests(),
        special_requests: row.special_requests(),
        rate: rate(sale, row)?,
        stage: sale.stage.as_ref().and_then(|text| text.parse().ok()).unwrap_or(Stage::Prospecting),
        amount: sale.amount().unwrap_or_default(),
        other_open_bookings: others.count().try_into().unwrap_or(u32::MAX),
        payment: money.in_force().cloned(),
        last_payment: money.last_charge,
        refunds: money.refunds.len().try_into().unwrap_or(u32::MAX),
        key: row.own_key(),
        made_at: row.made_at(),
    })
}

/// The nights that count for a booking's price.
fn counted(row: &BookingRow) -> Option<u32> {
    let nights = row.nights()?.count();
    Some(if row.status() == Some(BookingStatus::CheckedOut) { nights.max(1) } else { nights })
}

/// The price of a night as it was fixed: what the sale amounts to over its nights, if that is whole cents; else the
/// room's. Where a sale has several bookings and amounts to what their rooms cost, each has its room's; also where one of
/// them was cancelled by somebody who left the amount as it was.
fn rate(sale: &SaleRow, row: &BookingRow) -> Option<Cents> {
    let rooms = row.room.as_ref().map(RoomRow::rate)?;
    let mut priced: Vec<&BookingRow> = sale.bookings().iter().filter(|row| !is_lost(row)).collect();
    if sale.bookings().len() == 1 {
        priced = sale.bookings().iter().collect();
    }
    let Some(amount) = sale.amount().filter(|_| priced.iter().any(|other| other.id == row.id)) else {
        return Some(rooms);
    };
    let nights: Option<u32> = priced.iter().map(|row| counted(row)).sum();
    let price = |row: &BookingRow| Some(row.room.as_ref()?.rate().times(counted(row)?).0);
    let sum = |sum: u32, row: &BookingRow| sum.checked_add(price(row)?);
    let usual = priced.iter().try_fold(0, |all, row| sum(all, row));
    let usual_of_all = sale.bookings().iter().try_fold(0, sum);
    let several = sale.bookings().len() > 1;
    Some(match nights {
        _ if several && [usual, usual_of_all].contains(&Some(amount.0)) => rooms,
        Some(nights @ 1..) if amount.0 > 0 && amount.0 % nights == 0 => Cents(amount.0 / nights),
        _ => rooms,
    })
}

/// Whether a booking came to nothing.
fn is_lost(row: &BookingRow) -> bool {
    matches!(row.status(), Some(BookingStatus::Cancelled | BookingStatus::NoShow))
}

/// What a booking contributes to its sale; nothing if it is lost.
pub(super) fn price(sale: &SaleRow, row: &BookingRow) -> Option<Cents> {
    if is_lost(row) { None } else { Some(rate(sale, row)?.times(counted(row)?)) }
}

/// The departure that was planned: for who has left, as it was recorded with the charge.
pub(super) fn planned_departure(sale: &SaleRow, row: &BookingRow) -> Option<Date> {
    if row.status() != Some(BookingStatus::CheckedOut) {
        return row.check_out;
    }
    let number = row.number()?;
    let prefix = format!("{number} Charge ");
    let last_charge = Money::of(sale, row).last_charge;
    let planned = |payment: &PaymentRow| {
        let day = Date::new(payment.external_id.as_deref()?.strip_prefix(&prefix)?).ok()?;
        Some((payment.intent() == last_charge, day))
    };
    let recorded = sale.payments().iter().filter_map(planned).max_by_key(|(of_the_last, _)| *of_the_last);
    let recorded = recorded.map(|(_, day)| day);
    let alone = sale.departure.filter(|_| sale.bookings().len() == 1);
    // Nobody plans to leave before having come.
    let planned = recorded.or(alone.filter(|day| row.check_in.is_none_or(|from| from < *day)));
    planned.or(row.check_out)
}

/// The money that moved for a booking.
#[derive(Debug, Default)]
pub(super) struct Money {
    /// The charge that counts: of those that were not given back the last one, else the last of all.
    pub(super) last_charge: Option<PaymentIntentId>,
    /// What was given back, each as often as a row says so.
    refunds: Vec<PaymentIntentId>,
}

impl Money {
    pub(super) fn of(sale: &SaleRow, row: &BookingRow) -> Self {
        let (mut charges, mut refunds) = (vec![], vec![]);
        for payment in sale.payments().iter().filter(|payment| belongs(sale, row, payment)) {
            let Some(intent) = payment.intent() else { continue };
            let refunded = payment.status.as_deref() == Some("Refunded");
            match payment.kind.as_deref() {
                Some("Refund") if payment.is_refund() => refunds.push(intent),
                Some("Refund") => {} // it came to nothing
                _ if refunded || payment.status.as_deref() == Some("Completed") => {
                    charges.push(intent.clone());
                    refunds.extend(refunded.then_some(intent));
                }
                _ => {} // begun, failed or given up
            }
        }
        let alone = sale.bookings().len() == 1;
        if charges.is_empty() && alone && row.status() == Some(BookingStatus::CheckedOut) {
            let written = sale.payment_id.as_deref().filter(|id| id.starts_with("pi_"));
            charges.extend(written.and_then(|id| PaymentIntentId::new(id).ok()));
        }
        // Which came last the org may not tell of two that were written together; that one was given back it does.
        let kept = charges.iter().rposition(|charge| !refunds.contains(charge));
        let last = kept.or(charges.len().checked_sub(1));
        Self { last_charge: last.map(|at| charges.swap_remove(at)), refunds }
    }

    /// The charge that pays for the stay.
    fn in_force(&self) -> Option<&PaymentIntentId> {
        self.last_charge.as_ref().filter(|charge| !self.refunds.contains(charge))
    }
}

/// Whether a payment is this booking's: by our name for it, or because the sale has no other booking.
pub(super) fn belongs(sale: &SaleRow, row: &BookingRow, payment: &PaymentRow) -> bool {
    let named =
        payment.external_id.as_deref().and_then(|name| name.split_once(' ')).map(|(booking, _)| booking);
    match named.filter(|name| sale.bookings().iter().any(|other| is_called(other, name))) {
        Some(name) => is_called(row, name),
        None => sale.bookings().len() == 1,
    }
}

fn is_called(row: &BookingRow, name: &str) -> bool {
    row.number().is_some_and(|number| number.as_str().eq_ignore_ascii_case(name))
}

/// Whether a booking holds one of these nights: a guest who should have left before today holds tonight.
pub(super) fn overlaps(row: &BookingRow, nights: Nights, today: Date) -> bool {
    let Some(held) = row.nights() else { return false };
    let overstays = row.status() == Some(BookingStatus::CheckedIn) && held.to < today && nights.from <= today;
    row.is_active() && held.from < nights.to && (held.to > nights.from || overstays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn booking(name: &str, status: &str, from: &str, to: &str, rate: f64) -> Value {
        let guest = json!({"Id": "c", "LastName": "Gibbs", "Email": "Beth@Email.com"});
        let room = json!({"Id": "r", "Room_Number__c": "201", "Nightly_Rate__c": rate});
        json!({"Id": name, "Name": name, "Status__c": status, "Check_In_Date__c": from, "Check_Out_Date__c": to,
            "Opportunity__c": "s", "Primary_Guest__r": guest, "Room__r": room})
    }

    fn sale(amount: f64, bookings: &[Value], payments: &[Value], payment_id: Option<&str>) -> SaleRow {
        serde_json::from_value(json!({"Id": "s", "Amount": amount, "StageName": "Closed Won",
            "Departure_Date__c": "2026-11-24", "Payment_ID__c": payment_id, "Bookings__r": {"records": bookings},
            "Payment_Transactions__r": {"records": payments}}))
        .unwrap()
    }

    fn first(sale: &SaleRow) -> Stay {
        stay(sale, &sale.bookings()[0]).unwrap()
    }

    #[test]
    fn an_untidy_row_is_filled_in() {
        let row = booking("BK-0001", "Checked In", "2026-11-20", "2026-11-22", 149.99);
        let stay = first(&sale(299.98, &[row], &[], Some("PENDING_CHECKIN")));
        assert_eq!((stay.rate, stay.number_of_guests, stay.payment), (Cents(14_999), 1, None));
        assert_eq!((stay.guest.email.as_str(), stay.guest.phone), ("beth@email.com", None));
        assert_eq!((stay.room.status.as_str(), stay.room.room_type.as_str()), ("Vacant", "Standard"));
    }

    #[test]
    fn the_rate_is_what_was_agreed_where_cents_allow() {
        let one = |amount| {
            let row = booking("BK-1", "Reserved", "2026-11-20", "2026-11-23", 100.0);
            first(&sale(amount, &[row], &[], None)).rate
        };
        assert_eq!(one(270.0), Cents(9_000));
        assert_eq!(one(100.0), Cents(10_000), "a third of it is no whole cent");
        let two = |amount, status| {
            let a = booking("BK-1", "Reserved", "2026-11-20", "2026-11-22", 100.0);
            let b = booking("BK-2", status, "2026-11-20", "2026-11-22", 200.0);
            first(&sale(amount, &[a, b], &[], None)).rate
        };
        assert_eq!(two(600.0, "Reserved"), Cents(10_000), "each at its room's");
        assert_eq!(two(400.0, "Reserved"), Cents(10_000), "all at the same");
        assert_eq!(two(180.0, "Cancelled"), Cents(9_000), "the other one is not part of it");
        assert_eq!(two(600.0, "Cancelled"), Cents(10_000), "nobody lowered the amount");
    }

    #[test]
    fn payments_are_told_apart_by_booking() {
        let pay = |name: Option<&str>, id: &str, kind: &str| {
            json!({"External_ID__c": name, "Stripe_Transaction_ID__c": id, "Transaction_Type__c": kind,
                "Status__c": if kind == "Refund" { "Refunded" } else { "Completed" }})
        };
        let out = |name| booking(name, "Checked Out", "2026-11-20", "2026-11-22", 100.0);
        let ours = [pay(Some("BK-1 Charge 2026-11-23"), "pi_1", "Charge"), pay(None, "pi_x", "Charge")];
        let both = sale(400.0, &[out("BK-1"), out("BK-2")], &ours, None);
        let stay = first(&both);
        assert_eq!(stay.payment.unwrap().as_str(), "pi_1");
        assert_eq!(stay.planned_departure.to_string(), "2026-11-23");
        assert!(
            super::stay(&both, &both.bookings()[1]).unwrap().payment.is_none(),
            "whose pi_x is nobody knows"
        );
        let refunded = [
            pay(Some("BK-1 Charge 2026-11-23"), "pi_1", "Charge"),
            pay(Some("BK-1 Refund"), "pi_1", "Refund"),
        ];
        let stay = first(&sale(200.0, &[out("BK-1")], &refunded, None));
        assert_eq!((stay.payment, stay.refunds), (None, 1));
        assert_eq!(stay.last_payment.unwrap().as_str(), "pi_1");
        // Paid, given back, paid again: whichever row comes first.
        let again = [pay(Some("BK-1 Charge 2026-11-25"), "pi_2", "Charge")];
        for rows in [[&refunded[..], &again].concat(), [&again[..], &refunded].concat()] {
            let stay = first(&sale(200.0, &[out("BK-1")], &rows, None));
            assert_eq!((stay.payment.unwrap().as_str(), stay.refunds), ("pi_2", 1));
            assert_eq!(stay.planned_departure.to_string(), "2026-11-25");
        }
        let theirs = first(&sale(200.0, &[out("BK-1")], &[], Some("pi_9")));
        assert_eq!(theirs.payment.unwrap().as_str(), "pi_9");
        assert_eq!(theirs.planned_departure.to_string(), "2026-11-24", "the sale's");
    }
}
