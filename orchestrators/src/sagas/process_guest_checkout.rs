use crate::saga::{Run, Saga, SagaError, beside};
use crate::sagas::shared::authentication::Awaited;
use crate::sagas::shared::charging::{Charged, Charging, departed};
use crate::sagas::shared::closing::{Closed, Closing, close, folio, leave_room, receipt};
use crate::sagas::shared::last_day::last_day;
use crate::sagas::shared::stay_choice::{StayChoice, candidates};
use crate::sagas::shared::{names, questions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::BookingView;
use skills::operations::payments::FindCustomers;
use skills::records::{Look, Seen, Stay};
use skills::stay_rules::{check_currency, is_priced_alike};
use skills::systems::payments::{Card, CustomerId, Intent};
use skills::words::{
    BookingNumber, BookingStatus, Cents, Date, Email, Open, PaymentIntentId, PaymentMethodId, RoomNumber,
    RoomStatus,
};
use skills::{Effect, ErrorCode, Refusal, refusals};

/// Check out a guest who is leaving, and charge the bill of the stay to a card. Guests check out when they are ready
/// and want to leave, settle up, pay and go home, today or early. This closes (out) the stay and the account (the
/// folio, all room charges): the nights so far, at least one, at the booked rate. Takes the money once, moves booking,
/// room (to Cleaning) and sale together, and sends a receipt. Returns the amount paid; already_checked_out: the stay
/// was paid and closed before. Fails with PAYMENT_FAILED (card declined, nothing charged; try another card),
/// PAYMENT_ACTION_REQUIRED (3-D Secure: open next_action_url, call again with the same token), CHECKOUT_PENDING (paid;
/// call again with the same token), REFUND_PENDING (a refund is on its way), AMOUNT_MISMATCH, MULTIPLE_RESERVATIONS
/// (give booking_number or room_number).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Check a guest out and charge the bill")]
pub struct ProcessGuestCheckout {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// The card to charge: a payment method's id such as pm_card_visa, never a card number. Not needed if nothing is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method_id: Option<PaymentMethodId>,
    /// The amount the guest agreed to, in cents; if given, it must equal the folio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<Cents>,
    /// Which booking, such as BK-0001, if the guest holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// Which room, if the guest holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
}

/// The stay that ended.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckedOut {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// What was paid, in cents; none if the records do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_cents: Option<Cents>,
    /// The charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Where the room stands now.
    pub room_status: Open<RoomStatus>,
    /// Whether the stay was paid and closed before and nothing was done.
    pub already_checked_out: bool,
}

impl Saga for ProcessGuestCheckout {
    const NAME: &'static str = names::CHECKOUT;
    const EFFECT: Effect = Effect::MovesMoney;
    const PENDING: ErrorCode = ErrorCode::CheckoutPending;
    type Output = CheckedOut;

    async fn run(self, saga: &Run) -> Result<CheckedOut, SagaError> {
        saga.check_currency()?;
        saga.tell(1, 4, "looking up the stay");
        let today = saga.today();
        let look = Look {
            guest: Some(self.guest_email.clone()),
            booking: self.booking_number.clone(),
            ..Look::on(today)
        };
        let held = saga.hold(look, |seen| self.choose(seen, today));
        let find = saga.step(FindCustomers { email: self.guest_email.clone() });
        let costs = |choice: &StayChoice| match choice {
            StayChoice::Act(stay) => folio(stay, today).map_or(true, |due| due > Cents(0)),
            StayChoice::Done(_) => false,
        };
        // The processor is waited for only if there is something to pay.
        let looked = async { beside(held, find, |(_, choice)| costs(choice)).await };
        let card = saga.card_for_question(self.payment_method_id.as_ref());
        let (((_, choice), customers), card) = beside(looked, card, |((_, choice), _)| costs(choice)).await?;
        let stay = match choice {
            StayChoice::Act(stay) => stay,
            StayChoice::Done(stay) => {
                self.tell_of_another_amount(saga, &stay);
                return Ok(has_left(&stay, saga));
            }
        };
        // Everything is validated before money moves.
        check_currency(stay.currency.as_ref(), saga.currency())?;
        saga.warn_of_price(&stay);
        // A guest could not leave while a refund was pending.
        let leaving = last_day(saga, &stay)?;
        if stay.costs_the_rate(leaving) {
            is_priced_alike(&stay, &stay.room, saga.currency())?;
        }
        let paid = match folio(&stay, leaving)? {
            Cents(0) => self.complimentary(saga, stay, leaving).await?,
            due => {
                saga.tell(2, 4, "preparing the payment");
                let payer = Payer { customers: customers.unwrap_or_default(), card: card.flatten() };
                let paid = self.pay(saga, stay, due, leaving, payer).await;
                match paid.map_err(|error| discreet(saga, error))? {
                    Settled::Paid(paid) => paid,
                    Settled::Over(stay) => return over(&stay, saga),
                }
            }
        };
        leave(saga, paid).await
    }
}

