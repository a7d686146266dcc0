//! Payments and dates that people typed into the org by hand.

use super::Org;
use serde_json::{Value, json};
use tests::day;
use tests::fakes::Stripe;

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const BETHS_FOLIO: i64 = 29_998;
const NIGHT: i64 = 14_999;

fn with_stripe() -> (Org, Stripe) {
    let stripe = Stripe::start();
    (Org::new().with_env(stripe.env()), stripe)
}

fn pay(guest: &str) -> Value {
    json!({"guest_email": guest, "payment_method_id": "pm_card_visa"})
}

/// A charge in the sale of a booking, as somebody types it.
fn type_charge(org: &Org, booking: &str, payment: &Value, amount: f64) {
    let sale = org.text("Booking__c", ("Name", booking), "Opportunity__c");
    let row = json!({"Opportunity__c": sale, "Transaction_Type__c": "Charge", "Status__c": "Completed",
        "Payment_Method__c": "Credit Card", "Amount__c": amount, "Stripe_Transaction_ID__c": payment,
        "External_ID__c": format!("by hand {payment}")});
    org.fake.insert("Payment_Transaction__c", &row);
}

fn refunds(stripe: &Stripe) -> usize {
    stripe.refunds().len()
}

/// Beth's payment stands in Carl's sale: it neither pays for his stay nor goes back for it.
#[tokio::test]
async fn a_payment_that_was_typed_into_the_wrong_sale_stays_its_guests() {
    let (org, stripe) = with_stripe();
    let staff = org.world.staff();
    let paid = staff.call("process_guest_checkout", pay(BETH)).await.data()["payment_intent_id"].clone();
    type_charge(&org, "BK-0002", &paid, 299.98);
    let undo = |guest: &str| json!({"guest_email": guest, "payment_intent_id": paid, "reason": "a mistake"});
    let told = staff.call("compensate_checkout_failure", undo(CARL)).await;
    assert_eq!((told.code(), refunds(&stripe)), ("PAYMENT_NOT_FOUND", 0), "{}", told.0);
    let told = staff.call("process_guest_checkout", pay(CARL)).await;
    assert_eq!(told.data()["amount_cents"], NIGHT, "{}", told.0);
    assert_eq!(stripe.charges().iter().filter(|it| it["paid"] == true).count(), 2);
    let told = staff.call("compensate_checkout_failure", undo(BETH)).await;
    assert_eq!(told.data()["refund_amount_cents"], BETHS_FOLIO, "{}", told.0);
}

/// A deposit that another program took is typed into the sale of a guest who is here: it is not what the stay costs.
#[tokio::test]
async fn a_deposit_of_another_program_closes_no_stay() {
    let (org, stripe) = with_stripe();
    stripe.another_program_takes(5_000, &json!({}));
    let deposit = stripe.intents()[0]["id"].clone();
    type_charge(&org, "BK-0002", &deposit, 50.0);
    let told = org.world.staff().call("process_guest_checkout", pay(CARL)).await;
    assert_eq!(told.data()["amount_cents"], NIGHT, "{}", told.0);
    assert_ne!(told.data()["payment_intent_id"], deposit);
    assert_eq!(told.data()["warnings"], json!([not_taken_off("50.00")]));
}

fn not_taken_off(amount: &str) -> String {
    format!(
        "Before this charge the hotel's records had {amount} USD as paid for booking BK-0002; nothing of it was taken off."
    )
}

/// A guest has paid in cash, and somebody typed that: the card is charged as agreed, and nobody is left in the dark. Once the
/// stay is closed by hand, that is what it cost.
#[tokio::test]
async fn cash_that_was_typed_in_is_told_and_is_what_a_stay_cost_that_was_closed_by_hand() {
    let (org, _stripe) = with_stripe();
    let staff = org.world.staff();
    let sale = org.text("Booking__c", ("Name", "BK-0002"), "Opportunity__c");
    for amount in [50.0, 70.5] {
        let row = json!({"Opportunity__c": sale, "Transaction_Type__c": "Charge", "Status__c": "Completed",
            "Payment_Method__c": "Cash", "Amount__c": amount, "External_ID__c": format!("cash {amount}")});
        org.fake.insert("Payment_Transaction__c", &row);
    }
    let told = staff.call("process_guest_checkout", pay(CARL)).await;
    assert_eq!(told.data()["amount_cents"], NIGHT, "{}", told.0);
    assert_eq!(told.data()["warnings"], json!([not_taken_off("120.50")]));

    let sale = org.text("Booking__c", ("Name", "BK-0001"), "Opportunity__c");
    let row = json!({"Opportunity__c": sale, "Transaction_Type__c": "Charge", "Status__c": "Completed",
        "Payment_Method__c": "Cash", "Amount__c": 200.0, "External_ID__c": "cash 200"});
    org.fake.insert("Payment_Transaction__c", &row);
    let beth = org.text("Booking__c", ("Name", "BK-0001"), "Id");
    org.fake.poke(&beth, "Status__c", json!("Checked Out"));
    let told = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0001"})).await;
    assert_eq!(told.data()["bookings"][0]["folio_cents"], 20_000, "{}", told.0);
}

