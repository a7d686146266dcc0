//! The schedule: `reconcile --fix` by rule, every few minutes over what is new since the last clean run, and over the
//! whole 30 days once in a day of the hotel. Of all servers on a journal, one is elected for each run.
//!
//! Two machines on one org have a journal each, and so may both run it. That does no harm: a fix is a saga under a key
//! derived from the payment, it changes a stay only from the state it saw, and a payment just made is left alone.

mod pace;

use crate::engine::journal::{AfterRun, Journal, Schedule};
use crate::engine::{Duty, Engine};
use crate::operate::reconcile::{Leaves, settle_by_rule};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::tool::Toolset;
use jiff::{SignedDuration, Timestamp};
use skills::requests::{self, Budget};
use skills::words::Date;
use std::sync::Arc;
use std::time::Duration;

/// The requests to Salesforce that the schedule makes in a day of the hotel, in all.
pub(crate) const A_DAY: u32 = 300;
/// How far a run over the whole looks back.
const WHOLE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far before the last clean run a run begins: what was too fresh then is looked at again.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);
/// How often the lease of a run is renewed, and its requests counted.
const RENEW: Duration = Duration::from_millis(1_500);

/// The routine of a server that may settle what does not agree.
struct Reconciling {
    every: Duration,
}

/// The schedule of a server; none for a persona without the operator's commands, for a server that changes nothing, or if
/// it is turned off.
pub(crate) fn routines(toolset: &Toolset, every: Option<Duration>) -> Vec<Arc<dyn Duty>> {
    let may = toolset.persona().operates && toolset.tools().iter().any(|tool| tool.effect.writes());
    let routine = every.filter(|_| may).map(|every| -> Arc<dyn Duty> { Arc::new(Reconciling { every }) });
    routine.into_iter().collect()
}

impl Duty for Reconciling {
    fn see_to(&self, engine: Arc<Engine>) -> Boxed<'_, Result<(), SagaError>> {
        Box::pin(async move {
            let elected = engine.journal().elect(engine.systems(), engine.owner().to_owned()).await?;
            match elected {
                Some(schedule) => Run::of(engine, &schedule, self.every).run().await,
                None => Ok(()),
            }
        })
    }
}

/// One run.
struct Run {
    engine: Arc<Engine>,
    every: Duration,
    began: Timestamp,
    /// The hotel's day.
    day: Date,
    /// What it looks at begins here.
    first: Timestamp,
    /// Whether that is the whole 30 days.
    whole: bool,
    /// The requests of this day that were made before it.
    spent: u32,
}

impl Run {
    fn of(engine: Arc<Engine>, schedule: &Schedule, every: Duration) -> Self {
        let began = skills::clock::now();
        let day = engine.hotel().day_of(began);
        let whole = schedule.whole_on != Some(day.to_string());
        let earliest = began - WHOLE;
        let first = match schedule.clean_at {
            Some(clean) if !whole => (clean - OVERLAP).max(earliest),
            _ => earliest,
        };
        let spent = schedule.spent_on(&day);
        Self { engine, every, began, day, first, whole, spent }
    }

    async fn run(self) -> Result<(), SagaError> {
        let budget = Arc::new(Budget::new(A_DAY.saturating_sub(self.spent)));
        let settled = {
            let calls = Arc::clone(&self.engine);
            let work = async move { settle_by_rule(&calls, self.first).await };
            let mut work = std::pin::pin!(requests::within(Arc::clone(&budget), work));
            let mut counted = 0;
            loop {
                tokio::select! {
                    settled = &mut work => {
                        self.keep(&budget, &mut counted).await?;
                        break settled;
                    }
                    () = tokio::time::sleep(RENEW) => {
                        if self.engine.is_closing() || !self.keep(&budget, &mut counted).await? {
                            return Ok(()); // another process runs it when the lease has ended
                        }
                    }
                }
            }
        };
        let after = self.after(&settled, budget.sent());
        self.journal().end_run(self.engine.systems(), self.engine.owner().to_owned(), after).await
    }

    fn journal(&self) -> &Journal {
        self.engine.journal()
    }

    /// Renews the lease and counts what was sent since; whether this process still has the run.
    async fn keep(&self, budget: &Budget, counted: &mut u32) -> Result<bool, SagaError> {
        let sent = budget.sent();
        let new = sent.saturating_sub(std::mem::replace(counted, sent));
        let owner = self.engine.owner().to_owned();
        self.journal().keep_schedule(self.engine.systems(), owner, self.day, new).await
    }

    /// What the next run finds, said in the log too.
    fn after(&self, settled: &anyhow::Result<Leaves>, sent: u32) -> AfterRun {
        let spent = self.spent.saturating_add(sent);
        let problem = match settled {
            _ if spent >= A_DAY => Some(format!(
                "the {A_DAY} requests to Salesforce that it may make in a day are used up; it goes on tomorrow"
            )),
            Err(error) => Some(format!("{error:#}")),
            Ok(Leaves { unsettled: n @ 1.., .. }) => Some(format!("{n} findings could not be settled yet")),
            Ok(Leaves { in_hand: true, .. }) => Some("calls are unfinished".to_owned()),
            Ok(_) => None,
        };
        let for_person =
            settled.as_ref().map_or(0, |leaves| u32::try_from(leaves.for_person).unwrap_or(u32::MAX));
        match settled {
            Ok(leaves) if leaves.fixed + leaves.for_person + leaves.unsettled > 0 => tracing::warn!(
                fixed = leaves.fixed,
                for_person = leaves.for_person,
                unsettled = leaves.unsettled,
                "the schedule found payments and stays that did not agree; staff-server reconcile shows what is left"
            ),
            Ok(_) => tracing::info!(sent, "the schedule found payments and stays in agreement"),
            Err(_) => {}
        }
        if let Some(problem) = problem.as_ref().filter(|_| settled.is_err() || spent >= A_DAY) {
            tracing::warn!(problem, "a run of the schedule did not end");
        }
        let is_clean = problem.is_none();
        let now = skills::clock::now();
        let tomorrow = self.engine.settings().calendar.start_of(self.day.plus_days(1));
        AfterRun {
            next_at: now + pace::pause(self.every, spent, sent, tomorrow.map(|at| at.duration_since(now))),
            clean_at: is_clean.then_some(self.began),
            whole_on: (is_clean && self.whole).then(|| self.day.to_string()),
            for_person,
            problem,
        }
    }
}
