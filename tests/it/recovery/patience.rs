//! A call that is stuck costs little, however long, and says why it is stuck. Time passes in the journal: each rest is taken
//! for over, and what it was long is counted.

use super::{BETH, checkout, write};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::Duration;
use tests::fakes::faults::Fault as StripeFault;
use tests::fakes::{Fault, On, Salesforce, Stripe, When};
use tests::{Ran, World};
use tokio::task::JoinSet;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const STAFF: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");
/// `reconcile` looks at all payments and stays too, which is not the call's: it gets no further than this.
const ONLY_RECOVERY: (&str, &str) = ("HOTEL_FAULTS", "find_payments_since=unreached!");

/// A hotel on an org and a Stripe account, where Beth's checkout is stuck.
struct Stuck {
    org: Salesforce,
    stripe: Stripe,
    world: World,
}

impl Stuck {
    fn new(outage: impl Fn(&Salesforce, &Stripe)) -> Self {
        let (org, stripe) = (Salesforce::new(), Stripe::start());
        let mut world = World::new();
        for (name, value) in org.env().into_iter().chain(stripe.env()) {
            world = world.with_env(name, &value);
        }
        outage(&org, &stripe);
        Self { org, stripe, world }
    }

    async fn run(&self, arguments: &[&str], env: (&str, &str)) -> Ran {
        self.world.run("staff-server", arguments, &[STAFF, env], "").await
    }

    async fn leave(&self) -> Value {
        let call = ["call", "process_guest_checkout", &checkout("pm_card_visa").to_string()];
        self.run(&call, ("RUST_LOG", "warn")).await.json()
    }

    /// Requests so far. A process of its own logs in for each try here, where a server would once.
    fn requests(&self) -> usize {
        let org = self.org.recorded().iter().filter(|call| call.is_api()).count();
        org + self.stripe.exchanges().len()
    }

    fn journal(&self) -> Connection {
        Connection::open(self.world.data().join("journal.db")).expect("a journal")
    }

    /// How long the call rests from now on; none if it has ended.
    fn rests(&self) -> Option<Duration> {
        let sql = "SELECT lease_until FROM calls WHERE outcome = 'running' AND owner IS NULL";
        let until: Option<i64> = self.journal().query_row(sql, [], |row| row.get(0)).ok();
        let rests = until? - jiff::Timestamp::now().as_millisecond();
        Some(Duration::from_millis(u64::try_from(rests).unwrap_or(0)))
    }

    /// The call has rested, and recovery comes by.
    async fn rested(&self, long: Duration) {
        self.grow_older(long);
        super::due(&self.world);
        self.run(&["reconcile"], ONLY_RECOVERY).await;
    }

    /// What steps have begun was so much longer ago.
    fn grow_older(&self, by: Duration) {
        let journal = self.journal();
        let mut steps = journal.prepare("SELECT call, name, started_at FROM steps").expect("a statement");
        let rows = steps.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("steps");
        for row in rows {
            let (call, name, at): (i64, String, String) = row.expect("a row");
            let at: jiff::Timestamp = at.parse().expect("a time");
            let then = skills::words::stored(at - jiff::SignedDuration::try_from(by).expect("a time"));
            let sql = "UPDATE steps SET started_at = ?1 WHERE call = ?2 AND name = ?3";
            write(&self.world, "journal.db", sql, (then, call, name));
        }
    }

