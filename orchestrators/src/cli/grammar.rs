//! The grammar of the command line.

use crate::audit::Since;
use crate::connect::Client;
use crate::tool::Persona;
use anyhow::bail;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// An MCP server of a hotel. Without a command it speaks MCP on stdio.
#[derive(Parser)]
#[command(version, about = "An MCP server of a hotel. Without a command it speaks MCP on stdio.", long_about = None)]
pub(super) struct Cli {
    /// Offer only the tools that change nothing (HOTEL_READ_ONLY=true).
    #[arg(long, global = true)]
    pub(super) read_only: bool,
    /// Leave these tools out: names separated by commas (HOTEL_EXCLUDE_TOOLS).
    #[arg(long, global = true, value_name = "NAMES")]
    pub(super) exclude_tools: Option<String>,
    /// Read settings from this file instead of .env; variables of the process win over either.
    #[arg(long, global = true)]
    pub(super) env_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

impl Cli {
    /// The options that narrow the tools, for a client that starts this server.
    pub(super) fn options(&self) -> Vec<String> {
        let read_only = self.read_only.then(|| "--read-only".to_owned());
        let excluded = self.exclude_tools.as_ref().map(|names| format!("--exclude-tools={names}"));
        read_only.into_iter().chain(excluded).collect()
    }
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the tools.
    Tools {
        /// As the array that tools/list answers, schemas included, on one line.
        #[arg(long)]
        json: bool,
    },
    /// Run one tool as MCP would, and print its answer: exit code 0 for success, 1 if it was refused.
    Call {
        /// The tool's name.
        tool: String,
        /// Its arguments: key=value for each (key:=JSON for what is no text, number, yes or no, or list), or one JSON object,
        /// or @FILE, or - for JSON on stdin.
        #[arg(value_name = "ARGUMENTS")]
        arguments: Vec<String>,
        /// Print the answer on one line.
        #[arg(long)]
        json: bool,
        /// Say yes to what the tool asks before money moves or something is done that cannot be taken back. Without this
        /// the terminal is asked, if there is one.
        #[arg(long)]
        yes: bool,
    },
    /// Draw the hotel at a glance: every room, arrivals, departures, what is open.
    Board {
        /// The day, YYYY-MM-DD; today if left out.
        #[arg(long, value_name = "DATE")]
        date: Option<String>,
        /// Draw the calls of this token instead, step by step on a line of time.
        #[arg(long, value_name = "TOKEN", conflicts_with = "date")]
        call: Option<String>,
        /// Write it into this file instead, as a page for a browser.
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Serve MCP over HTTP at /mcp, to many callers at once: the token of each request says who asks.
    Serve {
        /// The address to listen at, such as 127.0.0.1:8765.
        #[arg(long, value_name = "ADDRESS", value_parser = super::serve::address)]
        http: SocketAddr,
        /// Accept the tokens that dev-token prints, on this machine only.
        #[arg(long)]
        dev: bool,
    },
    /// Print a token for `serve --http --dev` on the same data folder; it is good for an hour.
    DevToken {
        /// The e-mail of the person it stands for.
        email: String,
    },
    /// Walk through a story on a throw-away hotel, with an MCP client over real stdio.
    Demo,
    /// Print what a client needs to start this server, and where that belongs; or put it there.
    Config {
        /// The client.
        #[arg(long, value_enum)]
        client: Client,
        /// Whom the server acts for there.
        #[arg(long, value_name = "EMAIL")]
        email: Option<String>,
        /// Put it into the client's own file: shows what changes, asks, and keeps a copy of the file.
        #[arg(long)]
        write: bool,
        /// Write without asking.
        #[arg(long, requires = "write")]
        yes: bool,
    },
    /// Finish what is unfinished, once; say which payments and stays do not agree and what needs a person: exit code 1
    /// if anything is left.
    Reconcile {
        /// Print one JSON value on one line.
        #[arg(long)]
        json: bool,
        /// Finish, refund or record by rule what does not agree.
        #[arg(long)]
        fix: bool,
        /// How many days to look back.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: u16,
        /// Only note that a person has seen to the call of this token: one that needed attention or that an outage ended is
        /// not listed any more, and an unfinished one that took no money ends and holds nothing.
        #[arg(long, value_name = "TOKEN", conflicts_with_all = ["json", "fix", "days"])]
        resolve: Option<String>,
        /// Only show the writes that an outage ended since then, a day (YYYY-MM-DD) or an RFC 3339 time, and which of them can
        /// be sent again.
        #[arg(long, value_name = "SINCE", conflicts_with_all = ["fix", "days", "resolve"], value_parser = super::reconcile::since)]
        replay: Option<Since>,
        /// Send them again, each for its own caller and under its own token.
        #[arg(long, requires = "replay")]
        yes: bool,
    },
    /// Look whether every system is reachable and set up as it is used, and say how to mend what is not: exit code 1 if
    /// anything is wrong, warnings alone 0.
    Doctor {
        /// Print one JSON value on one line.
        #[arg(long)]
        json: bool,
    },
    /// Set the connected systems up: exit code 1 if that failed.
    #[command(group = clap::ArgGroup::new("what").required(true))]
    Setup {
        /// Load the sample hotel into the Salesforce org, dated for today. What is there already stays as it is, so it
        /// may be run again and again.
        #[arg(long, group = "what")]
        seed: bool,
        /// Even if the org holds bookings of others.
        #[arg(long, requires = "seed")]
        yes: bool,
        /// Deploy the hotel's objects to the Salesforce org, all or nothing. It takes nothing away, and may be run again.
        #[arg(long, group = "what")]
        metadata: bool,
        /// Only say what would be created, changed or refused.
        #[arg(long, requires = "metadata")]
        check_only: bool,
        /// Also replace list views, page layouts, tabs and the app that the org has under the same names, and what somebody has
        /// changed in them. With --check-only: say which of them differ.
        #[arg(long, requires = "metadata")]
        replace_pages: bool,
        /// Deploy the project in this folder, an edited copy of salesforce/, instead of this version's own.
        #[arg(long, requires = "metadata", value_name = "DIR")]
        project: Option<PathBuf>,
        /// Send nothing; follow the deployment of this id to its end.
        #[arg(long, requires = "metadata", value_name = "ID", conflicts_with_all = ["check_only", "replace_pages", "project"])]
        resume: Option<String>,
    },
    /// Copy all files of the data folder into another, as they are at one moment, while servers run.
    Backup {
        /// A folder that is empty, or not there yet.
        folder: PathBuf,
    },
    /// Redact a person from the journal of calls and keep the accounts: exit code 1 if unfinished calls are left.
    Forget {
        /// The person's e-mail.
        email: String,
    },
}

/// The commands of a server that operates the hotel. For any other they do not exist.
const OPERATORS: [&str; 6] = ["backup", "board", "doctor", "forget", "reconcile", "setup"];

/// The command line of a server, for its help, its completions and its page of the manual.
pub fn grammar(name: &'static str, persona: &Persona) -> clap::Command {
    let whole = Cli::command().name(name);
    if persona.operates {
        return whole;
    }
    let commands = whole.get_subcommands().filter(|command| !OPERATORS.contains(&command.get_name()));
    let (commands, options) = (commands.cloned().collect::<Vec<_>>(), whole.get_arguments().cloned());
    let bare =
        clap::Command::new(name).version(env!("CARGO_PKG_VERSION")).args(options).subcommands(commands);
    whole.get_about().cloned().into_iter().fold(bare, clap::Command::about)
}

/// Reads the command line.
pub(super) fn read_command_line(name: &'static str, persona: &Persona) -> anyhow::Result<Cli> {
    let read = grammar(name, persona).try_get_matches();
    if let Err(error) = &read
        && let Some(ContextValue::String(command)) = error.get(ContextKind::InvalidSubcommand)
        && OPERATORS.contains(&command.as_str())
    {
        bail!("{command} is for staff-server");
    }
    Ok(Cli::from_arg_matches(&read?)?)
}
