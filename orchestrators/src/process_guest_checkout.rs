use crate::closing::{Closed, Closing, close, folio, price_not_recorded, receipt};
use crate::saga::{Run, Saga, SagaError, beside};
use crate::stay_choice::{StayChoice, candidates};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::bookings::BookingView;
use skills::payments::{
    AfterAction, CancelPayment, ConfirmPayment, CreateCustomer, CreatePaymentIntent, FindCustomer,
    RefundPayment, RetrievePayment,
};
use skills::stay_rules::check_currency;
use skills::systems::crm::{Look, Seen, Stay};
use skills::systems::payments::{CustomerId, Decline, Intent, IntentStatus, NewIntent};
use skills::words::{
    BookingNumber, BookingStatus, Cents, Date, Email, Open, PaymentMethodId, RoomNumber, RoomStatus,
};
use skills::{Effect, ErrorCode, LookUp, Outage, Refusal, System, refusals};

/// Check out a guest who is staying in the hotel and charge the stay: nights so far (at least one) at the booked rate.
/// Charges once, moves booking, room (to Cleaning) and sale together, and sends a receipt. Returns what was charged; if
/// the stay was paid and closed before, already_checked_out. Fails with PAYMENT_FAILED (nothing charged; try another
/// card), PAYMENT_ACTION_REQUIRED (3-D Secure: open next_action_url, call again with the same token),
/// CHECKOUT_PENDING (paid; call again with the same token), AMOUNT_MISMATCH, CURRENCY_MISMATCH, MULTIPLE_RESERVATIONS (give booking_number
/// or room_number), BOOKING_NOT_FOUND, GUEST_NOT_FOUND, INVALID_TRANSITION.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ProcessGuestCheckout {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// What to charge: a payment method's id such as pm_card_visa, never a card number.
    pub payment_method_id: PaymentMethodId,
    /// The amount the guest agreed to, in cents; if given, it must be what the stay costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<Cents>,
    /// Which booking, such as BK-0001, if the guest has several stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// Which room, if the guest has several stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
}

/// The stay that ended.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckedOut {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// What was charged, in cents.
    pub amount_cents: Cents,
    /// The charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Where the room stands now.
    pub room_status: Open<RoomStatus>,
    /// Whether the stay was paid and closed before and nothing was done.
    pub already_checked_out: bool,
}

/// How long a guest may take to authenticate; then the intent is given up.
const LONGEST_AUTHENTICATION: SignedDuration = SignedDuration::from_hours(1);

impl Saga for ProcessGuestCheckout {
    const NAME: &'static str = "process_guest_checkout";
    const EFFECT: Effect = Effect::MovesMoney;
    const PENDING: ErrorCode = ErrorCode::CheckoutPending;
    type Output = CheckedOut;

    async fn run(self, saga: &Run) -> Result<CheckedOut, SagaError> {
        saga.check_currency()?;
        let today = saga.today();
        let look = Look {
            guest: Some(self.guest_email.clone()),
            booking: self.booking_number.clone(),
            ..Look::on(today)
        };
        let held = saga.hold(look, |seen| self.choose(seen, today));
        let find = saga.step(FindCustomer { email: self.guest_email.clone() });
        let ((_, choice), customer) = beside(held, find, |(_, choice)| choice.is_to_do()).await?;
        let stay = match choice {
            StayChoice::Act(stay) => stay,
            StayChoice::Done(stay) => return Ok(has_left(&stay, saga)),
        };
        // Everything is validated before money moves.
        check_currency(stay.currency.as_ref(), saga.currency())?;
        let folio = folio(&stay, today)?;
        if stay.agreed.is_none() && stay.rate.is_none() {
            saga.warn(price_not_recorded(&stay));
        }
        if let Some(given) = self.amount_cents.filter(|given| *given != folio) {
            return Err(refusals::amount_mismatch(given, folio, saga.currency()).into());
        }
        let (paid, waited) = self.charge(saga, &stay, folio, customer.flatten()).await?;

        let stay = moved_meanwhile(saga, &stay, waited).await?.unwrap_or(*stay);
        let payment = paid.id.clone();
        let closing = Closing { stay, payment, folio, departed: today, paid_at: saga.now(), today };
        let (stay, room_status) = match close(saga, closing).await? {
            Closed::ByUs(stay, room_status) => (stay, room_status),
            Closed::BySomebody(stay) => return Ok(has_left(&stay, saga)),
        };
        if let Some(receipt) = receipt(saga, &stay, folio) {
            saga.afterwards(receipt);
        }
        let mut closed = *stay;
        closed.status = BookingStatus::CheckedOut.into();
        closed.paid = Some(folio);
        closed.nights.to = today;
        closed.payment = Some(paid.id);
        Ok(CheckedOut {
            booking: BookingView::of(&closed, today, saga.currency()),
            amount_cents: folio,
            transaction_id: paid.charge_id,
            room_status,
            already_checked_out: false,
        })
    }
}

