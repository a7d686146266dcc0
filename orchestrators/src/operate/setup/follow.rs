//! Follows a deployment to its end, and tells what became of each component.

use super::metadata::{Refused, say};
use skills::SkillError;
use skills::systems::crm::salesforce::Salesforce;
use skills::systems::crm::salesforce::metadata::{Deployment, What, in_its_words};
use std::process::ExitCode;
use std::time::Duration;

/// The first pause before an org is asked again; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After so many requests without an answer, one after another, the deployment is left to itself.
const MOST_UNANSWERED: u32 = 8;

/// A deployment that has ended.
pub(super) struct End(Deployment);

/// Asks the org until the deployment has ended.
pub(super) async fn to_the_end(org: &Salesforce, id: &str) -> Result<End, Refused> {
    let later = format!("staff-server setup --metadata --resume {id}");
    say(&format!("Deployment {id}. If this ends early, the org goes on; follow it with: {later}"));
    let (mut pause, mut unanswered, mut last) = (FIRST_PAUSE, 0, String::new());
    loop {
        match org.deployment(id).await {
            Ok(deployment) if deployment.done => return Ok(End(deployment)),
            Ok(deployment) => {
                let Deployment { status, deployed, total, .. } = &deployment;
                let now = if *total > 0 {
                    format!("{status}: {deployed} of {total} components")
                } else {
                    status.clone()
                };
                if now != last {
                    say(&now);
                    last = now;
                }
                unanswered = 0;
            }
            Err(SkillError::Outage(outage)) => {
                unanswered += 1;
                if unanswered == MOST_UNANSWERED {
                    let why = outage.reason;
                    return Err(vec![format!(
                        "The org does not answer: {why}. The deployment goes on there. Later: {later}"
                    )]);
                }
            }
            Err(error) => {
                let why = in_its_words(&error);
                return Err(vec![format!(
                    "The org does not show this user a deployment {id} ({why}). Setup > Deployment Status lists them."
                )]);
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

impl End {
    pub(super) fn status(&self) -> &str {
        &self.0.status
    }

    /// Writes a line for each component, and what came of all; answers the exit code.
    pub(super) fn told(&self) -> ExitCode {
        let Deployment { outcomes, check_only, success, status, message, .. } = &self.0;
        let (mut created, mut changed, mut unchanged, mut refused) = (0, 0, 0, 0);
        for outcome in outcomes {
            let (word, count, why) = match &outcome.what {
                What::Created => (if *check_only { "to create" } else { "created" }, &mut created, None),
                What::Changed => (if *check_only { "to change" } else { "changed" }, &mut changed, None),
                What::Unchanged => ("unchanged", &mut unchanged, None),
                What::Refused(why) => ("refused", &mut refused, Some(why)),
            };
            *count += 1;
            // If one is refused, nothing is done of the others.
            if *success || why.is_some() {
                let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                say(&format!("{word:11} {}{why}", outcome.called));
            }
        }
        if !success {
            let why = message.as_ref().map(|message| format!(" {message}.")).unwrap_or_default();
            say(&format!(
                "{status}: {refused} components are refused.{why} A deployment is all or nothing: nothing was changed."
            ));
            return ExitCode::from(1);
        }
        let counts = match check_only {
            true => format!(
                "{created} to create, {changed} to change, {unchanged} unchanged. Nothing was changed: this only looked."
            ),
            false => format!("{created} created, {changed} changed, {unchanged} unchanged."),
        };
        say(&format!("{status}: {counts}"));
        ExitCode::SUCCESS
    }
}
