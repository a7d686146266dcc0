use crate::saga::{Run, Saga, SagaError};
use crate::sagas::shared::last_day::shown;
use crate::sagas::shared::shared_prices::{cost_now, evenly};
use crate::sagas::shared::stay_choice::{StayChoice, candidates};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, MoveBooking};
use skills::operations::messages::SendSms;
use skills::operations::opportunities::{MoveOpportunity, Repriced};
use skills::operations::rooms::MoveRoom;
use skills::records::{Look, Seen, Sharing, Stay};
use skills::systems::messages::Sms;
use skills::words::{
    BookingNumber, BookingStatus, Cents, Date, Email, Open, PhoneNumber, Prices, RoomNumber, RoomStatus,
    Stage,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Check in a guest who has arrived and has a reservation for today, or for an earlier day whose nights are not over.
/// The guest is at the hotel now, at the front desk (reception, lobby), ready to sign, start the stay and get the key
/// to the room; the room must be Vacant. Late arrivals expected yesterday are let in, and for staff who name the
/// booking a No Show who turned up after all. Moves booking, room and sale together and texts a welcome to guests who
/// prefer SMS. Returns the stay; already_checked_in: it began before. Fails with RESERVATION_NOT_FOUND (none to check
/// in to), MULTIPLE_RESERVATIONS (give booking_number or room_number of a candidate), ROOM_NOT_VACANT (wait, or move
/// the booking), ROOM_ALREADY_BOOKED (a no-show's nights were taken meanwhile), INVALID_DATES (arrival in the future).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Check a guest in")]
pub struct CheckInGuest {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// The day of arrival, YYYY-MM-DD; without it today, or a late one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_in_date: Option<Date>,
    /// Which booking, such as BK-0001, if the guest holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// Which room, if the guest holds several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
}

/// The stay that began.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CheckedIn {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// Where the room stands now.
    pub room_status: Open<RoomStatus>,
    /// Whether the guest was here already and nothing was done.
    pub already_checked_in: bool,
}

impl Saga for CheckInGuest {
    const NAME: &'static str = "check_in_guest";
    const EFFECT: Effect = Effect::Changes;
    type Output = CheckedIn;

    async fn run(self, saga: &Run) -> Result<CheckedIn, SagaError> {
        let today = saga.today();
        let arrival = Arrival { today, over: saga.nights_over_by(), staff: saga.acting_guest().is_none() };
        let look = Look {
            guest: Some(self.guest_email.clone()),
            booking: self.booking_number.clone(),
            ..Look::on(today)
        };
        saga.tell(1, 2, "looking up the reservation");
        let (_, choice) = saga.hold(look, |seen| self.choose(seen, arrival)).await?;
        let mut stay = match choice {
            StayChoice::Act(stay) => stay,
            StayChoice::Done(stay) => return is_here(&stay, saga),
        };
        if stay.room.status != RoomStatus::Vacant {
            return Err(refusals::room_not_vacant(&stay.room.number, &stay.room.status).into());
        }
        let back = TakenBack::of(&stay);
        let moves = Commit::new()
            .with(MoveBooking::of(&stay, BookingStatus::CheckedIn, today))
            // A vacant room is empty, even if an untidy record names an occupant.
            .with(MoveRoom::of(&stay.room, RoomStatus::Occupied).occupied_by(&stay.guest.email))
            .with(MoveOpportunity { to: Some(Stage::CheckedIn), ..back.sale });
        // If the booking or room was changed, or the guest checked in from another machine meanwhile, a fresh read
        // decides again.
        saga.tell(2, 2, format!("checking in to room {}", stay.room.number));
        saga.commit("move_in", moves).await?;
        if let Some(number) = saga.text_number(&stay.guest) {
            saga.afterwards(welcome(&stay, number));
        }
        stay.status = BookingStatus::CheckedIn.into();
        stay.agreed = back.agreed;
        back.told.into_iter().for_each(|sentence| saga.warn(sentence));
        saga.warn_of_price(&stay);
        Ok(CheckedIn {
            booking: shown(saga, &stay)?,
            room_status: RoomStatus::Occupied.into(),
            already_checked_in: false,
        })
    }
}

/// The day a guest arrives, and whether staff check them in.
#[derive(Clone, Copy)]
struct Arrival {
    today: Date,
    /// Stays that were to end by this day are over: no guest can arrive for them.
    over: Date,
    staff: bool,
}

/// The change of a sale when its stay begins. A no-show that is taken back counts in its sale again, beside the rest of it.
struct TakenBack {
    sale: MoveOpportunity,
    /// The price of its nights from now on.
    agreed: Option<Prices>,
    /// The warning about it.
    told: Option<String>,
}

