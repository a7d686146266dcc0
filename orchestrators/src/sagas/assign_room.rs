use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::closing::leave_room;
use crate::sagas::shared::last_day::shown;
use crate::sagas::shared::shared_prices::{cost_now, evenly, is_kept, keeps_prices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, ChangeBooking};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Room, Seen, Shared, Stay};
use skills::stay_rules::{check_capacity, check_room, is_priced_alike};
use skills::words::{BookingNumber, BookingStatus, Cents, Date, Prices, RoomNumber, RoomStatus};
use skills::{Commit, Effect, Refusal, refusals};

/// Move a guest or a reservation from one room to a different one, for the nights that remain, at the same price. A
/// room change (switch, swap) or an upgrade: give or find the guest a new, better or bigger room, or put them somewhere
/// else instead, because the old room is not ready, broken, too loud (noise) or has a leak. A guest who is here needs a
/// Vacant room: the old one goes to Cleaning and the new one to Occupied, together. Returns the booking; the same room
/// again is changed: false. Fails with ROOM_NOT_VACANT, ROOM_ALREADY_BOOKED, ROOM_OUT_OF_SERVICE, OVER_CAPACITY,
/// INVALID_TRANSITION.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Move a booking to another room")]
pub struct AssignRoom {
    /// The booking, such as BK-0001.
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
        saga.tell(1, 2, "looking up the booking and the room");
        let (seen, mut stay) = saga.hold(look, found).await?;
        let room = seen.room.ok_or_else(|| refusals::room_not_found(&self.room_number))?;
        if !stay.is_active() {
            return Err(refusals::booking_cannot(&stay.booking, &stay.status, "moved to another room").into());
        }
        let previous_room_number = stay.room.number.clone();
        let changed = room.number != previous_room_number;
        if changed {
            if stay.agreed.is_none() {
                is_priced_alike(&stay, &room, saga.currency())?; // from now on its nights cost that room's rate
            }
            let (moves, warning) = plan(&stay, &room, today)?;
            saga.tell(2, 2, format!("moving the booking to room {}", self.room_number));
            saga.commit("move_room", moves).await?;
            warning.into_iter().for_each(|sentence| saga.warn(sentence));
            move_there(saga, &mut stay, room);
        }
        saga.warn_of_price(&stay);
        Ok(Assigned { booking: shown(saga, &stay)?, changed, previous_room_number })
    }
}

/// The agreed price, if the records can store a price per booking.
fn own_price(stay: &Stay) -> Option<Prices> {
    stay.agreed.clone().filter(|_| stay.sharing.as_ref().is_some_and(|sharing| sharing.keeps_prices))
}

/// The new prices of all bookings of the sale after this move; only for records that store just the sale's total.
fn shared_in(stay: &Stay, room: &Room) -> Option<Shared> {
    let (sharing, nights) = (stay.sharing.as_ref().filter(|_| stay.agreed.is_some())?, stay.nights.count());
    Some(match own_price(stay) {
        Some(prices) => sharing.priced(nights, room.rate, prices.total()),
        None => sharing.moved(nights, room.rate),
    })
}

/// Puts the stay into the room, and warns of each price that changed because the records cannot store it.
fn move_there(saga: &Run, stay: &mut Stay, room: Room) {
    let (before, shared) = (stay.price(), shared_in(stay, &room));
    stay.room = room;
    match shared {
        Some(shared) if before.is_none_or(|price| !is_kept(price, &shared)) => {
            saga.warn(cost_now(stay, &shared));
            stay.agreed = shared.own.map(|share| evenly(share, stay));
        }
        _ if stay.price() != before => {
            let cost =
                |price: Option<Cents>| price.map_or_else(|| "not known".into(), |price| price.to_string());
            let (now, was) = (cost(stay.price()), cost(before));
            saga.warn(format!("The price of booking {} is {now} from now on; it was {was}.", stay.booking));
        }
        _ => {}
    }
}

/// The changes, and a warning if the room that a guest leaves is not as it should be.
fn plan(stay: &Stay, room: &Room, today: Date) -> Result<(Commit, Option<String>), Refusal> {
    let guest = &stay.guest.email;
    let change = ChangeBooking {
        room: Some(room.number.clone()),
        agreed: own_price(stay),
        ..ChangeBooking::of(stay, today)
    };
    let moves = Commit::new().with(change);
    if stay.status == BookingStatus::Reserved {
        check_room(room, stay.nights.from, stay.least_guests(), today)?;
        if let Some((shared, price)) = shared_in(stay, room).zip(stay.price()) {
            keeps_prices(stay, "room", price, &shared)?;
        }
        return Ok((moves, None));
    }
    if room.status == RoomStatus::OutOfService {
        return Err(refusals::room_out_of_service(&room.number, &room.status));
    }
    check_capacity(room, stay.least_guests())?;
    if room.status != RoomStatus::Vacant {
        return Err(refusals::room_not_vacant(&room.number, &room.status).next(
            "Choose a Vacant room; search_rooms_on_behalf_of_staff with status_filter Vacant lists them.",
        ));
    }
    let (leave, warning) = leave_room(stay);
    let arrive = MoveRoom::of(room, RoomStatus::Occupied).occupied_by(guest);
    Ok((moves.maybe(leave).with(arrive), warning))
}
