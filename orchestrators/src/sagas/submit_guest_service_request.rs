use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::case_opening::{OpenedCase, Request, open, same_request};
use crate::sagas::shared::stay_choice::candidates;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::records::{Look, Seen, Stay};
use skills::words::{
    BookingStatus, CaseNumber, ContactType, Email, LongText, Origin, Priority, RoomNumber, ServiceType,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Ask the staff for anything a guest who is staying in the hotel needs, orders or complains about. Have someone bring,
/// send up, clean or arrange something: extra towels, pillows, glasses, toilet paper, a charger, dinner, a bottle of
/// wine, a late checkout, a wake-up call, help. Or something is wrong: it smells or drips, is broken, blocked, locked,
/// dirty, missing, out, too cold, hot or loud, has stopped working or does not work, such as air conditioning (AC),
/// heating, shower, water, sink, bathroom, fridge, TV, remote control, wifi, light, window, door, lock or key card.
/// Opens a case linked to guest, room and stay. Returns its case_number; the same request again that day answers the
/// open case, created: false (additional_to files another). Fails with BOOKING_NOT_FOUND (not staying in that room;
/// staff use create_case), MULTIPLE_RESERVATIONS (give room_number).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Ask for something for a guest")]
pub struct SubmitGuestServiceRequest {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// The room; without it the guest's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// Housekeeping (cleaning, towels, sheets, an iron), Room Service (to order food, drinks, coffee, breakfast),
    /// Concierge (taxi, tickets, tours, a table, spa, luggage, a doctor), else Service Request.
    #[serde(rename = "type", default = "service_request")]
    pub service_type: ServiceType,
    /// Its urgency.
    #[serde(default = "medium")]
    pub priority: Priority,
    /// The wish in the guest's words, such as "Could you send someone? The shower isn't working."
    pub description: LongText,
    /// The numbers of all open cases with this same request, to say that a further one is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1_000))]
    pub additional_to: Vec<CaseNumber>,
}

const fn service_request() -> ServiceType {
    ServiceType::ServiceRequest
}

pub(crate) const fn medium() -> Priority {
    Priority::Medium
}

impl Saga for SubmitGuestServiceRequest {
    const NAME: &'static str = "submit_guest_service_request";
    const EFFECT: Effect = Effect::Adds;
    type Output = OpenedCase;

    async fn run(mut self, saga: &Run) -> Result<OpenedCase, SagaError> {
        self.description = saga.kept("description", &self.description);
        let case_type = self.service_type.into();
        let guest = Some(&self.guest_email);
        let look = Look {
            guest: guest.cloned(),
            room: self.room_number.clone(),
            same_case: same_request(saga, guest, self.room_number.as_ref(), case_type, &self.description),
            ..Look::on(saga.today())
        };
        saga.tell(1, 2, "looking up the stay");
        let (seen, stay) = saga.hold(look, |seen| self.choose(seen, saga.acting_guest().is_some())).await?;
        let request = Request {
            guest: Some(&stay.guest),
            room: &stay.room.number,
            booking: Some(&stay.booking),
            case_type,
            priority: self.priority,
            origin: if saga.acting_guest().is_some() { Origin::Web } else { Origin::Phone },
            description: &self.description,
            additional_to: &self.additional_to,
        };
        saga.tell(2, 2, "sending the request to the staff");
        open(saga, request, &seen, Commit::new()).await
    }
}

impl SubmitGuestServiceRequest {
    /// The stay the request is about. For a guest, other guests' rooms do not exist.
    fn choose(&self, seen: &Seen, by_guest: bool) -> Result<Stay, Refusal> {
        let guest = seen.guest.as_ref().ok_or_else(|| refusals::guest_not_found(&self.guest_email))?;
        if guest.contact_type != ContactType::Guest {
            return Err(refusals::invalid_contact_type(
                &guest.email,
                &guest.contact_type,
                ContactType::Guest,
            ));
        }
        if let Some(room) = self.room_number.as_ref().filter(|_| seen.room.is_none() && !by_guest) {
            return Err(refusals::room_not_found(room));
        }
        let here = seen.stays.iter().filter(|stay| {
            stay.status == BookingStatus::CheckedIn
                && self.room_number.as_ref().is_none_or(|room| *room == stay.room.number)
        });
        match here.collect::<Vec<_>>().as_slice() {
            [stay] => Ok((*stay).clone()),
            [] => Err(refusals::stay_not_found(&guest.name(), self.room_number.as_ref())),
            several => Err(refusals::multiple_reservations(&guest.name(), candidates(several))),
        }
    }
}
