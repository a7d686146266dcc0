//! The command line of `hotel-worker`.

use super::{MISUSED, REFUSED, environment, log};
use crate::engine::journal::Schedule;
use crate::operate::house_rules::HouseRules;
use crate::operate::schedule::run_once;
use crate::restate::worker::{Hotels, Listening, Served, serve};
use crate::saga::erased::Boxed;
use crate::sagas::Sagas;
use crate::telemetry;
use anyhow::{Context, bail};
use clap::Parser;
use jiff::Timestamp;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::systems::ingress::admin;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The name of the program.
const NAME: &str = "hotel-worker";

/// Plays the hotel's sagas for a Restate server, which records, locks and finishes them. Any number of workers may run.
#[derive(Parser)]
#[command(name = NAME, version)]
struct Cli {
    /// Read the settings of one hotel from this file instead of .env in the working directory.
    #[arg(long, value_name = "FILE", conflicts_with = "hotels")]
    env_file: Option<PathBuf>,
    /// Serve each hotel that has a settings file NAME.env in this folder.
    #[arg(long, value_name = "FOLDER")]
    hotels: Option<PathBuf>,
    /// Where the Restate server reaches this worker; a private address.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9080")]
    listen: SocketAddr,
    /// Accept only requests signed by the Restate server with this public key (publickeyv1_…).
    #[arg(long, value_name = "KEY")]
    identity: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Tell the Restate server where workers of this release are reached. Each release needs an address of its own.
    Register {
        /// The Restate server's admin address.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9070")]
        admin: String,
        /// The address of the workers, as the Restate server reaches them.
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9080")]
        at: String,
    },
}

/// Opens the hotel of a settings file.
fn of_file(file: &Path) -> anyhow::Result<(Settings, Hotel)> {
    let unread = || format!("{} cannot be read", file.display());
    let variables = environment::variables_of(file).with_context(unread)?;
    let settings = Settings::read(|variable| variables.get(variable).cloned()).with_context(unread)?;
    let settings = Settings { file: Some(file.to_owned()), ..settings };
    let hotel = opened(&settings).with_context(|| file.display().to_string())?;
    Ok((settings, hotel))
}

fn reconcile(served: Arc<Served>, known: Schedule, every: Duration) -> Boxed<'static, (Schedule, Timestamp)> {
    Box::pin(async move { run_once(&served.engine, known, every).await })
}

fn opened(settings: &Settings) -> anyhow::Result<Hotel> {
    settings.check_together()?;
    skills::sqlite::private_folder(&settings.data)?;
    let mut hotel = Hotel::open(settings)?;
    if settings.salesforce.is_none() {
        hotel.currency_of_records = Some(HouseRules::shared(settings)?.currency);
    }
    Ok(hotel)
}

/// The worker's main.
pub fn main() -> ExitCode {
    main_with(Sagas::default())
}

/// The main of a worker that runs these sagas.
pub fn main_with(sagas: Sagas) -> ExitCode {
    let code = match run(Cli::parse(), sagas) {
        Ok(code) => code,
        Err(error) => {
            log::say(&format!("error: {error:#}"));
            ExitCode::from(MISUSED)
        }
    };
    telemetry::flush();
    log::flush();
    code
}

fn run(cli: Cli, sagas: Sagas) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if let Some(Command::Register { admin: address, at }) = cli.command {
        log::log_to_stderr();
        return Ok(match runtime.block_on(admin::register(&address, &at)) {
            Ok(id) => {
                log::say(&format!("registered {at} as {id}"));
                ExitCode::SUCCESS
            }
            Err(error) => {
                log::say(&format!("error: {error}"));
                ExitCode::from(REFUSED)
            }
        });
    }
    let hotels = match cli.hotels {
        Some(folder) => {
            telemetry::start(NAME)?;
            log::log_to_stderr();
            let hotels = Hotels::of_folder(folder.clone(), of_file, reconcile, sagas)?;
            if hotels.count() == 0 {
                tracing::warn!(folder = %folder.display(), "there is no settings file (NAME.env) yet");
            }
            hotels
        }
        None => {
            let file = environment::load_environment(cli.env_file.as_deref())?;
            telemetry::start(NAME)?;
            log::log_to_stderr();
            let settings = Settings::read(|variable| std::env::var(variable).ok())?;
            let settings = Settings { file, ..settings };
            let hotel = opened(&settings)?;
            Hotels::of(settings, hotel, reconcile, sagas)?
        }
    };
    if let Some(identity) = &cli.identity
        && !identity.starts_with("publickeyv1_")
    {
        bail!("--identity: give the server's public key, publickeyv1_…");
    }
    if !cli.listen.ip().is_loopback() && cli.identity.is_none() {
        tracing::warn!("whoever reaches {} can run calls: keep it private, or give --identity", cli.listen);
    }
    runtime.block_on(async {
        let listening = Listening::at(cli.listen)?;
        tracing::info!(hotels = hotels.count(), "started");
        log::say(&format!("hotel-worker listens at {}", listening.address()?));
        let stop = crate::mcp::cancelled_by_signals();
        serve(hotels, listening, cli.identity.as_deref(), async move { stop.cancelled().await }).await
    })?;
    Ok(ExitCode::SUCCESS)
}
