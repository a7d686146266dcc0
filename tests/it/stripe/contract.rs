//! The role itself, as any hotel that is paid at Stripe sees it.

use super::Account;
use ::skills::SkillError;
use ::skills::systems::payments::{
    Confirmation, CustomerId, Intent, IntentStatus, Money, NewIntent, Payments, RefundOutcome,
};
use ::skills::words::{BookingNumber, Cents, Email, Key, Limit, Page, PaymentIntentId, PaymentMethodId};
use jiff::{SignedDuration, Timestamp};

fn key(text: &str) -> Key {
    Key::derived(&[text])
}

fn email(text: &str) -> Email {
    Email::new(text).expect("an e-mail")
}

fn method(text: &str) -> PaymentMethodId {
    PaymentMethodId::new(text).expect("a method")
}

async fn customer(payments: &dyn Payments) -> CustomerId {
    let made = payments.create_customer(&key("customer"), &email(super::BETH), "Beth Gibbs").await;
    made.expect("a customer").0
}

fn stay(customer: CustomerId) -> NewIntent {
    NewIntent {
        customer,
        amount: Cents(29_998),
        currency: "usd".to_owned(),
        guest: email(super::BETH),
        booking: BookingNumber::new("BK-0001").expect("a number"),
        booking_key: "the booking's own".to_owned(),
        receipt_email: Some(email(super::BETH)),
    }
}

async fn new_intent(payments: &dyn Payments, under: &str) -> Intent {
    let stay = stay(customer(payments).await);
    payments.create_intent(&key(under), 0, &stay).await.expect("an intent")
}

async fn confirmed(payments: &dyn Payments, intent: &Intent, card: &str) -> Confirmation {
    let under = key(&format!("{} {card}", intent.id));
    payments.confirm(&under, &intent.id, &method(card), None).await.expect("an answer")
}

async fn paid(payments: &dyn Payments, under: &str) -> Intent {
    let intent = new_intent(payments, under).await;
    match confirmed(payments, &intent, "pm_card_visa").await {
        Confirmation::Intent(intent) => *intent,
        other => panic!("not paid: {other:?}"),
    }
}

async fn read(payments: &dyn Payments, id: &PaymentIntentId) -> Intent {
    payments.retrieve(id).await.expect("an answer").expect("an intent")
}

#[tokio::test]
async fn a_customer_is_made_once_and_found_by_e_mail() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let find = async || payments.find_customers(&email(super::BETH)).await.expect("an answer");
    assert_eq!(find().await, []);
    let made = customer(payments).await;
    assert_eq!(customer(payments).await, made, "the same key, the same customer");
    assert_eq!(find().await, [made]);
    let customers = account.fake.customers();
    assert_eq!((customers.len(), &customers[0]["name"]), (1, &"Beth Gibbs".into()));
}

#[tokio::test]
async fn a_stay_has_one_intent_that_says_whose_it_is() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let made = new_intent(payments, "stay").await;
    assert_eq!(new_intent(payments, "stay").await, made);
    assert_eq!(
        (made.status, made.amount, made.charge_id.clone()),
        (IntentStatus::RequiresPaymentMethod, Cents(29_998), None)
    );
    let there = &account.fake.intents()[0];
    assert_eq!(account.fake.intents().len(), 1);
    assert_eq!(there["metadata"]["guest_email"], super::BETH);
    assert_eq!(there["metadata"]["booking_number"], "BK-0001");
    assert_eq!((&there["amount"], &there["currency"]), (&29_998.into(), &"usd".into()));
    assert_eq!(
        (made.guest, made.booking.as_ref().map(BookingNumber::as_str)),
        (Some(email(super::BETH)), Some("BK-0001"))
    );
    assert_ne!(new_intent(payments, "stay, refunded once").await.id, made.id);
}

/// Stripe refuses a key with other parameters: the intent that was made under it is the stay's all the same.
#[tokio::test]
async fn it_is_the_same_intent_when_customer_and_price_are_others_by_now() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let made = new_intent(payments, "stay").await;
    for at in 0..120 {
        payments
            .create_intent(&key(&at.to_string()), 0, &stay(customer(payments).await))
            .await
            .expect("others");
    }
    let other =
        payments.create_customer(&key("new"), &email(super::BETH), "B. Gibbs").await.expect("a customer");
    let asked = NewIntent { receipt_email: None, amount: Cents(14_999), ..stay(other.0) };
    assert_eq!(payments.create_intent(&key("stay"), 0, &asked).await.expect("an intent"), made);
    assert_eq!(account.fake.intents().len(), 121);
}