/// A stay that is paid, or costs nothing.
struct Paid {
    stay: Box<Stay>,
    /// The payment's id; for a stay that costs nothing, an id for its accounts.
    payment: PaymentIntentId,
    amount: Cents,
    charge_id: Option<String>,
    paid_at: jiff::Timestamp,
    /// The day the stay ends.
    departed: Date,
    /// Whether the records have refused once before to close it.
    refused_before: bool,
}

/// Who pays, and with which card, as far as that was looked up.
struct Payer {
    customers: Vec<CustomerId>,
    card: Option<Card>,
}

/// The outcome of a stay's payment.
enum Settled {
    Paid(Paid),
    /// Somebody else closed the stay; this payment was given up or refunded.
    Over(Box<Stay>),
}

impl Paid {
    fn with(intent: Intent, stay: Box<Stay>, departed: Date, paid_at: jiff::Timestamp) -> Self {
        Self {
            stay,
            payment: intent.id,
            amount: intent.amount,
            charge_id: intent.charge_id,
            paid_at,
            departed,
            refused_before: false,
        }
    }

    fn closing(&self, saga: &Run) -> Closing {
        Closing {
            stay: (*self.stay).clone(),
            payment: self.payment.clone(),
            folio: self.amount,
            departed: self.departed,
            paid_at: self.paid_at,
            today: saga.today(),
        }
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

    /// Warns if another amount was paid than the guest agreed to now.
    fn tell_of_another_amount(&self, saga: &Run, stay: &Stay) {
        if let (Some(given), Some(paid)) = (self.amount_cents, stay.price())
            && given != paid
        {
            saga.warn(format!(
                "Booking {} was paid with {} before; the amount given now, {given}, was not charged.",
                stay.booking,
                questions::money(saga, paid)
            ));
        }
    }

    /// A stay that costs nothing is closed without the processor.
    async fn complimentary(&self, saga: &Run, stay: Box<Stay>, departed: Date) -> Result<Paid, SagaError> {
        if let Some(given) = self.amount_cents.filter(|given| *given > Cents(0)) {
            return Err(refusals::amount_mismatch(given, Cents(0), saga.currency()).into());
        }
        saga.confirm(questions::check_out(saga, &stay, Cents(0), departed, None, None)).await?;
        let payment = PaymentIntentId::complimentary(&stay.booking, stay.refunds);
        Ok(Paid {
            stay,
            payment,
            amount: Cents(0),
            charge_id: None,
            paid_at: saga.now(),
            departed,
            refused_before: false,
        })
    }

    /// Charges the stay's one intent; begins anew with another intent whenever the stay's price changes while the guest
    /// authenticates.
    async fn pay(
        &self,
        saga: &Run,
        stay: Box<Stay>,
        due: Cents,
        leaving: Date,
        Payer { customers, card }: Payer,
    ) -> Result<Settled, SagaError> {
        let method = self.payment_method_id.as_ref();
        let mut charging = Charging::new(saga, method.cloned(), self.amount_cents, customers);
        let (mut stay, mut due) = (stay, due);
        loop {
            if method.is_some() && self.amount_cents.is_none_or(|given| given == due) {
                let question = questions::check_out(saga, &stay, due, leaving, method, card.as_ref());
                saga.confirm(question).await?;
            }
            let rehearsed = |intent: &Intent| {
                let paid = Paid::with(intent.clone(), stay.clone(), leaving, saga.now());
                paid.closing(saga).together_with(leave_room(&stay).0)
            };
            let Charged { intent, earlier, refused_before } = charging.charge(&stay, due, rehearsed).await?;
            let ended_by = |intent: &Intent, stay: &Stay| departed(saga, stay, intent, leaving);
            if earlier {
                let (day, paid_at) = (ended_by(&intent, &stay), intent.paid_at());
                return Ok(Settled::Paid(Paid::with(intent, stay, day, paid_at)));
            }
            match charging.see_through(stay, intent, leaving).await? {
                Awaited::Paid(intent, now) => {
                    charging.tell_of_other_payments(&now, &intent);
                    let paid_at = intent.paid_at();
                    let paid = Paid::with(*intent, now, leaving, paid_at);
                    return Ok(Settled::Paid(Paid { refused_before, ..paid }));
                }
                Awaited::PaidEarlier(intent, now) => {
                    charging.tell_difference(&intent, folio(&now, leaving)?);
                    let (day, paid_at) = (ended_by(&intent, &now), intent.paid_at());
                    let paid = Paid::with(*intent, now, day, paid_at);
                    return Ok(Settled::Paid(Paid { refused_before, ..paid }));
                }
                Awaited::Over(now) => return Ok(Settled::Over(now)),
                Awaited::Anew(now) => {
                    charging.begin_anew();
                    (due, stay) = (folio(&now, leaving)?, now);
                }
            }
        }
    }
}

/// Closes the stay and sends the receipt.
async fn leave(saga: &Run, paid: Paid) -> Result<CheckedOut, SagaError> {
    let (mut closed, room_status) = match close(saga, paid.closing(saga)).await {
        Ok(Closed::ByUs(stay, room_status)) => (stay, room_status),
        Ok(Closed::BySomebody(stay)) => return Ok(has_left(&stay, saga)),
        Err(SagaError::Refused(refused)) => return Err(not_closed(saga, &paid, refused).await),
        Err(error) => return Err(error),
    };
    if let Some(receipt) = receipt(saga, &closed, &paid.payment, paid.amount) {
        saga.afterwards(receipt);
    }
    closed.status = BookingStatus::CheckedOut.into();
    closed.paid = Some(paid.amount);
    closed.nights.to = paid.departed;
    closed.payment = Some(paid.payment);
    Ok(CheckedOut {
        booking: BookingView::of(&closed, saga.today(), saga.currency()),
        amount_cents: Some(paid.amount),
        transaction_id: paid.charge_id,
        room_status,
        already_checked_out: false,
    })
}

/// The records refuse for good to close the stay: the money goes back. If they refuse again after a rehearsal, a
/// person must look.
async fn not_closed(saga: &Run, paid: &Paid, refused: Refusal) -> SagaError {
    if !paid.refused_before {
        return refused.into();
    }
    match saga.unwind().await {
        Ok(()) => {
            let mut twice = refusals::closing_refused_twice(&paid.stay.booking);
            twice.details.extend(refused.details);
            SagaError::Stuck(twice.detail("refused", refused.error_message))
        }
        Err(error) => error,
    }
}

/// Of a decline, a guest's own agent gets the reasons that help, not the bank's suspicions. A card that is declined for no
/// stated reason is refused in the same words, so that these do not tell it from a stolen one.
fn discreet(saga: &Run, error: SagaError) -> SagaError {
    const UNSAID: [&str; 10] = [
        "generic_decline",
        "lost_card",
        "stolen_card",
        "pickup_card",
        "fraudulent",
        "merchant_blacklist",
        "security_violation",
        "restricted_card",
        "highest_risk_level",
        "elevated_risk_level",
    ];
    let SagaError::Refused(refusal) = error else { return error };
    let detail = |name: &str| refusal.details.get(name).and_then(|it| it.as_str());
    let unsaid = |name: &str| detail(name).is_some_and(|code| UNSAID.contains(&code));
    let without_reason = detail("code") == Some("card_declined") && detail("decline_code").is_none();
    if saga.acting_guest().is_none() || !(without_reason || unsaid("decline_code") || unsaid("code")) {
        return refusal.into();
    }
    refusals::card_declined().into()
}

/// Somebody else ended the stay while the guest's bank authenticated.
fn over(stay: &Stay, saga: &Run) -> Result<CheckedOut, SagaError> {
    if stay.status == BookingStatus::CheckedOut && stay.payment.is_some() {
        return Ok(has_left(stay, saga));
    }
    if stay.status == BookingStatus::CheckedIn {
        return Err(refusals::booking_not_found(&stay.booking).into()); // it is somebody else's by now
    }
    Err(refusals::booking_cannot(&stay.booking, &stay.status, "checked out").into())
}

fn has_left(stay: &Stay, saga: &Run) -> CheckedOut {
    if stay.price().is_none() {
        saga.warn(format!("The hotel's records do not say what was paid for booking {}.", stay.booking));
    }
    CheckedOut {
        booking: BookingView::of(stay, saga.today(), saga.currency()),
        amount_cents: stay.price(),
        transaction_id: None,
        room_status: stay.room.status.clone(),
        already_checked_out: true,
    }
}