    async fn trail(&self) -> Value {
        let found =
            self.run(&["call", "search_tool_calls", r#"{"tool": "process_guest_checkout"}"#], ONLY_RECOVERY);
        found.await.json()["data"]["tool_calls"][0].clone()
    }
}

/// What goes wrong for ever, once Beth has paid or while she pays; and what the trail says of it.
type Lasting = (&'static str, fn(&Salesforce, &Stripe), &'static str);

fn closing() -> On {
    On::path("/composite").saying("\"allOrNone\":true").always()
}

fn lasting() -> Vec<Lasting> {
    vec![
        ("5xx", |org, _| org.fault(closing(), Fault::Break(When::Before)), "status 500"),
        ("time-outs", |org, _| org.fault(closing(), Fault::TooLate(When::Before)), "too late"),
        ("lost answers", |org, _| org.fault(closing(), Fault::Lose(When::Before)), "error"),
        ("unreadable answers", |org, _| org.fault(closing(), Fault::Html(When::Before)), "JSON"),
        ("a locked row", |org, _| org.fault(closing(), Fault::lock_row(0)), "UNABLE_TO_LOCK_ROW"),
        (
            "no calls left",
            |org, _| {
                let code = "REQUEST_LIMIT_EXCEEDED".to_owned();
                org.fault(closing(), Fault::Refuse { status: 403, code });
            },
            "REQUEST_LIMIT_EXCEEDED",
        ),
        (
            "sessions that end at once",
            |org, _| {
                org.fault(closing(), Fault::Refuse { status: 401, code: "INVALID_SESSION_ID".to_owned() });
            },
            "401",
        ),
        (
            "a processor that fails",
            |_, stripe| stripe.fault_always("payment_intents.confirm", StripeFault::FailBefore),
            "status 500",
        ),
        (
            "a processor whose answers are lost",
            |_, stripe| {
                stripe.fault_always("payment_intents.confirm", StripeFault::LoseAnswer);
                stripe.fault_always("payment_intents.retrieve", StripeFault::LoseAnswer);
            },
            "the payment processor",
        ),
    ]
}

#[tokio::test]
async fn a_day_of_a_stuck_call_costs_less_than_200_requests_and_its_first_minute_less_than_20() {
    let mut days = JoinSet::new();
    for outage in lasting() {
        days.spawn(a_day(outage));
        if days.len() > 2 {
            days.join_next().await.expect("a day").expect("it holds");
        }
    }
    days.join_all().await;
}

async fn a_day((what, outage, reason): Lasting) {
    let stuck = Stuck::new(outage);
    let told = stuck.leave().await;
    assert_eq!(told["retry_safe"], true, "{what}: {told}");
    let (mut at, mut first_minute) = (Duration::ZERO, stuck.requests());
    while let Some(rests) = stuck.rests() {
        assert!(rests <= Duration::from_secs(3_600), "{what}: {rests:?}");
        at += rests;
        if at > DAY {
            break;
        }
        stuck.rested(rests).await;
        if at < MINUTE {
            first_minute = stuck.requests();
        }
    }
    let a_day = stuck.requests();
    assert!(first_minute <= 20, "{what}: {first_minute} requests in the first minute");
    assert!(a_day <= 200, "{what}: {a_day} requests a day");
    let call = stuck.trail().await;
    if call["outcome"] == "pending" {
        let because = call["waiting_because"].as_str().unwrap_or_default();
        assert!(because.contains(reason), "{what}: {call}");
        assert!(
            call["next_try_at"].as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()),
            "{call}"
        );
    }
    let charged = stuck.stripe.charges().iter().filter(|it| it["paid"] == true).count();
    assert!(charged <= 1, "{what}: charged {charged} times");
}

#[tokio::test]
async fn its_caller_is_not_kept_waiting_and_what_passed_is_finished_at_once() {
    let stuck = Stuck::new(|org, _| org.fault(closing(), Fault::Break(When::Before)));
    assert_eq!(stuck.leave().await["error_code"], "CHECKOUT_PENDING");
    for _ in 0..7 {
        stuck.rested(Duration::ZERO).await;
    }
    let rests = stuck.rests().expect("it rests");
    assert!(rests > Duration::from_secs(18 * 60), "it has grown long: {rests:?}");
    stuck.org.calm();
    stuck.run(&["reconcile"], ONLY_RECOVERY).await;
    assert!(stuck.rests().is_some(), "nobody tries while it rests");
    assert_eq!(stuck.leave().await["data"]["status"], "Checked Out", "but for who asks again");
}

#[tokio::test]
async fn what_a_system_said_of_coming_back_is_obeyed() {
    let stuck = Stuck::new(|org, _| {
        org.fault(closing(), Fault::Busy { status: 503, retry_after: Some(900) });
    });
    assert_eq!(stuck.leave().await["error_code"], "CHECKOUT_PENDING");
    let rests = stuck.rests().expect("it rests");
    assert!((890..=900).contains(&rests.as_secs()), "{rests:?}");
}

#[tokio::test]
async fn reconcile_says_why_a_call_waits_and_until_when() {
    let stuck = Stuck::new(|org, _| org.fault(closing(), Fault::lock_row(0)));
    stuck.leave().await;
    let ran = stuck.world.run_staff(&["reconcile", "--json"]).await;
    assert_eq!((ran.stdout.lines().count(), ran.code), (1, Some(1)), "one value on one line: {ran:?}");
    let pending = &ran.json()["pending"][0];
    let said = pending["what_to_do"].as_str().expect("a sentence");
    let until = pending["next_try_at"].as_str().expect("a time");
    assert!(said.contains("UNABLE_TO_LOCK_ROW") && said.contains(until), "{pending}");
    let text = stuck.world.run_staff(&["reconcile"]).await.stdout;
    assert!(text.contains("UNABLE_TO_LOCK_ROW") && text.contains("It is tried again at"), "{text}");
}

/// Somebody else who wants the same booking is let in as soon as the outage is over.
#[tokio::test]
async fn who_waits_for_its_booking_has_it_tried_once() {
    let stuck = Stuck::new(|org, _| org.fault(closing(), Fault::Break(When::Before)));
    stuck.leave().await;
    for _ in 0..7 {
        stuck.rested(Duration::ZERO).await;
    }
    stuck.org.calm();
    let other = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}).to_string();
    let told = stuck.run(&["call", "process_guest_checkout", &other], ("RUST_LOG", "warn")).await.json();
    assert_eq!(told["data"]["already_checked_out"], true, "{told}");
}

