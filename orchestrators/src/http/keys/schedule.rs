//! When keys are fetched again.

use crate::http::whole_seconds;
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
    /// Whether the last try failed.
    is_down: bool,
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
        (self.fetched, self.is_down) = (Some(now), false);
    }

    /// Notes that a try has failed; the pause begins now.
    pub(super) fn failed(&mut self, now: Instant) {
        (self.tried, self.is_down) = (Some(now), true);
    }

    /// While the issuer is down: in how many seconds a key that is not known may be asked for again. None if the issuer has
    /// answered, so that a key it does not have is no key of it.
    pub(super) fn unknown_key_is_asked_for_in(&self, now: Instant) -> Option<u64> {
        let next = self.asked_for_unknown.map_or(now, |since| since + UNKNOWN);
        self.is_down.then(|| whole_seconds(next.saturating_duration_since(now)))
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

    #[test]
    fn while_the_issuer_is_down_nobody_can_tell_what_an_unknown_key_is() {
        let (mut schedule, start) = (Schedule::default(), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        schedule.wants_fresh_keys(start);
        schedule.fetched(start);
        assert_eq!(schedule.unknown_key_is_asked_for_in(start), None);
        assert!(schedule.may_ask_for_an_unknown_key(start));
        schedule.failed(after(5));
        assert_eq!(schedule.unknown_key_is_asked_for_in(after(20)), Some(40));
        assert!(
            !schedule.may_ask_for_an_unknown_key(after(20)),
            "it is asked for once a minute all the same"
        );
        assert!(schedule.may_ask_for_an_unknown_key(after(60)));
        schedule.fetched(after(61));
        assert_eq!(schedule.unknown_key_is_asked_for_in(after(62)), None);
    }
}
