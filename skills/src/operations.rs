//! The atomic operations, one a file, by what they are about.
//!
//! A new one is a new file in the folder of its subject, and a `pub use` there. No operation calls another: what belongs
//! together is composed by a saga.

pub mod bookings;
pub mod cases;
pub mod contacts;
mod look_up;
pub mod messages;
pub mod opportunities;
pub mod payments;
pub mod rooms;
mod texts;

pub use look_up::LookUp;
