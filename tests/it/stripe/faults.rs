//! Whatever goes wrong on the way to Stripe: a stay is charged once and closed once, or it is said that nothing was done;
//! and an outage is never a decline.

use super::Account;
use crate::recovery::due;
use serde_json::{Value, json};
use std::time::Duration;
use tests::fakes::faults::Fault;
use tests::{Server, Told};
use tokio::task::JoinSet;

/// When the work of a request begins that its caller has given up: soon enough to meet the next attempt.
const LATER: Duration = Duration::from_millis(20);
/// Steps whose caller has no time left once they got no answer.
const HURRIED: (&str, &str) = (
    "HOTEL_FAULTS",
    "find_customer=hurries!; create_customer=hurries!; create_payment_intent=hurries!; confirm_payment=hurries!; \
     retrieve_payment=hurries!; refund_payment=hurries!",
);
const AT_A_TIME: usize = 6;

const OF_A_CHECKOUT: [&str; 4] =
    ["customers.list", "customers.create", "payment_intents.create", "payment_intents.confirm"];
const OF_A_COMPENSATION: [&str; 2] = ["payment_intents.retrieve", "refunds.create"];

fn faults() -> Vec<Fault> {
    vec![
        Fault::Refuse,
        Fault::TooMany { retry_after: 0 },
        Fault::Unavailable,
        Fault::FailBefore,
        Fault::FailAfter,
        Fault::LoseAnswer,
        Fault::Slow(LATER),
        Fault::Late,
        Fault::Garbage,
    ]
}

/// A staff-server whose calls do not wait for Stripe.
fn hurried(account: &Account) -> Server {
    account.world.start("staff-server", &[], &[HURRIED, ("STAFF_EMAIL", "manager@dewyhotel.com")])
}

/// Plays a story for every fault at every one of these requests, a few at a time.
async fn each<F: Future<Output = ()> + Send + 'static>(
    operations: &[&'static str],
    story: impl Fn(&'static str, Fault) -> F,
) {
    let mut stories = JoinSet::new();
    for operation in operations {
        for fault in faults() {
            if stories.len() >= AT_A_TIME {
                stories.join_next().await.expect("a story").expect("it holds");
            }
            stories.spawn(story(operation, fault));
        }
    }
    while let Some(ended) = stories.join_next().await {
        ended.expect("it holds");
    }
}

#[tokio::test]
async fn a_checkout_that_goes_wrong_once_charges_once() {
    each(&OF_A_CHECKOUT, async |operation: &'static str, fault: Fault| {
        let what = format!("{operation} under {fault:?}");
        let account = Account::new();
        account.fake.fault(operation, fault);
        let told = account.pay(&account.world.staff(), "pm_card_visa").await;
        assert_eq!(told["data"]["status"], "Checked Out", "{what}: {told}");
        account.paid_and_closed_once();
    })
    .await;
}

#[tokio::test]
async fn a_checkout_that_keeps_going_wrong_is_no_decline_and_is_finished_once() {
    each(&OF_A_CHECKOUT, async |operation: &'static str, fault: Fault| {
        let what = format!("{operation} under {fault:?}");
        let account = Account::new();
        account.fake.fault_always(operation, fault);
        let told = Told(account.pay(&hurried(&account), "pm_card_visa").await);
        // A charge that was made is read, whatever asking for it answers.
        if !told.succeeded() {
            let codes = ["STRIPE_UNAVAILABLE", "UPSTREAM_TIMEOUT", "RATE_LIMITED", "CHECKOUT_PENDING"];
            assert!(codes.contains(&told.code()), "{what}: {}", told.0);
            assert_eq!(told.0["retry_safe"], true, "{what}: {}", told.0);
            let said = told.0["error_message"].as_str().expect("a sentence");
            if said.contains("Nothing was done") {
                assert_eq!(account.charged(), 0, "{what}: {said}");
            }
        }
        account.fake.heal();
        due(&account.world);
        let told = account.pay(&account.world.staff(), "pm_card_visa").await;
        assert_eq!(told["data"]["status"], "Checked Out", "{what}: {told}");
        account.paid_and_closed_once();
    })
    .await;
}

