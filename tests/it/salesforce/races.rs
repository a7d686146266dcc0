//! Two machines at once on everything that can touch one booking, one room or one sale: wherever the requests of one are
//! held while the other's come between, both answers and the hotel are as if one call had come after the other.

mod edits;
mod stage;

use serde_json::{Value, json};
use stage::{Call, Stage};
use tests::day;

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";
const PATRICK: &str = "patrick.obrien@example.com";
const SOOJIN: &str = "soojin.kim@example.com";

/// Every two of these calls, in both orders, each held at every point.
async fn race(stage: &Stage, calls: &[Call]) {
    race_but(stage, calls, |_, _| false).await;
}

/// The same, but for the pairs that have a test of their own.
async fn race_but(stage: &Stage, calls: &[Call], apart: impl Fn(&Call, &Call) -> bool) {
    let mut wrong = vec![];
    let mut points = vec![];
    for call in calls {
        points.push(stage.points(call).await);
    }
    for one in 0..calls.len() {
        for two in one..calls.len() {
            let (first, second) = (&calls[one], &calls[two]);
            if apart(first, second) {
                continue;
            }
            let turns = [stage.in_turn(first, second).await, stage.in_turn(second, first).await.turned()];
            for &point in &points[one] {
                let outcome = stage.interleaved(point, first, second).await;
                wrong.extend(outcome.differs_from(&turns, (first, second), point));
            }
            for &point in points[two].iter().filter(|_| one != two) {
                let outcome = stage.interleaved(point, second, first).await.turned();
                wrong.extend(outcome.differs_from(&turns, (first, second), point));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stage.is_at_rest();
}

fn manage(booking: &str, change: Value) -> Call {
    ("manage_booking", tests::with(json!({"booking_number": booking}), change))
}

fn book(guest: &str, room: &str, from: i64, to: i64) -> Call {
    let nights = json!({"guest_email": guest, "room_number": room, "check_in_date": day(from), "check_out_date": day(to)});
    ("create_booking", nights)
}

/// A reservation for today, its room and the room it could be moved to.
fn of_a_reservation() -> Vec<Call> {
    let assign = json!({"booking_number": "BK-0003", "room_number": "202"});
    let broken =
        json!({"room_number": "205", "description": "The window leaks", "take_room_out_of_use": true});
    vec![
        ("check_in_guest", json!({"guest_email": SARAH})),
        manage("BK-0003", json!({"check_out_date": day(5)})),
        manage("BK-0003", json!({"guest_email": SOOJIN})),
        ("assign_room", assign),
        ("cancel_booking", json!({"booking_number": "BK-0003"})),
        ("update_room_status", json!({"room_number": "205", "status": "Out of Service"})),
        ("submit_maintenance_request", broken),
        book(PATRICK, "202", 0, 2),
        book(PATRICK, "205", 3, 6),
    ]
}

#[tokio::test]
async fn of_a_reservation_that_is_to_begin() {
    race(&Stage::new().await, &of_a_reservation()).await;
}

/// A stay that is here.
fn of_a_stay() -> Vec<Call> {
    let towels = json!({"guest_email": BETH, "description": "Towels", "type": "Housekeeping"});
    let from_desk =
        json!({"room_number": "201", "guest_email": BETH, "description": "Towels", "type": "Housekeeping"});
    vec![
        leave(),
        manage("BK-0001", json!({"check_out_date": day(2)})),
        hand_over(),
        ("assign_room", json!({"booking_number": "BK-0001", "room_number": "202"})),
        ("submit_guest_service_request", towels),
        ("create_case", from_desk),
        ("update_room_status", json!({"room_number": "202", "status": "Maintenance"})),
        book(PATRICK, "201", 0, 2),
    ]
}

fn leave() -> Call {
    ("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}))
}

fn is_a_wish((tool, _): &Call) -> bool {
    ["submit_guest_service_request", "create_case"].contains(tool)
}

fn hand_over() -> Call {
    manage("BK-0001", json!({"guest_email": SOOJIN}))
}

#[tokio::test]
async fn of_a_stay_that_is_to_end() {
    let apart = |first: &Call, second: &Call| {
        *second == hand_over() && *first == leave() || *first == hand_over() && is_a_wish(second)
    };
    race_but(&Stage::new().await, &of_a_stay(), apart).await;
}

/// A wish does not lock the stay it is for. One of the earlier guest that comes in the very moment the stay changes hands
/// stays the earlier guest's.
#[tokio::test]
async fn of_a_stay_that_changes_hands_while_its_guest_wishes_for_something() {
    let stage = Stage::new().await;
    let give = hand_over();
    for wish in of_a_stay().iter().filter(|call| is_a_wish(call)) {
        let turns = [stage.in_turn(&give, wish).await, stage.in_turn(wish, &give).await.turned()];
        for (held, other) in [(&give, wish), (wish, &give)] {
            for point in stage.points(held).await {
                let outcome = stage.interleaved(point, held, other).await;
                let outcome = if held == wish { outcome.turned() } else { outcome };
                if outcome.differs_from(&turns, (&give, wish), point).is_none() {
                    continue;
                }
                assert_eq!(
                    (&outcome.first["changed"], &outcome.second["created"]),
                    (&json!(true), &json!(true))
                );
                let theirs = |line: &&String| line.contains(r#"Text("Towels")"#) && line.contains(BETH);
                assert_eq!(outcome.hotel.iter().filter(theirs).count(), 1, "{point:?}: {:?}", outcome.hotel);
            }
        }
    }
    stage.is_at_rest();
}

/// A card is charged between the look at the stay's payments and the write that gives the stay to another guest: nobody's
/// closing is right any more, and the money goes back.
#[tokio::test]
async fn of_a_stay_that_changes_hands_while_it_is_paid() {
    let stage = Stage::new().await;
    let (pay, give) = (leave(), hand_over());
    let turns = [stage.in_turn(&pay, &give).await, stage.in_turn(&give, &pay).await.turned()];
    let charge = r#"Text("paid"), Text("Charge"), Integer(29998), Text("BK-0001")"#;
    let mut given_back = 0;
    for (held, other) in [(&pay, &give), (&give, &pay)] {
        for point in stage.points(held).await {
            let mut outcome = stage.interleaved(point, held, other).await;
            if held == &give {
                outcome = outcome.turned();
            }
            if outcome.differs_from(&turns, (&pay, &give), point).is_none() {
                continue;
            }
            given_back += 1;
            let hotel = outcome.hotel.join("; ");
            assert_eq!(outcome.first, "INVALID_TRANSITION", "{point:?}: {hotel}");
            assert_eq!(outcome.second["guest_email"], SOOJIN, "{point:?}: {hotel}");
            assert!(hotel.contains("refund") && !hotel.contains(charge), "{point:?}: {hotel}");
            let here = [
                r#"Text("Checked In")"#,
                r#"[Text("room"), Text("201"), Text("Occupied"), Text("soojin.kim@example.com")]"#,
            ];
            assert!(here.iter().all(|part| hotel.contains(part)), "{point:?}: {hotel}");
        }
    }
    assert!(given_back > 0, "this is about what comes between");
    stage.is_at_rest();
}

#[tokio::test]
async fn of_a_stay_that_was_paid() {
    let mut stage = Stage::new().await;
    let leave = leave();
    let left = stage.call(&leave).await;
    stage.begin_here();
    let payment = &left.data()["payment_intent_id"];
    let undo: Call =
        ("compensate_checkout_failure", json!({"guest_email": BETH, "payment_intent_id": payment}));
    let calls = [
        undo,
        leave,
        ("update_room_status", json!({"room_number": "201", "status": "Vacant"})),
        ("update_room_status", json!({"room_number": "201", "status": "Out of Service"})),
        book(PATRICK, "201", 0, 2),
    ];
    race(&stage, &calls).await;
}

/// Two bookings of one sale.
#[tokio::test]
async fn of_a_party_in_two_rooms() {
    let wei = "wei.chen@example.com";
    let calls = [
        ("check_in_guest", json!({"guest_email": wei, "room_number": "102"})),
        ("check_in_guest", json!({"guest_email": wei, "room_number": "103"})),
        ("cancel_booking", json!({"booking_number": "BK-0004"})),
        ("cancel_booking", json!({"booking_number": "BK-0005"})),
        manage("BK-0004", json!({"check_out_date": day(4)})),
        manage("BK-0005", json!({"check_out_date": day(1)})),
    ];
    race(&Stage::new().await, &calls).await;
}
