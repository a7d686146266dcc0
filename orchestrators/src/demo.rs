//! Plays a story on a throw-away hotel: this binary starts itself as a server and calls it as a client, over real
//! stdio. A step that ends otherwise than in the story fails the demo, so it is a test as well.

mod stage;
mod story;
mod teller;

use crate::mcp::client::{Client, configuration};
use anyhow::{Context, bail};
use serde_json::Value;
use stage::Stage;
use teller::Teller;

pub use story::{Answers, Shown, Step, Story};

/// Plays a persona's story on `server`.
pub(crate) async fn run(story: &Story, server: &'static str) -> anyhow::Result<()> {
    // Dropping the stage removes the hotel, also when the story is interrupted.
    let stage = Stage::set()?;
    tokio::select! {
        told = tell(story, &stage, server) => told,
        _ = tokio::signal::ctrl_c() => bail!("the story was broken off"),
    }
}

async fn tell(story: &Story, stage: &Stage, server: &str) -> anyhow::Result<()> {
    let mut teller = Teller::on_stdout();
    let client = Client::start(stage.server(&story.environment)).await?;
    teller.open(story, server, &client.protocol(), client.tools().await?)?;
    let mut answers = Answers::default();
    for (at, step) in story.steps.iter().enumerate() {
        let number = at + 1;
        let arguments = (step.arguments)(&answers);
        let object = arguments.as_object().cloned().unwrap_or_default();
        teller.ask(number, step, &arguments)?;
        let answer = client.call(step.tool, object).await?;
        teller.answer(step, &answer)?;
        check(step, &answer).with_context(|| format!("step {number}, {}", step.tool))?;
        answers.keep(step.name, answer);
    }
    client.close().await?;
    let configuration = configuration(&format!("hotel-{}", story.teller), stage.binary(), &story.environment);
    Ok(teller.close(story, &configuration)?)
}

/// Compares an answer with the story's.
fn check(step: &Step, answer: &Value) -> anyhow::Result<()> {
    let succeeds = step.refused.is_none();
    if answer["success"] != succeeds || step.refused.is_some_and(|code| answer["error_code"] != code) {
        let told = step.refused.map_or("to succeed".to_owned(), |code| format!("to be refused with {code}"));
        bail!("the story says this is {told}, but the answer was {answer}");
    }
    for (field, expected) in &step.expected {
        let found = story::field(answer, field);
        if found != Some(expected) {
            bail!("the story says {field} is {expected}, but the answer was {answer}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn held(refused: Option<&'static str>, answer: &Value) -> bool {
        let step = Step {
            name: "",
            said: "",
            tool: "",
            arguments: |_| json!({}),
            refused,
            expected: if refused.is_some() { vec![] } else { vec![("/status", json!("Checked In"))] },
            shown: story::Shown::Fields(&[]),
            notice: "",
        };
        check(&step, answer).is_ok()
    }

    #[test]
    fn an_answer_that_is_not_the_one_told_fails_the_demo() {
        let (done, other) = (json!({"status": "Checked In"}), json!({"status": "Reserved"}));
        assert!(held(None, &json!({"success": true, "data": done})));
        assert!(!held(None, &json!({"success": true, "data": other})));
        let refusal = json!({"success": false, "error_code": "NOT_YOURS"});
        assert!(held(Some("NOT_YOURS"), &refusal));
        assert!(!held(Some("BOOKING_NOT_FOUND"), &refusal));
        assert!(!held(None, &refusal));
        assert!(!held(Some("NOT_YOURS"), &json!({"success": true, "data": done})));
    }
}
