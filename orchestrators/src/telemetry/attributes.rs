//! Names of attributes: OpenTelemetry's conventions for MCP servers where there is one, else `hotel.…`.

pub(super) const TOOL: &str = "gen_ai.tool.name";
pub(super) const METHOD: &str = "mcp.method.name";
pub(super) const ERROR: &str = "error.type";
pub(super) const OUTCOME: &str = "hotel.outcome";
pub(super) const PERSONA: &str = "hotel.persona";
pub(super) const STEP: &str = "hotel.step";
pub(super) const SYSTEM: &str = "hotel.system";

/// The method of a call.
pub(super) const CALL: &str = "tools/call";
/// What a call is to the conventions.
pub(super) const TOOL_ERROR: &str = "tool_error";
