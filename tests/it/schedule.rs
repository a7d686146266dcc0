//! The schedule: a staff-server that serves reconciles by itself, one of all servers at a time.

use crate::recovery::write;
use serde_json::{Value, json};
use tests::{Backend, Books, Server, World};

const BETH: &str = "beth.gibbs@email.com";
const STAFF: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");
const ON: (&str, &str) = ("HOTEL_RECONCILE_MINUTES", "5");
/// A payment of now is not fresh any more.
const LATER: (&str, &str) = ("HOTEL_CLOCK", "30m");

/// A hotel where Beth's card was charged, and her stay was not closed.
async fn paid_and_open() -> World {
    let world = World::new().in_the_afternoon();
    let pay = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}).to_string();
    let faults = ("HOTEL_FAULTS", "close_stay=refused; undo confirm_payment=refused");
    let ran =
        world.run("staff-server", &["call", "process_guest_checkout", &pay], &[STAFF, faults], "").await;
    assert_eq!(ran.json()["error_code"], "NEEDS_ATTENTION", "{ran:?}");
    world
}

fn staff(world: &World, env: &[(&str, &str)]) -> Server {
    world.start("staff-server", &[], &[&[STAFF, ON], env].concat())
}

/// Asks the server again and again, as a client would, until something has come about.
async fn until(server: &Server, what: &str, came_about: impl Fn() -> bool) {
    let patience = std::time::Instant::now();
    while !came_about() {
        assert!(patience.elapsed().as_secs() < 50, "it never came about that {what}: {}", server.stderr());
        server.call("search_rooms_on_behalf_of_staff", json!({"limit": 1})).await;
        tokio::task::yield_now().await;
    }
}

/// One text of the schedule's row; empty if there is none.
fn kept(world: &World, sql: &str) -> String {
    if !world.data().join("journal.db").exists() {
        return String::new();
    }
    Books::open(world).texts(&format!("SELECT CAST({sql} AS TEXT) FROM schedule")).pop().unwrap_or_default()
}

fn runs_by_reconcile(world: &World) -> usize {
    Books::open(world).texts("SELECT token FROM calls WHERE caller = 'staff:reconcile'").len()
}

async fn doctor(world: &World) -> String {
    world.run("staff-server", &["doctor"], &[STAFF, ON], "").await.stdout
}

#[tokio::test]
async fn a_stay_that_was_paid_and_left_open_is_closed_by_itself() {
    let world = paid_and_open().await;
    let server = staff(&world, &[LATER]);
    until(&server, "the stay is closed", || world.booking_status("BK-0001") == "Checked Out").await;
    until(&server, "the run has ended", || kept(&world, "next_at").as_str() > "0").await;
    assert_eq!((world.payments_kept("BK-0001"), runs_by_reconcile(&world)), (1, 1));
    until(&server, "it says so", || server.stderr().contains("fixed=1")).await;
    assert!(!server.stderr().contains(BETH), "{}", server.stderr());
    assert!(doctor(&world).await.contains("its last clean run was at"), "{}", doctor(&world).await);
    Books::open(&world).are_in_order();
}

/// Another machine, with a journal of its own, may still be working on its checkout.
#[tokio::test]
async fn a_payment_just_made_is_left_alone() {
    let world = paid_and_open().await;
    let server = staff(&world, &[]);
    until(&server, "a run has ended", || kept(&world, "next_at").as_str() > "0").await;
    assert_eq!((world.booking_status("BK-0001").as_str(), runs_by_reconcile(&world)), ("Checked In", 0));
    assert!(doctor(&world).await.contains("1 findings could not be settled yet"), "{}", doctor(&world).await);
}

#[tokio::test]
async fn two_servers_elect_one_and_the_other_takes_over_when_it_is_killed() {
    let world = paid_and_open().await;
    // The first dies in the middle of its run.
    let mut first = staff(&world, &[LATER, ("HOTEL_FAULTS", "close_stay=killed_before")]);
    first.wait().await;
    let dead = kept(&world, "owner");
    assert_ne!(dead, "", "it was elected");
    let (second, third) = (staff(&world, &[LATER]), staff(&world, &[LATER]));
    until(&second, "the stay is closed", || world.booking_status("BK-0001") == "Checked Out").await;
    until(&third, "the dead one's lease has ended", || kept(&world, "coalesce(owner, '')") != dead).await;
    // The next run is due: the checkout that needed attention has been seen to.
    let seen_to = || {
        write(&world, "journal.db", "UPDATE schedule SET next_at = 0 WHERE owner IS NULL", []);
        let open = "SELECT tool FROM calls WHERE outcome = 'needs_attention' AND resolved_at IS NULL";
        Books::open(&world).texts(open).is_empty()
    };
    until(&third, "nothing needs a person", seen_to).await;
    assert_eq!((world.payments_kept("BK-0001"), runs_by_reconcile(&world)), (1, 1), "once");
    Books::open(&world).are_in_order();
}

#[tokio::test]
async fn off_is_off_and_only_a_staff_server_that_may_write_and_serves_runs_it() {
    let world = paid_and_open().await;
    let off = world.start("staff-server", &[], &[STAFF, LATER, ("HOTEL_RECONCILE_MINUTES", "0")]);
    let reads = world.start("staff-server", &["--read-only"], &[STAFF, LATER, ON]);
    let guest = world.start("guest-server", &[], &[("GUEST_EMAIL", BETH), LATER, ON]);
    world.run("staff-server", &["call", "search_contacts", "{}"], &[STAFF, LATER, ON], "").await;
    for (server, tool) in
        [(&off, "search_contacts"), (&reads, "search_contacts"), (&guest, "search_rooms_on_behalf_of_guest")]
    {
        server.call(tool, json!({})).await;
    }
    // A call that was left is taken over by each look for such calls: after that, a run would have begun too.
    let others = "INSERT INTO schedule (systems, next_at) VALUES ('other systems', 0)";
    write(&world, "journal.db", others, []);
    let due = staff(&world, &[LATER]);
    until(&due, "the one that is on has run", || world.booking_status("BK-0001") == "Checked Out").await;
    assert!(doctor_off(&world).await.contains("it is turned off"));
    for server in [&off, &reads, &guest] {
        assert!(!server.stderr().contains("the schedule"), "{}", server.stderr());
    }
}

async fn doctor_off(world: &World) -> String {
    world.run_staff(&["doctor"]).await.stdout
}

/// The budget is counted in the journal, over all processes and runs of a day.
#[tokio::test]
async fn when_the_requests_of_a_day_are_used_up_it_waits_for_tomorrow_and_says_so() {
    let world = World::on(Backend::Fakes).in_the_afternoon();
    let server = staff(&world, &[("RUST_LOG", "info")]);
    until(&server, "a run has ended", || kept(&world, "next_at").as_str() > "0").await;
    let sent: u32 = kept(&world, "spent").parse().unwrap();
    assert!((1..20).contains(&sent), "{sent}");
    assert!(doctor(&world).await.contains(&format!("{sent} of 300 requests")), "{}", doctor(&world).await);
    server.close().await;

    write(&world, "journal.db", "UPDATE schedule SET spent = 300, next_at = 0", []);
    let server = staff(&world, &[]);
    until(&server, "it has stopped", || kept(&world, "problem").contains("used up")).await;
    assert_eq!(kept(&world, "spent"), "300", "nothing more was sent");
    until(&server, "it says so", || server.stderr().contains("used up")).await;
    let told: Value = world.run("staff-server", &["doctor", "--json"], &[STAFF, ON], "").await.json();
    assert!(told.to_string().contains("goes on tomorrow"), "{told}");
}
