//! Who arrives after midnight, for a night that has a date of yesterday.

use serde_json::{Value, json};
use tests::{Server, World, clock, day};

const PATRICK: &str = "patrick.obrien@example.com";

/// A server whose clock shows this time of tomorrow.
fn tomorrow(world: &World, time: &str, env: &[(&str, &str)]) -> Server {
    let ahead = clock(1, time);
    world.start("staff-server", &[], &[&[("HOTEL_CLOCK", ahead.as_str())], env].concat())
}

/// Patrick has room 104 for tonight.
fn one_night() -> Value {
    json!({"guest_email": PATRICK, "room_number": "104", "check_in_date": day(0), "check_out_date": day(1)})
}

async fn booked() -> World {
    let world = World::new();
    world.staff().done("create_booking", one_night()).await;
    world
}

#[tokio::test]
async fn a_guest_of_one_night_who_comes_after_midnight_is_let_in() {
    for arguments in [
        json!({"guest_email": PATRICK}),
        json!({"guest_email": PATRICK, "check_in_date": day(0)}),
        json!({"guest_email": PATRICK, "booking_number": "BK-0011"}),
    ] {
        let world = booked().await;
        let told = tomorrow(&world, "00:40", &[]).call("check_in_guest", arguments).await;
        let data = told.data();
        assert_eq!((&data["check_in_date"], &data["room_status"]), (&json!(day(0)), &json!("Occupied")));
        assert_eq!(data["folio_cents"], 14_999, "the night is due");
        assert_eq!(world.room("104").occupant.as_deref(), Some(PATRICK));
    }
}

#[tokio::test]
async fn nights_are_over_at_the_check_out_time_of_the_departure_day() {
    let world = booked().await;
    for (time, checkout) in [("11:00", ""), ("12:30", ""), ("09:00", "09:00")] {
        let staff = tomorrow(&world, time, &[("HOTEL_CHECKOUT_TIME", checkout)]);
        for arguments in
            [json!({"guest_email": PATRICK}), json!({"guest_email": PATRICK, "booking_number": "BK-0011"})]
        {
            staff.refused("check_in_guest", arguments, "RESERVATION_NOT_FOUND").await;
        }
    }
    let staff = tomorrow(&world, "10:55", &[]);
    staff.done("check_in_guest", json!({"guest_email": PATRICK})).await;
}

/// Where the day begins at four, a night porter still lives in yesterday.
#[tokio::test]
async fn until_the_hotels_day_begins_it_is_still_yesterday() {
    let day_starts = [("HOTEL_DAY_STARTS_AT", "04:00")];
    let world = booked().await;
    let at_night = tomorrow(&world, "02:00", &day_starts);
    let again = json!({"guest_email": "soojin.kim@example.com", "room_number": "105", "check_in_date": day(0),
        "check_out_date": day(1)});
    at_night.done("create_booking", again.clone()).await;
    let told =
        at_night.call("check_in_guest", json!({"guest_email": PATRICK, "check_in_date": day(1)})).await;
    assert_eq!((told.code(), &told.details()["today"]), ("INVALID_DATES", &json!(day(0))));
    let in_the_morning = tomorrow(&world, "04:00", &day_starts);
    let past = tests::with(again, json!({"room_number": "204"}));
    in_the_morning.refused("create_booking", past, "INVALID_DATES").await;
}
