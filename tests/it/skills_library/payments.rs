//! Money and texts: each once per key.

use super::{BETH, booking, done, email, refused};
use ::skills::ErrorCode;
use ::skills::operations::messages::SendSms;
use ::skills::operations::payments::{
    AfterAction, CancelPayment, ConfirmPayment, Confirmed, CreateCustomer, CreatePaymentIntent,
    FindCustomers, FindPaymentsSince, PaymentKind, RecordPayment, RefundPayment, RetrievePayment,
};
use ::skills::systems::Hotel;
use ::skills::systems::messages::Sms;
use ::skills::systems::payments::{Intent, IntentStatus, NewIntent, RefundOutcome};
use ::skills::words::{Cents, Limit, Page, PaymentMethodId};
use jiff::Timestamp;
use tests::World;

async fn intent(hotel: &Hotel, number: u32) -> Intent {
    let customer = CreateCustomer { email: email(BETH), name: "Beth Gibbs".to_owned() };
    let intent = NewIntent {
        customer: done(hotel, "customer", customer).await.id,
        amount: Cents(29_998),
        currency: "usd".to_owned(),
        guest: email(BETH),
        booking: booking("BK-0001"),
        booking_key: "the booking's own".to_owned(),
        receipt_email: None,
    };
    done(hotel, "whatever-the-stay-has-its-own", CreatePaymentIntent { intent, number }).await
}

fn confirm(intent: &Intent, method: &str) -> ConfirmPayment {
    let method = PaymentMethodId::new(method).expect("a method");
    ConfirmPayment { payment: intent.id.clone(), method, receipt_email: None }
}

fn confirmed(done: Confirmed) -> Intent {
    let Confirmed::Intent(intent) = done else { panic!("{done:?}") };
    *intent
}

#[tokio::test]
async fn a_customer_is_made_once_and_found_by_mail() {
    let world = World::new();
    let hotel = world.hotel();
    let find = || FindCustomers { email: email(BETH) };
    assert_eq!(done(&hotel, "read", find()).await, []);
    let customer = || CreateCustomer { email: email(BETH), name: "Beth Gibbs".to_owned() };
    let first = done(&hotel, "k1", customer()).await;
    assert_eq!(done(&hotel, "k1", customer()).await, first, "the same key, the same customer");
    assert_eq!(done(&hotel, "read", find()).await, [first.id], "by e-mail");
}

#[tokio::test]
async fn a_stay_has_one_intent_which_succeeds_at_most_once() {
    let world = World::new();
    let hotel = world.hotel();
    let first = intent(&hotel, 0).await;
    assert_eq!(intent(&hotel, 0).await.id, first.id);
    assert_eq!(first.status, IntentStatus::RequiresPaymentMethod);
    let declined = confirm(&first, "pm_card_chargeDeclined");
    assert_eq!(refused(&hotel, "k1", declined.clone()).await, ErrorCode::PaymentFailed);
    let paid = confirmed(done(&hotel, "k2", confirm(&first, "pm_card_visa")).await);
    assert_eq!(paid.status, IntentStatus::Succeeded);
    let replay = confirmed(done(&hotel, "k2", confirm(&first, "pm_card_visa")).await);
    assert_eq!(replay.charge_id, paid.charge_id);
    let again = done(&hotel, "k3", confirm(&first, "pm_card_visa")).await;
    assert_eq!(again, Confirmed::HasToBeRead, "it is paid: read it");
    assert_eq!(
        refused(&hotel, "k1", declined).await,
        ErrorCode::PaymentFailed,
        "the same key, the same answer"
    );
    assert_eq!(world.payments_taken("BK-0001"), 1);
    assert_ne!(
        intent(&hotel, 1).await.id,
        first.id,
        "a stay that was refunded is charged under another intent"
    );
}

#[tokio::test]
async fn money_goes_back_once_and_only_if_it_came() {
    let world = World::new();
    let hotel = world.hotel();
    let unpaid = intent(&hotel, 0).await;
    let refund = || RefundPayment::of(unpaid.id.clone());
    assert_eq!(done(&hotel, "k1", refund()).await, RefundOutcome::NotPaid);
    done(&hotel, "k2", confirm(&unpaid, "pm_card_visa")).await;
    let RefundOutcome::Refunded(back) = done(&hotel, "k3", refund()).await else { panic!("not refunded") };
    assert_eq!(back.amount, Cents(29_998), "in full");
    assert_eq!(done(&hotel, "k3", refund()).await, RefundOutcome::Refunded(back));
    assert_eq!(done(&hotel, "k4", refund()).await, RefundOutcome::AlreadyRefunded);
    let read = RetrievePayment { payment: unpaid.id.clone() };
    let found = done(&hotel, "r", read).await.expect("the intent");
    assert!(found.is_refunded());
    assert_eq!((found.guest, found.booking), (Some(email(BETH)), Some(booking("BK-0001"))), "whose it is");
    assert_eq!(world.refunds("BK-0001"), 1);
}

