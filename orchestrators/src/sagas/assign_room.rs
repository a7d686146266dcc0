use crate::saga::{Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, ChangeBooking};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Room, Seen, Stay};
use skills::stay_rules::{check_capacity, check_room};
use skills::words::{BookingNumber, BookingStatus, Date, RoomNumber, RoomStatus};
use skills::{Commit, Effect, Refusal, refusals};

/// Move a booking that is Reserved or Checked In to another room, for the nights that remain, at the same price. A guest
/// who is here needs a Vacant room: the old one goes to Cleaning and the new one to Occupied, together. Returns the
/// booking as it is now; the same room again is changed: false. Fails with ROOM_NOT_VACANT, ROOM_ALREADY_BOOKED,
/// ROOM_OUT_OF_SERVICE, OVER_CAPACITY, BOOKING_NOT_FOUND, ROOM_NOT_FOUND, INVALID_TRANSITION.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AssignRoom {
    /// The booking, such as BK-0006.
    pub booking_number: BookingNumber,
    /// The new room.
    pub room_number: RoomNumber,
}

/// The booking as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Assigned {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// Whether the room is another than before.
    pub changed: bool,
    /// The room it was in before.
    pub previous_room_number: RoomNumber,
}

impl Saga for AssignRoom {
    const NAME: &'static str = "assign_room";
    const EFFECT: Effect = Effect::Changes;
    type Output = Assigned;

    async fn run(self, saga: &Run) -> Result<Assigned, SagaError> {
        let today = saga.today();
        let look = Look {
            booking: Some(self.booking_number.clone()),
            room: Some(self.room_number.clone()),
            ..Look::on(today)
        };
        let found = |seen: &Seen| {
            seen.booking.clone().ok_or_else(|| refusals::booking_not_found(&self.booking_number))
        };
        let (seen, mut stay) = saga.hold(look, found).await?;
        let room = seen.room.ok_or_else(|| refusals::room_not_found(&self.room_number))?;
        if !stay.is_active() {
            return Err(refusals::booking_cannot(&stay.booking, &stay.status, "moved to another room").into());
        }
        let previous_room_number = stay.room.number.clone();
        let changed = room.number != previous_room_number;
        if changed {
            let moves = plan(&stay, &room, today)?;
            saga.commit("move_room", moves).await?;
            stay.room = room;
        }
        Ok(Assigned {
            booking: BookingView::of(&stay, today, saga.currency()),
            changed,
            previous_room_number,
        })
    }
}

fn plan(stay: &Stay, room: &Room, today: Date) -> Result<Commit, Refusal> {
    let guest = &stay.guest.email;
    let change = ChangeBooking { room: Some(room.number.clone()), ..ChangeBooking::of(stay, today) };
    let mut moves = Commit::new().with(change);
    if stay.status == BookingStatus::Reserved {
        check_room(room, stay.nights.from, stay.number_of_guests, today)?;
        return Ok(moves);
    }
    if room.status == RoomStatus::OutOfService {
        return Err(refusals::room_out_of_service(&room.number, &room.status));
    }
    check_capacity(room, stay.number_of_guests)?;
    if room.status != RoomStatus::Vacant {
        return Err(refusals::room_not_vacant(&room.number, &room.status).next(
            "Choose a Vacant room; search_rooms_on_behalf_of_staff with status_filter Vacant lists them.",
        ));
    }
    let old = &stay.room;
    let theirs = old.occupant.as_ref().is_none_or(|occupant| occupant.email == *guest);
    if old.status == RoomStatus::Occupied && theirs {
        moves = moves.with(MoveRoom::of(old, RoomStatus::Cleaning).leaving(guest));
    }
    Ok(moves.with(MoveRoom::of(room, RoomStatus::Occupied).occupied_by(guest)))
}
