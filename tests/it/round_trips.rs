//! What each tool asks of the real systems: how often, in which order, and nothing else. A round trip costs the guest most
//! of a second, and Salesforce gives an org so many a day.

use serde_json::{Value, json};
use tests::fakes::{On, Recorded, Salesforce, Stripe, Twilio};
use tests::{Server, World, day};
use tokio::sync::mpsc;

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";
const SARAH: &str = "sarah@example.com";

const READ: &str = "read";
const WRITE: &str = "write";
const FIND: &str = "customers.list";
const INTENT: &str = "payment_intents.create";
/// Asked beside creating: both have answered before anything is confirmed.
const INTENTS: &str = "payment_intents.list";
const CONFIRM: &str = "payment_intents.confirm";
const RETRIEVE: &str = "payment_intents.retrieve";

/// A hotel on all three real systems.
struct Remote {
    salesforce: Salesforce,
    stripe: Stripe,
    twilio: Twilio,
    world: World,
}

impl Remote {
    fn new() -> Self {
        let (salesforce, stripe, twilio) = (Salesforce::new(), Stripe::start(), Twilio::start());
        let mut world = World::new();
        for (name, value) in salesforce.env().into_iter().chain(stripe.env()).chain(twilio.env()) {
            world = world.with_env(name, &value);
        }
        Self { salesforce, stripe, twilio, world }
    }

    /// A staff-server that has logged in to the org. A write is refused, so that whoever runs writes has logged in too.
    async fn staff(&self) -> Server {
        let staff = self.world.staff();
        staff.done("search_contacts", json!({"query": "nobody"})).await;
        staff.refused("cancel_booking", json!({"booking_number": "BK-0999"}), "BOOKING_NOT_FOUND").await;
        self.forget();
        staff
    }

    /// A guest-server that has logged in to the org.
    async fn guest(&self, email: &str) -> Server {
        let guest = self.world.guest(email);
        guest.done("search_rooms_on_behalf_of_guest", json!({})).await;
        guest.refused("cancel_booking", json!({"booking_number": "BK-0999"}), "BOOKING_NOT_FOUND").await;
        self.forget();
        guest
    }

    fn forget(&self) {
        self.salesforce.forget();
        self.stripe.forget_exchanges();
    }

    /// Makes a call that succeeds and asks exactly this of the systems. Answers its data.
    async fn costs(
        &self,
        server: &Server,
        (tool, arguments): (&str, Value),
        salesforce: &[&str],
        stripe: &[&str],
    ) -> Value {
        let counted = self.salesforce.calls();
        let told = server.call(tool, arguments).await;
        let data = told.data().clone();
        let asked: Vec<_> = self.salesforce.recorded().iter().map(kind).collect();
        assert_eq!(asked, salesforce, "{tool}, of Salesforce");
        let mut asked: Vec<_> = self.stripe.exchanges().into_iter().map(|it| it.operation).collect();
        // Of the two that are asked side by side either may come first.
        if let Some(at) = asked.windows(2).position(|pair| pair == [INTENTS, INTENT]) {
            asked.swap(at, at + 1);
        }
        assert_eq!(asked, stripe, "{tool}, of Stripe");
        let counted = usize::try_from(self.salesforce.calls() - counted).expect("few");
        assert_eq!(counted, salesforce.len(), "{tool}: each request counts once, whatever is in it");
        self.forget();
        data
    }
}

/// What a request to the org is for. A login, a describe or a further page would show by its path.
fn kind(request: &Recorded) -> String {
    let kind = match request.path.rsplit('/').next() {
        Some("composite") if request.body["allOrNone"] == true => WRITE,
        Some("query" | "composite") => READ,
        _ => &request.path,
    };
    kind.to_owned()
}

fn checkout_of(guest: &str) -> (&'static str, Value) {
    ("process_guest_checkout", json!({"guest_email": guest, "payment_method_id": "pm_card_visa"}))
}

fn compensation_of(guest: &str, checked_out: &Value) -> (&'static str, Value) {
    let payment = &checked_out["payment_intent_id"];
    ("compensate_checkout_failure", json!({"guest_email": guest, "payment_intent_id": payment}))
}

