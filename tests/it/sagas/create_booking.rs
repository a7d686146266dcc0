//! A room is booked.

use serde_json::{Value, json};
use tests::{World, day};

const OBRIEN: &str = "patrick.obrien@example.com";

fn book(guest: &str, room: &str, from: i64, to: i64) -> Value {
    json!({"guest_email": guest, "room_number": room, "check_in_date": day(from), "check_out_date": day(to)})
}

fn with(mut arguments: Value, name: &str, value: impl Into<Value>) -> Value {
    arguments[name] = value.into();
    arguments
}

/// The sale has its amount, and the booking its price.
#[tokio::test]
async fn booking_and_sale_are_made_together_and_priced() {
    let world = World::new();
    let staff = world.staff();
    let request = with(book(OBRIEN, "109", 3, 6), "special_requests", "A quiet room.");
    let told = staff.call("create_booking", with(request, "number_of_guests", 3)).await;
    let data = told.data();
    assert_eq!(data["created"], true);
    assert_eq!(data["booking_number"], "BK-0011");
    assert_eq!(data["status"], "Reserved");
    assert_eq!(data["guest_name"], "Patrick O'Brien");
    assert_eq!(data["number_of_guests"], 3);
    assert_eq!(data["special_requests"], "A quiet room.");
    assert_eq!(data["total_nights"], 3);
    assert_eq!(data["nightly_rate_cents"], 19_999);
    assert_eq!(data["folio_cents"], 59_997);
    assert_eq!(world.stage("BK-0011"), "Booking Confirmed");
    assert_eq!(world.sale_cents("BK-0011"), 59_997);
    assert_eq!(world.room("109").status, "Vacant", "booking does not move the room");
    assert_eq!(world.payments_taken("BK-0011"), 0, "nothing is charged before checkout");
}

#[tokio::test]
async fn one_guest_is_the_default() {
    let world = World::new();
    let told = world.staff().call("create_booking", book(OBRIEN, "104", 0, 1)).await;
    assert_eq!(told.data()["number_of_guests"], 1);
}

/// Nights are half-open; leaving on the day somebody arrives does not clash.
#[tokio::test]
async fn back_to_back_stays_do_not_clash() {
    let world = World::new();
    let staff = world.staff();
    // Priya has 209 from the 20th to the 26th day.
    staff.done("create_booking", book(OBRIEN, "209", 18, 20)).await;
    staff.done("create_booking", book(OBRIEN, "209", 26, 28)).await;
    for (from, to) in [(19, 21), (25, 27), (20, 26), (21, 22), (15, 30), (25, 26)] {
        let told = staff.call("create_booking", book("soojin.kim@example.com", "209", from, to)).await;
        assert_eq!(told.code(), "ROOM_ALREADY_BOOKED", "{from} to {to}");
    }
}

#[tokio::test]
async fn a_guest_who_leaves_today_frees_the_room_for_tonight() {
    let world = World::new();
    let told = world.staff().call("create_booking", book(OBRIEN, "201", 0, 1)).await;
    assert_eq!(told.data()["created"], true, "Beth is due to leave today");
}

#[tokio::test]
async fn an_overstaying_guest_holds_tonight() {
    let world = World::new().with_booking_moved("BK-0001", -1); // should have left yesterday, is still here
    let staff = world.staff();
    assert_eq!(staff.call("create_booking", book(OBRIEN, "201", 0, 2)).await.code(), "ROOM_ALREADY_BOOKED");
    assert_eq!(staff.call("create_booking", book(OBRIEN, "201", 1, 2)).await.data()["created"], true);
}

#[tokio::test]
async fn cancelled_and_finished_bookings_hold_no_night() {
    let world = World::new();
    let staff = world.staff();
    staff.done("create_booking", book(OBRIEN, "105", 3, 5)).await; // Maria cancelled these
    let ended = world.with_booking_status("BK-0008", "No Show");
    let told = ended.staff().call("create_booking", book(OBRIEN, "209", 20, 26)).await;
    assert_eq!(told.data()["created"], true);
}

/// A booking may not have more guests than the room takes.
#[tokio::test]
async fn nobody_is_booked_over_capacity() {
    let world = World::new();
    let staff = world.staff();
    for (night, (room, most)) in (1..).zip([("104", 2), ("109", 3), ("108", 4), ("110", 4)]) {
        let over = with(book(OBRIEN, room, night, night + 1), "number_of_guests", most + 1);
        let told = staff.call("create_booking", over).await;
        assert_eq!(told.code(), "OVER_CAPACITY", "{room}");
        assert_eq!(told.details()["max_occupancy"], most);
        let full = with(book(OBRIEN, room, night, night + 1), "number_of_guests", most);
        assert_eq!(staff.call("create_booking", full).await.data()["number_of_guests"], most);
    }
}

