//! `call` asks at the terminal what a client would ask its person.

use crate::terminal;
use crate::tool::answer::Answer;
use crate::tool::ask::{CanAsk, Form, Reply, Said, ToPerson};
use crate::tool::{Caller, Front, Told, Tool};
use serde_json::Value;
use std::io::{IsTerminal, stderr, stdin};

/// Calls a tool; asks at the terminal what it asks, or says yes to it. Without a terminal or a yes nobody can be asked.
pub(super) async fn answered(
    front: &Front,
    tool: &Tool,
    arguments: Value,
    yes: bool,
) -> std::io::Result<Answer> {
    let can_ask = CanAsk { forms: yes || stdin().is_terminal() && stderr().is_terminal(), pages: false };
    let mut reply = None;
    loop {
        let caller = Caller { can_ask, reply: reply.take(), ..front.caller() };
        match front.call(tool, arguments.clone(), &caller).await {
            Told::Answer(answer) => return Ok(answer),
            Told::Asks(question) => {
                let said = ask(&question, yes)?;
                reply = Some(Reply { ticket: question.ticket, said });
            }
        }
    }
}

fn ask(question: &ToPerson, yes: bool) -> std::io::Result<Said> {
    match &question.form {
        Form::Confirm if yes => Ok(Said::Yes),
        Form::Confirm => {
            let said = terminal::ask(&format!("{} [y/N] ", question.says))?;
            Ok(match said.as_deref().map(str::to_lowercase).as_deref() {
                Some("y" | "yes") => Said::Yes,
                Some(_) => Said::No,
                None => Said::Dismissed,
            })
        }
        Form::Pick(lines) => {
            terminal::aside(&question.says);
            for (at, (_, line)) in lines.iter().enumerate() {
                terminal::aside(&format!("  {}  {line}", at + 1));
            }
            let said = terminal::ask("Number: ")?;
            let at = said.and_then(|said| said.parse::<usize>().ok()).and_then(|at| at.checked_sub(1));
            let picked = at.and_then(|at| lines.get(at));
            Ok(picked.map_or(Said::Dismissed, |(value, _)| Said::Picked(value.clone())))
        }
        Form::Open(_) => Ok(Said::Dismissed),
    }
}