#[tokio::test]
async fn every_documented_decline_is_one_with_its_code_and_the_next_card_pays() {
    let declines = [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedFraudulent", "card_declined", "fraudulent"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
        ("pm_card_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ];
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let intent = new_intent(payments, "stay").await;
    for (card, code, decline_code) in declines {
        for _ in 0..2 {
            let Confirmation::Declined(decline) = confirmed(payments, &intent, card).await else {
                panic!("{card} was not declined")
            };
            assert_eq!((decline.code.as_str(), decline.decline_code.as_deref()), (code, Some(decline_code)));
            assert!(!decline.message.is_empty());
        }
        assert_eq!(read(payments, &intent.id).await.status, IntentStatus::RequiresPaymentMethod);
    }
    assert_eq!(account.fake.charges().len(), declines.len(), "each attempt once, though asked twice");
    let Confirmation::Intent(paid) = confirmed(payments, &intent, "pm_card_visa").await else { panic!() };
    assert_eq!(paid.status, IntentStatus::Succeeded);
    assert!(paid.charge_id.is_some_and(|charge| charge.starts_with("ch_")));
    assert_eq!(account.charged(), 1);
}

#[tokio::test]
async fn what_cannot_be_charged_is_a_definite_no() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let intent = new_intent(payments, "stay").await;
    let unknown = payments.confirm(&key("a"), &intent.id, &method("pm_1NoSuchMethod"), None).await;
    let Err(SkillError::Refused(refusal)) = unknown else { panic!("{unknown:?}") };
    assert_eq!(refusal.error_code.as_str(), "VALIDATION_ERROR");
    let nowhere = PaymentIntentId::new("pi_nowhere").expect("an id");
    let unknown = payments.confirm(&key("b"), &nowhere, &method("pm_card_visa"), None).await;
    let Err(SkillError::Refused(refusal)) = unknown else { panic!("{unknown:?}") };
    assert_eq!(refusal.error_code.as_str(), "PAYMENT_NOT_FOUND");
    assert_eq!(payments.retrieve(&nowhere).await.expect("an answer"), None);
}

#[tokio::test]
async fn a_bank_that_asks_the_guest_shows_where_if_there_is_a_way_back() {
    let account = Account::new();
    for (return_url, shows) in [(Some("https://hotel.example/paid"), true), (None, false)] {
        let hotel = account.hotel(return_url);
        let payments = &*hotel.payments;
        let intent = new_intent(payments, &format!("{return_url:?}")).await;
        let Confirmation::Intent(asked) =
            confirmed(payments, &intent, "pm_card_authenticationRequired").await
        else {
            panic!()
        };
        assert_eq!(asked.status, IntentStatus::RequiresAction);
        assert_eq!(asked.next_action_url.is_some(), shows);
        account.fake.authenticate(intent.id.as_str());
        let after = payments.after_action(&intent.id).await.expect("an answer").expect("an intent");
        assert_eq!(after.status, IntentStatus::Succeeded);
    }
}

#[tokio::test]
async fn an_intent_that_is_paid_given_up_or_under_way_has_to_be_read() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let again = async |intent: &Intent| {
        let (under, card) = (key(&format!("again {}", intent.id)), method("pm_card_visa"));
        let answer = payments.confirm(&under, &intent.id, &card, None).await.expect("an answer");
        assert_eq!(answer, Confirmation::UnexpectedState);
        read(payments, &intent.id).await.status
    };
    assert_eq!(again(&paid(payments, "paid").await).await, IntentStatus::Succeeded);
    let given_up = new_intent(payments, "given up").await;
    payments.cancel(&key("cancel"), &given_up.id).await.expect("given up");
    assert_eq!(again(&given_up).await, IntentStatus::Canceled);
    account.fake.process_slowly();
    let slow = new_intent(payments, "slow").await;
    confirmed(payments, &slow, "pm_card_visa").await;
    assert_eq!(again(&slow).await, IntentStatus::Processing);
    account.fake.settle(slow.id.as_str());
    assert_eq!(read(payments, &slow.id).await.status, IntentStatus::Succeeded);
}

