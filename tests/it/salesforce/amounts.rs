//! What a stay costs in an org that keeps only the amount of a sale.

use super::Org;
use serde_json::{Value, json};
use tests::day;
use tests::fakes::Data;

/// What the sale amounts to is what its bookings cost, to the cent.
#[tokio::test]
async fn a_sale_amounts_to_what_was_answered() {
    const MICHAEL: &str = "mjohnson@example.com";
    let org = Org::with(Data::Untidy);
    let staff = org.world.staff();
    let found = async |number: &Value| {
        let asked = json!({"booking_number": number});
        staff.call("search_bookings_on_behalf_of_staff", asked).await.data()["bookings"][0].clone()
    };
    let mine = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": MICHAEL})).await;
    let michael = mine.data()["bookings"][0].clone();
    let number = &michael["booking_number"];
    assert_eq!((org.amount(number), &michael["folio_cents"]), (Some(999.94), &json!(99_994)));
    // A dearer room at the same price.
    let told = staff.call("assign_room", json!({"booking_number": number, "room_number": "208"})).await;
    assert_eq!((&told.data()["folio_cents"], org.amount(number)), (&json!(99_994), Some(999.94)));
    assert_eq!(found(number).await["folio_cents"], 99_994);
    // Another room prices all nights anew.
    let change = json!({"booking_number": number, "room_number": "205", "check_out_date": day(6)});
    let told = staff.call("manage_booking", change).await;
    assert_eq!((&told.data()["folio_cents"], org.amount(number)), (&json!(3 * 14_999), Some(449.97)));
    assert_eq!(found(number).await["nightly_rate_cents"], 14_999);
    // Two bookings of one sale share its amount; of one that is cancelled nothing is left.
    let of_wei = json!({"guest_email": "wei.chen@example.com"});
    let both = staff.call("search_bookings_on_behalf_of_staff", of_wei).await.data()["bookings"].clone();
    let (kept, gone) = (&both[0]["booking_number"], &both[1]["booking_number"]);
    org.set_amount(kept, json!(1234.57));
    let share = async |number| found(number).await["folio_cents"].as_i64().expect("a folio");
    let (mine, theirs) = (share(kept).await, share(gone).await);
    assert_eq!(mine + theirs, 123_457, "to the cent");
    let longer = json!({"booking_number": kept, "check_out_date": day(45)});
    staff.refused("manage_booking", longer, "RECORDS_REFUSED").await;
    staff.done("cancel_booking", json!({"booking_number": gone})).await;
    assert_eq!(
        org.amount(kept).map(|amount| format!("{amount:.2}")),
        Some(format!("{}.{:02}", mine / 100, mine % 100))
    );
    assert_eq!(share(kept).await, mine);
}

/// Where the records do not say what a stay costs, its room's rate does, and the answer says so.
#[tokio::test]
async fn a_stay_without_an_amount_costs_the_rooms_rate() {
    let org = Org::new();
    let staff = org.world.staff();
    org.set_amount(&json!("BK-0001"), Value::Null);
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let told = staff.call("process_guest_checkout", leave).await;
    assert_eq!((&told.data()["amount_cents"], org.amount(&json!("BK-0001"))), (&json!(29_998), Some(299.98)));
    let warned = told.data()["warnings"][0].as_str().is_some_and(|text| text.contains("BK-0001"));
    assert!(warned, "{}", told.0);
    let payment = &told.data()["payment_intent_id"];
    let undo = json!({"guest_email": "beth.gibbs@email.com", "payment_intent_id": payment});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert_eq!((&told.data()["stay_reopened"], org.amount(&json!("BK-0001"))), (&json!(true), Some(299.98)));
}

/// An amount is charged to the cent, however it divides by the nights.
#[tokio::test]
async fn a_stay_costs_exactly_what_its_sale_amounts_to() {
    for (amount, cents) in [(330.01, 33_001), (329.99, 32_999)] {
        let org = Org::new();
        org.set_amount(&json!("BK-0001"), json!(amount));
        let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
        let told = org.world.staff().call("process_guest_checkout", leave).await;
        assert_eq!(
            (&told.data()["amount_cents"], org.amount(&json!("BK-0001"))),
            (&json!(cents), Some(amount))
        );
    }
}

/// An amount above what 32 bits of cents hold is money like any other.
#[tokio::test]
async fn a_sale_of_millions_is_money() {
    let org = Org::new();
    let staff = org.world.staff();
    org.set_amount(&json!("BK-0001"), json!(60_000_000.25));
    let asked = json!({"booking_number": "BK-0001"});
    let found = staff.call("search_bookings_on_behalf_of_staff", asked).await;
    let beth = &found.data()["bookings"][0];
    assert_eq!(beth["folio_cents"], 6_000_000_025_u64, "{beth}");
    assert!(found.data()["warnings"].is_null(), "{}", found.data());
    // What is more than any price is none.
    org.set_amount(&json!("BK-0001"), json!(1e15));
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    staff.refused("process_guest_checkout", leave, "NOT_SET_UP").await;
}
