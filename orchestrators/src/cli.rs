//! The command line both servers share. Without a command a server speaks MCP on stdio.

mod environment;

use crate::mcp;
use crate::persona::{Identity, Persona};
use crate::saga::{Engine, journal::Journal};
use crate::tool::Toolset;
use anyhow::{Context, anyhow, bail};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::{Clock, Hotel};
use skills::words::Email;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Exit code of a call that was refused, a reconciliation that found something, a demo that went otherwise than told.
const REFUSED: u8 = 1;
/// Exit code of a command line or a setting that cannot be used.
const MISUSED: u8 = 2;

/// An MCP server of a hotel. Without a command it speaks MCP on stdio.
#[derive(Parser)]
#[command(version, about = "An MCP server of a hotel. Without a command it speaks MCP on stdio.", long_about = None)]
struct Cli {
    /// Offer only the tools that change nothing (HOTEL_READ_ONLY=true).
    #[arg(long, global = true)]
    read_only: bool,
    /// Leave these tools out: names separated by commas (HOTEL_EXCLUDE_TOOLS).
    #[arg(long, global = true, value_name = "NAMES")]
    exclude_tools: Option<String>,
    /// Read settings from this file instead of .env; variables of the process win over either.
    #[arg(long, global = true)]
    env_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
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
        /// Only note that a person has seen to the call of this token, which needed attention.
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
    Setup {
        /// Load the sample hotel into the Salesforce org, dated for today. What is there already stays as it is, so it
        /// may be run again and again.
        #[arg(long, required = true)]
        seed: bool,
        /// Even if the org holds bookings of others.
        #[arg(long)]
        yes: bool,
    },
    /// Redact a person from the journal of calls and keep the accounts: exit code 1 if unfinished calls are left. Staff
    /// only.
    Forget {
        /// The person's e-mail.
        email: String,
    },
}

/// A server's main: reads settings, opens the hotel, does what the command line says.
#[must_use]
pub fn main(name: &'static str, toolset: Toolset) -> ExitCode {
    let cli = match load_environment().and_then(|()| read_command_line(name)) {
        Ok(cli) => cli,
        Err(error) => return report(error),
    };
    log_to_stderr();
    match run(cli, name, toolset) {
        Ok(code) => code,
        Err(error) => report(error),
    }
}

/// The command line, under the server's own name.
fn read_command_line(name: &'static str) -> anyhow::Result<Cli> {
    Ok(Cli::from_arg_matches(&Cli::command().name(name).try_get_matches()?)?)
}

/// `.env` is read before the command line, since it may set what a flag sets. Only that of the working directory: what
/// lies in a folder above belongs to something else.
fn load_environment() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().enumerate().find_map(|(at, argument)| {
        let rest = argument.strip_prefix("--env-file")?;
        rest.strip_prefix('=')
            .map(str::to_owned)
            .or_else(|| arguments.get(at + 1).filter(|_| rest.is_empty()).cloned())
    });
    match given {
        Some(file) => read_settings(&file).with_context(|| format!("--env-file {file}")),
        None if Path::new(".env").exists() => read_settings(".env").context(".env"),
        None => Ok(()),
    }
}

fn read_settings(file: &str) -> anyhow::Result<()> {
    dotenvy::from_path(file).map_err(|error| match error {
        dotenvy::Error::LineParse(line, _) => {
            let place = environment::place(&std::fs::read_to_string(file).unwrap_or_default(), &line);
            anyhow!("{place} cannot be read; write NAME=value, and a value with spaces in quotes")
        }
        other => other.into(),
    })
}

fn report(error: anyhow::Error) -> ExitCode {
    match error.downcast::<clap::Error>() {
        Ok(error) => error.exit(),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(MISUSED)
        }
    }
}

/// Nothing was misused: what was tried did not go well.
fn failed(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
    ExitCode::from(REFUSED)
}

/// Logs go to stderr: stdout belongs to the protocol. rmcp logs whole arguments below info, so whatever RUST_LOG asks
/// for, it is kept at info.
fn log_to_stderr() {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;
    let chosen =
        std::env::var("RUST_LOG").unwrap_or_else(|_| "warn,skills=info,orchestrators=info".to_owned());
    let chosen: Targets = chosen.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::WARN));
    let default = chosen.default_level().unwrap_or(LevelFilter::OFF);
    let capped = |target: &str, level: LevelFilter| {
        if target.starts_with("rmcp") { level.min(LevelFilter::INFO) } else { level }
    };
    let filter = Targets::new()
        .with_default(default)
        .with_target("rmcp", capped("rmcp", default))
        .with_targets(chosen.iter().map(|(target, level)| (target.to_owned(), capped(target, level))));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

