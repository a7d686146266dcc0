//! Two machines of one hotel, whose requests to the org are interleaved at a chosen point, and what came of it.

use serde_json::{Map, Value};
use tests::fakes::{Holds, On, Recorded, Records};
use tests::{Backend, Books, Server, Systems, Told, World};

/// A call of a tool.
pub(super) type Call = (&'static str, Value);

/// What each call answered, as far as it is no number or time of its own, and how the hotel is afterwards.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) first: Value,
    pub(super) second: Value,
    pub(super) hotel: Vec<String>,
    /// The rules of the books that are broken.
    broken: Vec<String>,
}

/// A request to the org, from 0, and one of its subrequests.
pub(super) type Point = (usize, usize);

/// The state of the hotel in its own words.
const STATE: &[&str] = &[
    "SELECT 'booking', r.number, c.email, b.check_in, b.check_out, b.status, b.guests FROM bookings b \
     JOIN rooms r ON r.id = b.room_id JOIN contacts c ON c.id = b.guest_id ORDER BY 2, 3, 4, 5, 6",
    "SELECT 'room', r.number, r.status, c.email FROM rooms r LEFT JOIN contacts c ON c.id = r.current_guest ORDER BY 2",
    "SELECT 'sale', o.stage, o.amount_cents, o.arrival, o.departure, o.close_date, o.payment_id IS NULL, \
     (SELECT group_concat(r.number) FROM bookings b JOIN rooms r ON r.id = b.room_id WHERE b.opportunity_id = o.id) \
     FROM opportunities o ORDER BY 8, 2, 3, 4, 5",
    "SELECT 'case', s.case_type, s.status, s.priority, s.description, c.email, r.number, b.number FROM cases s \
     LEFT JOIN contacts c ON c.id = s.contact_id LEFT JOIN rooms r ON r.id = s.room_id \
     LEFT JOIN bookings b ON b.id = s.booking_id ORDER BY 2, 3, 4, 5, 6",
    "SELECT 'paid', t.kind, t.amount_cents, b.number FROM payment_transactions t JOIN bookings b ON b.id = t.booking_id \
     ORDER BY 4, 2, 3",
    "SELECT 'intent', booking, amount_cents, status FROM payments.intents WHERE status = 'succeeded' ORDER BY 2, 3",
    "SELECT 'refund', amount_cents, status FROM payments.refunds ORDER BY 2",
];
/// Numbers and times of a call's own, and sentences.
const OWN: &[&str] = &[
    "idempotency_token",
    "booking_number",
    "payment_intent_id",
    "transaction_id",
    "reason",
    "affected_reservations",
    "case_number",
    "opened_at",
    "warnings",
    "replayed",
    "refund_id",
    "charged_at",
];

pub(super) struct Stage {
    first: (World, Server),
    second: (World, Server),
    books: Books,
    records: Option<(Records, Holds)>,
}

impl Stage {
    /// Two machines that have started, on a hotel where these calls have been made. `$PAYMENT` in later calls is the
    /// payment of one of them.
    pub(super) async fn new() -> Self {
        let first = World::on(Backend::Fakes);
        let second = first.beside();
        let (one, two) = (first.staff(), second.staff());
        for server in [&one, &two] {
            server.done("search_contacts", serde_json::json!({"query": "nobody"})).await;
        }
        let books = Books::open(&first);
        let mut stage = Self { first: (first, one), second: (second, two), books, records: None };
        stage.begin_here();
        stage
    }

    pub(super) fn systems(&self) -> &Systems {
        self.first.0.systems().expect("fakes")
    }

    /// From now on each try begins with the hotel as it is.
    pub(super) fn begin_here(&mut self) {
        let systems = self.systems();
        self.records = Some((systems.salesforce.records(), systems.stripe.holds()));
    }

    /// A call of the first machine.
    pub(super) async fn call(&self, (tool, arguments): &Call) -> Told {
        self.first.1.call(tool, arguments.clone()).await
    }

    pub(super) fn put_back(&self) {
        let (records, holds) = self.records.as_ref().expect("a beginning");
        self.systems().salesforce.calm();
        self.systems().salesforce.put_back(records);
        self.systems().stripe.put_back(holds);
    }

    /// One after the other.
    pub(super) async fn in_turn(&self, first: &Call, second: &Call) -> Outcome {
        self.put_back();
        let one = self.first.1.call(first.0, first.1.clone()).await;
        let two = self.second.1.call(second.0, second.1.clone()).await;
        self.outcome(&one, &two)
    }

