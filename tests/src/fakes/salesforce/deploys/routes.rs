//! `metadata/deployRequest`: begins a deployment, and tells how it is going. An org does one at a time; it goes on a step
//! each time somebody asks.

use super::answer::{ASKED, Ended, failures, successes};
use super::{Deploy, Metadata, checks, effects, form, package};
use crate::fakes::salesforce::call::{Answer, Call};
use crate::fakes::salesforce::ids;
use crate::fakes::salesforce::org::Org;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::values::moment;

/// `POST metadata/deployRequest`.
pub(in super::super) fn begin(org: &Org, call: &Call) -> Result<Answer> {
    let may_deploy = !org.metadata().forbidden;
    if !may_deploy {
        let message =
            "use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions";
        return Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message));
    }
    let form = form::read(call)?;
    let mut metadata = org.metadata();
    let deploy = Deploy {
        id: ids::nth("0Af", metadata.deploys.len() as u64 + 1),
        zip: form.zip,
        check_only: form.options["checkOnly"] == true,
        rolls_back: form.options["rollbackOnError"] == true,
        created: moment(jiff::Timestamp::now()),
        asked: 0,
        result: None,
    };
    let mut answer = deploy.answer(org, false);
    answer["deployOptions"] = form.options;
    metadata.overlapped |= metadata.deploys.iter().any(|other| other.result.is_none());
    metadata.deploys.push(deploy);
    Ok(Answer::new(201, answer))
}

/// `GET metadata/deployRequest/ID`.
pub(in super::super) fn ask(org: &Org, id: &str, with_details: bool) -> Result<Answer> {
    let mut metadata = org.metadata();
    let at = metadata
        .deploys
        .iter()
        .position(|deploy| deploy.id == id || deploy.id.starts_with(id) && id.len() == 15);
    let at = at.ok_or_else(Refusal::not_found)?;
    let is_first = metadata.deploys.iter().position(|deploy| deploy.result.is_none()) == Some(at);
    if is_first {
        if !metadata.held || metadata.deploys[at].asked == 0 {
            metadata.deploys[at].asked += 1;
        }
        if metadata.deploys[at].asked > ASKED {
            end(org, &mut metadata, at);
        }
    }
    Ok(Answer::ok(metadata.deploys[at].answer(org, with_details)))
}

fn end(org: &Org, metadata: &mut Metadata, at: usize) {
    let deploy = metadata.deploys[at].clone();
    let (mut components, mut problems) = package::open(&deploy.zip);
    problems.extend(checks::all(org, metadata, &components));
    let successes = successes(metadata, &components, &problems);
    let failures = failures(&problems);
    components.retain(|(kind, name), _| !problems.iter().any(|it| (&it.kind, &it.name) == (kind, name)));
    let takes_effect = !deploy.check_only && (problems.is_empty() || !deploy.rolls_back);
    if takes_effect {
        effects::take(org, metadata, components);
    }
    let status = match (problems.is_empty(), deploy.rolls_back) {
        (true, _) => "Succeeded",
        (false, true) => "Failed",
        (false, false) => "SucceededPartial",
    };
    metadata.deploys[at].result = Some(Ended { status, successes, failures });
}
