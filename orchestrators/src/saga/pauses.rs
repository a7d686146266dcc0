//! How long to wait between two tries: ever longer, and never at the same time as everybody else.
//!
//! Within a step there are few tries, because somebody waits for its answer. Between two tries of a call that is stuck the
//! rests grow to twenty minutes: they are kept with the call, so that all processes share them.

use backon::{BackoffBuilder, ExponentialBuilder};
use skills::Outage;
use std::time::{Duration, Instant};

/// The first pause within a step, before chance is added; each is so many times the one before it.
const FIRST: Duration = Duration::from_millis(50);
const FACTOR: f32 = 5.0;

/// How long a call rests after its first try, and at most after many.
const FIRST_REST: Duration = Duration::from_secs(3);
const LONGEST_REST: Duration = Duration::from_secs(20 * 60);
/// By so many thousandths at most a rest is shortened, each call's otherwise: calls that were stuck together are not tried
/// together.
const SPREAD: u64 = 50;
/// A try that costs more requests than this rests longer, in proportion: at one rest in twenty minutes two requests a try are
/// 144 a day.
const REQUESTS_A_TRY: u32 = 2;

/// A call that waits for its guest is looked at when so much of its age has passed again, but not more often than this, and
/// at least so often.
const PART_OF_ITS_AGE: u32 = 8;
const SHORTEST_LOOK: Duration = Duration::from_secs(30);
const LONGEST_LOOK: Duration = Duration::from_secs(60 * 60);

/// How often a step is tried again while its caller waits: nothing has been done yet; something has; and nobody waits,
/// because recovery tries.
pub(crate) const BEFORE_AN_EFFECT: usize = 4;
pub(crate) const AFTER_AN_EFFECT: usize = 2;
pub(crate) const IN_RECOVERY: usize = 0;

/// The pauses of something that is tried until a deadline, or so often.
pub(crate) struct Pauses {
    pauses: backon::ExponentialBackoff,
    deadline: Instant,
}

impl Pauses {
    /// At most so many pauses until then.
    pub(crate) fn until(deadline: Instant, at_most: usize) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(FIRST)
            .with_factor(FACTOR)
            .without_max_delay()
            .with_max_times(at_most)
            .with_jitter();
        Self { pauses: pauses.build(), deadline }
    }

    /// How long to wait after an outage, and not less than the system said. None if the deadline comes first, it was tried
    /// often enough, or waiting will not help.
    pub(crate) fn after(&mut self, outage: &Outage) -> Option<Duration> {
        if outage.lasting {
            return None;
        }
        let said = outage.retry_after_seconds.map(Duration::from_secs);
        // The answer to a dead key is one of the past: the system has not been tried by it.
        let wait = match said {
            Some(said) if outage.key_dead => said,
            said => self.pauses.next()?.max(said.unwrap_or_default()),
        };
        (Instant::now() + wait <= self.deadline).then_some(wait)
    }
}

/// How long a call rests that recovery has tried so often in vain, the last time with so many requests; a system that said
/// when to come back is not asked before.
pub(crate) fn rest(call: i64, tries: u32, requests: u32, said_seconds: Option<u64>) -> Duration {
    let grown = FIRST_REST.saturating_mul(4_u32.saturating_pow(tries)).min(LONGEST_REST);
    let spread = (call.unsigned_abs().wrapping_mul(31) + u64::from(tries) * 17) % SPREAD;
    let spread = grown.mul_f64(1.0 - f64::from(u32::try_from(spread).unwrap_or(0)) / 1_000.0);
    let dear = spread * requests.max(REQUESTS_A_TRY) / REQUESTS_A_TRY;
    dear.max(Duration::from_secs(said_seconds.unwrap_or(0)))
}

/// When to look next whether the guest has done what a call of this age waits for.
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
