//! `staff-server doctor`: checks each system and the journal's folder. Changes nothing.

mod engine;
mod folder;
mod schedule;
mod server;

use crate::operate::data_folder;
use crate::operate::house_rules;
use crate::terminal::{self, fitted};
use crate::tool::Toolset;
use serde_json::json;
use skills::settings::Settings;
use skills::systems::check::{Check, Examination, Verdict};
use skills::systems::{Hotel, OpenError};
use skills::words::Email;
use std::io::Write;
use std::process::ExitCode;

/// Checks everything and prints the result. Exit code 1 if anything is wrong. `me` is the person this server acts for.
///
/// # Errors
/// A setting that cannot be used.
pub(crate) async fn run(
    settings: &Settings,
    toolset: &Toolset,
    me: Option<Email>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let mut checks = server::settings(settings);
    checks.extend(server::role(toolset));
    // A lost file must not be created by checking.
    let whole = data_folder::is_whole(settings);
    let opened = match &whole {
        Ok(()) => Some(Hotel::open(settings)),
        Err(lost) => {
            let mut found = Examination::of("files");
            found.wrong(
                lost.file,
                lost.to_string(),
                "put it back from a copy, together with the other files",
            );
            checks.extend(found.checks());
            None
        }
    };
    match opened {
        None => {}
        Some(Ok(hotel)) => {
            let (engine, person, crm, payments, messages) = tokio::join!(
                engine::examined(settings, &hotel),
                server::person(&hotel, toolset, me),
                hotel.crm.examine(&hotel.currency),
                hotel.payments.examine(),
                hotel.messages.examine()
            );
            checks.extend([engine, person, crm, payments, messages].into_iter().flatten());
            let mut found = Examination::of("files");
            hotel.files.iter().for_each(|file| folder::sound(&mut found, file));
            checks.extend(found.checks());
            checks.extend(schedule::examined(settings, &hotel).await);
        }
        Some(Err(OpenError::Data(error))) => {
            let mut found = Examination::of("embedded hotel");
            found.wrong("files", error.to_string(), "give a folder that can be written as HOTEL_DATA");
            checks.extend(found.checks());
        }
        Some(Err(error)) => return Err(error.into()),
    }
    if whole.is_ok() {
        checks.extend(folder::examined(&settings.data));
    }
    checks.extend(house_rules::examined(settings));
    let worst = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok);
    let mut out = terminal::out();
    if as_json {
        writeln!(out, "{}", json!({"verdict": worst, "checks": checks}))?;
    } else {
        checks.iter().try_for_each(|check| writeln!(out, "{}", line(check)))?;
    }
    Ok(if worst == Verdict::Wrong { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn line(check: &Check) -> String {
    let Check { system, about, verdict, message, mend } = check;
    let mend = mend.as_ref().map(|mend| format!(". To mend it: {mend}.")).unwrap_or_default();
    format!("{:8} {}", verdict.as_str(), fitted(&format!("{system}: {about}: {message}{mend}"), 9))
}
