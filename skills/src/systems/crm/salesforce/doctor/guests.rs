//! Whether guests belong to an Account, without which Salesforce shows them to their owner alone.

use super::super::Salesforce;
use super::super::soql::{Query, all, eq};
use super::Examination;
use crate::error::{Outage, SkillError};

impl Salesforce {
    /// Whether guests belong to the Account that was set, if the integration user may fill it in at all.
    pub(super) async fn guests_belong(&self, found: &mut Examination, may_ask: bool) -> Result<(), Outage> {
        let about = "SALESFORCE_GUEST_ACCOUNT";
        let Some(account) = &self.guest_account else {
            let says = "not set: Salesforce shows guests made here to the integration user alone, whatever is shared";
            let mend = "make an Account for guests, let the integration user read it, and set SALESFORCE_GUEST_ACCOUNT to its id \
                        (docs/connecting.md)";
            found.warning(about, says, mend);
            return Ok(());
        };
        if !may_ask {
            let says = "the integration user may not fill in AccountId of Contact and Opportunity";
            found.wrong(
                about,
                says,
                "give the integration user Edit on AccountId of both, and Read on Account",
            );
            return Ok(());
        }
        let there = Query::new("Id", "Account", vec![eq("Id", account.as_str())]);
        let private = Query::new(
            "COUNT()",
            "Contact",
            vec![all(vec![eq("AccountId", None::<&str>), eq("Contact_Type__c", "Guest")])],
        );
        let mend = "give the id of an Account that the integration user may read";
        let bodies = match self.client.bodies(&[there, private]).await {
            Ok(bodies) => bodies,
            Err(SkillError::Outage(outage)) => return Err(outage),
            Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => {
                found.wrong(about, refusal.in_full(), mend);
                return Ok(());
            }
        };
        let count =
            |at: usize| bodies.get(at).and_then(|body| body["totalSize"].as_u64()).unwrap_or_default();
        match (count(0), count(1)) {
            (0, _) => {
                found.wrong(about, "there is no such Account, or the integration user does not see it", mend);
            }
            (_, 0) => found.ok(about, "every guest belongs to an Account"),
            (_, alone) => found.warning(
                "guests without an Account",
                format!("{alone} guests are shown to their owner alone"),
                "give them AccountId, for example with a data loader",
            ),
        }
        Ok(())
    }
}
