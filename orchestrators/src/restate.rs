//! The engine past one machine: calls are recorded, locked and finished by a Restate server, and played by workers.
//!
//! ```text
//! server (front) ── Calls/{call}/ask ──► Restate ──► worker: Calls ── Holds/{key}.play ── Run ── systems
//!                └─ Trail/{hour}/enter (reads) ──►        └─ Trail, Texts, Refunds
//! ```
//!
//! A server keeps nothing: `remote.rs` submits calls, `trail.rs` reads the trail, `beside.rs` records what was read or refused. The
//! worker (feature `restate`) has the handlers.
//! `wire.rs` is what both write and read; it is stored by the engine, so fields are only ever added, with a default.

mod beside;
mod remote;
mod trail;
// The worker uses more of it than a server.
#[cfg_attr(not(feature = "restate"), allow(dead_code))]
mod wire;
#[cfg(feature = "restate")]
pub(crate) mod worker;

pub(crate) use remote::Remote;
pub(crate) use wire::{AboutWorker, WhichHotel, hotel_key};
