//! `staff-server setup`: `--metadata` deploys the hotel's objects to the connected org (`setup/metadata.rs`), `--seed` loads the
//! sample hotel into it.

mod alone;
mod follow;
mod metadata;

pub(crate) use metadata::{Metadata, deploy};

use anyhow::bail;
use skills::SkillError;
use skills::settings::{Processor, Settings};
use skills::systems::Hotel;
use skills::systems::crm::Sample;
use std::io::Write;
use std::process::ExitCode;

/// Loads the sample hotel; exit code 1 if that failed, or if the org has data of others and `among_others` is not given.
///
/// # Errors
/// A setting that cannot be used; also a live Stripe key, since sample guests must not pay real money.
pub(crate) async fn run(settings: &Settings, among_others: bool) -> anyhow::Result<ExitCode> {
    if settings.processor.as_ref().is_some_and(Processor::is_live) {
        bail!("STRIPE_SECRET_KEY: this hotel takes real money; the sample hotel is for test mode");
    }
    let hotel = Hotel::open(settings)?;
    let loaded = hotel.crm.load_sample(hotel.today(), among_others).await;
    let mut out = crate::terminal::out();
    match loaded {
        Ok(Sample::Inborn) => {
            writeln!(out, "The embedded hotel is the sample hotel from its first start: nothing to do.")?;
        }
        Ok(Sample::AmongOthers(bookings)) => {
            let why = "Give --yes to load the sample hotel beside them; no booking of others is touched.";
            writeln!(out, "The org holds {bookings} bookings of others. {why}")?;
            return Ok(ExitCode::from(1));
        }
        Ok(Sample::Loaded { kinds, left_out, dated_anew }) => {
            for (kind, made, there) in kinds {
                writeln!(out, "{kind}: {made} made, {there} there already")?;
            }
            for booking in left_out {
                writeln!(out, "left out: {booking}; others hold its room")?;
            }
            if dated_anew {
                writeln!(out, "Nobody had touched the sample's bookings: they are dated for today again.")?;
            }
            let numbers =
                "Salesforce numbers bookings and cases itself: BK-0001 of the sample is the booking with";
            writeln!(
                out,
                "{numbers} External_ID__c seed-BK-0001, whatever its number. Cases are as old as this run."
            )?;
        }
        Err(error) => {
            let why = match error {
                SkillError::Refused(refusal) => refusal.in_full(),
                other => other.to_string(),
            };
            writeln!(
                out,
                "The sample hotel could not be loaded: {why}. See staff-server doctor; then run it again."
            )?;
            return Ok(ExitCode::from(1));
        }
    }
    Ok(ExitCode::SUCCESS)
}
