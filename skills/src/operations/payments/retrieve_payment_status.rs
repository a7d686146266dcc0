use crate::error::{SkillError, System};
use crate::records::{Look, Stay};
use crate::refusals;
use crate::skill::{Call, Effect, Skill};
use crate::systems::payments::{Intent, IntentStatus, IntentsOf, Money, Refund};
use crate::words::{BookingNumber, Cents, Email, PaymentIntentId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A payment as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentState {
    /// The payment intent.
    pub payment_intent_id: PaymentIntentId,
    /// Where it stands, in the processor's words.
    pub status: IntentStatus,
    /// What it asks for, in cents.
    pub amount_cents: Cents,
    /// The currency, an ISO code in lower case.
    pub currency: String,
    /// What has gone back so far, in cents.
    pub refunded_cents: Cents,
    /// What is on its way back, in cents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_its_way_cents: Option<Cents>,
    /// Whether the guest disputes it: the bank then decides whose money it is.
    #[serde(default)]
    pub disputed: bool,
    /// What is not as it should be, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Each refund, whatever became of it.
    pub refunds: Vec<Refund>,
    /// The charge that paid it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Whose stay it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
    /// Which stay it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
}

/// Look up whether a payment or refund did or did not go through, by payment_intent_id, or by booking_number of the
/// stay that was paid. Returns how much money was charged, the state of the transaction, refunds with their states
/// (processed, on the way, or got back), and whether it is disputed. Fails with PAYMENT_NOT_FOUND (unknown, or nothing
/// paid for that booking) and BOOKING_NOT_FOUND.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Look up a payment or refund")]
pub struct RetrievePaymentStatus {
    /// The payment intent, pi_….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_intent_id: Option<PaymentIntentId>,
    /// The booking it paid for, such as BK-0001.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
}

impl RetrievePaymentStatus {
    /// The processor has no payment of a stay that cost nothing: the records tell of it.
    async fn complimentary(
        &self,
        call: &Call<'_>,
        payment: &PaymentIntentId,
        stay: Option<Stay>,
    ) -> Result<PaymentState, SkillError> {
        let look = Look { payment: Some(payment.clone()), ..Look::on(call.today()) };
        let named = |stay: &Stay| self.booking_number.as_ref().is_none_or(|wanted| *wanted == stay.booking);
        let stay = match stay {
            Some(stay) => Some(stay),
            None => call.crm().look(&look).await?.paid.filter(named),
        };
        let stay = stay.ok_or_else(|| refusals::payment_not_found(payment))?;
        Ok(PaymentState {
            payment_intent_id: payment.clone(),
            status: IntentStatus::Succeeded,
            amount_cents: Cents(0),
            currency: call.currency().to_owned(),
            refunded_cents: Cents(0),
            on_its_way_cents: None,
            disputed: false,
            warnings: vec![],
            refunds: vec![],
            transaction_id: None,
            guest_email: Some(stay.guest.email),
            booking_number: Some(stay.booking),
        })
    }

    /// The payment that is meant, and its stay if the records were asked for that.
    async fn payment(&self, call: &Call<'_>) -> Result<(PaymentIntentId, Option<Stay>), SkillError> {
        match (&self.payment_intent_id, &self.booking_number) {
            (Some(payment), _) => Ok((payment.clone(), None)),
            (None, Some(booking)) => {
                let look = Look { booking: Some(booking.clone()), ..Look::on(call.today()) };
                let stay = call.crm().look(&look).await?.booking;
                let stay = stay.ok_or_else(|| refusals::booking_not_found(booking))?;
                let payment = match &stay.last_payment {
                    Some(payment) => payment.clone(),
                    None => not_recorded(call, &stay).await?,
                };
                Ok((payment, Some(stay)))
            }
            (None, None) => {
                let problem = "give this or booking_number";
                Err(refusals::invalid_argument("payment_intent_id", problem, None).into())
            }
        }
    }
}

/// A payment that the processor has and the records have not: a checkout that is not finished, or waits for the guest.
async fn not_recorded(call: &Call<'_>, stay: &Stay) -> Result<PaymentIntentId, SkillError> {
    let customers = call.payments().find_customers(&stay.guest.email).await?;
    let intents = call.payments().intents_of(&IntentsOf::stay(stay, customers, stay.made_at)).await?;
    let is_of_it = |intent: &&Intent| {
        intent.booking.as_ref() == Some(&stay.booking)
            && intent.booking_key.as_ref().is_none_or(|key| *key == stay.key)
            && !matches!(intent.money(), Money::GivenUp)
    };
    let open_last = |intent: &&Intent| matches!(intent.money(), Money::Open | Money::Back);
    let found = intents.iter().filter(is_of_it).min_by_key(open_last);
    found.map(|intent| intent.id.clone()).ok_or_else(|| refusals::booking_not_paid(&stay.booking).into())
}

/// Warnings for staff about a payment, besides its status.
fn warnings(intent: &Intent) -> Vec<String> {
    let back = intent.refunded();
    let told = match intent.money() {
        Money::Disputed => {
            Some("The guest disputes this payment; the bank decides whose money it is.".to_owned())
        }
        Money::PartlyBack => Some(format!("{back} of {} has gone back; the rest is here.", intent.amount)),
        Money::OnItsWay => {
            Some(format!("{} is on its way back and has not come back yet.", intent.on_its_way()))
        }
        Money::Kept if intent.failed_refunds() > 0 => {
            Some("A refund came to nothing: the money is still here.".to_owned())
        }
        _ => None,
    };
    told.into_iter().collect()
}

impl Skill for RetrievePaymentStatus {
    const NAME: &'static str = "retrieve_payment_status";
    const EFFECT: Effect = Effect::Reads;
    const SYSTEM: System = System::Payments;
    type Output = PaymentState;

    async fn run(&self, call: &Call<'_>) -> Result<PaymentState, SkillError> {
        let (payment, stay) = self.payment(call).await?;
        if payment.is_complimentary() {
            return self.complimentary(call, &payment, stay).await;
        }
        let found = call.payments().retrieve(&payment).await?;
        let belongs =
            |booking: &BookingNumber| self.booking_number.as_ref().is_none_or(|wanted| wanted == booking);
        let intent = found
            .filter(|intent| intent.booking.as_ref().is_none_or(belongs))
            .ok_or_else(|| refusals::payment_not_found(&payment))?;
        Ok(PaymentState {
            payment_intent_id: intent.id.clone(),
            status: intent.status,
            amount_cents: intent.amount,
            refunded_cents: intent.refunded(),
            on_its_way_cents: Some(intent.on_its_way()).filter(|cents| *cents > Cents(0)),
            disputed: intent.disputed,
            warnings: warnings(&intent),
            currency: intent.currency,
            refunds: intent.refunds,
            transaction_id: intent.charge_id,
            guest_email: intent.guest,
            booking_number: intent.booking,
        })
    }
}
