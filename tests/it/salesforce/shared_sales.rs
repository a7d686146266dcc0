//! Several bookings of one sale in an org that keeps nothing but what all of them cost: no change of one changes what another
//! costs without a word, and what is answered is what is shown next.

use super::Org;
use serde_json::{Value, json};
use tests::{Server, Told, day};

const WEI: &str = "wei.chen@example.com";
/// Two nights in a Standard room and in the Suite, in cents.
const STANDARD: u64 = 29_998;
const SUITE: u64 = 59_998;

/// What Wei's bookings cost as a search shows it: BK-0004, BK-0005.
async fn shown(staff: &Server) -> [Option<u64>; 2] {
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"guest_email": WEI})).await;
    let folio = |number: &str| {
        let all = found.data()["bookings"].as_array().expect("bookings").iter();
        all.filter(|row| row["booking_number"] == number).find_map(|row| row["folio_cents"].as_u64())
    };
    [folio("BK-0004"), folio("BK-0005")]
}

fn warnings(told: &Told) -> String {
    told.data()["warnings"].to_string()
}

fn to_room(booking: &str, room: &str) -> Value {
    json!({"booking_number": booking, "room_number": room})
}

#[track_caller]
fn refused(told: &Told, would_change: &[&str]) {
    assert_eq!((told.code(), told.0["http_status"].as_u64()), ("RECORDS_REFUSED", Some(422)), "{}", told.0);
    assert_eq!(told.details()["prices_that_would_change"], json!(would_change), "{}", told.0);
}

/// A reservation in a better room, at its rate: the other one costs what it did, or it is not done.
#[tokio::test]
async fn another_room_of_a_reservation_leaves_the_other_bookings_alone() {
    let org = Org::new();
    let staff = org.world.staff();
    let told = staff.call("manage_booking", to_room("BK-0005", "110")).await;
    assert_eq!(told.data()["folio_cents"], SUITE);
    assert_eq!(shown(&staff).await, [Some(STANDARD), Some(SUITE)]);
    for amount in [400.0, 0.0, 1000.01] {
        let org = Org::new();
        org.set_amount(&json!("BK-0004"), json!(amount));
        let staff = org.world.staff();
        let before = (org.fake.dump(), shown(&staff).await);
        refused(&staff.call("manage_booking", to_room("BK-0005", "110")).await, &["BK-0005", "BK-0004"]);
        let longer = json!({"booking_number": "BK-0005", "check_out_date": day(3)});
        refused(&staff.call("manage_booking", longer).await, &["BK-0005", "BK-0004"]);
        assert_eq!((org.fake.dump(), shown(&staff).await), before, "nothing was done");
    }
    // What costs nothing goes on costing nothing, for fewer nights.
    let org = Org::new();
    org.set_amount(&json!("BK-0004"), json!(0));
    let staff = org.world.staff();
    staff.done("manage_booking", json!({"booking_number": "BK-0005", "check_out_date": day(1)})).await;
    assert_eq!(shown(&staff).await, [Some(0), Some(0)]);
}

/// Our own fields keep each price with its booking, so that nothing is shared.
#[tokio::test]
async fn with_fields_of_their_own_prices_each_booking_changes_alone() {
    let org = Org::new();
    org.fake.has_package();
    org.set_amount(&json!("BK-0004"), json!(400));
    let staff = org.world.staff();
    let told = staff.call("manage_booking", to_room("BK-0005", "110")).await;
    assert_eq!(told.data()["folio_cents"], SUITE, "{}", told.0);
    assert_eq!(shown(&staff).await, [Some(20_000), Some(SUITE)]);
    let told = staff.call("assign_room", to_room("BK-0004", "109")).await;
    assert_eq!(
        (&told.data()["folio_cents"], warnings(&told).as_str()),
        (&json!(20_000), "null"),
        "{}",
        told.0
    );
    assert_eq!(shown(&staff).await, [Some(20_000), Some(SUITE)]);
}

/// `assign_room` never touches a price: a reservation goes to no room in which it would cost something else, or make others.
#[tokio::test]
async fn a_reservation_is_not_moved_where_that_would_change_a_price() {
    let org = Org::new();
    let staff = org.world.staff();
    let before = org.fake.dump();
    refused(&staff.call("assign_room", to_room("BK-0005", "110")).await, &["BK-0005", "BK-0004"]);
    assert_eq!(org.fake.dump(), before, "nothing was done");
    let told = staff.call("assign_room", to_room("BK-0005", "104")).await;
    assert_eq!((&told.data()["changed"], warnings(&told).as_str()), (&json!(true), "null"));
    assert_eq!(shown(&staff).await, [Some(STANDARD), Some(STANDARD)], "a room of the same rate");
}

/// A guest who is here must be movable. The answer says what each booking costs then, and it is so.
#[tokio::test]
async fn a_guest_who_is_here_is_moved_and_it_is_said_what_that_costs() {
    let org = Org::new();
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    let told = staff.call("assign_room", to_room("BK-0004", "110")).await;
    // 599.96 in proportion of 299.99 to 149.99.
    assert!(warnings(&told).contains("BK-0004 costs 399.98, BK-0005 costs 199.98"), "{}", told.0);
    assert_eq!(told.data()["folio_cents"], 19_999, "for tonight");
    let found = staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0004"})).await;
    assert_eq!(found.data()["bookings"][0]["nightly_rate_cents"], told.data()["nightly_rate_cents"]);
    assert_eq!(shown(&staff).await, [Some(19_999), Some(19_998)], "as it was said");
}

