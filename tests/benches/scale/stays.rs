//! Stays from booking to checkout, each by a guest of its own in a room of its own. Check-in and checkout are measured.

use crate::Effort;
use crate::hotel::room;
use crate::peer::{Call, Peer};
use crate::report::Report;
use crate::setting::Setting;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Calls in flight when nothing is measured.
const QUIETLY: usize = 4;

/// Guests book, arrive, leave, and their rooms are made ready again; returns how many calls that were.
pub(crate) fn rounds(report: &mut Report, effort: &Effort, setting: Setting, peers: &mut [Peer]) -> usize {
    let mut done = 0;
    for (in_flight, stays) in effort.stays {
        if in_flight < peers.len() {
            continue;
        }
        let (each, in_flight_each) = (stays / peers.len(), in_flight / peers.len());
        let guests: Vec<Vec<Stay>> = peers.iter().map(|_| Stay::some(each)).collect();
        let calls = |of: fn(&Stay) -> Call| guests.iter().map(|some| some.iter().map(of).collect()).collect();
        flood(peers, &calls(Stay::book), QUIETLY);
        for (name, of) in [("check-in", Stay::check_in as fn(&Stay) -> Call), ("checkout", Stay::check_out)] {
            let (whole, took) = flood(peers, &calls(of), in_flight_each);
            report.calls(setting, name, in_flight, whole, took);
        }
        flood(peers, &calls(Stay::make_ready), QUIETLY);
        done += 4 * each * peers.len();
    }
    done
}

/// A few stays, so that connections are open and caches are warm.
pub(crate) fn warm_up(peers: &mut [Peer]) {
    for peer in peers {
        for stay in Stay::some(4) {
            for (tool, arguments) in [stay.book(), stay.check_in(), stay.check_out(), stay.make_ready()] {
                peer.tool(tool, &arguments);
            }
        }
    }
}

/// Each server's calls, all servers at once: how long all took, and how long each.
fn flood(peers: &mut [Peer], calls: &Vec<Vec<Call>>, in_flight: usize) -> (Duration, Vec<Duration>) {
    let began = Instant::now();
    let took = thread::scope(|scope| {
        let pairs = peers.iter_mut().zip(calls);
        let all: Vec<_> =
            pairs.map(|(peer, calls)| scope.spawn(move || peer.flood(calls, in_flight))).collect();
        all.into_iter().flat_map(|one| one.join().expect("every call is answered")).collect()
    });
    (began.elapsed(), took)
}

/// A guest's stay.
pub(crate) struct Stay {
    guest: String,
    room: String,
}

impl Stay {
    /// Stays of new guests, each in another room.
    pub(crate) fn some(count: usize) -> Vec<Self> {
        static GUESTS: AtomicUsize = AtomicUsize::new(1);
        let guest = || format!("bench{}@example.com", GUESTS.fetch_add(1, Ordering::Relaxed));
        (0..count).map(|at| Self { guest: guest(), room: room(at) }).collect()
    }

    pub(crate) fn book(&self) -> Call {
        let booking = json!({
            "guest_email": self.guest, "guest_first_name": "Bench", "guest_last_name": "Guest",
            "room_number": self.room, "check_in_date": tests::day(0), "check_out_date": tests::day(1),
        });
        ("create_booking", booking)
    }

    pub(crate) fn check_in(&self) -> Call {
        ("check_in_guest", json!({"guest_email": self.guest}))
    }

    pub(crate) fn check_out(&self) -> Call {
        let card = json!({"guest_email": self.guest, "payment_method_id": "pm_card_visa"});
        ("process_guest_checkout", card)
    }

    pub(crate) fn make_ready(&self) -> Call {
        ("update_room_status", json!({"room_number": self.room, "status": "Vacant"}))
    }
}
