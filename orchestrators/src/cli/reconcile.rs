//! The command `reconcile`: what is wished of it, and on which hotel it is run.

use super::{Acts, failed, open, person, run_to_end, settings};
use crate::audit::Since;
use crate::operate::data_folder;
use crate::operate::reconcile::{self, Reconcile, Replay};
use crate::tool::{Front, Toolset};
use anyhow::bail;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What is wished.
pub(super) enum Wish {
    /// Look at payments and stays, and finish what is unfinished.
    Look(Reconcile),
    /// Record that a person has cleared the call of this token.
    Resolve(String),
    /// Show, or send again, the writes that an outage ended.
    Replay(Replay),
}

/// A day or a time of the past.
pub(super) fn since(text: &str) -> Result<Since, String> {
    Since::try_from(text.to_owned())
}

/// Runs the command.
pub(super) fn run(toolset: Toolset, file: Option<PathBuf>, wish: Wish) -> anyhow::Result<ExitCode> {
    if let Err(lost) = data_folder::is_whole(&settings(file.clone())?) {
        return Ok(failed(&lost.into()));
    }
    let me = person(&toolset)?;
    let front = open(toolset, file, Acts::For(me))?;
    let done = wished(&front, wish);
    front.engine().close();
    done
}

fn wished(front: &Front, wish: Wish) -> anyhow::Result<ExitCode> {
    let engine = Arc::clone(front.engine());
    let done = match wish {
        Wish::Look(wish) => run_to_end(reconcile::run(engine, wish)),
        Wish::Replay(wish) => {
            let since = reconcile::moment(front, &wish.since)?;
            run_to_end(reconcile::replay(front, since, &wish))
        }
        Wish::Resolve(token) => match run_to_end(reconcile::resolve(engine, token)) {
            Ok(None) => Ok(ExitCode::SUCCESS),
            Ok(Some(problem)) => bail!("--resolve: {problem}"),
            Err(error) => Err(error),
        },
    };
    Ok(done.unwrap_or_else(|error| failed(&error)))
}