impl ProcessGuestCheckout {
    /// The one stay that is meant, whatever day it began.
    fn choose(&self, seen: &Seen, today: Date) -> Result<StayChoice, Refusal> {
        let guest = seen.guest.as_ref().ok_or_else(|| refusals::guest_not_found(&self.guest_email))?;
        let fits = |stay: &&Stay| {
            stay.guest.email == self.guest_email
                && self.room_number.as_ref().is_none_or(|room| *room == stay.room.number)
        };
        if let Some(number) = &self.booking_number {
            let found = seen.booking.as_ref().filter(fits);
            let stay = found.ok_or_else(|| refusals::booking_not_found(number))?;
            return match stay.status.known() {
                Some(BookingStatus::CheckedIn) => Ok(StayChoice::Act(Box::new(stay.clone()))),
                Some(BookingStatus::CheckedOut) if stay.payment.is_some() => {
                    Ok(StayChoice::Done(Box::new(stay.clone())))
                }
                _ => Err(refusals::booking_cannot(number, &stay.status, "checked out")),
            };
        }
        let mine: Vec<&Stay> = seen.stays.iter().filter(fits).collect();
        let here: Vec<&Stay> =
            mine.iter().copied().filter(|stay| stay.status == BookingStatus::CheckedIn).collect();
        let left_today = |stay: &&&Stay| {
            stay.status == BookingStatus::CheckedOut && stay.nights.to == today && stay.payment.is_some()
        };
        match here.as_slice() {
            [stay] => Ok(StayChoice::Act(Box::new((*stay).clone()))),
            [] => match mine.iter().find(left_today) {
                Some(stay) => Ok(StayChoice::Done(Box::new((*stay).clone()))),
                None => Err(refusals::stay_not_found(&guest.name(), self.room_number.as_ref())),
            },
            several => Err(refusals::multiple_reservations(&guest.name(), candidates(several))),
        }
    }

    /// Charges the stay's one intent; answers it once it is paid, and whether its bank had to be waited for.
    async fn charge(
        &self,
        saga: &Run,
        stay: &Stay,
        folio: Cents,
        customer: Option<CustomerId>,
    ) -> Result<(Intent, bool), SagaError> {
        let guest = &stay.guest;
        let customer = match customer {
            Some(customer) => customer,
            None => saga.step(CreateCustomer { email: guest.email.clone(), name: guest.name() }).await?,
        };
        let receipt_email = saga.text_number(guest).is_none().then(|| guest.email.clone());
        let new = NewIntent {
            customer,
            amount: folio,
            currency: saga.currency().to_owned(),
            guest: guest.email.clone(),
            booking: stay.booking.clone(),
            receipt_email,
        };
        // An intent that was refunded or given up counts as an earlier one, whether or not our records know it yet.
        let mut earlier_refunds = stay.refunds;
        loop {
            let step = |name: &str| match earlier_refunds - stay.refunds {
                0 => name.to_owned(),
                again => format!("{name} {}", again + 1),
            };
            let create = CreatePaymentIntent { intent: new.clone(), earlier_refunds };
            let intent = saga.step(create).named(step("create_payment_intent")).await?.id;
            let confirm = ConfirmPayment { payment: intent.clone(), method: self.payment_method_id.clone() };
            let confirmed = saga
                .step(confirm)
                .named(step("confirm_payment"))
                .undo(RefundPayment { payment: intent.clone() })
                .await?;
            let found = match confirmed {
                Some(found) => Some(found),
                None => {
                    let read = RetrievePayment { payment: intent.clone() };
                    saga.step(read).named(step("retrieve_payment")).await?
                }
            };
            let found = found.ok_or_else(|| refusals::payment_not_found(&intent))?;
            if !found.is_refunded() && found.status != IntentStatus::Canceled {
                let waited = found.status == IntentStatus::RequiresAction;
                return Ok((settle(saga, found).await?, waited));
            }
            earlier_refunds += 1;
        }
    }
}

