//! The hotel's records: what a stay, a room, a contact and a case are, and how they are asked for.
//!
//! Everybody reads them and no system owns them: each system's adapter turns its own rows into these.

mod case;
mod contact;
mod look;
mod query;
mod room;
mod sharing;
mod sought;
mod stay;

pub use case::Case;
pub use contact::Contact;
pub use look::{CaseLike, Look, Seen};
pub use query::{CaseQuery, ContactQuery, Free, RoomQuery, StayQuery};
pub use room::Room;
pub(crate) use sharing::shared;
pub use sharing::{Part, Shared, Sharing};
pub use sought::Sought;
pub use stay::{IncompleteBooking, Listed, Stay, UnreadablePrice};
