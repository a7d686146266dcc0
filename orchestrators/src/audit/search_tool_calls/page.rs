//! A page of calls in the form the trail shows.

use super::texts;
use super::{CallOutcome, SearchToolCalls, StepView, ToolCall, ToolCallList};
use crate::engine::{Page, PageQuery, PageRow, StepOfPage};
use crate::saga::outcome::Outcome;
use jiff::Timestamp;
use serde_json::{Map, Value};
use skills::ErrorCode;
use skills::words::{Cursor, stored};

impl SearchToolCalls {
    /// The query for the trail.
    pub(super) fn query(&self, since: Option<String>) -> PageQuery {
        let before = self.cursor.as_ref().map(|cursor| {
            let (moment, id) = cursor.key().split_once(' ').unwrap_or_default();
            (moment.to_owned(), id.parse::<i64>().unwrap_or(0))
        });
        PageQuery {
            token: self.idempotency_token.as_ref().map(ToString::to_string),
            person: self.guest_email.as_ref().map(ToString::to_string),
            subject: self.booking_number.as_ref().map(ToString::to_string),
            tool: self.tool.as_ref().map(|tool| tool.as_str().to_owned()),
            outcome: self.outcome.and_then(CallOutcome::one),
            unfinished: self.outcome == Some(CallOutcome::Pending),
            since,
            before,
            limit: usize::from(self.limit.unwrap_or_default().get()),
        }
    }
}

/// A page in the form the trail shows.
pub(super) fn shown(page: Page) -> ToolCallList {
    let Page { rows, more } = page;
    let last = rows.last().filter(|_| more);
    let next_cursor = last.map(|call| Cursor::after(&format!("{} {}", call.started_at, call.id)));
    let tool_calls: Vec<_> = rows.into_iter().map(ToolCall::of).collect();
    ToolCallList { count: tool_calls.len(), tool_calls, next_cursor }
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}

impl ToolCall {
    /// A call in the form the trail shows.
    pub(crate) fn of(call: PageRow) -> Self {
        // Mostly 0: then left out.
        let times = |times: i64| Some(times).filter(|times| *times > 0);
        let (mut arguments, mut answer) = (object(call.arguments), call.answer.map(object));
        let (guest_wrote, mut truncated) = (texts::guest_wrote(&arguments), vec![]);
        texts::cut("arguments", &mut arguments, &mut truncated);
        if let Some(answer) = &mut answer {
            texts::cut("answer", answer, &mut truncated);
        }
        let outcome = CallOutcome::of(call.outcome);
        let pending = outcome == CallOutcome::Pending;
        let mended_by =
            call.error_code.as_deref().and_then(ErrorCode::named).map(|code| code.kind().mended_by());
        let done_when_cancelled =
            call.cancelled_at.as_deref().map(|at| begun_by(at, &call.steps)).unwrap_or_default();
        let next_try_at = call.next_try_at.filter(|at| pending && *at > 0);
        Self {
            mended_by: mended_by.map(str::to_owned),
            waiting_because: call.because.clone().filter(|_| pending),
            refused_because: call.because.filter(|_| !pending),
            waits_for_guest: call.outcome == Outcome::Waiting,
            next_try_at: next_try_at.and_then(|at| Timestamp::from_millisecond(at).ok()).map(stored),
            tool: call.tool,
            persona: call.persona,
            caller: call.caller,
            idempotency_token: call.token,
            arguments,
            guest_email: call.person,
            booking_number: call.subject,
            outcome,
            error_code: call.error_code,
            started_at: call.started_at,
            finished_at: call.finished_at.filter(|_| !pending),
            cancelled_at: call.cancelled_at,
            done_when_cancelled,
            rows: call.rows,
            answer,
            replays: times(call.replays),
            last_replayed_at: call.last_replayed_at,
            recoveries: times(call.recoveries),
            asked_again: times(call.asked_again),
            steps: call.steps.into_iter().map(step).collect(),
            guest_wrote,
            truncated,
        }
    }
}

/// The steps that had ended at a moment, and those that had begun.
fn begun_by(moment: &str, steps: &[StepOfPage]) -> Vec<String> {
    let at = |text: &str| text.parse::<Timestamp>().ok();
    let Some(moment) = at(moment) else { return vec![] };
    let said = |step: &StepOfPage| {
        let began = at(&step.started_at).filter(|began| *began <= moment)?;
        let ended = step.duration_ms.map(|ms| began + jiff::SignedDuration::from_millis(ms));
        let outcome =
            if ended.is_some_and(|ended| ended <= moment) { step.outcome.as_str() } else { "begun" };
        Some(format!("{}: {outcome}", step.name))
    };
    steps.iter().filter_map(said).collect()
}

fn step(step: StepOfPage) -> StepView {
    let StepOfPage { name, outcome, started_at, duration_ms } = step;
    StepView { name, outcome, started_at, duration_ms }
}

impl CallOutcome {
    const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Running | Outcome::Waiting => Self::Pending,
            Outcome::Done => Self::Done,
            Outcome::Refused => Self::Refused,
            Outcome::Failed => Self::Failed,
            Outcome::NeedsAttention => Self::NeedsAttention,
        }
    }

    /// The one outcome it stands for; none if it stands for several.
    const fn one(self) -> Option<Outcome> {
        match self {
            Self::Done => Some(Outcome::Done),
            Self::Refused => Some(Outcome::Refused),
            Self::Failed => Some(Outcome::Failed),
            Self::Pending => None,
            Self::NeedsAttention => Some(Outcome::NeedsAttention),
        }
    }
}
