//! Texts through Twilio, which knows no keys: each is sent at most once, and what became of it can be seen. Time passes in
//! the files, not in the tests.

use crate::recovery::write;
use serde_json::{Value, json};
use std::time::Duration;
use tests::fakes::Twilio;
use tests::fakes::faults::Fault;
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";
const HER_NUMBER: &str = "+15550100001";
const SEND: &str = "messages.create";
const LOOK: &str = "messages.retrieve";

/// A Twilio account, and an embedded hotel that sends its texts there.
struct Phone {
    fake: Twilio,
    world: World,
}

impl Phone {
    fn new() -> Self {
        let fake = Twilio::start();
        let mut world = World::new();
        for (name, value) in fake.env() {
            world = world.with_env(name, &value);
        }
        Self { fake, world: world.with_env("HOTEL_STEP_TIMEOUT_SECONDS", "1") }
    }

    /// Beth leaves, which sends her a receipt.
    async fn receipt(&self) {
        let staff = self.world.staff();
        staff
            .done("process_guest_checkout", json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}))
            .await;
        assert!(staff.close().await.success(), "it has sent what it could");
    }

    /// Whatever rests is due, and a process that sees to it comes by.
    async fn later(&self) {
        write(&self.world, "journal.db", "UPDATE outbox SET lease_until = 0, look_at = look_at * 0", []);
        self.by_the_way().await;
    }

    /// A process comes by.
    async fn by_the_way(&self) {
        let ran = self.world.run_staff(&["reconcile", "--json"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// What the audit trail says of the receipt.
    async fn shown(&self) -> String {
        let call = json!({"tool": "process_guest_checkout"}).to_string();
        let found = self.world.run_staff(&["call", "search_tool_calls", &call]).await.json();
        let steps = found["data"]["tool_calls"][0]["steps"].as_array().expect("steps").clone();
        let text = steps.iter().find(|step| step["name"] == "send_sms").expect("a text");
        text["outcome"].as_str().expect("a word").to_owned()
    }

    fn sends(&self) -> usize {
        self.fake.asked(SEND).len()
    }

    /// How long what is staged rests, in seconds.
    fn rests(&self) -> i64 {
        let journal = rusqlite::Connection::open(self.world.data().join("journal.db")).expect("a journal");
        let sql = "SELECT lease_until FROM outbox WHERE state = 'staged'";
        let until: i64 = journal.query_row(sql, [], |row| row.get(0)).expect("one that rests");
        (until - jiff::Timestamp::now().as_millisecond()) / 1_000
    }
}

#[tokio::test]
async fn a_receipt_is_sent_once_and_followed_until_it_has_arrived() {
    let phone = Phone::new();
    phone.receipt().await;
    let sent = &phone.fake.messages()[0];
    assert_eq!((&sent["to"], &sent["from"]), (&json!(HER_NUMBER), &json!(Twilio::FROM)));
    assert!(sent["body"].as_str().is_some_and(|body| body.contains("299.98 USD")), "{sent}");
    assert_eq!(phone.shown().await, "sent");
    phone.by_the_way().await;
    assert!(phone.fake.asked(LOOK).is_empty(), "not looked at yet");
    phone.later().await;
    phone.later().await;
    assert_eq!(phone.shown().await, "delivered");
    for _ in 0..3 {
        phone.later().await;
    }
    assert_eq!((phone.sends(), phone.fake.asked(LOOK).len()), (1, 2), "delivered is the end");
}

#[tokio::test]
async fn a_text_that_does_not_arrive_is_shown_so_and_looks_come_to_an_end() {
    for (status, looks) in [("undelivered", 2), ("failed", 1)] {
        let phone = Phone::new();
        phone.fake.undeliverable(HER_NUMBER, status, 30_003);
        phone.receipt().await;
        for _ in 0..3 {
            phone.later().await;
        }
        assert_eq!((phone.shown().await.as_str(), phone.fake.asked(LOOK).len()), (status, looks));
    }
    let phone = Phone::new();
    phone.fake.fault_always(LOOK, Fault::Unavailable);
    phone.receipt().await;
    for _ in 0..8 {
        phone.later().await;
    }
    assert_eq!((phone.shown().await.as_str(), phone.fake.asked(LOOK).len()), ("sent", 5));
    assert_eq!(phone.sends(), 1);
}

#[tokio::test]
async fn a_number_that_takes_no_texts_is_refused_and_the_receipt_goes_by_mail() {
    for bar in [Twilio::opt_out as fn(&Twilio, &str), Twilio::landline] {
        let phone = Phone::new();
        bar(&phone.fake, HER_NUMBER);
        phone.receipt().await;
        phone.later().await;
        assert_eq!((phone.shown().await.as_str(), phone.sends()), ("refused", 1));
        assert_eq!(phone.world.receipts_by_mail("BK-0001"), [Some(BETH.to_owned())]);
        assert!(phone.fake.messages().is_empty());
        assert_eq!(phone.world.booking_status("BK-0001"), "Checked Out", "the stay is closed all the same");
    }
}

#[tokio::test]
async fn one_whose_answer_is_lost_may_have_left_and_is_not_sent_again() {
    let slow = Duration::from_millis(1_500);
    for fault in [
        Fault::LoseAnswer,
        Fault::Refuse,
        Fault::FailBefore,
        Fault::FailAfter,
        Fault::Unavailable,
        Fault::Late,
        Fault::Slow(slow),
        Fault::Garbage,
    ] {
        let phone = Phone::new();
        phone.fake.fault(SEND, fault.clone());
        phone.receipt().await;
        phone.later().await;
        phone.later().await;
        assert_eq!(phone.shown().await, "unknown", "{fault:?}");
        // What is answered late is recorded late.
        assert!(phone.sends() <= 1 && phone.fake.messages().len() <= 1, "{fault:?}");
    }
}

#[tokio::test]
async fn while_twilio_takes_none_it_rests_longer_each_time_and_leaves_in_the_end() {
    let phone = Phone::new();
    phone.fake.fault_always(SEND, Fault::TooMany { retry_after: 1 });
    phone.receipt().await;
    assert_eq!(phone.shown().await, "staged");
    let mut rests = vec![phone.rests()];
    for _ in 0..6 {
        phone.by_the_way().await; // it rests, so nobody tries
        phone.later().await;
        rests.push(phone.rests());
    }
    assert_eq!(phone.sends(), 7, "the first, and one each time it was due");
    let around = |seconds: i64, about: i64| (about - 30..=about).contains(&seconds);
    assert!(
        rests.iter().zip([30, 60, 120, 240, 480, 600, 600]).all(|(rest, about)| around(*rest, about)),
        "{rests:?}"
    );
    phone.fake.heal();
    phone.later().await;
    assert_eq!((phone.shown().await.as_str(), phone.fake.messages().len()), ("sent", 1));
}

#[tokio::test]
async fn a_wait_that_twilio_asks_for_is_kept() {
    let phone = Phone::new();
    phone.fake.fault(SEND, Fault::TooMany { retry_after: 1_800 });
    phone.receipt().await;
    assert!((1_700..=1_800).contains(&phone.rests()), "{}", phone.rests());
}

#[tokio::test]
async fn credentials_that_are_not_accepted_or_a_line_that_is_dead_lose_no_text() {
    let phone = Phone::new();
    phone.fake.unplug();
    phone.receipt().await;
    assert_eq!(phone.shown().await, "staged");
    phone.fake.plug_in();
    let no =
        tests::fakes::Answer::json(401, &json!({"code": 20_003, "message": "Authenticate", "status": 401}));
    phone.fake.fault(SEND, Fault::Instead(no));
    phone.later().await;
    assert_eq!(phone.shown().await, "staged");
    phone.later().await;
    assert_eq!((phone.shown().await.as_str(), phone.fake.messages().len()), ("sent", 1));
}

/// A guest who has left is not welcomed.
#[tokio::test]
async fn a_text_that_has_waited_half_a_day_does_not_leave_any_more() {
    let phone = Phone::new();
    phone.fake.unplug();
    phone.receipt().await;
    let ago = |hours: i64| (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(hours)).to_string();
    let age = "UPDATE calls SET finished_at = ?1 WHERE tool = 'process_guest_checkout'";
    write(&phone.world, "journal.db", age, [ago(11)]);
    phone.later().await;
    assert_eq!(phone.shown().await, "staged");
    write(&phone.world, "journal.db", age, [ago(13)]);
    phone.by_the_way().await;
    assert_eq!(phone.shown().await, "refused");
    phone.fake.plug_in();
    phone.later().await;
    assert_eq!(phone.fake.messages().len(), 0);
}

/// The hotel's own table is no Twilio: what was staged for one does not leave by the other.
#[tokio::test]
async fn a_process_without_the_account_leaves_its_texts_alone() {
    let phone = Phone::new();
    phone.fake.unplug();
    phone.receipt().await;
    write(&phone.world, "journal.db", "UPDATE outbox SET lease_until = 0", []);
    let without = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"].map(|name| (name, ""));
    let ran = phone.world.run("staff-server", &["reconcile"], &without, "").await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(phone.shown().await, "staged");
    phone.fake.plug_in();
    phone.later().await;
    assert_eq!(phone.fake.messages().len(), 1);
}

#[tokio::test]
async fn a_process_that_dies_while_sending_leaves_it_unknown() {
    for (fault, left) in [("killed_before", 0), ("killed_after", 1)] {
        let phone = Phone::new();
        let arguments = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}).to_string();
        let env = [("STAFF_EMAIL", "manager@dewyhotel.com"), ("HOTEL_FAULTS", &*format!("send_sms={fault}"))];
        let ran =
            phone.world.run("staff-server", &["call", "process_guest_checkout", &arguments], &env, "").await;
        assert_eq!(ran.code, None, "killed: {ran:?}");
        phone.later().await;
        assert_eq!((phone.shown().await.as_str(), phone.fake.messages().len()), ("unknown", left));
    }
}

#[tokio::test]
async fn nobody_is_texted_twice_by_servers_that_send_at_once() {
    let phone = Phone::new();
    let servers: Vec<Server> = (0..3).map(|_| phone.world.staff()).collect();
    let guests: [Value; 2] = [
        json!({"guest_email": "sarah@example.com"}),
        json!({"booking_number": "BK-0004", "guest_email": "wei.chen@example.com"}),
    ];
    for guest in &guests {
        for server in &servers {
            server.done("check_in_guest", guest.clone()).await;
        }
    }
    for server in servers {
        assert!(server.close().await.success());
    }
    let mut to: Vec<Value> = phone.fake.messages().iter().map(|text| text["to"].clone()).collect();
    to.sort_by_key(ToString::to_string);
    assert_eq!(to, ["+15550100003", "+15550100004"]);
}
