//! What the schedule of reconciling did last.

use crate::engine::journal::Schedule;
use crate::engine::{Journal, systems_of};
use crate::operate::schedule::A_DAY;
use crate::restate::hotel_key;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::systems::check::{Check, Examination};
use skills::systems::ingress::{Again, Ingress};
use std::time::Duration;

/// How long an engine elsewhere may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// When its last clean run was, and what keeps it from the next.
pub(super) async fn examined(settings: &Settings, hotel: &Hotel) -> Vec<Check> {
    let mut found = Examination::of("schedule");
    if settings.reconcile_every.is_none() {
        found.ok("runs", "it is turned off (HOTEL_RECONCILE_MINUTES)");
        return found.checks();
    }
    let known = match &settings.restate {
        Some(address) => elsewhere(address, &hotel_key(settings, hotel)).await,
        None => {
            // A journal that cannot be opened is reported as such.
            let Ok(journal) = Journal::open(&settings.data) else { return found.checks() };
            journal.schedule(&systems_of(hotel)).map_err(|error| format!("{error:?}"))
        }
    };
    let known = match known {
        Ok(known) => known,
        Err(error) => {
            found.wrong(
                "runs",
                format!("cannot be read: {error}"),
                "see what is said of the engine and the journal",
            );
            return found.checks();
        }
    };
    let Some(known) = known else {
        found.ok("runs", "it has not run yet; a staff-server that serves runs it");
        return found.checks();
    };
    let clean = known.clean_at.map_or_else(
        || "it has had no clean run yet".to_owned(),
        |at| format!("its last clean run was at {at:.0}"),
    );
    match &known.problem {
        None => found.ok("runs", clean),
        Some(problem) => found.warning(
            "runs",
            format!("{clean}; the last run was not: {problem}"),
            "run staff-server reconcile --fix, which shows what is left",
        ),
    }
    if known.for_person > 0 {
        let says = format!("{} findings need a person", known.for_person);
        found.warning("findings", says, "run staff-server reconcile, which shows them");
    }
    if settings.salesforce.is_some() {
        let spent = known.spent_on(&hotel.today());
        found.ok("budget", format!("{spent} of {A_DAY} requests to Salesforce made today"));
    }
    found.checks()
}

/// What an engine elsewhere knows.
async fn elsewhere(address: &str, hotel: &str) -> Result<Option<Schedule>, String> {
    let ingress = Ingress::new(address).map_err(|error| error.to_string())?;
    let shown = ingress.ask(&format!("Schedule/{hotel}/show"), &(), Again::Freely, TIMEOUT).await;
    shown.map_err(|error| error.to_string())
}