/// Out of Service rules out all dates, Maintenance rules out arriving today.
#[tokio::test]
async fn the_state_of_the_room_counts() {
    let world = World::new();
    let staff = world.staff();
    for (from, to) in [(0, 1), (100, 101)] {
        let told = staff.call("create_booking", book(OBRIEN, "203", from, to)).await;
        assert_eq!(told.code(), "ROOM_OUT_OF_SERVICE");
    }
    assert_eq!(staff.call("create_booking", book(OBRIEN, "107", 0, 1)).await.code(), "ROOM_OUT_OF_SERVICE");
    assert_eq!(staff.call("create_booking", book(OBRIEN, "107", 1, 2)).await.data()["created"], true);
    assert_eq!(
        staff.call("create_booking", book(OBRIEN, "106", 0, 1)).await.data()["created"],
        true,
        "Cleaning"
    );
}

/// Dates in the past, and a departure before the arrival, are refused.
#[tokio::test]
async fn past_and_reversed_dates_are_refused() {
    let world = World::new();
    let staff = world.staff();
    for (from, to, field) in [
        (-1, 1, "check_in_date"),
        (2, 2, "check_out_date"),
        (3, 2, "check_out_date"),
        (-5, -2, "check_in_date"),
    ] {
        let told = staff.call("create_booking", book(OBRIEN, "104", from, to)).await;
        assert_eq!(told.code(), "INVALID_DATES", "{from} to {to}");
        assert_eq!(told.details()["field"], field);
    }
    let unreadable = with(book(OBRIEN, "104", 1, 2), "check_out_date", "soon");
    assert_eq!(staff.call("create_booking", unreadable).await.code(), "VALIDATION_ERROR");
    assert_eq!(world.rows("bookings"), 10);
    assert_eq!(world.rows("opportunities"), 9);
}

#[tokio::test]
async fn a_room_nobody_has_is_not_found() {
    let world = World::new();
    assert_eq!(
        world.staff().call("create_booking", book(OBRIEN, "999", 1, 2)).await.code(),
        "ROOM_NOT_FOUND"
    );
}

#[tokio::test]
async fn a_new_guest_needs_names_and_is_added_with_the_booking() {
    let world = World::new();
    let staff = world.staff();
    let nameless = book("ana@example.com", "104", 1, 2);
    let told = staff.call("create_booking", nameless.clone()).await;
    assert_eq!(told.code(), "VALIDATION_ERROR");
    assert_eq!(told.details()["field"], "guest_first_name");
    let told = staff.call("create_booking", book("ana@example.com", "104", -3, -1)).await;
    assert_eq!((told.code(), &told.details()["field"]), ("VALIDATION_ERROR", &json!("guest_first_name")));
    let half = with(nameless.clone(), "guest_first_name", "Ana");
    assert_eq!(staff.call("create_booking", half.clone()).await.details()["field"], "guest_last_name");

    let whole = with(with(half, "guest_last_name", "Núñez-O'Hara"), "guest_phone", "+34 600 000 000");
    let told = staff.call("create_booking", whole).await;
    assert_eq!(told.data()["guest_name"], "Ana Núñez-O'Hara");
    let found = staff.call("search_contacts", json!({"query": "ana@example.com"})).await;
    assert_eq!(found.data()["contacts"][0]["phone"], "+34600000000");
    assert_eq!(found.data()["contacts"][0]["contact_type"], "Guest");
}

#[tokio::test]
async fn a_new_guest_is_not_added_if_the_room_is_not_to_be_had() {
    let world = World::new();
    let before = world.rows("contacts");
    let request = json!({
        "guest_email": "ana@example.com", "guest_first_name": "Ana", "guest_last_name": "Ruiz",
        "room_number": "209", "check_in_date": day(20), "check_out_date": day(21)
    });
    let told = world.staff().call("create_booking", request).await;
    assert_eq!(told.code(), "ROOM_ALREADY_BOOKED");
    assert_eq!(world.rows("contacts"), before);
    assert_eq!(world.rows("opportunities"), 9, "no orphan sale");
}

/// The answer shows the stored name, and the stored name is not overwritten.
#[tokio::test]
async fn a_known_guest_keeps_the_stored_name() {
    let world = World::new();
    let request = with(book(OBRIEN, "104", 1, 2), "guest_first_name", "Paddy");
    let told = world.staff().call("create_booking", with(request, "guest_last_name", "Brien")).await;
    assert_eq!(told.data()["guest_name"], "Patrick O'Brien");
}

