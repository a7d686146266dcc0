//! Sales whose amount is no amount of money, or is not there at all.

use super::Org;
use serde_json::{Value, json};
use tests::fakes::{On, Stripe};
use tests::{Told, day};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const SARAH: &str = "sarah@example.com";
const WEI: &str = "wei.chen@example.com";

/// An org and a processor of its own.
fn paying() -> (Org, Stripe) {
    let stripe = Stripe::start();
    let back = ("STRIPE_RETURN_URL", "https://hotel.example/back".to_owned());
    (Org::new().with_env(stripe.env()).with_env(vec![back]), stripe)
}

fn leave(guest: &str) -> Value {
    json!({"guest_email": guest, "payment_method_id": "pm_card_visa"})
}

#[track_caller]
fn not_set_up(told: &Told, object: &str, field: &str) {
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("NOT_SET_UP", Some(500)), "{}", told.0);
    let details = (&told.details()["object"], &told.details()["field"], &told.0["retry_safe"]);
    assert_eq!(details, (&json!(object), &json!(field), &json!(false)), "{}", told.0);
}

fn warnings(told: &Told) -> Vec<String> {
    let listed = told.data()["warnings"].as_array().cloned().unwrap_or_default();
    listed.iter().map(|warning| warning.as_str().expect("a sentence").to_owned()).collect()
}

