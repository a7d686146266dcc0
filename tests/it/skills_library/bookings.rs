//! Sales and bookings: written once per key, found, moved, changed.

use super::{SARAH, booking, done, email, key, move_booking, move_sale, nights, refused, room, text, today};
use ::skills::ErrorCode;
use ::skills::operations::bookings::{
    ChangeBooking, FindBooking, FindBookingsOfGuest, FindStaysEndedSince, UpsertBooking,
};
use ::skills::operations::opportunities::{CreateOpportunity, When};
use ::skills::systems::Hotel;
use ::skills::words::{BookingNumber, BookingStatus, Cents, Limit, Page, Prices, Stage};
use tests::World;

fn sale(hotel: &Hotel, under: &str) -> CreateOpportunity {
    CreateOpportunity {
        key: key(under),
        guest: email(SARAH),
        name: "Booking for Sarah Johnson".to_owned(),
        stage: Stage::BookingConfirmed,
        amount: Cents(29_998),
        nights: nights(hotel, 1, 3),
    }
}

fn reservation(hotel: &Hotel, under: &str, number: &str, from: i32, to: i32) -> UpsertBooking {
    UpsertBooking {
        external_id: key(under),
        opportunity: key("sale-1"),
        guest: email(SARAH),
        room: room(number),
        nights: nights(hotel, from, to),
        number_of_guests: 2,
        special_requests: None,
        additional_to: vec![BookingNumber::new("BK-0003").unwrap()],
        agreed: Prices::each(Cents(14_999), nights(hotel, from, to).count()),
        today: today(hotel),
    }
}

/// Sale and booking are written under keys we chose; writing them again under the same keys writes nothing.
#[tokio::test]
async fn sale_and_booking_are_written_once_per_key() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    done(&hotel, "k2", sale(&hotel, "sale-1")).await;
    assert_eq!(world.rows("opportunities"), 10);
    let made = done(&hotel, "k3", reservation(&hotel, "ours-1", "104", 1, 3)).await;
    assert!(made.created);
    let again = done(&hotel, "k4", reservation(&hotel, "ours-1", "104", 1, 3)).await;
    assert!(!again.created, "another commit, the same booking");
    assert_eq!(again.booking_number, made.booking_number);
    assert_eq!(world.rows("bookings"), 11);

    let by_key = done(&hotel, "r", FindBooking::ExternalId(key("ours-1"))).await.expect("by our key");
    let number = made.booking_number.expect("a number");
    let by_number = done(&hotel, "r", FindBooking::Number(number)).await.expect("by number");
    assert_eq!(by_key, by_number);
    assert_eq!(by_key.guest.email, email(SARAH), "the booking's guest, not the room's");
    assert_eq!((by_key.stage, by_key.amount), (Stage::BookingConfirmed, Some(Cents(29_998))));
    assert!(done(&hotel, "r", FindBooking::ExternalId(key("ours-2"))).await.is_none());
}

/// An upsert never sets a booking back that has moved on since.
#[tokio::test]
async fn an_upsert_never_resets_a_booking() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    let number =
        done(&hotel, "k2", reservation(&hotel, "ours-1", "104", 0, 3)).await.booking_number.expect("one");
    let begin =
        move_booking(&hotel, number.as_str(), BookingStatus::Reserved, BookingStatus::CheckedIn).await;
    done(&hotel, "k3", begin).await;
    done(&hotel, "k4", reservation(&hotel, "ours-1", "104", 0, 3)).await;
    assert_eq!(world.booking_status(number.as_str()), "Checked In");
}

#[tokio::test]
async fn a_booking_expects_its_nights_to_be_free() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    let code = refused(&hotel, "k2", reservation(&hotel, "ours-1", "209", 25, 27)).await;
    assert_eq!(code, ErrorCode::RoomAlreadyBooked);
    done(&hotel, "k3", reservation(&hotel, "ours-2", "209", 26, 27)).await;
}

#[tokio::test]
async fn bookings_are_found_by_guest_and_status_and_by_room_and_dates() {
    let world = World::new();
    let hotel = world.hotel();
    let of_wei = |statuses: &[BookingStatus]| FindBookingsOfGuest {
        guest: email("wei.chen@example.com"),
        statuses: statuses.to_vec(),
        page: Page::most(),
    };
    assert_eq!(done(&hotel, "r", of_wei(&[])).await.items.len(), 2);
    assert_eq!(done(&hotel, "r", of_wei(&[BookingStatus::Reserved])).await.items.len(), 2);
    assert!(done(&hotel, "r", of_wei(&[BookingStatus::CheckedIn])).await.items.is_empty());
}

