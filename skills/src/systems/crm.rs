//! The role of the hotel's records: who the guests are, what they booked, where rooms and cases stand.
//!
//! An implementation is dumb on purpose. It reads whole stays in one round trip, and it applies a list of
//! changes all or nothing, each against what it expects to find. What a hotel may do is decided above it.

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
    Case, CaseQuery, Contact, ContactQuery, Listed, Look, Room, RoomQuery, Seen, StayQuery,
};
use crate::words::{BookingNumber, CaseNumber, Date, Key, Page, Paged};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The booking it is about.
    pub booking: Option<BookingNumber>,
}

/// The role.
#[async_trait::async_trait]
pub trait Crm: Send + Sync {
    /// What a workflow needs, in one round trip.
    async fn look(&self, look: &Look) -> Result<Seen, SkillError>;
    /// Rooms, by number.
    async fn rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError>;
    /// Bookings, newest first.
    async fn stays(&self, query: &StayQuery, page: &Page) -> Result<Paged<Listed>, SkillError>;
    /// Cases, newest first.
    async fn cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError>;
    /// People, newest first.
    async fn contacts(&self, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>, SkillError>;
    /// Applies all of `changes` or none. Under a key that was committed before it answers what it answered then.
    /// `again` says that an earlier attempt under the key may have taken effect: a system that keeps no keys looks for it.
    async fn commit(&self, key: &Key, changes: &[Change], again: bool) -> Result<Committed, SkillError>;
    /// The longest first name it keeps, in characters.
    fn longest_first_name(&self) -> usize {
        80
    }
    /// Tries what [`Self::commit`] would do, and lets nothing of it stand.
    async fn rehearse(&self, changes: &[Change]) -> Result<(), SkillError>;
    /// Loads the sample hotel, dated for `today`; what is there already stays as it is. Where the system holds bookings of
    /// others, only if it may be `among_others`.
    async fn load_sample(&self, today: Date, among_others: bool) -> Result<Sample, SkillError>;
    /// What a doctor finds: whether it can be reached and is set up as it is used, prices in the hotel's `currency` among that,
    /// and how to mend it.
    async fn examine(&self, currency: &str) -> Vec<Check>;
    /// Whether it keeps texts that were sent.
    fn keeps_messages(&self) -> bool;
    /// Keeps texts that were sent, at most 200; one that it has already stays as it is.
    async fn record_messages(&self, messages: &[SentMessage]) -> Result<(), Outage>;
    /// For start-up and recovery: what the role runs on, told apart from others of its kind.
    fn runs_on(&self) -> &str;
}
