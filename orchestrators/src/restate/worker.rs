//! The worker: plays sagas for a Restate server. It keeps nothing; any number of workers serve the same hotels.
//!
//! Whatever enters the engine's journal must be the same on every replay: it comes from the journal, the input or a step, never
//! from this process's clock, from the order of a map, or from chance.

mod about;
mod approvals;
mod calls;
mod cancellations;
mod durable;
mod holds;
mod hotels;
mod play;
mod records;
mod refunds;
mod schedule;
mod serve;
mod stages;
#[cfg(test)]
mod stored;
mod texts;
mod trail;

pub(crate) use hotels::{Hotels, Served};
pub(crate) use serve::{Listening, serve};

use restate_sdk::prelude::*;
use std::time::Duration;

/// How long is kept what only a client that waits for its call asks for: longer than any client waits.
const KEPT_FOR_CLIENTS: Duration = Duration::from_secs(60 * 60);

/// The time, as an entry of the journal.
macro_rules! now {
    ($ctx:expr) => {{
        let asked = $ctx.run(|| async { Ok(Json(skills::clock::now())) }).name("now");
        let Json(now): Json<jiff::Timestamp> = asked.await?;
        now
    }};
}
pub(crate) use now;

/// An error that is tried again: a bug, or a hotel that this worker cannot open at the moment.
fn later(why: impl Into<String>) -> HandlerError {
    std::io::Error::other(why.into()).into()
}
