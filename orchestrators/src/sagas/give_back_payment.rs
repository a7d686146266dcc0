use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::whose_money::belongs;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::LookUp;
use skills::operations::payments::{RefundPayment, RetrievePayment};
use skills::records::Look;
use skills::systems::payments::{Refund, RefundOutcome};
use skills::words::PaymentIntentId;
use skills::{Effect, refusals};

/// Give back a payment whose stay the hotel's records do not know. Refuses if they do by now, or know
/// a part of it. Not a tool: `reconcile` runs it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GiveBackPayment {
    /// The payment.
    pub payment_intent_id: PaymentIntentId,
}

/// What went back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GivenBack {
    /// The refund.
    pub refund: Refund,
}

impl Saga for GiveBackPayment {
    const NAME: &'static str = "give_back_payment";
    const EFFECT: Effect = Effect::MovesMoney;
    type Output = GivenBack;

    async fn run(self, saga: &Run) -> Result<GivenBack, SagaError> {
        let id = self.payment_intent_id;
        let unknown = || refusals::payment_not_found(&id);
        let intent = saga.step(RetrievePayment { payment: id.clone() }).await?.ok_or_else(unknown)?;
        let booking = intent.booking.clone().ok_or_else(unknown)?;
        let look = Look { booking: Some(booking.clone()), ..Look::on(saga.today()) };
        let seen = saga.step(LookUp(look)).await?;
        if let Some(lacks) = seen.incomplete {
            return Err(refusals::booking_incomplete(&booking, &lacks.missing).into());
        }
        if seen.booking.is_some_and(|stay| belongs(&intent, &stay)) {
            return Err(
                refusals::checkout_cannot_be_finished(&id, &format!("booking {booking} is known")).into()
            );
        }
        match saga.step(RefundPayment::of(id.clone())).await? {
            RefundOutcome::Refunded(refund) => Ok(GivenBack { refund }),
            RefundOutcome::AlreadyRefunded => Err(refusals::already_refunded(&id).into()),
            RefundOutcome::NotPaid => {
                Err(refusals::payment_not_refundable(&id, intent.status.as_str()).into())
            }
        }
    }
}
