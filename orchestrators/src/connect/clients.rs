//! The clients: where each keeps its list of servers on each system, and in which form (as their own manuals said in
//! November 2026).

use super::Entry;
use anyhow::Context;
use directories::BaseDirs;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// A client that starts servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Client {
    /// Claude Desktop
    ClaudeDesktop,
    /// Claude Code
    ClaudeCode,
    /// Cursor
    Cursor,
    /// VS Code
    Vscode,
    /// Zed
    Zed,
    /// goose
    Goose,
    /// Codex
    Codex,
    /// Gemini CLI
    Gemini,
}

/// The form of a client's file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    /// JSON, with comments for some: servers by name under `key`.
    Json { key: &'static str },
    /// TOML: a table `mcp_servers.NAME`.
    Toml,
    /// YAML: an entry of `extensions`.
    Yaml,
}

impl Client {
    pub(super) const fn format(self) -> Format {
        match self {
            Self::ClaudeDesktop | Self::ClaudeCode | Self::Cursor | Self::Gemini => {
                Format::Json { key: "mcpServers" }
            }
            Self::Vscode => Format::Json { key: "servers" },
            Self::Zed => Format::Json { key: "context_servers" },
            Self::Codex => Format::Toml,
            Self::Goose => Format::Yaml,
        }
    }

    /// The user's own file of this client.
    pub(super) fn file(self) -> anyhow::Result<PathBuf> {
        let base = BaseDirs::new().context("this machine has no home folder")?;
        let (home, config) = (base.home_dir(), base.config_dir());
        // Zed and goose keep to ~/.config on macOS too.
        let dot_config = if cfg!(target_os = "macos") { home.join(".config") } else { config.to_owned() };
        let folder =
            |variable: &str| std::env::var_os(variable).filter(|set| !set.is_empty()).map(PathBuf::from);
        Ok(match self {
            Self::ClaudeDesktop => claude_desktop(&base).join("claude_desktop_config.json"),
            Self::ClaudeCode => {
                folder("CLAUDE_CONFIG_DIR").unwrap_or_else(|| home.to_owned()).join(".claude.json")
            }
            Self::Cursor => home.join(".cursor/mcp.json"),
            Self::Vscode => config.join("Code/User/mcp.json"),
            Self::Zed if cfg!(windows) => config.join("Zed/settings.json"),
            Self::Zed => dot_config.join("zed/settings.json"),
            Self::Goose if cfg!(windows) => config.join("Block/goose/config/config.yaml"),
            Self::Goose => dot_config.join("goose/config.yaml"),
            Self::Codex => folder("CODEX_HOME").unwrap_or_else(|| home.join(".codex")).join("config.toml"),
            Self::Gemini => home.join(".gemini/settings.json"),
        })
    }

    /// Where else it may be put, for one project only.
    pub(super) const fn elsewhere(self) -> Option<&'static str> {
        match self {
            Self::ClaudeCode => Some("For one project only: .mcp.json in its folder."),
            Self::Cursor => Some("For one project only: .cursor/mcp.json in its folder."),
            Self::Vscode => Some("For one project only: .vscode/mcp.json in its folder."),
            Self::Gemini => Some("For one project only: .gemini/settings.json in its folder."),
            Self::ClaudeDesktop | Self::Zed | Self::Goose | Self::Codex => None,
        }
    }

    /// The client's own command that adds a server.
    pub(super) fn own_command(self, entry: &Entry) -> Option<String> {
        let (name, typed) = (&entry.name, entry.as_typed());
        match self {
            Self::ClaudeCode => Some(format!(
                "claude mcp add --scope user {}{name} -- {typed}",
                entry.variables_as_typed("--env")
            )),
            Self::Codex => {
                Some(format!("codex mcp add {}{name} -- {typed}", entry.variables_as_typed("--env")))
            }
            _ => None,
        }
    }

    /// What to do when it is there.
    pub(super) const fn afterwards(self) -> &'static str {
        match self {
            Self::ClaudeDesktop => "Then quit Claude Desktop and start it again.",
            Self::ClaudeCode => "Then start Claude Code again; /mcp lists its servers.",
            Self::Cursor => "Then look into Settings > MCP of Cursor: the server must be switched on there.",
            Self::Vscode => "Then run \"MCP: List Servers\" in VS Code and start it.",
            Self::Zed => "Zed starts it at once; the settings of its Agent Panel show a green dot.",
            Self::Goose => "Then begin a new session of goose.",
            Self::Codex => "Then start Codex again; /mcp lists its servers.",
            Self::Gemini => "Then start Gemini CLI again; /mcp lists its servers.",
        }
    }

    /// An entry as this client's JSON has it.
    pub(super) fn entry(self, entry: &Entry) -> Map<String, Value> {
        let mut fields = Map::new();
        if matches!(self, Self::ClaudeCode | Self::Cursor | Self::Vscode) {
            fields.insert("type".to_owned(), "stdio".into());
        }
        fields.insert("command".to_owned(), entry.command.as_str().into());
        fields.insert("args".to_owned(), json!(entry.arguments));
        if !entry.environment.is_empty() {
            let pairs =
                entry.environment.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
            fields.insert("env".to_owned(), Value::Object(pairs.collect()));
        }
        fields
    }
}

/// Claude Desktop from the Microsoft Store has a folder of its own.
fn claude_desktop(base: &BaseDirs) -> PathBuf {
    let store = base.data_local_dir().join("Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude");
    if cfg!(windows) && store.is_dir() { store } else { base.config_dir().join("Claude") }
}
