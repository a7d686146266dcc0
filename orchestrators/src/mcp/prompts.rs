//! Prompts as MCP has them.

use super::{LISTS_TTL_MS, message};
use crate::tool::{Front, Prompt, Toolset};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, GetPromptRequestParams, GetPromptResponse, GetPromptResult, ListPromptsResult,
    PromptArgument, PromptMessage, Role,
};

/// The answer to `prompts/list`.
pub(super) fn list(toolset: &Toolset) -> ListPromptsResult {
    let mut list = ListPromptsResult::with_all_items(toolset.prompts().map(listed).collect());
    list.ttl_ms = Some(LISTS_TTL_MS);
    list.cache_scope = Some(CacheScope::Private);
    list
}

fn listed(prompt: &Prompt) -> rmcp::model::Prompt {
    let arguments = prompt.arguments.iter().map(|argument| {
        PromptArgument::new(argument.name)
            .with_description(argument.description)
            .with_required(argument.required)
    });
    rmcp::model::Prompt::new(prompt.name, Some(prompt.description), Some(arguments.collect()))
        .with_title(prompt.title)
}

/// The prompt of this name.
pub(super) fn named<'a>(toolset: &'a Toolset, name: &str) -> Result<&'a Prompt, ErrorData> {
    toolset.prompts().find(|prompt| prompt.name == name).ok_or_else(|| {
        let known: Vec<_> = toolset.prompts().map(|prompt| prompt.name).collect();
        ErrorData::invalid_params(message::no_prompt(name, &known), None)
    })
}

/// The answer to `prompts/get`: one message of the user.
pub(super) fn get(front: &Front, request: GetPromptRequestParams) -> Result<GetPromptResponse, ErrorData> {
    let prompt = named(front.toolset(), &request.name)?;
    let today = front.engine().hotel().today();
    let filled = prompt
        .filled(&request.arguments.unwrap_or_default(), today)
        .map_err(|problem| ErrorData::invalid_params(problem, None))?;
    let message = PromptMessage::new_text(Role::User, filled);
    Ok(GetPromptResult::new(vec![message]).with_description(prompt.description).into())
}
