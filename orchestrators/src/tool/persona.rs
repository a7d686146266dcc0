//! A persona is a list: the tools of a kind of server, the person it acts for, and what it may give, see and finish.
//! It is a value in its server's crate; nothing else in the workspace knows it.

use super::{Guidance, Tool};
use crate::demo::Story;
use serde_json::{Map, Value};
use skills::words::Email;
use skills::{Refusal, refusals};

/// A kind of server.
pub struct Persona {
    /// Its name in the journal: part of the durable contract.
    pub name: &'static str,
    /// The server's instructions to clients.
    pub instructions: &'static str,
    /// The person a server acts for.
    pub acts_for: ActsFor,
    /// Which unfinished calls a server finishes.
    pub finishes: Finishes,
    /// Whether it may see messages of external systems. Otherwise a refusal says only that the front desk must help.
    pub hears_systems: bool,
    /// Fields it may not see: removed from its answers and their schemas at every depth.
    pub may_not_see: &'static [&'static str],
    /// Whether its server has the operator's commands (doctor, reconcile, forget, setup, backup).
    pub operates: bool,
    /// The whole permission list. A tool that is not on it does not exist for this persona.
    pub tools: Vec<Tool>,
    /// What it offers beside its tools.
    pub guidance: Guidance,
    /// The story that the command `demo` plays.
    pub story: fn() -> Story,
}

/// The person a server acts for.
#[derive(Debug, Clone, Copy)]
pub struct ActsFor {
    /// The setting that names the person.
    pub setting: &'static str,
    /// The argument of tools that names the person. No schema requires it: if absent, it is filled in.
    pub argument: &'static str,
    /// The argument's description.
    pub description: &'static str,
    /// Whether the person may act for themselves only: other people's records do not exist for their calls.
    pub only_themselves: bool,
}

/// Which unfinished calls a server finishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finishes {
    /// Those of its own persona and of the person it acts for.
    Its,
    /// Everybody's.
    Everybodys,
}

/// The caller's identity: a persona, and the person this server acts for.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The persona's name.
    pub persona: &'static str,
    /// How servers of the persona act for a person.
    pub acts_for: ActsFor,
    /// The person this server acts for; none if its setting is absent (a kiosk, a shared desk).
    pub me: Option<Email>,
    /// The name that the issuer of a token gives to a caller without an e-mail.
    pub subject: Option<String>,
}

impl Identity {
    /// The owner of idempotency tokens: tokens of different callers never collide.
    pub fn caller(&self) -> String {
        match (&self.me, &self.subject) {
            (Some(email), _) => format!("{}:{email}", self.persona),
            (None, Some(subject)) => format!("{}:subject {subject}", self.persona),
            (None, None) => self.persona.to_owned(),
        }
    }

    /// Fills in the caller's identity, and refuses another person's where that is not allowed. Returns the one guest
    /// the call acts for, if any.
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
        let identity =
            Identity { persona: "guest", acts_for, me: me.map(|me| Email::new(me).unwrap()), subject: None };
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
