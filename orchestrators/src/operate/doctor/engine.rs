//! What calls run on: this process, or a Restate server and its workers.

use crate::engine::systems_of;
use crate::restate::{AboutWorker, WhichHotel, hotel_key};
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::systems::check::{Check, Examination};
use skills::systems::ingress::{Again, Ingress, NoReply};
use std::time::Duration;

/// How long the engine and a worker may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn examined(settings: &Settings, hotel: &Hotel) -> Vec<Check> {
    let mut found = Examination::of("engine");
    let Some(address) = &settings.restate else {
        found.ok("runs on", "the servers themselves; calls are recorded in the data folder");
        return found.checks();
    };
    found.ok("runs on", format!("Restate at {address} (HOTEL_RESTATE)"));
    let Ok(ingress) = Ingress::new(address) else {
        found.wrong("server", "this machine cannot make secure connections", "look at its certificates");
        return found.checks();
    };
    if let Err(error) = ingress.is_healthy(TIMEOUT).await {
        let mend = "start the Restate server, or give the address of its ingress as HOTEL_RESTATE";
        found.wrong("server", error.to_string(), mend);
        return found.checks();
    }
    found.ok("server", "it takes calls");
    let which = WhichHotel { hotel: hotel_key(settings, hotel), systems: systems_of(hotel) };
    match ingress.ask::<AboutWorker>("Workers/about", &which, Again::Freely, TIMEOUT).await {
        Ok(AboutWorker { version, lacks: None }) if version == env!("CARGO_PKG_VERSION") => {
            found.ok("workers", format!("version {version}; they serve this hotel"));
        }
        Ok(AboutWorker { version, lacks: None }) => found.warning(
            "workers",
            format!("they are version {version}, this server is {}", env!("CARGO_PKG_VERSION")),
            "bring both to the same release; register the new workers at an address of their own",
        ),
        Ok(AboutWorker { lacks: Some(why), .. }) => {
            found.wrong("workers", why, "give hotel-worker the same settings file as this server");
        }
        Err(NoReply::Refused { status: 404, .. }) => {
            found.wrong("workers", "none is registered", "start hotel-worker and run hotel-worker register");
        }
        Err(NoReply::Late) => {
            let mend = "start hotel-worker where it was registered; calls wait for it, and none is lost";
            found.wrong("workers", "none answers", mend);
        }
        Err(error) => found.wrong("workers", error.to_string(), "look at the log of the Restate server"),
    }
    found.checks()
}
