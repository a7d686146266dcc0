//! The one shape of every refusal, and the hotel's settings that every tool shares.

use serde_json::{Value, json};
use tests::{World, day};

const BETH: &str = "beth.gibbs@email.com";
const OBRIEN: &str = "patrick.obrien@example.com";

fn book(room: &str, from: i64, to: i64) -> Value {
    json!({"guest_email": OBRIEN, "room_number": room, "check_in_date": day(from), "check_out_date": day(to)})
}

/// One code, one status, for every way a staff call can be refused on the embedded hotel, with a next
/// step an agent can take.
#[tokio::test]
async fn each_code_has_its_status_and_says_what_to_do_next() {
    let world = World::new();
    let staff = world.staff();
    let pay = |method: &str| json!({"guest_email": BETH, "payment_method_id": method});
    let undo = |payment: &str| json!({"guest_email": "rthompson@example.com", "payment_intent_id": payment});
    staff.done("compensate_checkout_failure", undo("pi_seed_0009")).await;
    staff
        .done("create_booking", {
            let mut request = book("104", 1, 2);
            request["idempotency_token"] = "t".into();
            request
        })
        .await;
    let mut many = book("104", 3, 4);
    many["number_of_guests"] = 9.into();
    let mut reused = book("105", 1, 2);
    reused["idempotency_token"] = "t".into();
    let mut wrong_amount = pay("pm_card_visa");
    wrong_amount["amount_cents"] = 50.into();
    let nobody = json!({"guest_email": "nobody@example.com"});
    for (tool, arguments, code, status, retry_safe) in [
        ("check_in_guest", json!({}), "VALIDATION_ERROR", 400, false),
        ("create_booking", book("104", -1, 2), "INVALID_DATES", 400, false),
        ("process_guest_checkout", pay("pm_card_chargeDeclined"), "PAYMENT_FAILED", 402, false),
        (
            "submit_guest_service_request",
            json!({"guest_email": "bob@bobsplumbing.com", "description": "Tea."}),
            "INVALID_CONTACT_TYPE",
            403,
            false,
        ),
        ("check_in_guest", nobody, "GUEST_NOT_FOUND", 404, false),
        ("check_in_guest", json!({"guest_email": OBRIEN}), "RESERVATION_NOT_FOUND", 404, false),
        ("cancel_booking", json!({"booking_number": "BK-9999"}), "BOOKING_NOT_FOUND", 404, false),
        ("create_booking", book("999", 1, 2), "ROOM_NOT_FOUND", 404, false),
        ("manage_case", json!({"case_number": "9", "status": "Closed"}), "CASE_NOT_FOUND", 404, false),
        ("compensate_checkout_failure", undo("pi_unknown"), "PAYMENT_NOT_FOUND", 404, false),
        (
            "check_in_guest",
            json!({"guest_email": "wei.chen@example.com"}),
            "MULTIPLE_RESERVATIONS",
            409,
            false,
        ),
        (
            "check_in_guest",
            json!({"guest_email": "sofia.martinez@example.com"}),
            "ROOM_NOT_VACANT",
            409,
            false,
        ),
        ("create_booking", book("209", 20, 21), "ROOM_ALREADY_BOOKED", 409, false),
        ("create_booking", book("203", 20, 21), "ROOM_OUT_OF_SERVICE", 409, false),
        ("create_booking", many, "OVER_CAPACITY", 409, false),
        ("cancel_booking", json!({"booking_number": "BK-0001"}), "INVALID_TRANSITION", 409, false),
        ("process_guest_checkout", wrong_amount, "AMOUNT_MISMATCH", 409, false),
        ("create_booking", reused, "IDEMPOTENCY_TOKEN_REUSED", 409, false),
        ("compensate_checkout_failure", undo("pi_seed_0009"), "ALREADY_REFUNDED", 409, false),
        (
            "process_guest_checkout",
            pay("pm_card_authenticationRequired"),
            "PAYMENT_ACTION_REQUIRED",
            202,
            true,
        ),
    ] {
        let told = staff.call(tool, arguments).await;
        assert_eq!(told.code(), code, "{tool}: {told:?}");
        assert_eq!(told.0["http_status"], status, "{code}");
        assert_eq!(told.0["retry_safe"], retry_safe, "{code}");
        assert!(told.details().is_object(), "{code}");
        assert!(told.0["next_step"].as_str().is_some_and(|step| !step.is_empty()), "{code} says what to do");
        assert_eq!(told.details()["idempotency_token"].is_string(), retry_safe, "{code}");
    }
}

