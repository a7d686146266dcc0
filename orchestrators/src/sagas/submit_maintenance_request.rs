use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::case_opening::{OpenedCase, Request, open, same_request};
use crate::sagas::submit_guest_service_request::medium;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::BookingView;
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Room, Seen};
use skills::words::{
    CaseNumber, ContactType, Email, LongText, MaintenanceType, Open, Origin, Priority, RoomNumber, RoomStatus,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Report something broken in a room that needs repair by an engineer, plumber or electrician; the one who asks must be
/// a Manager. The AC, heater, shower, fridge or minibar stopped working or is dead, a tap drips, a pipe or the bathroom
/// has a leak, water came through the ceiling, a sink is blocked, a socket, door, lock, window, light or carpet is
/// damaged, the elevator makes noises. Opens a case and, with take_room_out_of_use, closes (blocks) the room for
/// repairs: moves a Vacant or Cleaning room to Maintenance with it, returning the reservations this affects. Returns
/// the case_number; the same request again that day answers the open case, created: false (additional_to files
/// another). Fails with INVALID_CONTACT_TYPE (not a Manager), INVALID_TRANSITION (the room is in use), GUEST_NOT_FOUND
/// (unknown staff_email).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Report something that needs repair")]
pub struct SubmitMaintenanceRequest {
    /// The e-mail of the Manager who asks.
    pub staff_email: Email,
    /// The room.
    pub room_number: RoomNumber,
    /// What it is about.
    #[serde(rename = "type", default = "maintenance")]
    pub maintenance_type: MaintenanceType,
    /// Its urgency.
    #[serde(default = "medium")]
    pub priority: Priority,
    /// What is broken.
    pub description: LongText,
    /// Move the room to Maintenance as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("default" = false))]
    pub take_room_out_of_use: bool,
    /// The numbers of all open cases with this same request, to say that a further one is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1_000))]
    pub additional_to: Vec<CaseNumber>,
}

const fn maintenance() -> MaintenanceType {
    MaintenanceType::Maintenance
}

/// The case, the room, and whom it affects.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MaintenanceRequested {
    /// The case.
    #[serde(flatten)]
    pub opened: OpenedCase,
    /// Where the room stands now.
    pub room_status: Open<RoomStatus>,
    /// The reservations of a room that was taken out of use, by arrival, up to 50; `warnings` says how many more there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected_reservations: Option<Vec<BookingView>>,
}

impl Saga for SubmitMaintenanceRequest {
    const NAME: &'static str = "submit_maintenance_request";
    const EFFECT: Effect = Effect::Changes;
    type Output = MaintenanceRequested;

    async fn run(mut self, saga: &Run) -> Result<MaintenanceRequested, SagaError> {
        self.description = saga.kept("description", &self.description);
        let case_type = self.maintenance_type.into();
        let (requester, room) = (Some(&self.staff_email), Some(&self.room_number));
        let look = Look {
            guest: requester.cloned(),
            room: room.cloned(),
            same_case: same_request(saga, requester, room, case_type, &self.description),
            reserved_from: self.take_room_out_of_use.then(|| saga.today()),
            ..Look::on(saga.today())
        };
        saga.tell(1, 2, "looking up the room");
        let (seen, room) = saga.hold(look, |seen| self.choose(seen)).await?;
        let taken = self.take_room(&room)?;
        let view = |stay| BookingView::of(stay, saga.today(), saga.currency()).in_list();
        let affected_reservations =
            self.take_room_out_of_use.then(|| seen.reservations.iter().map(view).collect());
        if seen.more_reservations > 0 {
            saga.warn(format!(
                "Room {} has {} more reservations after these; search_bookings_on_behalf_of_staff lists all of them.",
                room.number, seen.more_reservations
            ));
        }
        let room_status = taken.as_ref().map_or_else(|| room.status.clone(), |change| change.to.into());
        let request = Request {
            guest: seen.guest.as_ref(),
            room: &room.number,
            booking: None,
            case_type,
            priority: self.priority,
            origin: Origin::Internal,
            description: &self.description,
            additional_to: &self.additional_to,
        };
        saga.tell(2, 2, "opening the request");
        let opened = open(saga, request, &seen, Commit::new().maybe(taken)).await?;
        Ok(MaintenanceRequested { opened, room_status, affected_reservations })
    }
}

impl SubmitMaintenanceRequest {
    fn choose(&self, seen: &Seen) -> Result<Room, Refusal> {
        let requester = seen.guest.as_ref().ok_or_else(|| refusals::staff_not_found(&self.staff_email))?;
        if requester.contact_type != ContactType::Manager {
            let is = &requester.contact_type;
            return Err(refusals::invalid_contact_type(&requester.email, is, ContactType::Manager));
        }
        seen.room.clone().ok_or_else(|| refusals::room_not_found(&self.room_number))
    }

    fn take_room(&self, room: &Room) -> Result<Option<MoveRoom>, Refusal> {
        if !self.take_room_out_of_use || room.status == RoomStatus::Maintenance {
            return Ok(None);
        }
        if !matches!(room.status.known(), Some(RoomStatus::Vacant | RoomStatus::Cleaning)) {
            return Err(refusals::room_cannot(&room.number, &room.status, RoomStatus::Maintenance));
        }
        Ok(Some(MoveRoom::of(room, RoomStatus::Maintenance)))
    }
}
