//! The agreed price of each night. The org stores only the amount of the sale. What its closed bookings did not pay is
//! shared by its open bookings, in proportion to their nights at their rooms' rates, and by the nights of each booking
//! evenly.

use super::{Systems, cents, nights, text};
use crate::fakes::Row;
use skills::words::{Cents, Prices};

impl Systems {
    /// The prices of a booking's nights, as the embedded hotel writes them.
    pub(super) fn shared_prices(&self, row: &Row, stays: &[Row], paid: &[Row]) -> String {
        let sale = text(row, "Opportunity__c").unwrap_or_default();
        let of_sale: Vec<&Row> =
            stays.iter().filter(|stay| stay["Opportunity__c"] == row["Opportunity__c"]).collect();
        let lost = |row: &Row| matches!(text(row, "Status__c").as_deref(), Some("Cancelled" | "No Show"));
        let usual = |row: &Row| {
            let room = text(row, "Room__c").unwrap_or_default();
            let rate = self
                .salesforce
                .row("Hotel_Room__c", "Id", &room)
                .and_then(|room| cents(&room, "Nightly_Rate__c"));
            rate.unwrap_or(0) * nights(row).unwrap_or(0)
        };
        let paid_for = |row: &Row| {
            let name = format!("{} Charge", text(row, "Name")?);
            let closed = text(row, "Status__c").as_deref() == Some("Checked Out");
            let charge = paid
                .iter()
                .rev()
                .find(|it| text(it, "External_ID__c").is_some_and(|id| id.starts_with(&name)));
            charge.filter(|_| closed).and_then(|it| cents(it, "Amount__c"))
        };
        let Some(amount) =
            self.salesforce.row("Opportunity", "Id", &sale).and_then(|sale| cents(&sale, "Amount"))
        else {
            return String::new();
        };
        let counts: Vec<&&Row> = of_sale.iter().filter(|row| of_sale.len() == 1 || !lost(row)).collect();
        let rest = amount - counts.iter().filter_map(|row| paid_for(row)).sum::<i64>();
        let mut sharing: Vec<&&Row> = counts.into_iter().filter(|row| paid_for(row).is_none()).collect();
        sharing.sort_by_key(|row| text(row, "Name"));
        let all: i64 = sharing.iter().map(|row| usual(row)).sum();
        let share = |row: &Row| if all == 0 { 0 } else { rest * usual(row) / all };
        let odd = rest - sharing.iter().map(|row| share(row)).sum::<i64>();
        let Some(at) = sharing.iter().position(|it| it["Id"] == row["Id"]) else { return String::new() };
        let own = share(row) + if at == 0 { odd } else { 0 };
        let (own, nights) =
            (u64::try_from(own).unwrap_or(0), u32::try_from(nights(row).unwrap_or(1)).unwrap_or(1));
        Prices::shared(Cents(own), nights).to_string()
    }
}