/// While a bank asks its guest, staff may move the guest to another room: the stay as it is then, if it is still open.
async fn moved_meanwhile(saga: &Run, stay: &Stay, waited: bool) -> Result<Option<Stay>, SagaError> {
    if !waited {
        return Ok(None);
    }
    let look = Look { booking: Some(stay.booking.clone()), ..Look::on(saga.today()) };
    let step = format!("look_after_action {}", saga.asked_again());
    let now = saga.step(LookUp(look)).named(step).await?.booking;
    Ok(now.filter(|now| now.status == BookingStatus::CheckedIn))
}

/// Sees an intent through until it is paid, or says why it is not.
async fn settle(saga: &Run, intent: Intent) -> Result<Intent, SagaError> {
    let mut intent = intent;
    for time in 1..=saga.asked_again() {
        if intent.status == IntentStatus::RequiresAction {
            let after = AfterAction { payment: intent.id.clone() };
            let after = saga.step(after).named(format!("after_action {time}"));
            intent = after.undo(RefundPayment { payment: intent.id.clone() }).await?.unwrap_or(intent);
        }
    }
    let waits = intent.status == IntentStatus::RequiresAction;
    if intent.status == IntentStatus::Processing || (waits && saga.resumed()) {
        let now = saga.observe(RetrievePayment { payment: intent.id.clone() }).await?;
        intent = now.unwrap_or(intent);
    }
    if intent.status == IntentStatus::RequiresAction && saga.is_older_than(LONGEST_AUTHENTICATION) {
        let given_up = saga.step(CancelPayment { payment: intent.id.clone() }).await?;
        // One that was paid at the last moment is paid.
        intent = given_up
            .filter(|now| now.status == IntentStatus::Succeeded)
            .ok_or_else(refusals::payment_not_authenticated)?;
    }
    let failed = |code: &str, message: &str| {
        let decline = Decline { code: code.to_owned(), decline_code: None, message: message.to_owned() };
        Err(refusals::payment_failed(&decline).into())
    };
    match intent.status {
        IntentStatus::Succeeded if intent.is_refunded() => {
            saga.was_undone_elsewhere();
            Err(refusals::already_refunded(&intent.id).into())
        }
        IntentStatus::Succeeded => Ok(intent),
        IntentStatus::RequiresAction => match &intent.next_action_url {
            Some(url) => Err(SagaError::Waiting(refusals::payment_action_required(&intent.id, url))),
            None => failed(
                "authentication_required",
                "The bank asks for an authentication that cannot be done here.",
            ),
        },
        IntentStatus::Processing => {
            let reason = "the payment is still processing";
            Err(SagaError::Unknown(Outage {
                error_code: ErrorCode::UpstreamTimeout,
                ..Outage::unknown(System::Payments, reason)
            }))
        }
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => match &intent.declined {
            Some(decline) => Err(refusals::payment_failed(decline).into()),
            None => failed("payment_intent_authentication_failure", "The payment was not authenticated."),
        },
        IntentStatus::Canceled | IntentStatus::RequiresCapture => {
            failed("payment_intent_unexpected_state", "The payment cannot be completed.")
        }
    }
}

fn has_left(stay: &Stay, saga: &Run) -> CheckedOut {
    CheckedOut {
        booking: BookingView::of(stay, saga.today(), saga.currency()),
        amount_cents: stay.price().unwrap_or_default(),
        transaction_id: None,
        room_status: stay.room.status.clone(),
        already_checked_out: true,
    }
}
