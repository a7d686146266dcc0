//! `staff-server forget EMAIL`: removes a person from the journal and keeps the accounts.

mod person;

use crate::engine::Calls;
use crate::terminal;
use anyhow::{Context, anyhow};
use person::Person;
use skills::operations::contacts::FindContact;
use skills::words::{Email, Key};
use skills::{Call, Skill, SkillError};
use std::io::Write;
use std::process::ExitCode;

/// What the distributed engine keeps beside the state of calls.
const BESIDE: &str = "The engine's journals and results of calls that have ended name the person for up to two hours more, \
its log and snapshots until newer ones replace them (docs/scaling.md, Personal data).";

/// Redacts every finished call that concerns the person, by e-mail, or by name and phone from the hotel's records.
/// Exit code 1 if unfinished calls are left.
///
/// # Errors
/// When the hotel's records cannot be read, or the journal cannot be written.
pub(crate) async fn run(engine: &dyn Calls, email: Email) -> anyhow::Result<ExitCode> {
    let person = person(engine, email).await?;
    let journal = engine.trail();
    let done = journal
        .forget(&person)
        .await
        .map_err(|error| anyhow!("the journal could not be written: {error:?}"))?;
    let mut out = terminal::out();
    if done.redacted == 0 && done.unfinished == 0 {
        writeln!(out, "Nothing found in the journal.")?;
    } else {
        writeln!(out, "{} calls were redacted; what was done, when and for how much stays.", done.redacted)?;
    }
    if done.unfinished > 0 {
        writeln!(
            out,
            "{} unfinished calls were left as they are: run reconcile first, then forget again.",
            done.unfinished
        )?;
    }
    if engine.settings().restate.is_some() {
        writeln!(out, "{BESIDE}")?;
    }
    writeln!(out, "The hotel's own records (people, bookings, payments, texts sent) were not touched.")?;
    Ok(if done.unfinished == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The person, with every name and phone in the hotel's records.
async fn person(engine: &dyn Calls, email: Email) -> anyhow::Result<Person> {
    let hotel = engine.hotel();
    let call = Call::new(hotel, Key::derived(&["read"]), hotel.today());
    let known = FindContact { email: email.clone() }.run(&call).await.map_err(|error| match error {
        SkillError::Refused(refusal) | SkillError::MovedOn(refusal) => anyhow!(refusal.error_message),
        SkillError::Outage(outage) => anyhow!(outage.reason),
    });
    let known = known.context("the hotel's records could not be asked for the person's name")?;
    let names = known.into_iter().flat_map(|contact| {
        // Many people share a first or a last name alone.
        let whole = !contact.first_name.is_empty() && !contact.last_name.is_empty();
        let name = whole.then(|| format!("{} {}", contact.first_name, contact.last_name));
        [name, contact.phone, contact.landline].into_iter().flatten()
    });
    Ok(Person::new(&email, names))
}
