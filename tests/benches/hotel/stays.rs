//! Stays from booking to checkout, each by a new guest.

use crate::fsyncs;
use crate::measure::Effort;
use crate::peer::Peer;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tests::samples::Samples;

/// Rooms to stay in.
const ROOMS: [&str; 6] = ["104", "105", "108", "109", "110", "208"];

/// What the calls of a stay took.
#[derive(Default)]
pub(crate) struct Stays {
    booked: Samples,
    checked_in: Samples,
    checked_out: Samples,
}

impl Stays {
    /// Each kind of call in one hotel beside the same in another.
    pub(crate) fn beside<'a>(&'a self, other: &'a Self) -> [(&'static str, &'a Samples, &'a Samples); 3] {
        [
            ("create_booking, p50", &self.booked, &other.booked),
            ("check_in_guest, p50", &self.checked_in, &other.checked_in),
            ("process_guest_checkout, p50", &self.checked_out, &other.checked_out),
        ]
    }
}

/// Guests book, arrive and leave.
pub(crate) fn whole(effort: &Effort, peer: &mut Peer) -> Stays {
    let mut stays = Stays::default();
    for turn in 0..effort.stays {
        let (guest, booked, checked_in) = arrive(peer, ROOMS[turn % ROOMS.len()]);
        stays.booked.add(booked);
        stays.checked_in.add(checked_in);
        stays.checked_out.add(check_out(peer, &guest));
    }
    stays
}

/// How often a checkout forces writes to disk. Only the checkouts are traced, not how the guests came.
pub(crate) fn fsyncs_per_checkout(effort: &Effort, peer: &mut Peer) -> Option<f64> {
    let rounds = u32::try_from(effort.traced / ROOMS.len()).unwrap_or(1).max(1);
    let mut sum = 0.0;
    for _ in 0..rounds {
        let guests = ROOMS.map(|room| arrive(peer, room).0);
        sum += fsyncs::during(peer, guests.len(), |peer, turn| check_out(peer, &guests[turn]))?;
    }
    Some(sum / f64::from(rounds))
}

fn arrive(peer: &mut Peer, room: &str) -> (String, Duration, Duration) {
    static GUESTS: AtomicUsize = AtomicUsize::new(1);
    let guest = format!("bench{}@example.com", GUESTS.fetch_add(1, Ordering::Relaxed));
    peer.tool("update_room_status", &json!({"room_number": room, "status": "Vacant"}));
    let booking = json!({
        "guest_email": guest, "guest_first_name": "Bench", "guest_last_name": "Guest", "room_number": room,
        "check_in_date": tests::day(0), "check_out_date": tests::day(1),
    });
    let (booked, _) = peer.tool("create_booking", &booking);
    let (checked_in, _) = peer.tool("check_in_guest", &json!({"guest_email": guest}));
    (guest, booked, checked_in)
}

fn check_out(peer: &mut Peer, guest: &str) -> Duration {
    let card = json!({"guest_email": guest, "payment_method_id": "pm_card_visa"});
    peer.tool("process_guest_checkout", &card).0
}
