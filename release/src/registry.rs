//! An entry of the MCP registry (<https://registry.modelcontextprotocol.io>): server.json.

use crate::servers::{REPOSITORY, Server, VERSION};
use anyhow::Context;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

const SCHEMA: &str = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";

/// The entry of a server whose bundle is uploaded under the bundle's own name.
pub(crate) fn entry(server: Server, bundle: &Path) -> anyhow::Result<Value> {
    let content = std::fs::read(bundle).with_context(|| bundle.display().to_string())?;
    let sum = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let file = bundle.file_name().and_then(|name| name.to_str()).context("the bundle's name is no text")?;
    let owner = REPOSITORY.trim_start_matches("https://github.com/").split('/').next().unwrap_or_default();
    Ok(json!({
        "$schema": SCHEMA,
        "name": format!("io.github.{owner}/hotel-{}", server.name()),
        "title": server.title(),
        "description": server.about(),
        "version": VERSION,
        "repository": {"url": REPOSITORY, "source": "github"},
        "packages": [{
            "registryType": "mcpb",
            "identifier": format!("{REPOSITORY}/releases/download/v{VERSION}/{file}"),
            "fileSha256": sum,
            "transport": {"type": "stdio"}
        }]
    }))
}
