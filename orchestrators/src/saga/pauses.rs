//! How long to wait between two tries: ever longer, and never at the same time as everybody else.

use backon::{BackoffBuilder, ExponentialBuilder};
use skills::Outage;
use std::time::{Duration, Instant};

/// The first pause, before chance is added, and the longest.
const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// The pauses of something that is tried until a deadline.
pub(crate) struct Pauses {
    pauses: backon::ExponentialBackoff,
    deadline: Instant,
}

impl Pauses {
    pub(crate) fn until(deadline: Instant) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST)
            .with_max_delay(LONGEST)
            .without_max_times()
            .with_jitter();
        Self { pauses: pauses.build(), deadline }
    }

    /// How long to wait after an outage: as long as the system said, if it did. None if the deadline comes first, or
    /// waiting will not help.
    pub(crate) fn after(&mut self, outage: &Outage) -> Option<Duration> {
        if outage.lasting {
            return None;
        }
        let said = outage.retry_after_seconds.map(Duration::from_secs);
        let wait = said.or_else(|| self.pauses.next())?;
        (Instant::now() + wait <= self.deadline).then_some(wait)
    }
}
