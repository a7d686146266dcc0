//! Reconciling by the schedule: what a run settles by rule, and what it leaves.

use super::findings::{self, Action, DONE, Findings};
use super::reader::Reader;
use super::{bookings_in_hand, fix, journal};
use crate::engine::Calls;
use jiff::{SignedDuration, Timestamp};

/// A payment is left alone for so long after it was made: a server with another journal, on another machine, may still
/// be working on its checkout.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// What a run settled, and what it leaves.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Leaves {
    /// Findings that were settled.
    pub(crate) fixed: usize,
    /// Findings with a rule that could not be settled now.
    pub(crate) unsettled: usize,
    /// Findings that need a person.
    pub(crate) for_person: usize,
    /// Whether unfinished calls hold bookings: those were not looked at.
    pub(crate) in_hand: bool,
}

/// Settles by rule what does not agree since a moment.
///
/// # Errors
/// When the journal or a system cannot be read, or when the budget is used up while it looks.
pub(crate) async fn settle_by_rule(engine: &dyn Calls, first: Timestamp) -> anyhow::Result<Leaves> {
    let oldest = journal(engine.trail().need_attention().await)?.iter().map(|call| call.started_at).min();
    let in_hand = async || bookings_in_hand(engine).await;
    let mut found = findings::find(&Reader::new(engine), first, oldest, in_hand).await?;
    leave_fresh(&mut found, skills::clock::now() - FRESH);
    fix::fix(engine, &mut found).await?;
    let in_hand = in_hand().await?;
    fix::resolve_settled(engine, &in_hand).await?;
    Ok(leaves(&mut found, !in_hand.is_empty()))
}

/// Takes the tasks of payments made after a moment away.
fn leave_fresh(found: &mut Findings, after: Timestamp) {
    for remedy in found.remedies() {
        remedy.task.take_if(|task| task.paid_at > after);
    }
}

fn leaves(found: &mut Findings, in_hand: bool) -> Leaves {
    let questions = found.questions.len();
    let mut leaves = Leaves { fixed: 0, unsettled: 0, for_person: questions, in_hand };
    for remedy in found.remedies() {
        let count = match (remedy.outcome.as_str(), remedy.action) {
            (DONE, _) => &mut leaves.fixed,
            (_, Action::None) => &mut leaves.for_person,
            _ => &mut leaves.unsettled,
        };
        *count += 1;
    }
    leaves
}
