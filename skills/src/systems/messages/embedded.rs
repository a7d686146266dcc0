//! The embedded message service: a table that can be read back (`messages.db`, table `messages`).

use super::{Delivery, Messages, Sms};
use crate::error::{Outage, SkillError, System};
use crate::sqlite::{Db, DbError, Durability};
use crate::systems::check::{Check, Examination};
use crate::words::{Key, stored};
use rusqlite::params;
use std::path::Path;

const MIGRATIONS: &[&str] = &["CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  to_number TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_at TEXT NOT NULL
);"];

/// Messages that go to a table.
pub struct EmbeddedMessages {
    db: Db,
}

impl EmbeddedMessages {
    /// Opens the messages in `folder`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path) -> Result<Self, DbError> {
        Ok(Self { db: Db::open(folder.join("messages.db"), MIGRATIONS, |_| Ok(()))? })
    }
}

#[async_trait::async_trait]
impl Messages for EmbeddedMessages {
    async fn send(&self, key: &Key, sms: &Sms) -> Result<String, SkillError> {
        let (key, sms, now) = (key.clone(), sms.clone(), stored(crate::clock::now()));
        let id: rusqlite::Result<i64> = self
            .db
            .write(Durability::Relaxed, move |c| {
                c.prepare_cached(
                    "INSERT INTO messages (key, to_number, body, sent_at) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (key) DO UPDATE SET key = key RETURNING id",
                )?
                .query_row(params![key, sms.to, sms.body, now], |row| row.get(0))
            })
            .await;
        match id {
            Ok(id) => Ok(format!("SM{id:032}")),
            Err(error) => Err(Outage::unknown(System::Messages, error).into()),
        }
    }

    async fn examine(&self) -> Vec<Check> {
        Examination::embedded("messages", self.runs_on(), "TWILIO_*")
    }

    fn repeats(&self) -> bool {
        true
    }

    /// It is in the table, and that is all.
    fn tells_deliveries(&self) -> bool {
        false
    }

    async fn delivery(&self, _: &str) -> Result<Option<Delivery>, SkillError> {
        Ok(None)
    }

    fn runs_on(&self) -> &str {
        "the embedded table of messages"
    }
}
