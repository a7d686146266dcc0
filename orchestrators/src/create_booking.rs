use crate::saga::{Hold, Run, Saga, SagaError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::bookings::{BookingView, UpsertBooking};
use skills::contacts::CreateContact;
use skills::opportunities::CreateOpportunity;
use skills::stay_rules::{check_nights, check_room};
use skills::systems::crm::{Contact, Look, Room, Seen, Stay};
use skills::words::{
    BookingNumber, BookingStatus, ContactType, Date, Email, GuestCount, LongText, Nights, PersonName, Phone,
    RoomNumber, Stage,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Book a room that is free for all nights from check_in_date (today or later) to check_out_date. A guest the hotel does
/// not know yet is added and needs a first and a last name. Nothing is charged before checkout. Returns the booking with
/// its number and price; if the guest already holds that room for those dates, created is false. Fails with
/// ROOM_ALREADY_BOOKED (search_available_rooms finds another), INVALID_DATES, ROOM_NOT_FOUND, ROOM_OUT_OF_SERVICE,
/// OVER_CAPACITY, VALIDATION_ERROR.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateBooking {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// Needed if the guest is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_first_name: Option<PersonName>,
    /// Needed if the guest is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_last_name: Option<PersonName>,
    /// Kept if the guest is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_phone: Option<Phone>,
    /// The room, such as 101.
    pub room_number: RoomNumber,
    /// The day of arrival, YYYY-MM-DD.
    pub check_in_date: Date,
    /// The day of departure, YYYY-MM-DD; its night is not part of the stay.
    pub check_out_date: Date,
    /// How many people.
    #[serde(default)]
    pub number_of_guests: GuestCount,
    /// What the guest asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_requests: Option<LongText>,
}

/// The booking.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Booked {
    /// The booking.
    #[serde(flatten)]
    pub booking: BookingView,
    /// Whether it is new; false if the guest held the room for these dates already.
    pub created: bool,
}

enum Choice {
    Book { guest: Contact, new: Option<Box<CreateContact>>, room: Box<Room> },
    Has(Box<Stay>),
}

impl Hold for Choice {
    fn lock_key(&self) -> Option<String> {
        match self {
            Self::Book { room, .. } => room.lock_key(),
            Self::Has(_) => None,
        }
    }
    fn booking(&self) -> Option<&BookingNumber> {
        match self {
            Self::Book { .. } => None,
            Self::Has(stay) => Some(&stay.booking),
        }
    }
}

impl Saga for CreateBooking {
    const NAME: &'static str = "create_booking";
    const EFFECT: Effect = Effect::Adds;
    type Output = Booked;

    async fn run(self, saga: &Run) -> Result<Booked, SagaError> {
        let today = saga.today();
        let nights = Nights { from: self.check_in_date, to: self.check_out_date };
        check_nights(nights, today)?;
        let look = Look {
            guest: Some(self.guest_email.clone()),
            room: Some(self.room_number.clone()),
            ..Look::on(today)
        };
        let (_, choice) = saga.hold(look, |seen| self.choose(seen, nights, today)).await?;
        let (guest, new, room) = match choice {
            Choice::Book { guest, new, room } => (guest, new.map(|new| *new), *room),
            Choice::Has(stay) => {
                let booking = BookingView::of(&stay, today, saga.currency());
                return Ok(Booked { booking, created: false });
            }
        };
        let made = saga.commit("book", self.booking(saga, &guest, new, &room, nights)).await?;
        let stay = Stay {
            booking: made
                .booking_number
                .ok_or_else(|| SagaError::bug("a booking was made without a number"))?,
            status: BookingStatus::Reserved,
            nights,
            planned_departure: nights.to,
            number_of_guests: self.number_of_guests.get(),
            special_requests: self.special_requests.as_ref().map(ToString::to_string),
            rate: room.rate,
            stage: Stage::BookingConfirmed,
            amount: room.rate.times(nights.count()),
            other_open_bookings: 0,
            payment: None,
            last_payment: None,
            refunds: 0,
            key: String::new(),
            made_at: None,
            guest,
            room,
        };
        saga.concerns(Some(&stay.guest.email), Some(&stay.booking));
        Ok(Booked { booking: BookingView::of(&stay, today, saga.currency()), created: true })
    }
}

impl CreateBooking {
    fn choose(&self, seen: &Seen, nights: Nights, today: Date) -> Result<Choice, Refusal> {
        let room = seen.room.as_ref().ok_or_else(|| refusals::room_not_found(&self.room_number))?;
        let has = seen
            .stays
            .iter()
            .find(|stay| stay.status.is_active() && stay.room.number == room.number && stay.nights == nights);
        if let Some(stay) = has {
            return Ok(Choice::Has(Box::new(stay.clone())));
        }
        check_room(room, nights.from, self.number_of_guests.get(), today)?;
        let (guest, new) = match seen.guest.clone() {
            Some(guest) => (guest, None),
            None => {
                let new = self.new_guest()?;
                (new.as_stored(), Some(Box::new(new)))
            }
        };
        Ok(Choice::Book { guest, new, room: Box::new(room.clone()) })
    }

    fn new_guest(&self) -> Result<CreateContact, Refusal> {
        let needed = |field, name: &Option<PersonName>| {
            let problem = "missing; the hotel does not know this guest yet";
            name.clone().ok_or_else(|| refusals::invalid_argument(field, problem, None))
        };
        Ok(CreateContact {
            email: self.guest_email.clone(),
            first_name: needed("guest_first_name", &self.guest_first_name)?,
            last_name: needed("guest_last_name", &self.guest_last_name)?,
            phone: self.guest_phone.clone(),
            contact_type: ContactType::Guest,
        })
    }

    /// Guest, sale and booking, all or none. The booking expects its nights to be free.
    fn booking(
        &self,
        saga: &Run,
        guest: &Contact,
        new: Option<CreateContact>,
        room: &Room,
        nights: Nights,
    ) -> Commit {
        let opportunity = saga.key_for("opportunity");
        Commit::new()
            .maybe(new)
            .with(CreateOpportunity {
                key: opportunity.clone(),
                guest: self.guest_email.clone(),
                name: format!("Booking for {} - {}", guest.name(), nights.from),
                stage: Stage::BookingConfirmed,
                amount: room.rate.times(nights.count()),
                nights,
            })
            .with(UpsertBooking {
                external_id: saga.key_for("booking"),
                opportunity,
                guest: self.guest_email.clone(),
                room: room.number.clone(),
                nights,
                number_of_guests: self.number_of_guests.get(),
                special_requests: self.special_requests.clone(),
                rate: room.rate,
                today: saga.today(),
            })
    }
}
