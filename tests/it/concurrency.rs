//! Many callers at once, from several processes on one hotel.

use serde_json::{Value, json};
use tests::{Books, Server, Told, World, day};

/// Sends all calls before any answer is waited for.
async fn at_once(calls: impl IntoIterator<Item = (&Server, &str, Value)>) -> Vec<Told> {
    let mut pending = vec![];
    for (server, tool, arguments) in calls {
        pending.push(server.send(tool, arguments).await);
    }
    let mut told = vec![];
    for answer in pending {
        told.push(answer.await.expect("an answer"));
    }
    told
}

fn codes(told: &[Told]) -> Vec<&str> {
    told.iter().filter(|told| !told.succeeded()).map(Told::code).collect()
}

#[tokio::test]
async fn of_twenty_guests_who_want_one_room_for_the_same_nights_one_gets_it() {
    let world = World::new();
    let (staff, kiosk) = (world.staff(), world.kiosk());
    let wish = |i: i64| {
        json!({
            "guest_email": format!("guest{i}@example.com"), "guest_first_name": "Guest", "guest_last_name": i.to_string(),
            "room_number": "108", "check_in_date": day(30 + i % 5), "check_out_date": day(36 + i % 3)
        })
    };
    let both = [&staff, &kiosk].into_iter().cycle();
    let told = at_once(both.zip(0..20).map(|(server, i)| (server, "create_booking", wish(i)))).await;
    assert_eq!(codes(&told), ["ROOM_ALREADY_BOOKED"; 19]);
    let books = Books::open(&world);
    assert_eq!(books.count("SELECT count(*) FROM bookings"), 11);
    assert_eq!(books.count("SELECT count(*) FROM contacts"), 14, "whoever got no room is not added");
    books.are_in_order();
}

#[tokio::test]
async fn ten_checkouts_of_one_stay_with_two_cards_charge_once() {
    let world = World::new();
    let (staff, beth) = (world.staff(), world.guest("beth.gibbs@email.com"));
    let checkout = |i: usize| {
        let card = if i.is_multiple_of(3) { "pm_card_chargeDeclined" } else { "pm_card_visa" };
        json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": card, "idempotency_token": format!("t{i}")})
    };
    let both = [&staff, &beth].into_iter().cycle();
    let told =
        at_once(both.zip(0..10).map(|(server, i)| (server, "process_guest_checkout", checkout(i)))).await;
    assert!(codes(&told).iter().all(|code| *code == "PAYMENT_FAILED"), "{told:?}");
    let charged = told.iter().filter(|told| told.succeeded() && told.data()["already_checked_out"] == false);
    assert_eq!(charged.count(), 1);
    let books = Books::open(&world);
    let of_beth = "FROM intents WHERE booking = 'BK-0001'";
    assert_eq!(books.count(&format!("SELECT count(*) {of_beth}")), 1, "a stay has one intent");
    assert_eq!(books.count(&format!("SELECT count(*) {of_beth} AND status = 'succeeded'")), 1);
    assert_eq!(books.count("SELECT count(*) FROM refunds"), 0);
    assert_eq!(books.count("SELECT count(*) FROM payment_transactions WHERE booking_id = 1"), 1);
    books.are_in_order();
}

#[tokio::test]
async fn one_token_from_two_processes_at_once_has_one_effect_and_one_answer() {
    let world = World::new();
    let (one, other) = (world.staff(), world.staff());
    let calls = [
        (
            "process_guest_checkout",
            json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"}),
        ),
        ("check_in_guest", json!({"guest_email": "sarah@example.com"})),
        (
            "create_booking",
            json!({"guest_email": "soojin.kim@example.com", "room_number": "100", "check_in_date": day(1),
                   "check_out_date": day(2)}),
        ),
        (
            "submit_guest_service_request",
            json!({"guest_email": "carl.smith@example.com", "description": "Ice."}),
        ),
        ("cancel_booking", json!({"booking_number": "BK-0007"})),
        ("assign_room", json!({"booking_number": "BK-0008", "room_number": "109"})),
        (
            "compensate_checkout_failure",
            json!({"payment_intent_id": "pi_seed_0009", "guest_email": "rthompson@example.com"}),
        ),
        ("update_room_status", json!({"room_number": "106", "status": "Vacant"})),
        (
            "create_contact_if_not_found",
            json!({"email": "new@example.com", "first_name": "N", "last_name": "W"}),
        ),
    ];
    for (tool, mut arguments) in calls {
        arguments["idempotency_token"] = format!("once {tool}").replace(' ', "-").into();
        let four = [&one, &other, &one, &other].map(|server| (server, tool, arguments.clone()));
        let told = at_once(four).await;
        let ran = told.iter().filter(|told| told.data()["replayed"] == false).count();
        assert_eq!(ran, 1, "{tool}: {told:?}");
        let answers = told.iter().map(|told| {
            let mut data = told.data().clone();
            data["replayed"] = Value::Null;
            data
        });
        let answers: Vec<_> = answers.collect();
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{tool}: {answers:?}");
    }
    let books = Books::open(&world);
    assert_eq!(books.count("SELECT count(*) FROM bookings"), 11);
    assert_eq!(books.count("SELECT count(*) FROM cases"), 4);
    assert_eq!(books.count("SELECT count(*) FROM refunds"), 1);
    books.are_in_order();
}

