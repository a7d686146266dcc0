//! `call` takes `--yes`; without a terminal nobody can be asked.

use super::*;
use tests::World;

#[tokio::test]
async fn call_takes_a_yes_in_advance() {
    let world = World::new();
    let always = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_CONFIRM", "always")];
    let arguments = ["call", CHECKOUT, "guest_email=beth.gibbs@email.com", "payment_method_id=pm_card_visa"];
    let refused = world.run("staff-server", &arguments, &always, "").await;
    assert_eq!((refused.code, refused.json()["error_code"].as_str()), (Some(1), Some("NOT_CONFIRMED")));
    let with_yes = [&arguments[..], &["--yes"]].concat();
    let done = world.run("staff-server", &with_yes, &always, "").await;
    assert_eq!(
        (done.code, done.json()["data"]["status"].as_str()),
        (Some(0), Some("Checked Out")),
        "{done:?}"
    );
}

/// A yes does not choose: which of several is meant must be said.
#[tokio::test]
async fn a_yes_in_advance_picks_nothing() {
    let world = World::new();
    let arguments = ["call", "check_in_guest", "guest_email=wei.chen@example.com", "--yes"];
    let ran = world.run("staff-server", &arguments, &[], "").await;
    assert_eq!(
        (ran.code, ran.json()["error_code"].as_str()),
        (Some(1), Some("MULTIPLE_RESERVATIONS")),
        "{ran:?}"
    );
}
