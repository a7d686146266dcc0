//! A call's states, and the only allowed moves between them.
//!
//! ```text
//!            ┌─ rests ─┐
//!            ▼         │         ┌─ done, refused, failed
//! (begins) running ────┴─ ends ──┤
//!            ▲  │                ├─ needs_attention ── seen to (stays so, and is listed no more)
//!   resumes  │  │                └─ waiting, for the guest
//!            └──┼───────────────────┘  │
//!               └─ taken over: refused; never begun: failed; ended by hand: needs_attention
//! ```

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// The state of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It runs, or rests until its caller or recovery continues it.
    Running,
    /// It waits for the guest.
    Waiting,
    /// It did what was asked.
    Done,
    /// It was refused for good, and none of its effects remain.
    Refused,
    /// A system could not be reached, and nothing was done.
    Failed,
    /// An effect remains that a person must deal with.
    NeedsAttention,
}

/// The events that move a call to another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// Its saga ended, or waits for the guest to do something.
    Ends(Ending),
    /// It cannot be finished now; recovery retries it later.
    Rests,
    /// Recovery, or a retry by its caller, continues it.
    Resumes,
    /// Another call ends it and takes over its locks.
    IsTakenOver,
    /// Its process died before its first effect.
    NeverBegan,
    /// A person ends it.
    IsEndedByHand,
    /// A person has dealt with what it left.
    IsSeenTo,
}

/// How a saga ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // each is the outcome of the same name
pub(crate) enum Ending {
    Done,
    Refused,
    Failed,
    Waiting,
    NeedsAttention,
}

/// A move that is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IllegalMove {
    pub(crate) from: Outcome,
    pub(crate) event: Event,
}

impl Outcome {
    /// Every outcome.
    pub(crate) const ALL: [Self; 6] =
        [Self::Running, Self::Waiting, Self::Done, Self::Refused, Self::Failed, Self::NeedsAttention];

    /// The state after an event; every other move is rejected.
    pub(crate) const fn next(self, event: Event) -> Result<Self, IllegalMove> {
        match (self, event) {
            (Self::Running, Event::Ends(ending)) => Ok(ending.outcome()),
            (Self::Running, Event::Rests) | (Self::Running | Self::Waiting, Event::Resumes) => {
                Ok(Self::Running)
            }
            (Self::Running, Event::IsTakenOver) => Ok(Self::Refused),
            (Self::Running, Event::NeverBegan) => Ok(Self::Failed),
            (Self::Running | Self::Waiting, Event::IsEndedByHand)
            | (Self::NeedsAttention, Event::IsSeenTo) => Ok(Self::NeedsAttention),
            (from, event) => Err(IllegalMove { from, event }),
        }
    }

    /// Whether it must still be continued.
    pub(crate) const fn is_unfinished(self) -> bool {
        matches!(self, Self::Running | Self::Waiting)
    }

    /// Its word in the journal.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::NeedsAttention => "needs_attention",
        }
    }
}

impl Ending {
    /// The outcome of a call that ends so.
    pub(crate) const fn outcome(self) -> Outcome {
        match self {
            Self::Done => Outcome::Done,
            Self::Refused => Outcome::Refused,
            Self::Failed => Outcome::Failed,
            Self::Waiting => Outcome::Waiting,
            Self::NeedsAttention => Outcome::NeedsAttention,
        }
    }
}

impl ToSql for Outcome {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Outcome {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Self::ALL.into_iter().find(|outcome| outcome.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

/// Conditions on a call's outcome, for queries.
macro_rules! outcome_is {
    (unfinished) => {
        "outcome IN ('running', 'waiting')"
    };
    (finished) => {
        "(outcome IN ('done', 'refused', 'failed') OR resolved_at IS NOT NULL)"
    };
    (running) => {
        "outcome = 'running'"
    };
    (done) => {
        "outcome = 'done'"
    };
    (needs_attention) => {
        "outcome = 'needs_attention'"
    };
}
pub(crate) use outcome_is;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::Connection;

    const ENDINGS: [Ending; 5] =
        [Ending::Done, Ending::Refused, Ending::Failed, Ending::Waiting, Ending::NeedsAttention];

    fn events() -> Vec<Event> {
        let ends = ENDINGS.map(Event::Ends);
        let others = [
            Event::Rests,
            Event::Resumes,
            Event::IsTakenOver,
            Event::NeverBegan,
            Event::IsEndedByHand,
            Event::IsSeenTo,
        ];
        ends.into_iter().chain(others).collect()
    }

    proptest! {
        /// In any order of events, a call begins as running, a finished call stays finished, and a call that needs
        /// attention needs it until the end.
        #[test]
        fn what_is_over_stays_over(story in proptest::collection::vec(proptest::sample::select(events()), 0..30)) {
            let mut now = Outcome::Running;
            for event in story {
                let Ok(next) = now.next(event) else {
                    continue; // rejected: nothing happened
                };
                prop_assert!(now.is_unfinished() || (now, next) == (Outcome::NeedsAttention, Outcome::NeedsAttention));
                prop_assert!(now != Outcome::Waiting || matches!(event, Event::Resumes | Event::IsEndedByHand));
                now = next;
            }
        }
    }

    #[test]
    fn every_outcome_but_the_first_is_reached_from_running() {
        let reached: Vec<_> =
            events().into_iter().filter_map(|event| Outcome::Running.next(event).ok()).collect();
        for outcome in Outcome::ALL {
            assert!(reached.contains(&outcome), "{outcome:?}");
        }
    }

    #[test]
    fn an_illegal_move_says_what_it_was() {
        let event = Event::Resumes;
        assert_eq!(Outcome::Done.next(event), Err(IllegalMove { from: Outcome::Done, event }));
    }

    /// The conditions in queries agree with the type.
    #[test]
    fn the_conditions_of_queries_agree_with_the_type() {
        let c = Connection::open_in_memory().unwrap();
        let holds = |condition: &str, outcome: Outcome| -> bool {
            let sql = format!("SELECT {condition} FROM (SELECT ?1 AS outcome, NULL AS resolved_at)");
            c.query_row(&sql, [outcome], |row| row.get(0)).unwrap()
        };
        for outcome in Outcome::ALL {
            assert_eq!(holds(outcome_is!(unfinished), outcome), outcome.is_unfinished());
            assert_eq!(holds(outcome_is!(running), outcome), outcome == Outcome::Running);
            assert_eq!(holds(outcome_is!(done), outcome), outcome == Outcome::Done);
            assert_eq!(holds(outcome_is!(needs_attention), outcome), outcome == Outcome::NeedsAttention);
            let over = !outcome.is_unfinished() && outcome != Outcome::NeedsAttention;
            assert_eq!(holds(outcome_is!(finished), outcome), over);
            let read: Outcome = c.query_row("SELECT ?1", [outcome], |row| row.get(0)).unwrap();
            assert_eq!(read, outcome);
        }
    }
}
