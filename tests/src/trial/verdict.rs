//! Decides whether a hotel survived a try: compares the hotel and all answers with how the scene ends without faults.

use super::faults::{Fault, Recovery, Try};
use super::journal;
use super::stage::{Golden, SENDING, Stage, last_payment, plain, reconcile};
use super::worker::is_elsewhere;
use crate::ledger::difference;
use crate::{ATTENTION, Books, World};
use serde_json::{Value, json};

/// The answer of a call that only its guest can continue.
const WAITING: &str = "PAYMENT_ACTION_REQUIRED";

/// Runs a try, and returns the harm done. `meddle` changes the hotel before it is checked.
pub(super) async fn of(stage: &Stage, one: &Try, meddle: impl FnOnce(&World)) -> Result<(), String> {
    let world = stage.copy().await;
    let told = strike(stage, one, &world).await?;
    meddle(&world);
    let case = Case { stage, one, world: &world, told };
    if one.recovery == Recovery::Reconciled && case.leaves_something_to_recover() {
        case.recovered(&reconcile(&world).await)?;
    }
    let last = stage.insist(&world).await?;
    case.ended(&last).await
}

/// Makes the call with the fault, and lets time pass.
async fn strike(stage: &Stage, one: &Try, world: &World) -> Result<Option<Value>, String> {
    let made = stage.call(world, &one.faults()).await;
    let told = made.told;
    if let (Fault::Killed(_), false) = (one.fault, made.killed) {
        return Err(format!("nobody was killed; it answered {told:?}"));
    }
    if one.fault == Fault::Cut {
        journal::cut(world, stage.scene.call.token(), &one.step, stage.reads(&one.step));
    }
    journal::let_time_pass(world);
    Ok(told)
}

/// A try that has been run.
struct Case<'a> {
    stage: &'a Stage,
    one: &'a Try,
    world: &'a World,
    /// The answer of the process with the fault, if it lived to answer.
    told: Option<Value>,
}

