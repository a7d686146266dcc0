//! The real binaries on a Stripe account: what they do there, in which order, and how often they ask.

use super::{Account, BETH, FOLIO, leaving, sorted};
use serde_json::json;
use tests::Told;

const CONFIRM: &str = "payment_intents.confirm";
const INTENT: &str = "payment_intents.create";
const INTENTS: &str = "payment_intents.list";

#[tokio::test]
async fn a_checkout_asks_four_times_and_once_more_for_a_new_customer() {
    let account = Account::new();
    let staff = account.world.staff();
    let told = account.pay(&staff, "pm_card_chargeDeclined").await;
    assert_eq!(told["error_code"], "PAYMENT_FAILED");
    let first = ["customers.create", "customers.list", CONFIRM, INTENT, INTENTS];
    assert_eq!(sorted(account.asked()), first);
    let told = account.pay(&staff, "pm_card_visa").await;
    assert_eq!(sorted(account.asked()), ["customers.list", CONFIRM, INTENT, INTENTS], "{told}");
    assert_eq!(told["data"]["amount_cents"], FOLIO);
    let intent = &account.fake.intents()[0];
    assert_eq!(told["data"]["payment_intent_id"], intent["id"]);
    assert_eq!(told["data"]["transaction_id"], intent["latest_charge"]);
    assert_eq!(account.fake.intents().len(), 1, "a declined intent is confirmed again");
    account.paid_and_closed_once();
    assert_eq!(account.pay(&staff, "pm_card_visa").await["data"]["replayed"], true);
    assert_eq!(account.asked(), [""; 0]);
    let receipt = &intent["receipt_email"];
    assert!(receipt.is_null(), "Beth gets a text: {receipt}");
}

#[tokio::test]
async fn a_decline_says_why_and_leaves_the_stay_open() {
    let account = Account::new();
    let staff = account.world.staff();
    let told = Told(account.pay(&staff, "pm_card_chargeDeclinedInsufficientFunds").await);
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("PAYMENT_FAILED", Some(402)));
    assert_eq!(told.details()["decline_code"], "insufficient_funds");
    assert_eq!(told.0["retry_safe"], false);
    account.nothing_happened();
    let told = Told(account.pay(&staff, "pm_1NoSuchMethod").await);
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("payment_method_id")));
    account.nothing_happened();
}

/// The code does not tell them apart, and no more do the words.
#[tokio::test]
async fn a_guest_hears_the_same_of_a_lost_a_stolen_and_a_declined_card() {
    let account = Account::new();
    let guest = account.world.guest(BETH);
    let mut heard = std::collections::BTreeSet::new();
    for card in [
        "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedLostCard",
        "pm_card_chargeDeclinedStolenCard",
        "pm_card_chargeDeclinedFraudulent",
    ] {
        let told = Told(guest.call("process_guest_checkout", json!({"payment_method_id": card})).await.0);
        assert_eq!(told.code(), "PAYMENT_FAILED", "{card}: {}", told.0);
        let details = told.details();
        heard.insert(json!([told.0["error_message"], details["code"], details["decline_code"]]).to_string());
    }
    assert_eq!(heard.len(), 1, "{heard:?}");
    account.nothing_happened();
}

/// The intent was made when the guest was to get a text; it is charged for one who wants the receipt by e-mail.
#[tokio::test]
async fn a_guest_who_wants_an_email_after_all_gets_the_receipt_by_email() {
    let wants = "UPDATE contacts SET prefers = ? WHERE email = 'beth.gibbs@email.com'";
    for taken in [true, false] {
        let account = Account::new();
        let staff = account.world.staff();
        assert_eq!(account.pay(&staff, "pm_card_chargeDeclined").await["error_code"], "PAYMENT_FAILED");
        account.world.alter("hotel.db", wants, ["Email"]);
        if !taken {
            account.fake.refuses_email(BETH);
        }
        let told = account.pay(&staff, "pm_card_visa").await;
        assert_eq!(told["data"]["amount_cents"], FOLIO, "{told}");
        let intents = account.fake.intents();
        assert_eq!(intents.len(), 1);
        let warned = told["data"]["warnings"].to_string();
        if taken {
            assert_eq!((&intents[0]["receipt_email"], warned.as_str()), (&json!(BETH), "null"));
        } else {
            assert!(
                intents[0]["receipt_email"].is_null() && warned.contains("no receipt is mailed"),
                "{told}"
            );
        }
        assert!(account.world.texted().is_empty());
        assert_eq!(
            (account.kept(), account.world.booking_status("BK-0001").as_str()),
            (FOLIO, "Checked Out")
        );
    }
}

