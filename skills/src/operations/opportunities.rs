//! The sale that one or more bookings belong to. Agents never see it; it follows its bookings.

mod create_opportunity;
mod move_opportunity;

pub use create_opportunity::CreateOpportunity;
pub use move_opportunity::{MoveOpportunity, Repriced, When};
