//! Facts about each booking from its sale and payments. (`BookingRow::stay` builds a stay.)

use super::rows::{BookingRow, PAYMENT, PaymentRow, SaleRow};
use crate::records::Listed;
use crate::systems::payments::names_a_payment;
use crate::words::{BookingStatus, Cents, Date, Nights, PaymentIntentId, Prices};

/// The names of our payment rows (`External_ID__c`): the booking, the direction of the money, and for a charge the
/// planned departure and the agreed prices, with which a stay is reopened. Prices that do not fit are stored as `=`
/// and their sum.
pub(super) fn charge_name(booking: &str, planned: Date, agreed: Option<&Prices>) -> String {
    let name = format!("{booking} Charge {planned}");
    let fits = |name: &String| name.len() <= PAYMENT.longest("External_ID__c");
    agreed
        .and_then(|agreed| {
            let whole = format!("{name} {agreed}");
            Some(whole).filter(fits).or_else(|| Some(format!("{name} ={}", agreed.total())).filter(fits))
        })
        .unwrap_or(name)
}

pub(super) fn refund_name(booking: &str) -> String {
    format!("{booking} Refund")
}

/// A booking of a sale: a stay, or an incomplete one that somebody made by hand.
pub(super) fn listed(sale: &SaleRow, row: &BookingRow) -> Option<Listed> {
    if let Some(stay) = row.stay(sale) {
        return Some(Listed::Stay(Box::new(stay)));
    }
    row.incomplete().map(|booking| Listed::Incomplete(Box::new(booking)))
}

/// The planned departure; once the guest has left, the one recorded with the charge.
pub(super) fn planned_departure(sale: &SaleRow, row: &BookingRow) -> Option<Date> {
    if !row.is(BookingStatus::CheckedOut) {
        return row.check_out;
    }
    let recorded = recorded_with_charge(sale, row).map(|(day, _)| day);
    let alone = sale.departure.filter(|_| sale.bookings().len() == 1);
    // A departure before the arrival is not planned.
    let planned = recorded.or(alone.filter(|day| row.check_in.is_none_or(|from| from < *day)));
    planned.or(row.check_out)
}

/// The planned departure and the agreed prices, as recorded with a stay's charge.
pub(super) fn recorded_with_charge(sale: &SaleRow, row: &BookingRow) -> Option<(Date, Option<Prices>)> {
    let prefix = format!("{} Charge ", row.number()?);
    let last_charge = Money::of(sale, row).last_charge;
    let recorded = |payment: &PaymentRow| {
        let rest = payment.external_id.as_deref()?.strip_prefix(&prefix)?;
        let (day, prices) = rest.split_once(' ').map_or((rest, None), |(day, prices)| (day, Some(prices)));
        let day = Date::new(day).ok()?;
        let nights = row.check_in.map(|from| Nights { from, to: day }.count().max(1));
        let prices = prices.and_then(|prices| match prices.strip_prefix('=') {
            Some(sum) => Some(Prices::shared(sum.parse().ok()?, nights?)),
            None => prices.parse().ok(),
        });
        Some((payment.intent() == last_charge, (day, prices)))
    };
    let found = sale.payments().iter().filter_map(recorded).max_by_key(|(of_the_last, _)| *of_the_last);
    found.map(|(_, found)| found)
}

/// The payments of a booking.
#[derive(Debug, Default)]
pub(super) struct Money {
    /// The charge that counts: the last one that was not refunded, else the last of all.
    pub(super) last_charge: Option<PaymentIntentId>,
    /// That charge's amount, if its row has it. Without such a charge it is the sum of what was paid otherwise, such as in
    /// cash.
    pub(super) amount: Option<Cents>,
    /// The refunded charges, once for each refund row.
    pub(super) refunds: Vec<PaymentIntentId>,
}

