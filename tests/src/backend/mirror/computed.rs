//! Columns that no field stores as it is.

use super::{Ids, Systems, text};
use crate::fakes::Row;
use rusqlite::types::Value as Sql;
use std::collections::HashMap;

/// Rows of the org that others are computed from.
pub(super) struct Rows {
    ids: HashMap<&'static str, Ids>,
    stays: Vec<Row>,
    paid: Vec<Row>,
}

impl Rows {
    pub(super) fn of(systems: &Systems) -> Self {
        let objects = ["Contact", "Hotel_Room__c", "Opportunity", "Booking__c"];
        Self {
            ids: objects.into_iter().map(|object| (object, systems.ids(object))).collect(),
            stays: systems.salesforce.rows("Booking__c"),
            paid: systems.salesforce.rows("Payment_Transaction__c"),
        }
    }

    /// The number that the row a reference leads to has in its table.
    pub(super) fn number(&self, object: &str, row: &Row, field: &str) -> Option<i64> {
        self.ids.get(object)?.get(&text(row, field)?).copied()
    }
}

impl Systems {
    /// The columns of a row that no field stores as it is.
    pub(super) fn computed(&self, org: &Rows, table: &str, row: &Row) -> Vec<(&'static str, Sql)> {
        match table {
            "contacts" => {
                let email = text(row, "Unique_Email__c").or_else(|| text(row, "Email"));
                let first_name = text(row, "FirstName").unwrap_or_default();
                vec![("email", email.map(|it| it.to_lowercase()).into()), ("first_name", first_name.into())]
            }
            "opportunities" => {
                let first = org.stays.iter().find(|stay| stay["Opportunity__c"] == row["Id"]);
                let first = || first.and_then(|stay| org.number("Contact", stay, "Primary_Guest__c"));
                vec![("contact_id", org.number("Contact", row, "ContactId").or_else(first).into())]
            }
            "bookings" => {
                let prefix = format!("{} Charge ", text(row, "Name").unwrap_or_default());
                let charged = org
                    .paid
                    .iter()
                    .rev()
                    .find_map(|it| text(it, "External_ID__c")?.strip_prefix(&prefix).map(str::to_owned))
                    .filter(|_| text(row, "Status__c").as_deref() == Some("Checked Out"));
                let planned = charged.as_ref().and_then(|it| it.split(' ').next()).map(str::to_owned);
                let prices = match charged.as_ref().and_then(|it| it.split_once(' ')) {
                    Some((_, prices)) => prices.to_owned(),
                    None => self.shared_prices(row, &org.stays, &org.paid),
                };
                let planned = planned.or_else(|| text(row, "Check_Out_Date__c"));
                vec![("planned_check_out", planned.into()), ("prices", prices.into())]
            }
            "payment_transactions" => {
                let external = text(row, "External_ID__c").unwrap_or_default();
                let named = external.split(' ').next().unwrap_or_default();
                let of_sale =
                    || org.stays.iter().find(|stay| stay["Opportunity__c"] == row["Opportunity__c"]);
                let stay = org.stays.iter().find(|stay| stay["Name"] == named).or_else(of_sale);
                vec![("booking_id", stay.and_then(|stay| org.number("Booking__c", stay, "Id")).into())]
            }
            _ => vec![],
        }
    }
}
