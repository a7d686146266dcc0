//! The audit trail on the engine: lists of rows by hour, guest, booking and token, and the calls they name.

mod forgetting;
mod hours;

use super::beside::Beside;
use super::remote::{SHORT, unread};
use super::wire::{Cleared, Entry, HOUR, ListQuery, Row, WasCleared, list, place};
use crate::engine::{
    Backlog, Changes, Elsewhere, FORGOTTEN, Forget, Forgotten, OpenCall, Page, PageQuery, PageRow, PastWrite,
    SeenTo, StepOfPage, Trail,
};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::saga::ledger::History;
use crate::saga::outcome::Outcome;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use skills::systems::ingress::{Again, Ingress};
use skills::words::{Key, stored};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long what was read of who waits is used.
const FRESH: Duration = Duration::from_secs(2);
/// A call that has run for longer, and does not rest, was stopped from outside.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// The most rows that one request brings.
const PART: usize = 200;

/// The audit trail of a hotel.
pub(super) struct RemoteTrail {
    ingress: Arc<Ingress>,
    beside: Arc<Beside>,
    hotel: String,
    days: u32,
    /// Since when which subjects wait, and when that was read.
    waits: Mutex<(HashMap<String, Timestamp>, Option<Instant>)>,
}

impl RemoteTrail {
    pub(super) fn new(ingress: Arc<Ingress>, beside: Arc<Beside>, hotel: String, days: u32) -> Self {
        Self { ingress, beside, hotel, days, waits: Mutex::default() }
    }

    /// Learns which subjects wait for something, which reads show. If the engine cannot be asked, what was known stays.
    pub(super) async fn learn_who_waits(&self, until: Instant) {
        let is_fresh = |read: Option<Instant>| read.is_some_and(|read| read.elapsed() < FRESH);
        if is_fresh(self.waits().1) {
            return;
        }
        let handler = format!("Trail/{}/waits", list(&self.hotel, "waits", ""));
        let asked: Result<Vec<(String, Timestamp)>, _> =
            self.beside.ask(&self.ingress, &handler, &(), until).await;
        match asked {
            Ok(waits) => *self.waits() = (waits.into_iter().collect(), Some(Instant::now())),
            Err(error) => tracing::warn!(%error, "who waits for a refund is not known"),
        }
    }

    fn waits(&self) -> MutexGuard<'_, (HashMap<String, Timestamp>, Option<Instant>)> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks what may be asked twice.
    async fn ask<T: DeserializeOwned>(
        &self,
        handler: &str,
        request: &impl Serialize,
    ) -> Result<T, SagaError> {
        self.ingress.ask(handler, request, Again::Freely, SHORT).await.map_err(|error| unread(&error))
    }

    /// Asks for a change whose answer says whether it was made.
    async fn change<T: DeserializeOwned>(
        &self,
        handler: &str,
        request: &impl Serialize,
    ) -> Result<T, SagaError> {
        let once = uuid::Uuid::new_v4().to_string();
        self.ingress.ask(handler, request, Again::Once(&once), SHORT).await.map_err(|error| unread(&error))
    }

    /// The rows of a list that fit, newest first.
    async fn rows(&self, list: &str, query: &ListQuery) -> Result<Vec<Row>, SagaError> {
        self.ask(&format!("Trail/{list}/page"), query).await
    }