/// An error code is never guessed from digits in a text.
#[tokio::test]
async fn an_email_with_400_in_it_is_only_an_email() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "400.bad.request@example.com"})).await;
    assert_eq!(told.code(), "GUEST_NOT_FOUND");
    assert_eq!(told.0["http_status"], 404);
}

/// Today is the hotel's day, not the machine's. The two zones are a day apart at any moment.
#[tokio::test]
async fn today_is_the_hotels_day() {
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let world = World::new().with_env("HOTEL_TIMEZONE", zone);
        let staff = world.staff();
        let today = jiff::Timestamp::now().in_tz(zone).unwrap().date();
        let (yesterday, tomorrow) = (today.yesterday().unwrap(), today.tomorrow().unwrap());
        let book = |from: jiff::civil::Date| json!({"guest_email": OBRIEN, "room_number": "104", "check_in_date": from, "check_out_date": tomorrow});
        staff.refused("create_booking", book(yesterday), "INVALID_DATES").await;
        staff.done("create_booking", book(today)).await;
        let arrived = staff.call("check_in_guest", json!({"guest_email": OBRIEN})).await;
        assert_eq!(arrived.data()["check_in_date"], today.to_string(), "{zone}");
    }
}

#[tokio::test]
async fn prices_are_in_the_hotels_currency() {
    let world = World::new().with_env("HOTEL_CURRENCY", "EUR");
    let staff = world.staff();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    assert_eq!(staff.call("process_guest_checkout", pay).await.data()["currency"], "eur");
    let status = staff.call("retrieve_payment_status", json!({"booking_number": "BK-0001"})).await;
    assert_eq!(status.data()["currency"], "eur");
}

/// Whole journeys need no identifier an agent cannot learn from an answer.
#[tokio::test]
async fn a_journey_from_nothing_to_the_receipt_on_what_the_tools_tell() {
    let world = World::new();
    let guest = world.guest("ana@example.com");
    let asked = json!({"check_in_date": day(0), "check_out_date": day(2), "number_of_guests": 2});
    let free = guest.call("search_available_rooms", asked).await;
    let room = free.data()["rooms"][0]["room_number"].clone();
    let price = free.data()["rooms"][0]["total_price_cents"].clone();
    let request = json!({
        "guest_first_name": "Ana", "guest_last_name": "Ruiz", "room_number": room, "number_of_guests": 2,
        "check_in_date": day(0), "check_out_date": day(2)
    });
    let booked = guest.call("create_booking", request).await;
    assert_eq!(booked.data()["folio_cents"], price, "the price that was promised");
    guest.done("check_in_guest", json!({})).await;
    guest.done("submit_guest_service_request", json!({"description": "Towels."})).await;
    let bookings = guest.call("search_bookings_on_behalf_of_guest", json!({})).await;
    let due = bookings.data()["bookings"][0]["folio_cents"].clone();
    let pay = json!({"payment_method_id": "pm_card_visa", "amount_cents": due});
    assert_eq!(guest.call("process_guest_checkout", pay).await.data()["amount_cents"], due);
    assert_eq!(world.payments_kept("BK-0011"), 1);
}

/// A kiosk acts for nobody in particular, so it must be told for whom; then it acts for that guest alone.
#[tokio::test]
async fn a_kiosk_must_be_told_who_asks() {
    let world = World::new();
    let kiosk = world.kiosk();
    let nobody = kiosk.call("check_in_guest", json!({})).await;
    assert_eq!(nobody.code(), "VALIDATION_ERROR");
    assert_eq!(nobody.details()["field"], "guest_email");
    let theirs = json!({"guest_email": OBRIEN, "booking_number": "BK-0003"});
    kiosk.refused("check_in_guest", theirs, "RESERVATION_NOT_FOUND").await;
    kiosk.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
}
