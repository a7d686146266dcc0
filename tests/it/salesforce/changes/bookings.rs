//! Bookings and the sales that follow them.

use super::{
    Both, booking, change_booking, email, move_booking, move_sale, nights, reprice, reservation, room, sale,
};
use ::skills::operations::bookings::{ChangeBooking, UpsertBooking};
use ::skills::operations::opportunities::When;
use ::skills::words::{BookingStatus, Cents, Prices, Stage};

#[tokio::test]
async fn bookings_are_made_changed_and_moved_as_in_the_embedded_hotel() {
    let both = Both::new();
    let here = &both.here;
    let new = [sale(here, "ours-1", 1, 3).into(), reservation(here, "ours-1", "104", 1, 3).into()];
    let made = both.done("k1", &new).await;
    let number = made.booking_number.clone().expect("a number");
    let stay = both.stay(&number).await;
    assert_eq!(stay.special_requests.as_deref(), Some("A cot; see @{room.records[0].Id} and 'quotes'"));
    assert_eq!(
        (stay.agreed.clone(), stay.amount),
        (Some(Prices::each(Cents(14_999), 2)), Some(Cents(29_998)))
    );
    let again = both.done("k2", &new).await;
    assert_eq!((again.booking_number.as_ref(), again.created), (Some(&number), false));
    let clash = [sale(here, "ours-2", 2, 4).into(), reservation(here, "ours-2", "104", 2, 4).into()];
    both.refused("k3", &clash).await;
    for change in [
        UpsertBooking { guest: email("nobody@example.com"), ..reservation(here, "ours-3", "105", 1, 3) },
        UpsertBooking { room: room("999"), ..reservation(here, "ours-3", "105", 1, 3) },
    ] {
        both.refused("k4", &[sale(here, "ours-3", 1, 3).into(), change.into()]).await;
    }
    let change = ChangeBooking {
        nights: Some(nights(here, 2, 6)),
        room: Some(room("105")),
        agreed: Some(Prices::each(Cents(14_999), 4)),
        number_of_guests: Some(1),
        ..change_booking(here, number.as_str(), BookingStatus::Reserved).await
    };
    let reprice = reprice(number.as_str(), 29_998, 59_996);
    both.refused(
        "k5",
        &[ChangeBooking { nights: Some(nights(here, 2, 6)), room: Some(room("205")), ..change.clone() }
            .into()],
    )
    .await;
    both.done("k6", &[change.into(), reprice]).await;
    assert_eq!(both.stay(&number).await.amount, Some(Cents(59_996)));
    both.refused("k7", &[change_booking(here, number.as_str(), BookingStatus::CheckedIn).await.into()]).await;
    both.refused("k8", &[change_booking(here, "BK-9999", BookingStatus::CheckedIn).await.into()]).await;
    let out = (BookingStatus::CheckedIn, BookingStatus::CheckedOut);
    both.refused("k9", &[move_booking(here, "BK-0003", out.0, out.1).await]).await;
    both.done("k10", &[move_booking(here, "BK-0002", out.0, out.1).await]).await;
    // The stay cannot be reopened while somebody holds its nights.
    let next = [sale(here, "ours-4", 0, 1).into(), reservation(here, "ours-4", "101", 0, 1).into()];
    both.done("k11", &next).await;
    both.refused("k12", &[move_booking(here, "BK-0002", out.1, out.0).await]).await;
}

#[tokio::test]
async fn sales_follow_as_in_the_embedded_hotel() {
    let both = Both::new();
    both.done("k1", &[move_sale("BK-0009", Stage::Negotiation, When::Always)]).await;
    both.stay(&booking("BK-0009")).await;
    both.done("k2", &[move_sale("BK-0004", Stage::ClosedLost, When::LastOpenBooking)]).await;
    assert_eq!(both.stay(&booking("BK-0004")).await.stage, Stage::BookingConfirmed, "BK-0005 is open");
    let cancel = async |number| {
        [
            move_booking(&both.here, number, BookingStatus::Reserved, BookingStatus::Cancelled).await,
            move_sale(number, Stage::ClosedLost, When::LastOpenBooking),
        ]
    };
    let mut first = cancel("BK-0004").await.to_vec();
    first.push(reprice("BK-0004", 59_996, 29_998));
    both.done("k3", &first).await;
    assert_eq!(both.stay(&booking("BK-0005")).await.stage, Stage::BookingConfirmed);
    both.done("k4", &cancel("BK-0005").await).await;
    assert_eq!(both.org.stage("BK-0004"), "Closed Lost");
    both.refused("k5", &cancel("BK-0005").await).await;
}
