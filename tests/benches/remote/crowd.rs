//! Many guests in the same instant, at the real latencies: they all arrive, then they all leave.

use crate::articles::Pace;
use crate::report::Report;
use crate::stage::{Are, Guest, Stage};
use crate::tools::{arrive, leave};
use crate::trace::{Cost, asked, by_guest, cost};
use serde_json::Value;

pub(crate) fn of(report: &mut Report, size: usize, times: usize) {
    let mut stage = Stage::new();
    let (mut arrivals, mut departures) = (vec![], vec![]);
    for _ in 0..times {
        let guests = stage.guests(size, Are::Expected, true);
        stage.at(Pace::REAL);
        arrivals.extend(at_once(&mut stage, &guests, "check_in_guest", arrive));
        departures.extend(at_once(&mut stage, &guests, "process_guest_checkout", leave));
    }
    report.crowd(&format!("{size} check-ins at once"), &arrivals);
    report.crowd(&format!("{size} checkouts at once"), &departures);
}

/// None for a call that failed.
fn at_once(
    stage: &mut Stage,
    guests: &[Guest],
    tool: &str,
    arguments: impl Fn(&Guest) -> Value,
) -> Vec<Option<Cost>> {
    stage.clear();
    let ids: Vec<usize> = guests.iter().map(|guest| stage.peer.send(tool, &arguments(guest))).collect();
    let answers = stage.peer.receive(ids.len());
    let asked = by_guest(&asked(stage, Pace::REAL), guests);
    let mut costs = vec![None; guests.len()];
    for answered in answers.iter().filter(|answered| answered.succeeded()) {
        let at = answered.id - ids[0];
        costs[at] = Some(cost(&asked[at], answered.made, answered.at, Pace::REAL));
    }
    costs
}
