//! Calls that the policy forbids: each violates one of its sentences, and the tools accept none of them.

use super::sentences;
use serde_json::{Value, json};
use tests::tau::state;
use tests::{Books, Server, World, day};

/// Beth's own server, or the staff's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Beth,
    Staff,
}

/// A forbidden call: the sentence it violates, whose server it goes to, the tool and its arguments.
type Call = (&'static str, By, &'static str, Value);

const BETH: &str = "beth.gibbs@email.com";
const GUESTS: [(&str, &str); 6] = [
    ("carl.smith@example.com", "BK-0002"),
    ("sarah@example.com", "BK-0003"),
    ("wei.chen@example.com", "BK-0004"),
    ("sofia.martinez@example.com", "BK-0006"),
    ("janderson@example.com", "BK-0007"),
    ("priya.patel@example.com", "BK-0008"),
];
const NOBODYS: [&str; 4] = [
    "patrick.obrien@example.com",
    "soojin.kim@example.com",
    "rthompson@example.com",
    "maria.garcia@example.com",
];
/// Nights that somebody holds: the room, the first night and the day they end.
const HELD: [(&str, i64, i64); 6] =
    [("101", 0, 2), ("205", 0, 3), ("102", 0, 2), ("103", 0, 2), ("210", 7, 14), ("209", 20, 26)];

fn rooms() -> impl Iterator<Item = u32> {
    (100..=110).chain(200..=210)
}

fn book(guest: &str, room: impl std::fmt::Display + Copy, from: i64, to: i64) -> Value {
    json!({"guest_email": guest, "room_number": room.to_string(), "check_in_date": day(from), "check_out_date": day(to)})
}

/// Of a guest's own server, about somebody else.
fn by_a_guest() -> Vec<Call> {
    let mut calls: Vec<Call> = vec![];
    for (email, booking) in GUESTS {
        for (tool, arguments) in [
            ("check_in_guest", json!({"guest_email": email})),
            ("process_guest_checkout", json!({"guest_email": email, "payment_method_id": "pm_card_visa"})),
            ("submit_guest_service_request", json!({"guest_email": email, "description": "Towels."})),
            ("create_booking", book(email, 108, 30, 31)),
        ] {
            calls.push(("G1", By::Beth, tool, arguments));
        }
        for (tool, change) in [
            ("cancel_booking", json!({})),
            ("manage_booking", json!({"number_of_guests": 1})),
            ("manage_booking", json!({"check_out_date": day(40)})),
            ("manage_booking", json!({"special_requests": "Late."})),
            ("check_in_guest", json!({})),
            ("process_guest_checkout", json!({"payment_method_id": "pm_card_visa"})),
        ] {
            let mut arguments = change;
            arguments["booking_number"] = booking.into();
            calls.push(("G2", By::Beth, tool, arguments));
        }
    }
    for room in rooms().filter(|room| *room != 201) {
        let arguments = json!({"room_number": room.to_string(), "description": "Champagne."});
        calls.push(("G3", By::Beth, "submit_guest_service_request", arguments));
        let arguments = json!({"booking_number": "BK-0001", "room_number": room.to_string()});
        calls.push(("G4", By::Beth, "manage_booking", arguments));
    }
    for (email, _) in GUESTS {
        calls.push((
            "G4",
            By::Beth,
            "manage_booking",
            json!({"booking_number": "BK-0001", "guest_email": email}),
        ));
    }
    calls
}

