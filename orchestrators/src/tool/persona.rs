//! A persona is a list: what a kind of server offers, whom it acts for, what it may give, see and finish. It is a value in
//! its server's crate; nothing else in the workspace knows it.

use super::Tool;
use crate::demo::Story;
use serde_json::{Map, Value};
use skills::words::Email;
use skills::{Refusal, refusals};

/// A kind of server.
pub struct Persona {
    /// Its name, as the journal keeps it: part of the durable contract.
    pub name: &'static str,
    /// What clients are told about the server.
    pub instructions: &'static str,
    /// Whom a server of it acts for.
    pub acts_for: ActsFor,
    /// Whose unfinished calls a server of it finishes.
    pub finishes: Finishes,
    /// Whether it hears what the systems behind the hotel say. Who does not is told only that the front desk must help.
    pub hears_systems: bool,
    /// Fields it may not see: they are left out of its answers and their schemas, however deep.
    pub may_not_see: &'static [&'static str],
    /// Whether its server has the operator's commands (doctor, reconcile, forget, setup, backup).
    pub operates: bool,
    /// The whole permission list. What is not on it does not exist for this persona.
    pub tools: Vec<Tool>,
    /// What the command `demo` plays.
    pub story: fn() -> Story,
}

/// Whom a server acts for.
#[derive(Debug, Clone, Copy)]
pub struct ActsFor {
    /// The setting that names them.
    pub setting: &'static str,
    /// The argument of tools that names them. It is never required by a schema: left out, it is filled in.
    pub argument: &'static str,
    /// What the argument's description says.
    pub description: &'static str,
    /// Whether they may act for themselves only: whatever is somebody else's does not exist for their calls.
    pub only_themselves: bool,
}

/// Whose unfinished calls a server finishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finishes {
    /// Those of its own persona and of whom it acts for.
    Its,
    /// Everybody's.
    Everybodys,
}

/// Who asks: a persona, and whom this server of it acts for.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The persona's name.
    pub persona: &'static str,
    /// Whom servers of the persona act for.
    pub acts_for: ActsFor,
    /// Whom this one acts for; none if its setting is not given (a kiosk, a shared desk).
    pub me: Option<Email>,
}

impl Identity {
    /// Whose idempotency tokens these are: a token of one caller never meets another's.
    pub fn caller(&self) -> String {
        match &self.me {
            Some(email) => format!("{}:{email}", self.persona),
            None => self.persona.to_owned(),
        }
    }

    /// Fills in who asks, and refuses somebody who names another and may not. Answers the one guest the call acts for, if
    /// it acts for one.
    ///
    /// # Errors
    /// `NOT_YOURS`, or `VALIDATION_ERROR` if nobody is named and the server acts for nobody in particular.
    pub fn bind(
        &self,
        arguments: &mut Map<String, Value>,
        takes: impl Fn(&str) -> bool,
    ) -> Result<Option<Email>, Refusal> {
        let ActsFor { argument, only_themselves, .. } = self.acts_for;
        let acting = |email: Option<Email>| email.filter(|_| only_themselves);
        if !takes(argument) {
            return Ok(acting(self.me.clone()));
        }
        let given = match arguments.get(argument) {
            None => None,
            Some(Value::String(text)) => Some(
                Email::new(text.as_str())
                    .map_err(|e| refusals::invalid_argument(argument, &e.to_string(), None))?,
            ),
            Some(_) => return Err(refusals::invalid_argument(argument, "must be a string", None)),
        };
        let email = match (&self.me, given) {
            (Some(me), None) => me.clone(),
            (Some(me), Some(given)) if only_themselves && given != *me => return Err(refusals::not_yours()),
            (_, Some(given)) => given,
            (None, None) => {
                let problem = "missing; this server acts for nobody in particular, so it must be given";
                return Err(refusals::invalid_argument(argument, problem, None));
            }
        };
        arguments.insert(argument.to_owned(), email.as_str().into());
        Ok(acting(Some(email)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bind(me: Option<&str>, given: &Value) -> Result<Option<String>, Refusal> {
        let acts_for = ActsFor {
            setting: "GUEST_EMAIL",
            argument: "guest_email",
            description: "",
            only_themselves: true,
        };
        let identity = Identity { persona: "guest", acts_for, me: me.map(|me| Email::new(me).unwrap()) };
        let mut arguments = given.as_object().cloned().unwrap();
        identity
            .bind(&mut arguments, |name| name == "guest_email")
            .map(|guest| guest.map(|email| email.to_string()))
    }

    #[test]
    fn a_bound_guest_is_the_guest_and_nobody_else() {
        let me = Some("beth@example.com");
        assert_eq!(bind(me, &json!({})).unwrap().as_deref(), me);
        assert_eq!(bind(me, &json!({"guest_email": "Beth@Example.com"})).unwrap().as_deref(), me);
        let error = bind(me, &json!({"guest_email": "carl@example.com"})).unwrap_err();
        assert_eq!(error.error_code, skills::ErrorCode::NotYours);
    }

    #[test]
    fn a_kiosk_must_be_told_who_asks() {
        assert!(bind(None, &json!({})).is_err());
        assert_eq!(
            bind(None, &json!({"guest_email": "carl@example.com"})).unwrap().as_deref(),
            Some("carl@example.com")
        );
    }
}
