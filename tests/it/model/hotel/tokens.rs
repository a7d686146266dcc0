//! Who a call acts for, and what its token stands for.

use super::{Answer, Awaited, Ended, Hotel, No, and};
use crate::model::calls::{Ask, MANAGER, Who, Word};
use serde_json::json;

/// What a token stands for.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    ask: Ask,
    held: Held,
}

#[derive(Debug, Clone)]
enum Held {
    Answered(Answer),
    Waiting(Awaited),
}

/// The request with whom it is for: a bound guest is that guest and nobody else.
pub(super) fn bind(who: Who, ask: &Ask) -> Result<Ask, &'static str> {
    let mut ask = ask.clone();
    match &mut ask {
        Ask::CreateBooking { guest, .. }
        | Ask::CheckIn { guest, .. }
        | Ask::Checkout { guest, .. }
        | Ask::ServiceRequest { guest, .. }
        | Ask::BookingsOfGuest { guest, .. }
        | Ask::CasesOfGuest { guest } => match (who, *guest) {
            (Who::Guest(me), None) => *guest = Some(me),
            (Who::Guest(me), Some(other)) if me != other => return Err("NOT_YOURS"),
            (_, None) => return Err("VALIDATION_ERROR"),
            (_, Some(_)) => {}
        },
        Ask::MaintenanceRequest { by: by @ None, .. } => *by = Some(MANAGER),
        _ => {}
    }
    Ok(ask)
}

impl Hotel {
    /// A writing call: answered from what its token stands for, or done.
    pub(super) fn write(&mut self, who: Who, ask: &Ask, token: Option<&str>) -> Answer {
        let key = token.map(|token| (who, token.to_owned()));
        let bound = key.as_ref().and_then(|key| self.tokens.get(key)).cloned();
        let ended = match bound {
            Some(bound) if bound.ask != *ask => return Err("IDEMPOTENCY_TOKEN_REUSED"),
            Some(Bound { held: Held::Answered(answer), .. }) => {
                return answer.map(|data| and(data, &json!({"replayed": true})));
            }
            Some(Bound { held: Held::Waiting(awaited), .. }) => self.back_from_the_bank(awaited),
            None => self.run(who, ask),
        };
        let (answer, held) = match ended {
            Ok(data) => (Ok(data.clone()), Some(Held::Answered(Ok(data)))),
            Err(No::Refused(code)) => (Err(code), None),
            Err(No::Undone(code)) => (Err(code), Some(Held::Answered(Err(code)))),
            Err(No::Stuck) => {
                self.attention += 1;
                (Err("NEEDS_ATTENTION"), Some(Held::Answered(Err("NEEDS_ATTENTION"))))
            }
            Err(No::Waiting(awaited)) => (Err("PAYMENT_ACTION_REQUIRED"), Some(Held::Waiting(awaited))),
        };
        if let Some(key) = key {
            match held {
                Some(held) => self.tokens.insert(key, Bound { ask: ask.clone(), held }),
                None => self.tokens.remove(&key),
            };
        }
        answer.map(|data| and(data, &json!({"replayed": false})))
    }

    fn run(&mut self, who: Who, ask: &Ask) -> Ended {
        // What a guest may see; whoever a kiosk's call names is that guest, and a call that names nobody is not bound.
        let me: Option<Word> = if let Who::Guest(me) = who { Some(me) } else { None };
        match *ask {
            Ask::CreateBooking { .. } => self.create_booking(ask),
            Ask::CheckIn { guest, date, booking, room } => {
                self.check_in(guest.unwrap_or_default(), date, booking, room, who.is_staff())
            }
            Ask::Checkout { guest, card, amount, booking, room } => {
                self.checkout(guest.unwrap_or_default(), card, amount, booking, room)
            }
            Ask::ManageBooking { .. } => self.manage_booking(ask, me),
            Ask::CancelBooking { booking, no_show } => self.cancel_booking(booking, no_show, me),
            Ask::AssignRoom { booking, room } => self.assign_room(booking, room),
            Ask::ServiceRequest { guest, room, kind, text, additional_to } => {
                let asked = (guest.unwrap_or_default(), room);
                self.service_request(asked, kind, text, !who.is_staff(), additional_to)
            }
            Ask::MaintenanceRequest { by, room, text, take, additional_to } => {
                self.maintenance_request(by.unwrap_or_default(), room, text, take, additional_to)
            }
            Ask::ManageCase { case, status, priority, room, text } => {
                self.manage_case(case, status, priority, room, text)
            }
            Ask::CreateCase { room, kind, text, guest, additional_to } => {
                self.create_case(room, kind, text, guest, additional_to)
            }
            Ask::CreateContact { email } => self.create_contact(email),
            Ask::UpdateRoomStatus { room, status } => self.update_room_status(room, status),
            Ask::Compensate { payment, guest } => self.compensate(payment, guest.unwrap_or_default()),
            _ => unreachable!("a read"),
        }
    }
}
