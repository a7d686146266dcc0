use crate::saga::{Described, Hold, Run, Saga, SagaError};
use crate::sagas::shared::enumerated;
use crate::sagas::shared::last_day::shown;
use crate::sagas::shared::stay_choice::candidates;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use skills::operations::bookings::{BookingView, UpsertBooking};
use skills::operations::contacts::CreateContact;
use skills::operations::opportunities::CreateOpportunity;
use skills::records::{Contact, Look, Room, Seen, Stay};
use skills::stay_rules::{check_capacity, check_currency, check_nights, check_state};
use skills::words::{
    BookingNumber, BookingStatus, Cents, ContactType, Date, Email, GuestCount, Key, LongText, Nights,
    PersonName, Phone, Prices, RoomNumber, Stage, wish,
};
use skills::{Commit, Effect, Refusal, refusals};

/// Book a room for a guest: make a new reservation for nights, from today on, on which the room is free. Reserve a
/// place to stay tonight, tomorrow, next weekend or month, take a booking by phone or from a walk-in, get, hold or
/// block a room under a name, put in a reservation for guests arriving later, or book another room for family or a
/// party on the same nights. A guest new to the hotel is added, with a first and a last name. Nothing is charged before
/// checkout. Returns the booking with its number and price; created is false if the guest already holds that room for
/// those dates. Fails with ALREADY_BOOKED (the guest holds some of these nights; additional_to says that a further room
/// is meant), ROOM_ALREADY_BOOKED (search_available_rooms finds another), INVALID_DATES, ROOM_OUT_OF_SERVICE,
/// OVER_CAPACITY.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Book a room")]
pub struct CreateBooking {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// Needed if the guest is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_first_name: Option<PersonName>,
    /// Needed if the guest is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_last_name: Option<PersonName>,
    /// Kept if the guest is new: one number with country code, such as +15550100001.
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
    /// Wishes for the stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_requests: Option<LongText>,
    /// All bookings the guest holds on these nights, to say that a further room is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 1_000))]
    pub additional_to: Vec<BookingNumber>,
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
    Book { guest: Contact, new: Option<Box<CreateContact>>, room: Box<Room>, rate: Cents, counted: bool },
    Has(Box<Stay>),
}

impl Hold for Choice {
    fn lock_key(&self) -> Option<String> {
        match self {
            // A guest's bookings are counted, so they are made one after the other. The commit itself expects that the room's
            // nights are free.
            Self::Book { guest, counted: true, .. } => {
                Some(format!("guest {}", Key::derived(&["guest", guest.email.as_str()])))
            }
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

    async fn run(mut self, saga: &Run) -> Result<Booked, SagaError> {
        self.special_requests = self.special_requests.map(|text| saga.kept("special_requests", &text));
        let today = saga.today();
        let nights = Nights { from: self.check_in_date, to: self.check_out_date };
        if let Err(refused) = check_nights(nights, today) {
            return Err(self.names_missing(saga).await?.unwrap_or(refused).into());
        }
        saga.check_currency()?;
        let look = Look {
            guest: Some(self.guest_email.clone()),
            room: Some(self.room_number.clone()),
            ..Look::on(today)
        };
        let most = saga.bookings_per_guest();
        let limit = saga.acting_guest().map(|_| most);
        saga.tell(1, 2, "looking whether the room is free");
        let (seen, choice) = saga.hold(look, |seen| self.choose(seen, nights, today, limit)).await?;
        if let Some(guest) = &seen.guest {
            saga.warn_of_what_is_not_kept(guest, &self.described());
        }
        let (mut guest, mut new, room, rate) = match choice {
            Choice::Book { guest, new, room, rate, .. } => {
                check_currency(room.currency.as_ref(), saga.currency())?;
                (guest, new.map(|new| *new), *room, rate)
            }
            Choice::Has(stay) => {
                self.tell_differences(saga, &stay);
                saga.warn_of_price(&stay);
                let booking = shown(saga, &stay)?;
                return Ok(Booked { booking, created: false });
            }
        };
        if let Some(new) = &mut new {
            saga.has_room_for("guest_first_name", &new.first_name)?;
            new.phone = saga.phone(self.guest_phone.as_ref());
            guest = new.as_stored();
        }
        if open_bookings(&seen) >= most as usize {
            saga.warn(format!("{} has {most} or more open bookings.", guest.name()));
        }
        let holds =
            |number: &&BookingNumber| self.held(&seen, nights, today).any(|stay| stay.booking == **number);
        let others: Vec<_> = self.additional_to.iter().filter(|number| !holds(number)).collect();
        if !others.is_empty() {
            let (they, numbers) =
                (if others.len() == 1 { "it was" } else { "they were" }, enumerated(&others));
            saga.warn(format!(
                "The guest holds none of these nights with {numbers}; {they} not needed in additional_to."
            ));
        }
        let agreed = Prices::each(rate, nights.count());
        saga.tell(2, 2, format!("booking room {}", room.number));
        let made = saga.commit("book", self.booking(saga, &guest, new, &room, &agreed)).await?;
        let stay = Stay {
            booking: made
                .booking_number
                .ok_or_else(|| SagaError::bug("a booking was made without a number"))?,
            key: saga.key_for("booking").as_str().to_owned(),
            status: BookingStatus::Reserved.into(),
            nights,
            planned_departure: nights.to,
            number_of_guests: Some(self.number_of_guests.get()),
            special_requests: self.special_requests.as_ref().map(ToString::to_string),
            currency: room.currency.clone(),
            stage: Stage::BookingConfirmed,
            amount: Some(agreed.total()),
            agreed: Some(agreed),
            rate: None,
            shares_evenly: false,
            paid: None,
            others_price: Some(Cents(0)),
            unreadable_price: None,
            other_open_bookings: 0,
            sharing: None,
            payment: None,
            last_payment: None,
            refunds: 0,
            made_at: Some(saga.now()),
            record: None,
            guest,
            room,
        };
        saga.concerns(Some(&stay.guest.email), Some(&stay.booking));
        Ok(Booked { booking: BookingView::of(&stay, today, saga.currency()), created: true })
    }
}

impl CreateBooking {
    fn choose(
        &self,
        seen: &Seen,
        nights: Nights,
        today: Date,
        limit: Option<u32>,
    ) -> Result<Choice, Refusal> {
        let (guest, new) = match seen.guest.clone() {
            Some(guest) => (guest, None),
            None => {
                let new = self.new_guest()?;
                (new.as_stored(), Some(Box::new(new)))
            }
        };
        let room = seen.room.as_ref().ok_or_else(|| refusals::room_not_found(&self.room_number))?;
        let held: Vec<&Stay> = self.held(seen, nights, today).collect();
        let same =
            |stay: &&&Stay| stay.is_active() && stay.room.number == room.number && stay.nights == nights;
        if let Some(stay) = held.iter().find(same) {
            return Ok(Choice::Has(Box::new((*stay).clone())));
        }
        if held.iter().any(|stay| !self.additional_to.contains(&stay.booking)) {
            return Err(refusals::already_booked(&guest.name(), candidates(&held)));
        }
        if let Some(most) = limit.filter(|most| open_bookings(seen) >= *most as usize) {
            return Err(refusals::too_many_bookings(most));
        }
        check_state(room, nights.from, today)?;
        let rate = room.rate.ok_or_else(|| refusals::room_not_for_sale(&room.number))?;
        check_capacity(room, self.number_of_guests.get())?;
        Ok(Choice::Book { guest, new, room: Box::new(room.clone()), rate, counted: limit.is_some() })
    }

    /// The guest's bookings that overlap these nights.
    fn held<'a>(&self, seen: &'a Seen, nights: Nights, today: Date) -> impl Iterator<Item = &'a Stay> {
        seen.stays.iter().filter(move |stay| stay.holds_one_of(nights, today))
    }