/// Nobody comes back from the bank: for an hour it is looked whether it has decided, and then the intent is given up.
#[tokio::test]
async fn a_guest_who_does_not_come_back_is_looked_after_a_few_times() {
    let mut stuck = Stuck::new(|_, _| ());
    stuck.world = std::mem::replace(&mut stuck.world, World::new())
        .in_the_afternoon()
        .with_env("STRIPE_RETURN_URL", "https://hotel.example/paid");
    let card = checkout("pm_card_authenticationRequired").to_string();
    let told = stuck.run(&["call", "process_guest_checkout", &card], ("RUST_LOG", "warn")).await.json();
    assert_eq!(told["error_code"], "PAYMENT_ACTION_REQUIRED", "{told}");
    let call = stuck.trail().await;
    assert!(call["waiting_because"].as_str().is_some_and(|why| why.contains("bank")), "{call}");
    let before = stuck.requests();
    let until = "SELECT lease_until FROM calls WHERE outcome = 'waiting'";
    let mut looks = 0;
    while let Ok(until) = stuck.journal().query_row(until, [], |row| row.get::<_, i64>(0)) {
        let rests = until - jiff::Timestamp::now().as_millisecond();
        let sql = "UPDATE calls SET started_at = strftime('%Y-%m-%dT%H:%M:%fZ', started_at, ?1) WHERE outcome = 'waiting'";
        write(&stuck.world, "journal.db", sql, [format!("-{} seconds", rests / 1_000 + 1)]);
        stuck.rested(Duration::ZERO).await;
        looks += 1;
        assert!(looks < 50, "it is given up after an hour");
    }
    assert!((20..40).contains(&looks), "{looks}");
    // Each time another process logs in, looks at the stay and asks the processor; at last the intent is given up.
    assert!(stuck.requests() - before <= 3 * looks + 1, "{} requests", stuck.requests() - before);
    assert_eq!(stuck.stripe.intents()[0]["status"], "canceled");
}
