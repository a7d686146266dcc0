//! The schedule: `reconcile --fix` by rule, every few minutes over what is new since the last clean run, and over the
//! whole 30 days once in a day of the hotel. Of all servers on a journal, one is elected for each run.
//!
//! Two machines on one org have a journal each, and so may both run it. That does no harm: a fix is a saga under a key
//! derived from the payment, it changes a stay only from the state it saw, and a payment just made is left alone.

mod pace;

use crate::engine::journal::{AfterRun, Schedule};
use crate::engine::{Calls, Duty, Engine};
use crate::operate::reconcile::{Leaves, settle_by_rule};
use crate::saga::SagaError;
use crate::saga::erased::Boxed;
use crate::tool::Toolset;
use jiff::{SignedDuration, Timestamp};
use skills::Calendar;
use skills::requests::{self, Budget};
use skills::settings::Settings;
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
                Some(schedule) => self.run(&engine, &schedule).await,
                None => Ok(()),
            }
        })
    }
}

impl Reconciling {
    async fn run(&self, engine: &Arc<Engine>, schedule: &Schedule) -> Result<(), SagaError> {
        let run = Run::of(&engine.settings().calendar, schedule, skills::clock::now());
        let Some((settled, sent)) = run.here(engine).await? else { return Ok(()) };
        let after = run.after(engine.settings(), self.every, &settled, sent, skills::clock::now());
        engine.journal().end_run(engine.systems(), engine.owner().to_owned(), after).await
    }
}

/// One whole run, for an engine that elects in its own way: what is known of the schedule then, and when the next run is due.
#[cfg(feature = "restate")]
pub(crate) async fn run_once(calls: &dyn Calls, known: Schedule, every: Duration) -> (Schedule, Timestamp) {
    let run = Run::of(&calls.settings().calendar, &known, skills::clock::now());
    let budget = run.budget();
    let settled = run.settle(calls, &budget).await;
    let sent = budget.sent();
    let after = run.after(calls.settings(), every, &settled, sent, skills::clock::now());
    (known.after(&after, &run.day, run.spent.saturating_add(sent)), after.next_at)
}

/// One run.
struct Run {
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
    /// The run that begins now.
    fn of(calendar: &Calendar, schedule: &Schedule, began: Timestamp) -> Self {
        let day = calendar.day_of(began);
        let whole = schedule.whole_on != Some(day.to_string());
        let earliest = began - WHOLE;
        let first = match schedule.clean_at {
            Some(clean) if !whole => (clean - OVERLAP).max(earliest),
            _ => earliest,
        };
        Self { began, day, first, whole, spent: schedule.spent_on(&day) }
    }

    /// The requests that it may make.
    fn budget(&self) -> Arc<Budget> {
        Arc::new(Budget::new(A_DAY.saturating_sub(self.spent)))
    }

    /// Settles what does not agree.
    async fn settle(&self, calls: &dyn Calls, budget: &Arc<Budget>) -> Result<Leaves, String> {
        let settled = requests::within(Arc::clone(budget), settle_by_rule(calls, self.first)).await;
        settled.map_err(|error| format!("{error:#}"))
    }

    /// Runs it in this process, as long as this process has it.
    async fn here(&self, engine: &Arc<Engine>) -> Result<Option<(Result<Leaves, String>, u32)>, SagaError> {
        let budget = self.budget();
        let mut work = std::pin::pin!(self.settle(engine, &budget));
        let mut counted = 0;
        loop {
            tokio::select! {
                settled = &mut work => {
                    self.keep(engine, &budget, &mut counted).await?;
                    return Ok(Some((settled, budget.sent())));
                }
                () = tokio::time::sleep(RENEW) => {
                    if engine.is_closing() || !self.keep(engine, &budget, &mut counted).await? {
                        return Ok(None); // another process runs it when the lease has ended
                    }
                }
            }
        }
    }

    /// Renews the lease and counts what was sent since; whether this process still has the run.
    async fn keep(&self, engine: &Engine, budget: &Budget, counted: &mut u32) -> Result<bool, SagaError> {
        let sent = budget.sent();
        let new = sent.saturating_sub(std::mem::replace(counted, sent));
        let owner = engine.owner().to_owned();
        engine.journal().keep_schedule(engine.systems(), owner, self.day, new).await
    }

    /// What the next run finds, said in the log too.
    fn after(
        &self,
        settings: &Settings,
        every: Duration,
        settled: &Result<Leaves, String>,
        sent: u32,
        now: Timestamp,
    ) -> AfterRun {
        let spent = self.spent.saturating_add(sent);
        let problem = match settled {
            _ if spent >= A_DAY => Some(format!(
                "the {A_DAY} requests to Salesforce that it may make in a day are used up; it goes on tomorrow"
            )),
            Err(error) => Some(error.clone()),
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
        let tomorrow = settings.calendar.start_of(self.day.plus_days(1));
        AfterRun {
            next_at: now + pace::pause(every, spent, sent, tomorrow.map(|at| at.duration_since(now))),
            clean_at: is_clean.then_some(self.began),
            whole_on: (is_clean && self.whole).then(|| self.day.to_string()),
            for_person,
            problem,
        }
    }
}
