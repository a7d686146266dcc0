//! A call that an outage ended, made again for its own caller, under its own token. Nobody can be asked for a yes.

use super::Front;
use crate::engine::{NewCall, PastWrite};
use crate::saga::consent::Consent;
use crate::saga::erased::ErasedSaga;
use crate::saga::live::Live;
use crate::saga::record::About;
use crate::tool::answer::Answer;
use crate::tool::persona::{ActsFor, Identity};
use crate::tool::work::Work;
use crate::tool::{Request, Tool};
use serde_json::Value;
use skills::settings::Confirm;
use skills::{Effect, Refusal};
use std::sync::Arc;

/// The argument by which a tool names the person for whom a call acts.
const PERSON: &str = "guest_email";

/// A call that can be made again.
pub(crate) struct Again {
    call: NewCall,
    saga: Arc<dyn ErasedSaga>,
    moves_money: bool,
}

/// Why a call cannot be made again.
pub(crate) enum CannotAgain {
    /// This server does not offer its tool.
    NotOffered,
    /// Its arguments are not what the tool takes now.
    Refused(Refusal),
}

impl Again {
    /// Whether a person would have to say yes, if its saga asks for one.
    pub(crate) fn needs_a_yes(&self) -> bool {
        self.call.consent != Consent::NotAsked
    }

    /// Whether it charges or refunds.
    pub(crate) const fn moves_money(&self) -> bool {
        self.moves_money
    }

    /// Its arguments, parsed anew.
    pub(crate) const fn arguments(&self) -> &Value {
        &self.call.arguments
    }
}

impl Front {
    /// A call of the past, prepared anew as its own caller's: with the caller's token, and bound to the one person it
    /// acted for.
    pub(crate) fn again(&self, past: &PastWrite) -> Result<Again, CannotAgain> {
        let tool = self.toolset.get(&past.call.tool).ok_or(CannotAgain::NotOffered)?;
        let Work::Saga(saga) = &tool.work else { return Err(CannotAgain::NotOffered) };
        let request = self.prepared(tool, past).map_err(CannotAgain::Refused)?;
        let call = NewCall {
            persona: past.call.persona.clone(),
            caller: past.call.caller.clone(),
            about: About { person: past.call.person.clone(), subject: past.call.subject.clone() },
            explicit_token: past.explicit_token,
            token: past.call.token.clone().unwrap_or_default(),
            consent: self.consent_again(&past.consent),
            ..self.new_call(tool.name, request, &self.caller(), skills::clock::now())
        };
        let moves_money = tool.effect == Effect::MovesMoney;
        Ok(Again { call, saga: Arc::clone(saga), moves_money })
    }

    /// Makes a call again. Its whole answer is in the audit trail, under its token.
    pub(crate) async fn make_again(&self, again: Again) -> Answer {
        let call = NewCall { started_at: skills::clock::now(), ..again.call };
        self.toolset.shown(self.engine.submit(call, again.saga, Live::default()).await)
    }

    fn prepared(&self, tool: &Tool, past: &PastWrite) -> Result<Request, Refusal> {
        let acts_for = match past.acts_for {
            Some(_) => ActsFor { argument: PERSON, only_themselves: true, ..self.identity.acts_for },
            None => self.identity.acts_for,
        };
        let identity = Identity { acts_for, me: past.acts_for.clone(), ..self.identity.clone() };
        tool.prepare(past.call.arguments.clone(), &identity).map_err(|(_, refusal)| refusal)
    }

    /// A call whose client asks its person, or cannot although it has to, is not made without that yes.
    fn consent_again(&self, then: &Consent) -> Consent {
        match (then, self.engine.settings().confirm) {
            (Consent::NotAsked, Confirm::Auto | Confirm::Off) => Consent::NotAsked,
            _ => Consent::CannotAsk,
        }
    }
}