impl Money {
    pub(super) fn of(sale: &SaleRow, row: &BookingRow) -> Self {
        let (mut charges, mut given_back, mut refunds) = (vec![], vec![], vec![]);
        let mut otherwise = vec![];
        for payment in sale.payments().iter().filter(|payment| belongs(sale, row, payment)) {
            let Some(intent) = payment.intent() else {
                otherwise.extend(payment.is_completed_charge().then(|| payment.amount()));
                continue;
            };
            let refunded = payment.status.as_deref() == Some("Refunded");
            match payment.kind.as_deref() {
                Some("Refund") if payment.is_refund() => given_back.push((intent, payment.amount())),
                Some("Refund") => {} // the refund failed
                _ if refunded || payment.status.as_deref() == Some("Completed") => {
                    charges.push((intent.clone(), payment.amount()));
                    refunds.extend(refunded.then_some(intent));
                }
                _ => {} // begun, failed or cancelled
            }
        }
        refunds.extend(whole(&given_back, &charges));
        let alone = sale.bookings().len() == 1;
        if charges.is_empty() && alone && row.is(BookingStatus::CheckedOut) {
            let written = sale.payment_id.as_deref().filter(|id| names_a_payment(id));
            charges.extend(written.and_then(|id| PaymentIntentId::new(id).ok()).map(|id| (id, None)));
        }
        // The org may not show which of two rows written together came last, but it shows which charge was refunded.
        let kept = charges.iter().rposition(|(charge, _)| !refunds.contains(charge));
        let last = kept.or(charges.len().checked_sub(1)).map(|at| charges.swap_remove(at));
        let paid_otherwise =
            || otherwise.iter().copied().reduce(|sum, more| Some(sum?.plus(more?))).flatten();
        let (last_charge, amount) =
            last.map_or_else(|| (None, paid_otherwise()), |(charge, amount)| (Some(charge), amount));
        Self { last_charge, amount, refunds }
    }

    /// The charge that pays for the stay.
    pub(super) fn in_force(&self) -> Option<&PaymentIntentId> {
        self.last_charge.as_ref().filter(|charge| !self.refunds.contains(charge))
    }
}

/// The refunds of charges that went back as a whole: what a person gave back a part of still pays for the stay. A refund or
/// a charge without an amount counts as whole.
fn whole(
    given_back: &[(PaymentIntentId, Option<Cents>)],
    charges: &[(PaymentIntentId, Option<Cents>)],
) -> Vec<PaymentIntentId> {
    let is_whole = |intent: &PaymentIntentId| {
        let charged = charges.iter().find(|(charge, _)| charge == intent).and_then(|(_, amount)| *amount);
        let mut of_it = given_back.iter().filter(|(refunded, _)| refunded == intent);
        let back = of_it.try_fold(Cents(0), |sum, (_, amount)| Some(sum.plus((*amount)?)));
        charged.zip(back).is_none_or(|(charged, back)| back >= charged)
    };
    given_back.iter().map(|(intent, _)| intent).filter(|intent| is_whole(intent)).cloned().collect()
}

/// Whether a payment is this booking's: by its name, or because the sale has no other booking.
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

