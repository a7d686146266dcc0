//! Backoff: how long to wait between two tries. Pauses grow, and are spread so that calls do not retry together.
//!
//! A step is retried only a few times, because its caller waits. A stuck call rests between its tries, at most twenty
//! minutes; its rest is stored with the call, so that all processes share it.

use backon::{BackoffBuilder, ExponentialBuilder};
use skills::Outage;
use std::time::{Duration, Instant};

/// The first pause within a step, before jitter is added; each further pause is `FACTOR` times the one before.
const FIRST: Duration = Duration::from_millis(50);
const FACTOR: f32 = 5.0;

/// A call's rest after its first try, and its longest rest.
const FIRST_REST: Duration = Duration::from_secs(3);
const LONGEST_REST: Duration = Duration::from_secs(20 * 60);
/// Jitter: shortens a call's rest by at most this many thousandths, so that calls that got stuck together are not
/// retried together.
const SPREAD: u64 = 50;
/// A try that sends more requests than this rests longer, in proportion: one try of two requests every twenty minutes
/// makes 144 requests a day.
const REQUESTS_A_TRY: u32 = 2;

/// A call that waits for its guest is checked again after one eighth of its age, within the shortest and longest pause.
const PART_OF_ITS_AGE: u32 = 8;
const SHORTEST_LOOK: Duration = Duration::from_secs(30);
const LONGEST_LOOK: Duration = Duration::from_secs(60 * 60);

/// How many times a step is retried: before any effect, after an effect, and in recovery, which retries whole calls.
pub(crate) const BEFORE_AN_EFFECT: usize = 4;
pub(crate) const AFTER_AN_EFFECT: usize = 2;
pub(crate) const IN_RECOVERY: usize = 0;

/// The pauses between retries, until a deadline or for a number of retries.
pub(crate) struct Pauses {
    pauses: backon::ExponentialBackoff,
    deadline: Instant,
}

impl Pauses {
    /// At most `at_most` pauses, none past the deadline.
    pub(crate) fn until(deadline: Instant, at_most: usize) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST)
            .with_factor(FACTOR)
            .without_max_delay()
            .with_max_times(at_most)
            .with_jitter();
        Self { pauses: pauses.build(), deadline }
    }

    /// How long to wait after an outage, at least as long as the system asked for. None if the deadline comes first,
    /// the retries are used up, or waiting will not help.
    pub(crate) fn after(&mut self, outage: &Outage) -> Option<Duration> {
        if outage.lasting {
            return None;
        }
        let said = outage.retry_after_seconds.map(Duration::from_secs);
        // The answer to a dead key is a stored one: the system was not tried, so no retry is used up.
        let wait = match said {
            Some(said) if outage.key_dead => said,
            said => self.pauses.next()?.max(said.unwrap_or_default()),
        };
        (Instant::now() + wait <= self.deadline).then_some(wait)
    }
}

/// How long a call rests after this many failed tries by recovery, the last of which sent this many requests; at
/// least as long as the system asked for.
pub(crate) fn rest(call: i64, tries: u32, requests: u32, said_seconds: Option<u64>) -> Duration {
    let grown = FIRST_REST.saturating_mul(4_u32.saturating_pow(tries)).min(LONGEST_REST);
    let spread = (call.unsigned_abs().wrapping_mul(31) + u64::from(tries) * 17) % SPREAD;
    let spread = grown.mul_f64(1.0 - f64::from(u32::try_from(spread).unwrap_or(0)) / 1_000.0);
    let dear = spread * requests.max(REQUESTS_A_TRY) / REQUESTS_A_TRY;
    dear.max(Duration::from_secs(said_seconds.unwrap_or(0)))
}

/// How long until the next check whether the guest has acted, for a call of this age.
pub(crate) fn next_look(age: Duration) -> Duration {
    (age / PART_OF_ITS_AGE).clamp(SHORTEST_LOOK, LONGEST_LOOK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use skills::{Outage, System};

    #[test]
    fn rests_grow_to_twenty_minutes_and_a_day_of_them_costs_less_than_200_requests() {
        for requests in 1..8 {
            let (mut at, mut sent, mut tries) = (Duration::ZERO, 0, 0);
            let mut in_the_first_minute = 0;
            loop {
                at += rest(7, tries, requests, None);
                if at > Duration::from_secs(24 * 60 * 60) {
                    break;
                }
                sent += requests;
                tries += 1;
                if at < Duration::from_secs(60) {
                    in_the_first_minute += requests;
                }
            }
            assert!(sent < 180, "{sent} a day, at {requests} a try");
            assert!(in_the_first_minute <= 2 * requests, "{in_the_first_minute} at {requests} a try");
        }
        assert!(rest(1, 2, 1, None) < Duration::from_secs(50), "soon, at first");
        let grown = rest(0, 60, 1, None);
        assert!(grown <= LONGEST_REST && grown > LONGEST_REST * 9 / 10, "{grown:?}");
    }

    #[test]
    fn what_the_system_said_is_obeyed() {
        assert_eq!(rest(1, 0, 1, Some(600)), Duration::from_secs(600));
        assert!(rest(1, 30, 1, Some(600)) > Duration::from_secs(600), "and what has grown longer, too");
    }

    #[test]
    fn a_guest_is_looked_after_some_thirty_times_in_an_hour() {
        let (mut age, mut looks) = (Duration::ZERO, 0);
        while age < Duration::from_secs(3_600) {
            age += next_look(age);
            looks += 1;
        }
        assert!((20..40).contains(&looks), "{looks}");
        assert_eq!(next_look(Duration::from_secs(86_400)), LONGEST_LOOK);
    }

    #[test]
    fn a_step_is_tried_a_few_times_however_soon_the_system_says() {
        let soon = Outage { retry_after_seconds: Some(0), ..Outage::unreached(System::Crm, "busy") };
        let mut pauses = Pauses::until(Instant::now() + Duration::from_secs(3_600), BEFORE_AN_EFFECT);
        let mut waits = vec![];
        while let Some(wait) = pauses.after(&soon) {
            waits.push(wait);
        }
        assert_eq!(waits.len(), BEFORE_AN_EFFECT);
        assert!(
            waits[0] < Duration::from_millis(101) && waits.iter().sum::<Duration>() > Duration::from_secs(7)
        );
    }
}
