//! One call after the other: how often each tool asks, in what sequence, and what it adds of its own.

use crate::Effort;
use crate::articles::{self, Pace};
use crate::report::{Limit, Report};
use crate::stage::{Are, Guest, Stage};
use crate::trace::{Cost, asked, cost};
use serde_json::{Value, json};
use tests::day;

/// What a guest asks a tool for.
type Wish<'a> = &'a dyn Fn(&Guest) -> Value;

/// A call alone on the stage: what it cost, and its data.
fn alone(stage: &mut Stage, pace: Pace, tool: &str, arguments: &Value) -> (Cost, Value) {
    stage.clear();
    let answered = stage.peer.alone(tool, arguments);
    assert!(answered.succeeded(), "{tool} was not done: {}", answered.line);
    (cost(&asked(stage, pace), answered.made, answered.at, pace), answered.data())
}

fn each(
    stage: &mut Stage,
    pace: Pace,
    guests: &[Guest],
    tool: &str,
    arguments: impl Fn(&Guest) -> Value,
) -> (Vec<Cost>, Vec<Value>) {
    guests.iter().map(|guest| alone(stage, pace, tool, &arguments(guest))).unzip()
}

pub(crate) fn arrive(guest: &Guest) -> Value {
    json!({"guest_email": guest.email})
}

pub(crate) fn leave(guest: &Guest) -> Value {
    json!({"guest_email": guest.email, "payment_method_id": "pm_card_visa"})
}

/// Arrivals and departures, which the articles have figures for.
pub(crate) fn stays(report: &mut Report, effort: &Effort, pace: Pace) {
    let best = (pace.saved - 1.0).abs() < f64::EPSILON;
    let mut stage = Stage::new();
    let guests =
        stage.guests(if best { effort.alone } else { effort.alone.div_ceil(3) }, Are::Expected, true);
    stage.at(pace);
    let (costs, _) = each(&mut stage, pace, &guests, "check_in_guest", arrive);
    report.against_articles("check-in", pace, &costs, articles::CHECK_IN, best.then_some(2.9));
    if best {
        report.tool("check_in_guest", &costs, Limit { salesforce: 2, stripe: 0, in_sequence: 2 });
    }
    let (costs, left) = each(&mut stage, pace, &guests, "process_guest_checkout", leave);
    report.against_articles("checkout", pace, &costs, articles::CHECKOUT, best.then_some(1.45));
    if !best {
        return;
    }
    report.tool("process_guest_checkout", &costs, Limit { salesforce: 2, stripe: 3, in_sequence: 4 });
    let undone: Vec<_> = guests.iter().zip(left).take(effort.alone.div_ceil(3)).collect();
    let mut costs = vec![];
    for (guest, left) in undone {
        let undo = json!({"guest_email": guest.email, "payment_intent_id": left["payment_intent_id"]});
        costs.push(alone(&mut stage, pace, "compensate_checkout_failure", &undo).0);
    }
    report.tool("compensate_checkout_failure", &costs, Limit { salesforce: 2, stripe: 2, in_sequence: 3 });
    stage.at(Pace { divided_by: 1_000_000, ..pace });
    let new = stage.guests(effort.alone.div_ceil(3), Are::Here, false);
    stage.at(pace);
    let (costs, _) = each(&mut stage, pace, &new, "process_guest_checkout", leave);
    report.against_articles("checkout, new to Stripe", pace, &costs, articles::CHECKOUT, None);
    let limit = Limit { salesforce: 2, stripe: 4, in_sequence: 5 };
    report.tool("process_guest_checkout, new to Stripe", &costs, limit);
}

/// The other tools.
pub(crate) fn others(report: &mut Report, effort: &Effort, pace: Pace) {
    let mut stage = Stage::new();
    let guests = stage.guests(effort.alone.div_ceil(2), Are::Here, true);
    stage.at(pace);
    let two = Limit { salesforce: 2, stripe: 0, in_sequence: 2 };
    let one = Limit { salesforce: 1, stripe: 0, in_sequence: 1 };
    let three = Limit { salesforce: 3, stripe: 0, in_sequence: 3 };
    let book = |guest: &Guest| json!({"guest_email": guest.email, "room_number": guest.room_number, "check_in_date": day(5), "check_out_date": day(7)});
    let ice = |guest: &Guest| json!({"guest_email": guest.email, "description": "Ice, please."});
    let cot = |guest: &Guest| json!({"booking_number": guest.booking_number, "special_requests": "A cot."});
    let lamp =
        |guest: &Guest| json!({"room_number": guest.room_number, "description": "The lamp is broken."});
    let find = |guest: &Guest| json!({"booking_number": guest.booking_number});
    let vacant = |_: &Guest| json!({"check_in_date": day(0), "check_out_date": day(2), "limit": 5});
    let calls: [(&str, Wish, Limit); 6] = [
        ("create_booking", &book, three),
        ("manage_booking", &cot, two),
        ("submit_guest_service_request", &ice, two),
        ("submit_maintenance_request", &lamp, two),
        ("search_bookings_on_behalf_of_staff", &find, one),
        ("search_available_rooms", &vacant, one),
    ];
    for (tool, arguments, limit) in calls {
        let (costs, _) = each(&mut stage, pace, &guests, tool, arguments);
        report.tool(tool, &costs, limit);
    }
}