    /// All rows of a list that fit, newest first.
    async fn all_rows(&self, list: &str, query: &ListQuery) -> Result<Vec<Row>, SagaError> {
        let (mut all, mut query) = (vec![], ListQuery { limit: PART, ..query.clone() });
        loop {
            let part = self.rows(list, &query).await?;
            query.before = part.last().map(Row::place);
            let is_last = part.len() < PART;
            all.extend(part);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Rows that fit, newest first, from the list that has the fewest others.
    async fn found(&self, query: &ListQuery) -> Result<Vec<Row>, SagaError> {
        let name = match query {
            ListQuery { token: Some(token), .. } => Some(list(&self.hotel, "token", token)),
            ListQuery { person: Some(person), .. } => Some(list(&self.hotel, "person", person)),
            ListQuery { subject: Some(subject), .. } => Some(list(&self.hotel, "subject", subject)),
            ListQuery { unfinished: true, .. }
            | ListQuery { outcome: Some(Outcome::Running | Outcome::Waiting), .. } => {
                Some(list(&self.hotel, "open", ""))
            }
            _ => None,
        };
        if let Some(name) = name {
            return self.rows(&name, query).await;
        }
        self.found_by_hour(query.clone()).await
    }

    async fn entry(&self, row: &Row) -> Result<Option<Entry>, SagaError> {
        match &row.call {
            Some((key, attempt)) => self.ask(&format!("Calls/{key}/show"), attempt).await,
            None => Ok(None),
        }
    }

    /// While a call runs, only its client's own object knows that it was cancelled.
    async fn learn_of_cancelling(&self, entry: &mut Entry) -> Result<(), SagaError> {
        let runs = entry.outcome == Outcome::Running && entry.cancelled_at.is_none();
        if let Some(client) = entry.asking.client.as_ref().filter(|_| runs) {
            entry.cancelled_at = self.ask(&format!("Cancellations/{client}/noted"), &()).await?;
        }
        Ok(())
    }

    async fn clear(&self, row: &Row, answer: Option<Value>) -> Result<WasCleared, SagaError> {
        let Some((key, attempt)) = &row.call else { return Ok(WasCleared::NothingToClear) };
        let cleared = Cleared { attempt: *attempt, answer };
        self.change(&format!("Calls/{key}/clear"), &cleared).await
    }

    async fn get_page(&self, query: PageQuery) -> Result<Page, SagaError> {
        let PageQuery { token, person, subject, tool, outcome, unfinished, since, before, limit } = query;
        let before = before.map(|(moment, id)| place(&moment, id));
        let wanted = ListQuery {
            token,
            person,
            subject,
            tool,
            outcome,
            unfinished,
            before,
            from: since,
            limit: limit + 1,
        };
        let mut found = self.found(&wanted).await?;
        let more = found.len() > limit;
        found.truncate(limit);
        let mut rows = vec![];
        for row in found {
            let mut entry = self.entry(&row).await?;
            if let Some(entry) = &mut entry {
                self.learn_of_cancelling(entry).await?;
            }
            rows.push(page_row(row, entry));
        }
        Ok(Page { rows, more })
    }

    async fn list_attention(&self) -> Result<Vec<OpenCall>, SagaError> {
        let rows = self.all_rows(&list(&self.hotel, "staff", ""), &ListQuery::default()).await?;
        let mut open = vec![];
        for row in rows {
            let answer = self.entry(&row).await?.and_then(|entry| entry.answer);
            open.push(OpenCall {
                id: row.id,
                tool: row.tool,
                caller: row.caller,
                token: row.token.unwrap_or_default(),
                subject: row.about.subject,
                started_at: row.started_at,
                why: answer.and_then(|answer| answer["details"]["why"].as_str().map(str::to_owned)),
            });
        }
        Ok(open)
    }

    async fn clear_token(&self, token: String, answer: Value) -> Result<SeenTo, SagaError> {
        let query = ListQuery { token: Some(token.clone()), ..ListQuery::default() };
        let mut cleared = false;
        for row in self.all_rows(&list(&self.hotel, "token", &token), &query).await? {
            let Some(entry) = self.entry(&row).await? else { continue };
            let age = skills::clock::now().duration_since(entry.asking.held.started_at);
            if entry.outcome == Outcome::Running && entry.next_try_at.is_none() && age < LONGEST {
                return Ok(SeenTo::Running);
            }
            match self.clear(&row, Some(answer.clone())).await? {
                WasCleared::NothingToClear => {}
                WasCleared::Cleared => cleared = true,
                WasCleared::TookMoney => return Ok(SeenTo::Paid),
            }
        }
        Ok(if cleared { SeenTo::Done } else { SeenTo::None })
    }

    /// The writes of every caller whose same call an outage ended, oldest first.
    async fn past_writes(&self, since: &str) -> Result<Vec<PastWrite>, SagaError> {
        let mut writes = vec![];
        for hour in self.hours().await? {
            if hour.name() < &since[..since.len().min(HOUR)] {
                break;
            }
            let query = ListQuery { from: Some(since.to_owned()), ..ListQuery::default() };
            for row in self.all_of_hour(&hour, &query).await? {
                if let Some(entry) = self.entry(&row).await? {
                    writes.push((row, entry));
                }
            }
        }
        writes.reverse();
        let wish = |entry: &Entry| {
            let held = &entry.asking.held;
            (held.caller.clone(), held.tool.clone(), held.arguments.to_string())
        };
        let is_forgotten = |entry: &Entry| entry.asking.fingerprint == Key::derived(&[FORGOTTEN]);
        let failed = writes.iter().map(|(_, entry)| entry);
        let failed = failed.filter(|entry| entry.outcome == Outcome::Failed && !is_forgotten(entry));
        let wishes: HashSet<_> = failed.map(wish).collect();
        let key = |entry: &Entry| (entry.asking.held.caller.clone(), entry.asking.held.token.clone());
        let bound: HashSet<_> =
            writes.iter().map(|(_, entry)| entry).filter(|entry| entry.bound).map(key).collect();
        let wanted = writes.into_iter().filter(|(_, entry)| wishes.contains(&wish(entry)));
        Ok(wanted
            .map(|(row, entry)| PastWrite {
                acts_for: entry.asking.held.acts_for.clone(),
                explicit_token: entry.asking.explicit_token,
                is_token_free: !bound.contains(&key(&entry)),
                systems: entry.asking.systems.clone(),
                consent: entry.asking.held.consent.clone(),
                is_cleared: entry.resolved_at.is_some(),
                call: page_row(row, Some(entry)),
            })
            .collect())
    }
}

fn counted(rows: &[Row]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

fn page_row(row: Row, entry: Option<Entry>) -> PageRow {
    let mut page = PageRow {
        id: row.id,
        tool: row.tool,
        persona: row.persona,
        caller: row.caller,
        token: row.token,
        arguments: row.arguments,
        person: row.about.person,
        subject: row.about.subject,
        outcome: row.outcome,
        error_code: row.error_code,
        started_at: stored(row.started_at),
        finished_at: row.finished_at.map(stored),
        rows: row.rows,
        answer: None,
        replays: 0,
        last_replayed_at: None,
        recoveries: 0,
        asked_again: 0,
        because: None,
        cancelled_at: None,
        next_try_at: None,
        steps: vec![],
    };
    let Some(entry) = entry else { return page };
    page.arguments = entry.asking.held.arguments;
    page.outcome = entry.outcome;
    page.error_code = entry.error_code;
    page.finished_at = entry.finished_at.map(stored);
    page.answer = entry.answer;
    page.replays = entry.replays;
    page.last_replayed_at = entry.last_replayed_at.map(stored);
    page.recoveries = entry.recoveries;
    page.asked_again = entry.asking.held.asked_again;
    page.because = entry.because;
    page.cancelled_at = entry.cancelled_at.map(stored);
    page.next_try_at = entry.next_try_at.map(Timestamp::as_millisecond);
    let steps = entry.steps.into_iter().map(|step| StepOfPage {
        outcome: step.outcome.word().to_owned(),
        started_at: stored(step.started_at),
        duration_ms: step.duration_ms,
        name: step.name,
    });
    let messages = entry.messages.into_iter().map(|message| StepOfPage {
        name: "send_sms".to_owned(),
        outcome: message.state,
        started_at: stored(message.changed_at),
        duration_ms: None,
    });
    page.steps = steps.chain(messages).collect();
    page
}

impl Trail for RemoteTrail {
    fn page(&self, query: PageQuery) -> Boxed<'_, Result<Page, SagaError>> {
        Box::pin(self.get_page(query))
    }

    fn need_attention(&self) -> Boxed<'_, Result<Vec<OpenCall>, SagaError>> {
        Box::pin(self.list_attention())
    }

    fn in_hand(&self) -> Boxed<'_, Result<HashSet<String>, SagaError>> {
        Box::pin(async move {
            let rows = self.all_rows(&list(&self.hotel, "open", ""), &ListQuery::default()).await?;
            Ok(rows.into_iter().filter_map(|row| row.about.subject).collect())
        })
    }

