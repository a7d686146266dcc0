//! Questions to the person behind a client, in the form of each protocol generation: a client of 2026-07-28 gets the question
//! as the result and makes the call again with the answer; an older one is sent a request and answers it while the call waits.

use super::seal::Seal;
use crate::tool::ask::{Asks, CanAsk, Form, Reply, Said, Ticket, ToPerson, VALID_MS};
use rmcp::model::{
    CallToolRequestParams, ConstTitle, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, EnumSchema, InputRequest, InputRequests, InputRequiredResult, LegacyEnumSchema,
    PrimitiveSchemaDefinition, ProtocolVersion, SingleSelectEnumSchema, TitledSingleSelectEnumSchema,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::Value;
use skills::settings::Settings;
use std::time::Duration;

/// The name of our one question in a result, and of its answer.
const QUESTION: &str = "person";

/// What this request's client can put to its person.
pub(super) fn can_ask(context: &RequestContext<RoleServer>) -> CanAsk {
    let declared = context.client_capabilities().and_then(|client| client.elicitation);
    // A client that names no mode takes forms. One that only opens pages cannot be asked for a yes, which is a form. It is
    // one that cannot ask, in everything: it is not offered the bank's page for a charge that nobody was asked about.
    declared
        .filter(|asks| asks.form.is_some() || asks.url.is_none())
        .map_or_else(CanAsk::default, |asks| CanAsk { forms: true, pages: asks.url.is_some() })
}

/// Whether questions are results in this request's protocol version.
pub(super) fn is_answered_by_a_new_call(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

/// The answer that came with a call, if it is the answer to a question of ours.
pub(super) fn reply(
    request: &CallToolRequestParams,
    seal: &Seal,
    settings: &Settings,
) -> Result<Option<Reply>, ErrorData> {
    let Some(sealed) = &request.request_state else { return Ok(None) };
    let ticket = seal.open(settings, sealed).map_err(|error| unsealed(&error))?.ok_or_else(|| {
        ErrorData::invalid_params(
            "requestState is not one that this server gave; make the call without it",
            None,
        )
    })?;
    let Some(answer) = request.input_responses.as_ref().and_then(|answers| answers.get(QUESTION)) else {
        return Ok(None);
    };
    let answer: ElicitResult = serde_json::from_value(answer.clone()).map_err(|_| {
        ErrorData::invalid_params(format!("inputResponses.{QUESTION} is no answer to a question"), None)
    })?;
    let said = said(&answer, &ticket);
    Ok(Some(Reply { ticket, said }))
}

/// A question as the result of a call.
pub(super) fn as_result(
    question: ToPerson,
    seal: &Seal,
    settings: &Settings,
) -> Result<InputRequiredResult, ErrorData> {
    let state = seal.close(settings, &question.ticket).map_err(|error| unsealed(&error))?;
    let asked = ElicitRequest::new(params(question, true));
    let requests = InputRequests::from([(QUESTION.to_owned(), InputRequest::Elicitation(asked))]);
    Ok(InputRequiredResult::new(Some(requests), Some(state)))
}

/// Sends a question to a client of an older version and waits for its person. No answer in time counts as none.
pub(super) async fn ask(question: ToPerson, context: &RequestContext<RoleServer>) -> Reply {
    let ticket = question.ticket.clone();
    let titled = context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2025_11_25);
    let patience = Some(Duration::from_millis(VALID_MS.unsigned_abs()));
    let asked = context.peer.create_elicitation_with_timeout(params(question, titled), patience);
    let answered = tokio::select! {
        answered = asked => answered,
        () = context.ct.cancelled() => return Reply { ticket, said: Said::Dismissed },
    };
    let said = match answered {
        Ok(answer) => said(&answer, &ticket),
        Err(error) => {
            tracing::warn!(%error, "the client did not put a question to its person");
            Said::Dismissed
        }
    };
    Reply { ticket, said }
}

/// The answer to a question that is not put.
pub(super) fn unanswered(question: ToPerson) -> Reply {
    Reply { ticket: question.ticket, said: Said::Dismissed }
}

fn unsealed(error: &std::io::Error) -> ErrorData {
    tracing::error!(%error, file = "seal.key", "questions cannot be sealed");
    ErrorData::internal_error("this server cannot ask: its key for questions cannot be read", None)
}

fn said(answer: &ElicitResult, ticket: &Ticket) -> Said {
    match (&answer.action, &ticket.asks) {
        (ElicitationAction::Decline, _) => Said::No,
        (ElicitationAction::Accept, Asks::Pick(argument)) => {
            let value = answer.content.as_ref().and_then(|content| content[argument].as_str());
            value.map_or(Said::Dismissed, |value| Said::Picked(value.to_owned()))
        }
        (ElicitationAction::Accept, _) if answer.content.as_ref().is_none_or(Value::is_object) => Said::Yes,
        _ => Said::Dismissed,
    }
}

/// The question as an elicitation. Never asks for anything secret: a card is authenticated on a page of the bank.
fn params(question: ToPerson, titled: bool) -> ElicitRequestParams {
    let ToPerson { says: message, form, ticket } = question;
    let requested_schema = match (form, ticket.asks) {
        (Form::Open(url), _) => {
            return ElicitRequestParams::UrlElicitationParams {
                meta: None,
                message,
                url,
                elicitation_id: ticket.nonce,
            };
        }
        (Form::Pick(lines), Asks::Pick(argument)) => {
            let schema = ElicitationSchema::builder();
            schema.required_property(argument, choice(lines, titled)).build_unchecked()
        }
        _ => ElicitationSchema::new(std::collections::BTreeMap::new()),
    };
    ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }
}

fn choice(lines: Vec<(String, String)>, titled: bool) -> PrimitiveSchemaDefinition {
    PrimitiveSchemaDefinition::Enum(if titled {
        let lines = lines.into_iter().map(|(value, line)| ConstTitle::new(value, line)).collect();
        EnumSchema::Single(SingleSelectEnumSchema::Titled(TitledSingleSelectEnumSchema::new(lines)))
    } else {
        let (values, names) = lines.into_iter().unzip();
        let mut schema = LegacyEnumSchema::new(values);
        schema.enum_names = Some(names);
        EnumSchema::Legacy(schema)
    })
}
