//! The texts of all refusals an agent can read; no other folder has any.

mod arguments;
mod bookings;
mod charges;
mod not_found;
mod people;
mod refunds;
mod rooms;
mod systems;

pub use arguments::*;
pub use bookings::*;
pub use charges::*;
pub use not_found::*;
pub use people::*;
pub use refunds::*;
pub use rooms::*;
pub use systems::*;
