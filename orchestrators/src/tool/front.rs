//! The front: parses a client's arguments into a request, has the engine run it, and filters the answer for the persona. If
//! a person must be asked first, it returns the question, and takes the call again with the person's answer.

mod again;
mod asking;

use super::answer::{self, Answer};
use super::ask::{CanAsk, Reply, ToPerson};
use super::guidance::Completion;
use super::work::Work;
use super::{Request, Tool, Toolset};
use crate::engine::{Calls, NewCall, Try};
use crate::saga::consent::Consent;
use crate::saga::erased::Boxed;
use crate::saga::live::Live;
use crate::saga::record::About;
use crate::telemetry::Requested;
use crate::tool::persona::Identity;
pub(crate) use again::{Again, CannotAgain};
use asking::{picked, with};
use serde_json::Value;
use skills::words::Email;
use skills::{Outage, SkillError, System};
use std::sync::Arc;
use std::time::Duration;

/// How long a person who is typing is made to wait for suggestions.
const GLANCE: Duration = Duration::from_secs(2);

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
    /// Its request, for traces.
    pub(crate) requested: Requested,
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
        self.caller_who_is(self.identity.clone())
    }

    /// A caller of this identity, who can be asked nothing.
    pub(crate) fn caller_who_is(&self, identity: Identity) -> Caller {
        Caller {
            identity,
            can_ask: CanAsk::default(),
            reply: None,
            live: Live::default(),
            requested: Requested::default(),
        }
    }

    /// Calls a tool with a client's arguments.
    pub async fn call(&self, tool: &Tool, arguments: Value, caller: &Caller) -> Told {
        self.run(tool, arguments, caller, false).await
    }

    /// What may complete a value that a person is typing, from a read like any other. Nobody waits for it: the systems
    /// are asked once, for [`GLANCE`] at most.
    pub(crate) async fn suggest(&self, completion: &Completion, arguments: Value, caller: &Caller) -> Answer {
        match self.run(&completion.read, arguments, caller, true).await {
            Told::Answer(answer) => answer,
            Told::Asks(_) => self.failed(), // a read asks nobody
        }
    }

    async fn run(&self, tool: &Tool, arguments: Value, caller: &Caller, at_a_glance: bool) -> Told {
        let started_at = skills::clock::now();
        let identity = &caller.identity;
        let picked = picked(caller.reply.as_ref());
        let given = picked.as_ref().map(|_| arguments.clone());
        let (call, refusal) = match tool.prepare(with(arguments, picked.as_ref()), identity) {
            Ok(request) => (self.new_call(tool.name, request, caller, started_at), None),
            Err((arguments, refusal)) => {
                let acting_guest = identity.me.clone().filter(|_| identity.acts_for.only_themselves);
                let request = Request { arguments, acting_guest, token: None };
                (self.new_call(tool.name, request, caller, started_at), Some(refusal))
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
                let run: Try = if at_a_glance { Box::new(move || once(run())) } else { Box::new(run) };
                self.engine.read(call, run).await
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

    /// The answer when the program failed while answering.
    pub fn failed(&self) -> Answer {
        self.toolset.shown(Answer::failure(&answer::unknown()))
    }

    /// The answer to a caller whose calls for this minute are used up. Nothing is recorded: nothing was run.
    pub(crate) fn over_budget(&self, tool: &Tool, arguments: &Value, seconds: u64) -> Answer {
        let answer = Answer::failure(&answer::over_budget(seconds));
        let token = arguments["idempotency_token"].as_str().map(str::to_owned);
        self.toolset.shown(match tool.effect.writes() {
            true => answer.with_token(&token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()), false),
            false => answer,
        })
    }

    fn new_call(
        &self,
        tool: &'static str,
        request: Request,
        caller: &Caller,
        started_at: jiff::Timestamp,
    ) -> NewCall {
        let identity = &caller.identity;
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
            requested: caller.requested.clone(),
        }
    }
}

/// A read that is not tried again, whatever keeps it from being answered.
fn once(read: Boxed<'static, Result<Value, SkillError>>) -> Boxed<'static, Result<Value, SkillError>> {
    Box::pin(async move {
        match tokio::time::timeout(GLANCE, read).await {
            Ok(Err(SkillError::Outage(outage))) => Err(SkillError::Refused(answer::outage(&outage))),
            Ok(answered) => answered,
            Err(_) => {
                let late = Outage::unreached(System::Crm, "it did not answer while somebody was typing");
                Err(SkillError::Refused(answer::outage(&late)))
            }
        }
    })
}

/// The person and subject that a request itself names.
fn named_in(arguments: &Value, acting_guest: Option<&Email>) -> About {
    let text = |name: &str| arguments[name].as_str().map(str::to_owned);
    About {
        person: text("guest_email").or_else(|| acting_guest.map(ToString::to_string)),
        subject: text("booking_number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test controls the runtime's clock: time passes only while all tasks wait.
    #[tokio::test(start_paused = true)]
    async fn a_system_that_never_answers_keeps_nobody_who_types_waiting() {
        let asked = tokio::time::Instant::now();
        let told = once(Box::pin(std::future::pending())).await;
        assert_eq!(asked.elapsed(), GLANCE);
        let Err(SkillError::Refused(refusal)) = told else { panic!("a definite answer: {told:?}") };
        assert!(refusal.retry_safe(), "it is told as the outage it is: {refusal:?}");
    }
}
