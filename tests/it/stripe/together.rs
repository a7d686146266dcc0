//! Two machines, each with a journal of its own, on one org and one Stripe account: whoever asks, and whenever, a stay is
//! charged once.

use serde_json::{Value, json};
use std::time::Duration;
use tests::fakes::{Fault as OrgFault, On, Salesforce, Stripe, When};
use tests::{Server, Told, World};

const BETH: &str = "beth.gibbs@email.com";

struct Town {
    org: Salesforce,
    stripe: Stripe,
}

impl Town {
    fn new() -> Self {
        Self { org: Salesforce::new(), stripe: Stripe::start() }
    }

    /// A machine, with a server that has started.
    async fn machine(&self, more: &[(&str, &str)]) -> (World, Server) {
        let mut world = World::new();
        for (name, value) in self.org.env().into_iter().chain(self.stripe.env()) {
            world = world.with_env(name, &value);
        }
        for (name, value) in more {
            world = world.with_env(name, value);
        }
        let staff = world.staff();
        staff.done("search_contacts", json!({"query": "nobody"})).await;
        (world, staff)
    }

    fn charged(&self) -> usize {
        self.stripe.charges().iter().filter(|charge| charge["paid"] == true).count()
    }

    fn paid_and_closed_once(&self, what: &str) {
        assert_eq!((self.charged(), self.stripe.refunds().len()), (1, 0), "{what}");
        let booking = self.org.row("Booking__c", "Name", "BK-0001").expect("a booking");
        assert_eq!(booking["Status__c"], "Checked Out", "{what}");
        let charges = self.org.rows("Payment_Transaction__c");
        assert_eq!(charges.len(), 2, "Robert's and Beth's: {what}");
    }
}

fn leaving() -> Value {
    json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"})
}

async fn left(told: Told, what: &str) {
    assert_eq!(told.data()["status"], "Checked Out", "{what}");
}

#[tokio::test]
async fn two_who_check_a_guest_out_at_once_charge_once() {
    for (slow, by) in [
        ("", 0),
        ("customers.create", 150),
        ("payment_intents.create", 150),
        ("payment_intents.confirm", 150),
    ] {
        let town = Town::new();
        let ((_a, a), (_b, b)) = tokio::join!(town.machine(&[]), town.machine(&[]));
        town.stripe.latency(
            move |operation, _| {
                if operation == slow { Duration::from_millis(by) } else { Duration::ZERO }
            },
        );
        let (one, two) = tokio::join!(
            a.call("process_guest_checkout", leaving()),
            b.call("process_guest_checkout", leaving())
        );
        left(one, slow).await;
        left(two, slow).await;
        town.paid_and_closed_once(slow);
        let intents = town.stripe.intents();
        assert_eq!((intents.len(), town.stripe.customers().len()), (1, 1), "{slow}: {intents:?}");
    }
}

#[tokio::test]
async fn one_is_held_before_it_closes_the_stay_and_the_other_closes_it() {
    let town = Town::new();
    let ((_a, a), (_b, b)) = tokio::join!(town.machine(&[]), town.machine(&[]));
    let mut pause = town.org.pause(On::path("/composite").saying("\"allOrNone\":true"), 0);
    let one = a.send("process_guest_checkout", leaving()).await;
    let (one, ()) = tokio::join!(one, async {
        pause.reached().await;
        assert_eq!(town.charged(), 1);
        left(b.call("process_guest_checkout", leaving()).await, "the other").await;
        pause.resume();
    });
    left(one.expect("an answer"), "the one that was held").await;
    town.paid_and_closed_once("held before closing");
}

/// Paid, and the org does not answer: the guest is told so, and nobody pays again.
#[tokio::test]
async fn a_stay_that_is_paid_but_not_closed_yet_is_pending_and_closed_by_whoever_comes() {
    for elsewhere in [false, true] {
        let town = Town::new();
        let ((world, a), (_b, b)) =
            tokio::join!(town.machine(&[("HOTEL_CALL_DEADLINE_SECONDS", "1")]), town.machine(&[]));
        let write = On::path("/composite").saying("\"allOrNone\":true").always();
        town.org.fault(write, OrgFault::Break(When::Before));
        let arguments = tests::with(leaving(), json!({"idempotency_token": "leaving"}));
        let told = a.call("process_guest_checkout", arguments.clone()).await;
        assert_eq!((told.code(), told.0["http_status"].as_u64()), ("CHECKOUT_PENDING", Some(202)));
        assert_eq!(town.charged(), 1);
        town.org.calm();
        if elsewhere {
            left(b.call("process_guest_checkout", leaving()).await, "the other machine").await;
        }
        crate::recovery::due(&world);
        left(a.call("process_guest_checkout", arguments).await, "the machine that was paid").await;
        town.paid_and_closed_once("pending");
    }
}

/// The money goes back once. What became of the stay is told as it is, not as it was seen before.
#[tokio::test]
async fn a_stay_that_somebody_reopens_meanwhile_is_told_as_it_is() {
    let town = Town::new();
    let ((_a, a), (_b, b)) = tokio::join!(town.machine(&[]), town.machine(&[]));
    let paid = a.call("process_guest_checkout", leaving()).await;
    let undo = json!({"payment_intent_id": paid.data()["payment_intent_id"], "guest_email": BETH});
    let mut pause = town.org.pause(On::path("/composite").saying("\"allOrNone\":true"), 0);
    let one = a.send("compensate_checkout_failure", undo.clone()).await;
    let (one, ()) = tokio::join!(one, async {
        pause.reached().await;
        let two = b.call("compensate_checkout_failure", undo).await;
        assert_eq!(two.code(), "ALREADY_REFUNDED");
        let booking = town.org.row("Booking__c", "Name", "BK-0001").expect("a booking");
        let by_hand = json!({"Status__c": "Checked In"});
        town.org.update("Booking__c", booking["Id"].as_str().expect("an id"), &by_hand);
        pause.resume();
    });
    let one = one.expect("an answer");
    let data = one.data();
    assert_eq!((&data["stay_reopened"], &data["booking_status"]), (&json!(false), &json!("Checked In")));
    assert!(data["reason"].as_str().expect("why").contains("BK-0001 is Checked In"), "{}", one.0);
    assert_eq!(town.stripe.refunds().len(), 1);
    let refunds = town.org.rows("Payment_Transaction__c");
    let back = refunds.iter().filter(|row| row["Transaction_Type__c"] == "Refund");
    assert_eq!(back.count(), 1, "it is in the books");
}
