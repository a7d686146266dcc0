//! When keys are fetched again.

use std::time::{Duration, Instant};

/// How long keys are kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// The pause after a try that failed, if there are older keys.
const PAUSE: Duration = Duration::from_secs(60);
/// The same, if there were never any keys.
const PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(1);
/// How often at most a key that is not known is asked for.
const UNKNOWN: Duration = Duration::from_secs(60);

/// When keys were fetched, and when that was tried.
#[derive(Default)]
pub(super) struct Schedule {
    fetched: Option<Instant>,
    tried: Option<Instant>,
    asked_for_unknown: Option<Instant>,
}

impl Schedule {
    /// Whether keys are missing or old, and it is time to try. Notes the try.
    pub(super) fn wants_fresh_keys(&mut self, now: Instant) -> bool {
        let is_over = |since: Option<Instant>, time| since.is_none_or(|since| now >= since + time);
        let pause = if self.fetched.is_some() { PAUSE } else { PAUSE_WITHOUT_KEYS };
        let is_due = is_over(self.fetched, KEPT) && is_over(self.tried, pause);
        if is_due {
            self.tried = Some(now);
        }
        is_due
    }

    /// Whether a key that is not known may be asked for. Notes the try.
    pub(super) fn may_ask_for_an_unknown_key(&mut self, now: Instant) -> bool {
        let is_due = self.asked_for_unknown.is_none_or(|since| now >= since + UNKNOWN);
        if is_due {
            (self.asked_for_unknown, self.tried) = (Some(now), Some(now));
        }
        is_due
    }

    /// Notes that keys were fetched.
    pub(super) fn fetched(&mut self, now: Instant) {
        self.fetched = Some(now);
    }

    /// Notes that a try has failed; the pause begins now.
    pub(super) fn failed(&mut self, now: Instant) {
        self.tried = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_for_an_hour_and_then_asked_for_once_a_minute() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        assert!(schedule.wants_fresh_keys(start), "there are none");
        assert!(!schedule.wants_fresh_keys(start), "it has just been tried");
        assert!(schedule.wants_fresh_keys(start + PAUSE_WITHOUT_KEYS), "there are still none");
        schedule.fetched(start);
        assert!(!schedule.wants_fresh_keys(start + KEPT - Duration::from_secs(1)));
        let old = start + KEPT;
        assert!(schedule.wants_fresh_keys(old));
        assert!(!schedule.wants_fresh_keys(old + PAUSE - Duration::from_secs(1)), "the issuer is down");
        assert!(schedule.wants_fresh_keys(old + PAUSE));
    }

    #[test]
    fn an_unknown_key_is_asked_for_once_a_minute() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        schedule.wants_fresh_keys(start);
        schedule.fetched(start);
        assert!(schedule.may_ask_for_an_unknown_key(start), "the issuer may have changed its keys just now");
        for second in 0..60 {
            assert!(!schedule.may_ask_for_an_unknown_key(start + Duration::from_secs(second)));
        }
        assert!(schedule.may_ask_for_an_unknown_key(start + UNKNOWN));
    }
}
