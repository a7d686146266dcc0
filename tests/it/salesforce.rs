//! The hotel's records in Salesforce: the same role as the embedded one, over a strict stand-in of an org.

mod agreed;
mod amounts;
mod by_hand;
mod changes;
mod contract;
mod currencies;
mod day;
mod faults;
mod guests;
mod hand_made;
mod many;
mod messages;
mod moves;
mod no_money;
mod people;
mod races;
mod requests;
mod rules;
mod shared_sales;
mod stories;
mod together;
mod untidy;

use ::skills::settings::Settings;
use ::skills::systems::Hotel;
use serde_json::Value;
use tests::World;
use tests::fakes::{Data, Salesforce};

/// An org, and a hotel whose records are there.
struct Org {
    fake: Salesforce,
    world: World,
}

impl Org {
    fn new() -> Self {
        Self::with(Data::Hotel)
    }

    fn with(data: Data) -> Self {
        Self::on(Salesforce::with(data))
    }

    fn on(fake: Salesforce) -> Self {
        let env = fake.env();
        Self { fake, world: World::new() }.with_env(env)
    }

    /// Servers started from now on have these variables too.
    fn with_env(mut self, env: Vec<(&'static str, String)>) -> Self {
        for (name, value) in env {
            self.world = self.world.with_env(name, &value);
        }
        self
    }

    /// The hotel, opened in this process.
    fn hotel(&self) -> Hotel {
        let (env, data) = (self.fake.env(), self.world.data().display().to_string());
        let settings = Settings::read(|name| {
            let given = env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            given.or_else(|| (name == "HOTEL_DATA").then(|| data.clone()))
        });
        Hotel::open(&settings.expect("settings")).expect("a hotel")
    }

    fn text(&self, object: &str, by: (&str, &str), field: &str) -> String {
        let row = self.fake.row(object, by.0, by.1).unwrap_or_else(|| panic!("no {object} {}", by.1));
        row[field].as_str().unwrap_or_default().to_owned()
    }

    fn booking_status(&self, number: &str) -> String {
        self.text("Booking__c", ("Name", number), "Status__c")
    }

    fn room_status(&self, number: &str) -> String {
        self.text("Hotel_Room__c", ("Room_Number__c", number), "Status__c")
    }

    fn sale_of(&self, booking: &str) -> String {
        self.text("Booking__c", ("Name", booking), "Opportunity__c")
    }

    fn stage(&self, booking: &str) -> String {
        self.text("Opportunity", ("Id", &self.sale_of(booking)), "StageName")
    }

    /// What the sale of a booking amounts to.
    fn amount(&self, booking: &Value) -> Option<f64> {
        let sale = self.sale_of(booking.as_str().expect("a number"));
        self.fake.row("Opportunity", "Id", &sale).expect("a sale")["Amount"].as_f64()
    }

    fn set_amount(&self, booking: &Value, amount: Value) {
        self.fake.poke(&self.sale_of(booking.as_str().expect("a number")), "Amount", amount);
    }
}
