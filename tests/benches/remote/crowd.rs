//! Many guests in the same instant, at the real latencies: they all arrive, then they all leave.

use crate::articles::Pace;
use crate::report::Report;
use crate::stage::{Are, Guest, Stage};
use crate::tools::{arrive, leave};
use crate::trace::{Cost, asked, by_guest, cost, idle};
use serde_json::Value;
use std::time::Duration;

/// What one of a crowd's calls cost.
pub(crate) struct Among {
    pub(crate) cost: Cost,
    /// The part of it in which no request was under way, of its own or of anybody else.
    pub(crate) idle: Duration,
}

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
) -> Vec<Option<Among>> {
    stage.clear();
    let ids: Vec<usize> = guests.iter().map(|guest| stage.peer.send(tool, &arguments(guest))).collect();
    let answers = stage.peer.receive(ids.len());
    let all = asked(stage, Pace::REAL);
    let asked = by_guest(&all, guests);
    let mut costs: Vec<_> = guests.iter().map(|_| None).collect();
    for answered in answers.iter().filter(|answered| answered.succeeded()) {
        let at = answered.id - ids[0];
        costs[at] = Some(Among {
            cost: cost(&asked[at], answered.made, answered.at, Pace::REAL),
            idle: idle(&all, answered.made, answered.at),
        });
    }
    costs
}
