//! Draws a call of the audit trail as a sequence diagram (mermaid).

use serde_json::Value;
use skills::operations::LookUp;
use skills::operations::messages::SendSms;
use skills::operations::payments::{
    ConfirmPayment, CreateCustomer, CreatePaymentIntent, FindCard, FindCustomers, FindStayIntents,
    RefundPayment,
};
use skills::{Commit, Skill, System};
use std::fmt::Write;

/// Which system a step asks, and whether it changes anything there.
fn of<S: Skill>() -> (System, bool) {
    (S::SYSTEM, S::EFFECT.writes())
}

fn asks(step: &str) -> (System, bool) {
    match step {
        LookUp::NAME | "look_again" => of::<LookUp>(),
        FindCustomers::NAME => of::<FindCustomers>(),
        FindCard::NAME => of::<FindCard>(),
        FindStayIntents::NAME => of::<FindStayIntents>(),
        CreateCustomer::NAME => of::<CreateCustomer>(),
        CreatePaymentIntent::NAME => of::<CreatePaymentIntent>(),
        ConfirmPayment::NAME => of::<ConfirmPayment>(),
        "undo confirm_payment" => of::<RefundPayment>(),
        "move_in" | "close_stay" => of::<Commit>(),
        SendSms::NAME => of::<SendSms>(),
        other => panic!("which system does {other} ask?"),
    }
}

const fn participant(system: System) -> &'static str {
    match system {
        System::Crm => "records",
        System::Payments => "payments",
        System::Messages => "messages",
        System::Storage => "journal",
    }
}

/// The text of a field.
pub(super) fn text<'v>(of: &'v Value, field: &str) -> &'v str {
    of[field].as_str().unwrap_or_default()
}

/// A step's name without what tells two of them apart.
fn name(step: &Value) -> &str {
    text(step, "name").split(" 2-").next().unwrap_or_default()
}

/// The steps of a call.
pub(super) fn steps(call: &Value) -> &[Value] {
    call["steps"].as_array().expect("steps")
}

/// A diagram that grows line by line.
#[derive(Default)]
pub(super) struct Sequence {
    lines: Vec<String>,
    /// What undoes a step, by the journal.
    pub(super) undos: Vec<(String, String)>,
    /// The step in which a server died.
    begun: Option<String>,
}

impl Sequence {
    pub(super) fn line(&mut self, line: &str) {
        assert!(!line.contains([';', '#']), "mermaid reads these as its own: {line}");
        self.lines.push(line.to_owned());
    }

    /// The steps that `server` took, in order. One that has only begun is where it died.
    pub(super) fn steps<'v>(&mut self, server: &str, steps: impl IntoIterator<Item = &'v Value>) {
        for step in steps {
            let (name, outcome) = (name(step), text(step, "outcome"));
            if name == "person_agreed" {
                self.line(&format!("{server}->>journal: the person agreed"));
                continue;
            }
            let (system, writes) = asks(name);
            let system = participant(system);
            if self.begun.as_deref() == Some(name) {
                self.line(&format!("{server}->>{system}: {name} again, under the same key"));
                continue;
            }
            if writes && system != "messages" {
                let undo = self.undos.iter().find(|(of, _)| of == name);
                let undo = undo.map(|(_, undo)| format!(", its undo is {undo}")).unwrap_or_default();
                self.line(&format!("{server}->>journal: {name} begins{undo}"));
            }
            match outcome {
                "begun" => {
                    self.line(&format!("{server}-x{system}: {name}"));
                    self.begun = Some(name.to_owned());
                }
                "done" | "sent" => self.line(&format!("{server}->>{system}: {name}")),
                _ => {
                    self.line(&format!("{server}->>{system}: {name}"));
                    self.line(&format!("{system}-->>{server}: {outcome}"));
                }
            }
        }
    }

    /// A whole call: what was asked, its steps, its answer, and what was sent afterwards.
    pub(super) fn call(&mut self, server: &str, call: &Value, asked: &str, answered: &str) {
        self.line(&format!("client->>{server}: {asked}"));
        self.line(&format!("{server}->>journal: the call"));
        self.end(server, call, steps(call), answered);
    }

    /// These steps of a call, and its end.
    pub(super) fn end(&mut self, server: &str, call: &Value, steps: &[Value], answered: &str) {
        let finished = text(call, "finished_at");
        assert!(!finished.is_empty(), "it has ended");
        let (before, after): (Vec<_>, Vec<_>) =
            steps.iter().partition(|step| text(step, "started_at") <= finished);
        self.steps(server, before);
        self.line(&format!("{server}->>journal: the answer"));
        if !answered.is_empty() {
            self.line(&format!("{server}-->>client: {answered}"));
        }
        self.steps(server, after);
    }

    /// The diagram. Those who take no part in it have no column.
    pub(super) fn finish(self, participants: &[(&str, &str)]) -> String {
        let mut drawn = "```mermaid\nsequenceDiagram\n".to_owned();
        let systems = ["journal", "records", "payments", "messages"].map(|system| (system, system));
        for (id, shown) in participants.iter().chain(&systems) {
            let takes_part =
                self.lines.iter().any(|line| line.split(':').next().unwrap_or_default().contains(id));
            assert!(takes_part || id == shown, "{id} does nothing");
            if takes_part {
                writeln!(drawn, "    participant {id} as {shown}").unwrap();
            }
        }
        for line in self.lines {
            writeln!(drawn, "    {line}").unwrap();
        }
        drawn + "```\n"
    }
}
