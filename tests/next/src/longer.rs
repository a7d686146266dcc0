//! A saga with one step more at its end.

use orchestrators::saga::{Run, Saga, SagaError};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use skills::operations::cases::UpsertCase;
use skills::words::{CaseNumber, CaseType, LongText, Origin, Priority, RoomNumber};
use skills::{Commit, Effect, ErrorCode};
use std::borrow::Cow;

/// What a saga of the next version does at its end.
pub(crate) trait Ends: Saga {
    /// The text of the case that is opened.
    const WITH: &'static str;
}

/// A saga of this version under its own name and with its own arguments; then one step more.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Longer<S>(S);

impl<S: JsonSchema> JsonSchema for Longer<S> {
    fn schema_name() -> Cow<'static, str> {
        S::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        S::json_schema(generator)
    }
}

/// The saga's answer, with one field more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LongerAnswer<A> {
    #[serde(flatten)]
    answer: A,
    /// The case that was opened.
    follow_up_case: CaseNumber,
}

impl<S: Ends> Saga for Longer<S> {
    const NAME: &'static str = S::NAME;
    const EFFECT: Effect = S::EFFECT;
    const PENDING: ErrorCode = S::PENDING;
    type Output = LongerAnswer<S::Output>;

    async fn run(self, saga: &Run) -> Result<Self::Output, SagaError> {
        let answer = self.0.run(saga).await?;
        let told = serde_json::to_value(&answer).unwrap_or_default();
        let room = told["room_number"].as_str().and_then(|room| RoomNumber::new(room).ok());
        let case = UpsertCase {
            external_id: saga.key_for("follow-up case"),
            guest: None,
            room,
            booking: None,
            case_type: CaseType::Housekeeping,
            priority: Priority::Low,
            origin: Origin::Internal,
            description: LongText::new(S::WITH).map_err(|_| SagaError::bug("the text is no text"))?,
            opened_at: saga.now(),
        };
        let made = saga.commit("open_follow_up_case", Commit::new().with(case)).await?;
        let follow_up_case = made.case_number.ok_or_else(|| SagaError::bug("a case without a number"))?;
        Ok(LongerAnswer { answer, follow_up_case })
    }
}
