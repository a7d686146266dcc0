//! Deploys the project that makes an org the hotel's (`salesforce/`) through the Metadata REST API
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_rest_deploy.htm>).
//!
//! [`Project`] reads the files, [`Components`] knows what each is and what is wrong with it, `present.rs` asks the org what it
//! has, [`Plan`] joins both so that nothing of the org is lost, `package.rs` makes the zip, `deploy.rs` sends it and follows it.

mod component;
mod deploy;
mod features;
mod keys;
mod lists;
mod package;
mod pages;
mod plan;
mod present;
mod project;
mod rights;
mod value_sets;
mod wrong;
mod xml;

pub use component::{Component, Components};
pub use deploy::{Deployment, Outcome, Sent, What};
pub use package::Package;
pub use plan::{Kept, Plan};
pub use present::Present;
pub use project::Project;

pub(super) use features::{has_person_accounts, missing_object, unused_currency, without_api};

use super::Salesforce;
use crate::error::SkillError;

/// An error of the org in its own words, with what that means where we know it.
#[must_use]
pub fn in_its_words(error: &SkillError) -> String {
    let refusal = match error {
        SkillError::Refused(refusal) | SkillError::MovedOn(refusal) => refusal,
        SkillError::Outage(outage) => return outage.reason.clone(),
    };
    let said = |name: &str| refusal.details.get(name).and_then(serde_json::Value::as_str);
    let Some(code) = said("system_code") else { return refusal.in_full() };
    let message = said("system_message").map(|message| format!(": {message}"));
    let edition = without_api(code).map(|edition| format!(": {edition}"));
    [Some(code.to_owned()), message, edition].into_iter().flatten().collect()
}

impl Salesforce {
    /// What the org has of what these components name.
    ///
    /// # Errors
    /// When the org cannot be asked, or refuses to say.
    pub async fn present(&self, components: &Components) -> Result<Present, SkillError> {
        Present::read(&self.client, components).await
    }

    /// The latest deployments of our user, newest first; none if the org does not tell.
    ///
    /// # Errors
    /// When the org cannot be asked.
    pub async fn deployments(&self) -> Result<Option<Vec<Deployment>>, SkillError> {
        deploy::latest(&self.client).await
    }

    /// Sends a package, once.
    ///
    /// # Errors
    /// When the org refuses it, or nothing was sent.
    pub async fn deploy(&self, package: &Package, check_only: bool) -> Result<Sent, SkillError> {
        deploy::send(&self.client, package, check_only).await
    }

    /// How a deployment is going.
    ///
    /// # Errors
    /// When the org cannot be asked, or knows no such deployment.
    pub async fn deployment(&self, id: &str) -> Result<Deployment, SkillError> {
        deploy::status(&self.client, id).await
    }
}
