use crate::error::SkillError;
use crate::records::{Case, CaseQuery};
use crate::skill::{Call, Effect, Skill};
use crate::words::{CaseNumber, Key, Page};
use serde::{Deserialize, Serialize};

/// Find a case by its number or by our key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum FindCase {
    /// By number.
    Number(CaseNumber),
    /// By our key (`External_ID__c`).
    ExternalId(Key),
}

impl Skill for FindCase {
    const NAME: &'static str = "find_case";
    const EFFECT: Effect = Effect::Reads;
    type Output = Option<Case>;

    async fn run(&self, call: &Call<'_>) -> Result<Option<Case>, SkillError> {
        let query = match self.clone() {
            Self::Number(number) => CaseQuery { number: Some(number), ..CaseQuery::default() },
            Self::ExternalId(key) => CaseQuery { external_id: Some(key), ..CaseQuery::default() },
        };
        Ok(call.crm().cases(&query, &Page::default()).await?.items.pop())
    }
}
