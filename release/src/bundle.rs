//! A bundle (.mcpb): one file that a client installs with a click. The manifest is made from the persona.

use crate::offered::{asked_for, environment};
use crate::servers::{REPOSITORY, Server, VERSION};
use anyhow::Context;
use orchestrators::tool::Toolset;
use serde_json::{Value, json};
use std::path::Path;

/// Makes the folder that `mcpb pack` packs: the manifest, the binary, and the licence.
pub(crate) fn make(server: Server, binary: &Path, folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder.join("server")).with_context(|| folder.display().to_string())?;
    std::fs::copy(binary, folder.join(entry_point(server))).with_context(|| binary.display().to_string())?;
    std::fs::write(folder.join("LICENSE"), include_str!("../../LICENSE"))?;
    std::fs::write(folder.join("manifest.json"), format!("{:#}\n", manifest(server)))?;
    Ok(())
}

fn entry_point(server: Server) -> String {
    format!("server/{}{}", server.name(), std::env::consts::EXE_SUFFIX)
}

fn manifest(server: Server) -> Value {
    let toolset = Toolset::new(server.persona());
    let tools = toolset.tools().iter().map(|tool| json!({"name": tool.name, "description": tool.summary()}));
    let entry_point = entry_point(server);
    let platform = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    json!({
        "manifest_version": "0.3",
        "name": server.name(),
        "display_name": server.title(),
        "version": VERSION,
        "description": server.about(),
        "author": {"name": "The hotel MCP servers' engineers", "url": REPOSITORY},
        "repository": {"type": "git", "url": REPOSITORY},
        "documentation": format!("{REPOSITORY}/blob/main/docs/connecting.md"),
        "support": format!("{REPOSITORY}/issues"),
        "license": "MIT",
        "keywords": ["hotel", "salesforce", "stripe", "twilio"],
        "server": {
            "type": "binary",
            "entry_point": entry_point,
            "mcp_config": {
                "command": format!("${{__dirname}}/{entry_point}"),
                "args": [],
                "env": environment(server)
            }
        },
        "tools": tools.collect::<Vec<_>>(),
        "user_config": asked_for(server),
        "compatibility": {"platforms": [platform]}
    })
}
