//! Orgs with person accounts, in which a person may be an Account and a Contact at once.

use super::super::Salesforce;
use super::super::soql::{Query, eq, is_true};
use super::Examination;
use crate::error::{Outage, SkillError};

const ABOUT: &str = "person accounts";

impl Salesforce {
    /// Whether people here are person accounts: the servers read them as Contacts, and Salesforce lets nobody write to those.
    pub(super) async fn persons(&self, found: &mut Examination) -> Result<(), Outage> {
        let is_person = || is_true("IsPersonAccount");
        let mut queries = vec![Query::new("COUNT()", "Contact", vec![is_person()])];
        if let Some(account) = &self.guest_account {
            queries.push(Query::new("COUNT()", "Account", vec![eq("Id", account.as_str()), is_person()]));
        }
        let bodies = match self.client.bodies(&queries).await {
            Ok(bodies) => bodies,
            Err(SkillError::Outage(outage)) => return Err(outage),
            Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => {
                found.warning(ABOUT, refusal.in_full(), "let the integration user read Contact and Account");
                return Ok(());
            }
        };
        let count =
            |at: usize| bodies.get(at).and_then(|body| body["totalSize"].as_u64()).unwrap_or_default();
        if count(1) > 0 {
            let says = "SALESFORCE_GUEST_ACCOUNT is a person account, and no Contact can belong to one";
            found.wrong(ABOUT, says, "make a business account for guests, and give its id");
        }
        match count(0) {
            0 => found.ok(ABOUT, "the org has them, and nobody is one: guests made here are Contacts"),
            people => found.warning(
                ABOUT,
                format!("{people} people are person accounts: calls that must change their Contact are refused"),
                "make Contacts of a business account for guests, with e-mail and Unique_Email__c, and take Unique_Email__c \
                 from the person accounts",
            ),
        }
        Ok(())
    }
}
