//! The atomic operations, one in each file, in folders by subject.
//!
//! A new operation is a new file in the folder of its subject, and a `pub use` there. No operation calls another; a saga
//! composes them.

pub mod bookings;
pub mod cases;
pub mod contacts;
pub mod days;
mod look_up;
pub mod messages;
pub mod opportunities;
pub mod payments;
pub mod rooms;
mod suggestions;
mod texts;

pub use look_up::LookUp;
pub use suggestions::Suggestions;