#[tokio::test]
async fn a_hundred_mixed_calls_from_five_processes_meet_no_lock_and_no_fault() {
    let world = World::new();
    let servers = [
        world.staff(),
        world.guest("beth.gibbs@email.com"),
        world.staff(),
        world.guest("carl.smith@example.com"),
        world.kiosk(),
    ];
    let [staff, beth, more_staff, carl, kiosk] = &servers;
    let mut calls = vec![];
    for (n, i) in (0..10_i64).enumerate() {
        let guest = format!("guest{}@example.com", i % 3);
        calls.extend([
            (staff, "search_rooms_on_behalf_of_staff", json!({"limit": 50})),
            (more_staff, "assign_room", json!({"booking_number": "BK-0008", "room_number": format!("20{}", 7 + i % 3)})),
            (beth, "search_bookings_on_behalf_of_guest", json!({"status_filter": "All"})),
            (carl, "submit_guest_service_request", json!({"description": format!("Towels {}", i % 4)})),
            (kiosk, "create_booking", json!({
                "guest_email": guest, "guest_first_name": "A", "guest_last_name": "B", "room_number": format!("10{}", i % 4),
                "check_in_date": day(40 + i), "check_out_date": day(43 + i)})),
            (staff, "update_room_status", json!({"room_number": "106", "status": (["Vacant", "Cleaning", "Maintenance"][n % 3])})),
            (beth, "process_guest_checkout", json!({"payment_method_id": (["pm_card_visa", "pm_card_chargeDeclined"][n % 2])})),
            (more_staff, "manage_booking", json!({"booking_number": "BK-0007", "number_of_guests": 1 + i % 4})),
            (kiosk, "search_available_rooms", json!({"check_in_date": day(40), "check_out_date": day(41)})),
            (staff, "search_tool_calls", json!({"limit": 5})),
        ]);
    }
    let told = at_once(calls).await;
    assert_eq!(told.len(), 100);
    for told in &told {
        let text = told.0.to_string();
        assert!(!text.contains("locked") && !text.contains("busy"), "{text}");
        assert!(told.succeeded() || (told.0["http_status"].as_u64() < Some(500)), "{text}");
    }
    for server in &servers {
        let said = server.stderr();
        assert!(!said.contains("locked") && !said.contains("ERROR"), "{said}");
    }
    Books::open(&world).are_in_order();
}

#[tokio::test]
async fn a_check_in_a_cancellation_and_a_move_of_one_booking_leave_it_whole() {
    let world = World::new();
    let (one, other) = (world.staff(), world.staff());
    for room in ["100", "104", "105", "108", "109", "200", "202", "204"] {
        let wish = json!({"guest_email": "soojin.kim@example.com", "room_number": room, "check_in_date": day(0),
                          "check_out_date": day(2)});
        let booking = one.call("create_booking", wish).await.data()["booking_number"].clone();
        let about = json!({"booking_number": booking});
        let told = at_once([
            (
                &one,
                "check_in_guest",
                json!({"booking_number": booking, "guest_email": "soojin.kim@example.com"}),
            ),
            (&other, "cancel_booking", about.clone()),
            (&other, "assign_room", json!({"booking_number": booking, "room_number": "110"})),
            (&one, "manage_booking", json!({"booking_number": booking, "check_out_date": day(3)})),
        ])
        .await;
        assert!(
            !(told[0].succeeded() && told[1].succeeded()),
            "a guest who is here is not cancelled: {told:?}"
        );
        assert!(told[0].succeeded() || told[1].succeeded(), "one of them was first: {told:?}");
        Books::open(&world).are_in_order();
        if told[0].succeeded() {
            let paid = json!({"booking_number": booking, "guest_email": "soojin.kim@example.com",
                              "payment_method_id": "pm_card_visa"});
            assert!(one.call("process_guest_checkout", paid).await.succeeded());
            for room in [room, "110"] {
                let told =
                    one.call("update_room_status", json!({"room_number": room, "status": "Vacant"})).await;
                assert!(told.succeeded());
            }
        }
    }
    Books::open(&world).are_in_order();
}

