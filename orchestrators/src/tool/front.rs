//! The front: parses a client's arguments into a request, has the engine run it, and filters the answer for the persona. If
//! a person must be asked first, it returns the question, and takes the call again with the person's answer.

use super::answer::{self, Answer};
use super::ask::{Asks, CanAsk, Form, Reply, Said, Ticket, ToPerson, VALID_MS, choice};
use super::work::Work;
use super::{Request, Tool, Toolset};
use crate::engine::{Approval, Calls, NewCall};
use crate::saga::consent::Consent;
use crate::saga::live::Live;
use crate::saga::record::About;
use crate::tool::persona::Identity;
use serde_json::Value;
use skills::settings::Confirm;
use skills::words::{Email, Key};
use skills::{ErrorCode, refusals};
use std::sync::Arc;

/// A persona's tools on an engine, for the person this server acts for.
pub struct Front {
    engine: Arc<dyn Calls>,
    toolset: Toolset,
    identity: Identity,
}

/// Who calls: for whom, what can be asked, what was answered, and who waits.
#[derive(Clone)]
pub struct Caller {
    /// The caller's identity.
    pub(crate) identity: Identity,
    /// Which questions the client can put to its person.
    pub(crate) can_ask: CanAsk,
    /// The person's answer to an earlier question.
    pub(crate) reply: Option<Reply>,
    /// The client that waits.
    pub(crate) live: Live,
}

/// What the front returns.
pub enum Told {
    /// The call's answer.
    Answer(Answer),
    /// A question for the person: the call is to be made again with the answer.
    Asks(Box<ToPerson>),
}

impl Front {
    /// The tools of a toolset on an engine.
    pub(crate) fn new(engine: Arc<dyn Calls>, toolset: Toolset, me: Option<Email>) -> Self {
        let identity = toolset.identity(me);
        Self { engine, toolset, identity }
    }

    /// The engine.
    pub(crate) const fn engine(&self) -> &Arc<dyn Calls> {
        &self.engine
    }

    /// The tools.
    pub const fn toolset(&self) -> &Toolset {
        &self.toolset
    }

    /// The identity of this server's caller.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// This server's caller, who can be asked nothing.
    pub fn caller(&self) -> Caller {
        Caller {
            identity: self.identity.clone(),
            can_ask: CanAsk::default(),
            reply: None,
            live: Live::default(),
        }
    }

    /// Calls a tool with a client's arguments.
    pub async fn call(&self, tool: &Tool, arguments: Value, caller: &Caller) -> Told {
        let _in_flight = skills::sqlite::InFlight::enter();
        let started_at = skills::clock::now();
        let identity = &caller.identity;
        let picked = picked(caller.reply.as_ref());
        let given = picked.as_ref().map(|_| arguments.clone());
        let (call, refusal) = match tool.prepare(with(arguments, picked.as_ref()), identity) {
            Ok(request) => (self.new_call(tool.name, request, identity, started_at), None),
            Err((arguments, refusal)) => {
                let acting_guest = identity.me.clone().filter(|_| identity.acts_for.only_themselves);
                let request = Request { arguments, acting_guest, token: None };
                (self.new_call(tool.name, request, identity, started_at), Some(refusal))
            }
        };
        let answer = match (&tool.work, refusal) {
            (_, Some(refusal)) => self.engine.refuse(call, &refusal).await,
            (Work::Saga(saga), None) => {
                // The token stands for what the client asked, without what the person added.
                let given = given.and_then(|given| tool.prepare(given, identity).ok());
                let call = NewCall { given: given.map(|given| given.arguments), ..call };
                return self.write(tool, Arc::clone(saga), call, caller, picked).await;
            }
            (Work::Read(read), None) => {
                let (engine, read, arguments) =
                    (Arc::clone(&self.engine), Arc::clone(read), call.arguments.clone());
                let today = engine.hotel().day_of(call.started_at);
                let run = move || read.run(Arc::clone(&engine), arguments.clone(), today);
                self.engine.read(call, Box::new(run)).await
            }
        };
        Told::Answer(self.toolset.shown(answer))
    }

