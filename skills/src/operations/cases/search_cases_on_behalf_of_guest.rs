use super::CaseList;
use crate::error::SkillError;
use crate::records::CaseQuery;
use crate::skill::{Call, Effect, Skill};
use crate::words::{CaseNumber, CaseStatus, CaseType, Cursor, Email, Limit, Page, choice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choice!(
    /// Which of a guest's cases.
    GuestCaseFilter { Open = "Open", Closed = "Closed", All = "All" }
);

/// Show the guest's own requests (cases) and any update on them: asked for, ordered, received, looked at, taken care
/// of, done or not. For a guest who is still waiting for towels, an order, housekeeping, a repair or maintenance job or
/// an answer to a message or complaint, and asks whether a request has been handled, its status, what happened, whether
/// it is being fixed, or when somebody is coming. Returns them newest first with type, status, priority and text: by
/// default the open ones; with case_number that one. Texts over 500 characters are cut (truncated names them) unless
/// case_number is given. An empty list is a success.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Follow up the guest's requests")]
pub struct SearchCasesOnBehalfOfGuest {
    /// The guest's e-mail.
    pub guest_email: Email,
    /// This case, such as 00001001: whatever its state, with its text whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<CaseNumber>,
    /// Open, Closed or All; without it Open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_filter: Option<GuestCaseFilter>,
    /// Cases about this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_type_filter: Option<CaseType>,
    /// Rows at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// next_cursor of the call before, to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Cursor>,
}

impl Skill for SearchCasesOnBehalfOfGuest {
    const NAME: &'static str = "search_cases_on_behalf_of_guest";
    const EFFECT: Effect = Effect::Reads;
    type Output = CaseList;

    async fn run(&self, call: &Call<'_>) -> Result<CaseList, SkillError> {
        let statuses = match self.status_filter {
            None if self.case_number.is_some() => vec![],
            None | Some(GuestCaseFilter::Open) => CaseStatus::OPEN.to_vec(),
            Some(GuestCaseFilter::Closed) => vec![CaseStatus::Closed],
            Some(GuestCaseFilter::All) => vec![],
        };
        let query = CaseQuery {
            number: self.case_number.clone(),
            guest: Some(self.guest_email.clone()),
            statuses,
            case_type: self.case_type_filter,
            ..CaseQuery::default()
        };
        let found = call.crm().cases(&query, &Page::new(self.limit, self.cursor.clone())).await?;
        Ok(CaseList::of(&found, self.case_number.is_some()))
    }
}