#[tokio::test]
async fn two_bookings_of_one_sale_come_and_go_at_once_and_the_sale_is_won() {
    let world = World::new();
    let (staff, wei) = (world.staff(), world.guest("wei.chen@example.com"));
    let about = |booking: &str| json!({"guest_email": "wei.chen@example.com", "booking_number": booking});
    let with_card = |booking: &str| {
        let mut about = about(booking);
        about["payment_method_id"] = "pm_card_visa".into();
        about
    };
    let told =
        at_once([(&staff, "check_in_guest", about("BK-0004")), (&wei, "check_in_guest", about("BK-0005"))])
            .await;
    assert_eq!(codes(&told), [""; 0]);
    Books::open(&world).are_in_order();
    let told = at_once([
        (&staff, "process_guest_checkout", with_card("BK-0004")),
        (&wei, "process_guest_checkout", with_card("BK-0005")),
    ])
    .await;
    assert_eq!(codes(&told), [""; 0]);
    let books = Books::open(&world);
    books.are_in_order();
    let sale = "FROM opportunities WHERE id = (SELECT opportunity_id FROM bookings WHERE number = 'BK-0004')";
    assert_eq!(books.texts(&format!("SELECT stage {sale}")), ["Closed Won"]);
    // Both left after one night each: the sale is worth what was charged, whoever came second.
    assert_eq!(books.count(&format!("SELECT amount_cents {sale}")), 2 * 14_999);
}

#[tokio::test]
async fn two_compensations_of_one_payment_refund_once() {
    let world = World::new();
    let (one, other) = (world.staff(), world.staff());
    let checkout = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    for round in 1..=4 {
        assert!(one.call("process_guest_checkout", checkout.clone()).await.succeeded());
        let books = Books::open(&world);
        let paid =
            books.texts("SELECT id FROM intents WHERE booking = 'BK-0001' ORDER BY rowid DESC LIMIT 1");
        let undo = json!({"payment_intent_id": paid[0], "guest_email": "beth.gibbs@email.com"});
        let four =
            [&one, &other, &one, &other].map(|server| (server, "compensate_checkout_failure", undo.clone()));
        let told = at_once(four).await;
        assert_eq!(codes(&told), ["ALREADY_REFUNDED"; 3]);
        assert_eq!(books.count("SELECT count(*) FROM refunds"), round);
        books.are_in_order();
    }
}

#[tokio::test]
async fn ten_times_the_same_request_opens_one_case() {
    let world = World::new();
    let (staff, beth) = (world.staff(), world.guest("beth.gibbs@email.com"));
    let wish = json!({"guest_email": "beth.gibbs@email.com", "description": "The toilet is broken."});
    let both = [&staff, &beth].into_iter().cycle().take(10);
    let told = at_once(both.map(|server| (server, "submit_guest_service_request", wish.clone()))).await;
    let created = told.iter().filter(|told| told.data()["created"] == true).count();
    assert_eq!(created, 1);
    let number = &told[0].data()["case_number"];
    assert!(told.iter().all(|told| told.data()["case_number"] == *number));
    let books = Books::open(&world);
    assert_eq!(books.count("SELECT count(*) FROM cases WHERE description = 'The toilet is broken.'"), 1);
    books.are_in_order();
}

/// A guest's own servers count: what is asked for at once is made one after the other.
#[tokio::test]
async fn a_guest_who_books_six_rooms_at_once_gets_no_more_than_a_guest_may_have() {
    const PATRICK: &str = "patrick.obrien@example.com";
    let world = World::new().with_env("HOTEL_BOOKINGS_PER_GUEST", "2");
    let (one, other) = (world.guest(PATRICK), world.guest(PATRICK));
    let wish = |i: i64| json!({"room_number": (108 - i).to_string(), "check_in_date": day(40 + 3 * i), "check_out_date": day(42 + 3 * i)});
    let both = [&one, &other].into_iter().cycle();
    let told = at_once(both.zip(0..6).map(|(server, i)| (server, "create_booking", wish(i)))).await;
    assert_eq!(codes(&told), ["TOO_MANY_BOOKINGS"; 4]);
    let books = Books::open(&world);
    assert_eq!(books.count("SELECT count(*) FROM bookings"), 12);
    books.are_in_order();
}