#[tokio::test]
async fn three_d_secure_waits_for_the_guest_and_then_succeeds() {
    let world = World::new();
    let hotel = world.hotel();
    let new = intent(&hotel, 0).await;
    let asked = confirmed(done(&hotel, "k1", confirm(&new, "pm_card_authenticationRequired")).await);
    assert_eq!(asked.status, IntentStatus::RequiresAction);
    assert!(asked.next_action_url.is_some());
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let after = done(&hotel, "k2", AfterAction { payment: new.id.clone() }).await.expect("the intent");
    assert_eq!(after.status, IntentStatus::Succeeded);
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn an_intent_that_was_given_up_is_never_paid_and_a_paid_one_not_given_up() {
    let world = World::new();
    let hotel = world.hotel();
    let given_up = intent(&hotel, 0).await;
    done(&hotel, "k1", CancelPayment { payment: given_up.id.clone() }).await;
    let late = done(&hotel, "k2", confirm(&given_up, "pm_card_visa")).await;
    assert_eq!(late, Confirmed::HasToBeRead);
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let paid = intent(&hotel, 1).await;
    done(&hotel, "k3", confirm(&paid, "pm_card_visa")).await;
    done(&hotel, "k4", CancelPayment { payment: paid.id.clone() }).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// A payment or refund is recorded once per intent and kind.
#[tokio::test]
async fn a_payment_is_recorded_once() {
    let world = World::new();
    let hotel = world.hotel();
    let record = |kind| RecordPayment {
        booking: booking("BK-0001"),
        payment: ::skills::words::PaymentIntentId::new("pi_1").expect("an intent"),
        kind,
        amount: Cents(29_998),
        at: Timestamp::now(),
        stands_again: false,
    };
    let before = world.rows("payment_transactions");
    done(&hotel, "k1", record(PaymentKind::Charge)).await;
    done(&hotel, "k2", record(PaymentKind::Charge)).await;
    done(&hotel, "k3", record(PaymentKind::Refund)).await;
    assert_eq!(world.rows("payment_transactions"), before + 2);
}

#[tokio::test]
async fn a_text_is_sent_once_per_key() {
    let world = World::new();
    let hotel = world.hotel();
    let sms = Sms::new("+15550100001", "Hello.");
    let first = done(&hotel, "k1", SendSms { sms: sms.clone() }).await;
    assert_eq!(done(&hotel, "k1", SendSms { sms: sms.clone() }).await, first);
    assert_eq!(world.texted().len(), 1);
    assert_ne!(done(&hotel, "k2", SendSms { sms }).await, first);
    assert_eq!(world.texted().len(), 2);
}

/// All pages of a list of payments, two at a time: which they are.
async fn paid_since(hotel: &Hotel, since: Timestamp) -> Vec<String> {
    let (mut ids, mut cursor) = (vec![], None);
    loop {
        let page = Page { limit: Limit::try_from(2).expect("two"), cursor };
        let found = done(hotel, "r", FindPaymentsSince { since, page }).await;
        ids.extend(found.items.iter().map(|intent| intent.id.to_string()));
        cursor = found.next_cursor;
        if cursor.is_none() {
            return ids;
        }
    }
}

#[tokio::test]
async fn what_was_paid_since_a_moment_is_listed_newest_first_page_by_page() {
    let world = World::new();
    let hotel = world.hotel();
    let before = Timestamp::now();
    let mut paid = vec![];
    for earlier in 0..4 {
        let new = intent(&hotel, earlier).await;
        assert!(new.created_at >= before - jiff::SignedDuration::from_millis(1), "{new:?}");
        if earlier != 2 {
            done(&hotel, &format!("pay-{earlier}"), confirm(&new, "pm_card_visa")).await;
            paid.insert(0, new.id.clone());
        }
    }
    done(&hotel, "back", RefundPayment::of(paid[0].clone())).await;
    let ids: Vec<_> = paid.iter().map(ToString::to_string).collect();
    let seeded = "pi_seed_0009".to_owned();
    assert_eq!(paid_since(&hotel, Timestamp::UNIX_EPOCH).await, [ids.clone(), vec![seeded]].concat());
    let oldest = done(&hotel, "r", RetrievePayment { payment: paid[2].clone() }).await.expect("the intent");
    assert_eq!(paid_since(&hotel, oldest.created_at).await, ids, "then or later");
    assert!(paid_since(&hotel, Timestamp::now() + jiff::SignedDuration::from_secs(9)).await.is_empty());
    let page = Page::most();
    let found = done(&hotel, "r", FindPaymentsSince { since: oldest.created_at, page }).await.items;
    assert!(found[0].is_refunded() && !found[1].is_refunded(), "refunds come with them");
}