/// Somebody credited the guest in the sale itself, or a decimal point was lost.
#[tokio::test]
async fn what_a_stay_costs_is_known_or_nobody_is_charged() {
    for amount in [json!(-5), json!(12_345_678_901.23)] {
        let (org, stripe) = paying();
        let staff = org.world.staff();
        for booking in ["BK-0001", "BK-0003", "BK-0004"] {
            org.set_amount(&json!(booking), amount.clone());
        }
        let before = org.fake.dump();
        let told = staff.call("process_guest_checkout", leave(BETH)).await;
        not_set_up(&told, "Opportunity", "Amount");
        for (tool, arguments) in [
            ("manage_booking", json!({"booking_number": "BK-0003", "check_out_date": day(4)})),
            ("manage_booking", json!({"booking_number": "BK-0003", "room_number": "110"})),
            ("manage_booking", json!({"booking_number": "BK-0004", "room_number": "109"})),
            ("cancel_booking", json!({"booking_number": "BK-0005"})),
        ] {
            not_set_up(&staff.call(tool, arguments).await, "Opportunity", "Amount");
        }
        let beth = org.world.guest(BETH);
        let told = beth.call("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})).await;
        assert_eq!((told.code(), told.details()["field"].is_null()), ("NOT_SET_UP", true), "{}", told.0);
        assert_eq!(org.fake.dump(), before, "nothing was changed");
        assert!(stripe.charges().is_empty(), "and nothing charged");
        // It is shown with a warning, and without a price.
        let found = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
        let shown = &found.data()["bookings"][0];
        assert!(shown["folio_cents"].is_null() && shown["nightly_rate_cents"].is_null(), "{shown}");
        assert!(warnings(&found)[0].contains("BK-0001"), "{}", found.0);
        let theirs = beth.call("search_bookings_on_behalf_of_guest", json!({})).await;
        assert!(theirs.data()["bookings"][0]["folio_cents"].is_null(), "{}", theirs.0);
        assert!(warnings(&theirs)[0].contains("BK-0001"), "{}", theirs.0);
        // What needs no price goes on.
        let moved = json!({"booking_number": "BK-0003", "room_number": "202"});
        assert!(staff.call("assign_room", moved).await.data()["folio_cents"].is_null());
        let arrived = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
        assert!(warnings(&arrived)[0].contains("BK-0003"), "{}", arrived.0);
        let wishes = json!({"booking_number": "BK-0001", "special_requests": "a late breakfast"});
        staff.done("manage_booking", wishes).await;
        // And once it is mended, all of it.
        org.set_amount(&json!("BK-0001"), json!(299.98));
        staff.done("process_guest_checkout", leave(BETH)).await;
        assert_eq!(stripe.charges().len(), 1);
    }
}

/// A reservation that has its sale to itself is given up whatever it was to cost.
#[tokio::test]
async fn what_needs_no_price_is_given_up_without_one() {
    let org = Org::new();
    org.set_amount(&json!("BK-0007"), json!(-5));
    org.world.staff().done("cancel_booking", json!({"booking_number": "BK-0007"})).await;
    assert_eq!((org.stage("BK-0007").as_str(), org.amount(&json!("BK-0007"))), ("Closed Lost", Some(-5.0)));
}

/// The amount goes wrong while the card is being charged: the closing is refused for good, and the money goes back.
#[tokio::test]
async fn an_amount_that_goes_wrong_while_the_card_is_charged_gives_the_money_back() {
    let (org, stripe) = paying();
    let staff = org.world.staff();
    let mut pause = org.fake.pause(On::path("/composite").saying("\"allOrNone\":true"), 0);
    let told = staff.send("process_guest_checkout", leave(BETH)).await;
    let (told, ()) = tokio::join!(told, async {
        pause.reached().await;
        org.set_amount(&json!("BK-0001"), json!(-5));
        pause.resume();
    });
    not_set_up(&told.expect("an answer"), "Opportunity", "Amount");
    assert_eq!((stripe.charges().len(), stripe.refunds().len()), (1, 1));
    assert_eq!(org.booking_status("BK-0001"), "Checked In");
    not_set_up(&staff.call("process_guest_checkout", leave(BETH)).await, "Opportunity", "Amount");
    assert_eq!(stripe.charges().len(), 1, "it is known before anybody is charged again");
}

/// More decimals than money has, as a flow computes them: read to the cent, and found again as they are kept.
#[tokio::test]
async fn an_amount_with_fractions_of_a_cent_is_charged_to_the_cent() {
    let (org, stripe) = paying();
    org.set_amount(&json!("BK-0001"), json!(271.4567));
    let told = org.world.staff().call("process_guest_checkout", leave(BETH)).await;
    assert_eq!(
        (told.data()["amount_cents"].as_u64(), stripe.charges().len()),
        (Some(27_146), 1),
        "{}",
        told.0
    );
    assert_eq!(org.booking_status("BK-0001"), "Checked Out");
}

/// The same of what our own field says was agreed.
#[tokio::test]
async fn an_agreed_amount_that_is_no_money_is_none() {
    let (org, stripe) = paying();
    org.fake.has_package();
    let beth = org.text("Booking__c", ("Name", "BK-0001"), "Id");
    org.fake.poke(&beth, "Agreed_Amount__c", json!(-250));
    let told = org.world.staff().call("process_guest_checkout", leave(BETH)).await;
    not_set_up(&told, "Booking__c", "Agreed_Amount__c");
    assert!(stripe.charges().is_empty());
}

/// Nobody filled in what the sale amounts to: the rooms' rates count, and every answer that shows such a price says so.
#[tokio::test]
async fn a_price_that_is_not_recorded_is_shown_with_a_warning() {
    let org = Org::new();
    let staff = org.world.staff();
    for booking in ["BK-0002", "BK-0003", "BK-0004"] {
        org.set_amount(&json!(booking), Value::Null);
    }
    let says = |told: &Told, words: &str| {
        let warnings = warnings(told);
        assert!(warnings.iter().any(|warning| warning.contains(words)), "{words}: {}", told.0);
    };
    let not_said = "do not say what booking BK-0002 costs";
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": CARL})).await;
    says(&found, not_said);
    assert_eq!(found.data()["bookings"][0]["folio_cents"], 14_999);
    says(&org.world.guest(CARL).call("search_bookings_on_behalf_of_guest", json!({})).await, not_said);
    let wish = json!({"booking_number": "BK-0002", "special_requests": "a newspaper"});
    says(&staff.call("manage_booking", wish).await, not_said);
    let told = staff.call("assign_room", json!({"booking_number": "BK-0002", "room_number": "110"})).await;
    says(&told, not_said);
    says(&told, "899.97 from now on; it was 449.97");
    assert_eq!(told.data()["nightly_rate_cents"], 29_999);
    says(&staff.call("check_in_guest", json!({"guest_email": SARAH})).await, "BK-0003");
    // Of several in one sale too; and once the nights change, what they all cost is recorded.
    let wei = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": WEI})).await;
    assert_eq!(warnings(&wei).len(), 2, "{}", wei.0);
    let longer = json!({"booking_number": "BK-0004", "check_out_date": day(3)});
    says(&staff.call("manage_booking", longer).await, "BK-0004");
    assert_eq!(org.amount(&json!("BK-0004")), Some(5.0 * 149.99));
    let wei = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": WEI})).await;
    assert!(warnings(&wei).is_empty(), "{}", wei.0);
    assert_eq!(wei.data()["bookings"][0]["folio_cents"], 29_998);
}

/// Where one of several has a room without a rate nobody knows what it costs, and it does not come to cost nothing.
#[tokio::test]
async fn a_booking_whose_price_nobody_knows_is_not_free_once_another_one_has_paid() {
    let org = Org::new();
    let staff = org.world.staff();
    org.set_amount(&json!("BK-0004"), Value::Null);
    let room = org.text("Hotel_Room__c", ("Room_Number__c", "103"), "Id");
    org.fake.poke(&room, "Nightly_Rate__c", Value::Null);
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    staff.done("process_guest_checkout", leave(WEI)).await;
    assert_eq!(org.amount(&json!("BK-0004")), None, "the sale still does not say what it amounts to");
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0005"})).await;
    let told = staff.call("process_guest_checkout", leave(WEI)).await;
    assert_eq!((told.code(), &told.details()["room_number"]), ("NOT_SET_UP", &json!("103")), "{}", told.0);
}

/// Somebody edits the sale while the card is charged: what was paid stands, and the answer says so.
#[tokio::test]
async fn a_price_that_is_changed_while_the_guest_pays_is_told() {
    let org = Org::new();
    let staff = org.world.staff();
    let sale = org.sale_of("BK-0001");
    let mut pause = org.fake.pause(On::path("/composite").saying("\"allOrNone\":true"), 0);
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let paying = staff.send("process_guest_checkout", leave).await;
    let (told, ()) = tokio::join!(paying, async {
        pause.reached().await;
        org.fake.poke(&sale, "Amount", json!(777.0));
        pause.resume();
    });
    let told = told.expect("an answer");
    let warnings = told.data()["warnings"].to_string();
    assert!(warnings.contains("somebody changed the price of booking BK-0001 to 777.00"), "{}", told.0);
    assert_eq!(told.data()["amount_cents"], 29_998);
}
