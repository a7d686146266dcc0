use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::charging::Charging;
use crate::sagas::shared::closing::{price_is_readable, reprice};
use crate::sagas::shared::last_day::shown;
use crate::sagas::shared::shared_prices::{evenly, keeps_prices};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, ChangeBooking};
use skills::operations::payments::FindCustomers;
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Seen, Stay};
use skills::stay_rules::{check_capacity, check_horizon, check_length, check_room, is_priced_alike};
use skills::systems::payments::{Intent, Money};
use skills::words::{
    BookingNumber, BookingStatus, Date, Email, GuestCount, LongText, Nights, Prices, RoomNumber, RoomStatus,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Change (modify) a booking that is Reserved, or the departure and wishes of a guest who is here. Stay longer (extend
/// by one more night or until another day), shorten the stay (cut it short) to leave earlier than planned, come or
/// arrive later, move the reservation to another week or other dates because plans changed, update the number of people
/// (one more guest, a child), add a note such as a cot, an allergy, an anniversary or a late arrival; staff also
/// transfer it to another guest's name. Changes only the given, never the status; the room must be free for the new
/// nights. Nights that stay keep their price, added ones cost the room's rate of now; another room prices all nights
/// anew. Returns the booking. Fails with ROOM_ALREADY_BOOKED, OVER_CAPACITY, INVALID_DATES, INVALID_TRANSITION (the
/// booking has ended, or the guest is here).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Change a booking: dates, people, wishes")]
pub struct ManageBooking {
    /// The booking, such as BK-0001.
    pub booking_number: BookingNumber,
    /// The new day of arrival, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_in_date: Option<Date>,
    /// The new day of departure, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_out_date: Option<Date>,
    /// The new number of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_of_guests: Option<GuestCount>,
    /// The new wishes; they replace the old ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_requests: Option<LongText>,
    /// The new room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// The guest the booking is for from now on. A stay that is Checked In changes hands with its room and its open cases,
    /// and only while none of its payments is open or paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
}

/// The booking as it is now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Managed {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// Whether anything is different from before.
    pub changed: bool,
}

impl Saga for ManageBooking {
    const NAME: &'static str = "manage_booking";
    const EFFECT: Effect = Effect::Changes;
    type Output = Managed;

    async fn run(mut self, saga: &Run) -> Result<Managed, SagaError> {
        self.special_requests = self.special_requests.map(|text| saga.kept("special_requests", &text));
        let today = saga.today();
        self.names_something()?;
        let look = Look {
            booking: Some(self.booking_number.clone()),
            guest: self.guest_email.clone(),
            room: self.room_number.clone(),
            ..Look::on(today)
        };
        let found = |seen: &Seen| {
            seen.booking.clone().ok_or_else(|| refusals::booking_not_found(&self.booking_number))
        };
        saga.tell(1, 2, "looking up the booking");
        let (seen, stay) = saga.hold(look, found).await?;
        let (change, mut after) = self.plan(&seen, &stay, today, saga.currency())?;
        let changed = after != stay;
        self.tell_price(saga, &stay, &after);
        if changed {
            let price = change.agreed.as_ref().map(Prices::total);
            let sale = price.and_then(|price| reprice(&stay, price));
            if stay.shares_evenly && price.is_some() {
                // The price the records have from now on; none, if they still do not have the other bookings' prices.
                after.agreed = price.filter(|_| sale.is_some()).map(|price| evenly(price, &after));
            }
            let room = match stay.status.known() {
                Some(BookingStatus::CheckedIn) if after.guest.email != stay.guest.email => {
                    nothing_is_paid(saga, &stay).await?;
                    change_occupant(&stay, &after.guest.email)
                }
                _ => None,
            };
            saga.tell(2, 2, format!("changing booking {}", stay.booking));
            saga.commit("change", Commit::new().with(change).maybe(sale).maybe(room)).await?;
        }
        Ok(Managed { booking: shown(saga, &after)?, changed })
    }
}

impl ManageBooking {
    fn names_something(&self) -> Result<(), Refusal> {
        let something = self.check_in_date.is_some()
            || self.check_out_date.is_some()
            || self.number_of_guests.is_some()
            || self.special_requests.is_some()
            || self.room_number.is_some()
            || self.guest_email.is_some();
        let fields = ["check_in_date", "check_out_date", "number_of_guests", "special_requests"];
        if something { Ok(()) } else { Err(refusals::nothing_to_change(&fields)) }
    }

    /// The change to make, and the stay after it.
    fn plan(
        &self,
        seen: &Seen,
        stay: &Stay,
        today: Date,
        currency: &str,
    ) -> Result<(ChangeBooking, Stay), Refusal> {
        let mut after = stay.clone();
        after.nights = Nights {
            from: self.check_in_date.unwrap_or(stay.nights.from),
            to: self.check_out_date.unwrap_or(stay.nights.to),
        };
        after.number_of_guests = self.number_of_guests.map(GuestCount::get).or(stay.number_of_guests);
        if let Some(text) = &self.special_requests {
            after.special_requests = Some(text.to_string());
        }
        if let Some(number) = &self.room_number {
            after.room = seen.room.clone().ok_or_else(|| refusals::room_not_found(number))?;
        }
        if let Some(email) = &self.guest_email {
            after.guest = seen.guest.clone().ok_or_else(|| refusals::guest_not_found(email))?;
        }
        let other_nights = after.nights != stay.nights;
        let other_room = after.room.number != stay.room.number;
        self.check_status(stay, &after)?;
        if other_nights {
            check_new_nights(stay, after.nights, today)?;
            after.planned_departure = after.nights.to;
        }
        if other_room || (other_nights && stay.status == BookingStatus::Reserved) {
            check_room(&after.room, after.nights.from, after.least_guests(), today)?;
        } else if after.number_of_guests != stay.number_of_guests {
            check_capacity(&after.room, after.least_guests())?;
        }
        if other_room || other_nights {
            price_is_readable(stay)?;
            let added = after.nights.from < stay.nights.from || after.nights.to > stay.nights.to;
            if other_room || added {
                is_priced_alike(stay, &after.room, currency)?;
            }
            let agreed = if other_room {
                after.room.rate.map(|rate| Prices::each(rate, after.nights.count()))
            } else {
                stay.agreed_for(after.nights, &after.room)
            };
            let agreed = agreed.ok_or_else(|| refusals::room_not_for_sale(&after.room.number))?;
            if let Some(sharing) = &stay.sharing {
                let what = if other_room { "room" } else { "nights" };
                let shared = sharing.priced(after.nights.count(), after.room.rate, agreed.total());
                keeps_prices(stay, what, agreed.total(), &shared)?;
            }
            after.agreed = Some(agreed);
        }
        let change = ChangeBooking {
            guest: (after.guest.email != stay.guest.email).then(|| after.guest.email.clone()),
            room: other_room.then(|| after.room.number.clone()),
            nights: other_nights.then_some(after.nights),
            number_of_guests: self.number_of_guests.map(GuestCount::get),
            special_requests: self.special_requests.clone(),
            agreed: after.agreed.clone().filter(|_| other_nights || other_room),
            ..ChangeBooking::of(stay, today)
        };
        Ok((change, after))
    }

    /// Warns of the part of the price that the records cannot store, or did not have.
    fn tell_price(&self, saga: &Run, stay: &Stay, after: &Stay) {
        let recorded = after.agreed.clone().filter(|_| stay.agreed.is_some());
        saga.warn_of_price(&Stay { agreed: recorded, ..after.clone() });
        let Some(agreed) = after.agreed.as_ref().filter(|_| after.agreed != stay.agreed) else { return };
        let shared = Prices::shared(agreed.total(), after.nights.count());
        if stay.shares_evenly && shared != *agreed {
            saga.warn(format!(
                "The added nights cost another price than the others. The hotel's records keep only what the stay costs in \
                 all, {}, so from now on its nights share that evenly.",
                agreed.total()
            ));
        }
    }

    /// Reserved: everything may change. Checked In: departure, requests and guest. Any other status: nothing.
    fn check_status(&self, stay: &Stay, after: &Stay) -> Result<(), Refusal> {
        let beyond = after.nights.from != stay.nights.from
            || after.number_of_guests != stay.number_of_guests
            || after.room.number != stay.room.number;
        match stay.status.known() {
            Some(BookingStatus::Reserved) => Ok(()),
            Some(BookingStatus::CheckedIn) if !beyond => Ok(()),
            Some(BookingStatus::CheckedIn) => {
                let wish = "changed in more than its departure, its requests and whose it is";
                Err(refusals::booking_cannot(&stay.booking, &stay.status, wish)
                    .next("Move a guest who is here to another room with assign_room."))
            }
            _ => Err(refusals::booking_cannot(&stay.booking, &stay.status, "changed")),
        }
    }
}

/// A stay changes to another guest only while none of its payments is open or holds money: that money is the earlier guest's.
async fn nothing_is_paid(saga: &Run, stay: &Stay) -> Result<(), SagaError> {
    let customers = saga.step(FindCustomers { email: stay.guest.email.clone() }).await?;
    let intents = Charging::new(saga, None, None, customers).intents(stay).await?;
    let ended = |intent: &Intent| matches!(intent.money(), Money::Back | Money::GivenUp);
    match intents.iter().find(|intent| !ended(intent)) {
        None => Ok(()),
        Some(intent) => {
            let (wish, next) = if matches!(intent.money(), Money::Open | Money::Processing) {
                (
                    "given to another guest: a payment for it was begun, nothing is paid yet, and it is still open",
                    "Check the guest out: that settles the payment. retrieve_payment_status says where it stands.",
                )
            } else {
                (
                    "given to another guest: it is paid",
                    "retrieve_payment_status says where the payment stands. Check the guest out, or undo the payment first.",
                )
            };
            Err(refusals::booking_cannot(&stay.booking, &stay.status, wish)
                .next(next)
                .detail("payment_intent_id", intent.id.as_str())
                .into())
        }
    }
}

/// The change of the room's occupant, if the leaving guest occupies it.
fn change_occupant(stay: &Stay, guest: &Email) -> Option<MoveRoom> {
    let (room, leaving) = (&stay.room, &stay.guest.email);
    let theirs = !room.has_other_occupant(leaving);
    let moves = || MoveRoom::of(room, RoomStatus::Occupied).leaving(leaving).occupied_by(guest);
    (room.status == RoomStatus::Occupied && theirs).then(moves)
}

/// New nights are not in the past: an arrival that moves is today or later, and the guest leaves today at the earliest.
fn check_new_nights(stay: &Stay, nights: Nights, today: Date) -> Result<(), Refusal> {
    if nights.from != stay.nights.from && nights.from < today {
        return Err(refusals::invalid_dates(
            "check_in_date",
            format!("{} is in the past.", nights.from),
            today,
        ));
    }
    if nights.from != stay.nights.from {
        check_horizon(nights.from, today)?;
    }
    if nights.to < today {
        return Err(refusals::invalid_dates(
            "check_out_date",
            format!("{} is in the past.", nights.to),
            today,
        ));
    }
    check_length(nights, today)
}
