//! The front for `serve --http`, apart from the protocol: who may connect and how much they may send, and who asks. A
//! resource server: it checks the tokens of an issuer and makes none (but those for development).

mod body;
mod budget;
mod dev;
mod door;
mod keys;
mod listener;
mod metadata;
mod readiness;
mod reply;
mod room;
mod router;
mod settings;
mod signatures;
mod stalled;
mod token;

pub(crate) use budget::Budget;
pub(crate) use dev::DevKey;
pub(crate) use listener::serve;
pub(crate) use metadata::Resource;
pub(crate) use readiness::Readiness;
pub(crate) use reply::{Reply, empty, json};
pub(crate) use room::Room;
pub(crate) use router::{Endpoint, Router};
pub use settings::HttpSettings;
pub(crate) use token::{Needs, Principal, Tokens, Trust};

use std::time::Duration;

/// The longest head of a request, in bytes.
const HEAD: usize = 32 * 1024;
/// The longest body of a request, in bytes: far more than the longest texts, so that a longer one is refused by name.
const BODY: usize = 4 * 1024 * 1024;
/// How many bytes of a longer one are read all the same, so that its sender hears the answer.
const DRAINED: usize = 64 * 1024 * 1024;
/// How long its sender may pause meanwhile.
const DRAIN_PAUSE: Duration = Duration::from_secs(1);
/// How many bytes of long bodies are held at a time, beside the first 64 KiB of each.
const BODIES: usize = 64 * 1024 * 1024;
/// How long the head of the next request may take: a connection without requests is closed after it.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long the body of a request may take.
const BODY_TIME: Duration = Duration::from_secs(15);
/// How long a client may not read what it is answered.
const WRITE_TIME: Duration = Duration::from_secs(30);

/// So many seconds are enough: whoever waits as told is served.
fn whole_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}
