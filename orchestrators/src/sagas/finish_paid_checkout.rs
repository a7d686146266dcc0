use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::closing::{Closing, leave_room, receipt, under_review};
use crate::sagas::shared::names;
use crate::sagas::shared::paid_stay::{Missing, missing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::payments::{PaymentKind, RecordPayment, RetrievePayment};
use skills::records::{Look, Seen, Stay};
use skills::systems::payments::Intent;
use skills::words::{BookingNumber, PaymentIntentId};
use skills::{Commit, Effect, refusals};

/// Bring a payment and its stay together: close a stay that was paid but not closed, as of the day it was paid; record
/// the payment or the refund of a stay that is closed. Refuses if they do not fit. Not a tool: `reconcile` runs it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FinishPaidCheckout {
    /// The payment.
    pub payment_intent_id: PaymentIntentId,
}

/// What was done.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FinishedCheckout {
    /// The stay.
    pub booking_number: BookingNumber,
    /// One sentence.
    pub action: String,
}

impl Saga for FinishPaidCheckout {
    const NAME: &'static str = names::FINISH;
    const EFFECT: Effect = Effect::Changes;
    type Output = FinishedCheckout;

    async fn run(self, saga: &Run) -> Result<FinishedCheckout, SagaError> {
        let unknown = || refusals::payment_not_found(&self.payment_intent_id);
        let read = || RetrievePayment { payment: self.payment_intent_id.clone() };
        let booking = saga.step(read()).await?.and_then(|intent| intent.booking).ok_or_else(unknown)?;
        let look = Look { booking: Some(booking.clone()), ..Look::on(saga.today()) };
        let found = |seen: &Seen| seen.booking.clone().ok_or_else(|| refusals::booking_not_found(&booking));
        let (_, stay) = saga.hold(look, found).await?;
        // Read again under the lock: the payment may have changed until then.
        let intent = saga.step(read()).named("retrieve_payment_held").await?.ok_or_else(unknown)?;

        let action =
            match missing(&intent, &stay, saga.currency(), saga.day_of(intent.paid_at()), saga.today())? {
                Missing::Nothing => format!("Booking {booking} is closed with this payment already."),
                Missing::Closing(departed) => {
                    let (move_room, _) = leave_room(&stay);
                    let closing = Closing { departed, ..closed_with(&intent, &stay, saga) };
                    saga.commit("close_stay", closing.together_with(move_room)).await?;
                    if let Some(receipt) = receipt(saga, &stay, &intent.id, intent.amount) {
                        saga.afterwards(receipt);
                    }
                    format!("Booking {booking} was closed as of {departed}.")
                }
                Missing::Charge => {
                    saga.commit("record_charge", closed_with(&intent, &stay, saga).accounts()).await?;
                    format!("The payment was recorded with booking {booking}.")
                }
                Missing::Refund => {
                    saga.commit("record_refund", refund_of(&intent, &stay, saga)).await?;
                    format!("The refund was recorded with booking {booking}.")
                }
            };
        Ok(FinishedCheckout { booking_number: booking, action })
    }
}

fn closed_with(intent: &Intent, stay: &Stay, saga: &Run) -> Closing {
    Closing {
        stay: stay.clone(),
        payment: intent.id.clone(),
        folio: intent.amount,
        departed: stay.nights.to,
        paid_at: intent.paid_at(),
        today: saga.today(),
    }
}

/// Leaves the accounts as a compensation does that cannot reopen the stay.
fn refund_of(intent: &Intent, stay: &Stay, saga: &Run) -> Commit {
    Commit::new().with(under_review(&stay.booking)).with(RecordPayment {
        booking: stay.booking.clone(),
        payment: intent.id.clone(),
        kind: PaymentKind::Refund,
        amount: intent.refunded(),
        at: saga.now(),
        stands_again: false,
    })
}
