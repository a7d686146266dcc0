//! The hotel's records: stay, room, contact and case, and the queries for them.
//!
//! All code reads these types and no system owns them: each system's adapter converts its own rows to them.

mod case;
mod contact;
mod day;
mod look;
mod query;
mod room;
mod sharing;
mod sought;
mod stay;

pub use case::Case;
pub use contact::Contact;
pub use day::{Beginning, DayQuery, DaySeen};
pub(crate) use day::{LOST, MOST_ROOMS, MOST_ROWS};
pub use look::{CaseLike, Look, Seen};
pub use query::{CaseQuery, ContactQuery, Free, RoomQuery, StayQuery};
pub use room::Room;
pub(crate) use sharing::shared;
pub use sharing::{Part, Shared, Sharing};
pub use sought::Sought;
pub use stay::{IncompleteBooking, Listed, Stay, UnreadablePrice};
