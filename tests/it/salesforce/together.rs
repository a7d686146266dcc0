//! Two machines, each with a journal of its own, on one org: their requests interleaved at every point.

use super::Org;
use serde_json::{Value, json};
use tests::fakes::{On, Stripe};
use tests::{Server, Told, World, day};

const PATRICK: &str = "patrick.obrien@example.com";
const SOOJIN: &str = "soojin.kim@example.com";
const SARAH: &str = "sarah@example.com";
const CARL: &str = "carl.smith@example.com";

/// Another machine on the same org.
fn another(org: &Org) -> (World, Server) {
    let mut world = World::new();
    for (name, value) in org.fake.env() {
        world = world.with_env(name, &value);
    }
    let staff = world.staff();
    (world, staff)
}

fn write() -> On {
    On::path("/composite").saying("\"allOrNone\":true")
}

/// Holds the first machine's write before its `at`-th subrequest; meanwhile the second one asks.
async fn interleaved(org: &Org, at: usize, first: (&str, Value), second: (&str, Value)) -> (Told, Told) {
    let a = org.world.staff();
    let (_world, b) = another(org);
    b.done("search_contacts", json!({"query": "nobody"})).await; // it has started
    let mut pause = org.fake.pause(write(), at);
    let one = a.send(first.0, first.1).await;
    let (one, two) = tokio::join!(one, async {
        pause.reached().await;
        let two = b.send(second.0, second.1).await;
        let mut two = std::pin::pin!(two);
        // Either it needs no row that the first one holds, or it waits for one.
        let told = tokio::select! {
            told = &mut two => Some(told),
            () = org.fake.waiting(1) => None,
        };
        pause.resume();
        match told {
            Some(told) => told,
            None => two.await,
        }
    });
    (one.expect("an answer"), two.expect("an answer"))
}

fn book(guest: &str) -> (&'static str, Value) {
    let nights = json!({"guest_email": guest, "room_number": "104", "check_in_date": day(1), "check_out_date": day(4)});
    ("create_booking", nights)
}

#[tokio::test]
async fn two_machines_never_book_the_same_night_twice() {
    for at in 0..=5 {
        let org = Org::new();
        let (a, b) = interleaved(&org, at, book(PATRICK), book(SOOJIN)).await;
        let won = [&a, &b].into_iter().filter(|told| told.succeeded()).count();
        let lost = if a.succeeded() { &b } else { &a };
        assert_eq!((won, lost.code()), (1, "ROOM_ALREADY_BOOKED"), "held before {at}: {} {}", a.0, b.0);
        let held = org.fake.query(
            "SELECT Id FROM Booking__c WHERE Room__r.Room_Number__c = '104' AND Status__c = 'Reserved'",
        );
        assert_eq!(held.len(), 1, "held before {at}");
    }
}

#[tokio::test]
async fn a_room_is_not_booked_while_somebody_is_moved_there() {
    for at in 0..=5 {
        let org = Org::new();
        let move_there = json!({"booking_number": "BK-0003", "room_number": "104"});
        let tonight = json!({"guest_email": PATRICK, "room_number": "104", "check_in_date": day(0), "check_out_date": day(4)});
        let (a, b) = interleaved(&org, at, ("assign_room", move_there), ("create_booking", tonight)).await;
        let won = [&a, &b].into_iter().filter(|told| told.succeeded()).count();
        assert_eq!(won, 1, "held before {at}: {} {}", a.0, b.0);
    }
}

/// Others have booked a room twice. Whoever comes first gets it.
#[tokio::test]
async fn two_guests_are_never_both_checked_in_to_a_room() {
    for at in 0..=6 {
        let org = Org::new();
        let sale =
            json!({"Name": "Walk-in", "StageName": "Closed Won", "CloseDate": day(0), "Amount": 449.97});
        let sale = org.fake.insert("Opportunity", &sale);
        let soojin = org.text("Contact", ("Email", "soojin.kim@example.com"), "Id");
        let room = org.text("Hotel_Room__c", ("Room_Number__c", "205"), "Id");
        let twice = json!({"Opportunity__c": sale, "Primary_Guest__c": soojin, "Room__c": room, "Status__c": "Reserved",
            "Check_In_Date__c": day(0), "Check_Out_Date__c": day(3)});
        org.fake.insert("Booking__c", &twice);
        let arrive = |guest: &str| ("check_in_guest", json!({"guest_email": guest}));
        let (a, b) = interleaved(&org, at, arrive(SARAH), arrive("soojin.kim@example.com")).await;
        let won = [&a, &b].into_iter().filter(|told| told.succeeded()).count();
        let lost = if a.succeeded() { &b } else { &a };
        assert_eq!((won, lost.code()), (1, "ROOM_NOT_VACANT"), "held before {at}: {} {}", a.0, b.0);
        let here = org.fake.query(
            "SELECT Id FROM Booking__c WHERE Room__r.Room_Number__c = '205' AND Status__c = 'Checked In'",
        );
        assert_eq!(here.len(), 1, "held before {at}");
    }
}

