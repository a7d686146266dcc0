//! Sales: each follows its bookings.

use super::super::draft::Row;
use super::super::looks::is_open;
use super::super::rows::{BookingRow, SaleRow, units};
use super::super::soql::{Literal, all, among, eq, is, not_among};
use super::Planner;
use crate::error::Refusal;
use crate::operations::opportunities::{CreateOpportunity, MoveOpportunity, Repriced, When};
use crate::refusals;
use crate::words::{BookingNumber, Nights};

impl<'a> Planner<'a> {
    /// A sale is created together with its booking, whose key proves that both were.
    pub(super) fn create_opportunity(&mut self, new: &'a CreateOpportunity) -> Result<(), Refusal> {
        self.contact_id(&new.guest)?;
        self.sales.insert(&new.key, new);
        Ok(())
    }

    pub(super) fn move_opportunity(&mut self, change: &MoveOpportunity) -> Result<(), Refusal> {
        let (sale, booking) = self.booking(&change.booking)?;
        if let Some(repriced) = &change.repriced {
            self.reprice(&sale, &change.booking, repriced)?;
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

    /// Sets the sale's new amount; requires that its amount is still the one that was read.
    fn reprice(
        &mut self,
        sale: &SaleRow,
        number: &BookingNumber,
        repriced: &Repriced,
    ) -> Result<(), Refusal> {
        let before = self.seen.sales.get(&sale.id).unwrap_or(sale);
        if let Some(unreadable) = before.unreadable_price() {
            return Err(refusals::price_unreadable(number, &unreadable));
        }
        if before.amount() != repriced.seen {
            return Err(refusals::sale_moved_on(number));
        }
        // The stored value, not the parsed one: otherwise the row might never match.
        self.plan.draft.sale(sale).expect("Amount", before.amount_as_kept());
        self.plan.draft.set(Row::Sale { id: sale.id.clone() }, "Amount", units(repriced.to));
        Ok(())
    }

    /// Whether no other booking of the sale is open; also requires that none is when the Composite runs.
    fn is_last_open(&mut self, sale: &SaleRow, booking: &BookingRow) -> bool {
        let others = sale.bookings().iter().any(|other| other.id != booking.id && other.is_open());
        let open =
            all(vec![eq("Opportunity__c", sale.id.as_str()), is_open(), is("Id", "!=", booking.id.as_str())]);
        let expect = if others { among } else { not_among };
        self.plan.draft.sale(sale).expect_that(expect("Id", "Opportunity__c", "Booking__c", &open));
        !others
    }

    /// Sets the sale's dates to the first arrival and the last departure of its open bookings.
    pub(super) fn stretch_sale(&mut self, sale: &SaleRow) {
        let Some(now) = self.facts.sales.get(&sale.id) else { return };
        let open: Vec<Nights> =
            now.bookings().iter().filter(|row| row.is_open()).filter_map(BookingRow::nights).collect();
        let (Some(from), Some(to)) = (open.iter().map(|n| n.from).min(), open.iter().map(|n| n.to).max())
        else {
            return;
        };
        let expected = self.plan.draft.sale(sale);
        expected.expect("Arrival_Date__c", Literal::date(sale.arrival));
        expected.expect("Departure_Date__c", Literal::date(sale.departure));
        let row = Row::Sale { id: sale.id.clone() };
        self.plan.draft.set(row.clone(), "Arrival_Date__c", from.to_string());
        self.plan.draft.set(row.clone(), "Departure_Date__c", to.to_string());
        self.plan.draft.set(row, "CloseDate", to.to_string());
    }
}
