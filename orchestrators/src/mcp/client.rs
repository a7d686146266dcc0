//! An MCP client of a server that runs as its child, and the configuration for other clients.

use anyhow::Context;
use rmcp::model::{CallToolRequestParams, JsonObject, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, RunningService, ServiceError};
use rmcp::transport::TokioChildProcess;
use rmcp::{ErrorData, RoleClient};
use serde_json::{Value, json};
use std::path::Path;
use tokio::process::Command;

/// A client, and the server that is its child.
pub(crate) struct Client(RunningService<RoleClient, ()>);

impl Client {
    /// Starts a server and agrees on a protocol version.
    pub(crate) async fn start(command: Command) -> anyhow::Result<Self> {
        let child = TokioChildProcess::new(command).context("the server could not be started")?;
        let lifecycle =
            ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
        let running = ().serve_with_lifecycle(child, lifecycle).await.context("the server did not answer")?;
        Ok(Self(running))
    }

    /// The protocol and the negotiated version.
    pub(crate) fn protocol(&self) -> String {
        let version = self.0.peer_info().map(|info| info.protocol_version.to_string());
        format!("MCP {}", version.unwrap_or_default())
    }

    /// How many tools the server offers.
    pub(crate) async fn tools(&self) -> anyhow::Result<usize> {
        Ok(self.0.list_all_tools().await.context("the tools could not be listed")?.len())
    }

    /// Calls a tool and returns its answer, success or failure.
    pub(crate) async fn call(&self, tool: &'static str, arguments: JsonObject) -> anyhow::Result<Value> {
        let request = CallToolRequestParams::new(tool).with_arguments(arguments);
        let result = self.0.call_tool(request).await.map_err(|error| match error {
            ServiceError::McpError(ErrorData { message, .. }) => anyhow::anyhow!("{tool}: {message}"),
            error => anyhow::Error::new(error).context(tool),
        })?;
        result.structured_content.with_context(|| format!("{tool} answered without structured content"))
    }

    /// Ends the server's input and waits for it to end.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.0.cancel().await.context("the server did not end")?;
        Ok(())
    }
}

/// The entry with which Claude Desktop, Cursor and others start a server.
pub(crate) fn configuration(name: &str, binary: &Path, environment: &[(&str, &str)]) -> Value {
    let environment: JsonObject =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    json!({"mcpServers": {name: {"command": binary, "env": environment}}})
}
