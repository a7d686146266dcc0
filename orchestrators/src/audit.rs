//! The audit trail: every call with its steps, from the journal, for personas that may see it.

mod search_tool_calls;

pub(crate) use search_tool_calls::unreadable;
pub use search_tool_calls::{CallOutcome, SearchToolCalls, Since, StepView, ToolCall, ToolCallList};
