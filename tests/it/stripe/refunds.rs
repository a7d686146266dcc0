//! Money that goes back, and money that cannot.

use super::{Account, BETH, FOLIO, leaving};
use crate::recovery::due;
use serde_json::json;
use tests::Told;
use tests::fakes::faults::Fault;

const MANAGER: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");

/// Beth has paid and left; answers her intent too.
async fn paid() -> (Account, String) {
    let account = Account::new();
    account.pay(&account.world.staff(), "pm_card_visa").await;
    account.paid_and_closed_once();
    let intent = intent(&account);
    account.asked();
    (account, intent)
}

fn intent(account: &Account) -> String {
    account.fake.intents()[0]["id"].as_str().expect("an id").to_owned()
}

async fn undo(account: &Account, intent: &str) -> Told {
    let undo = json!({"guest_email": BETH, "payment_intent_id": intent});
    account.world.staff().call("compensate_checkout_failure", undo).await
}

#[tokio::test]
async fn what_the_guest_disputes_is_not_given_back_and_that_is_said_at_once() {
    let (account, intent) = paid().await;
    account.fake.dispute(&intent);
    let told = undo(&account, &intent).await;
    assert_eq!((told.code(), &told.details()["code"]), ("PAYMENT_NOT_REFUNDABLE", &json!("charge_disputed")));
    let said = told.0["error_message"].as_str().expect("a sentence");
    assert!(said.contains("disputed") && !said.contains("never paid"), "{said}");
    let asked = account.asked().into_iter().filter(|it| it == "refunds.create").count();
    assert_eq!((asked, account.fake.refunds().len()), (1, 0));
    account.paid_and_closed_once();
    let report = account.world.run_staff(&["reconcile", "--json"]).await.json();
    assert_eq!(report["pending"], json!([]));
}

#[tokio::test]
async fn a_way_back_that_a_dispute_bars_needs_attention() {
    let account = Account::new();
    let call = ["call", "process_guest_checkout", &leaving("pm_card_visa").to_string()];
    let killed = [MANAGER, ("HOTEL_FAULTS", "close_stay=killed_before")];
    assert_eq!(account.world.run("staff-server", &call, &killed, "").await.code, None, "killed");
    account.fake.dispute(&intent(&account));
    due(&account.world);
    let refused = [MANAGER, ("HOTEL_FAULTS", "close_stay=refused")];
    let report = account.world.run("staff-server", &["reconcile", "--json"], &refused, "").await.json();
    assert_eq!((&report["finished"], &report["pending"]), (&json!(1), &json!([])), "{report}");
    let answer = &report["needs_attention"][0]["answer"];
    assert_eq!(answer["error_code"], "NEEDS_ATTENTION", "{report}");
    assert!(answer["error_message"].as_str().is_some_and(|said| said.contains("disputed")), "{answer}");
    assert_eq!(account.kept(), FOLIO);
}

/// A part was given back by hand: the rest goes back, whatever becomes of the request, and the accounts say all of it.
#[tokio::test]
async fn what_is_left_of_a_payment_goes_back_even_if_a_part_did_before() {
    const BY_HAND: i64 = 5_000;
    for fault in [None, Some(Fault::FailBefore), Some(Fault::FailAfter), Some(Fault::LoseAnswer)] {
        let (account, intent) = paid().await;
        account.fake.refund_by_hand(&intent, BY_HAND);
        if let Some(fault) = fault.clone() {
            account.fake.fault("refunds.create", fault);
        }
        let told = undo(&account, &intent).await;
        assert_eq!(told.data()["refund_amount_cents"], FOLIO - BY_HAND, "{fault:?}");
        assert_eq!((account.kept(), account.fake.refunds().len()), (0, 2), "{fault:?}");
        assert_eq!(account.world.booking_status("BK-0001"), "Checked In");
        let hotel = rusqlite::Connection::open(account.world.data().join("hotel.db")).expect("a hotel");
        let sql = "SELECT amount_cents FROM payment_transactions WHERE kind = 'Refund' AND intent_id = ?";
        let recorded: i64 = hotel.query_row(sql, [&intent], |row| row.get(0)).expect("a refund");
        assert_eq!(recorded, FOLIO, "{fault:?}");
    }
}

/// The key of the account was rolled in the middle of a checkout: it is said what to do, and that helps.
#[tokio::test]
async fn a_checkout_of_a_key_that_was_rolled_can_be_undone_with_the_new_one() {
    let account = Account::new();
    let call = ["call", "process_guest_checkout", &leaving("pm_card_visa").to_string()];
    let killed = [MANAGER, ("HOTEL_FAULTS", "close_stay=killed_before")];
    assert_eq!(account.world.run("staff-server", &call, &killed, "").await.code, None, "killed");
    due(&account.world);
    let rolled = [MANAGER, ("STRIPE_SECRET_KEY", "sk_test_rolled")];
    let report = account.world.run("staff-server", &["reconcile"], &rolled, "").await.stdout;
    assert!(report.contains("began on other systems") && report.contains("Stripe in test mode"), "{report}");
    assert!(report.contains("compensate_checkout_failure"), "{report}");
    let undo = json!({"guest_email": BETH, "payment_intent_id": intent(&account)}).to_string();
    let undo = ["call", "compensate_checkout_failure", &undo];
    assert_eq!(account.world.run("staff-server", &undo, &rolled, "").await.code, Some(0));
    assert_eq!(account.kept(), 0);
    let anew = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}).to_string();
    let anew = ["call", "process_guest_checkout", &anew];
    assert_eq!(account.world.run("staff-server", &anew, &rolled, "").await.code, Some(0));
    assert_eq!(account.kept(), FOLIO);
}

/// The stay is another guest's by the time the bank has the money: it goes back, and the answer says that.
#[tokio::test]
async fn what_was_paid_for_a_stay_that_was_given_to_another_guest_goes_back() {
    let account = Account::with(&[("STRIPE_RETURN_URL", "https://hotel.example/paid")]);
    let staff = account.world.staff();
    let mut leave = leaving("pm_card_authenticationRequired");
    leave["idempotency_token"] = json!("leaving");
    staff.refused("process_guest_checkout", leave.clone(), "PAYMENT_ACTION_REQUIRED").await;
    let carl = "(SELECT id FROM contacts WHERE email = 'carl.smith@example.com')";
    account.world.alter(
        "hotel.db",
        &format!("UPDATE bookings SET guest_id = {carl} WHERE number = ?"),
        ["BK-0001"],
    );
    account.fake.authenticate(account.fake.intents()[0]["id"].as_str().expect("an id"));
    let told = staff.call("process_guest_checkout", leave).await;
    assert_eq!((told.code(), &told.details()["undone"]), ("BOOKING_NOT_FOUND", &json!(true)), "{}", told.0);
    assert!(
        told.0["error_message"].as_str().unwrap().contains("the money was given back in full"),
        "{}",
        told.0
    );
    assert_eq!(
        (account.fake.refunds().len(), account.world.booking_status("BK-0001").as_str()),
        (1, "Checked In")
    );
}