/// The same booking asked for on two machines: one of them does it, and nothing happens twice.
#[tokio::test]
async fn one_stay_is_begun_and_closed_once() {
    let tools = [
        ("check_in_guest", json!({"guest_email": SARAH}), "BK-0003", "Checked In", 6),
        ("cancel_booking", json!({"booking_number": "BK-0007"}), "BK-0007", "Cancelled", 5),
        (
            "manage_booking",
            json!({"booking_number": "BK-0007", "check_out_date": day(9)}),
            "BK-0007",
            "Reserved",
            8,
        ),
    ];
    for (tool, arguments, booking, status, parts) in tools {
        for at in 0..=parts {
            let org = Org::new();
            let (a, b) = interleaved(&org, at, (tool, arguments.clone()), (tool, arguments.clone())).await;
            assert!(a.succeeded() || b.succeeded(), "{tool} held before {at}: {} {}", a.0, b.0);
            assert_eq!(org.booking_status(booking), status);
            if tool == "manage_booking" {
                let sale = org.text("Booking__c", ("Name", booking), "Opportunity__c");
                let amount = org.fake.row("Opportunity", "Id", &sale).expect("a sale")["Amount"].as_f64();
                assert_eq!(amount, Some(599.98), "lowered once; held before {at}");
            }
        }
    }
}

/// The later of two machines answers from the hotel's present state, as one machine would.
#[tokio::test]
async fn whom_another_machine_has_let_in_is_already_checked_in() {
    let arrive = || ("check_in_guest", json!({"guest_email": SARAH}));
    for at in 0..=6 {
        let org = Org::new();
        let (a, b) = interleaved(&org, at, arrive(), arrive()).await;
        let mut already = [&a, &b].map(|told| told.data()["already_checked_in"].as_bool());
        already.sort_unstable();
        assert_eq!(already, [Some(false), Some(true)], "held before {at}: {} {}", a.0, b.0);
    }
}

/// A machine whose lock did not hold has booked the same nights a moment earlier: the later booking gives way.
#[tokio::test]
async fn of_two_bookings_of_one_night_the_later_gives_way() {
    let org = Org::new();
    let staff = org.world.staff();
    let mut pause =
        org.fake.pause(On::path("/query").method("GET").saying("Room__r.Room_Number__c = '104'"), 0);
    let (tool, arguments) = book(PATRICK);
    let answer = staff.send(tool, arguments).await;
    let (answer, ()) = tokio::join!(answer, async {
        pause.reached().await;
        let sale = json!({"Name": "Elsewhere", "StageName": "Booking Confirmed", "CloseDate": day(4)});
        let sale = org.fake.insert("Opportunity", &sale);
        let carl = org.text("Contact", ("Email", CARL), "Id");
        let room = org.text("Hotel_Room__c", ("Room_Number__c", "104"), "Id");
        let theirs = json!({"Opportunity__c": sale, "Primary_Guest__c": carl, "Room__c": room, "Status__c": "Reserved",
            "Check_In_Date__c": day(2), "Check_Out_Date__c": day(3)});
        let theirs = org.fake.insert("Booking__c", &theirs);
        org.fake.poke(&theirs, "Name", json!("BK-0000"));
        pause.resume();
    });
    assert_eq!(answer.expect("an answer").code(), "ROOM_ALREADY_BOOKED");
    assert_eq!(
        (org.booking_status("BK-0011"), org.stage("BK-0011")),
        ("Cancelled".into(), "Closed Lost".into())
    );
    assert_eq!(org.booking_status("BK-0000"), "Reserved");
}

/// The first attempt is still under way when its answer is given up: the second one waits for its rows, finds that it is
/// done, and does nothing.
#[tokio::test]
async fn an_attempt_that_was_given_up_and_still_succeeds_is_found() {
    let org = Org::new().with_env(vec![("HOTEL_STEP_TIMEOUT_SECONDS", "1".to_owned())]);
    let staff = org.world.staff();
    let mut pause = org.fake.pause(write(), 6);
    let answer = staff.send("check_in_guest", json!({"guest_email": SARAH})).await;
    let (answer, ()) = tokio::join!(answer, async {
        pause.reached().await;
        org.fake.waiting(1).await;
        pause.resume();
    });
    assert_eq!(answer.expect("an answer").data()["already_checked_in"], false);
    assert_eq!(
        (org.booking_status("BK-0003"), org.room_status("205")),
        ("Checked In".into(), "Occupied".into())
    );
}

/// Charged here and not closed; the other machine gives the money back, and records it. Then this one goes on.
#[tokio::test]
async fn a_stay_whose_payment_another_machine_gave_back_is_not_closed_with_it() {
    let (org, stripe) = (Org::new(), Stripe::start());
    let org = org.with_env(stripe.env());
    let (mut world, mut staff) = another(&org);
    for (name, value) in stripe.env() {
        world = world.with_env(name, &value);
    }
    staff.kill().await;
    let leave = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa", "idempotency_token": "leaving"});
    let faults = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", "close_stay=killed_before")];
    let call = ["call", "process_guest_checkout", &leave.to_string()];
    assert_eq!(org.world.run("staff-server", &call, &faults, "").await.code, None, "killed");
    let payment = stripe.intents()[0]["id"].clone();
    let undo = json!({"payment_intent_id": payment, "guest_email": "beth.gibbs@email.com"});
    let undone = world.staff().call("compensate_checkout_failure", undo).await;
    assert_eq!(undone.data()["booking_status"], "Checked In", "{}", undone.0);
    crate::recovery::due(&org.world);
    let told = org.world.staff().call("process_guest_checkout", leave).await;
    assert_eq!((told.code(), &told.details()["undone"]), ("ALREADY_REFUNDED", &json!(true)), "{}", told.0);
    assert_eq!(
        (org.booking_status("BK-0001"), org.room_status("201")),
        ("Checked In".into(), "Occupied".into())
    );
    assert_eq!((stripe.intents().len(), stripe.refunds().len()), (1, 1));
}