#[tokio::test]
async fn a_decline_that_goes_wrong_once_is_one_decline() {
    each(&["payment_intents.confirm"], async |operation: &'static str, fault: Fault| {
        let what = format!("{operation} under {fault:?}");
        let account = Account::new();
        account.fake.fault(operation, fault);
        let staff = account.world.staff();
        let told = Told(account.pay(&staff, "pm_card_chargeDeclined").await);
        assert_eq!(told.code(), "PAYMENT_FAILED", "{what}");
        account.nothing_happened();
        assert_eq!(account.pay(&staff, "pm_card_visa").await["data"]["status"], "Checked Out", "{what}");
        account.paid_and_closed_once();
    })
    .await;
}

async fn paid() -> (Account, Value) {
    let account = Account::new();
    let paid = account.pay(&account.world.staff(), "pm_card_visa").await;
    let undo = json!({"guest_email": super::BETH, "payment_intent_id": paid["data"]["payment_intent_id"],
        "idempotency_token": "back"});
    (account, undo)
}

fn given_back_once(account: &Account, what: &str) {
    assert_eq!((account.charged(), account.kept(), account.fake.refunds().len()), (1, 0, 1), "{what}");
    assert_eq!(account.world.booking_status("BK-0001"), "Checked In", "{what}");
    assert_eq!(account.world.room("201").status, "Occupied", "{what}");
}

#[tokio::test]
async fn a_compensation_that_goes_wrong_once_gives_back_once() {
    each(&OF_A_COMPENSATION, async |operation: &'static str, fault: Fault| {
        let what = format!("{operation} under {fault:?}");
        let (account, undo) = paid().await;
        account.fake.fault(operation, fault);
        let told = account.world.staff().call("compensate_checkout_failure", undo).await;
        assert_eq!(told.data()["stay_reopened"], true, "{what}");
        given_back_once(&account, &what);
    })
    .await;
}

#[tokio::test]
async fn a_compensation_that_keeps_going_wrong_is_finished_once() {
    each(&OF_A_COMPENSATION, async |operation: &'static str, fault: Fault| {
        let what = format!("{operation} under {fault:?}");
        let (account, undo) = paid().await;
        account.fake.fault_always(operation, fault);
        let told = hurried(&account).call("compensate_checkout_failure", undo.clone()).await;
        // A refund that was made is read, whatever asking for it answers.
        if !told.succeeded() {
            assert_eq!(told.0["retry_safe"], true, "{what}: {}", told.0);
            assert_eq!(account.world.booking_status("BK-0001"), "Checked Out", "{what}");
        }
        account.fake.heal();
        due(&account.world);
        let told = account.world.staff().call("compensate_checkout_failure", undo).await;
        assert_eq!(told.data()["stay_reopened"], true, "{what}");
        given_back_once(&account, &what);
    })
    .await;
}

#[tokio::test]
async fn each_kind_of_outage_says_what_it_is() {
    let late = Fault::Late;
    for (operation, fault, code, after) in [
        ("payment_intents.create", Fault::TooMany { retry_after: 600 }, "RATE_LIMITED", Some(600)),
        ("payment_intents.confirm", Fault::TooMany { retry_after: 600 }, "RATE_LIMITED", Some(600)),
        ("payment_intents.create", Fault::Unavailable, "STRIPE_UNAVAILABLE", None),
        ("payment_intents.confirm", Fault::Unavailable, "STRIPE_UNAVAILABLE", None),
        ("payment_intents.create", late.clone(), "UPSTREAM_TIMEOUT", None),
        ("payment_intents.confirm", late, "UPSTREAM_TIMEOUT", None),
    ] {
        let account = Account::new();
        account.fake.fault_always(operation, fault.clone());
        let told = Told(account.pay(&hurried(&account), "pm_card_visa").await);
        assert_eq!(told.code(), code, "{operation} under {fault:?}: {}", told.0);
        assert_eq!(told.details()["retry_after_seconds"].as_u64(), after, "{operation}: {}", told.0);
    }
}

#[tokio::test]
async fn a_stripe_that_is_not_there_is_an_outage_and_nothing_was_done() {
    let account = Account::new();
    account.fake.unplug();
    let told = Told(account.pay(&hurried(&account), "pm_card_visa").await);
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("STRIPE_UNAVAILABLE", Some(503)));
    assert!(
        told.0["error_message"].as_str().is_some_and(|said| said.contains("Nothing was done")),
        "{}",
        told.0
    );
    account.fake.plug_in();
    let told = account.world.staff().call("process_guest_checkout", super::leaving("pm_card_visa")).await;
    assert_eq!(told.data()["status"], "Checked Out");
    account.paid_and_closed_once();
}