impl TakenBack {
    fn of(stay: &Stay) -> Self {
        let sale = MoveOpportunity::of(&stay.booking);
        let agreed = stay.agreed.clone();
        if stay.status != BookingStatus::NoShow {
            return Self { sale, agreed, told: None };
        }
        let sale = MoveOpportunity { close_date: Some(stay.nights.to), ..sale };
        let at = |price: Cents| {
            let known = |sale: &Repriced| sale.seen.is_some() && stay.unreadable_price.is_none();
            Repriced::of(stay, price).filter(known)
        };
        let changed = |repriced: Option<Repriced>| repriced.filter(|sale| sale.seen != Some(sale.to));
        let sharing = stay.sharing.as_ref().filter(|sharing| agreed.is_none() && sharing.rest.is_some());
        let Some(sharing) = sharing else {
            return Self {
                sale: MoveOpportunity { repriced: changed(stay.price().and_then(at)), ..sale },
                agreed,
                told: None,
            };
        };
        // Giving the stay up took its part out of the sale, and the records store no price of its own. It comes back
        // at a price that leaves the other bookings' prices as they are. Without other bookings, the sale still has
        // the amount that was given up last: that is the price, if it is not more than the room costs.
        let sharing = Sharing { keeps_prices: false, ..sharing.clone() };
        let usual = stay.price();
        let (fair, left) = (sharing.fair_price(), sharing.left);
        let price = fair.or(left.map(|left| usual.map_or(left, |usual| left.min(usual)))).or(usual);
        let repriced = price.and_then(at);
        let nights = stay.nights.count();
        let shared = match &repriced {
            Some(_) => sharing.priced(nights, stay.room.rate, price.unwrap_or_default()),
            None => sharing.moved(nights, stay.room.rate),
        };
        let certain = fair.is_some() || (left.is_some() && left == usual);
        Self {
            sale: MoveOpportunity { repriced: changed(repriced), ..sale },
            agreed: shared.own.map(|share| evenly(share, stay)),
            told: (!certain).then(|| {
                let unknown = "The hotel's records do not say any more what was agreed for booking";
                format!("{unknown} {}. {}", stay.booking, cost_now(stay, &shared))
            }),
        }
    }
}

impl CheckInGuest {
    /// The one reservation that is meant: the named one, else today's, else a late one.
    fn choose(&self, seen: &Seen, Arrival { today, over, staff }: Arrival) -> Result<StayChoice, Refusal> {
        let guest = seen.guest.as_ref().ok_or_else(|| refusals::guest_not_found(&self.guest_email))?;
        if let Some(date) = self.check_in_date.filter(|date| *date > today) {
            return Err(refusals::invalid_dates("check_in_date", format!("{date} is in the future."), today));
        }
        let none = || refusals::reservation_not_found(&guest.name(), self.check_in_date);
        let fits = |stay: &&Stay| {
            stay.guest.email == self.guest_email
                && self.room_number.as_ref().is_none_or(|room| *room == stay.room.number)
                && self.check_in_date.is_none_or(|date| date == stay.nights.from)
        };
        if self.booking_number.is_some() {
            let stay = seen.booking.as_ref().filter(fits).ok_or_else(none)?;
            let Some(status) = stay.status.known() else {
                return Err(refusals::booking_cannot(&stay.booking, &stay.status, "checked in"));
            };
            return match status {
                BookingStatus::CheckedIn => Ok(StayChoice::done(stay)),
                BookingStatus::Reserved if stay.nights.from > today => {
                    let problem = format!("the stay begins on {}, in the future.", stay.nights.from);
                    Err(refusals::invalid_dates("check_in_date", problem, today))
                }
                BookingStatus::Reserved | BookingStatus::NoShow if stay.nights.to <= over => Err(none()),
                BookingStatus::Reserved => Ok(StayChoice::act(stay)),
                // A mistake of the staff, which they undo.
                BookingStatus::NoShow if staff => Ok(StayChoice::act(stay)),
                BookingStatus::NoShow => Err(none()),
                _ => Err(refusals::booking_cannot(&stay.booking, &stay.status, "checked in")),
            };
        }
        let mine: Vec<&Stay> = seen.stays.iter().filter(fits).collect();
        let open = |stay: &&Stay| {
            stay.status == BookingStatus::Reserved && stay.nights.from <= today && stay.nights.to > over
        };
        let (todays, late): (Vec<&Stay>, Vec<&Stay>) =
            mine.iter().copied().filter(open).partition(|stay| stay.nights.from == today);
        let here: Vec<&Stay> =
            mine.into_iter().filter(|stay| stay.status == BookingStatus::CheckedIn).collect();
        let (arriving, is_here) = [(todays, false), (late, false), (here, true)]
            .into_iter()
            .find(|(stays, _)| !stays.is_empty())
            .ok_or_else(none)?;
        match arriving.as_slice() {
            [stay] if is_here => Ok(StayChoice::done(stay)),
            [stay] => Ok(StayChoice::act(stay)),
            several => Err(refusals::multiple_reservations(&guest.name(), candidates(several))),
        }
    }
}

fn is_here(stay: &Stay, saga: &Run) -> Result<CheckedIn, SagaError> {
    saga.warn_of_price(stay);
    Ok(CheckedIn {
        booking: shown(saga, stay)?,
        room_status: stay.room.status.clone(),
        already_checked_in: true,
    })
}

fn welcome(stay: &Stay, number: PhoneNumber) -> SendSms {
    let body = format!(
        "Welcome{}! Room {} is yours until {}. Enjoy your stay.",
        stay.guest.greeted(),
        stay.room.number,
        stay.nights.to
    );
    SendSms { sms: Sms::new(number, body) }
}