    fn backlog(&self) -> Boxed<'_, Result<Backlog, SagaError>> {
        Box::pin(async move {
            let all = ListQuery::default();
            let open = self.all_rows(&list(&self.hotel, "open", ""), &all).await?;
            let for_staff = self.all_rows(&list(&self.hotel, "staff", ""), &all).await?;
            Ok(Backlog {
                unfinished: counted(&open),
                oldest: open.iter().map(|row| row.started_at).min(),
                need_attention: counted(&for_staff),
            })
        })
    }

    fn elsewhere<'a>(&'a self, _: &'a str) -> Boxed<'a, Result<Elsewhere, SagaError>> {
        // Calls on other systems are another hotel's to the engine.
        Box::pin(std::future::ready(Ok(HashMap::new())))
    }

    fn refused_by_outage<'a>(&'a self, since: &'a str) -> Boxed<'a, Result<Vec<PastWrite>, SagaError>> {
        Box::pin(self.past_writes(since))
    }

    /// Each look would be a request to the engine.
    fn changes(&self) -> Option<&dyn Changes> {
        None
    }

    fn history(&self) -> &dyn History {
        self
    }

    fn resolve(&self, id: i64) -> Boxed<'_, Result<(), SagaError>> {
        Box::pin(async move {
            let rows = self.all_rows(&list(&self.hotel, "staff", ""), &ListQuery::default()).await?;
            for row in rows.iter().filter(|row| row.id == id) {
                self.clear(row, None).await?;
            }
            Ok(())
        })
    }

    fn see_to(&self, token: String, answer: Value) -> Boxed<'_, Result<SeenTo, SagaError>> {
        Box::pin(self.clear_token(token, answer))
    }

    fn forget<'a>(&'a self, person: &'a dyn Forget) -> Boxed<'a, Result<Forgotten, SagaError>> {
        Box::pin(self.forget_person(person))
    }
}

/// What reads show of earlier calls. A saga asks where its subject is held.
impl History for RemoteTrail {
    fn first_refused(&self, subject: &str, _: &str, _: &[&str]) -> Result<Option<Timestamp>, SagaError> {
        Ok(self.waits().0.get(subject).copied())
    }

    fn were_seen_to(&self, _: &str, _: &str, _: Timestamp) -> Result<bool, SagaError> {
        Err(SagaError::bug("a read asked what staff have seen to"))
    }
}