    /// Where a call can be held: before each of its requests to the org, and in each of its writes when all is about to be
    /// committed.
    pub(super) async fn points(&self, call: &Call) -> Vec<Point> {
        self.put_back();
        let org = &self.systems().salesforce;
        org.forget();
        self.call(call).await;
        let requests = org.recorded().into_iter().filter(Recorded::is_api).enumerate();
        let points = requests.flat_map(|(nth, request)| {
            let parts = request.body["compositeRequest"].as_array().map_or(0, Vec::len);
            let held = if request.body["allOrNone"] == true { vec![0, parts] } else { vec![0] };
            held.into_iter().map(move |at| (nth, at))
        });
        points.collect()
    }

    /// The first call is held at a point; the second comes between, as far as it gets.
    pub(super) async fn interleaved(&self, (nth, at): Point, first: &Call, second: &Call) -> Outcome {
        self.put_back();
        let org = &self.systems().salesforce;
        let mut pause = org.pause(On::path("/services/data").after(nth), at);
        let one = self.first.1.send(first.0, first.1.clone()).await;
        pause.reached().await;
        let two = self.second.1.send(second.0, second.1.clone()).await;
        let mut two = std::pin::pin!(two);
        // Either it needs no row that the first one holds, or it waits for one.
        let told = tokio::select! {
            told = &mut two => Some(told),
            () = org.waiting(1) => None,
        };
        pause.resume();
        let (one, two) = match told {
            Some(told) => (one.await, told),
            None => tokio::join!(one, two),
        };
        self.outcome(&one.expect("an answer"), &two.expect("an answer"))
    }

    /// The records are edited before a call is made, or while it is held before its `nth` request to the org. What it
    /// answers, and the hotel afterwards.
    pub(super) async fn edited(
        &self,
        nth: Option<usize>,
        call: &Call,
        edit: impl FnOnce(),
    ) -> (Value, Vec<String>) {
        self.put_back();
        let told = if let Some(nth) = nth {
            let mut pause = self.systems().salesforce.pause(On::path("/services/data").after(nth), 0);
            let told = self.first.1.send(call.0, call.1.clone()).await;
            pause.reached().await;
            edit();
            pause.resume();
            told.await.expect("an answer")
        } else {
            edit();
            self.call(call).await
        };
        (own(&told), self.state())
    }

    fn outcome(&self, first: &Told, second: &Told) -> Outcome {
        // Texts come in their own time.
        let broken =
            self.books.broken_rules().into_iter().filter(|rule| !rule.starts_with("a message was sent"));
        Outcome { first: own(first), second: own(second), hotel: self.state(), broken: broken.collect() }
    }

    fn state(&self) -> Vec<String> {
        STATE.iter().flat_map(|query| self.books.rows(query)).collect()
    }

    /// Neither machine has left anything undone.
    pub(super) fn is_at_rest(&self) {
        for (world, _) in [&self.first, &self.second] {
            let broken = Books::open(world).broken_rules();
            assert!(
                !broken.iter().any(|rule| rule.starts_with("a call") || rule.starts_with("a lock")),
                "{broken:?}"
            );
        }
    }
}

/// What an answer says of the hotel: of a refusal its code.
pub(super) fn own(told: &Told) -> Value {
    if !told.succeeded() {
        return told.code().into();
    }
    let data: Map<String, Value> = told.data().as_object().expect("an object").clone();
    data.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect::<Map<_, _>>().into()
}

impl Outcome {
    /// With the second call as the first.
    pub(super) fn turned(self) -> Self {
        Self { first: self.second, second: self.first, ..self }
    }

    /// What is wrong with it: how it differs from one call after the other.
    pub(super) fn differs_from(&self, turns: &[Self], calls: (&Call, &Call), point: Point) -> Option<String> {
        if self.broken.is_empty() && turns.contains(self) {
            return None;
        }
        let mut told = format!("{calls:?} held at {point:?}: {:?}", self.broken);
        for turn in turns {
            for (ours, theirs) in [(&self.first, &turn.first), (&self.second, &turn.second)] {
                told += &format!("\n    answers {}, in turn {}", lacks(ours, theirs), lacks(theirs, ours));
            }
            let rows = |a: &Self, b: &Self| {
                a.hotel.iter().filter(|row| !b.hotel.contains(row)).cloned().collect::<Vec<_>>().join("; ")
            };
            told += &format!("\n    has {}\n    in turn {}", rows(self, turn), rows(turn, self));
        }
        Some(told)
    }
}

/// What is in one answer and not in the other.
fn lacks(one: &Value, other: &Value) -> Value {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let mine = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
            mine.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>().into()
        }
        _ => one.clone(),
    }
}