/// Whether a booking holds one of these nights: as the condition `searches::holds` says it.
pub(super) fn overlaps(row: &BookingRow, nights: Nights, today: Date) -> bool {
    let here = row.is(BookingStatus::CheckedIn);
    let begins_before = row.check_in.is_none_or(|from| from < nights.to || (here && today < nights.to));
    let ends_after =
        row.departure().is_none_or(|to| to > nights.from || (here && to < today && nights.from <= today));
    row.is_open() && begins_before && ends_after
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Stay;
    use serde_json::{Value, json};

    fn booking(name: &str, status: &str, from: &str, to: &str, rate: f64) -> Value {
        let guest = json!({"Id": "c", "LastName": "Gibbs", "Email": "Beth@Email.com"});
        let room = json!({"Id": "r", "Room_Number__c": "201", "Nightly_Rate__c": rate});
        json!({"Id": name, "Name": name, "Status__c": status, "Check_In_Date__c": from, "Check_Out_Date__c": to,
            "Opportunity__c": "s", "Primary_Guest__r": guest, "Room__r": room})
    }

    fn sale(amount: f64, bookings: &[Value], payments: &[Value], payment_id: Option<&str>) -> SaleRow {
        sale_of(Some(amount), bookings, payments, payment_id)
    }

    fn sale_of(
        amount: Option<f64>,
        bookings: &[Value],
        payments: &[Value],
        payment_id: Option<&str>,
    ) -> SaleRow {
        serde_json::from_value(json!({"Id": "s", "Amount": amount, "StageName": "Closed Won",
            "Departure_Date__c": "2026-11-24", "Payment_ID__c": payment_id, "Bookings__r": {"records": bookings},
            "Payment_Transactions__r": {"records": payments}}))
        .unwrap()
    }

    fn first(sale: &SaleRow) -> Stay {
        sale.bookings()[0].stay(sale).unwrap()
    }

    #[test]
    fn what_an_untidy_row_lacks_is_missing() {
        let row = booking("BK-0001", "Checked In", "2026-11-20", "2026-11-22", 149.99);
        let stay = first(&sale(299.98, &[row], &[], Some("PENDING_CHECKIN")));
        assert_eq!((prices(&stay).as_str(), stay.number_of_guests, stay.payment), ("149.99x2", None, None));
        assert_eq!((stay.guest.email.as_str(), stay.guest.phone), ("beth@email.com", None));
        assert_eq!((stay.room.status.as_str(), stay.room.room_type.as_str()), ("not set", "not set"));
    }

    fn prices(stay: &Stay) -> String {
        stay.agreed.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn one_booking_costs_what_the_sale_amounts_to() {
        let one = |amount: Option<f64>| {
            let row = booking("BK-1", "Reserved", "2026-11-20", "2026-11-23", 100.0);
            first(&sale_of(amount, &[row], &[], None))
        };
        assert_eq!(prices(&one(Some(270.0))), "90.00x3");
        assert_eq!(prices(&one(Some(100.0))), "33.34,33.33x2", "odd cents on the first nights");
        assert_eq!((prices(&one(Some(0.0))).as_str(), one(Some(0.0)).price()), ("0.00x3", Some(Cents(0))));
        assert_eq!((one(None).agreed, one(None).price()), (None, Some(Cents(30_000))));
    }

    /// The prices in a sale after one more night.
    fn longer(stay: &Stay) -> Option<crate::records::Shared> {
        let (sharing, rate) = (stay.sharing.as_ref().filter(|sharing| sharing.counts)?, stay.room.rate?);
        Some(sharing.priced(stay.nights.count() + 1, Some(rate), stay.price()?.plus(rate)))
    }

    #[test]
    fn several_bookings_share_what_is_not_paid_yet() {
        let of = |amount, first, status, payments: &[Value]| {
            let a = booking("BK-1", first, "2026-11-20", "2026-11-22", 100.0);
            let b = booking("BK-2", status, "2026-11-20", "2026-11-22", 200.0);
            let sale = sale(amount, &[a, b], payments, None);
            let stays: Vec<Stay> = sale.bookings().iter().map(|row| row.stay(&sale).unwrap()).collect();
            let fixed = longer(&stays[0]).is_some_and(|shared| !shared.others.is_empty());
            (prices(&stays[0]), stays[0].others_price, prices(&stays[1]), fixed)
        };
        let two = |amount, status, payments: &[Value]| of(amount, "Reserved", status, payments);
        let told = |a: &str, others, b: &str, fixed| (a.to_owned(), Some(Cents(others)), b.to_owned(), fixed);
        assert_eq!(two(600.0, "Reserved", &[]), told("100.00x2", 40_000, "200.00x2", false));
        // Odd cents go to the lowest number, so that the shares add up.
        assert_eq!(two(100.01, "Reserved", &[]), told("16.67x2", 6_667, "33.34,33.33", true));
        assert_eq!(two(180.0, "Cancelled", &[]), told("90.00x2", 0, "", false));
        assert_eq!(of(180.0, "No Show", "Reserved", &[]), told("", 18_000, "90.00x2", false));
        assert_eq!(of(180.0, "No Show", "Cancelled", &[]), told("", 0, "", false), "none counts");
        let paid = json!({"External_ID__c": "BK-2 Charge 2026-11-22", "Stripe_Transaction_ID__c": "pi_2",
            "Transaction_Type__c": "Charge", "Status__c": "Completed", "Amount__c": 250.0});
        assert_eq!(two(480.0, "Checked Out", &[paid]), told("115.00x2", 25_000, "125.00x2", false));
    }

    #[test]
    fn an_amount_that_is_no_money_is_not_read_as_any() {
        let of = |amount, status: &str| {
            let a = booking("BK-1", "Reserved", "2026-11-20", "2026-11-22", 100.0);
            let b = booking("BK-2", status, "2026-11-20", "2026-11-22", 200.0);
            let sale = sale(amount, &[a, b], &[], None);
            let stay = first(&sale);
            assert_eq!((stay.price(), stay.agreed.as_ref(), stay.amount), (None, None, None), "{amount}");
            let unreadable = stay.unreadable_price.clone().expect("it is known to be none");
            assert_eq!((unreadable.object.as_str(), unreadable.field.as_str()), ("Opportunity", "Amount"));
            stay.others_price
        };
        assert_eq!((of(-0.01, "Reserved"), of(10_000_000_000.0, "Reserved")), (None, None));
        assert_eq!(of(-5.0, "Cancelled"), Some(Cents(0)), "nobody else counts");
    }

    #[test]
    fn where_the_price_of_others_is_not_known_their_sum_is_not_either() {
        let a = booking("BK-1", "Reserved", "2026-11-20", "2026-11-22", 100.0);
        let b = booking("BK-2", "Reserved", "2026-11-20", "2026-11-22", 0.0);
        let sale = sale_of(None, &[a, b], &[], None);
        let others: Vec<_> =
            sale.bookings().iter().map(|row| row.stay(&sale).unwrap().others_price).collect();
        assert_eq!(others, [None, Some(Cents(20_000))]);
    }

    #[test]
    fn a_departure_far_away_stands_for_none() {
        let endless = booking("BK-1", "Checked In", "2026-11-20", "4000-12-31", 100.0);
        let sale = sale(200.0, &[endless], &[], None);
        let Some(Listed::Incomplete(booking)) = listed(&sale, &sale.bookings()[0]) else { panic!("a stay") };
        assert_eq!(booking.missing, ["check_out_date"]);
    }

    #[test]
    fn what_was_made_by_hand_is_shown_with_what_it_lacks() {
        let mut row = booking("BK-1", "Reserved", "2026-11-20", "2026-11-22", 100.0);
        (row["Room__r"], row["Check_Out_Date__c"]) = (Value::Null, Value::Null);
        let sale = sale(200.0, &[row], &[], None);
        let Some(Listed::Incomplete(booking)) = listed(&sale, &sale.bookings()[0]) else { panic!("a stay") };
        assert_eq!(booking.missing, ["room_number", "check_out_date"]);
        let blocked = booking_with_status("Waitlisted");
        let blocked = blocked.bookings()[0].stay(&blocked).unwrap();
        assert_eq!(
            (blocked.status.as_str(), blocked.holds_nights(), blocked.is_active()),
            ("Waitlisted", true, false)
        );
    }

    fn booking_with_status(status: &str) -> SaleRow {
        sale(200.0, &[booking("BK-1", status, "2026-11-20", "2026-11-22", 100.0)], &[], None)
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
        assert!(both.bookings()[1].stay(&both).unwrap().payment.is_none(), "whose pi_x is nobody knows");
        let refunded = [
            pay(Some("BK-1 Charge 2026-11-23"), "pi_1", "Charge"),
            pay(Some("BK-1 Refund"), "pi_1", "Refund"),
        ];
        let stay = first(&sale(200.0, &[out("BK-1")], &refunded, None));
        assert_eq!((stay.payment, stay.refunds), (None, 1));
        assert_eq!(stay.last_payment.unwrap().as_str(), "pi_1");
        // Charged, refunded, charged again: in either order of the rows.
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
