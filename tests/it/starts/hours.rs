//! The hotel's hours and country, and that all servers of a hotel have the same.

use super::{both_start, none_starts, nowhere};
use serde_json::json;

#[tokio::test]
async fn hours_are_hours_and_minutes() {
    for variable in ["HOTEL_CHECKOUT_TIME", "HOTEL_DAY_STARTS_AT"] {
        for value in
            ["11", "11:0", "1:00", "24:00", "11:60", "11:00:00", "11am", "-1:00", "noon", "11.00", "11:00Z"]
        {
            none_starts(&[(variable, value)], &[&format!("error: {variable}: "), "HH:MM"]).await;
        }
    }
    both_start(&[("HOTEL_CHECKOUT_TIME", "10:30"), ("HOTEL_DAY_STARTS_AT", "04:00")]).await;
}

#[tokio::test]
async fn the_day_begins_before_guests_leave_and_by_noon() {
    let hours = |day, checkout| [("HOTEL_DAY_STARTS_AT", day), ("HOTEL_CHECKOUT_TIME", checkout)];
    for (day, checkout) in
        [("12:01", "13:00"), ("11:00", ""), ("04:00", "04:00"), ("06:00", "05:59"), ("00:00", "00:00")]
    {
        none_starts(&hours(day, checkout), &["error: HOTEL_DAY_STARTS_AT: "]).await;
    }
    for (day, checkout) in [("12:00", "12:01"), ("00:00", "00:01"), ("10:59", "")] {
        both_start(&hours(day, checkout)).await;
    }
}

#[tokio::test]
async fn a_country_is_one_that_there_is() {
    for country in ["USA", "U", "XX", "Germany", "1A", "ÜS"] {
        none_starts(&[("HOTEL_COUNTRY", country)], &["error: HOTEL_COUNTRY: ", "two letters"]).await;
    }
    for country in ["US", "de", "GB"] {
        both_start(&[("HOTEL_COUNTRY", country)]).await;
    }
}

#[tokio::test]
async fn a_server_that_differs_from_the_folders_first_warns_and_the_doctor_says_wrong() {
    let world = nowhere();
    let first =
        [("HOTEL_TIMEZONE", "Europe/Berlin"), ("HOTEL_CURRENCY", "eur"), ("HOTEL_CHECKOUT_TIME", "10:00")];
    let ran = world.run("staff-server", &["call", "search_contacts"], &first, "").await;
    assert!(ran.code == Some(0) && !ran.stderr.contains("has been used with"), "{}", ran.stderr);
    let again = world.run("staff-server", &["doctor"], &first, "").await;
    assert_eq!(again.code, Some(0), "{}", again.stdout);
    for (variable, value, kept) in [
        ("HOTEL_TIMEZONE", "Europe/Paris", "Europe/Berlin"),
        ("HOTEL_CURRENCY", "usd", "eur"),
        ("HOTEL_CHECKOUT_TIME", "", "10:00"),
        ("HOTEL_DAY_STARTS_AT", "04:00", "00:00"),
    ] {
        let env = [&first[..], &[(variable, value)]].concat();
        let started = world.run("guest-server", &[], &env, "").await;
        assert_eq!(started.code, Some(0), "{}", started.stderr);
        let warned = |line: &str| line.contains("WARN") && line.contains(variable) && line.contains(kept);
        assert!(started.stderr.lines().any(warned), "{variable}: {}", started.stderr);
        let doctor = world.run("staff-server", &["doctor"], &env, "").await;
        let wrong = |line: &str| line.starts_with("wrong") && line.contains(&format!("{variable}={kept}"));
        assert_eq!((doctor.code, doctor.stdout.lines().any(wrong)), (Some(1), true), "{}", doctor.stdout);
    }
}

/// Prices of one currency are not charged in another.
#[tokio::test]
async fn another_currency_than_that_of_the_records_neither_books_nor_charges() {
    let world = nowhere().with_env("HOTEL_CURRENCY", "eur");
    world.staff().call("search_contacts", json!({})).await.data();
    let other = world.start("staff-server", &[], &[("HOTEL_CURRENCY", "usd")]);
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    let told = other.call("process_guest_checkout", out.clone()).await;
    assert_eq!((told.code(), told.0["http_status"].as_i64()), ("CURRENCY_MISMATCH", Some(409)));
    assert_eq!(
        (&told.details()["currency_of_records"], &told.details()["currency"]),
        (&json!("EUR"), &json!("USD"))
    );
    let booking = json!({"guest_email": "beth.gibbs@email.com", "room_number": "104",
        "check_in_date": tests::day(30), "check_out_date": tests::day(31)});
    other.refused("create_booking", booking.clone(), "CURRENCY_MISMATCH").await;
    assert_eq!(
        (world.payments_taken("BK-0001"), world.booking_status("BK-0001").as_str()),
        (0, "Checked In")
    );
    // What moves no money goes on.
    other.done("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    let right = world.staff();
    right.done("process_guest_checkout", out).await;
    right.done("create_booking", booking).await;
}