    /// Warns of each requested value that differs from the existing booking.
    fn tell_differences(&self, saga: &Run, stay: &Stay) {
        let booking = &stay.booking;
        if stay.number_of_guests != Some(self.number_of_guests.get()) {
            let stands = stay.number_of_guests.map_or("an unknown number of".to_owned(), |it| it.to_string());
            saga.warn(format!(
                "Booking {booking} stays as it is, for {stands} guests; {} was not applied. manage_booking changes it.",
                self.number_of_guests.get()
            ));
        }
        if !self.additional_to.is_empty() {
            saga.warn(format!(
                "No further room was booked: the guest holds room {} for these nights already, with {booking}.",
                stay.room.number
            ));
        }
        let asked = self.special_requests.as_ref().map(LongText::as_str);
        if asked.is_some_and(|asked| stay.special_requests.as_deref().map(wish) != Some(wish(asked))) {
            saga.warn(format!(
                "Booking {booking} stays as it is; the special_requests given now were not added. manage_booking changes them."
            ));
        }
    }

    const fn described(&self) -> Described<'_> {
        Described {
            first_name: self.guest_first_name.as_ref(),
            last_name: self.guest_last_name.as_ref(),
            phone: self.guest_phone.as_ref(),
        }
    }

    /// A missing name of a guest the hotel does not know, which is said before anything else is. Only a read tells who is
    /// known.
    async fn names_missing(&self, saga: &Run) -> Result<Option<Refusal>, SagaError> {
        let Err(missing) = self.new_guest() else { return Ok(None) };
        let look = Look { guest: Some(self.guest_email.clone()), ..Look::on(saga.today()) };
        let known = saga.look(look).await?.guest.is_some();
        Ok((!known).then_some(missing))
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
            phone: None, // Parsed later, in `run`, only if the guest is new.
            contact_type: ContactType::Guest,
        })
    }

    /// Guest, sale and booking, all or none. The booking's precondition: its nights are free.
    fn booking(
        &self,
        saga: &Run,
        guest: &Contact,
        new: Option<CreateContact>,
        room: &Room,
        agreed: &Prices,
    ) -> Commit {
        let nights = Nights { from: self.check_in_date, to: self.check_out_date };
        let opportunity = saga.key_for("opportunity");
        Commit::new()
            .maybe(new)
            .with(CreateOpportunity {
                key: opportunity.clone(),
                guest: self.guest_email.clone(),
                name: format!("Booking for {} - {}", guest.name(), nights.from),
                stage: Stage::BookingConfirmed,
                amount: agreed.total(),
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
                agreed: agreed.clone(),
                additional_to: self.additional_to.clone(),
                today: saga.today(),
            })
    }
}

/// How many bookings of the guest are reserved or checked in.
fn open_bookings(seen: &Seen) -> usize {
    seen.stays.iter().filter(|stay| stay.is_active()).count()
}
