//! The role of the hotel's records: who the guests are, what they booked, where rooms and cases stand.
//!
//! An implementation is dumb on purpose. It reads whole stays in one round trip, and it applies a list of
//! changes all or nothing, each against what it expects to find. What a hotel may do is decided above it.

pub mod embedded;
pub mod salesforce;

use super::check::Check;
use crate::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use crate::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::contacts::{CreateContact, UpsertContact};
use crate::error::{Outage, SkillError};
use crate::opportunities::{CreateOpportunity, MoveOpportunity};
use crate::payments::RecordPayment;
use crate::rooms::MoveRoom;
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Date,
    Email, Key, LongText, Nights, Origin, Page, Paged, PaymentIntentId, Priority, RoomNumber, RoomStatus,
    RoomType, SearchText, Stage,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The key of the person.
    pub email: Email,
    /// May be empty in an untidy system.
    pub first_name: String,
    /// May be empty in an untidy system.
    pub last_name: String,
    /// As somebody wrote it.
    pub phone: Option<String>,
    /// What the person is to the hotel.
    pub contact_type: ContactType,
    /// How the person wants to be reached.
    pub prefers: ContactMethod,
}

impl Contact {
    /// First and last name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }

    /// The number for a text message, if the person wants one and can get one.
    #[must_use]
    pub fn sms_number(&self) -> Option<&str> {
        self.phone.as_deref().filter(|_| self.prefers == ContactMethod::Sms)
    }
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The number on its door.
    pub number: RoomNumber,
    /// The name it is sold under.
    pub name: String,
    /// What kind of room it is.
    pub room_type: RoomType,
    /// The floor it is on.
    pub floor: i32,
    /// Today's price of a night.
    pub rate: Cents,
    /// How many guests it takes.
    pub max_occupancy: u8,
    /// Where it stands.
    pub status: RoomStatus,
    /// Who is in it.
    pub occupant: Option<Contact>,
}

/// A booking with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The booking's number.
    pub booking: BookingNumber,
    /// Where the booking stands.
    pub status: BookingStatus,
    /// Whose it is.
    pub guest: Contact,
    /// The room it is for.
    pub room: Room,
    /// Arrival and departure; the actual departure once the guest has left.
    pub nights: Nights,
    /// The departure that was planned, kept when the guest leaves on another day.
    pub planned_departure: Date,
    /// How many people.
    pub number_of_guests: u8,
    /// What the guest asked for.
    pub special_requests: Option<String>,
    /// The price of a night, fixed when the booking was priced.
    pub rate: Cents,
    /// Where the sale stands.
    pub stage: Stage,
    /// What the sale amounts to; other bookings of the same sale included.
    pub amount: Cents,
    /// How many other bookings of the same sale are reserved or checked in.
    pub other_open_bookings: u32,
    /// The payment that closed the stay, unless it was refunded.
    pub payment: Option<PaymentIntentId>,
    /// The last payment recorded for the stay, refunded or not.
    pub last_payment: Option<PaymentIntentId>,
    /// How often a payment of this stay was refunded.
    pub refunds: u32,
}

impl Stay {
    /// What the stay costs: if it ended today for a guest who is here, as a whole for a reservation, as it was
    /// for a guest who has left. Nothing for a booking that came to nothing.
    #[must_use]
    pub fn folio(&self, today: Date) -> Option<Cents> {
        match self.status {
            BookingStatus::Reserved | BookingStatus::CheckedOut => Some(self.price()),
            BookingStatus::CheckedIn => Some(self.rate.times(self.nights_until(today))),
            BookingStatus::Cancelled | BookingStatus::NoShow => None,
        }
    }

    /// The nights that count: those booked, or those stayed, at least one, once the guest has left.
    #[must_use]
    pub fn total_nights(&self) -> u32 {
        let nights = self.nights.count();
        if self.status == BookingStatus::CheckedOut { nights.max(1) } else { nights }
    }

