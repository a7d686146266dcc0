//! Completions as MCP has them: suggestions for an argument of a prompt, or for a variable in a resource's address.
//!
//! Whatever keeps suggestions from being made, a person goes on typing: the answer is an empty list, and the log says why.

use super::prompts;
use super::server::unless_panicked;
use crate::tool::answer::Answer;
use crate::tool::{Caller, Front};
use rmcp::ErrorData;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, Reference};
use serde_json::{Map, Value};
use skills::words::SearchText;
use std::sync::Arc;
use tokio::runtime::Handle;

/// The answer to `completion/complete`. The read runs where calls run.
pub(super) async fn complete(
    front: &Arc<Front>,
    caller: Caller,
    calls: &Handle,
    request: CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let argument = request.argument.name;
    if let Reference::Prompt(prompt) = &request.r#ref {
        let prompt = prompts::named(front.toolset(), &prompt.name)?;
        prompt.argument(&argument).map_err(|problem| ErrorData::invalid_params(problem, None))?;
    }
    let others = request.context.and_then(|context| context.arguments).unwrap_or_default();
    let others = others.into_iter().map(|(name, value)| (name, value.into())).collect();
    let front = Arc::clone(front);
    let work = async move { suggestions(&front, &caller, &argument, &request.argument.value, others).await };
    let suggested = unless_panicked("completion/complete", calls.spawn(work).await);
    Ok(CompleteResult::new(suggested.flatten().unwrap_or_else(|| info(vec![], Some(0), false))))
}

/// Suggestions for an argument; none if nothing completes it, or if nobody is known who asks for their own.
async fn suggestions(
    front: &Front,
    caller: &Caller,
    argument: &str,
    typed: &str,
    others: Map<String, Value>,
) -> Option<CompletionInfo> {
    let identity = &caller.identity;
    if identity.acts_for.only_themselves && identity.me.is_none() {
        return None;
    }
    let completion = front.toolset().completion(argument)?;
    let mut arguments: Map<_, _> = others
        .into_iter()
        .filter(|(name, value)| name != argument && completion.takes(name) && value.as_str() != Some(""))
        .collect();
    arguments.remove("query");
    if !typed.trim().is_empty() {
        arguments.insert("query".to_owned(), SearchText::new(typed).ok()?.as_str().into());
    }
    let answer = front.suggest(completion, arguments.into(), caller).await;
    if !answer.is_success() {
        tracing::warn!(argument, error_code = answer.error_code(), "there are no suggestions");
        return None;
    }
    Some(listed(&answer))
}

/// An answer's values. A page has fewer than the most that a completion may have.
fn listed(answer: &Answer) -> CompletionInfo {
    let data = &answer.json()["data"];
    let values = data["values"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let total = data["total"].as_u64().and_then(|total| u32::try_from(total).ok());
    info(values.map(str::to_owned).collect(), total, data["next_cursor"].is_string())
}

fn info(values: Vec<String>, total: Option<u32>, has_more: bool) -> CompletionInfo {
    debug_assert!(values.len() <= CompletionInfo::MAX_VALUES, "a page is shorter");
    let mut info = CompletionInfo::default();
    (info.values, info.total, info.has_more) = (values, total, Some(has_more));
    info
}
