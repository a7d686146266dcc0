use crate::skill::crm_change;
use crate::words::{Cents, Email, Key, Nights, Stage};
use serde::{Deserialize, Serialize};

/// Create the sale a booking will belong to, or find the one created under this key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateOpportunity {
    /// Our key for it; the booking of the same commit names it too.
    pub key: Key,
    /// Who buys. Must exist, or be created earlier in the same commit.
    pub guest: Email,
    /// What it is called in a list of sales.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// What it amounts to.
    pub amount: Cents,
    /// Arrival and departure; it is expected to close on departure.
    pub nights: Nights,
}

crm_change!(CreateOpportunity, "create_opportunity", Adds);
