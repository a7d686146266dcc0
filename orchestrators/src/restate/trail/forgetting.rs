//! Forgetting a person: every call that is kept is looked at, and redacted if it concerns the person.

use super::super::wire::{Entry, Kept, ListQuery, Redacted, Row, list};
use crate::engine::{Concern, FORGOTTEN, Forget, Forgotten, MayConcern, forgotten_token};
use crate::saga::SagaError;
use crate::saga::outcome::Outcome;
use serde_json::Value;
use skills::words::Key;

use super::RemoteTrail;

impl RemoteTrail {
    /// Looks at every call that is kept: a person may be named in anybody's.
    pub(super) async fn forget_person(&self, person: &dyn Forget) -> Result<Forgotten, SagaError> {
        let mut done = Forgotten { redacted: 0, unfinished: 0 };
        for hour in self.hours().await? {
            for row in self.all_of_hour(&hour, &ListQuery::default()).await? {
                match self.forget_in(person, &row).await? {
                    Some(true) => done.redacted += 1,
                    Some(false) => done.unfinished += 1,
                    None => {}
                }
            }
        }
        Ok(done)
    }

    /// Forgets a person in a call; none if it does not concern the person, false if it is not finished.
    async fn forget_in(&self, person: &dyn Forget, row: &Row) -> Result<Option<bool>, SagaError> {
        loop {
            let entry = self.entry(row).await?;
            let whole = match concern(person, row, entry.as_ref()) {
                Concern::Nothing => return Ok(None),
                _ if is_unfinished(row, entry.as_ref()) => return Ok(Some(false)),
                concern => concern == Concern::Call,
            };
            // If something was written to it meanwhile, it is looked at again.
            if self.redact(person, row, entry, whole).await? {
                return Ok(Some(true));
            }
        }
    }

    /// Returns false if the call has changed since it was read.
    async fn redact(
        &self,
        person: &dyn Forget,
        row: &Row,
        entry: Option<Entry>,
        whole: bool,
    ) -> Result<bool, SagaError> {
        let mut redacted = row.clone();
        redacted.token = row.token.as_deref().map(|token| forgotten_token(&row.caller, token).to_string());
        if whole {
            let name = |name: Option<String>| name.map(|name| forgotten(person, name));
            redacted.caller = forgotten(person, redacted.caller);
            redacted.about.person = name(redacted.about.person);
            redacted.about.subject = name(redacted.about.subject);
            redacted.arguments = redacted_json(person, &redacted.arguments);
        }
        if let (Some((key, attempt)), Some(mut entry)) = (&row.call, entry) {
            let seen = entry.digest();
            entry.bound = false;
            entry.asking.held.token = redacted.token.clone().unwrap_or_default();
            if whole {
                redact_entry(person, &mut entry, &redacted);
            }
            let request = Redacted { attempt: *attempt, seen, entry };
            if !self.change::<bool>(&format!("Calls/{key}/redact"), &request).await? {
                return Ok(false);
            }
        }
        for (kind, of) in
            [("person", &row.about.person), ("subject", &row.about.subject), ("token", &row.token)]
        {
            if let Some(of) = of.as_ref().filter(|_| whole || kind == "token") {
                self.ask::<()>(&format!("Trail/{}/take", list(&self.hotel, kind, of)), &row.place()).await?;
            }
        }
        let kept = Kept { row: redacted, days: self.days };
        self.ask::<()>(&format!("Trail/{}/enter", list(&self.hotel, "hour", &row.part())), &kept).await?;
        Ok(true)
    }
}

fn forgotten(person: &dyn Forget, name: String) -> String {
    if person.is_named_in(&name) { FORGOTTEN.to_owned() } else { name }
}

fn redacted_json(person: &dyn Forget, value: &Value) -> Value {
    serde_json::from_str(&person.redacted(&value.to_string())).unwrap_or(Value::Null)
}

fn redact_entry(person: &dyn Forget, entry: &mut Entry, row: &Row) {
    entry.because = None;
    entry.about = row.about.clone();
    entry.answer = entry.answer.take().map(|answer| redacted_json(person, &answer));
    entry.asking.about = row.about.clone();
    entry.asking.fingerprint = Key::derived(&[FORGOTTEN]);
    let held = &mut entry.asking.held;
    held.trace = None;
    held.caller = row.caller.clone();
    held.acts_for = held.acts_for.take().filter(|guest| !person.is_named_in(guest.as_str()));
    held.arguments = redacted_json(person, &held.arguments);
    for step in &mut entry.steps {
        step.undo = step.undo.take().filter(|undo| !person.is_named_in(&undo.to_string()));
        step.outcome = step.outcome.without_value();
    }
}

fn concern(person: &dyn Forget, row: &Row, entry: Option<&Entry>) -> Concern {
    let texts = |values: &[Option<&str>]| values.iter().flatten().copied().collect::<Vec<_>>().join(" ");
    let about = [row.about.person.as_deref(), row.about.subject.as_deref(), Some(row.caller.as_str())];
    let (arguments, rest) = match entry {
        None => (row.arguments.to_string(), texts(&about)),
        Some(entry) => {
            let steps = serde_json::to_string(&entry.steps).unwrap_or_default();
            let answer = entry.answer.as_ref().map(ToString::to_string);
            let acts_for = entry.asking.held.acts_for.as_ref().map(skills::words::Email::as_str);
            let more = [answer.as_deref(), entry.because.as_deref(), acts_for, Some(steps.as_str())];
            (entry.asking.held.arguments.to_string(), texts(&[about.as_slice(), &more].concat()))
        }
    };
    let token = row.token.as_deref().unwrap_or_default();
    person.concern(&MayConcern { tool: &row.tool, arguments: &arguments, rest: &rest, token })
}

/// Whether it is still to be finished, or has messages that are not sent yet.
fn is_unfinished(row: &Row, entry: Option<&Entry>) -> bool {
    let (outcome, resolved) =
        entry.map_or((row.outcome, false), |entry| (entry.outcome, entry.resolved_at.is_some()));
    let open = outcome.is_unfinished() || outcome == Outcome::NeedsAttention && !resolved;
    open || entry.is_some_and(|entry| entry.messages.iter().any(|message| message.state == "staged"))
}
