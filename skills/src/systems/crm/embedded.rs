//! The embedded hotel: one SQLite file that all servers of a user share.

mod commit;
mod day;
mod looks;
mod other_files;
mod people;
mod rows;
mod searches;
pub(crate) mod seed;
mod wishes;

use super::{Change, Committed, Crm, Sample, SentMessage};
use crate::error::{Outage, SkillError};
use crate::records::{
    Case, CaseQuery, Contact, ContactQuery, DayQuery, DaySeen, Listed, Look, Room, RoomQuery, Seen, StayQuery,
};
use crate::sqlite::{Db, DbError, Durability, Refusable};
use crate::systems::check::{Check, Examination};
use crate::words::{Date, Key, Page, Paged};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

/// The schema's migrations, in order. A change adds a file, or a line for a column; after a release none is ever edited.
pub const MIGRATIONS: &[&str] = &[
    include_str!("embedded/schema.sql"),
    include_str!("embedded/schema_prices.sql"),
    include_str!("embedded/schema_contacts_search.sql"),
    include_str!("embedded/schema_keys.sql"),
    include_str!("embedded/schema_wishes.sql"),
    // Apostrophes, quotation marks and what nobody sees count no more when wishes are compared.
    "UPDATE cases SET wish_digest = NULL;",
];

/// The records of a hotel in SQLite.
pub struct EmbeddedCrm {
    db: Arc<Db>,
    /// The last booking number that the files beside it know of. A restored older copy must not give it out again.
    numbers_given: i64,
}

impl EmbeddedCrm {
    /// Opens the hotel in `folder`; makes and seeds it on first use. If nobody has written to a seeded hotel, it is moved
    /// to `today`; the files beside it may know of a write that a restored copy does not have.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path, today: Date, now: Timestamp) -> Result<Self, DbError> {
        let db = Db::open(folder.join("hotel.db"), MIGRATIONS, |c| seed::plant(c, today, now))?;
        let failed = |error| DbError::of(&folder.join("hotel.db"), error);
        if db.read(|c| seed::is_outdated(c, today)).map_err(failed)? && !other_files::know_a_write(folder) {
            db.write_now(|c| seed::plant_again(c, today, now)).map_err(failed)?;
        }
        let numbers_given = other_files::last_booking_number(folder);
        Ok(Self { db: Arc::new(db), numbers_given })
    }

    /// Its file.
    pub(crate) fn file(&self) -> Arc<Db> {
        Arc::clone(&self.db)
    }
}

#[async_trait::async_trait]
impl Crm for EmbeddedCrm {
    async fn look(&self, look: &Look) -> Result<Seen, SkillError> {
        Ok(self.db.read(|c| looks::look(c, look)).map_err(|error| self.db.unread(&error))?)
    }

    async fn rooms(&self, query: &RoomQuery, page: &Page) -> Result<Paged<Room>, SkillError> {
        Ok(self.db.read(|c| searches::rooms(c, query, page)).map_err(|error| self.db.unread(&error))?)
    }

    async fn stays(&self, query: &StayQuery, page: &Page) -> Result<Paged<Listed>, SkillError> {
        searches::check_cursor(page)?;
        let found =
            self.db.read(|c| searches::stays(c, query, page)).map_err(|error| self.db.unread(&error))?;
        Ok(found.map(|stay| Listed::Stay(Box::new(stay))))
    }

    async fn cases(&self, query: &CaseQuery, page: &Page) -> Result<Paged<Case>, SkillError> {
        searches::check_cursor(page)?;
        Ok(self.db.read(|c| searches::cases(c, query, page)).map_err(|error| self.db.unread(&error))?)
    }

    async fn contacts(&self, query: &ContactQuery, page: &Page) -> Result<Paged<Contact>, SkillError> {
        searches::check_cursor(page)?;
        Ok(self.db.read(|c| people::contacts(c, query, page)).map_err(|error| self.db.unread(&error))?)
    }

    async fn day(&self, query: &DayQuery) -> Result<DaySeen, SkillError> {
        Ok(self.db.read(|c| day::seen(c, *query)).map_err(|error| self.db.unread(&error))?)
    }

    async fn commit(&self, key: &Key, changes: &[Change], _: bool) -> Result<Committed, SkillError> {
        let (key, changes, given) = (key.clone(), changes.to_vec(), self.numbers_given);
        let written =
            self.db.write(Durability::Forced, move |c| commit::commit(c, &key, &changes, given)).await;
        written.map_err(|error| match error {
            Refusable::Refused(refusal) => SkillError::unmet(refusal),
            Refusable::Sqlite(error) => self.db.unwritten(&error).into(),
        })
    }

    /// A transaction that is always rolled back.
    async fn rehearse(&self, changes: &[Change]) -> Result<(), SkillError> {
        let changes = changes.to_vec();
        let tried: Result<(), _> =
            self.db.write(Durability::Relaxed, move |c| Err(commit::rehearse(c, &changes))).await;
        match tried {
            Ok(()) | Err(Refusable::Refused(None)) => Ok(()),
            Err(Refusable::Refused(Some(refusal))) => Err(refusal.into()),
            Err(Refusable::Sqlite(error)) => Err(self.db.unwritten(&error).into()),
        }
    }

    async fn load_sample(&self, _: Date, _: bool) -> Result<Sample, SkillError> {
        Ok(Sample::Inborn)
    }

    /// Reads the newest rows of each kind: a table that is gone, or a row that is not as this program reads it, is told.
    async fn examine(&self, _: &str) -> Vec<Check> {
        let page = Page::most();
        let read = self.db.read(|c| {
            searches::stays(c, &StayQuery::default(), &page)?;
            searches::rooms(c, &RoomQuery::default(), &page)?;
            searches::cases(c, &CaseQuery::default(), &page)?;
            people::contacts(c, &ContactQuery::default(), &page)?;
            c.query_row("SELECT count(*) FROM commits", [], |_| Ok(()))
        });
        let Err(error) = read else {
            return Examination::embedded("records", self.runs_on(), "SALESFORCE_*");
        };
        let mut found = Examination::of("records");
        let mend = "correct this row, or stop all servers and put the whole folder back from a copy";
        found.wrong("embedded", format!("{} cannot be read: {error}", self.db.name()), mend);
        found.checks()
    }

    /// The embedded message service stores them itself (`messages.db`).
    fn keeps_messages(&self) -> bool {
        false
    }

    async fn record_messages(&self, _: &[SentMessage]) -> Result<(), Outage> {
        Ok(())
    }

    fn runs_on(&self) -> &str {
        "the embedded hotel"
    }
}
