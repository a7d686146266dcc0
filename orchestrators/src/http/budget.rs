//! How many calls a caller may make in a minute, in this process.

use super::whole_seconds;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time a budget is for.
const MINUTE: Duration = Duration::from_secs(60);
/// How many callers are counted; of more, those who have called least recently are forgotten.
const CALLERS: NonZeroUsize = NonZeroUsize::new(20_000).unwrap();

/// The calls of each caller in a minute that began with a call.
pub(crate) struct Budget {
    most: u32,
    callers: Mutex<LruCache<String, (Instant, u32)>>,
}

impl Budget {
    /// A budget of so many calls.
    pub(crate) fn new(most: u32) -> Self {
        Self { most, callers: Mutex::new(LruCache::new(CALLERS)) }
    }

    /// Takes a call from a caller's budget. If nothing is left: in how many seconds there will be.
    pub(crate) fn take(&self, caller: &str) -> Result<(), u64> {
        self.take_at(caller, Instant::now())
    }

    fn take_at(&self, caller: &str, now: Instant) -> Result<(), u64> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, calls) = callers.get_or_insert_mut_ref(caller, || (now, 0));
        if now >= *began + MINUTE {
            (*began, *calls) = (now, 0);
        }
        if *calls >= self.most {
            let left = (*began + MINUTE).saturating_duration_since(now);
            return Err(whole_seconds(left));
        }
        *calls += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_used_the_budget_waits_for_the_end_of_the_minute_and_nobody_else_does() {
        let (budget, start) = (Budget::new(2), Instant::now());
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(budget.take_at("beth", start), Ok(()));
        assert_eq!(budget.take_at("beth", after(10)), Ok(()));
        assert_eq!(budget.take_at("beth", after(20)), Err(40));
        assert_eq!(budget.take_at("beth", after(20) + Duration::from_millis(1)), Err(40), "not too early");
        assert_eq!(budget.take_at("carl", after(20)), Ok(()));
        assert_eq!(budget.take_at("beth", after(60)), Ok(()));
    }

    #[test]
    fn what_is_kept_has_a_limit() {
        let (budget, now) = (Budget::new(1), Instant::now());
        for caller in 0..2 * CALLERS.get() {
            assert_eq!(budget.take_at(&caller.to_string(), now), Ok(()));
        }
        assert_eq!(budget.callers.lock().unwrap().len(), CALLERS.get());
    }
}
