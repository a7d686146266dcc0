//! The hotel's records in a Salesforce org. One round trip reads a guest with all stays; writes are one Composite
//! request, all or nothing, which changes nothing unless its preconditions hold.
//!
//! The platform has no compare-and-set. So a commit locks each row by writing a field its own value, queries it by
//! the values it was read with, and addresses the update by the id that query found: if it found none, the reference
//! fails and everything is rolled back.

mod client;
mod commit;
mod day;
mod doctor;
mod draft;
mod facts;
pub mod fields;
mod known;
mod looks;
mod messages;
pub mod metadata;
mod people;
mod plan;
mod rows;
mod sample;
mod searches;
mod session;
mod shares;
mod soql;
mod stays;
mod witness;

use super::{Change, Committed, Crm, Sample, SentMessage};
use crate::error::{Outage, SkillError, System};
use crate::records::{
    Case, CaseQuery, Contact, ContactQuery, DayQuery, DaySeen, Listed, Look, Room, RoomQuery, Seen, StayQuery,
};
use crate::settings::SalesforceSettings;
use crate::systems::check::Check;
use crate::systems::remote::Remote;
use crate::words::{Date, Key, Page, Paged};
use client::Client;
use known::Known;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A Salesforce org.
pub struct Salesforce {
    client: Client,
    /// A cache of the rows read last: a commit after a read need not read them again.
    known: Mutex<Known>,
    /// The Account that new guests and their sales belong to.
    guest_account: Option<String>,
    runs_on: String,
}

impl Salesforce {
    /// An org; each request may take `timeout`. Sends no request yet.
    ///
    /// # Errors
    /// When this machine has no way to speak TLS.
    pub fn new(settings: &SalesforceSettings, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::new(settings, Remote::new(System::Crm, "salesforce", timeout)?);
        let runs_on = format!("Salesforce {}", client.host());
        let guest_account = settings.guest_account.clone();
        Ok(Self { client, known: Mutex::default(), guest_account, runs_on })
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Crm for Salesforce {
    async fn look(&self, look: &Look) -> Result<Seen, SkillError> {
        self.see(look).await
    }

    async fn rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError> {
        self.find_rooms(query, page).await
    }

    async fn stays(&self, query: &StayQuery, page: &Page) -> Result<Paged<Listed>, SkillError> {
        self.find_stays(query, page).await
    }

    async fn cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError> {
        self.find_cases(query, page).await
    }

    async fn contacts(&self, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>, SkillError> {
        self.find_contacts(query, page).await
    }

    async fn day(&self, query: &DayQuery) -> Result<DaySeen, SkillError> {
        self.see_day(*query).await
    }

    /// The changes carry their keys: on the rows they create (`External_ID__c`) and on the payments they record.
    async fn commit(&self, _: &Key, changes: &[Change], again: bool) -> Result<Committed, SkillError> {
        self.apply(changes, again).await
    }

    /// Sends the Composite of a commit with a last subrequest that must fail, so that all of it is rolled back.
    async fn rehearse(&self, changes: &[Change]) -> Result<(), SkillError> {
        self.try_out(changes).await
    }

    async fn load_sample(&self, today: Date, among_others: bool) -> Result<Sample, SkillError> {
        self.load(today, among_others).await
    }

    async fn examine(&self, currency: &str) -> Vec<Check> {
        self.examined(currency).await
    }

    /// It is shorter than the last name.
    fn longest_first_name(&self) -> usize {
        rows::CONTACT.longest("FirstName")
    }

    fn keeps_messages(&self) -> bool {
        true
    }

    async fn record_messages(&self, messages: &[SentMessage]) -> Result<(), Outage> {
        self.keep_messages(messages).await
    }

    fn runs_on(&self) -> &str {
        &self.runs_on
    }

    fn requests_today(&self) -> Option<(u64, u64)> {
        self.client.daily.last()
    }

    fn is_left_alone(&self) -> bool {
        self.client.remote.is_left_alone()
    }
}
