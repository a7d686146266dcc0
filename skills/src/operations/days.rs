//! Days: the whole hotel at a glance.

mod day_view;
mod see_day;

pub use day_view::{Counts, DayView, ExpectedView, FloorView, RequestView, RoomAtAGlance};
pub use see_day::SeeDay;