/// A no-show that is taken back costs what was agreed, and so does the other one.
#[tokio::test]
async fn a_no_show_that_is_taken_back_costs_what_was_agreed() {
    for amount in [400.0, 599.96, 0.0, 333.33] {
        let org = Org::new();
        org.set_amount(&json!("BK-0004"), json!(amount));
        let staff = org.world.staff();
        let before = shown(&staff).await;
        let lost = staff.call("cancel_booking", json!({"booking_number": "BK-0004", "no_show": true})).await;
        assert!(lost.data()["nightly_rate_cents"].is_null(), "its share is gone: {}", lost.0);
        assert_eq!(shown(&staff).await, [None, before[1]]);
        let back = json!({"guest_email": WEI, "booking_number": "BK-0004"});
        let told = staff.call("check_in_guest", back).await;
        assert_eq!(warnings(&told), "null", "{amount}: {}", told.0);
        let now = shown(&staff).await;
        assert_eq!(
            (told.data()["folio_cents"].as_u64(), now[1]),
            (now[0], before[1]),
            "{amount}: {}",
            told.0
        );
        // To the cent, or one less: which of the two had the odd one the records do not say any more.
        let whole = told.data()["nightly_prices_cents"].as_array().map_or_else(
            || 2 * told.data()["nightly_rate_cents"].as_u64().expect("a price"),
            |nights| nights.iter().filter_map(Value::as_u64).sum(),
        );
        assert!(before[0].is_some_and(|agreed| agreed.abs_diff(whole) <= 1), "{amount}: {before:?} {whole}");
    }
}

/// Both were given up, and one comes back after all: what the sale still amounts to is what the last one was to cost.
#[tokio::test]
async fn of_two_no_shows_the_last_one_comes_back_at_its_price() {
    let org = Org::new();
    org.set_amount(&json!("BK-0004"), json!(400));
    let staff = org.world.staff();
    for booking in ["BK-0004", "BK-0005"] {
        staff.done("cancel_booking", json!({"booking_number": booking, "no_show": true})).await;
    }
    let told = staff.call("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0005"})).await;
    assert!(warnings(&told).contains("BK-0005 costs 200.00"), "nobody can be sure of it: {}", told.0);
    assert_eq!(
        (told.data()["folio_cents"].as_u64(), org.amount(&json!("BK-0005"))),
        (Some(10_000), Some(200.0))
    );
    assert_eq!(shown(&staff).await, [None, Some(10_000)]);
}

/// The other one has left and paid: what was agreed for this one is nowhere, and that is said with what it costs now.
#[tokio::test]
async fn a_no_show_whose_price_is_gone_comes_back_at_its_rooms_rate_and_it_is_said() {
    let org = Org::new();
    org.set_amount(&json!("BK-0004"), json!(400));
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    let leave = json!({"guest_email": WEI, "payment_method_id": "pm_card_visa"});
    staff.done("process_guest_checkout", leave).await;
    staff.done("cancel_booking", json!({"booking_number": "BK-0005", "no_show": true})).await;
    let told = staff.call("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0005"})).await;
    assert!(warnings(&told).contains("BK-0005 costs 299.98"), "{}", told.0);
    assert_eq!((told.data()["folio_cents"].as_u64(), shown(&staff).await[1]), (Some(14_999), Some(14_999)));
}

/// A stay with its sale to itself: added nights at another price are shared with the others at once, as they are from then on.
#[tokio::test]
async fn added_nights_are_answered_as_they_are_kept() {
    let org = Org::new();
    org.set_amount(&json!("BK-0002"), json!(300));
    org.set_amount(&json!("BK-0003"), json!(300));
    let staff = org.world.staff();
    for (booking, nights) in [("BK-0002", 3), ("BK-0003", 4)] {
        let longer = json!({"booking_number": booking, "check_out_date": day(nights)});
        let told = staff.call("manage_booking", longer).await;
        assert!(warnings(&told).contains("449.99"), "{}", told.0);
        let found =
            staff.call("search_bookings_on_behalf_of_staff", json!({"booking_number": booking})).await;
        let row = &found.data()["bookings"][0];
        for field in ["folio_cents", "nightly_rate_cents", "nightly_prices_cents"] {
            assert_eq!(told.data()[field], row[field], "{booking} {field}: {}", told.0);
        }
        assert_eq!(told.data()["nightly_prices_cents"][0], 11_250, "{}", told.0);
    }
}

/// A stay that is reopened shares the sale again with one that was moved meanwhile: it is said what each costs then.
#[tokio::test]
async fn a_stay_that_is_open_again_says_what_the_bookings_of_its_sale_cost() {
    let org = Org::new();
    let staff = org.world.staff();
    for booking in ["BK-0004", "BK-0005"] {
        staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": booking})).await;
    }
    let leave = json!({"guest_email": WEI, "booking_number": "BK-0004", "payment_method_id": "pm_card_visa"});
    let payment = staff.call("process_guest_checkout", leave).await.data()["payment_intent_id"].clone();
    let moved = staff.call("assign_room", to_room("BK-0005", "110")).await;
    assert_eq!(warnings(&moved), "null", "it is the only one that is open: {}", moved.0);
    let undo = json!({"guest_email": WEI, "payment_intent_id": payment});
    let told = staff.call("compensate_checkout_failure", undo).await;
    assert!(warnings(&told).contains("BK-0004 costs 199.99, BK-0005 costs 399.97"), "{}", told.0);
    assert_eq!(org.amount(&json!("BK-0004")), Some(599.96));
    assert_eq!(shown(&staff).await, [Some(10_000), Some(19_999)], "for tonight");
}