#[tokio::test]
async fn whose_money_it_is_is_written_with_it_and_compared_before_it_goes_back() {
    let account = Account::new();
    let staff = account.world.staff();
    let paid = account.pay(&staff, "pm_card_visa").await;
    let payment = &paid["data"]["payment_intent_id"];
    let metadata = &account.fake.intents()[0]["metadata"];
    assert_eq!((&metadata["guest_email"], &metadata["booking_number"]), (&json!(BETH), &json!("BK-0001")));
    let undo =
        |guest: &str| json!({"guest_email": guest, "payment_intent_id": payment, "reason": "by mistake"});
    let told = staff.call("compensate_checkout_failure", undo("carl.smith@example.com")).await;
    assert_eq!(told.code(), "PAYMENT_NOT_FOUND", "it is not his");
    assert!(account.fake.refunds().is_empty());
    account.asked();
    let told = staff.call("compensate_checkout_failure", undo(BETH)).await;
    assert_eq!(
        (&told.data()["refund_amount_cents"], &told.data()["stay_reopened"]),
        (&json!(FOLIO), &json!(true))
    );
    assert_eq!(account.asked(), ["payment_intents.retrieve", "refunds.create"]);
    assert_eq!(account.kept(), 0);
    assert_eq!(staff.call("compensate_checkout_failure", undo(BETH)).await.code(), "ALREADY_REFUNDED");
    // A stay that is charged anew has a new intent.
    let again = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", again).await;
    assert_ne!(&told.data()["payment_intent_id"], payment);
    assert_eq!((account.fake.intents().len(), account.kept()), (2, FOLIO));
}

#[tokio::test]
async fn staff_see_what_became_of_a_payment() {
    let account = Account::new();
    let staff = account.world.staff();
    let paid = account.pay(&staff, "pm_card_pendingRefund").await;
    let payment = &paid["data"]["payment_intent_id"];
    let look = json!({"payment_intent_id": payment});
    let told = staff.call("retrieve_payment_status", look.clone()).await;
    assert_eq!((&told.data()["status"], &told.data()["amount_cents"]), (&json!("succeeded"), &json!(FOLIO)));
    staff
        .done("compensate_checkout_failure", json!({"guest_email": BETH, "payment_intent_id": payment}))
        .await;
    let told = staff.call("retrieve_payment_status", look).await;
    let refunds = &told.data()["refunds"];
    assert_eq!((&refunds[0]["amount_cents"], &refunds[0]["status"]), (&json!(FOLIO), &json!("pending")));
    let nowhere = json!({"payment_intent_id": "pi_nowhere"});
    assert_eq!(staff.call("retrieve_payment_status", nowhere).await.code(), "PAYMENT_NOT_FOUND");
}

/// The same call in another process asks in the very same words, so that Stripe knows it again.
#[tokio::test]
async fn keys_are_the_same_after_a_crash() {
    for (step, operation) in [
        ("create_customer", "customers.create"),
        ("create_payment_intent", "payment_intents.create"),
        ("confirm_payment", CONFIRM),
    ] {
        let account = Account::new();
        let env =
            [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", &*format!("{step}=killed_after"))];
        let call = ["call", "process_guest_checkout", &super::leaving("pm_card_visa").to_string()];
        assert_eq!(account.world.run("staff-server", &call, &env, "").await.code, None, "killed");
        crate::recovery::due(&account.world);
        account.pay(&account.world.staff(), "pm_card_visa").await;
        account.paid_and_closed_once();
        let asked = account.fake.asked(operation);
        assert!(asked.len() == 2, "{step} was asked {} times", asked.len());
        assert_eq!(asked[0].header("idempotency-key"), asked[1].header("idempotency-key"));
        assert_eq!(asked[0].body, asked[1].body);
        assert_eq!((account.fake.customers().len(), account.fake.intents().len()), (1, 1));
    }
}

/// Charged, and then neither closed nor given back: `reconcile` finds it at Stripe and finishes it.
#[tokio::test]
async fn a_payment_without_a_closed_stay_is_found_and_finished() {
    let account = Account::new();
    let faults = "close_stay=refused; undo confirm_payment=refused";
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)];
    let call = ["call", "process_guest_checkout", &super::leaving("pm_card_visa").to_string()];
    let ran = account.world.run("staff-server", &call, &env, "").await;
    assert_eq!(ran.json()["error_code"], "NEEDS_ATTENTION");
    let report = account.world.run_staff(&["reconcile", "--json"]).await.json();
    let found = &report["payments_without_closed_stay"];
    assert_eq!(found[0]["payment_intent_id"], account.fake.intents()[0]["id"], "{report}");
    let report = account.world.run_staff(&["reconcile", "--json", "--fix"]).await.json();
    assert_eq!(report["fixed"], 1, "{report}");
    account.paid_and_closed_once();
    let report = account.world.run_staff(&["reconcile", "--json"]).await.json();
    assert_eq!(report["payments_without_closed_stay"], json!([]));
}

