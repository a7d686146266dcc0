//! The grammar of the command line.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
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

#[derive(Subcommand)]
pub(super) enum Command {
    /// List the tools.
    Tools {
        /// As the array that tools/list answers, schemas included.
        #[arg(long)]
        json: bool,
    },
    /// Run one tool as MCP would, and print its answer: exit code 0 for success, 1 if it was refused.
    Call {
        /// The tool's name.
        tool: String,
        /// Its arguments, a JSON object.
        #[arg(default_value = "{}")]
        arguments: String,
    },
    /// Walk through a story on a throw-away hotel, with an MCP client over real stdio.
    Demo,
    /// Finish what is unfinished, once; say which payments and stays do not agree and what needs a person: exit code 1
    /// if anything is left. Staff only.
    Reconcile {
        /// Print one JSON value.
        #[arg(long)]
        json: bool,
        /// Finish, refund or record by rule what does not agree.
        #[arg(long)]
        fix: bool,
        /// How many days to look back.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3650))]
        days: u16,
        /// Only note that a person has seen to the call of this token: one that needed attention is not listed any more, and
        /// an unfinished one that took no money ends and holds nothing.
        #[arg(long, value_name = "TOKEN", conflicts_with_all = ["json", "fix", "days"])]
        resolve: Option<String>,
    },
    /// Look whether every system is reachable and set up as it is used, and say how to mend what is not: exit code 1 if
    /// anything is wrong, warnings alone 0. Staff only.
    Doctor {
        /// Print one JSON value.
        #[arg(long)]
        json: bool,
    },
    /// Set the connected systems up: exit code 1 if that failed. Staff only.
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
        /// Deploy the project in this folder, an edited copy of salesforce/, instead of this version's own.
        #[arg(long, requires = "metadata", value_name = "DIR")]
        project: Option<PathBuf>,
        /// Send nothing; follow the deployment of this id to its end.
        #[arg(long, requires = "metadata", value_name = "ID", conflicts_with_all = ["check_only", "project"])]
        resume: Option<String>,
    },
    /// Copy all files of the data folder into another, as they are at one moment, while servers run. Staff only.
    Backup {
        /// A folder that is empty, or not there yet.
        folder: PathBuf,
    },
    /// Redact a person from the journal of calls and keep the accounts: exit code 1 if unfinished calls are left. Staff
    /// only.
    Forget {
        /// The person's e-mail.
        email: String,
    },
}

/// The command line, under the server's own name.
pub(super) fn read_command_line(name: &'static str) -> anyhow::Result<Cli> {
    Ok(Cli::from_arg_matches(&Cli::command().name(name).try_get_matches()?)?)
}
