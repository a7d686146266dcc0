//! A circuit breaker: after several failures in a row no request is sent for a while; then one request may try.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures in a row that open it.
const FAILURES: u32 = 8;
/// How long it stays open.
const OPEN: Duration = Duration::from_secs(5);

/// Closed at first.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    /// How much longer it stays open; none if a request may be sent.
    pub(super) fn is_open(&self) -> Option<Duration> {
        self.is_open_at(Instant::now())
    }

    /// Whether it is open; unlike [`Self::is_open`], asking changes nothing.
    pub(super) fn stands_open(&self) -> bool {
        self.stands_open_at(Instant::now())
    }

    fn stands_open_at(&self, now: Instant) -> bool {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.open_until.is_some_and(|until| now < until)
    }

    /// Records whether a request succeeded.
    pub(super) fn note(&self, failed: bool) {
        self.note_at(failed, Instant::now());
    }

    fn is_open_at(&self, now: Instant) -> Option<Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = state.open_until?;
        if now < until {
            return Some(until - now);
        }
        // The first caller tries; the others wait for the result.
        state.open_until = Some(now + OPEN);
        None
    }

    fn note_at(&self, failed: bool, now: Instant) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failed {
            state.failures += 1;
            if state.failures >= FAILURES {
                state.open_until = Some(now + OPEN);
            }
        } else {
            *state = State::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_after_failures_in_a_row_and_lets_one_try_later() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..FAILURES - 1 {
            breaker.note_at(true, now);
        }
        assert_eq!(breaker.is_open_at(now), None, "one short of it");
        assert!(!breaker.stands_open_at(now));
        breaker.note_at(true, now);
        assert_eq!(breaker.is_open_at(now), Some(OPEN));
        assert!(breaker.stands_open_at(now));
        let later = now + OPEN;
        assert!(!breaker.stands_open_at(later), "one may try");
        assert_eq!(breaker.is_open_at(later), None, "one may try");
        assert_eq!(breaker.is_open_at(later), Some(OPEN), "only one");
        breaker.note_at(false, later);
        assert_eq!(breaker.is_open_at(later), None, "it answers again");
    }

    #[test]
    fn a_success_between_failures_starts_the_count_anew() {
        let (breaker, now) = (Breaker::default(), Instant::now());
        for i in 0..3 * FAILURES {
            breaker.note_at(i % FAILURES != 0, now);
        }
        assert_eq!(breaker.is_open_at(now), None);
    }
}
