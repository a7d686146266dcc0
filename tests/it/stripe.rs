//! Money at Stripe: the same role as the embedded processor, over a strict stand-in of an account.

mod contract;
mod customers;
mod faults;
mod outcomes;
mod refunds;
mod stories;
mod together;

use ::skills::settings::Settings;
use ::skills::systems::Hotel;
use serde_json::{Value, json};
use tests::fakes::Stripe;
use tests::{Server, World};

const BETH: &str = "beth.gibbs@email.com";
/// Beth has been here for two nights at 149.99.
const FOLIO: i64 = 29_998;

/// What does not depend on each other is asked in any order.
fn sorted(mut asked: Vec<String>) -> Vec<String> {
    asked.sort();
    asked
}

/// A Stripe account, and an embedded hotel that is paid there.
struct Account {
    fake: Stripe,
    world: World,
}

impl Account {
    fn new() -> Self {
        Self::with(&[])
    }

    /// Servers have these variables too.
    fn with(env: &[(&'static str, &str)]) -> Self {
        let fake = Stripe::start();
        let mut world = World::new().in_the_afternoon();
        for (name, value) in fake.env() {
            world = world.with_env(name, &value);
        }
        for (name, value) in env {
            world = world.with_env(name, value);
        }
        Self { fake, world }
    }

    /// The hotel, opened in this process.
    fn hotel(&self, return_url: Option<&str>) -> Hotel {
        let (env, data) = (self.fake.env(), self.world.data().display().to_string());
        let settings = Settings::read(|name| match name {
            "HOTEL_DATA" => Some(data.clone()),
            "STRIPE_RETURN_URL" => return_url.map(str::to_owned),
            _ => env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()),
        });
        Hotel::open(&settings.expect("settings")).expect("a hotel")
    }

    async fn pay(&self, server: &Server, card: &str) -> Value {
        server.call("process_guest_checkout", leaving(card)).await.0
    }

    /// The operations asked for since the last look, in order.
    fn asked(&self) -> Vec<String> {
        let asked = self.fake.exchanges().into_iter().map(|it| it.operation).collect();
        self.fake.forget_exchanges();
        asked
    }

    /// What was charged and not given back, over all intents.
    fn kept(&self) -> i64 {
        let cents = |value: &Value| value.as_i64().expect("cents");
        let paid: Vec<Value> = self.fake.charges().into_iter().filter(|it| it["paid"] == true).collect();
        paid.iter().map(|it| cents(&it["amount"]) - cents(&it["amount_refunded"])).sum()
    }

    /// How often a card was charged.
    fn charged(&self) -> usize {
        self.fake.charges().iter().filter(|it| it["paid"] == true).count()
    }

    fn paid_and_closed_once(&self) {
        assert_eq!((self.charged(), self.kept()), (1, FOLIO), "charged once, and kept");
        assert_eq!(self.world.booking_status("BK-0001"), "Checked Out");
        assert_eq!(self.world.room("201").status, "Cleaning");
        // It leaves after the answer, whoever gave that.
        let journal = rusqlite::Connection::open(self.world.data().join("journal.db")).expect("a journal");
        let receipts: i64 =
            journal.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).expect("a count");
        assert_eq!(receipts, 1, "one receipt");
    }

    fn nothing_happened(&self) {
        assert_eq!(self.charged(), 0, "nothing was charged");
        assert_eq!(self.world.booking_status("BK-0001"), "Checked In");
    }
}

/// Beth pays and leaves.
fn leaving(card: &str) -> Value {
    json!({"guest_email": BETH, "payment_method_id": card, "idempotency_token": "leaving"})
}