impl Case<'_> {
    /// Whether a definite no at this step leaves something that can be neither finished nor undone.
    fn needs_a_person(&self) -> bool {
        let refused = self.one.fault == Fault::Fails("refused");
        refused && (self.undoes() || self.stage.scene.past_return.contains(&self.one.step.as_str()))
    }

    fn undoes(&self) -> bool {
        self.one.step.starts_with("undo ")
    }

    /// Whether there is something to recover. A call that survived its fault by itself is finished, except for its text.
    fn leaves_something_to_recover(&self) -> bool {
        let told = self.told.as_ref();
        self.one.step == SENDING
            || self.one.fault == Fault::Cut
            || !told.is_some_and(|told| told["success"] == true)
    }

    /// Checks that nothing is half done after recovery, although nobody has called again.
    fn recovered(&self, report: &Value) -> Result<(), String> {
        let pending = report["pending"].as_array().into_iter().flatten();
        if let Some(call) = pending.into_iter().find(|call| call["error_code"] != WAITING) {
            if is_elsewhere() {
                return Ok(()); // a Restate server tries it again in its own time
            }
            return Err(format!("recovery left it pending: {call}"));
        }
        if self.needs_a_person() {
            return Ok(());
        }
        let books = Books::open(self.world);
        let broken = books.broken_rules();
        if !broken.is_empty() {
            return Err(format!("after recovery: {}", broken.join("; ")));
        }
        let (found, goldens) = (books.ledger(), self.goldens());
        let nothing_done = goldens.iter().any(|golden| golden.before == found);
        if self.told.as_ref().is_some_and(says_that_nothing_was_done) && !nothing_done {
            let difference = difference(&goldens[0].before, &found);
            return Err(format!("it was told that nothing was done, and: {difference}"));
        }
        if !nothing_done && goldens.iter().all(|golden| golden.after != found) {
            let difference = difference(&goldens[0].after, &found);
            return Err(format!("after recovery it is neither done nor not: {difference}"));
        }
        Ok(())
    }

    /// An answer without the parts that may differ. Remote systems do not store our keys: if the journal is older than they
    /// are, as after a restored backup, a call finds its own checkout already done, as if somebody else had done it.
    fn comparable(&self, answer: Value) -> Value {
        let mut answer = plain(answer);
        if self.one.fault == Fault::Cut
            && self.world.systems().is_some()
            && let Some(data) = answer["data"].as_object_mut()
        {
            data.retain(|name, _| !matches!(name.as_str(), "already_checked_out" | "transaction_id"));
        }
        answer
    }

    /// How the scene may end.
    fn goldens(&self) -> Vec<&Golden> {
        self.stage.goldens.iter().chain(&self.stage.detour).collect()
    }

    /// Checks that in the end it is done once or undone, and that no answer said anything else.
    async fn ended(&self, last: &Value) -> Result<(), String> {
        journal::texts_are_sent(self.world).await;
        if let Some(told) = self.told.as_ref().filter(|told| is_final(told))
            && self.comparable(told.clone()) != self.comparable(last.clone())
        {
            return Err(format!("first it was told {told}, then {last}"));
        }
        if self.needs_a_person() {
            return self.left_to_a_person(last).await;
        }
        let books = Books::open(self.world);
        let broken = books.broken_rules();
        if !broken.is_empty() {
            return Err(format!("in the end: {}", broken.join("; ")));
        }
        let found = books.ledger();
        let answer = self.comparable(last.clone());
        let says_so = |golden: &&Golden| self.comparable(golden.answer.clone()) == answer;
        let expected = self.goldens().into_iter().find(|golden| says_so(golden) && golden.after == found);
        if let Some(golden) = expected {
            self.was_done_once(&books, golden)?;
            return self.texts_are_as(&books, golden);
        }
        if self.goldens().iter().any(says_so) {
            let difference = difference(&self.stage.goldens[0].after, &found);
            return Err(format!("it is said to be done, and: {difference}"));
        }
        let may_be_refused = self.one.way.is_some() || self.one.fault.may_end_it();
        if last["retry_safe"] != false || last["error_code"] == "NEEDS_ATTENTION" || !may_be_refused {
            return Err(format!("an answer that does not follow from it: {answer}"));
        }
        if self.goldens().iter().all(|golden| golden.before != found) {
            let difference = difference(&self.stage.goldens[0].before, &found);
            return Err(format!("it is said to have come to nothing, and: {difference}"));
        }
        Ok(())
    }

    fn was_done_once(&self, books: &Books, golden: &Golden) -> Result<(), String> {
        let scene = &self.stage.scene;
        let detoured = self.stage.detour.as_ref().is_some_and(|detour| std::ptr::eq(detour, golden));
        let effects = match &scene.detour {
            Some((_, effects)) if detoured => effects,
            _ => &scene.effects,
        };
        let times = books.count(effects);
        if times == 1 { Ok(()) } else { Err(format!("it was done {times} times")) }
    }

    /// Checks that no text was sent twice, and that one that may have been sent is shown as unknown.
    fn texts_are_as(&self, books: &Books, golden: &Golden) -> Result<(), String> {
        let found = books.texts_sent();
        let fates = journal::fates_of_texts(self.world, self.stage.scene.call.token());
        // A Restate server sends a text again where the service tells the second from the first: the embedded one does.
        let again = is_elsewhere() && matches!(self.one.fault, Fault::Killed(_) | Fault::Fails("panics"));
        let (fate, left) =
            if self.one.step == SENDING && !again { self.one.fault.fate_of_a_text() } else { ("sent", true) };
        if let Some(other) = fates.iter().find(|found| *found != fate) {
            return Err(format!("a text was to be {fate}, and is {other}"));
        }
        let missing = golden.texts.len() - usize::from(!left);
        if found.len() != missing || found.iter().any(|text| !golden.texts.contains(text)) {
            return Err(format!("texts: {}", difference(&golden.texts, &found)));
        }
        Ok(())
    }

    /// Checks that a failed undo is never swallowed: the caller is told, staff see it, and what is left can be mended.
    async fn left_to_a_person(&self, last: &Value) -> Result<(), String> {
        if last["error_code"] != "NEEDS_ATTENTION" {
            return Err(format!("this needs a person, and it was answered {last}"));
        }
        let ask = json!({"outcome": "needs_attention", "tool": self.stage.scene.call.tool}).to_string();
        let shown = self.world.run_staff(&["call", "search_tool_calls", &ask]).await.json();
        if shown["data"]["count"] != 1 {
            return Err(format!("staff do not see it: {shown}"));
        }
        if self.undoes() && self.broken_otherwise().is_empty() {
            return Ok(()); // there was nothing to undo, or another way back did it
        }
        if last["details"]["done_and_standing"].as_array().is_none_or(Vec::is_empty) {
            return Err(format!("it is not told what each system holds: {last}"));
        }
        if !self.undoes() {
            return Ok(()); // what the processor did once and no record tells of, a person enters by hand
        }
        let guest = &shown["data"]["tool_calls"][0]["guest_email"];
        let mend = json!({"payment_intent_id": last_payment(self.world), "guest_email": guest}).to_string();
        let told = self.world.run_staff(&["call", "compensate_checkout_failure", &mend]).await.json();
        if told["success"] != true {
            return Err(format!("compensate_checkout_failure does not mend it: {told}"));
        }
        let broken = self.broken_otherwise();
        if broken.is_empty() { Ok(()) } else { Err(format!("mended: {}", broken.join("; "))) }
    }

    /// The broken invariants that the call which needs attention does not explain.
    fn broken_otherwise(&self) -> Vec<String> {
        let mut broken = Books::open(self.world).broken_rules();
        broken.retain(|rule| !rule.starts_with(ATTENTION));
        broken
    }
}

/// Whether an answer is final: what was done or undone stays so.
fn is_final(told: &Value) -> bool {
    told["success"] == true || told["details"]["undone"] == true || told["error_code"] == "NEEDS_ATTENTION"
}

/// Whether it is a definite no, or an outage, that leaves everything as it was.
fn says_that_nothing_was_done(told: &Value) -> bool {
    let says_so = told["error_message"].as_str().is_some_and(|text| text.contains("Nothing was done"));
    says_so || (told["success"] == false && told["retry_safe"] == false && !is_final(told))
}