#[tokio::test]
async fn a_stay_from_arrival_to_departure() {
    let remote = Remote::new();
    remote.stripe.knows(BETH);
    let staff = remote.staff().await;
    let arrive = ("check_in_guest", json!({"guest_email": SARAH}));
    remote.costs(&staff, arrive.clone(), &[READ, WRITE], &[]).await;
    let again = remote.costs(&staff, arrive, &[READ], &[]).await;
    assert_eq!(again["already_checked_in"], true);
    let left =
        remote.costs(&staff, checkout_of(BETH), &[READ, WRITE], &[FIND, INTENT, INTENTS, CONFIRM]).await;
    let status = ("retrieve_payment_status", json!({"booking_number": "BK-0001"}));
    remote.costs(&staff, status, &[READ], &[RETRIEVE]).await;
    let undo = compensation_of(BETH, &left);
    remote.costs(&staff, undo, &[READ, WRITE], &[RETRIEVE, "refunds.create"]).await;
    // Somebody whom Stripe does not know yet is made known: only then, and once.
    let first = [FIND, "customers.create", INTENT, INTENTS, CONFIRM];
    let left = remote.costs(&staff, checkout_of(CARL), &[READ, WRITE], &first).await;
    let undo = compensation_of(CARL, &left);
    remote.costs(&staff, undo, &[READ, WRITE], &[RETRIEVE, "refunds.create"]).await;
    remote.costs(&staff, checkout_of(CARL), &[READ, WRITE], &[FIND, INTENT, INTENTS, CONFIRM]).await;
}

#[tokio::test]
async fn a_booking_is_checked_once_it_is_made() {
    let remote = Remote::new();
    let staff = remote.staff().await;
    let nights = |guest: &str, room: &str| {
        json!({"guest_email": guest, "guest_first_name": "Ana", "guest_last_name": "Ruiz", "room_number": room,
            "check_in_date": day(1), "check_out_date": day(4)})
    };
    let new = nights("ana@example.com", "104");
    let booked = remote.costs(&staff, ("create_booking", new.clone()), &[READ, WRITE, READ], &[]).await;
    let held = remote.costs(&staff, ("create_booking", new), &[READ], &[]).await;
    assert_eq!(held["created"], false);
    remote
        .costs(
            &staff,
            ("create_booking", nights("patrick.obrien@example.com", "105")),
            &[READ, WRITE, READ],
            &[],
        )
        .await;
    let it = |more: Value| tests::with(json!({"booking_number": booked["booking_number"]}), more);
    for (tool, change) in [
        ("manage_booking", json!({"check_out_date": day(6)})),
        ("manage_booking", json!({"special_requests": "A cot, please."})),
        ("assign_room", json!({"room_number": "208"})),
        ("cancel_booking", json!({})),
    ] {
        remote.costs(&staff, (tool, it(change)), &[READ, WRITE], &[]).await;
    }
}

#[tokio::test]
async fn requests_and_what_becomes_of_them() {
    let remote = Remote::new();
    let staff = remote.staff().await;
    let towels =
        json!({"room_number": "110", "type": "Housekeeping", "description": "Towels.", "priority": "Low"});
    let tap = json!({"room_number": "204", "description": "The tap drips."});
    let lamp =
        tests::with(tap.clone(), json!({"description": "The lamp is broken.", "take_room_out_of_use": true}));
    for (tool, arguments) in [
        ("submit_guest_service_request", json!({"guest_email": CARL, "description": "Ice, please."})),
        ("submit_maintenance_request", tap),
        ("submit_maintenance_request", lamp),
        ("create_case", towels),
        ("manage_case", json!({"case_number": "00001027", "status": "Working"})),
        ("manage_case", json!({"case_number": "00001026", "status": "Closed", "priority": "Low"})),
        ("update_room_status", json!({"room_number": "106", "status": "Vacant"})),
        (
            "create_contact_if_not_found",
            json!({"email": "li@example.com", "first_name": "Li", "last_name": "Wu"}),
        ),
    ] {
        remote.costs(&staff, (tool, arguments), &[READ, WRITE], &[]).await;
    }
}

