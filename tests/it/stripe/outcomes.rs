//! A card that is not simply charged or declined: 3-D Secure, a bank that takes its time, an intent somebody else met.

use super::{Account, BETH, leaving, sorted};
use crate::recovery::{due, write};
use serde_json::{Value, json};
use tests::Told;

const CARD: &str = "pm_card_authenticationRequired";
const WAY_BACK: (&str, &str) = ("STRIPE_RETURN_URL", "https://hotel.example/paid");

/// Beth's bank has asked her to authenticate; answers her intent too.
async fn asked_to_authenticate(card: &str) -> (Account, String) {
    let account = Account::with(&[WAY_BACK]);
    let told = Told(account.pay(&account.world.staff(), card).await);
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("PAYMENT_ACTION_REQUIRED", Some(202)));
    let intent = account.fake.intents()[0]["id"].as_str().expect("an id").to_owned();
    let url = told.details()["next_action_url"].as_str().expect("a place to go");
    assert!(url.ends_with(&intent), "{url}");
    assert_eq!(told.details()["payment_intent_id"], intent.as_str());
    account.nothing_happened();
    (account, intent)
}

async fn recover(account: &Account) -> Value {
    due(&account.world);
    account.world.run_staff(&["reconcile", "--json"]).await.json()
}

#[tokio::test]
async fn the_same_token_goes_on_once_the_guest_has_authenticated() {
    let (account, intent) = asked_to_authenticate(CARD).await;
    let staff = account.world.staff();
    let told = Told(account.pay(&staff, CARD).await);
    assert_eq!(told.code(), "PAYMENT_ACTION_REQUIRED", "asking is not authenticating");
    account.fake.authenticate(&intent);
    assert_eq!(account.pay(&staff, CARD).await["data"]["status"], "Checked Out");
    account.paid_and_closed_once();
    assert_eq!(account.fake.intents().len(), 1);
}

#[tokio::test]
async fn recovery_goes_on_too() {
    let (account, intent) = asked_to_authenticate(CARD).await;
    assert_eq!(recover(&account).await["finished"], 0);
    account.fake.authenticate(&intent);
    assert_eq!(recover(&account).await["finished"], 1);
    account.paid_and_closed_once();
    let told = account.pay(&account.world.staff(), CARD).await;
    assert_eq!(told["data"]["replayed"], true);
}

#[tokio::test]
async fn a_guest_who_does_not_authenticate_in_an_hour_is_not_charged_later() {
    let (account, intent) = asked_to_authenticate(CARD).await;
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(61);
    let sql = "UPDATE calls SET started_at = ? WHERE outcome = 'waiting'";
    assert_eq!(write(&account.world, "journal.db", sql, [skills::words::stored(then)]), 1);
    assert_eq!(recover(&account).await["finished"], 1);
    assert_eq!(account.fake.intents()[0]["status"], "canceled");
    assert_eq!(account.fake.intents()[0]["id"], intent.as_str());
    account.nothing_happened();
    let told = account.pay(&account.world.staff(), "pm_card_visa").await;
    assert_eq!(told["data"]["status"], "Checked Out", "{told}");
    account.paid_and_closed_once();
}

#[tokio::test]
async fn a_guest_who_fails_to_or_is_declined_after_it_needs_another_card() {
    for (card, passes) in [(CARD, false), ("pm_card_threeDSecureRequiredChargeDeclined", true)] {
        let (account, intent) = asked_to_authenticate(card).await;
        if passes {
            account.fake.authenticate(&intent);
        } else {
            account.fake.fail_authentication(&intent);
        }
        let staff = account.world.staff();
        let told = Told(account.pay(&staff, card).await);
        assert_eq!(told.code(), "PAYMENT_FAILED", "{card}");
        let why = if passes { "card_declined" } else { "payment_intent_authentication_failure" };
        assert_eq!(told.details()["code"], why);
        assert_eq!(told.details()["decline_code"].is_string(), passes, "what the bank says: {}", told.0);
        account.nothing_happened();
        let other = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
        staff.done("process_guest_checkout", other).await;
        account.paid_and_closed_once();
    }
}

#[tokio::test]
async fn without_a_way_back_the_card_is_declined_and_the_next_one_pays() {
    let account = Account::new();
    let staff = account.world.staff();
    let told = Told(account.pay(&staff, CARD).await);
    assert_eq!((told.code(), &told.details()["code"]), ("PAYMENT_FAILED", &json!("authentication_required")));
    account.nothing_happened();
    assert_eq!(account.pay(&staff, "pm_card_visa").await["data"]["status"], "Checked Out");
    account.paid_and_closed_once();
    let intents = account.fake.intents();
    let states: Vec<_> = intents.iter().filter_map(|it| it["status"].as_str()).collect();
    assert_eq!(states, ["canceled", "succeeded"], "the one that waited for the bank was given up first");
}

/// Neither paid nor declined: nobody says it is one of them until the bank has.
#[tokio::test]
async fn a_payment_that_is_still_processing_is_pending_until_the_bank_has_decided() {
    for pays in [true, false] {
        let account = Account::new();
        account.fake.process_slowly();
        let staff = account.world.staff();
        let told = Told(account.pay(&staff, "pm_card_visa").await);
        assert_eq!((told.code(), &told.0["retry_safe"]), ("UPSTREAM_TIMEOUT", &json!(true)));
        account.nothing_happened();
        let intent = account.fake.intents()[0]["id"].as_str().expect("an id").to_owned();
        if pays {
            account.fake.settle(&intent);
        } else {
            account.fake.fail_processing(&intent);
        }
        assert_eq!(recover(&account).await["finished"], 1);
        if pays {
            account.paid_and_closed_once();
        } else {
            account.nothing_happened();
            assert_eq!(account.pay(&staff, "pm_card_mastercard").await["data"]["status"], "Checked Out");
            account.paid_and_closed_once();
        }
    }
}

