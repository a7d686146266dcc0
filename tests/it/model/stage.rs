//! A story is played twice: to the servers on a hotel of its own, and to the model. Both must tell the same.

mod compare;

use crate::model::calls::{Fault, Payment, Step, Then};
use crate::model::hotel::{Hitch, Hotel};
use crate::model::playhouse::Playhouse;
use compare::agree;
use rusqlite::Connection;
use serde_json::Value;
use tests::{Books, World};

/// Faults that leave the step they strike undone.
const HARMLESS: &[&str] = &["unreached!", "fails_before!", "killed_before", "killed_inside"];

/// What a call was told in the end, and what staff were told who undid it in the middle.
struct Told {
    answer: Value,
    undone: Option<Value>,
}

impl Told {
    fn plainly(answer: Value) -> Self {
        Self { answer, undone: None }
    }
}

fn is_unfinished(told: &Value) -> bool {
    told["retry_safe"] == true && told["error_code"] != "PAYMENT_ACTION_REQUIRED"
}

/// One story's hotel, and the model of it.
pub(crate) struct Stage<'a> {
    house: &'a Playhouse,
    world: World,
    books: Books,
    model: Hotel,
    /// Messages whose sending may have gone wrong.
    messages_at_risk: i64,
}

impl<'a> Stage<'a> {
    pub(crate) fn open(house: &'a Playhouse, world: World, late: bool) -> Self {
        let books = Books::open(&world);
        Self { house, world, books, model: Hotel::seeded(late, house.shares()), messages_at_risk: 0 }
    }

    pub(crate) fn close(&self) {
        self.books.are_whole();
    }
}

