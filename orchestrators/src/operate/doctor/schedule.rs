//! What the schedule of reconciling did last.

use crate::engine::{Journal, systems_of};
use crate::operate::schedule::A_DAY;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::systems::check::{Check, Examination};

/// When its last clean run was, and what keeps it from the next.
pub(super) fn examined(settings: &Settings, hotel: &Hotel) -> Vec<Check> {
    let mut found = Examination::of("schedule");
    if settings.reconcile_every.is_none() {
        found.ok("runs", "it is turned off (HOTEL_RECONCILE_MINUTES)");
        return found.checks();
    }
    if settings.restate.is_some() {
        let says = "servers on Restate do not run it";
        found.warning("runs", says, "run staff-server reconcile --fix by a timer (docs/operating.md)");
        return found.checks();
    }
    // A journal that cannot be opened is reported as such.
    let Ok(journal) = Journal::open(&settings.data) else { return found.checks() };
    let known = match journal.schedule(&systems_of(hotel)) {
        Ok(known) => known,
        Err(error) => {
            found.wrong("runs", format!("cannot be read: {error:?}"), "see what is said of the journal");
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
