//! An agent that loses answers. It never looks whether its wish is granted already: it makes a new plan of what a search
//! for free rooms tells, in other words, with another token, at another server.

use super::trajectories::{Attempt, Caller, Loss, NEW_GUEST, Token, Trajectory, Wish};
use super::words::{said_again, typed_again};
use serde_json::{Value, json};
use tests::{day, with};

/// Whatever the agent talks to.
pub(super) trait Desk {
    /// The rooms that are free, as a search tells.
    async fn free_rooms(&mut self, caller: Caller, from: &str, to: &str) -> Vec<String>;
    /// The agent waits as it was told; meanwhile whoever runs the hotel has it recover what is unfinished.
    async fn time_passes(&mut self);
    /// Makes a call; none if its answer is lost.
    async fn call(&mut self, caller: Caller, call: &Call, loss: Loss) -> Option<Value>;
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
}

impl Call {
    pub(super) fn token(&self) -> Option<&str> {
        self.arguments["idempotency_token"].as_str()
    }

    pub(super) fn text(&self, argument: &str) -> &str {
        self.arguments[argument].as_str().unwrap_or_default()
    }
}

/// So often an agent asks once more what it was told to ask once more, or for another room.
const PATIENT_FOR: usize = 10;

/// Plays the trajectory; answers how many calls were made, and what the agent was told in the end.
pub(super) async fn play(trajectory: &Trajectory, desk: &mut impl Desk) -> (u64, Value) {
    let mut first: Option<(Caller, Call)> = None;
    let mut calls = 0;
    for (n, attempt) in trajectory.attempts.iter().enumerate() {
        let token = format!("agent-{}-{n}", trajectory.seed);
        for _ in 0..PATIENT_FOR {
            let mut planned = (attempt.caller, plan(&trajectory.wish, attempt, &token, desk).await);
            match &first {
                Some(first) if attempt.token == Token::First && first.1.token().is_some() => {
                    planned = first.clone();
                }
                Some(_) => {}
                None => first = Some(planned.clone()),
            }
            calls += 1;
            let Some(told) = desk.call(planned.0, &planned.1, attempt.loss).await else { break };
            // Somebody was quicker, or the hotel asks for patience: the agent goes on until it is told for good.
            if told["retry_safe"] != true && told["error_code"] != "ROOM_ALREADY_BOOKED" {
                return (calls, told);
            }
            desk.time_passes().await;
        }
    }
    panic!("seed {}: the agent was never told", trajectory.seed)
}

/// The next plan for a wish.
async fn plan(wish: &Wish, attempt: &Attempt, token: &str, desk: &mut impl Desk) -> Call {
    let mut luck = attempt.luck.clone();
    let (tool, mut arguments) = match *wish {
        Wish::Book { guest, from, nights } => {
            let (from, to) = (day(from), day(from + nights));
            let free = desk.free_rooms(attempt.caller, &from, &to).await;
            let room = luck.pick(&free.iter().take(3).collect::<Vec<_>>());
            let mut wish = json!({"guest_email": typed_again(guest, &mut luck), "room_number": room, "check_in_date": from,
                                  "check_out_date": to});
            if guest == NEW_GUEST {
                wish = with(wish, json!({"guest_first_name": "Ada", "guest_last_name": "Lovelace"}));
            }
            if luck.one_in(2) {
                wish["special_requests"] = said_again("A quiet room, please", &mut luck).into();
            }
            ("create_booking", wish)
        }
        Wish::Towels { guest, room, text } => {
            let by_staff = matches!(attempt.caller, Caller::Manager | Caller::NightStaff);
            let tool =
                if by_staff && luck.one_in(3) { "create_case" } else { "submit_guest_service_request" };
            let mut wish = json!({"guest_email": typed_again(guest, &mut luck), "type": "Housekeeping",
                                  "description": said_again(text, &mut luck)});
            if tool == "create_case" || luck.one_in(2) {
                wish["room_number"] = room.into();
            }
            (tool, wish)
        }
        Wish::Repair { room, text, closes_the_room } => (
            "submit_maintenance_request",
            json!({"staff_email": typed_again("manager@dewyhotel.com", &mut luck), "room_number": room,
                   "description": said_again(text, &mut luck), "take_room_out_of_use": closes_the_room}),
        ),
        Wish::CheckIn { guest, booking, room } => {
            ("check_in_guest", stay(guest, booking, room, guest == "wei.chen@example.com", &mut luck))
        }
        Wish::CheckOut { guest, booking, room } => {
            let stay = stay(guest, booking, room, false, &mut luck);
            ("process_guest_checkout", with(stay, json!({"payment_method_id": attempt.card})))
        }
    };
    if attempt.token != Token::None {
        arguments["idempotency_token"] = token.into();
    }
    Call { tool, arguments }
}

/// Which stay is meant, said in one way or another.
fn stay(
    guest: &str,
    booking: &str,
    room: &str,
    has_several: bool,
    luck: &mut crate::processes::Luck,
) -> Value {
    let email = json!({"guest_email": typed_again(guest, luck)});
    match luck.below(3) {
        0 if !has_several => email,
        1 => with(email, json!({"room_number": room})),
        _ => with(email, json!({"booking_number": booking})),
    }
}