impl Stage<'_> {
    /// Makes a call of the story, and asks the model.
    pub(crate) async fn step(&mut self, at: usize, step: &Step) -> Result<(), String> {
        let step = &Step { ask: self.model.name_payment(&step.ask), ..step.clone() };
        let fault = step.fault();
        // Who is cut off must be able to ask again: a call that a fault awaits has a token.
        let made = (fault.is_some() && !step.ask.reads()).then(|| format!("made-{at}"));
        let token = step.token.map(str::to_owned).or(made).filter(|_| !step.ask.reads());
        let arguments = self.arguments(step, token.as_deref());
        let told = self.tell(step, token.as_deref(), &arguments, fault).await?;
        let hitch = match fault {
            Some((point, fault)) if fault.kind == "refused" => Hitch::Refuses(point),
            Some((_, fault)) if told.undone.is_some() && self.is_harmless(fault) => Hitch::UndonePaid,
            _ if told.undone.is_some() => Hitch::UndoneClosed,
            _ => Hitch::None,
        };
        let expected = self.model.ask(step, token.as_deref(), hitch);
        let undone = self.model.undone.take();
        if let Some(told) = told.undone {
            agree(&undone.ok_or("nothing to undo"), &told, true)
                .map_err(|problem| format!("undone: {problem}"))?;
        }
        let told = told.answer;
        self.house.note("calls");
        agree(&expected, &told, fault.is_some())?;
        let answer = expected.as_ref().map_or_else(|code| *code, |_| "done");
        self.house.note(&format!("{} {answer}", step.ask.tool()));
        if told["data"]["replayed"] == true {
            self.house.note("calls answered from the journal");
        }
        self.compare()
    }

    /// A system of others has no inside to be killed in: there it is done.
    fn is_harmless(&self, fault: Fault) -> bool {
        let inside = fault.kind == "killed_inside" && self.world.systems().is_some();
        HARMLESS.contains(&fault.kind) && !inside
    }

    fn arguments(&self, step: &Step, token: Option<&str>) -> Value {
        let mut arguments = step.ask.arguments(|payment| self.id_of(payment));
        if let Some(token) = token {
            arguments["idempotency_token"] = token.into();
        }
        arguments
    }

    fn id_of(&self, payment: Payment) -> String {
        let Payment::Known(at) = payment else { return "pi_made_up".to_owned() };
        let (booking, nth) = self.model.place_of(at);
        let sql =
            format!("SELECT id FROM intents WHERE booking = '{booking}' ORDER BY rowid LIMIT 1 OFFSET {nth}");
        self.books.texts(&sql).pop().expect("a payment the model knows")
    }

    /// Makes the call and, if something got in its way, sees it through to its answer.
    async fn tell(
        &mut self,
        step: &Step,
        token: Option<&str>,
        arguments: &Value,
        fault: Option<(&str, Fault)>,
    ) -> Result<Told, String> {
        let Some((point, fault)) = fault else {
            return self.insist(step, arguments).await.map(Told::plainly);
        };
        let sends = point == "send_sms";
        self.messages_at_risk += i64::from(sends);
        let told = self.call(step, arguments, Some(&format!("{point}={}", fault.kind))).await?;
        self.house.note("faults set");
        match &told {
            None => self.house.note("faults that killed the server"),
            Some(told) if is_unfinished(told) => self.house.note("faults that outlasted the call"),
            Some(told) if told.to_string().contains("An injected refusal.") => {
                self.house.note("faults that refused a step");
            }
            Some(_) => {}
        }
        let finished = told.filter(|told| !is_unfinished(told));
        if finished.is_none() || sends {
            self.let_leases_end();
        }
        if finished.is_none() && fault.then == Then::Compensated && point == "close_stay" {
            let undone = self.undo(step, token).await?;
            self.house.note("checkouts undone in the middle");
            return Ok(Told { answer: self.insist(step, arguments).await?, undone: Some(undone) });
        }
        if sends || (finished.is_none() && fault.then == Then::Reconciled) {
            self.reconcile().await?;
        }
        // Whoever came back to a checkout that waits for its guest would say that the guest has authenticated.
        match finished.or_else(|| self.waiting(step, token)) {
            Some(told) => Ok(Told::plainly(told)),
            None => self.insist(step, arguments).await.map(Told::plainly),
        }
    }

    /// Makes a call that nothing gets in the way of.
    async fn insist(&self, step: &Step, arguments: &Value) -> Result<Value, String> {
        self.call(step, arguments, None).await?.ok_or_else(|| "no answer".to_owned())
    }

    /// Staff undo the checkout this step was left in the middle of.
    async fn undo(&self, step: &Step, token: Option<&str>) -> Result<Value, String> {
        let sql = "SELECT json_extract(value, '$.id'), json_extract(value, '$.guest') FROM steps s \
                   JOIN calls c ON c.id = s.call WHERE s.name LIKE 'create_payment_intent%' AND c.caller = ? AND c.token = ? \
                   AND c.bound = 1 ORDER BY s.place DESC LIMIT 1";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let (payment, guest) = self
            .journal()
            .query_row(sql, [&step.who.caller(), token.unwrap_or_default()], row)
            .expect("a payment");
        let arguments = serde_json::json!({"payment_intent_id": payment, "guest_email": guest}).to_string();
        Ok(self.world.run_staff(&["call", "compensate_checkout_failure", &arguments]).await.json())
    }

    /// What a call answers; none if its process was killed.
    async fn call(
        &self,
        step: &Step,
        arguments: &Value,
        faults: Option<&str>,
    ) -> Result<Option<Value>, String> {
        let (server, mut env) = step.who.server();
        env.extend(faults.map(|faults| ("HOTEL_FAULTS", faults)));
        let arguments = arguments.to_string();
        let ran = self.world.run(server, &["call", step.ask.tool(), &arguments], &env, "").await;
        match ran.code {
            None => Ok(None),
            Some(0 | 1) => Ok(Some(ran.json())),
            Some(_) => Err(format!("{ran:?}")),
        }
    }

    fn journal(&self) -> Connection {
        Connection::open(self.world.data().join("journal.db")).expect("the journal")
    }

    fn calls_needing_attention(&self) -> i64 {
        let sql = "SELECT count(*) FROM calls WHERE outcome = 'needs_attention'";
        self.journal().query_row(sql, [], |row| row.get(0)).expect("a count")
    }

    /// As if the time of whoever died or rests were over.
    fn let_leases_end(&self) {
        let sql = "UPDATE calls SET lease_until = 0 WHERE outcome = 'running'; \
                   UPDATE outbox SET lease_until = 0 WHERE state IN ('staged', 'sending');";
        self.journal().execute_batch(sql).expect("leases end");
    }

    async fn reconcile(&self) -> Result<(), String> {
        let ran = self.world.run_staff(&["reconcile", "--json"]).await;
        if ran.json()["needs_attention"].is_array() { Ok(()) } else { Err(format!("reconcile: {ran:?}")) }
    }

    fn waiting(&self, step: &Step, token: Option<&str>) -> Option<Value> {
        let sql =
            "SELECT answer FROM calls WHERE caller = ? AND token = ? AND bound = 1 AND outcome = 'waiting'";
        let row = self.journal().query_row(sql, [&step.who.caller(), token?], |row| row.get::<_, String>(0));
        row.ok().map(|answer| serde_json::from_str(&answer).expect("an answer"))
    }
}
