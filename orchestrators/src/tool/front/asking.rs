//! A call that writes: asks the person where that is needed and possible, and takes the call again with the answer.

use super::{Caller, Front, Told};
use crate::engine::NewCall;
use crate::saga::consent::{Approval, Consent};
use crate::saga::erased::ErasedSaga;
use crate::tool::Tool;
use crate::tool::answer::Answer;
use crate::tool::ask::{Asks, CanAsk, Form, Reply, Said, Ticket, ToPerson, VALID_MS, choice};
use serde_json::Value;
use skills::settings::Confirm;
use skills::words::Key;
use skills::{ErrorCode, refusals};
use std::sync::Arc;

impl Front {
    /// A call that writes: asks the person where that is needed and possible.
    pub(super) async fn write(
        &self,
        tool: &Tool,
        saga: Arc<dyn ErasedSaga>,
        mut call: NewCall,
        caller: &Caller,
        picked: Option<(String, String)>,
    ) -> Told {
        call.consent = self.consent(caller.can_ask);
        if caller.can_ask == CanAsk::default() && caller.reply.is_none() {
            let answer = self.engine.submit(call, saga, caller.live.clone()).await;
            return Told::Answer(self.toolset.shown(answer));
        }
        let of = match self.engine.journal_id() {
            Ok(journal) => digest_of(&call, &journal),
            Err(error) => {
                tracing::error!(?error, "the journal cannot be read; nothing was run");
                return Told::Answer(self.failed());
            }
        };
        let mut opened = false;
        // An answer to another call is no answer; a yes that came too late is none: the person is asked anew.
        if let Some(Reply { ticket, said }) =
            caller.reply.clone().filter(|reply| reply.ticket.is_of(&of, &call))
        {
            let in_time = ticket.is_in_time();
            let refusal = match (&ticket.asks, &said) {
                (Asks::Confirm(_) | Asks::Open, Said::Yes) | (Asks::Pick(_), _) => None,
                (Asks::Confirm(_), said) => Some(refusals::person_said_no(*said != Said::No)),
                (Asks::Open, said) => Some(refusals::page_not_opened(*said != Said::No, &ticket.token)),
            };
            if let Asks::Confirm(question) = ticket.asks.clone()
                && (in_time || refusal.is_some())
            {
                call.approval = Some(Approval { question, nonce: ticket.nonce });
            }
            if let Some(refusal) = refusal {
                return Told::Answer(self.toolset.shown(self.engine.refuse(call, &refusal).await));
            }
            opened = ticket.asks == Asks::Open;
            call.token = ticket.token;
        }
        let token = call.token.clone();
        let may_pick = picked.is_none()
            && !matches!(caller.reply, Some(Reply { ticket: Ticket { asks: Asks::Pick(_), .. }, .. }));
        let mut answer = self.engine.submit(call, saga, caller.live.clone()).await;
        let question = answer.take_question();
        let answer = self.toolset.shown(answer);
        let asked = match question {
            Some(question) => Some((question.says.clone(), Form::Confirm, Asks::Confirm(question.digest()))),
            None => self.further_question(tool, &answer, caller.can_ask, may_pick, opened),
        };
        let Some((says, form, asks)) = asked else { return Told::Answer(answer) };
        let ticket = Ticket {
            of,
            token,
            nonce: uuid::Uuid::new_v4().to_string(),
            expires_at: skills::clock::now().as_millisecond() + VALID_MS,
            asks,
            picked,
        };
        Told::Asks(Box::new(ToPerson { says, form, ticket }))
    }

    /// The question that a refusal leads to: which of several bookings is meant, or a page of the bank.
    fn further_question(
        &self,
        tool: &Tool,
        answer: &Answer,
        can_ask: CanAsk,
        may_pick: bool,
        opened: bool,
    ) -> Option<(String, Form, Asks)> {
        if self.confirm() == Confirm::Off {
            return None;
        }
        let details = &answer.json()["details"];
        let message = answer.json()["error_message"].as_str().unwrap_or_default();
        let code = answer.error_code().and_then(ErrorCode::named);
        match code {
            Some(ErrorCode::MultipleReservations) if can_ask.forms && may_pick => {
                let (argument, lines) = choice(details, |name| tool.takes(name))?;
                Some((
                    format!("{message} Which one is meant?"),
                    Form::Pick(lines),
                    Asks::Pick(argument.to_owned()),
                ))
            }
            Some(ErrorCode::PaymentActionRequired) if can_ask.pages && !opened => {
                let url = details["next_action_url"].as_str().filter(|url| url.starts_with("https://"))?;
                Some((message.to_owned(), Form::Open(url.to_owned()), Asks::Open))
            }
            _ => None,
        }
    }

    fn confirm(&self) -> Confirm {
        self.engine.settings().confirm
    }

    /// What a new call of this client begins with.
    fn consent(&self, can_ask: CanAsk) -> Consent {
        match (self.confirm(), can_ask.forms) {
            (Confirm::Off, _) | (Confirm::Auto, false) => Consent::NotAsked,
            (Confirm::Auto | Confirm::Always, true) => Consent::Asked(vec![]),
            (Confirm::Always, false) => Consent::CannotAsk,
        }
    }
}

impl Ticket {
    /// Whether an answer with this ticket is one to this call.
    fn is_of(&self, of: &Key, call: &NewCall) -> bool {
        self.of == *of && (!call.explicit_token || call.token == self.token)
    }

    /// Whether the time to answer is not over.
    fn is_in_time(&self) -> bool {
        let now = skills::clock::now().as_millisecond();
        (now..=now + VALID_MS).contains(&self.expires_at)
    }
}

/// What a question of a call is bound to: who calls which tool with which arguments, and the journal, in which an answer is
/// used up. The token is compared by itself.
fn digest_of(call: &NewCall, journal: &str) -> Key {
    let arguments = call.given.as_ref().unwrap_or(&call.arguments).to_string();
    let acts_for = call.acts_for.as_ref().map(ToString::to_string).unwrap_or_default();
    Key::derived(&[
        "question",
        journal,
        &call.persona,
        &call.caller,
        &acts_for,
        call.tool,
        &arguments,
        &call.systems,
    ])
}

/// The argument that the person picked, now or with an earlier answer.
pub(super) fn picked(reply: Option<&Reply>) -> Option<(String, String)> {
    let Reply { ticket, said } = reply?;
    match (&ticket.asks, said) {
        (Asks::Pick(argument), Said::Picked(value)) => Some((argument.clone(), value.clone())),
        _ => ticket.picked.clone(),
    }
}

/// The arguments with what the person picked; what the client gave stays as it is.
pub(super) fn with(mut arguments: Value, picked: Option<&(String, String)>) -> Value {
    if let (Some((argument, value)), Some(given)) = (picked, arguments.as_object_mut())
        && given.get(argument).is_none_or(Value::is_null)
    {
        given.insert(argument.clone(), value.as_str().into());
    }
    arguments
}
