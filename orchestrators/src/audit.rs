//! The audit trail: every call with its steps, as the journal keeps them, for those who may see it.

mod search_tool_calls;

pub use search_tool_calls::{CallOutcome, SearchToolCalls, StepView, ToolCall, ToolCallList};
