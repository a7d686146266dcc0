//! Several changes: all or none, repeatable under their key.

use super::{SARAH, done, move_booking, move_room, move_sale, refused};
use ::skills::operations::opportunities::When;
use ::skills::words::{BookingStatus, RoomStatus, Stage};
use ::skills::{Commit, ErrorCode};
use tests::World;

/// A commit makes all of its changes or none.
#[tokio::test]
async fn one_expectation_that_fails_undoes_the_whole_commit() {
    let world = World::new();
    let hotel = world.hotel();
    let come = move_booking(&hotel, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn).await;
    let arrive = |from| {
        Commit::new()
            .with(come.clone())
            .with(move_sale("BK-0003", Stage::CheckedIn, When::Always))
            .with(move_room("205", from, RoomStatus::Occupied, "", SARAH))
    };
    // The last of the three finds the room in another state than it expects.
    assert_eq!(refused(&hotel, "k1", arrive(RoomStatus::Cleaning)).await, ErrorCode::RoomNotVacant);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
    assert_eq!(world.stage("BK-0003"), "Booking Confirmed");
    // A refused commit leaves nothing behind, not even its key.
    done(&hotel, "k1", arrive(RoomStatus::Vacant)).await;
    assert_eq!(world.booking_status("BK-0003"), "Checked In");
    assert_eq!(world.room("205").occupant.as_deref(), Some(SARAH));
    // Sent again under its key it answers what it answered then, whatever has happened since.
    done(&hotel, "k2", move_room("205", RoomStatus::Occupied, RoomStatus::Cleaning, SARAH, "")).await;
    done(&hotel, "k1", arrive(RoomStatus::Vacant)).await;
    assert_eq!(world.room("205").status, "Cleaning", "and does nothing");
}

#[tokio::test]
async fn a_key_stands_for_one_list_of_changes() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", move_sale("BK-0003", Stage::CheckedIn, When::Always)).await;
    let other = move_sale("BK-0007", Stage::CheckedIn, When::Always);
    assert_eq!(refused(&hotel, "k1", other).await, ErrorCode::IdempotencyTokenReused);
    assert_eq!(world.stage("BK-0007"), "Booking Confirmed");
}

#[tokio::test]
async fn a_commit_survives_the_hotel_being_opened_again() {
    let world = World::new();
    let first = world.hotel();
    let close = move_booking(&first, "BK-0003", BookingStatus::Reserved, BookingStatus::Cancelled).await;
    done(&first, "k1", close.clone()).await;
    drop(first);
    let second = world.hotel();
    done(&second, "k1", close.clone()).await;
    assert_eq!(refused(&second, "k2", close).await, ErrorCode::InvalidTransition);
}