fn run(cli: Cli, name: &'static str, toolset: Toolset) -> anyhow::Result<ExitCode> {
    environment::check()?;
    let toolset = chosen(toolset, &cli)?;
    match cli.command {
        Some(Command::Tools { json }) => {
            print_tools(&toolset, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Demo) => {
            let told = run_to_end(crate::demo::run(toolset.persona(), name));
            Ok(told.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS))
        }
        Some(Command::Call { tool, arguments }) => {
            let engine = open(&toolset)?;
            run_to_end(call(engine, &toolset, &tool, &arguments))
        }
        Some(Command::Reconcile { json, fix, days, resolve }) => {
            if toolset.persona() != Persona::Staff {
                bail!("reconcile is for staff-server");
            }
            let engine = open(&toolset)?;
            if let Some(token) = resolve {
                let there_is = run_to_end(crate::reconcile::resolve(engine, token));
                return match there_is {
                    Ok(true) => Ok(ExitCode::SUCCESS),
                    Ok(false) => bail!("--resolve: no call with this token needed attention"),
                    Err(error) => Ok(failed(&error)),
                };
            }
            let wish = crate::reconcile::Reconcile { as_json: json, fix, days };
            Ok(run_to_end(crate::reconcile::run(engine, wish)).unwrap_or_else(|error| failed(&error)))
        }
        Some(Command::Doctor { json }) => {
            if toolset.persona() != Persona::Staff {
                bail!("doctor is for staff-server");
            }
            let settings = Settings::read(|variable| std::env::var(variable).ok())?;
            run_to_end(crate::doctor::run(&settings, json))
        }
        Some(Command::Setup { seed: _, yes }) => {
            if toolset.persona() != Persona::Staff {
                bail!("setup is for staff-server");
            }
            let settings = Settings::read(|variable| std::env::var(variable).ok())?;
            run_to_end(crate::setup::run(&settings, yes))
        }
        Some(Command::Forget { email }) => {
            if toolset.persona() != Persona::Staff {
                bail!("forget is for staff-server");
            }
            let email = Email::new(email).map_err(|problem| anyhow!("EMAIL: {problem}"))?;
            let engine = open(&toolset)?;
            let done = run_to_end(async { Ok(crate::forget::run(&engine, email).await) })?;
            Ok(done.unwrap_or_else(|error| failed(&error)))
        }
        None => {
            let engine = open(&toolset)?;
            run_to_end(async {
                let stop = mcp::cancelled_by_signals();
                announce(&engine, name);
                mcp::serve_stdio(engine, toolset, name, stop).await
            })?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The tools that are left after flags and variables; a flag adds to its variable.
fn chosen(toolset: Toolset, cli: &Cli) -> anyhow::Result<Toolset> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let names = [cli.exclude_tools.clone().unwrap_or_default(), variable("HOTEL_EXCLUDE_TOOLS")].join(",");
    let excluded: Vec<String> =
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    // The variable may be shared by both servers, so a tool of the other one is no mistake.
    if let Some(unknown) = excluded.iter().find(|name| toolset.get(name).is_none() && !crate::is_tool(name)) {
        bail!("--exclude-tools (HOTEL_EXCLUDE_TOOLS): there is no tool {unknown}");
    }
    let read_only = match variable("HOTEL_READ_ONLY").trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => true,
        "" | "false" | "0" | "no" | "off" => cli.read_only,
        _ => bail!("HOTEL_READ_ONLY: give true or false"),
    };
    let toolset = toolset.excluding(&excluded);
    Ok(if read_only { toolset.read_only() } else { toolset })
}

/// Runs what the command asks for. What still hangs afterwards (a blocking read of stdin, a call that waits for a
/// system) must not keep the process: the journal has it.
fn run_to_end<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // One thread serves one client: what waits for the disk waits in the writer threads, and a call hops less.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

/// Opens the hotel and the journal for the server's persona.
fn open(toolset: &Toolset) -> anyhow::Result<Arc<Engine>> {
    let settings = Settings::read(|variable| std::env::var(variable).ok())?;
    let identity =
        Identity { persona: toolset.persona(), guest: settings.guest.clone(), staff: settings.staff.clone() };
    let real = settings.salesforce.is_some() || settings.stripe.is_some();
    if identity.persona == Persona::Guest && identity.guest.is_none() && real {
        bail!(
            "GUEST_EMAIL: missing; with Salesforce or Stripe configured a guest-server acts for one guest: give the \
             e-mail of the one who was authenticated"
        );
    }
    let hotel = Arc::new(Hotel::open(&settings, Clock::System)?);
    let journal = Journal::open(&settings.data)
        .context("HOTEL_DATA: give a folder that this user and this version can use")?;
    Ok(Engine::new(hotel, settings, journal, identity))
}

/// Says on stderr which role runs on what.
fn announce(engine: &Engine, name: &str) {
    let hotel = engine.hotel();
    tracing::info!(
        server = name,
        records = hotel.crm.runs_on(),
        payments = hotel.payments.runs_on(),
        messages = hotel.messages.runs_on(),
        "started"
    );
    if engine.identity().persona == Persona::Guest && engine.identity().guest.is_none() {
        tracing::warn!(
            "GUEST_EMAIL is not set: every call must name its guest, and nobody checks who asks (kiosk)"
        );
    }
}

fn print_tools(toolset: &Toolset, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer_pretty(&mut out, &mcp::tool_list(toolset))?;
        writeln!(out)?;
        return Ok(());
    }
    for tool in toolset.tools() {
        writeln!(out, "{:36} {}", tool.name, tool.summary())?;
    }
    Ok(())
}

async fn call(
    engine: Arc<Engine>,
    toolset: &Toolset,
    name: &str,
    arguments: &str,
) -> anyhow::Result<ExitCode> {
    let tool =
        toolset.get(name).with_context(|| format!("there is no tool {name}; see the command tools"))?;
    let arguments: Value = serde_json::from_str(arguments).context("the arguments are not JSON")?;
    let answer = engine.call(tool, arguments).await;
    writeln!(std::io::stdout(), "{:#}", answer.json())?;
    engine.wind_down(std::time::Duration::from_secs(4)).await;
    Ok(if answer.is_success() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
