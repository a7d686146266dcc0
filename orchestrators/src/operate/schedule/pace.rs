//! How long the schedule pauses after a run: its own pace, or longer, so that the day's requests to Salesforce last until
//! the day ends.

use super::A_DAY;
use jiff::SignedDuration;
use std::time::Duration;

/// Requests of a day that are kept for fixing what is found.
const FOR_FIXING: u32 = 60;

/// The pause after a run that sent so many requests, of `spent` on this day; `day_left` is the time until tomorrow.
pub(super) fn pause(
    every: Duration,
    spent: u32,
    sent: u32,
    day_left: Option<SignedDuration>,
) -> SignedDuration {
    let every = SignedDuration::try_from(every).unwrap_or(SignedDuration::from_mins(5));
    let day_left = day_left.unwrap_or(SignedDuration::from_hours(24)).max(SignedDuration::ZERO);
    if spent >= A_DAY {
        return every.max(day_left);
    }
    let more_runs = A_DAY.saturating_sub(FOR_FIXING).saturating_sub(spent) / sent.max(1);
    if sent == 0 {
        return every;
    }
    every.max(day_left / i32::try_from(more_runs.max(1)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::{A_DAY, pause};
    use jiff::SignedDuration;
    use std::time::Duration;

    const FIVE: Duration = Duration::from_secs(300);
    const A_WHOLE_DAY: SignedDuration = SignedDuration::from_hours(24);

    fn after(spent: u32, sent: u32) -> SignedDuration {
        pause(FIVE, spent, sent, Some(A_WHOLE_DAY))
    }

    #[test]
    fn without_requests_it_keeps_its_pace() {
        assert_eq!(after(0, 0), SignedDuration::from_mins(5));
    }

    #[test]
    fn the_requests_of_a_day_last_until_it_ends() {
        // 240 requests at two a run are 120 runs, twelve minutes apart.
        assert_eq!(after(0, 2), SignedDuration::from_mins(12));
    }

    #[test]
    fn when_they_are_used_up_it_waits_for_tomorrow() {
        assert_eq!(after(A_DAY, 3), A_WHOLE_DAY);
    }
}
