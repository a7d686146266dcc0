//! Refunds that are on their way are looked after hourly: one that came to nothing is asked for once more, unless its payment
//! has closed the stay since.

use super::Engine;
use crate::engine::journal::OnItsWay;
use crate::saga::SagaError;
use crate::sagas::CompensateCheckoutFailure;
use skills::operations::LookUp;
use skills::operations::payments::RetrievePayment;
use skills::records::Look;
use skills::systems::payments::{Intent, Money};
use skills::words::{Key, LongText};
use skills::{Call, Skill, SkillError};
use std::sync::Arc;

/// Whose calls these are.
const BY: &str = "staff:recovery";

impl Engine {
    /// Looks after every refund that is due; stops where a system does not answer.
    pub(super) async fn look_after_refunds(self: &Arc<Self>) -> Result<(), SagaError> {
        while let Some(due) = self.journal.next_refund(&self.systems()).await? {
            match self.look_after_refund(&due).await {
                Ok(true) => self.journal.forget_refund(due.refund).await?,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(refund = due.refund, %error, "a refund could not be looked after");
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether nobody has to look after the refund any more.
    async fn look_after_refund(self: &Arc<Self>, due: &OnItsWay) -> Result<bool, SkillError> {
        let intent = self.look_at(RetrievePayment { payment: due.payment.clone() }).await?;
        let Some(intent) = intent else { return Ok(true) };
        let Some(refund) = intent.refunds.iter().find(|refund| refund.id == due.refund) else {
            return Ok(true);
        };
        if !refund.has_failed() {
            return Ok(refund.has_gone_back());
        }
        tracing::warn!(refund = due.refund, "a refund came to nothing");
        if intent.money() == Money::Kept {
            self.ask_once_more(&intent, due).await?;
        }
        Ok(true)
    }

    async fn ask_once_more(self: &Arc<Self>, intent: &Intent, due: &OnItsWay) -> Result<(), SkillError> {
        let Some(booking) = intent.booking.clone() else { return Ok(()) };
        let look = Look { booking: Some(booking), ..Look::on(self.hotel.today()) };
        let stay = self.look_at(LookUp(look)).await?.booking;
        let Some(stay) = stay.filter(|stay| stay.payment.as_ref() != Some(&intent.id)) else { return Ok(()) };
        let request = CompensateCheckoutFailure {
            payment_intent_id: Some(intent.id.clone()),
            booking_number: None,
            guest_email: stay.guest.email,
            reason: LongText::new("the refund came to nothing").ok(),
        };
        let answer = self.run_for(BY, format!("recovery:refund:{}", due.refund), &request).await;
        if !answer.is_success() {
            tracing::warn!(refund = due.refund, code = answer.error_code(), "it was asked for once more");
        }
        Ok(())
    }

    async fn look_at<S: Skill>(&self, skill: S) -> Result<S::Output, SkillError> {
        let call = Call::new(&self.hotel, Key::derived(&["read"]), self.hotel.today());
        let late = |_| skills::Outage::unreached(S::SYSTEM, format!("{} took too long", S::NAME));
        tokio::time::timeout(self.settings.step_timeout, skill.run(&call)).await.map_err(late)?
    }
}