/// A move names the state it expects; if it finds another, it changes nothing.
#[tokio::test]
async fn a_booking_moves_only_from_where_it_is_expected() {
    let world = World::new();
    let hotel = world.hotel();
    let leave = move_booking(&hotel, "BK-0003", BookingStatus::CheckedIn, BookingStatus::CheckedOut).await;
    assert_eq!(refused(&hotel, "k1", leave).await, ErrorCode::InvalidTransition);
    let arrive = move_booking(&hotel, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn).await;
    done(&hotel, "k2", arrive.clone()).await;
    done(&hotel, "k2", arrive.clone()).await;
    assert_eq!(
        refused(&hotel, "k3", arrive).await,
        ErrorCode::InvalidTransition,
        "another key, a second move"
    );
    let unknown = move_booking(&hotel, "BK-9999", BookingStatus::Reserved, BookingStatus::CheckedIn).await;
    assert_eq!(refused(&hotel, "k4", unknown).await, ErrorCode::BookingNotFound);
}

#[tokio::test]
async fn a_booking_is_changed_in_what_is_given() {
    let world = World::new();
    let hotel = world.hotel();
    let change = ChangeBooking {
        seen: tests::booking_as_seen(&hotel, "BK-0007", BookingStatus::Reserved).await,
        guest: None,
        room: None,
        nights: None,
        number_of_guests: Some(3),
        special_requests: Some(text("A cot.")),
        agreed: None,
        today: today(&hotel),
    };
    done(&hotel, "k1", change.clone()).await;
    let stay = done(&hotel, "r", FindBooking::Number(booking("BK-0007"))).await.expect("a booking");
    assert_eq!((stay.number_of_guests, stay.special_requests.as_deref()), (Some(3), Some("A cot.")));
    assert_eq!((stay.status, stay.nights), (BookingStatus::Reserved.into(), nights(&hotel, 7, 14)));
    let taken =
        ChangeBooking { room: Some(room("209")), nights: Some(nights(&hotel, 19, 21)), ..change.clone() };
    assert_eq!(refused(&hotel, "k2", taken).await, ErrorCode::RoomAlreadyBooked);
    let seen = tests::booking_as_seen(&hotel, "BK-0007", BookingStatus::CheckedIn).await;
    let unexpected = ChangeBooking { seen, ..change };
    assert_eq!(refused(&hotel, "k3", unexpected).await, ErrorCode::InvalidTransition);
}

#[tokio::test]
async fn a_sale_moves_from_whatever_stage_always_or_with_its_last_open_booking() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", move_sale("BK-0009", Stage::Negotiation, When::Always)).await;
    assert_eq!(world.stage("BK-0009"), "Negotiation/Review");
    done(&hotel, "k2", move_sale("BK-0004", Stage::ClosedLost, When::LastOpenBooking)).await;
    assert_eq!(world.stage("BK-0004"), "Booking Confirmed", "BK-0005 is open");
    done(&hotel, "k3", move_sale("BK-0004", Stage::CheckedIn, When::Always)).await;
    assert_eq!(world.stage("BK-0005"), "Checked In", "one sale");
}

#[tokio::test]
async fn stays_that_ended_since_a_day_are_found_and_no_others() {
    let world = World::new()
        .with_booking_status("BK-0002", "Checked Out") // was to leave in two days
        .with_booking_status("BK-0001", "Checked Out"); // leaves today
    let hotel = world.hotel();
    for (days, expected) in [
        (-3, &["BK-0009", "BK-0002", "BK-0001"][..]),
        (-2, &["BK-0002", "BK-0001"]),
        (0, &["BK-0002", "BK-0001"]),
        (1, &["BK-0002"]),
        (3, &[]),
    ] {
        let (mut numbers, mut page) =
            (vec![], Page { limit: Limit::try_from(1).expect("one"), cursor: None });
        loop {
            let since = today(&hotel).plus_days(days);
            let found = done(&hotel, "r", FindStaysEndedSince { since, page: page.clone() }).await;
            numbers.extend(found.items.iter().map(|stay| stay.booking.to_string()));
            page.cursor = found.next_cursor;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(numbers, expected, "ended since {days} days from today, newest first");
    }
}
