//! The command line both servers share. Without a command a server speaks MCP on stdio.

mod environment;
mod grammar;
mod log;
mod variables;

use crate::engine::{Engine, journal::Journal};
use crate::mcp;
use crate::operate::data_folder;
use crate::operate::house_rules::HouseRules;
use crate::tool::{Front, Persona, Toolset};
use anyhow::{Context, anyhow, bail};
use environment::load_environment;
use grammar::{Cli, Command, read_command_line};
use serde_json::Value;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::Email;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Exit code of a refused call, a reconciliation with findings, or a demo that did not go as its story says.
const REFUSED: u8 = 1;
/// Exit code of a command line or a setting that cannot be used.
const MISUSED: u8 = 2;
/// Prefixes of the names of tools that read.
const READ_VERBS: [&str; 2] = ["search_", "retrieve_"];

/// A server's main: reads the settings, opens the hotel, runs the command.
pub fn main(name: &'static str, persona: Persona) -> ExitCode {
    let toolset = Toolset::new(persona);
    let done = read_command_line(name).and_then(|cli| {
        let file = load_environment(cli.env_file.as_deref())?;
        log::log_to_stderr();
        run(cli, file, name, toolset)
    });
    let code = done.unwrap_or_else(report);
    log::flush();
    code
}

fn report(error: anyhow::Error) -> ExitCode {
    match error.downcast::<clap::Error>() {
        Ok(error) => error.exit(),
        Err(error) => {
            log::say(&format!("error: {error:#}"));
            ExitCode::from(MISUSED)
        }
    }
}

/// The exit code of a command that was used correctly and failed.
fn failed(error: &anyhow::Error) -> ExitCode {
    log::say(&format!("error: {error:#}"));
    ExitCode::from(REFUSED)
}

