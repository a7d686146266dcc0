//! Delivery status of sent messages: the service is asked a few times within an hour, and its answer is shown in the
//! audit trail.

use crate::engine::Engine;
use crate::engine::journal::now_ms;
use crate::saga::SagaError;
use skills::operations::messages::LookAfterSms;
use skills::words::Key;
use skills::{Call, Skill, SkillError};

/// Seconds from one check to the next. A text that has not arrived after an hour is not checked any more.
pub(crate) const LOOKS_SECONDS: [i64; 5] = [10, 50, 4 * 60, 15 * 60, 40 * 60];

/// When to check a message for the `nth` time; none after the last check.
pub(super) fn look_at(nth: u32) -> Option<i64> {
    LOOKS_SECONDS.get(usize::try_from(nth).ok()?).map(|seconds| now_ms() + seconds * 1_000)
}

/// Asks for the delivery status of every message that is due; stops when the service gives none.
pub(super) async fn look_after(engine: &Engine) -> Result<(), SagaError> {
    if !engine.hotel().messages.tells_deliveries() {
        return Ok(());
    }
    while let Some(due) = engine.journal().next_to_look_after(look_at).await? {
        let hotel = engine.hotel();
        let call = Call::new(hotel, Key::derived(&["look", &due.service_id]), hotel.today());
        let look = LookAfterSms { id: due.service_id };
        let found = tokio::time::timeout(engine.settings().step_timeout, look.run(&call)).await;
        let delivery = match found {
            Ok(Ok(delivery)) => delivery,
            Ok(Err(SkillError::Refused(_) | SkillError::MovedOn(_))) => None,
            // The next check is later.
            Ok(Err(SkillError::Outage(_))) | Err(_) => return Ok(()),
        };
        let Some(delivery) = delivery else { continue };
        let next = if delivery.is_final { None } else { look_at(due.looks + 1) };
        engine.journal().note_delivery(due.id, delivery.status, next).await?;
    }
    Ok(())
}