/// What somebody gave back a part of still paid for the stay.
#[tokio::test]
async fn a_part_that_was_given_back_leaves_the_stay_paid() {
    let (org, _stripe) = with_stripe();
    let staff = org.world.staff();
    let paid = staff.call("process_guest_checkout", pay(BETH)).await.data()["payment_intent_id"].clone();
    let sale = org.text("Booking__c", ("Name", "BK-0001"), "Opportunity__c");
    let row = json!({"Opportunity__c": sale, "Transaction_Type__c": "Refund", "Status__c": "Completed",
        "Payment_Method__c": "Credit Card", "Amount__c": 10.0, "Stripe_Transaction_ID__c": paid,
        "External_ID__c": "BK-0001 goodwill"});
    org.fake.insert("Payment_Transaction__c", &row);
    let again =
        json!({"guest_email": BETH, "booking_number": "BK-0001", "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", again).await;
    assert_eq!(told.data()["already_checked_out"], true, "{}", told.0);
}

/// Day use: arrival and departure on one day. The sale's amount is the price of that day, 0 included.
#[tokio::test]
async fn a_stay_of_no_night_costs_what_its_sale_says() {
    for (amount, cents) in [(80.0, 8_000), (0.0, 0)] {
        let org = Org::new();
        let carl = org.text("Booking__c", ("Name", "BK-0002"), "Id");
        let sale = org.text("Booking__c", ("Name", "BK-0002"), "Opportunity__c");
        org.fake.poke(&carl, "Check_In_Date__c", json!(day(0)));
        org.fake.poke(&carl, "Check_Out_Date__c", json!(day(0)));
        org.fake.poke(&sale, "Amount", json!(amount));
        let told = org.world.staff().call("process_guest_checkout", pay(CARL)).await;
        assert_eq!(told.data()["amount_cents"], cents, "{}", told.0);
    }
}

/// Closed by hand, with a payment and without an amount: what was paid is not known, which is not nothing.
#[tokio::test]
async fn an_amount_that_nobody_wrote_down_is_not_told_as_0() {
    let org = Org::new();
    let beth = org.text("Booking__c", ("Name", "BK-0001"), "Id");
    let sale = org.text("Booking__c", ("Name", "BK-0001"), "Opportunity__c");
    let room = org.text("Hotel_Room__c", ("Room_Number__c", "201"), "Id");
    org.fake.poke(&beth, "Status__c", json!("Checked Out"));
    org.fake.poke(&sale, "Amount", Value::Null);
    org.fake.poke(&sale, "Payment_ID__c", json!("pi_by_hand"));
    org.fake.poke(&room, "Nightly_Rate__c", Value::Null);
    let told = org.world.staff().call("process_guest_checkout", pay(BETH)).await;
    assert_eq!(told.data()["already_checked_out"], true, "{}", told.0);
    assert!(told.data()["amount_cents"].is_null(), "{}", told.0);
    assert!(told.data()["warnings"][0].as_str().is_some_and(|it| it.contains("BK-0001")), "{}", told.0);
}

/// Somebody gave a part back in the processor's dashboard and wrote that down. What goes back later is written down as well.
#[tokio::test]
async fn the_rest_of_a_payment_that_goes_back_is_recorded_beside_a_part_that_was() {
    let (org, stripe) = with_stripe();
    let staff = org.world.staff();
    let paid = staff.call("process_guest_checkout", pay(CARL)).await.data()["payment_intent_id"].clone();
    stripe.refund_by_hand(paid.as_str().expect("an id"), 5_000);
    let sale = org.text("Booking__c", ("Name", "BK-0002"), "Opportunity__c");
    let row = json!({"Opportunity__c": sale, "Transaction_Type__c": "Refund", "Status__c": "Completed",
        "Payment_Method__c": "Credit Card", "Amount__c": 50.0, "Stripe_Transaction_ID__c": paid,
        "External_ID__c": "BK-0002 goodwill"});
    org.fake.insert("Payment_Transaction__c", &row);
    let undo = json!({"guest_email": CARL, "payment_intent_id": paid, "reason": "he stays"});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert_eq!(told.data()["refund_amount_cents"], NIGHT - 5_000, "{}", told.0);
    let all = json!({"booking_number": "BK-0002"});
    let told = staff.call("search_bookings_on_behalf_of_staff", all).await;
    assert_eq!(told.data()["bookings"][0]["status"], "Checked In", "{}", told.0);
    let again = staff.call("process_guest_checkout", pay(CARL)).await;
    assert_eq!(again.data()["amount_cents"], NIGHT, "{}", again.0);
    assert!(again.data().get("warnings").is_none(), "all has gone back: {}", again.0);
    assert_eq!(stripe.charges().iter().filter(|it| it["paid"] == true).count(), 2);
}
