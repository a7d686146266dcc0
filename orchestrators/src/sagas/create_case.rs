use crate::saga::{Hold, Run, Saga, SagaError};
use crate::sagas::shared::case_opening::{OpenedCase, Request, open, same_request};
use crate::sagas::submit_guest_service_request::medium;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::records::{Look, Room, Seen};
use skills::words::{
    BookingStatus, CaseNumber, CaseType, Email, Key, LongText, Origin, Priority, RoomNumber, wish,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Open a case for a room, whether or not anybody is staying in it: log a ticket, a task or a note. Someone has to
/// bring towels, ice or hangers, housekeeping should clean up, vacuum, prepare a bed or change the linen, fruit or
/// flowers go in before the guests arrive, it smells or is short of paper, a visitor without a booking wants or lost
/// something. Links the guest, if named, and the guest's stay in that room, if any. Returns the case_number; the same
/// request again that day answers the open case, created: false (additional_to files another). Fails with
/// ROOM_NOT_FOUND.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Open a request for a room")]
pub struct CreateCase {
    /// The room.
    pub room_number: RoomNumber,
    /// What it is about.
    #[serde(rename = "type")]
    pub case_type: CaseType,
    /// What is asked for.
    pub description: LongText,
    /// Its urgency.
    #[serde(default = "medium")]
    pub priority: Priority,
    /// Who asks, if the hotel knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
    /// The numbers of all open cases with this same request, to say that a further one is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1_000))]
    pub additional_to: Vec<CaseNumber>,
}

/// A request about a room. The same request waits for its lock; other requests for the same room do not, and none waits for
/// a call that moves the room, since a case changes no room.
struct AboutRoom {
    room: Room,
    /// Its text as requests are compared.
    request: String,
}

impl Hold for AboutRoom {
    fn lock_key(&self) -> Option<String> {
        let key = Key::derived(&["request", self.room.number.as_str(), &self.request]);
        Some(format!("request {key}"))
    }
}

impl Saga for CreateCase {
    const NAME: &'static str = "create_case";
    const EFFECT: Effect = Effect::Adds;
    type Output = OpenedCase;

    async fn run(mut self, saga: &Run) -> Result<OpenedCase, SagaError> {
        self.description = saga.kept("description", &self.description);
        let (guest, room) = (self.guest_email.as_ref(), Some(&self.room_number));
        let look = Look {
            guest: guest.cloned(),
            room: room.cloned(),
            same_case: same_request(saga, guest, room, self.case_type, &self.description),
            ..Look::on(saga.today())
        };
        saga.tell(1, 2, "looking up the room");
        let (seen, AboutRoom { room, .. }) = saga.hold(look, |seen| self.choose(seen)).await?;
        let stay = seen
            .stays
            .iter()
            .find(|stay| stay.status == BookingStatus::CheckedIn && stay.room.number == room.number);
        let request = Request {
            guest: seen.guest.as_ref(),
            room: &room.number,
            booking: stay.map(|stay| &stay.booking),
            case_type: self.case_type,
            priority: self.priority,
            origin: Origin::Internal,
            description: &self.description,
            additional_to: &self.additional_to,
        };
        saga.tell(2, 2, "opening the request");
        open(saga, request, &seen, Commit::new()).await
    }
}

impl CreateCase {
    fn choose(&self, seen: &Seen) -> Result<AboutRoom, Refusal> {
        if let Some(email) = self.guest_email.as_ref().filter(|_| seen.guest.is_none()) {
            return Err(refusals::guest_not_found(email));
        }
        let room = seen.room.clone().ok_or_else(|| refusals::room_not_found(&self.room_number))?;
        Ok(AboutRoom { room, request: wish(self.description.as_str()) })
    }
}