/// Beth's card was declined: Stripe has no more use for that payment method, and says so without a code.
async fn used_up() -> (Account, String) {
    let account = Account::new();
    let told = Told(account.pay(&account.world.staff(), "pm_card_chargeDeclined").await);
    assert_eq!(told.code(), "PAYMENT_FAILED");
    let method = account.fake.charges()[0]["payment_method"].as_str().expect("a method").to_owned();
    account.asked();
    (account, method)
}

#[tokio::test]
async fn a_method_that_stripe_does_not_take_is_declined_at_once_and_not_in_stripes_words() {
    let (account, method) = used_up().await;
    let staff = account.world.staff();
    let told = Told(account.pay(&staff, &method).await);
    assert_eq!((told.code(), told.0["retry_safe"].as_bool()), ("PAYMENT_FAILED", Some(false)), "{}", told.0);
    assert!(!told.0.to_string().contains("Customer"), "{}", told.0);
    let confirmed = account.asked().into_iter().filter(|it| it == "payment_intents.confirm").count();
    assert_eq!(confirmed, 1);
    account.nothing_happened();
    assert_eq!(account.pay(&staff, "pm_card_visa").await["data"]["status"], "Checked Out");
    account.paid_and_closed_once();
}

#[tokio::test]
async fn it_is_declined_by_recovery_too() {
    let (account, method) = used_up().await;
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "confirm_payment=killed_before")];
    let call = ["call", "process_guest_checkout", &leaving(&method).to_string()];
    assert_eq!(account.world.run("staff-server", &call, &env, "").await.code, None, "killed");
    let report = recover(&account).await;
    assert_eq!((&report["finished"], &report["pending"]), (&json!(1), &json!([])), "{report}");
    account.nothing_happened();
    assert_eq!(account.pay(&account.world.staff(), "pm_card_visa").await["data"]["status"], "Checked Out");
    account.paid_and_closed_once();
}

#[tokio::test]
async fn an_amount_that_no_card_can_pay_is_said_at_once() {
    let account = Account::new();
    let staff = account.world.staff();
    account.world.alter("hotel.db", "UPDATE bookings SET prices = ? WHERE number = 'BK-0001'", ["0.10x2"]);
    let told = Told(account.pay(&staff, "pm_card_visa").await);
    assert_eq!((told.code(), &told.details()["code"]), ("PAYMENT_FAILED", &json!("amount_too_small")));
    assert_eq!(sorted(account.asked()), ["customers.create", "customers.list", INTENT, INTENTS]);
    account.nothing_happened();
}

/// What Stripe refuses for what the hotel is, not for what the guest gave, is its own no, in its words for the staff.
#[tokio::test]
async fn a_request_that_stripe_refuses_is_not_sent_again_and_again() {
    let account = Account::with(&[("HOTEL_CURRENCY", "nok")]); // the stand-in's account has no kroner
    let told = Told(account.pay(&account.world.staff(), "pm_card_visa").await);
    assert_eq!((told.code(), &told.0["retry_safe"]), ("RECORDS_REFUSED", &json!(false)), "{}", told.0);
    assert!(told.details()["system_message"].as_str().is_some_and(|said| said.contains("nok")), "{}", told.0);
    assert_eq!(sorted(account.asked()), ["customers.create", "customers.list", INTENT, INTENTS]);
    account.nothing_happened();
}

/// A restricted key that lacks a permission: which one is said, and nothing was done.
#[tokio::test]
async fn a_permission_that_the_key_lacks_is_named() {
    let account = Account::with(&[("STRIPE_SECRET_KEY", tests::fakes::Stripe::RESTRICTED_KEY)]);
    account.fake.restrict(&["rak_customer_write", "rak_charge_write"]);
    let told = Told(account.pay(&account.world.staff(), "pm_card_visa").await);
    assert_eq!((told.code(), &told.0["retry_safe"]), ("NOT_SET_UP", &json!(false)), "{}", told.0);
    let about = (&told.details()["object"], &told.details()["field"]);
    assert_eq!(about, (&json!("STRIPE_SECRET_KEY"), &json!("rak_payment_intent_write")), "{}", told.0);
    assert!(!told.0.to_string().contains("rk_test"), "{}", told.0);
    account.nothing_happened();
}

const INTENT: &str = "payment_intents.create";
const INTENTS: &str = "payment_intents.list";

/// Somebody canceled it in the dashboard: the stay gets another.
#[tokio::test]
async fn an_intent_that_was_given_up_by_others_is_replaced() {
    let account = Account::new();
    let staff = account.world.staff();
    account.pay(&staff, "pm_card_chargeDeclined").await;
    let given_up = account.fake.intents()[0]["id"].as_str().expect("an id").to_owned();
    let hotel = account.hotel(None);
    let id = skills::words::PaymentIntentId::new(&given_up).expect("an id");
    hotel.payments.cancel(&skills::words::Key::derived(&["dashboard"]), &id).await.expect("given up");
    let told = staff.call("process_guest_checkout", leaving("pm_card_visa")).await;
    assert_ne!(told.data()["payment_intent_id"], given_up.as_str());
    account.paid_and_closed_once();
}