    /// Calls a tool that reads: it asks nobody anything.
    pub(crate) async fn look(&self, tool: &Tool, arguments: Value, caller: &Caller) -> Answer {
        match self.call(tool, arguments, caller).await {
            Told::Answer(answer) => answer,
            Told::Asks(_) => self.failed(),
        }
    }

    /// A call that writes: asks the person where that is needed and possible.
    async fn write(
        &self,
        tool: &Tool,
        saga: Arc<dyn crate::saga::erased::ErasedSaga>,
        mut call: NewCall,
        caller: &Caller,
        picked: Option<(String, String)>,
    ) -> Told {
        let of = digest_of(&call);
        let mut opened = false;
        call.consent = self.consent(caller.can_ask);
        // An answer to another call, or one that came too late, is no answer: the person is asked anew.
        if let Some(Reply { ticket, said }) =
            caller.reply.clone().filter(|reply| reply.ticket.is_of(&of, &call))
        {
            match (ticket.asks, said) {
                (Asks::Confirm(question), Said::Yes) => {
                    call.approval = Some(Approval { question, nonce: ticket.nonce });
                }
                (Asks::Confirm(_), said) => {
                    let refusal = refusals::person_said_no(said != Said::No);
                    return Told::Answer(self.toolset.shown(self.engine.refuse(call, &refusal).await));
                }
                (Asks::Open, _) => opened = true,
                (Asks::Pick(_), _) => {}
            }
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

    /// The answer when the program failed while answering.
    pub fn failed(&self) -> Answer {
        self.toolset.shown(Answer::failure(&answer::unknown()))
    }

    fn new_call(
        &self,
        tool: &'static str,
        request: Request,
        identity: &Identity,
        started_at: jiff::Timestamp,
    ) -> NewCall {
        let Request { arguments, acting_guest, token } = request;
        NewCall {
            tool,
            persona: identity.persona.to_owned(),
            caller: identity.caller(),
            explicit_token: token.is_some(),
            token: token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            about: named_in(&arguments, acting_guest.as_ref()),
            acts_for: acting_guest,
            arguments,
            given: None,
            consent: Consent::NotAsked,
            approval: None,
            systems: self.engine.systems(),
            started_at,
        }
    }
}

impl Ticket {
    /// Whether an answer with this ticket is one to this call, in time.
    fn is_of(&self, of: &Key, call: &NewCall) -> bool {
        let now = skills::clock::now().as_millisecond();
        let same_token = !call.explicit_token || call.token == self.token;
        self.of == *of && same_token && (now..=now + VALID_MS).contains(&self.expires_at)
    }
}

/// What a question of a call is bound to: who calls which tool with which arguments. The token is compared by itself.
fn digest_of(call: &NewCall) -> Key {
    let arguments = call.given.as_ref().unwrap_or(&call.arguments).to_string();
    let acts_for = call.acts_for.as_ref().map(ToString::to_string).unwrap_or_default();
    Key::derived(&["question", &call.persona, &call.caller, &acts_for, call.tool, &arguments, &call.systems])
}

/// The argument that the person picked, now or with an earlier answer.
fn picked(reply: Option<&Reply>) -> Option<(String, String)> {
    let Reply { ticket, said } = reply?;
    match (&ticket.asks, said) {
        (Asks::Pick(argument), Said::Picked(value)) => Some((argument.clone(), value.clone())),
        _ => ticket.picked.clone(),
    }
}

/// The arguments with what the person picked; what the client gave stays as it is.
fn with(mut arguments: Value, picked: Option<&(String, String)>) -> Value {
    if let (Some((argument, value)), Some(given)) = (picked, arguments.as_object_mut())
        && given.get(argument).is_none_or(Value::is_null)
    {
        given.insert(argument.clone(), value.as_str().into());
    }
    arguments
}

/// The person and subject that a request itself names.
fn named_in(arguments: &Value, acting_guest: Option<&Email>) -> About {
    let text = |name: &str| arguments[name].as_str().map(str::to_owned);
    About {
        person: text("guest_email").or_else(|| acting_guest.map(ToString::to_string)),
        subject: text("booking_number"),
    }
}
