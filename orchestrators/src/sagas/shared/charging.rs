//! How a stay is charged: one payment intent, confirmed only when no other intent of the stay is open or holds money.

use crate::saga::{Run, SagaError, Step, both};
use crate::sagas::shared::names;
use crate::sagas::shared::questions::money;
use crate::sagas::shared::whose_money::{belongs, is_of_another_number, next_number, paid, undecided};
use jiff::{SignedDuration, Timestamp};
use skills::operations::payments::{
    CancelPayment, ConfirmPayment, Confirmed, CreateCustomer, CreatePaymentIntent, CustomerHasEmail,
    FindStayIntents, RefundPayment,
};
use skills::records::Stay;
use skills::systems::payments::{
    CLOSING_REFUSED, CustomerId, Intent, IntentStatus, IntentsOf, Money, NewIntent,
};
use skills::words::{Cents, Date, Email, PaymentMethodId};
use skills::{Commit, Rehearse, refusals};

/// How many other intents of the stay are met before a person must look.
const MOST_TURNS: usize = 12;
/// How much older than its stay's arrival an intent may be.
const BEFORE_ARRIVAL: SignedDuration = SignedDuration::from_hours(48);

/// The payment of a checkout.
pub(crate) struct Charging<'a> {
    pub(crate) saga: &'a Run,
    /// The payment method.
    pub(crate) method: Option<PaymentMethodId>,
    /// The amount the guest agreed to pay.
    pub(crate) given: Option<Cents>,
    /// Every customer the guest has at the processor; the first one pays.
    customers: Vec<CustomerId>,
    /// Whether the guest's e-mail has found them, so that these are all. A guest who is new to the processor may have
    /// another e-mail there: the one before it was corrected.
    all_known: bool,
    /// How often the loop began: part of step names, since a name stands for one step.
    turn: usize,
    /// How many intents were given up.
    given_up: usize,
    /// How often the guest had come back when the current intent was asked for.
    pub(crate) times_back: i64,
}

/// The result of charging.
pub(crate) struct Charged {
    /// The intent: paid, or waiting for the guest.
    pub(crate) intent: Intent,
    /// Whether it was paid before this call charged anything.
    pub(crate) earlier: bool,
    /// Whether the records have refused once before to close the stay.
    pub(crate) refused_before: bool,
}

impl<'a> Charging<'a> {
    pub(crate) const fn new(
        saga: &'a Run,
        method: Option<PaymentMethodId>,
        given: Option<Cents>,
        customers: Vec<CustomerId>,
    ) -> Self {
        let all_known = !customers.is_empty();
        Self { saga, method, given, customers, all_known, turn: 0, given_up: 0, times_back: 0 }
    }

    /// How often an intent of the stay has been replaced so far.
    pub(crate) const fn turns(&self) -> usize {
        self.turn
    }

    /// The guest must be asked for a new payment, under another intent.
    pub(crate) const fn begin_anew(&mut self) {
        self.turn += 1;
    }

    fn named(&self, name: &str) -> String {
        if self.turn == 0 { name.to_owned() } else { format!("{name} {}", self.turn + 1) }
    }

    /// Whether only the intents of the guest's customers are searched. The stay may have been charged to one that the guest's
    /// e-mail does not find.
    fn searches_few(&self, stay: &Stay) -> bool {
        // Who should have left may have been charged days ago; since then the e-mail may have been corrected.
        let stays_on = stay.nights.to < self.saga.today();
        self.all_known && !stays_on
    }

