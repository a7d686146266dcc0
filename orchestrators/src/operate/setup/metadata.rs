//! `staff-server setup --metadata`: deploys the hotel's objects to the connected org.

use super::alone::alone;
use super::follow::{self, End};
use anyhow::{Context, anyhow, bail};
use skills::SkillError;
use skills::settings::Settings;
use skills::systems::crm::salesforce::Salesforce;
use skills::systems::crm::salesforce::metadata::{
    Components, Deployment, Package, Plan, Project, Sent, in_its_words,
};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What is asked for.
pub(crate) struct Metadata {
    pub(crate) check_only: bool,
    /// Whether ours replace the pages that the org has.
    pub(crate) replace_pages: bool,
    /// The project in this folder instead of our own.
    pub(crate) project: Option<PathBuf>,
    /// Only follow the deployment of this id.
    pub(crate) resume: Option<String>,
}

/// Why nothing was deployed, in sentences.
pub(super) type Refused = Vec<String>;

/// Deploys; exit code 1 if the project is wrong or the org refuses.
///
/// # Errors
/// A setting or a folder that cannot be used.
pub(crate) async fn deploy(settings: &Settings, wish: Metadata) -> anyhow::Result<ExitCode> {
    let Some(login) = &settings.salesforce else {
        bail!(
            "SALESFORCE_LOGIN_URL: missing; setup --metadata deploys to a Salesforce org (docs/connecting.md)"
        );
    };
    let org = Salesforce::new(login, settings.step_timeout.mul_f64(0.9))?;
    let end = match wish.resume {
        Some(ref id) if is_id(id) => follow::to_the_end(&org, id).await,
        Some(_) => bail!("--resume: give the id of a deployment, which begins with 0Af"),
        None => send(&org, settings, &wish).await?,
    };
    match end {
        Ok(end) => Ok(end.told()),
        Err(reasons) => {
            for reason in reasons {
                say(&reason);
            }
            Ok(ExitCode::from(1))
        }
    }
}

/// Writes a line to stdout. If nobody reads it, there is nobody to tell.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