/// An apostrophe is a letter, not the end of a query.
#[tokio::test]
async fn names_are_only_names() {
    let world = World::new();
    let staff = world.staff();
    let soojin = staff.call("create_booking", book("soojin.kim@example.com", "104", 1, 2)).await;
    assert_eq!(soojin.data()["guest_name"], "Soo-Jin Kim");
    let bobby = json!({
        "guest_email": "o'malley@example.com", "guest_first_name": "Robert'); DROP TABLE bookings;--",
        "guest_last_name": "O\"Malley", "room_number": "105", "check_in_date": day(1), "check_out_date": day(2)
    });
    let told = staff.call("create_booking", bobby).await;
    assert_eq!(told.data()["guest_name"], "Robert'); DROP TABLE bookings;-- O\"Malley");
    assert_eq!(world.rows("bookings"), 12);
}

/// A retry is answered with the booking that the first attempt made.
#[tokio::test]
async fn the_same_booking_again_is_the_booking_that_stands() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("create_booking", book(OBRIEN, "104", 1, 3)).await;
    let again = staff.call("create_booking", book(OBRIEN, "104", 1, 3)).await;
    assert_eq!(again.data()["created"], false);
    assert_eq!(again.data()["booking_number"], first.data()["booking_number"]);
    assert_eq!(again.data()["replayed"], false);
    let seeded = staff.call("create_booking", book("sarah@example.com", "205", 0, 3)).await;
    assert_eq!(seeded.data()["created"], false);
    assert_eq!(seeded.data()["booking_number"], "BK-0003");
    assert_eq!(world.rows("bookings"), 11);
    assert_eq!(world.rows("opportunities"), 10);
}

#[tokio::test]
async fn a_booking_that_was_cancelled_can_be_made_anew() {
    let world = World::new();
    let staff = world.staff();
    let first = staff.call("create_booking", book(OBRIEN, "104", 1, 3)).await;
    let number = first.data()["booking_number"].clone();
    staff.done("cancel_booking", json!({"booking_number": number})).await;
    let second = staff.call("create_booking", book(OBRIEN, "104", 1, 3)).await;
    assert_eq!(second.data()["created"], true);
    assert_ne!(second.data()["booking_number"], number);
}

/// A night is sold once, even if two calls ask for it at the same time.
#[tokio::test]
async fn a_room_is_booked_once_for_a_night() {
    let world = World::new();
    let (one, other) = (world.staff(), world.guest(OBRIEN));
    let (a, b) = tokio::join!(
        one.call("create_booking", book("soojin.kim@example.com", "104", 1, 3)),
        other.call("create_booking", book(OBRIEN, "104", 2, 4)),
    );
    assert_eq!(usize::from(a.succeeded()) + usize::from(b.succeeded()), 1, "{a:?} {b:?}");
    let refused = if a.succeeded() { b } else { a };
    assert_eq!(refused.code(), "ROOM_ALREADY_BOOKED");
    assert_eq!(world.rows("bookings"), 11);
}

#[tokio::test]
async fn a_guest_books_for_herself_alone() {
    let world = World::new();
    let guest = world.guest(OBRIEN);
    let for_sarah = guest.call("create_booking", book("sarah@example.com", "104", 1, 2)).await;
    assert_eq!(for_sarah.code(), "NOT_YOURS");
    let own = json!({"room_number": "104", "check_in_date": day(1), "check_out_date": day(2)});
    assert_eq!(guest.call("create_booking", own).await.data()["guest_email"], OBRIEN);
}

/// Two numbers in one field, or an extension, are not made into one number.
#[tokio::test]
async fn a_phone_that_is_not_one_number_is_not_kept() {
    let world = World::new();
    let staff = world.staff();
    for (at, phone) in (0..).zip(["+43 1 12345 / 67890", "+49 30 123456/57"]) {
        let new = book(&format!("new{at}@example.com"), "104", 30 + at, 31 + at);
        let new = with(with(new, "guest_first_name", "Nora"), "guest_last_name", "Neu");
        let told = staff.call("create_booking", with(new, "guest_phone", phone)).await;
        let warned = told.data()["warnings"].to_string();
        assert!(warned.contains("cannot be read as one number"), "{phone}: {}", told.0);
        let found = staff.call("search_contacts", json!({"query": format!("new{at}@example.com")})).await;
        assert!(found.data()["contacts"][0]["phone"].is_null(), "{phone}: {}", found.0);
    }
}
