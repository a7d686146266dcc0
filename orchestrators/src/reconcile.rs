//! `staff-server reconcile`: finish what is unfinished, once, and say what needs a person. For cron.

use crate::saga::Engine;
use crate::search_tool_calls::{CallOutcome, SearchToolCalls};
use crate::tool::Query;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Takes over every abandoned call, sends what is staged, and lists the calls that are still pending or need attention.
///
/// # Errors
/// When the journal cannot be read.
pub(crate) async fn run(engine: Arc<Engine>, as_json: bool) -> anyhow::Result<ExitCode> {
    let finished = engine.recover_all().await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let pending = calls(&engine, CallOutcome::Pending)?;
    let needs_attention = calls(&engine, CallOutcome::NeedsAttention)?;
    let found = pending.len() + needs_attention.len();
    let mut out = std::io::stdout().lock();
    if as_json {
        let report = json!({"finished": finished, "pending": pending, "needs_attention": needs_attention});
        writeln!(out, "{report:#}")?;
    } else {
        writeln!(out, "{finished} unfinished calls were finished.")?;
        for (what, list) in [("pending", &pending), ("needs attention", &needs_attention)] {
            for call in list {
                let text = |name: &str| call[name].as_str().unwrap_or("-").to_owned();
                writeln!(out, "{what}: {} {} {}", text("started_at"), text("tool"), text("booking_number"))?;
            }
        }
        if found == 0 {
            writeln!(out, "Nothing needs a person.")?;
        }
    }
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn calls(engine: &Engine, outcome: CallOutcome) -> anyhow::Result<Vec<Value>> {
    let list = SearchToolCalls::all_of(outcome).run(engine)?;
    list.tool_calls.iter().map(|call| Ok(serde_json::to_value(call)?)).collect()
}
