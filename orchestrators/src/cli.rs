//! The command line both servers share. Without a command a server speaks MCP on stdio.

mod arguments;
mod asking;
mod board;
mod chosen;
mod config;
pub(crate) mod environment;
mod grammar;
mod log;
mod reconcile;
mod serve;
mod tools;
mod variables;
#[cfg(feature = "restate")]
pub mod worker;

use crate::connect::{Entry, Wish};
use crate::engine::{Engine, Works, journal::Journal};
use crate::mcp;
use crate::operate::data_folder;
use crate::operate::house_rules::HouseRules;
use crate::operate::reconcile::{Reconcile, Replay};
use crate::operate::schedule;
use crate::restate::Remote;
use crate::sagas::Sagas;
use crate::telemetry;
use crate::terminal;
use crate::tool::{Front, Persona, Toolset};
use anyhow::{Context, anyhow, bail};
use chosen::chosen;
use environment::load_environment;
pub use grammar::grammar;
use grammar::{Cli, Command, read_command_line};
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::Email;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Exit code of a refused call, a reconciliation with findings, or a demo that did not go as its story says.
const REFUSED: u8 = 1;
/// Exit code of a command line or a setting that cannot be used.
const MISUSED: u8 = 2;

/// A server's main: reads the settings, opens the hotel, runs the command.
pub fn main(name: &'static str, persona: Persona) -> ExitCode {
    main_with(name, persona, Sagas::default())
}

