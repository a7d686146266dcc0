//! Sends a package, and asks how its deployment is going.

mod result;

pub use result::{Deployment, Outcome, What};

use super::super::client::{Client, Form, code_of};
use super::features::without_api;
use super::package::Package;
use super::present;
use crate::error::{Outage, SkillError};
use serde_json::json;

/// What became of sending.
#[derive(Debug)]
pub enum Sent {
    /// The org has it, under this id.
    As(String),
    /// No answer came: the org may have it.
    Unanswered(String),
    /// The org does not take it; why, and what to do.
    Refused(String),
}

/// How many of the latest deployments are looked at.
const LATEST: usize = 20;
const RIGHTS: &str = "To deploy, a user needs API Enabled, Modify Metadata Through Metadata API Functions (or Modify All Data), \
                      Customize Application, and Manage Profiles and Permission Sets. A System Administrator has all of them; \
                      the integration user has none of the last three, and should not";

/// The latest deployments of our user, newest first; none if the org does not tell.
pub(super) async fn latest(client: &Client) -> Result<Option<Vec<Deployment>>, SkillError> {
    let root = client.answered(client.reach("resources", "").await?)?;
    let user = root.body["identity"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let is_id = !user.is_empty() && user.chars().all(|c| c.is_ascii_alphanumeric());
    let ours = if is_id { format!("WHERE CreatedById = '{user}' ") } else { String::new() };
    let query = format!(
        "SELECT Id, Status, CheckOnly FROM DeployRequest {ours}ORDER BY CreatedDate DESC LIMIT {LATEST}"
    );
    let rows = present::rows(client, "tooling/query", &query).await?;
    Ok(rows.map(|rows| rows.iter().map(Deployment::of_row).collect()))
}

/// Sends a package.
pub(super) async fn send(client: &Client, package: &Package, check_only: bool) -> Result<Sent, SkillError> {
    let zip = package.zip().map_err(|why| client.remote.unreached(why))?;
    let options = json!({"deployOptions": {
        "allowMissingFiles": false, "autoUpdatePackage": false, "checkOnly": check_only, "ignoreWarnings": false,
        "performRetrieve": false, "purgeOnDelete": false, "rollbackOnError": true, "singlePackage": true}});
    let form = Form::of(&options, &zip);
    let reply = match client.post_form("deploy", "metadata/deployRequest", &form).await {
        Ok(reply) => reply,
        Err(Outage { effect_unknown: true, reason, .. }) => return Ok(Sent::Unanswered(reason)),
        Err(outage) => return Err(outage.into()),
    };
    if let (true, Some(id)) = (reply.is_success(), reply.body["id"].as_str()) {
        return Ok(Sent::As(id.to_owned()));
    }
    let (status, code) = (reply.status.as_u16(), code_of(&reply.body).to_owned());
    let said = reply.body[0]["message"].as_str().unwrap_or_default();
    let why = format!("{code}: {said}").trim_matches([':', ' ']).to_owned();
    if let Some(edition) = without_api(&code) {
        return Ok(Sent::Refused(format!("{why}: {edition}")));
    }
    match code.as_str() {
        _ if status == 403 && code != "REQUEST_LIMIT_EXCEEDED" => {
            Ok(Sent::Refused(format!("{why}. {RIGHTS}")))
        }
        // An error of the org's own may come after the org has taken it.
        _ if status >= 500 || reply.is_success() => Ok(Sent::Unanswered(format!("status {status} {code}"))),
        _ => match client.answered(reply) {
            Err(SkillError::Outage(outage)) => Err(outage.into()),
            _ => Ok(Sent::Refused(format!("status {status} {why}"))),
        },
    }
}

/// How a deployment is going, with every component.
pub(super) async fn status(client: &Client, id: &str) -> Result<Deployment, SkillError> {
    let reply =
        client.reach("deployment", &format!("metadata/deployRequest/{id}?includeDetails=true")).await?;
    let body = client.answered(reply)?.body;
    Ok(Deployment::of(id, &body["deployResult"]))
}
