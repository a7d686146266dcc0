//! Which customer of the processor pays for a guest, and where a stay's payments are searched.

use super::{Account, BETH, FOLIO, leaving};
use serde_json::json;
use tests::{Told, day};

const CORRECTED: &str = "beth.gibbs@example.org";

/// Beth was charged, her stay could not be closed, and no journal tells of it. Since then Stripe has forgotten its keys
/// and somebody has corrected her e-mail in the records.
async fn charged_under_the_wrong_email() -> Account {
    let account = Account::new();
    account.world.charges_and_forgets(&leaving("pm_card_visa")).await;
    assert_eq!(account.charged(), 1);
    account.fake.forget_keys();
    account.world.alter("hotel.db", "UPDATE contacts SET email = ? WHERE email = ?", [CORRECTED, BETH]);
    account
}

fn pays(email: &str, card: &str) -> serde_json::Value {
    json!({"guest_email": email, "payment_method_id": card})
}

#[tokio::test]
async fn a_guest_whose_email_was_corrected_is_not_charged_again() {
    let account = charged_under_the_wrong_email().await;
    let told =
        account.world.staff().call("process_guest_checkout", pays(CORRECTED, "pm_card_mastercard")).await;
    assert_eq!(
        (told.data()["amount_cents"].as_i64(), &told.data()["status"]),
        (Some(FOLIO), &json!("Checked Out")),
        "{}",
        told.0
    );
    assert_eq!((account.charged(), account.kept()), (1, FOLIO));
}

/// The corrected e-mail is one that the processor knows already, from an earlier stay.
#[tokio::test]
async fn a_guest_who_stays_on_is_searched_under_every_email() {
    let account = charged_under_the_wrong_email().await;
    account.fake.knows(CORRECTED);
    let back =
        "UPDATE bookings SET check_in = ?1, check_out = ?2, planned_check_out = ?2 WHERE number = 'BK-0001'";
    account.world.alter("hotel.db", back, [day(-3), day(-1)]);
    account.world.staff().done("process_guest_checkout", pays(CORRECTED, "pm_card_mastercard")).await;
    assert_eq!((account.charged(), account.kept()), (1, FOLIO));
}

/// A card pays only for the person it is saved for. To a guest's own agent it is no card at all.
#[tokio::test]
async fn a_card_that_is_saved_for_somebody_else_is_not_charged() {
    let account = Account::new();
    let carl = account.fake.knows("carl.smith@example.com");
    let card = account.fake.saves_card(&carl, "pm_card_visa");
    let told = account.world.staff().call("process_guest_checkout", pays(BETH, &card)).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("payment_method_id")));
    assert!(told.0["error_message"].as_str().is_some_and(|it| it.contains("somebody else")), "{}", told.0);
    account.nothing_happened();
    let guest = account.world.guest(BETH);
    let with = |card: &str| json!({"payment_method_id": card});
    let said = |told: Told| told.0["error_message"].clone();
    let theirs = said(guest.call("process_guest_checkout", with(&card)).await);
    let nobodys = said(guest.call("process_guest_checkout", with("pm_1NoSuchMethod")).await);
    assert_eq!(theirs, nobodys);
    account.nothing_happened();
    account.world.staff().done("process_guest_checkout", pays(BETH, "pm_card_visa")).await;
    assert_eq!((account.charged(), account.kept()), (1, FOLIO));
}

/// An application saved the card for a customer whose e-mail is spelled otherwise.
#[tokio::test]
async fn a_card_saved_for_the_guest_in_other_letters_is_charged() {
    let account = Account::new();
    let same = account.fake.knows("Beth.Gibbs@Email.com");
    let card = account.fake.saves_card(&same, "pm_card_visa");
    account.world.staff().done("process_guest_checkout", pays(BETH, &card)).await;
    assert_eq!((account.charged(), account.kept()), (1, FOLIO));
}

/// Her card is saved for a customer in other letters, whom a search by her e-mail does not find. What became of a payment by
/// that card is seen all the same, long after Stripe has forgotten its keys.
#[tokio::test]
async fn a_payment_of_a_customer_in_other_letters_is_found_again() {
    let account = Account::new();
    let same = account.fake.knows("Beth.Gibbs@Email.com");
    let card = account.fake.saves_card(&same, "pm_card_visa");
    let staff = account.world.staff();
    let paid = staff.call("process_guest_checkout", pays(BETH, &card)).await;
    account.fake.refunds_are_born(&["pending"]);
    let undo = json!({"guest_email": BETH, "payment_intent_id": paid.data()["payment_intent_id"]});
    staff.done("compensate_checkout_failure", undo).await;
    account.fake.forget_keys();
    let again = pays(BETH, "pm_card_mastercard");
    staff.refused("process_guest_checkout", again, "REFUND_PENDING").await;
    assert_eq!(account.charged(), 1);
}

#[tokio::test]
async fn a_stay_is_not_given_away_while_its_guest_is_at_the_bank_with_such_a_card() {
    let account = Account::with(&[("STRIPE_RETURN_URL", "https://hotel.example/back")]);
    let same = account.fake.knows("Beth.Gibbs@Email.com");
    let card = account.fake.saves_card(&same, "pm_card_authenticationRequired");
    let staff = account.world.staff();
    let told = staff.call("process_guest_checkout", pays(BETH, &card)).await;
    assert_eq!(told.code(), "PAYMENT_ACTION_REQUIRED", "{}", told.0);
    let give = json!({"booking_number": "BK-0001", "guest_email": "soojin.kim@example.com"});
    staff.refused("manage_booking", give, "INVALID_TRANSITION").await;
}
