//! What a server refuses to start with, and what it says: settings by half, addresses that cannot be meant, money that is
//! real where the hotel is not. Nothing is opened before all is in order.

mod files;
mod guests;
mod hotels;
mod hours;
mod names;
mod secrets;
mod systems;
mod unexpanded;
mod values;

use tests::{Backend, Ran, World};

type Env<'a> = &'a [(&'a str, &'a str)];

use tests::SERVERS;
/// Part of every secret here: nobody may ever read it.
const HUSH: &str = "hush";
/// Whose server it is, so that nothing but what a story tells is in the way.
const BOUND: [(&str, &str); 2] =
    [("GUEST_EMAIL", "sarah@example.com"), ("STAFF_EMAIL", "manager@dewyhotel.com")];
const ORG: [(&str, &str); 3] = [
    ("SALESFORCE_LOGIN_URL", "https://hotel.my.salesforce.com"),
    ("SALESFORCE_CLIENT_ID", "consumer"),
    ("SALESFORCE_CLIENT_SECRET", "hush-secret"),
];

/// A folder where no hotel is yet; whatever this run of the tests is on, its servers have only the settings they are given.
fn nowhere() -> World {
    World::on(Backend::Embedded).with_env("RUST_LOG", "trace")
}

/// It did not start: the exit code of misuse, a word that says why on stderr, and not a trace of it anywhere else.
fn refused(world: &World, ran: &Ran, says: &[&str]) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{says:?}: {ran:?}");
    for word in says {
        assert!(ran.stderr.contains(word), "{word:?} is not in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains(HUSH), "{}", ran.stderr);
    assert!(!world.data().exists(), "{says:?}: something was opened");
}

/// Neither server starts so, whatever it is asked to do.
async fn none_starts(env: Env<'_>, says: &[&str]) {
    let world = nowhere();
    for (server, arguments) in [(SERVERS[0], &[][..]), (SERVERS[1], &["call", "search_contacts"])] {
        refused(&world, &world.run(server, arguments, &[&BOUND, env].concat(), "").await, says);
    }
}

#[tokio::test]
async fn whatever_a_server_is_asked_to_do_its_settings_come_first() {
    let world = nowhere();
    let commands: [&[&str]; 7] = [
        &[],
        &["call", "search_contacts"],
        &["reconcile"],
        &["reconcile", "--resolve", "token"],
        &["doctor"],
        &["setup", "--seed"],
        &["forget", "sarah@example.com"],
    ];
    let by_half = ("TWILIO_AUTH_TOKEN", "hush-token");
    let live = ("STRIPE_SECRET_KEY", "rk_live_hush");
    for arguments in commands {
        for (setting, says) in [(by_half, "TWILIO_ACCOUNT_SID: missing"), (live, "STRIPE_SECRET_KEY: ")] {
            refused(&world, &world.run(SERVERS[1], arguments, &[setting], "").await, &["error: ", says]);
        }
    }
}

/// Both servers start so, and say nothing they should not.
async fn both_start(env: Env<'_>) {
    for server in SERVERS {
        let world = nowhere();
        let ran = world.run(server, &[], &[&BOUND, env].concat(), "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{env:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains(HUSH), "{}", ran.stderr);
        assert!(world.data().exists());
    }
}

/// Every choice of some of these.
fn choices<T: Copy, const N: usize>(all: [T; N]) -> Vec<Vec<T>> {
    let chosen = |bits: usize| (0..N).filter(move |at| bits & (1 << at) != 0).map(|at| all[at]).collect();
    (0..1 << N).map(chosen).collect()
}
