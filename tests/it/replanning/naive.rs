//! What the rules are worth is seen beside a server without them: this one takes each call for a new one unless its token
//! repeats. In everything else it is a good server: it keeps a room's nights from being booked twice, knows who is in and
//! who has left, hands its tokens on to the systems, and nothing is taken up again that a dead process left.

use super::agent::{Call, Desk};
use super::trajectories::{Caller, Loss, Strike};
use serde_json::{Value, json};
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct NaiveServer {
    /// Room, arrival, departure.
    booked: Vec<(String, String, String)>,
    cases: i64,
    charges: i64,
    came: i64,
    left: bool,
    /// What was done under which token.
    done: HashSet<(String, &'static str)>,
}

/// The rooms that the seeded hotel can offer for any night.
const ROOMS: [&str; 8] = ["100", "104", "105", "106", "108", "109", "110", "200"];

impl NaiveServer {
    /// How often the wish was granted.
    pub(super) fn effects(&self) -> i64 {
        i64::try_from(self.booked.len()).expect("fits") + self.cases + self.charges + self.came
    }

    fn is_free(&self, room: &str, from: &str, to: &str) -> bool {
        !self.booked.iter().any(|(taken, arrival, departure)| {
            taken == room && arrival.as_str() < to && from < departure.as_str()
        })
    }

    /// Whether this is done now: not before it was reached, and under one token once.
    fn is_new(&mut self, call: &Call, step: &'static str) -> bool {
        call.token().is_none_or(|token| self.done.insert((token.to_owned(), step)))
    }

    /// The steps of a call, as far as it comes; none if it is refused.
    fn carry_out(&mut self, call: &Call, loss: Loss) -> Option<Value> {
        match call.tool {
            "create_booking" => {
                let (room, from, to) =
                    (call.text("room_number"), call.text("check_in_date"), call.text("check_out_date"));
                if reaches(loss, "book") && self.is_new(call, "book") {
                    if !self.is_free(room, from, to) {
                        return Some(refused("ROOM_ALREADY_BOOKED"));
                    }
                    self.booked.push((room.to_owned(), from.to_owned(), to.to_owned()));
                }
            }
            "check_in_guest" if self.came > 0 => return Some(refused("RESERVATION_NOT_FOUND")),
            "check_in_guest" => self.came += i64::from(reaches(loss, "move_in")),
            "process_guest_checkout" if self.left => return Some(refused("BOOKING_NOT_FOUND")),
            "process_guest_checkout" => match call.text("payment_method_id") {
                "pm_card_chargeDeclined" => return Some(refused("PAYMENT_FAILED")),
                "pm_card_authenticationRequired" => return Some(refused("PAYMENT_ACTION_REQUIRED")),
                _ => {
                    let charged = reaches(loss, "confirm_payment");
                    self.charges += i64::from(charged && self.is_new(call, "confirm_payment"));
                    self.left = charged && reaches(loss, "close_stay");
                }
            },
            _ => self.cases += i64::from(reaches(loss, "open_case") && self.is_new(call, "open_case")),
        }
        None
    }
}

fn refused(code: &str) -> Value {
    json!({"success": false, "error_code": code, "retry_safe": false})
}

/// Whether a call in which this goes wrong comes to have the effect of a step.
fn reaches(loss: Loss, step: &str) -> bool {
    const ORDER: [&str; 3] = ["create_payment_intent", "confirm_payment", "close_stay"];
    let Loss::Struck { step: struck, how, .. } = loss else { return true };
    let at = |step| ORDER.iter().position(|known| *known == step).unwrap_or(0);
    match at(step).cmp(&at(struck)) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => Strike::was_done(how),
        std::cmp::Ordering::Greater => false,
    }
}

impl Desk for NaiveServer {
    async fn free_rooms(&mut self, _: Caller, from: &str, to: &str) -> Vec<String> {
        ROOMS.iter().filter(|room| self.is_free(room, from, to)).map(|room| (*room).to_owned()).collect()
    }

    async fn time_passes(&mut self) {}

    async fn call(&mut self, _: Caller, call: &Call, loss: Loss) -> Option<Value> {
        let refused = self.carry_out(call, loss);
        let told = refused.unwrap_or_else(|| json!({"success": true, "data": {}}));
        (loss == Loss::None).then_some(told)
    }
}