    /// What this booking contributes to the sale: its nights at its rate.
    #[must_use]
    pub fn price(&self) -> Cents {
        self.rate.times(self.total_nights())
    }

    /// The nights to pay for when leaving on `day`: at least one.
    #[must_use]
    pub fn nights_until(&self, day: Date) -> u32 {
        Nights { from: self.nights.from, to: day }.count().max(1)
    }
}

/// A service or maintenance request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The case's number.
    pub number: CaseNumber,
    /// What it is about.
    pub case_type: CaseType,
    /// Where it stands.
    pub status: CaseStatus,
    /// How soon it matters.
    pub priority: Priority,
    /// Where it came from.
    pub origin: Origin,
    /// The first line of its description.
    pub subject: String,
    /// What was asked for.
    pub description: String,
    /// Who asked.
    pub guest: Option<Contact>,
    /// Which room it concerns.
    pub room: Option<RoomNumber>,
    /// Which stay it belongs to.
    pub booking: Option<BookingNumber>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// What a workflow needs to see, brought in one round trip. Each part is optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The hotel's day.
    pub today: Date,
    /// This person, with the stays that are reserved, current, or ended today or later.
    pub guest: Option<Email>,
    /// This booking, whatever its state.
    pub booking: Option<BookingNumber>,
    /// The booking this payment closed.
    pub payment: Option<PaymentIntentId>,
    /// This room.
    pub room: Option<RoomNumber>,
    /// This case.
    pub case: Option<CaseNumber>,
    /// An open case like this.
    pub same_case: Option<CaseLike>,
}

impl Look {
    /// A look at nothing yet.
    #[must_use]
    pub const fn on(today: Date) -> Self {
        Self { today, guest: None, booking: None, payment: None, room: None, case: None, same_case: None }
    }
}

/// What makes two requests the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLike {
    /// Who asked.
    pub guest: Option<Email>,
    /// Which room it concerns; any if not given.
    pub room: Option<RoomNumber>,
    /// What it is about.
    pub case_type: CaseType,
    /// The text, to the letter.
    pub description: LongText,
    /// Opened then or later.
    pub opened_since: Timestamp,
}

/// What a [`Look`] saw.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The person asked for.
    pub guest: Option<Contact>,
    /// The person's stays.
    pub stays: Vec<Stay>,
    /// The booking asked for.
    pub booking: Option<Stay>,
    /// The booking the payment asked for closed.
    pub paid: Option<Stay>,
    /// The room asked for.
    pub room: Option<Room>,
    /// The case asked for.
    pub case: Option<Case>,
    /// The open cases like the one asked for, newest first.
    pub same_cases: Vec<Case>,
}

/// Which rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomQuery {
    /// This one.
    pub number: Option<RoomNumber>,
    /// In this state.
    pub status: Option<RoomStatus>,
    /// On this floor.
    pub floor: Option<i32>,
    /// Of this kind.
    pub room_type: Option<RoomType>,
    /// Large enough for so many.
    pub sleeps: Option<u8>,
    /// Free for these nights.
    pub free: Option<Free>,
    /// Of these bookings of one guest.
    pub guest: Option<(Email, Vec<BookingStatus>)>,
}

/// Nights a room should be free for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Free {
    /// The nights.
    pub nights: Nights,
    /// The hotel's day: an overstaying guest holds tonight, a room under maintenance takes nobody today.
    pub today: Date,
}

/// Which stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayQuery {
    /// Of this person.
    pub guest: Option<Email>,
    /// In this room.
    pub room: Option<RoomNumber>,
    /// This one.
    pub booking: Option<BookingNumber>,
    /// The one with this key of ours.
    pub external_id: Option<Key>,
    /// In one of these states; any if empty.
    pub statuses: Vec<BookingStatus>,
    /// Arriving on this day.
    pub arriving_on: Option<Date>,
    /// Departing on this day.
    pub departing_on: Option<Date>,
    /// Ended: the guest left on this day or later.
    pub ended_since: Option<Date>,
    /// Holding one of these nights.
    pub overlapping: Option<Nights>,
}