fn run(cli: Cli, file: Option<PathBuf>, name: &'static str, toolset: Toolset) -> anyhow::Result<ExitCode> {
    variables::check(toolset.persona().acts_for.setting)?;
    let toolset = chosen(toolset, &cli)?;
    match cli.command {
        Some(Command::Tools { json }) => {
            print_tools(&toolset, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Demo) => {
            let told = run_to_end(crate::demo::run(&(toolset.persona().story)(), name));
            Ok(told.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS))
        }
        Some(Command::Call { tool, arguments }) => {
            let front = open(toolset, file)?;
            let done = run_to_end(call(&front, &tool, &arguments));
            front.engine().close();
            done
        }
        Some(Command::Reconcile { json, fix, days, resolve }) => {
            for_staff(&toolset, "reconcile")?;
            if let Err(lost) = data_folder::is_whole(&settings(file.clone())?) {
                return Ok(failed(&lost.into()));
            }
            let engine = Arc::clone(open(toolset, file)?.engine());
            if let Some(token) = resolve {
                return match run_to_end(crate::operate::reconcile::resolve(engine, token)) {
                    Ok(None) => Ok(ExitCode::SUCCESS),
                    Ok(Some(problem)) => bail!("--resolve: {problem}"),
                    Err(error) => Ok(failed(&error)),
                };
            }
            let wish = crate::operate::reconcile::Reconcile { as_json: json, fix, days };
            let done = run_to_end(crate::operate::reconcile::run(Arc::clone(&engine), wish));
            engine.close();
            Ok(done.unwrap_or_else(|error| failed(&error)))
        }
        Some(Command::Doctor { json }) => {
            for_staff(&toolset, "doctor")?;
            let settings = whole(settings(file)?)?;
            run_to_end(crate::operate::doctor::run(&settings, json))
        }
        Some(Command::Setup { seed, yes, metadata: _, check_only, project, resume }) => {
            for_staff(&toolset, "setup")?;
            let settings = whole(settings(file)?)?;
            if seed {
                return run_to_end(crate::operate::setup::run(&settings, yes));
            }
            let wish = crate::operate::setup::Metadata { check_only, project, resume };
            run_to_end(crate::operate::setup::deploy(&settings, wish))
        }
        Some(Command::Backup { folder }) => {
            for_staff(&toolset, "backup")?;
            let settings = settings(file)?;
            if let Err(lost) = data_folder::is_whole(&settings) {
                return Ok(failed(&lost.into()));
            }
            let copied = data_folder::back_up(&settings.data, &folder)?;
            writeln!(std::io::stdout(), "copied {} into {}", copied.join(", "), folder.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Forget { email }) => {
            for_staff(&toolset, "forget")?;
            let email = Email::new(email).map_err(|problem| anyhow!("EMAIL: {problem}"))?;
            let engine = Arc::clone(open(toolset, file)?.engine());
            let done = run_to_end(async { Ok(crate::operate::forget::run(&*engine, email).await) })?;
            Ok(done.unwrap_or_else(|error| failed(&error)))
        }
        None => {
            let front = Arc::new(open(toolset, file)?);
            run_to_end(async {
                let stop = mcp::cancelled_by_signals();
                announce(&front, name);
                mcp::serve_stdio(Arc::clone(&front), name, stop).await
            })?;
            front.engine().close();
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn for_staff(toolset: &Toolset, command: &str) -> anyhow::Result<()> {
    if !toolset.persona().operates {
        bail!("{command} is for staff-server");
    }
    Ok(())
}

/// The tools left after flags and variables; a flag adds to its variable.
fn chosen(toolset: Toolset, cli: &Cli) -> anyhow::Result<Toolset> {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let names = [cli.exclude_tools.clone().unwrap_or_default(), variable("HOTEL_EXCLUDE_TOOLS")].join(",");
    let excluded: Vec<String> =
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let flag = cli.exclude_tools.as_deref().unwrap_or_default();
    for unknown in excluded.iter().filter(|name| toolset.get(name).is_none()) {
        let flagged = flag.split(',').any(|name| name.trim() == unknown);
        let of_others = crate::sagas::names();
        let known = toolset.tools().iter().map(|tool| tool.name).chain(of_others.iter().copied());
        // Several servers may share the variable, so another server's tool is no mistake.
        let may_be_anothers =
            of_others.contains(&unknown.as_str()) || READ_VERBS.iter().any(|verb| unknown.starts_with(verb));
        let meant = known.into_iter().find(|name| variables::is_slip_of(name, unknown));
        match meant {
            Some(meant) if meant != unknown => {
                bail!("--exclude-tools (HOTEL_EXCLUDE_TOOLS): there is no tool {unknown}; is {meant} meant?")
            }
            _ if may_be_anothers && !flagged => {}
            _ => bail!("--exclude-tools (HOTEL_EXCLUDE_TOOLS): there is no tool {unknown}"),
        }
    }
    let read_only = match variable("HOTEL_READ_ONLY").trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => true,
        "" | "false" | "0" | "no" | "off" => cli.read_only,
        _ => bail!("HOTEL_READ_ONLY: give true or false"),
    };
    let toolset = toolset.excluding(&excluded);
    Ok(if read_only { toolset.read_only() } else { toolset })
}

/// Runs a command. Work that still hangs afterwards (a blocking read of stdin, a call that waits for a system) must
/// not keep the process alive: the journal has the call.
fn run_to_end<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // One thread serves one client: disk writes wait in the writer threads, and calls switch threads less.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}

fn settings(file: Option<PathBuf>) -> anyhow::Result<Settings> {
    let settings = Settings::read(|variable| std::env::var(variable).ok())?;
    Ok(Settings { file, ..settings })
}

/// Checks that the settings make sense together.
fn whole(settings: Settings) -> anyhow::Result<Settings> {
    settings.check_together()?;
    Ok(settings)
}

/// Opens the hotel and the journal for a persona's tools.
fn open(toolset: Toolset, file: Option<PathBuf>) -> anyhow::Result<Front> {
    let settings = settings(file)?;
    let acts_for = toolset.persona().acts_for;
    let me = skills::settings::email(acts_for.setting, std::env::var(acts_for.setting).ok())?;
    let real = settings.salesforce.is_some() || settings.processor.is_some();
    if acts_for.only_themselves && me.is_none() && real {
        bail!(
            "{}: missing; with Salesforce or Stripe configured this server acts for one person: give the e-mail of the \
             one who was authenticated",
            acts_for.setting
        );
    }
    let settings = whole(settings)?;
    let usable = "HOTEL_DATA: give a folder that this user and this version can use";
    data_folder::is_whole(&settings)?;
    let mut hotel = Hotel::open(&settings)?;
    let journal = Journal::open(&settings.data).context(usable)?;
    let rules = HouseRules::shared(&settings).context(usable)?;
    for (name, kept, ours) in rules.differ(&settings) {
        tracing::warn!(
            "{name} is {ours} here, but this folder has been used with {kept}: every server of a hotel needs the same"
        );
    }
    if settings.salesforce.is_none() {
        hotel.currency_of_records = Some(rules.currency);
    }
    let recovers = toolset.recovers(me.as_ref());
    let engine = Engine::new(Arc::new(hotel), settings, journal, crate::sagas::works(), recovers);
    Ok(Front::new(Arc::new(engine), toolset, me))
}

/// Writes to stderr which role runs on which systems.
fn announce(front: &Front, name: &str) {
    let engine = front.engine();
    let hotel = engine.hotel();
    tracing::info!(
        server = name,
        hotel = engine.settings().hotel(),
        settings = engine.settings().read_from(),
        records = hotel.crm.runs_on(),
        payments = hotel.payments.runs_on(),
        messages = hotel.messages.runs_on(),
        "started"
    );
    let identity = front.identity();
    if identity.acts_for.only_themselves && identity.me.is_none() {
        tracing::warn!(
            "{} is not set: every call must name its guest, and nobody checks who asks (kiosk)",
            identity.acts_for.setting
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

async fn call(front: &Front, name: &str, arguments: &str) -> anyhow::Result<ExitCode> {
    let tool = front
        .toolset()
        .get(name)
        .with_context(|| format!("there is no tool {name}; see the command tools"))?;
    let arguments: Value = serde_json::from_str(arguments).context("the arguments are not JSON")?;
    let answer = front.call(tool, arguments).await;
    writeln!(std::io::stdout(), "{:#}", answer.json())?;
    front.engine().wind_down(std::time::Duration::from_secs(4)).await;
    Ok(if answer.is_success() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}
