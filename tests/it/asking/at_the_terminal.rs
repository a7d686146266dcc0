//! `call` asks at the terminal, or takes `--yes`; without either nobody can be asked.

use super::*;
use crate::cli::terminals::Terminal;
use tests::World;

/// A `call` that checks Beth out, on a terminal.
fn leaving(world: &World) -> Terminal {
    let arguments = ["call", CHECKOUT, "guest_email=beth.gibbs@email.com", "payment_method_id=pm_card_visa"];
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_CONFIRM", "always")];
    Terminal::start(world.command("staff-server", &arguments, &env), 100)
}

#[tokio::test]
async fn who_is_asked_at_the_terminal_says_yes_or_no() {
    let world = World::new();
    let staff = world.staff();
    for (typed, reason) in [("n\n", "declined"), ("\n", "declined"), ("yes please\n", "declined")] {
        let mut terminal = leaving(&world);
        terminal.wait_for("[y/N]").await;
        let asked = terminal.printed();
        assert!(asked.contains("Beth Gibbs") && asked.contains("299.98 USD"), "{asked}");
        assert_eq!(charged(&staff, "BK-0001").await, None, "nothing is done while the question stands");
        terminal.types(typed);
        assert_eq!(terminal.end().await, Some(1), "{typed:?}: {}", terminal.printed());
        assert!(terminal.printed().contains("NOT_CONFIRMED"), "{typed:?}: {}", terminal.printed());
        assert!(terminal.printed().contains(reason), "{typed:?}: {}", terminal.printed());
        assert_eq!(charged(&staff, "BK-0001").await, None, "{typed:?}");
    }
    let mut terminal = leaving(&world);
    terminal.wait_for("[y/N]").await;
    terminal.types("y\n");
    assert_eq!(terminal.end().await, Some(0), "{}", terminal.printed());
    assert!(terminal.printed().contains("Checked Out"), "{}", terminal.printed());
    assert_eq!(charged(&staff, "BK-0001").await, Some(29998));
}

#[tokio::test]
async fn who_is_asked_at_the_terminal_picks_one_of_several() {
    let world = World::new();
    let arguments = ["call", "check_in_guest", "guest_email=wei.chen@example.com"];
    let env = [("STAFF_EMAIL", "manager@dewyhotel.com")];
    let mut terminal = Terminal::start(world.command("staff-server", &arguments, &env), 100);
    terminal.wait_for("Number: ").await;
    let asked = terminal.printed();
    let line = asked.lines().find(|line| line.contains("BK-0005: room 103")).expect("a line for each");
    let number = line.split_whitespace().next().expect("a number");
    terminal.types(&format!("{number}\n"));
    assert_eq!(terminal.end().await, Some(0), "{}", terminal.printed());
    assert_eq!(world.booking_status("BK-0005"), "Checked In");
    assert_eq!(world.booking_status("BK-0004"), "Reserved");
}

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
