//! A day of the first release, as its data folder tells it (`tests/corpus/journal-04`). It opens; calls, bookings and prices are
//! kept; what was unfinished is finished. `corpus` holds the same of each version after it.

use rusqlite::Connection;
use serde_json::{Value, json};
use tests::{Backend, Books, Server, World};

const FILES: [(&str, &str); 4] = [
    ("hotel.db", include_str!("../corpus/journal-04/hotel.sql")),
    ("payments.db", include_str!("../corpus/journal-04/payments.sql")),
    ("messages.db", include_str!("../corpus/journal-04/messages.sql")),
    ("journal.db", include_str!("../corpus/journal-04/journal.sql")),
];
const READS: &str = include_str!("../corpus/journal-04/reads.log");
/// The day that version ran.
const THAT_DAY: &str = "2026-11-27";

/// The folder as that version left it, whenever this runs: nothing in it is too old to be kept.
fn left_by_the_version_before() -> World {
    let world = World::on(Backend::Embedded).with_env("HOTEL_AUDIT_DAYS", "36500");
    std::fs::create_dir(world.data()).expect("a folder");
    for (file, text) in FILES {
        let connection = Connection::open(world.data().join(file)).expect("a file");
        connection.execute_batch(&format!("PRAGMA journal_mode = WAL; BEGIN; {text} COMMIT;")).expect(file);
    }
    std::fs::write(world.data().join("reads.log"), READS).expect("a file");
    world
}

async fn booking(staff: &Server, number: &str) -> Value {
    let told = staff
        .call("search_bookings_on_behalf_of_staff", json!({"booking_number": number, "status_filter": null}))
        .await;
    told.data()["bookings"][0].clone()
}

/// Everything that version left unfinished is finished, as a server does by itself in time.
async fn finish(world: &World) -> Value {
    world.run_staff(&["reconcile", "--json", "--days", "3650"]).await.json()
}

#[tokio::test]
async fn bookings_keep_their_state_and_their_price() {
    let world = left_by_the_version_before();
    let staff = world.staff();
    let over_or_to_come = [
        ("BK-0001", "Checked Out", 29_998),
        ("BK-0005", "Reserved", 29_998),
        ("BK-0008", "Reserved", 159_992), // lengthened by two nights
        ("BK-0009", "Checked Out", 29_998),
        ("BK-0011", "Reserved", 59_997),
    ];
    for (number, status, folio) in over_or_to_come {
        let found = booking(&staff, number).await;
        assert_eq!((&found["status"], &found["folio_cents"]), (&json!(status), &json!(folio)), "{number}");
    }
    let rates = [
        ("BK-0003", "205", 14_999),
        ("BK-0008", "209", 19_999),
        ("BK-0011", "208", 19_999),
        ("BK-0012", "108", 19_999),
    ];
    for (number, room, rate) in rates {
        let found = booking(&staff, number).await;
        assert_eq!(
            (&found["room_number"], &found["nightly_rate_cents"]),
            (&json!(room), &json!(rate)),
            "{number}"
        );
    }
    for (number, status) in [("BK-0002", "Checked In"), ("BK-0006", "No Show"), ("BK-0007", "Cancelled")] {
        assert_eq!(booking(&staff, number).await["status"], status, "{number}");
    }
    assert_eq!(
        world.sale_cents("BK-0002"),
        44_997,
        "three nights as agreed, also in the suite he was moved to"
    );
    assert_eq!(booking(&staff, "BK-0011").await["special_requests"], "A cot, please.");
}

#[tokio::test]
async fn a_booking_that_is_changed_keeps_the_price_it_was_agreed_at() {
    let world = left_by_the_version_before();
    let later = json!({"booking_number": "BK-0011", "special_requests": "Two cots, please."});
    world.staff().done("manage_booking", later).await;
    let found = booking(&world.staff(), "BK-0011").await;
    assert_eq!((&found["folio_cents"], &found["check_in_date"]), (&json!(59_997), &json!("2026-11-28")));
}

