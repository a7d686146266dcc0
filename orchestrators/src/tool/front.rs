//! The front: parses a client's arguments into a request, has the engine run it, and filters the answer for the persona.

use super::answer::{self, Answer};
use super::guidance::Completion;
use super::work::Work;
use super::{Request, Tool, Toolset};
use crate::engine::{Calls, NewCall, Try};
use crate::saga::erased::Boxed;
use crate::saga::record::About;
use crate::tool::persona::Identity;
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

    /// The caller's identity.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Calls a tool with a client's arguments.
    pub async fn call(&self, tool: &Tool, arguments: Value) -> Answer {
        self.run(tool, arguments, false).await
    }

    /// What may complete a value that a person is typing, from a read like any other. Nobody waits for it: the systems
    /// are asked once, for [`GLANCE`] at most.
    pub(crate) async fn suggest(&self, completion: &Completion, arguments: Value) -> Answer {
        self.run(&completion.read, arguments, true).await
    }

    async fn run(&self, tool: &Tool, arguments: Value, at_a_glance: bool) -> Answer {
        let _in_flight = skills::sqlite::InFlight::enter();
        let started_at = skills::clock::now();
        let (request, refusal) = match tool.prepare(arguments, &self.identity) {
            Ok(request) => (request, None),
            Err((arguments, refusal)) => {
                let acting_guest =
                    self.identity.me.clone().filter(|_| self.identity.acts_for.only_themselves);
                (Request { arguments, acting_guest, token: None }, Some(refusal))
            }
        };
        let call = self.new_call(tool.name, request, started_at);
        let answer = match (&tool.work, refusal) {
            (_, Some(refusal)) => self.engine.refuse(call, &refusal).await,
            (Work::Saga(saga), None) => self.engine.submit(call, Arc::clone(saga)).await,
            (Work::Read(read), None) => {
                let (engine, read, arguments) =
                    (Arc::clone(&self.engine), Arc::clone(read), call.arguments.clone());
                let today = engine.hotel().day_of(call.started_at);
                let run = move || read.run(Arc::clone(&engine), arguments.clone(), today);
                let run: Try = if at_a_glance { Box::new(move || once(run())) } else { Box::new(run) };
                self.engine.read(call, run).await
            }
        };
        self.toolset.shown(answer)
    }

    /// The answer when the program failed while answering.
    pub fn failed(&self) -> Answer {
        self.toolset.shown(Answer::failure(&answer::unknown()))
    }

    fn new_call(&self, tool: &'static str, request: Request, started_at: jiff::Timestamp) -> NewCall {
        let Request { arguments, acting_guest, token } = request;
        NewCall {
            tool,
            persona: self.identity.persona.to_owned(),
            caller: self.identity.caller(),
            explicit_token: token.is_some(),
            token: token.unwrap_or_else(|| uuid::Uuid::new_v4().to_string()),
            about: named_in(&arguments, acting_guest.as_ref()),
            acts_for: acting_guest,
            arguments,
            systems: self.engine.systems(),
            started_at,
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