/// The main of a server that runs these sagas.
pub fn main_with(name: &'static str, persona: Persona, sagas: Sagas) -> ExitCode {
    let toolset = Toolset::new(persona).running(sagas);
    let done = read_command_line(name, toolset.persona()).and_then(|cli| {
        let exported = variables::exported();
        let file = load_environment(cli.env_file.as_deref())?;
        if matches!(cli.command, None | Some(Command::Serve { .. })) {
            telemetry::start(name)?;
        }
        log::log_to_stderr();
        run(cli, file, &exported, name, toolset)
    });
    let code = done.unwrap_or_else(report);
    telemetry::flush();
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

fn run(
    cli: Cli,
    file: Option<PathBuf>,
    exported: &[&str],
    name: &'static str,
    toolset: Toolset,
) -> anyhow::Result<ExitCode> {
    variables::check(toolset.persona().acts_for.setting)?;
    let toolset = chosen(toolset, &cli)?;
    let options = cli.options();
    match cli.command {
        Some(Command::Tools { json }) => {
            tools::print(&toolset, json)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Demo) => {
            let told = run_to_end(crate::demo::run(&(toolset.persona().story)(), name));
            Ok(told.map_or_else(|error| failed(&error), |()| ExitCode::SUCCESS))
        }
        Some(Command::Call { tool, arguments, json, yes }) => {
            let call = tools::Call::read(&toolset, &tool, &arguments)?;
            let me = person(&toolset)?;
            let front = open(toolset, file, Acts::For(me))?;
            let done = call.run(&front, json, yes);
            front.engine().close();
            done
        }
        Some(Command::Board { date, call, html }) => {
            let wish = call.map_or(board::Wish::Day(date), board::Wish::Call);
            wish.check(&toolset)?;
            let me = person(&toolset)?;
            let front = open(toolset, file, Acts::For(me))?;
            let done = board::run(&front, &wish, html.as_deref());
            front.engine().close();
            done
        }
        Some(Command::Config { client, email, write, yes }) => {
            let person =
                email.map(Email::new).transpose().map_err(|problem| anyhow!("--email: {problem}"))?;
            if file.is_some() {
                whole(settings(file.clone())?)?;
            }
            let persona = toolset.persona();
            let hints = config::hints(file.as_deref(), exported);
            let entry = Entry::new(persona.name, file, options)?
                .acting_for(persona.acts_for.setting, person.map(|email| email.to_string()))
                .hinting(hints);
            let wish = match (write, yes) {
                (false, _) => Wish::Print,
                (true, false) => Wish::Ask,
                (true, true) => Wish::Write,
            };
            crate::connect::run(client, &entry, wish)
        }
        Some(Command::Reconcile { json, fix, days, resolve, replay, yes }) => {
            let wish = match (resolve, replay) {
                (Some(token), _) => reconcile::Wish::Resolve(token),
                (None, Some(since)) => reconcile::Wish::Replay(Replay { since, as_json: json, yes }),
                (None, None) => reconcile::Wish::Look(Reconcile { as_json: json, fix, days }),
            };
            reconcile::run(toolset, file, wish)
        }
        Some(Command::Doctor { json }) => {
            let settings = whole(settings(file)?)?;
            let me = person(&toolset)?;
            run_to_end(crate::operate::doctor::run(&settings, &toolset, me, json))
        }
        Some(Command::Setup { seed, yes, metadata: _, check_only, replace_pages, project, resume }) => {
            let settings = whole(settings(file)?)?;
            if seed {
                return run_to_end(crate::operate::setup::run(&settings, yes));
            }
            let wish = crate::operate::setup::Metadata { check_only, replace_pages, project, resume };
            run_to_end(crate::operate::setup::deploy(&settings, wish))
        }
        Some(Command::Backup { folder }) => {
            let settings = settings(file)?;
            if let Err(lost) = data_folder::is_whole(&settings) {
                return Ok(failed(&lost.into()));
            }
            let copied = data_folder::back_up(&settings.data, &folder)?;
            writeln!(terminal::out(), "copied {} into {}", copied.join(", "), folder.display())?;
            if let Some(why) = data_folder::left_out(&settings.data) {
                writeln!(terminal::out(), "{why}")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Forget { email }) => {
            let email = Email::new(email).map_err(|problem| anyhow!("EMAIL: {problem}"))?;
            let me = person(&toolset)?;
            let engine = Arc::clone(open(toolset, file, Acts::For(me))?.engine());
            let done = run_to_end(async { Ok(crate::operate::forget::run(&*engine, email).await) })?;
            Ok(done.unwrap_or_else(|error| failed(&error)))
        }
        Some(Command::DevToken { email }) => {
            serve::dev_token(toolset.persona(), &settings(file)?, &email)?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Serve { http, dev }) => {
            let serve = serve::Serve::read(toolset.persona(), &settings(file.clone())?, http, dev)?;
            let front = Arc::new(open(toolset, file, Acts::ForWhoeverAsks)?);
            run_to_end(async {
                let stop = mcp::cancelled_by_signals();
                announce(&front, name);
                let listening = serve.listen(name).await?;
                mcp::http::serve_http(Arc::clone(&front), name, listening, stop).await
            })?;
            front.engine().close();
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let me = person(&toolset)?;
            let front = Arc::new(open(toolset, file, Acts::For(me))?);
            run_to_end(async {
                let stop = mcp::cancelled_by_signals();
                announce(&front, name);
                warn_if_kiosk(&front);
                if std::io::stdin().is_terminal() {
                    log::say(&waiting(name));
                }
                mcp::serve_stdio(Arc::clone(&front), name, stop).await
            })?;
            front.engine().close();
            Ok(ExitCode::SUCCESS)
        }
    }
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
    crate::http::HttpSettings::read(|variable| std::env::var(variable).ok())?;
    Ok(Settings { file, ..settings })
}

/// Checks that the settings make sense together.
fn whole(settings: Settings) -> anyhow::Result<Settings> {
    settings.check_together()?;
    Ok(settings)
}

/// The person this server acts for.
fn person(toolset: &Toolset) -> anyhow::Result<Option<Email>> {
    let setting = toolset.persona().acts_for.setting;
    Ok(skills::settings::email(setting, std::env::var(setting).ok())?)
}

/// Whom a server acts for.
enum Acts {
    /// This person; nobody in particular if there is none.
    For(Option<Email>),
    /// Whom the token of each request stands for.
    ForWhoeverAsks,
}

/// Opens the hotel and the journal for a persona's tools.
fn open(toolset: Toolset, file: Option<PathBuf>, acts: Acts) -> anyhow::Result<Front> {
    let settings = settings(file)?;
    let acts_for = toolset.persona().acts_for;
    let (me, is_known) = match acts {
        Acts::For(me) => (me.clone(), me.is_some()),
        Acts::ForWhoeverAsks => (None, true),
    };
    let real = settings.salesforce.is_some() || settings.processor.is_some();
    if acts_for.only_themselves && !is_known && real {
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
    skills::sqlite::private_folder(&settings.data).context(usable)?;
    let rules = HouseRules::shared(&settings).context(usable)?;
    for (name, kept, ours) in rules.differ(&settings) {
        tracing::warn!(
            "{name} is {ours} here, but this folder has been used with {kept}: every server of a hotel needs the same"
        );
    }
    if settings.salesforce.is_none() {
        hotel.currency_of_records = Some(rules.currency);
    }
    if let Some(address) = settings.restate.clone() {
        let reconciles = !schedule::routines(&toolset, settings.reconcile_every).is_empty();
        let engine = Remote::new(Arc::new(hotel), settings, &address, crate::sagas::MAY_BE_LOGGED)?;
        let engine = engine.reconciling(reconciles);
        return Ok(Front::new(Arc::new(engine), toolset, me));
    }
    let journal = Journal::open(&settings.data).context(usable)?;
    let recovers = toolset.recovers(me.as_ref());
    let routines = schedule::routines(&toolset, settings.reconcile_every);
    let works = Works { routines, ..crate::sagas::works(toolset.sagas().clone()) };
    let engine = Engine::new(Arc::new(hotel), settings, journal, works, recovers);
    Ok(Front::new(Arc::new(engine), toolset, me))
}

/// What a person is told who starts a server by hand.
fn waiting(name: &str) -> String {
    format!(
        "{name} now waits for an MCP client, which speaks to it on stdin and stdout; a client starts it by itself. To stop \
         it, press Ctrl-C or Ctrl-D. What else it does: {name} --help"
    )
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
        engine = engine.settings().engine(),
        "started"
    );
}

/// Warns that nobody checks who asks.
fn warn_if_kiosk(front: &Front) {
    let identity = front.identity();
    if identity.acts_for.only_themselves && identity.me.is_none() {
        tracing::warn!(
            "{} is not set: every call must name its guest, and nobody checks who asks (kiosk)",
            identity.acts_for.setting
        );
    }
}