#[tokio::test]
async fn calls_keep_their_tokens_and_their_place_in_the_trail() {
    let world = left_by_the_version_before();
    let staff = world.staff();
    let beth = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa",
        "idempotency_token": "leave-beth"});
    let told = staff.call("process_guest_checkout", beth.clone()).await;
    assert_eq!((&told.data()["replayed"], &told.data()["amount_cents"]), (&json!(true), &json!(29_998)));
    let otherwise = tests::with(beth, json!({"payment_method_id": "pm_card_mastercard"}));
    staff.refused("process_guest_checkout", otherwise, "IDEMPOTENCY_TOKEN_REUSED").await;
    let trail = async |filter: Value| {
        let filter = tests::with(filter, json!({"limit": 50, "since": THAT_DAY}));
        staff.call("search_tool_calls", filter).await.data()["tool_calls"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let of_sarah = trail(json!({"guest_email": "sarah@example.com"})).await;
    let tools: Vec<_> = of_sarah.iter().filter_map(|call| call["tool"].as_str()).collect();
    for tool in ["check_in_guest", "process_guest_checkout", "search_bookings_on_behalf_of_staff"] {
        assert!(tools.contains(&tool), "{tool} is not in {tools:?}");
    }
    let of_carl = trail(json!({"tool": "search_bookings_on_behalf_of_guest"})).await;
    assert_eq!(of_carl.len(), 1, "a read that was not sorted in yet");
    let moved = trail(json!({"idempotency_token": "move-carl"})).await;
    assert_eq!(
        (&moved[0]["outcome"], &moved[0]["answer"]["data"]["room_number"]),
        (&json!("done"), &json!("110"))
    );
}

#[tokio::test]
async fn what_was_unfinished_is_finished_once() {
    let world = left_by_the_version_before();
    let found = finish(&world).await;
    assert_eq!(found["needs_attention"], json!([]), "{found}");
    assert_eq!(found["pending"], json!([]), "{found}");

    assert_eq!(
        world.booking_status("BK-0012"),
        "Checked Out",
        "he had paid again and was about to be let go"
    );
    assert_eq!((world.payments_taken("BK-0012"), world.payments_kept("BK-0012")), (2, 1));
    assert_eq!(world.booking_status("BK-0013"), "Checked Out", "she had been charged, and nobody knew it");
    assert_eq!(world.payments_taken("BK-0013"), 1);
    assert_eq!(world.booking_status("BK-0002"), "Checked In", "he never answered his bank");
    assert_eq!(world.payments_taken("BK-0002"), 0);
    assert_eq!(world.booking_status("BK-0004"), "Checked In");
    assert_eq!(world.room("102").status, "Occupied");
    assert_eq!(world.refunds("BK-0009"), 1);
    let towels = "SELECT number FROM cases WHERE description = 'Two towels, please.'";
    assert_eq!(Books::open(&world).rows(towels).len(), 1);
    assert_eq!(world.booking_status("BK-0014"), "Reserved", "one that was about to be booked");
    assert!(world.texted().contains(&"+15550100004".to_owned()), "a welcome that was still to be sent");
    Books::open(&world).are_in_order();

    let staff = world.staff();
    for (tool, token, arguments) in [
        (
            "process_guest_checkout",
            "leave-patrick-2",
            json!({"guest_email": "patrick.obrien@example.com",
            "payment_method_id": "pm_card_visa"}),
        ),
        (
            "process_guest_checkout",
            "leave-maria",
            json!({"guest_email": "maria.garcia@example.com",
            "payment_method_id": "pm_card_visa"}),
        ),
        (
            "check_in_guest",
            "arrive-wei",
            json!({"guest_email": "wei.chen@example.com", "booking_number": "BK-0004"}),
        ),
    ] {
        let again = tests::with(arguments, json!({"idempotency_token": token}));
        assert_eq!(staff.call(tool, again).await.data()["replayed"], true, "{token}");
    }
    let after = finish(&world).await;
    assert_eq!((&after["finished"], world.payments_taken("BK-0013")), (&json!(0), 1), "{after}");
}
