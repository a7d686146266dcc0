//! Sales: each follows its bookings.

use super::super::draft::Row;
use super::super::looks::ACTIVE;
use super::super::records::{BookingRow, SaleRow, units};
use super::super::soql::{Literal, all, among, eq, is, not_among, one_of};
use super::super::stays::price;
use super::Planner;
use crate::error::Refusal;
use crate::opportunities::{CreateOpportunity, MoveOpportunity, Repriced, When};
use crate::words::{Cents, Nights};

impl<'a> Planner<'a> {
    /// A sale comes into being together with its booking, whose key is the witness of both.
    pub(super) fn create_opportunity(&mut self, new: &'a CreateOpportunity) -> Result<(), Refusal> {
        self.contact_id(&new.guest)?;
        self.sales.insert(&new.key, new);
        Ok(())
    }

    pub(super) fn move_opportunity(&mut self, change: &MoveOpportunity) -> Result<(), Refusal> {
        let (sale, booking) = self.booking(&change.booking)?;
        if let Some(repriced) = &change.repriced {
            self.reprice(&sale, &booking, repriced);
        }
        if change.when == When::Always || self.is_last_open(&sale, &booking) {
            let fields = [
                ("StageName", change.to.map(|stage| stage.to_string())),
                ("CloseDate", change.close_date.map(|day| day.to_string())),
                ("Payment_ID__c", change.payment.as_ref().map(ToString::to_string)),
            ];
            self.plan.draft.set_given(&Row::Sale { id: sale.id }, fields);
        }
        Ok(())
    }

    /// A sale is worth what its bookings cost, as they are seen now: another machine may have priced it meanwhile, and what
    /// others wrote may never have been the sum of its prices.
    fn reprice(&mut self, sale: &SaleRow, booking: &BookingRow, repriced: &Repriced) {
        let seen = self.seen.sales.get(&sale.id).unwrap_or(sale);
        let amount = seen.amount().map_or_else(Literal::null, Literal::from);
        self.plan.draft.sale(sale).push(eq("Amount", amount));
        self.prices.insert(booking.id.clone(), repriced.to);
        let price = |row: &BookingRow| self.prices.get(&row.id).copied().or_else(|| price(seen, row));
        let now = seen.bookings().iter().filter_map(price).fold(Cents::default(), Cents::plus);
        self.plan.draft.set(Row::Sale { id: sale.id.clone() }, "Amount", units(now));
    }

    /// Whether no other booking of the sale is open; that it stays so is expected.
    fn is_last_open(&mut self, sale: &SaleRow, booking: &BookingRow) -> bool {
        let others = sale.bookings().iter().any(|other| other.id != booking.id && other.is_active());
        let open = all(vec![
            eq("Opportunity__c", sale.id.as_str()),
            one_of("Status__c", ACTIVE),
            is("Id", "!=", booking.id.as_str()),
        ]);
        let expect = if others { among } else { not_among };
        self.plan.draft.sale(sale).push(expect("Id", "Opportunity__c", "Booking__c", &open));
        !others
    }

    /// A sale lasts from the first arrival to the last departure of its open bookings.
    pub(super) fn stretch_sale(&mut self, sale: &SaleRow) {
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
}