#[tokio::test]
async fn what_was_paid_goes_back_once_and_as_a_whole() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let intent = paid(payments, "stay").await;
    let refund = async |under: &str, id: &PaymentIntentId| {
        payments.refund(&key(under), id, None).await.expect("an answer")
    };
    let RefundOutcome::Refunded(first) = refund("back", &intent.id).await else { panic!() };
    assert_eq!((first.amount, first.status.as_str()), (Cents(29_998), "succeeded"));
    assert_eq!(
        refund("back", &intent.id).await,
        RefundOutcome::Refunded(first),
        "the same key, the same refund"
    );
    assert_eq!(refund("back again", &intent.id).await, RefundOutcome::AlreadyRefunded);
    let now = read(payments, &intent.id).await;
    assert!(now.is_refunded() && now.refunded() == Cents(29_998), "{now:?}");
    let unpaid = new_intent(payments, "unpaid").await;
    assert_eq!(refund("nothing", &unpaid.id).await, RefundOutcome::NotPaid);
    confirmed(payments, &unpaid, "pm_card_chargeDeclined").await;
    assert_eq!(refund("nothing was charged", &unpaid.id).await, RefundOutcome::NotPaid);
    let nowhere = PaymentIntentId::new("pi_nowhere").expect("an id");
    assert!(matches!(payments.refund(&key("nowhere"), &nowhere, None).await, Err(SkillError::Refused(_))));
    assert_eq!((account.fake.refunds().len(), account.kept()), (1, 0));
}

#[tokio::test]
async fn a_refund_on_its_way_has_not_come_back_and_one_that_failed_never_does() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let intent = new_intent(payments, "stay").await;
    confirmed(payments, &intent, "pm_card_pendingRefund").await;
    let RefundOutcome::Refunded(refund) =
        payments.refund(&key("back"), &intent.id, None).await.expect("an answer")
    else {
        panic!()
    };
    assert_eq!(refund.status, "pending");
    assert_eq!(read(payments, &intent.id).await.money(), Money::OnItsWay);
    account.fake.fail_refund(&refund.id);
    let kept = read(payments, &intent.id).await;
    assert_eq!((kept.money(), kept.failed_refunds()), (Money::Kept, 1));
}

#[tokio::test]
async fn what_is_paid_is_not_given_up() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let intent = paid(payments, "stay").await;
    payments.cancel(&key("cancel"), &intent.id).await.expect("it stays");
    assert_eq!(read(payments, &intent.id).await.status, IntentStatus::Succeeded);
    let unpaid = new_intent(payments, "unpaid").await;
    for under in ["a", "a", "b"] {
        payments.cancel(&key(under), &unpaid.id).await.expect("given up");
    }
    assert_eq!(read(payments, &unpaid.id).await.status, IntentStatus::Canceled);
}

#[tokio::test]
async fn paid_intents_are_listed_page_by_page_newest_first() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let payments = &*hotel.payments;
    let mut made = vec![];
    for at in 0..7 {
        let under = format!("stay {at}");
        // Every third is never paid.
        if at % 3 == 2 {
            new_intent(payments, &under).await
        } else {
            let paid = paid(payments, &under).await;
            made.push(paid.id.clone());
            paid
        };
    }
    payments.refund(&key("back"), &made[0], None).await.expect("given back");
    let since = Timestamp::now() - SignedDuration::from_hours(1);
    let (mut found, mut cursor, mut pages) = (vec![], None, 0);
    loop {
        let page = Page { limit: Limit::try_from(2).expect("a limit"), cursor };
        let listed = payments.paid_since(since, &page).await.expect("a page");
        found.extend(listed.items);
        pages += 1;
        cursor = listed.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    made.reverse();
    assert_eq!(found.iter().map(|intent| intent.id.clone()).collect::<Vec<_>>(), made);
    assert_eq!(pages, 4);
    assert!(found.last().is_some_and(Intent::is_refunded), "refunds are seen in the list");
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    let page = Page { limit: Limit::try_from(10).expect("a limit"), cursor: None };
    assert!(payments.paid_since(later, &page).await.expect("a page").items.is_empty());
}

#[tokio::test]
async fn every_request_names_the_version_and_every_write_a_key() {
    let account = Account::new();
    let hotel = account.hotel(None);
    let intent = paid(&*hotel.payments, "stay").await;
    hotel.payments.refund(&key("back"), &intent.id, None).await.expect("given back");
    hotel.payments.find_customers(&email(super::BETH)).await.expect("an answer");
    for asked in account.fake.exchanges() {
        assert_eq!(asked.header("stripe-version"), Some("2025-09-30.clover"), "{}", asked.operation);
        assert_eq!(asked.header("idempotency-key").map(str::len), (asked.method == "POST").then_some(40));
    }
}
