//! 100 calls a second at the real latencies, of every kind that a hotel's day has.

use crate::articles::Pace;
use crate::report::Report;
use crate::stage::{Are, Guest, Stage};
use crate::tools::{arrive, leave};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const A_SECOND: usize = 100;
/// The calls of a fifth of a second: a check-in, a checkout, four changes of a booking, four requests, ten searches.
const BEAT: usize = 20;
/// Who stays through all of it, and asks for this and that: each every ten seconds, for a change takes two, and changes of
/// one booking wait for each other.
const RESIDENTS: usize = 1_000;

struct Day {
    residents: Vec<Guest>,
    arriving: Vec<Guest>,
    leaving: Vec<Guest>,
}

impl Day {
    fn call(&self, turn: usize) -> (&'static str, Value) {
        let (beat, of_beat) = (turn / BEAT, turn % BEAT);
        let resident = &self.residents[turn % RESIDENTS];
        match of_beat {
            0 => ("check_in_guest", arrive(&self.arriving[beat])),
            10 => ("process_guest_checkout", leave(&self.leaving[beat])),
            4 | 8 | 12 | 16 => {
                let change = json!({"booking_number": resident.booking_number, "special_requests": format!("Wish {turn}.")});
                ("manage_booking", change)
            }
            2 | 6 | 14 | 18 => {
                let ask =
                    json!({"guest_email": resident.email, "description": format!("Request {turn}, please.")});
                ("submit_guest_service_request", ask)
            }
            _ => ("search_bookings_on_behalf_of_staff", json!({"booking_number": resident.booking_number})),
        }
    }
}

pub(crate) fn calls(report: &mut Report, seconds: usize) {
    let mut stage = Stage::new();
    let beats = seconds * A_SECOND / BEAT;
    let day = Day {
        residents: stage.guests(RESIDENTS, Are::Here, true),
        arriving: stage.guests(beats, Are::Expected, true),
        leaving: stage.guests(beats, Are::Here, true),
    };
    stage.clear();
    stage.at(Pace::REAL);
    let before = stage.salesforce.calls();
    let (began, interval) = (Instant::now(), Duration::from_secs(1) / u32::try_from(A_SECOND).unwrap_or(1));
    let mut late = Duration::ZERO;
    for turn in 0..seconds * A_SECOND {
        let due = began + interval * u32::try_from(turn).unwrap_or(u32::MAX);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        late = late.max(due.elapsed());
        let (tool, arguments) = day.call(turn);
        stage.peer.send(tool, &arguments);
    }
    let took = began.elapsed();
    let answers = stage.peer.receive(seconds * A_SECOND);
    let failed: Vec<_> = answers.iter().filter(|answered| !answered.succeeded()).collect();
    for answered in failed.iter().take(3) {
        crate::report::progress(&format!("failed: {}", answered.line.trim()));
    }
    let longest = answers.iter().map(|answered| answered.at - answered.made).max().unwrap_or_default();
    let asked = stage.salesforce.calls() - before;
    report.sustained(answers.len(), failed.len(), took, longest, asked);
}