fn is_id(text: &str) -> bool {
    text.starts_with("0Af")
        && [15, 18].contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The project, joined with what the org has.
async fn send(
    org: &Salesforce,
    settings: &Settings,
    wish: &Metadata,
) -> anyhow::Result<Result<End, Refused>> {
    let project = match wish.project.as_deref() {
        None => Project::ours(),
        Some(folder) => Project::read(folder),
    };
    let project = project.map_err(|why| anyhow!("--project: {why}"))?;
    Ok(match Components::of(&project) {
        Err(wrong) => Err(named(wrong)),
        Ok(components) => {
            let _alone = alone(&settings.data).context("HOTEL_DATA: give a folder that this user can use")?;
            plan_and_send(org, &components, &settings.currency, wish).await
        }
    })
}

fn named(wrong: Vec<String>) -> Refused {
    let wrong = wrong.into_iter().map(|line| format!("wrong       {line}"));
    wrong.chain(["The project is wrong; nothing was sent.".to_owned()]).collect()
}

async fn plan_and_send(
    org: &Salesforce,
    components: &Components,
    currency: &str,
    wish: &Metadata,
) -> Result<End, Refused> {
    // What they change must be seen before it is joined with the project.
    let known = wait_for_others(org).await?;
    let present = org.present(components).await.map_err(|error| told(&error))?;
    let lacks = present.lacks(currency);
    if !lacks.is_empty() {
        let lines = lacks.into_iter().map(|line| format!("lacking     {line}"));
        return Err(lines
            .chain(["The hotel does not fit into this org; nothing was sent.".to_owned()])
            .collect());
    }
    let wrong = components.wrong(&present);
    if !wrong.is_empty() {
        return Err(named(wrong));
    }
    if !present.tells_of_fields() {
        say(FIELDS);
    }
    if present.has_person_accounts() {
        say("note        The org has person accounts: see docs/connecting.md for what that means to guests.");
    }
    let check_only = wish.check_only;
    let plan = Plan::of(components, &present, wish.replace_pages);
    plan.kept.iter().for_each(|kept| say(&format!("left alone  {}: {}", kept.called, kept.why)));
    plan.notes.iter().for_each(|note| say(&format!("note        {}: {}", note.called, note.why)));
    if plan.keeps_pages() {
        say(PAGES);
    }
    let all = components.count();
    say(&format!(
        "{} of {all} components are sent{}.",
        plan.count(),
        if check_only { ", to look only" } else { "" }
    ));
    let id = sent(org, &plan.package(), check_only, known.as_ref()).await?;
    follow::to_the_end(org, &id).await
}

/// Waits for every deployment of our user that has not ended: two at once could undo each other. Answers the ids of the
/// latest deployments; none if the org does not tell.
async fn wait_for_others(org: &Salesforce) -> Result<Option<BTreeSet<String>>, Refused> {
    let Some(latest) = org.deployments().await.map_err(|error| told(&error))? else {
        say(OTHERS);
        return Ok(None);
    };
    for running in latest.iter().filter(|deployment| !deployment.done) {
        let Deployment { id, .. } = running;
        say(&format!(
            "The deployment {id} of this user has not ended. It is followed first; then this one is sent."
        ));
        let end = follow::to_the_end(org, id).await?;
        say(&format!("The deployment {id} has ended: {}.", end.status()));
    }
    Ok(Some(latest.into_iter().map(|deployment| deployment.id).collect()))
}

/// Sends the package once. If no answer comes, the org is asked whether it has a deployment that it did not have before.
async fn sent(
    org: &Salesforce,
    package: &Package,
    check_only: bool,
    known: Option<&BTreeSet<String>>,
) -> Result<String, Refused> {
    let reason = match org.deploy(package, check_only).await {
        Ok(Sent::As(id)) => return Ok(id),
        Ok(Sent::Refused(why)) => return Err(vec![format!("The org refuses: {why}."), NOTHING.to_owned()]),
        Err(error) => return Err(told(&error)),
        Ok(Sent::Unanswered(reason)) => reason,
    };
    say(&format!("The org did not answer ({reason}). It is asked whether it has the deployment."));
    let unsure = "Look in Setup > Deployment Status; follow a deployment with setup --metadata --resume ID, or run this again";
    let latest =
        org.deployments().await.map_err(|error| [told(&error), vec![format!("{unsure}.")]].concat())?;
    let (Some(latest), Some(known)) = (latest, known) else {
        return Err(vec![format!("The org does not tell this user which deployments it has. {unsure}.")]);
    };
    let new = latest.into_iter().find(|it| it.check_only == check_only && !known.contains(&it.id));
    new.map(|deployment| deployment.id).ok_or_else(|| {
        vec![
            "The org does not have it. Run this again: it looks for the deployment before it sends one."
                .to_owned(),
        ]
    })
}

/// What to do about pages that stay as they are.
const PAGES: &str = "note        An org does not say whether somebody has changed a page. --replace-pages --check-only says which of \
                     those above differ from ours; --replace-pages takes ours.";
/// What follows if an org hides its fields, or its deployments, from our user.
const FIELDS: &str = "note        The org does not say which fields it has (that takes View Setup and Configuration), so fields that this user does \
                      not see in objects that are there are left alone.";
const OTHERS: &str = "note        The org does not say which deployments it has, so those of this user that have not ended cannot be seen, and \
                      nothing is waited for.";
const NOTHING: &str = "Nothing was changed.";

/// An error of the org, as a person reads it.
pub(super) fn told(error: &SkillError) -> Refused {
    let why = in_its_words(error);
    vec![format!("The org cannot be asked: {why}. See staff-server doctor; then run this again.")]
}
