//! Who a server acts for, and what that means for the arguments of every tool. This is the one place where a guest is
//! bound: a tool of guest-server acts for exactly one guest.

use serde_json::{Map, Value};
use skills::words::Email;
use skills::{Refusal, refusals};

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persona {
    /// Acts for one guest.
    Guest,
    /// Acts for the hotel's staff.
    Staff,
}

impl Persona {
    /// Its name, as the journal keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Staff => "staff",
        }
    }

    /// The persona of this name; who is not known is told as little as a guest.
    pub(crate) fn named(name: &str) -> Self {
        if name == Self::Staff.name() { Self::Staff } else { Self::Guest }
    }

    /// The argument that says who asks. It is never required by the schema: left out, it is whom the server acts for.
    pub const fn identity_argument(self) -> &'static str {
        match self {
            Self::Guest => "guest_email",
            Self::Staff => "staff_email",
        }
    }

    /// What the argument's description says instead.
    pub const fn identity_description(self) -> &'static str {
        match self {
            Self::Guest => "The guest's e-mail. Leave it out: this server acts for its own guest.",
            Self::Staff => {
                "The e-mail of the Manager who asks. Leave it out to use the one this server acts for."
            }
        }
    }
}

/// Whose abandoned calls a server may take over: of which persona, acting for which guest; none stands for any.
pub type Recovers<'a> = (Option<&'static str>, Option<&'a Email>);

/// Who a server acts for.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The kind of server.
    pub persona: Persona,
    /// `GUEST_EMAIL`: the one guest; none at a kiosk.
    pub guest: Option<Email>,
    /// `STAFF_EMAIL`: the member of staff.
    pub staff: Option<Email>,
}

impl Identity {
    /// Whose idempotency tokens these are: a token of one caller never meets another's.
    pub fn caller(&self) -> String {
        match self.me() {
            Some(email) => format!("{}:{email}", self.persona.name()),
            None => self.persona.name().to_owned(),
        }
    }

    const fn me(&self) -> Option<&Email> {
        match self.persona {
            Persona::Guest => self.guest.as_ref(),
            Persona::Staff => self.staff.as_ref(),
        }
    }

    /// Whose abandoned calls this server may take over.
    pub const fn recovers(&self) -> Recovers<'_> {
        match self.persona {
            Persona::Staff => (None, None),
            Persona::Guest => (Some(Persona::Guest.name()), self.guest.as_ref()),
        }
    }

    /// Fills in who asks, and refuses a guest who names somebody else. Answers the guest the call acts for.
    ///
    /// # Errors
    /// `NOT_YOURS`, or `VALIDATION_ERROR` if nobody is named and the server acts for nobody in particular.
    pub fn bind(
        &self,
        arguments: &mut Map<String, Value>,
        takes: impl Fn(&str) -> bool,
    ) -> Result<Option<Email>, Refusal> {
        let name = self.persona.identity_argument();
        let acting = |email: Option<Email>| if self.persona == Persona::Guest { email } else { None };
        if !takes(name) {
            return Ok(acting(self.guest.clone()));
        }
        let given = match arguments.get(name) {
            None => None,
            Some(Value::String(text)) => Some(
                Email::new(text.as_str())
                    .map_err(|e| refusals::invalid_argument(name, &e.to_string(), None))?,
            ),
            Some(_) => return Err(refusals::invalid_argument(name, "must be a string", None)),
        };
        let email = match (self.me(), given) {
            (Some(me), None) => me.clone(),
            (Some(me), Some(given)) if self.persona == Persona::Guest && given != *me => {
                return Err(refusals::not_yours());
            }
            (_, Some(given)) => given,
            (None, None) => {
                let problem = "missing; this server acts for nobody in particular, so it must be given";
                return Err(refusals::invalid_argument(name, problem, None));
            }
        };
        arguments.insert(name.to_owned(), email.as_str().into());
        Ok(acting(Some(email)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bind(me: Option<&str>, given: &Value) -> Result<Option<String>, Refusal> {
        let identity =
            Identity { persona: Persona::Guest, guest: me.map(|me| Email::new(me).unwrap()), staff: None };
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
