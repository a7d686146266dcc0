use crate::skill::crm_change;
use crate::words::{Cents, Email, Key, Nights, Stage};
use serde::{Deserialize, Serialize};

/// Create the sale that a booking will belong to, or find the one created under this key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateOpportunity {
    /// Our key for it. The booking of the same commit names it too.
    pub key: Key,
    /// The buyer. Must exist, or be created earlier in the same commit.
    pub guest: Email,
    /// Its name in a list of sales.
    pub name: String,
    /// Its stage.
    pub stage: Stage,
    /// Its amount.
    pub amount: Cents,
    /// Arrival and departure; it is expected to close on departure.
    pub nights: Nights,
}

crm_change!(CreateOpportunity, "create_opportunity", Adds);