    /// The step that lists the stay's intents: of the guest's customers, or of all customers, back to the arrival. An earlier
    /// version searched more narrowly: what it found counts.
    fn find_intents(&self, stay: &Stay) -> Step<'_, FindStayIntents> {
        let arrival = format!("{}T00:00:00Z", stay.nights.from).parse::<Timestamp>().ok();
        let everywhere =
            IntentsOf::stay(stay, vec![], stay.made_at.max(arrival.map(|at| at - BEFORE_ARRIVAL)));
        let find = if self.searches_few(stay) {
            let else_everywhere = (self.turn == 0).then_some(everywhere);
            let few = IntentsOf::stay(stay, self.customers.clone(), stay.made_at);
            FindStayIntents { whose: few, else_everywhere }
        } else {
            FindStayIntents { whose: everywhere, else_everywhere: None }
        };
        self.saga.step(find).named(self.named("find_stay_intents")).known_by_its_name()
    }

    /// The stay's intents among those that were listed.
    fn mine(&mut self, stay: &Stay, listed: Vec<Intent>) -> Vec<Intent> {
        let mine: Vec<Intent> = listed.into_iter().filter(|intent| belongs(intent, stay)).collect();
        // One of another customer: from now on all are searched.
        let is_known = |intent: &Intent| {
            intent.customer.as_ref().is_none_or(|customer| self.customers.contains(customer))
        };
        self.all_known = self.all_known && mine.iter().all(is_known);
        mine
    }

    /// The stay's intent, once it is paid or waits for the guest. `closing` is what will be committed with it.
    pub(crate) async fn charge(
        &mut self,
        stay: &Stay,
        folio: Cents,
        closing: impl Fn(&Intent) -> Commit,
    ) -> Result<Charged, SagaError> {
        let wrong = self.given.filter(|given| *given != folio);
        let Some(method) = self.method.clone().filter(|_| wrong.is_none()) else {
            return self.without_charging(stay, folio).await;
        };
        let mut payer = self.payer(stay).await?;
        let mut number = stay.refunds;
        // Numbers below this one are taken by a booking that has the same key.
        let mut first_free = 0;
        for _ in 0..MOST_TURNS {
            let new = self.intent(stay, folio, payer.clone());
            let (created, mut mine) = self.create(stay, new, number).await?;
            if let Some(intent) = paid(&mine, self.saga.currency())? {
                return self.earlier(intent.clone(), folio);
            }
            if is_of_another_number(&created, stay) {
                first_free = number + 1;
            }
            let next = |mine: &[Intent]| next_number(mine, stay).max(first_free);
            let fits = created.money() == Money::Open
                && created.status != IntentStatus::RequiresAction
                && created.amount == folio
                && created.currency == self.saga.currency()
                && created.customer.as_ref().is_none_or(|customer| *customer == payer)
                && number == next(&mine);
            for other in &mut mine {
                if other.money() == Money::Open && !(fits && other.id == created.id) {
                    *other = self.give_up(other).await?;
                }
            }
            if let Some(intent) = paid(&mine, self.saga.currency())? {
                return self.earlier(intent.clone(), folio);
            }
            if fits {
                let refused_before = self.may_be_closed(stay, &mine, || closing(&created)).await?;
                let receipt = self.receipt_email(stay);
                match self.confirm(&created, &method, receipt.as_ref()).await? {
                    Confirmed::Intent(intent) => {
                        if let Some(email) = receipt.filter(|_| intent.receipt_email.is_none()) {
                            self.saga.warn(format!(
                                "The payment processor does not take the e-mail {email}: no receipt is mailed."
                            ));
                        }
                        return Ok(Charged { intent: *intent, earlier: false, refused_before });
                    }
                    Confirmed::OfAnotherCustomer { owner } => {
                        self.check_owner(&owner, stay).await?;
                        payer = owner.clone();
                        if !self.customers.contains(&owner) {
                            self.customers.push(owner);
                        }
                    }
                    // Another process was faster: the next turn reads the result.
                    Confirmed::HasToBeRead => {}
                }
            } else {
                number = next(&mine);
            }
            self.turn += 1;
        }
        Err(undecided())
    }

    /// Every intent of the stay, when none is to be made.
    pub(crate) async fn intents(&mut self, stay: &Stay) -> Result<Vec<Intent>, SagaError> {
        let listed = self.find_intents(stay).await?;
        Ok(self.mine(stay, listed))
    }

    /// Charges nothing, because the amount differs or no payment method was given. Only an earlier payment counts.
    async fn without_charging(&mut self, stay: &Stay, folio: Cents) -> Result<Charged, SagaError> {
        let mine = self.intents(stay).await?;
        match paid(&mine, self.saga.currency())? {
            Some(intent) => self.earlier(intent.clone(), folio),
            None => Err(match self.given.filter(|given| *given != folio) {
                Some(given) => refusals::amount_mismatch(given, folio, self.saga.currency()),
                None => refusals::payment_method_missing(folio, self.saga.currency()),
            }
            .into()),
        }
    }

    /// An earlier payment is what the stay costs.
    fn earlier(&self, intent: Intent, folio: Cents) -> Result<Charged, SagaError> {
        if let Some(given) = self.given.filter(|given| *given != intent.amount) {
            return Err(refusals::amount_mismatch(given, intent.amount, self.saga.currency()).into());
        }
        self.tell_difference(&intent, folio);
        Ok(Charged { intent, earlier: true, refused_before: false })
    }

    /// Warns if a stay that was paid before would cost something else by now.
    pub(crate) fn tell_difference(&self, intent: &Intent, folio: Cents) {
        if intent.amount != folio {
            let day = self.saga.day_of(intent.paid_at());
            let paid = intent.amount;
            self.saga.warn(format!("The stay was paid on {day} with {paid}; it would cost {folio} today."));
        }
    }

    /// Warns when the records have another payment of the stay: cash, or what another program took.
    pub(crate) fn tell_of_other_payments(&self, stay: &Stay, intent: &Intent) {
        let other = stay.recorded_as_paid().filter(|_| stay.payment.as_ref() != Some(&intent.id));
        if let Some(paid) = other {
            self.saga.warn(format!(
                "Before this charge the hotel's records had {} as paid for booking {}; nothing of it was taken off.",
                money(self.saga, paid),
                stay.booking
            ));
        }
    }

    /// The customer that pays: the guest's, created if there is none.
    async fn payer(&mut self, stay: &Stay) -> Result<CustomerId, SagaError> {
        if let Some(customer) = self.customers.first() {
            return Ok(customer.clone());
        }
        let (guest, email) = (stay.guest.name(), stay.guest.email.clone());
        let made = self.saga.step(CreateCustomer { email, name: guest }).await?;
        // Who gets the receipt by e-mail is told of the receipt.
        if !made.email_taken && self.receipt_email(stay).is_none() {
            self.saga.warn(format!(
                "The payment processor does not take the e-mail {}: the guest was charged without it.",
                stay.guest.email
            ));
        }
        self.customers.push(made.id.clone());
        Ok(made.id)
    }

    /// A saved card pays only for its owner: a customer with the guest's e-mail.
    async fn check_owner(&self, owner: &CustomerId, stay: &Stay) -> Result<(), SagaError> {
        if self.customers.contains(owner) {
            return Ok(());
        }
        let check = CustomerHasEmail { customer: owner.clone(), email: stay.guest.email.clone() };
        let is_the_guest = self.saga.step(check).named(self.named("customer_has_email")).await?;
        match self.saga.acting_guest() {
            _ if is_the_guest => Ok(()),
            // To a guest, what is somebody else's does not exist.
            Some(_) => Err(refusals::no_such_payment_method().into()),
            None => Err(refusals::payment_method_of_another().into()),
        }
    }

    fn intent(&self, stay: &Stay, folio: Cents, customer: CustomerId) -> NewIntent {
        let guest = &stay.guest;
        NewIntent {
            customer,
            amount: folio,
            currency: self.saga.currency().to_owned(),
            guest: guest.email.clone(),
            booking: stay.booking.clone(),
            booking_key: stay.key.clone(),
            receipt_email: self.receipt_email(stay),
        }
    }

    /// Where the processor mails the receipt to, if the guest gets no text.
    fn receipt_email(&self, stay: &Stay) -> Option<Email> {
        self.saga.text_number(&stay.guest).is_none().then(|| stay.guest.email.clone())
    }

    /// Makes the intent of this number, and lists all of the stay: both have answered before anything is confirmed.
    async fn create(
        &mut self,
        stay: &Stay,
        new: NewIntent,
        number: u32,
    ) -> Result<(Intent, Vec<Intent>), SagaError> {
        let saga = self.saga;
        let create = saga.step(CreatePaymentIntent { intent: new, number });
        let create = create.named(self.named("create_payment_intent"));
        let (created, listed) = both(create, self.find_intents(stay)).await?;
        let mut mine = self.mine(stay, listed);
        // For a known key the processor replays its old answer; the list has the intent as it is now.
        let created = match mine.iter().find(|intent| intent.id == created.id) {
            Some(listed) => listed.clone(),
            None => {
                if !is_of_another_number(&created, stay) {
                    mine.push(created.clone());
                }
                created
            }
        };
        Ok((created, mine))
    }

    /// Gives an intent up, so that it can never be paid; returns its final state. It may have been paid at the last moment.
    pub(crate) async fn give_up(&mut self, intent: &Intent) -> Result<Intent, SagaError> {
        self.given_up += 1;
        let name = match self.given_up {
            1 => "cancel_payment".to_owned(),
            nth => format!("cancel_payment {nth}"),
        };
        let now = self.saga.step(CancelPayment { payment: intent.id.clone() }).named(name).await?;
        let now = now.ok_or_else(|| refusals::payment_not_found(&intent.id))?;
        if matches!(now.money(), Money::Open | Money::Processing) { Err(undecided()) } else { Ok(now) }
    }

    /// If the records have refused once to close the stay, the closing is rehearsed before anything is charged again;
    /// after a second refusal nothing is charged until staff have cleared it. Returns whether they refused once.
    async fn may_be_closed(
        &self,
        stay: &Stay,
        mine: &[Intent],
        closing: impl Fn() -> Commit,
    ) -> Result<bool, SagaError> {
        let refused: Vec<&Intent> = mine.iter().filter(|intent| intent.closing_was_refused()).collect();
        let Some(last) = refused.iter().map(|intent| intent.paid_at()).max() else { return Ok(false) };
        if refused.len() > 1 && !self.saga.were_seen_to(&stay.booking, names::CHECKOUT, last)? {
            return Err(SagaError::Stuck(refusals::closing_refused_twice(&stay.booking)));
        }
        let rehearse = Rehearse { changes: closing().changes };
        self.saga.step(rehearse).named(self.named("rehearse_closing")).await?;
        Ok(true)
    }

    async fn confirm(
        &self,
        intent: &Intent,
        method: &PaymentMethodId,
        receipt: Option<&Email>,
    ) -> Result<Confirmed, SagaError> {
        self.saga.tell(3, 4, format!("charging {} {}", intent.amount, intent.currency));
        let (payment, method) = (intent.id.clone(), method.clone());
        // An intent is made once: when it was, the guest may still have been to get a text.
        let receipt_email = receipt.filter(|_| intent.receipt_email.is_none()).cloned();
        // Once the stay is charged, the refund runs only if the closing is refused.
        let back = RefundPayment { payment: payment.clone(), why: Some(CLOSING_REFUSED.to_owned()) };
        let confirm = self.saga.step(ConfirmPayment { payment, method, receipt_email });
        let confirm = confirm.named(self.named("confirm_payment"));
        confirm.undo(&back).await
    }
}

/// The day a stay ends if it was paid on another day.
pub(crate) fn departed(saga: &Run, stay: &Stay, intent: &Intent, latest: Date) -> Date {
    saga.day_of(intent.paid_at()).max(stay.nights.from).min(latest.max(stay.nights.from))
}