#[tokio::test]
async fn a_search_is_one_round_trip() {
    let remote = Remote::new();
    let staff = remote.staff().await;
    for (tool, arguments) in [
        ("search_available_rooms", json!({"check_in_date": day(0), "check_out_date": day(2)})),
        ("search_bookings_on_behalf_of_staff", json!({"limit": 3})),
        ("search_bookings_on_behalf_of_staff", json!({"guest_email": "wei.chen@example.com"})),
        ("search_bookings_on_behalf_of_staff", json!({"booking_number": "BK-0001"})),
        ("search_bookings_on_behalf_of_staff", json!({"arriving_on": day(0), "status_filter": "Reserved"})),
        ("search_rooms_on_behalf_of_staff", json!({"status_filter": "Vacant", "limit": 3})),
        ("search_cases_on_behalf_of_staff", json!({"status_filter": "Open"})),
        ("search_contacts", json!({"query": "o'b"})),
        ("hotel_today", json!({})),
        ("hotel_today", json!({"date": day(7)})),
    ] {
        remote.costs(&staff, (tool, arguments), &[READ], &[]).await;
    }
    remote.costs(&staff, ("search_tool_calls", json!({})), &[], &[]).await;
}

#[tokio::test]
async fn a_guests_own_server_asks_no_more() {
    let remote = Remote::new();
    remote.stripe.knows(BETH);
    let sarah = remote.guest(SARAH).await;
    for (tool, arguments) in [
        ("search_bookings_on_behalf_of_guest", json!({})),
        ("search_rooms_on_behalf_of_guest", json!({"filter": "all"})),
        ("search_cases_on_behalf_of_guest", json!({})),
    ] {
        remote.costs(&sarah, (tool, arguments), &[READ], &[]).await;
    }
    remote.costs(&sarah, ("check_in_guest", json!({})), &[READ, WRITE], &[]).await;
    let ice = json!({"description": "Ice, please."});
    remote.costs(&sarah, ("submit_guest_service_request", ice), &[READ, WRITE], &[]).await;
    let beth = remote.guest(BETH).await;
    let pay = json!({"payment_method_id": "pm_card_visa"});
    remote
        .costs(&beth, ("process_guest_checkout", pay), &[READ, WRITE], &[FIND, INTENT, INTENTS, CONFIRM])
        .await;
}

/// While the org is held at the look, Stripe is asked: neither waits for the other.
#[tokio::test]
async fn what_does_not_depend_on_each_other_is_asked_at_once() {
    let remote = Remote::new();
    remote.stripe.knows(BETH);
    let staff = remote.staff().await;
    let (came, mut coming) = mpsc::unbounded_channel();
    remote.stripe.latency(move |operation, _| {
        drop(came.send(operation.to_owned()));
        std::time::Duration::ZERO
    });
    let out = beside(&remote, &staff, checkout_of(BETH), &mut coming).await;
    assert_eq!(out.0, FIND);
    let undone = beside(&remote, &staff, compensation_of(BETH, &out.1), &mut coming).await;
    assert_eq!(undone.0, RETRIEVE);
}

/// Holds the call's look until Stripe is asked; what it was asked, and what the call came to.
async fn beside(
    remote: &Remote,
    staff: &Server,
    (tool, arguments): (&str, Value),
    coming: &mut mpsc::UnboundedReceiver<String>,
) -> (String, Value) {
    while coming.try_recv().is_ok() {}
    let mut look = remote.salesforce.pause(On::path("/composite").saying("\"allOrNone\":false"), 0);
    let answer = staff.send(tool, arguments).await;
    let (answer, asked) = tokio::join!(answer, async {
        look.reached().await;
        let asked = coming.recv().await;
        look.resume();
        asked
    });
    (asked.expect("Stripe lives"), answer.expect("an answer").data().clone())
}

/// It leaves once the guest has the answer.
#[tokio::test]
async fn a_text_is_one_request_of_its_own() {
    let remote = Remote::new();
    let staff = remote.staff().await;
    let (came, mut coming) = mpsc::unbounded_channel();
    remote.twilio.latency(move |operation, _| {
        drop(came.send(operation.to_owned()));
        std::time::Duration::ZERO
    });
    remote.costs(&staff, ("check_in_guest", json!({"guest_email": SARAH})), &[READ, WRITE], &[]).await;
    assert_eq!(coming.recv().await.as_deref(), Some("messages.create"));
    staff.close().await;
    assert_eq!(remote.twilio.exchanges().len(), 1);
}

/// What an org's day carries.
#[tokio::test]
async fn fifteen_thousand_calls_carry_seven_thousand_five_hundred_check_ins() {
    let remote = Remote::new();
    let staff = remote.staff().await;
    remote.salesforce.leave_calls(2);
    remote.costs(&staff, ("check_in_guest", json!({"guest_email": SARAH})), &[READ, WRITE], &[]).await;
    let told = staff.call("search_contacts", json!({"query": "nobody"})).await;
    assert!(!told.succeeded(), "the two are spent");
}
