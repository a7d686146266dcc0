//! The role that keeps the hotel's records: guests, bookings, rooms, cases.
//!
//! An implementation is dumb on purpose. It reads whole stays in one round trip, and it applies a list of changes, all or
//! nothing; each change names the state it expects to find. The rules of the hotel are decided above it.

pub mod embedded;
pub mod salesforce;

use super::check::Check;
use crate::error::{Outage, SkillError};
use crate::operations::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use crate::operations::cases::{ChangeCase, MoveCase, UpsertCase};
use crate::operations::contacts::{CreateContact, UpsertContact};
use crate::operations::opportunities::{CreateOpportunity, MoveOpportunity};
use crate::operations::payments::RecordPayment;
use crate::operations::rooms::MoveRoom;
use crate::records::{
    Case, CaseQuery, Contact, ContactQuery, DayQuery, DaySeen, Listed, Look, Room, RoomQuery, Seen, StayQuery,
};
use crate::words::{BookingNumber, CaseNumber, Date, Key, Page, Paged};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One typed change. It names the state it expects; if the records differ, no change of the list is made.
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

/// What a commit returns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// The number of the booking that it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_number: Option<BookingNumber>,
    /// The number of the case that it wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<CaseNumber>,
    /// Whether a contact, booking or case asked for was new.
    pub created: bool,
}

/// The result of loading the sample hotel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sample {
    /// The system has it from its first day on.
    Inborn,
    /// Nothing was done: the system holds this many bookings that are not of the sample.
    AmongOthers(u64),
    /// The sample is there now.
    Loaded {
        /// For each kind of row: how many were made, and how many were there already.
        kinds: Vec<(&'static str, usize, usize)>,
        /// Sample bookings left out because other bookings hold their rooms.
        left_out: Vec<String>,
        /// Whether the sample was moved to today, because nobody had changed it.
        dated_anew: bool,
    },
}

/// A sent text, as the hotel's records store it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// The id that the message service gave it.
    pub id: String,
    /// The phone number.
    pub to: String,
    /// Its words.
    pub body: String,
    /// When the service accepted it.
    pub sent_at: Timestamp,
    /// The last status that the service reported.
    pub delivery: Option<String>,
    /// The booking it is about.
    pub booking: Option<BookingNumber>,
}

/// The role.
#[async_trait::async_trait]
pub trait Crm: Send + Sync {
    /// Reads what a workflow needs, in one round trip.
    async fn look(&self, look: &Look) -> Result<Seen, SkillError>;
    /// Rooms, by number.
    async fn rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError>;
    /// Bookings, newest first.
    async fn stays(&self, query: &StayQuery, page: &Page) -> Result<Paged<Listed>, SkillError>;
    /// Cases, newest first.
    async fn cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError>;
    /// People, newest first.
    async fn contacts(&self, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>, SkillError>;
    /// A day of the hotel at a glance; lists are cut to a length that a hotel of any size can show.
    async fn day(&self, query: &DayQuery) -> Result<DaySeen, SkillError>;
    /// Applies all of `changes` or none. Under a key that was committed before, it returns the stored result. `again` says
    /// that an earlier attempt under the key may have taken effect; a system that stores no keys then looks for that effect
    /// first.
    async fn commit(&self, key: &Key, changes: &[Change], again: bool) -> Result<Committed, SkillError>;
    /// The longest first name that it stores, in characters.
    fn longest_first_name(&self) -> usize {
        80
    }
    /// Rehearses [`Self::commit`]: does the same and rolls it back.
    async fn rehearse(&self, changes: &[Change]) -> Result<(), SkillError>;
    /// Loads the sample hotel, with dates around `today`. What is there already stays as it is. If the system holds other
    /// bookings, it does so only with `among_others`.
    async fn load_sample(&self, today: Date, among_others: bool) -> Result<Sample, SkillError>;
    /// The doctor's checks: whether the system can be reached and is set up as the servers use it (also that its prices are
    /// in the hotel's `currency`), and how to mend what is not.
    async fn examine(&self, currency: &str) -> Vec<Check>;
    /// Whether it stores sent texts.
    fn keeps_messages(&self) -> bool;
    /// Stores sent texts, at most 200 at a time; a text it has already stays as it is.
    async fn record_messages(&self, messages: &[SentMessage]) -> Result<(), Outage>;
    /// A name for start-up and recovery that tells this system from others of its kind, such as another org.
    fn runs_on(&self) -> &str;
    /// How many requests count against its daily limit so far, and the limit, as it last said; none if it has no such limit.
    fn requests_today(&self) -> Option<(u64, u64)> {
        None
    }
    /// Whether the system has failed repeatedly and is left alone for a moment.
    fn is_left_alone(&self) -> bool {
        false
    }
}