/// Of the staff's server.
fn by_staff() -> Vec<Call> {
    let mut calls: Vec<Call> = vec![];
    let mut add = |sentence, tool, arguments| calls.push((sentence, By::Staff, tool, arguments));
    for room in rooms() {
        add("A1", "create_booking", book(NOBODYS[0], room, -3, 2));
        add("A1", "create_booking", book(NOBODYS[1], room, 40, 38));
        add("A2", "create_booking", book(NOBODYS[0], room, 800, 802));
        let mut many = book(NOBODYS[1], room, 50, 52);
        many["number_of_guests"] = 9.into();
        add("A5", "create_booking", many);
        if room != 101 && room != 201 {
            // Those two are occupied: asking for what is so changes nothing.
            add("S2", "update_room_status", json!({"room_number": room.to_string(), "status": "Occupied"}));
        }
    }
    for (room, from, to) in HELD {
        for guest in NOBODYS {
            for (first, last) in [(from, to), (from, from + 1), (to - 1, to + 1)] {
                add("A3", "create_booking", book(guest, room, first, last));
            }
        }
        if room != "210" {
            let arguments = json!({"booking_number": "BK-0007", "room_number": room, "check_in_date": day(from), "check_out_date": day(to)});
            add("A3", "manage_booking", arguments);
        }
    }
    for ahead in 1..=20 {
        add("A4", "create_booking", book(NOBODYS[0], 203, ahead, ahead + 1));
    }
    for room in ["107", "207"] {
        add("A4", "create_booking", book(NOBODYS[1], room, 0, 1));
    }
    for (email, booking) in [GUESTS[4], GUESTS[5]] {
        add("A7", "check_in_guest", json!({"guest_email": email, "booking_number": booking}));
        add("S4", "cancel_booking", json!({"booking_number": booking, "no_show": true}));
    }
    add("A8", "check_in_guest", json!({"guest_email": GUESTS[3].0}));
    add("A9", "check_in_guest", json!({"guest_email": GUESTS[2].0}));
    for (email, booking) in &GUESTS[1..] {
        let pay =
            json!({"guest_email": email, "booking_number": booking, "payment_method_id": "pm_card_visa"});
        add("A10", "process_guest_checkout", pay);
    }
    for wrong in 1..=60 {
        let due = if wrong % 2 == 0 { (BETH, 29_998) } else { (GUESTS[0].0, 14_999) };
        let amount = if wrong % 3 == 0 { due.1 + wrong } else { due.1 - wrong };
        let pay = json!({"guest_email": due.0, "payment_method_id": "pm_card_visa", "amount_cents": amount});
        add("A11", "process_guest_checkout", pay);
    }
    for card in [
        "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedLostCard",
        "pm_card_chargeDeclinedExpiredCard",
        "pm_card_nosuch",
    ] {
        add("A12", "process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": card}));
    }
    for booking in ["BK-0001", "BK-0002", "BK-0009", "BK-0010"] {
        for no_show in [false, true] {
            add("A13", "cancel_booking", json!({"booking_number": booking, "no_show": no_show}));
        }
    }
    for booking in ["BK-0009", "BK-0010"] {
        for change in [
            json!({"check_out_date": day(9)}),
            json!({"number_of_guests": 1}),
            json!({"special_requests": "x"}),
        ] {
            let mut arguments = change;
            arguments["booking_number"] = booking.into();
            add("A15", "manage_booking", arguments);
        }
    }
    for (email, _) in &GUESTS[1..] {
        add("A16", "submit_guest_service_request", json!({"guest_email": email, "description": "Towels."}));
    }
    for (room, status) in [
        ("101", "Vacant"),
        ("101", "Cleaning"),
        ("101", "Maintenance"),
        ("201", "Out of Service"),
        ("201", "Vacant"),
    ] {
        add("S2", "update_room_status", json!({"room_number": room, "status": status}));
    }
    for room in ["106", "107", "203", "206", "207", "201"] {
        add("S1", "assign_room", json!({"booking_number": "BK-0002", "room_number": room}));
    }
    for nobody in NOBODYS.iter().chain([&BETH]) {
        let undo = json!({"guest_email": nobody, "payment_intent_id": "pi_unknown"});
        add("S5", "compensate_checkout_failure", undo);
        if *nobody != "rthompson@example.com" {
            let undo = json!({"guest_email": nobody, "payment_intent_id": "pi_seed_0009"});
            add("S5", "compensate_checkout_failure", undo);
        }
    }
    for (email, _) in GUESTS {
        let arguments = json!({"staff_email": email, "room_number": "105", "description": "The lamp."});
        add("S7", "submit_maintenance_request", arguments);
    }
    for unknown in 1..=15 {
        add(
            "S9",
            "manage_booking",
            json!({"booking_number": "BK-0007", "guest_email": format!("nobody{unknown}@example.com")}),
        );
        add("S11", "cancel_booking", json!({"booking_number": format!("BK-9{unknown:03}")}));
        add(
            "S11",
            "update_room_status",
            json!({"room_number": format!("9{unknown:02}"), "status": "Vacant"}),
        );
        add("S11", "manage_case", json!({"case_number": format!("9999{unknown}"), "status": "Closed"}));
        add("S11", "check_in_guest", json!({"guest_email": format!("nobody{unknown}@example.com")}));
    }
    calls
}

async fn accepted(server: &Server, (sentence, _, tool, arguments): &Call) -> Option<String> {
    let told = server.call(tool, arguments.clone()).await;
    told.succeeded().then(|| format!("{sentence}: {tool} {arguments}: {}", told.0))
}

#[tokio::test]
async fn the_tools_accept_none_of_the_calls_that_the_policy_forbids() {
    let world = World::new();
    let (beth, staff) = (world.guest(BETH), world.staff());
    staff.call("search_contacts", json!({})).await.data();
    let known = sentences();
    let before = state::of(&Books::open(&world));
    let calls = [by_a_guest(), by_staff()].concat();
    let mut wrong = vec![];
    for call in &calls {
        assert!(known.iter().any(|sentence| sentence == call.0), "there is no sentence {}", call.0);
        let server = if call.1 == By::Beth { &beth } else { &staff };
        wrong.extend(accepted(server, call).await);
    }
    assert!(wrong.is_empty(), "{} of {} were accepted: {wrong:#?}", wrong.len(), calls.len());
    assert_eq!(state::of(&Books::open(&world)), before, "nothing in the hotel has changed");
    let different: std::collections::BTreeSet<String> = calls
        .iter()
        .map(|(_, by, tool, arguments)| format!("{} {tool} {arguments}", *by == By::Beth))
        .collect();
    assert_eq!(different.len(), calls.len(), "each is another call");
    assert!(calls.len() >= 500, "there are {}", calls.len());
    let sentences: std::collections::BTreeSet<_> = calls.iter().map(|call| call.0).collect();
    eprintln!("{} forbidden calls of {} sentences, 0 accepted", calls.len(), sentences.len());
}
