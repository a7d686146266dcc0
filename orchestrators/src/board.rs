//! The hotel at a glance: the tool that reads a day, the two pages that draw what tools answer, and the same pictures
//! for a terminal.

mod hotel_today;
mod page;
mod terminal;
mod texts;
mod timeline;

pub use hotel_today::{CallForStaff, HotelToday, Today};
pub(crate) use page::{BOARD, CALLS, filled};
pub(crate) use terminal::drawn;
pub(crate) use timeline::calls_drawn;
