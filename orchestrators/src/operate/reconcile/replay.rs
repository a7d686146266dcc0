//! `staff-server reconcile --replay SINCE`: the writes that an outage ended, shown; with `--yes` those that can be are sent
//! again, each for its own caller and under its own token.

mod judge;
mod overtaken;
mod text;

use super::journal;
use crate::audit::{CallOutcome, Since, ToolCall};
use crate::engine::PageQuery;
use crate::terminal;
use crate::tool::{Again, Front};
use anyhow::{anyhow, bail};
use jiff::Timestamp;
use serde::Serialize;
use skills::words::{Limit, stored};
use skills::{ErrorCode, Kind};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

/// The options.
pub(crate) struct Replay {
    /// Writes made then or later.
    pub(crate) since: Since,
    pub(crate) as_json: bool,
    /// Send what can be sent.
    pub(crate) yes: bool,
}

/// What is to be said of a write, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    /// It can be sent again.
    ToSend,
    /// A later call has done it.
    AlreadyDone,
    /// A later call is unfinished.
    InHand,
    /// It is not sent: whoever made it must ask again.
    AskAgain,
    /// It was sent, and is done.
    Done,
    /// It was sent, and the answer is a definite no.
    Refused,
    /// It was sent, and met an outage: nothing was done.
    Failed,
    /// It was sent, and is being finished.
    Pending,
    /// It was sent, and a person must see to it.
    NeedsAttention,
}

/// A write that an outage ended.
#[derive(Serialize)]
struct PastWish {
    /// The call: the newest that the outage ended, or the one that was sent in its place.
    #[serde(flatten)]
    call: ToolCall,
    /// How often its caller asked for the same.
    times_asked: usize,
    standing: Standing,
    message: String,
    #[serde(skip)]
    again: Option<Again>,
}

#[derive(Serialize)]
struct Report {
    since: String,
    writes: Vec<PastWish>,
}

impl Report {
    fn count(&self, standing: Standing) -> usize {
        self.writes.iter().filter(|write| write.standing == standing).count()
    }

    /// Whether nothing is left to do for anybody.
    fn is_settled(&self) -> bool {
        self.count(Standing::Done) + self.count(Standing::AlreadyDone) == self.writes.len()
    }
}

/// Shows the writes that an outage ended, and sends them if that is wished; exit code 1 if anything is left.
///
/// # Errors
/// When the journal cannot be read.
pub(crate) async fn run(front: &Front, since: Timestamp, wish: &Replay) -> anyhow::Result<ExitCode> {
    let since = stored(since);
    let mut report = Report { writes: judge::all(front, &since).await?, since };
    if wish.yes {
        send(front, &mut report.writes).await?;
        front.engine().wind_down(Duration::from_secs(4)).await;
    }
    let mut out = terminal::out();
    if wish.as_json {
        writeln!(out, "{}", serde_json::to_string(&report)?)?;
    } else {
        out.write_all(text::told(&report, wish.yes).as_bytes())?;
    }
    Ok(if report.is_settled() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The moment that `--replay` names.
///
/// # Errors
/// When it is none, or is not over yet.
pub(crate) fn moment(front: &Front, since: &Since) -> anyhow::Result<Timestamp> {
    let moment = since.moment(front.engine().hotel()).map_err(|problem| anyhow!("--replay: {problem}"))?;
    if moment > skills::clock::now() {
        bail!("--replay: that is still to come; give a day (YYYY-MM-DD) or a time of the past");
    }
    Ok(moment)
}

/// Sends what can be sent, the oldest first, until a system fails: each of the others would only wait for it too.
async fn send(front: &Front, writes: &mut [PastWish]) -> anyhow::Result<()> {
    let mut is_out = false;
    for write in writes.iter_mut().filter(|write| write.standing == Standing::ToSend) {
        if is_out {
            write.message =
                "It was not sent, because a system still does not answer. Run this again later.".to_owned();
            continue;
        }
        let Some(again) = write.again.take() else { continue };
        tracing::info!(tool = write.call.tool, "a call that an outage ended is sent again");
        let answer = front.make_again(again).await;
        // The trail knows what became of it; the answer alone does not say whether something was begun.
        if let Some(sent) = newest(front, &write.call).await? {
            write.call = sent;
        }
        write.standing = match write.call.outcome {
            CallOutcome::Done => Standing::Done,
            CallOutcome::Refused => Standing::Refused,
            CallOutcome::Failed => Standing::Failed,
            CallOutcome::Pending => Standing::Pending,
            CallOutcome::NeedsAttention => Standing::NeedsAttention,
        };
        write.message = text::of_answer(write.standing, answer.json());
        is_out = answer.error_code().and_then(ErrorCode::named).is_some_and(is_of_a_system);
    }
    Ok(())
}

/// Whether a system did not answer, so that it will not answer the next call either.
fn is_of_a_system(code: ErrorCode) -> bool {
    code.kind() == Kind::Outage && !matches!(code, ErrorCode::InternalError | ErrorCode::CheckoutPending)
}

/// The newest call of the same caller and token.
async fn newest(front: &Front, call: &ToolCall) -> anyhow::Result<Option<ToolCall>> {
    let limit = usize::from(Limit::MOST.get());
    let query = PageQuery { token: call.idempotency_token.clone(), limit, ..PageQuery::default() };
    let page = journal(front.engine().trail().page(query).await)?;
    Ok(page.rows.into_iter().find(|row| row.caller == call.caller).map(ToolCall::of))
}