/// The hotel's shop and its restaurant use the same account, and write a booking's number into the metadata.
#[tokio::test]
async fn what_another_program_took_is_neither_given_back_nor_closes_a_stay() {
    let account = Account::new();
    for number in ["WEB-17", "BK-0001", "BK-9999"] {
        account.fake.another_program_takes(5_000, &json!({"booking_number": number}));
    }
    let report = account.world.run_staff(&["reconcile", "--json", "--fix"]).await.json();
    assert_eq!(report["payments_without_closed_stay"], json!([]));
    assert_eq!(
        (account.fake.refunds().len(), account.world.booking_status("BK-0001").as_str()),
        (0, "Checked In")
    );
    account.pay(&account.world.staff(), "pm_card_visa").await;
    assert_eq!(account.fake.intents().len(), 4, "the stay is paid with its own payment");
}

/// A first card was declined the day before: what counts is the day of the charge.
#[tokio::test]
async fn a_stay_is_closed_as_of_the_day_its_card_was_charged() {
    let account = Account::new();
    let faults = "close_stay=refused; undo confirm_payment=refused";
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", faults)];
    let call = ["call", "process_guest_checkout", &super::leaving("pm_card_visa").to_string()];
    account.world.run("staff-server", &call, &env, "").await;
    let intent = account.fake.intents()[0]["id"].as_str().expect("an id").to_owned();
    account.fake.was_long_ago(&intent, 2, 1);
    let dates = "UPDATE bookings SET check_in = ?1, check_out = ?2 WHERE number = 'BK-0001'";
    account.world.alter("hotel.db", dates, [tests::day(-3), tests::day(-1)]);
    let report = account.world.run_staff(&["reconcile", "--json", "--fix"]).await.json();
    let found = &report["payments_without_closed_stay"][0];
    assert_eq!((&found["action"], &found["outcome"]), (&json!("finish"), &json!("done")), "{report}");
    assert!(found["paid_at"].as_str().is_some_and(|at| at.starts_with(&tests::day(-1))), "{found}");
    assert_eq!(account.world.close_date("BK-0001"), tests::day(-1));
    account.paid_and_closed_once();
}

#[tokio::test]
async fn no_key_of_the_account_is_ever_said() {
    let account = Account::with(&[("HOTEL_CALL_DEADLINE_SECONDS", "1")]);
    let env = [("RUST_LOG", "debug"), ("STAFF_EMAIL", "manager@dewyhotel.com")];
    let mut staff = account.world.start("staff-server", &[], &env);
    account.pay(&staff, "pm_card_visa").await;
    account.fake.revoke(tests::fakes::Stripe::SECRET_KEY);
    let again = json!({"guest_email": "carl.smith@example.com", "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", again).await;
    assert_eq!(told.code(), "STRIPE_UNAVAILABLE", "a key that is not accepted is an outage");
    let said = format!("{} {}", staff.last_words().await, told.0);
    assert!(said.contains("remote call") && !said.contains(tests::fakes::Stripe::SECRET_KEY), "{said}");
}

/// A guest has paid, and the stay could not be closed: the records know of no payment, and the processor does.
#[tokio::test]
async fn a_payment_that_the_records_do_not_know_is_found_by_its_booking() {
    let account = Account::new();
    account.world.charges_and_forgets(&leaving("pm_card_visa")).await;
    let look = json!({"booking_number": "BK-0001"});
    let told = account.world.staff().call("retrieve_payment_status", look).await;
    assert_eq!(
        (&told.data()["status"], told.data()["amount_cents"].as_i64()),
        (&json!("succeeded"), Some(FOLIO))
    );
}