/// Which cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseQuery {
    /// This one.
    pub number: Option<CaseNumber>,
    /// The one with this key of ours.
    pub external_id: Option<Key>,
    /// Of this person.
    pub guest: Option<Email>,
    /// About this room.
    pub room: Option<RoomNumber>,
    /// In one of these states; any if empty.
    pub statuses: Vec<CaseStatus>,
    /// About this.
    pub case_type: Option<CaseType>,
    /// Of this priority.
    pub priority: Option<Priority>,
}

/// Which people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactQuery {
    /// A fragment of name, e-mail or phone.
    pub fragment: Option<SearchText>,
    /// Of this kind.
    pub contact_type: Option<ContactType>,
}

/// One typed change. Each names what it expects to find; if it finds something else, none of the list happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // each variant is the skill of the same name
pub enum Change {
    CreateContact(CreateContact),
    UpsertContact(UpsertContact),
    CreateOpportunity(CreateOpportunity),
    MoveOpportunity(MoveOpportunity),
    UpsertBooking(UpsertBooking),
    ChangeBooking(ChangeBooking),
    MoveBooking(MoveBooking),
    MoveRoom(MoveRoom),
    UpsertCase(UpsertCase),
    ChangeCase(ChangeCase),
    MoveCase(MoveCase),
    RecordPayment(RecordPayment),
}

/// What a commit made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Committed {
    /// The number of the booking it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// The number of the case it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<CaseNumber>,
    /// Whether a contact, booking or case asked for was new.
    pub created: bool,
}

/// What came of loading the sample hotel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sample {
    /// The system holds it from its first day on.
    Inborn,
    /// Nothing was done: the system holds so many bookings of others.
    AmongOthers(u64),
    /// It is there now.
    Loaded {
        /// Of each kind, how many were made, and how many had been there.
        kinds: Vec<(&'static str, usize, usize)>,
        /// Bookings left out because others hold their rooms.
        left_out: Vec<String>,
        /// Whether a sample that nobody had touched was dated anew.
        dated_anew: bool,
    },
}

/// A text that was sent, as the hotel's records keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// What its service calls it.
    pub id: String,
    /// The number it went to.
    pub to: String,
    /// What it says.
    pub body: String,
    /// When it was handed over.
    pub sent_at: Timestamp,
    /// What its service said of it last.
    pub delivery: Option<String>,
}

/// The role.
#[async_trait::async_trait]
pub trait Crm: Send + Sync {
    /// What a workflow needs, in one round trip.
    async fn look(&self, look: &Look) -> Result<Seen, Outage>;
    /// Rooms, by number.
    async fn rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError>;
    /// Stays, newest first.
    async fn stays(&self, query: &StayQuery, page: &Page) -> Result<Paged<Stay>, SkillError>;
    /// Cases, newest first.
    async fn cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError>;
    /// People, newest first.
    async fn contacts(&self, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>, SkillError>;
    /// Applies all of `changes` or none. Under a key that was committed before it answers what it answered then.
    /// `again` says that an earlier attempt under the key may have taken effect: a system that keeps no keys looks for it.
    async fn commit(&self, key: &Key, changes: &[Change], again: bool) -> Result<Committed, SkillError>;
    /// Loads the sample hotel, dated for `today`; what is there already stays as it is. Where the system holds bookings of
    /// others, only if it may be `among_others`.
    async fn load_sample(&self, today: Date, among_others: bool) -> Result<Sample, SkillError>;
    /// What a doctor finds: whether it can be reached and is set up as it is used, and how to mend it.
    async fn examine(&self) -> Vec<Check>;
    /// Whether it keeps texts that were sent.
    fn keeps_messages(&self) -> bool;
    /// Keeps texts that were sent, at most 200; one that it has already stays as it is.
    async fn record_messages(&self, messages: &[SentMessage]) -> Result<(), Outage>;
    /// For start-up and recovery: what the role runs on, told apart from others of its kind.
    fn runs_on(&self) -> &str;
}
