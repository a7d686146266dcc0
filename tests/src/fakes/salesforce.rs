//! A Salesforce org over HTTP, for tests: in this process, on a port of the loopback, usable from any process by its URL.
//!
//! It knows the schema of `schema.json` and is as strict as the platform: unknown names, wrong types, restricted picklists,
//! uniqueness, references. Requests run concurrently; a transaction sees what is committed and its own changes, and holds
//! the rows it writes until its end. Everything is recorded, and anything can be made to go wrong.

mod call;
mod composite;
mod describe;
mod duplicates;
mod faults;
mod http;
mod ids;
mod locks;
mod oauth;
mod org;
mod pages;
mod pauses;
mod query;
mod reading;
mod recorded;
mod refusal;
mod routes;
mod rules;
mod schema;
mod seeds;
mod serve;
mod soql;
mod tables;
mod transaction;
mod values;
mod writes;

pub use faults::{Fault, On, When};
pub use pauses::Pause;
pub use recorded::{Recorded, Subrequest};
pub use seeds::Data;
pub use tables::Row;

use call::{Answer, Call};
use org::Org;
use refusal::Refusal;
use serde_json::{Map, Value};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// The API's versions, both inclusive.
const OLDEST: u32 = 50;
const LATEST: &str = "v62.0";

/// How an org is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The connected app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The rows of a page of a query's answer.
    pub batch_size: usize,
    /// The calls of a day.
    pub daily_limit: u64,
    /// How long a write waits for a row before `UNABLE_TO_LOCK_ROW`.
    pub lock_wait: Duration,
    /// Whether a write locks its master-detail parent too, as the platform does.
    pub lock_masters: bool,
    /// The number of the first case, if it is not the usual one.
    pub first_case: Option<u64>,
    /// The records it begins with.
    pub data: Data,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            client_id: "hotel-client".to_owned(),
            client_secret: "hotel-secret".to_owned(),
            batch_size: 2000,
            daily_limit: 15_000,
            lock_wait: Duration::from_secs(10),
            lock_masters: true,
            first_case: None,
            data: Data::Hotel,
        }
    }
}

/// All records of an org at one moment.
pub struct Records(tables::Tables);

/// A running org. Dropped, it is gone.
pub struct Salesforce {
    org: Arc<Org>,
    runtime: Handle,
    _stop: oneshot::Sender<()>,
    /// Serves at the address that whoever logs in is sent to, if that is another one.
    instance: Mutex<Option<AbortHandle>>,
}

impl Default for Salesforce {
    fn default() -> Self {
        Self::start(Options::default())
    }
}

impl Salesforce {
    /// The seeded hotel.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An org with these records and otherwise as usual.
    #[must_use]
    pub fn with(data: Data) -> Self {
        Self::start(Options { data, ..Options::default() })
    }

    /// Starts an org on a thread of its own, so that a test may block.
    ///
    /// # Panics
    /// When the machine has no port or thread left.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let org = Org::new(options);
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let serving = Arc::clone(&org);
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                seeds::plant(&serving).await;
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let address = listener.local_addr().expect("an address");
                drop(serving.url.set(format!("http://{address}")));
                drop(ready.send(Handle::current()));
                tokio::select! {
                    _ = stopped => {} // the sender is gone: so is the org
                    () = http::listen(serving, listener) => {}
                }
            });
        });
        let runtime = is_ready.recv().expect("the org starts");
        Self { org, runtime, _stop: stop, instance: Mutex::default() }
    }

    /// The same org at an address of its own: its records, and nothing that was asked of it.
    ///
    /// # Panics
    /// When the machine has no port or thread left.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::start(Options { data: Data::Empty, ..self.org.options.clone() });
        let records = self.org.tables().clone();
        *copy.org.tables() = records;
        copy
    }

    /// Its records as they are, for [`put_back`](Self::put_back).
    #[must_use]
    pub fn records(&self) -> Records {
        Records(self.org.tables().clone())
    }

    /// Makes the records those again. Nothing may be going on.
    pub fn put_back(&self, records: &Records) {
        self.org.tables().put_back(&records.0);
    }

    /// Another number whenever a record has changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.org.tables().revision()
    }

    /// Where it listens: the login URL and the instance URL.
    #[must_use]
    pub fn url(&self) -> String {
        self.org.url().to_owned()
    }

    /// The variables that connect a server to it.
    #[must_use]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("SALESFORCE_LOGIN_URL", self.url()),
            ("SALESFORCE_CLIENT_ID", self.org.options.client_id.clone()),
            ("SALESFORCE_CLIENT_SECRET", self.org.options.client_secret.clone()),
        ]
    }

    /// A session of one's own, as a developer has.
    #[must_use]
    pub fn session(&self) -> String {
        self.org.new_session()
    }

    /// Ends every session: the next call answers 401.
    pub fn expire_sessions(&self) {
        self.org.expire_sessions();
    }

    /// The committed rows of an object, oldest first, computed fields included.
    #[must_use]
    pub fn rows(&self, object: &str) -> Vec<Row> {
        let (tables, own) = (self.org.tables(), tables::Changes::default());
        let view = tables::View { tables: &tables, own: &own };
        tables.rows(object).map(|row| view.record(object, row)).collect()
    }

    /// The first committed row of an object with this value.
    #[must_use]
    pub fn row(&self, object: &str, field: &str, value: &str) -> Option<Row> {
        self.rows(object).into_iter().find(|row| row.get(field).and_then(Value::as_str) == Some(value))
    }

    /// All committed rows, by object.
    #[must_use]
    pub fn dump(&self) -> Value {
        let tables = schema::objects().map(|object| (object.name.clone(), self.rows(&object.name).into()));
        Value::Object(tables.collect::<Map<_, _>>())
    }

    /// Inserts a record as some other client would, and answers its id.
    ///
    /// # Panics
    /// When the org refuses it.
    pub fn insert(&self, object: &str, record: &Value) -> String {
        let answer = self.ask("POST", &format!("sobjects/{object}"), record);
        answer["id"].as_str().expect("an id").to_owned()
    }

    /// Updates a record as some other client would: it waits for the row.
    ///
    /// # Panics
    /// When the org refuses it.
    pub fn update(&self, object: &str, id: &str, record: &Value) {
        self.ask("PATCH", &format!("sobjects/{object}/{id}"), record);
    }

    /// Sets a stored value whatever the schema says of it, such as a creation date.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn poke(&self, id: &str, field: &str, value: Value) {
        assert!(self.org.tables().poke(id, field, value), "no record {id}");
    }

    /// The records of a query.
    ///
    /// # Panics
    /// When the org refuses it.
    #[must_use]
    pub fn query(&self, soql: &str) -> Vec<Row> {
        let plan = query::plan(soql, &query::Hidden::new()).expect("a valid query");
        let (tables, own) = (self.org.tables(), tables::Changes::default());
        let view = tables::View { tables: &tables, own: &own };
        let records = query::run(&plan, view, LATEST).into_iter();
        records.filter_map(|record| record.as_object().cloned()).collect()
    }

    /// Unrecorded and uncounted, by a session of its own.
    fn ask(&self, method: &str, rest: &str, body: &Value) -> Value {
        let (send, receive) = mpsc::channel();
        let (org, call) = (Arc::clone(&self.org), Call::new(method, rest, &body.to_string()));
        let body = body.clone();
        self.runtime.spawn(async move {
            let segments = call.segments();
            let names: Vec<&str> = segments.iter().map(String::as_str).collect();
            let way = pauses::Way::default();
            let answer = routes::alone(&org, &way, &call, LATEST, &names, Some(body)).await;
            drop(send.send(answer));
        });
        let answer: Result<Answer, Refusal> = receive.recv().expect("the org lives");
        answer.unwrap_or_else(|refusal| panic!("the org refuses {method} {rest}: {refusal:?}")).body
    }

    /// Every request so far, in the order they came.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.org.recorded().clone()
    }

    /// Forgets what was recorded.
    pub fn forget(&self) {
        self.org.recorded().clear();
    }

    /// How many calls have counted against the day's limit.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.org.used.load(Ordering::Relaxed)
    }

    /// Leaves this many calls of the day.
    pub fn leave_calls(&self, calls: u64) {
        self.org.leave(calls);
    }

    /// Makes something go wrong.
    pub fn fault(&self, on: On, fault: Fault) {
        self.org.faults.arm(on, fault);
    }

    /// Takes back every fault and pause that has not struck.
    pub fn calm(&self) {
        self.org.calm();
    }

    /// Holds a request before its `before`-th subrequest, from 0; before its commit, if it has as many. A plain request is
    /// its own subrequest 0.
    #[must_use]
    pub fn pause(&self, on: On, before: usize) -> Pause {
        let (pause, point) = pauses::pause(before);
        self.org.pauses.arm(on, point);
        pause
    }

    /// Waits until this many requests wait for rows that others hold.
    ///
    /// # Panics
    /// When the org is gone.
    pub async fn waiting(&self, requests: usize) {
        let mut waiting = self.org.locks.waiting.subscribe();
        waiting.wait_for(|waiting| *waiting >= requests).await.expect("the org lives");
    }

    /// Hides an object, a field (`Object.Field`) or a picklist value (`Object.Field=Value`, from describe only), as an org
    /// where it was not deployed, or that does not let our user see it.
    pub fn hide(&self, what: &str) {
        self.org.hidden.lock().unwrap_or_else(PoisonError::into_inner).insert(what.to_owned());
    }

    /// A custom field that nobody may leave empty, unknown to the hotel.
    pub fn require(&self, object: &str, field: &str) {
        self.org.with_rules(|rules| rules.require(object, field));
    }

    /// A validation rule: what `fires` is true of is not saved, with this sentence.
    pub fn validate(
        &self,
        object: &str,
        fires: impl Fn(&Row) -> bool + Send + Sync + 'static,
        message: &str,
    ) {
        self.org.with_rules(|rules| rules.validate(object, fires, message));
    }

    /// Refuses every save of an object: a trigger or a flow that fails, an inactive owner, a storage that is full.
    pub fn refuse_saves(&self, object: &str, code: &str, message: &str) {
        self.org.with_rules(|rules| rules.refuse(object, code, message));
    }

    /// A record that an approval has locked.
    pub fn lock(&self, id: &str) {
        self.org.with_rules(|rules| rules.lock(id));
    }

    /// A field (`Object.Field`) that our user may read and not change.
    pub fn make_read_only(&self, field: &str) {
        self.org.with_rules(|rules| rules.make_read_only(field));
    }

    /// Makes it an org with the hotel's own package: bookings keep what was agreed for each night.
    pub fn has_package(&self) {
        self.org.has_package();
    }

    /// Makes it an org of several currencies, in which all that is there is in this one.
    pub fn has_currencies(&self, code: &str) {
        self.org.has_currencies(code);
    }

    /// Moves the org to an address of its own: whoever logs in is sent there, and where it was nobody answers any more. (At
    /// the first move that is where one logs in, which stays.)
    ///
    /// # Panics
    /// When the machine has no port left.
    pub fn move_away(&self) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let org = Arc::clone(&self.org);
        let serving = self.runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            http::listen(org, listener).await;
        });
        let before =
            self.instance.lock().unwrap_or_else(PoisonError::into_inner).replace(serving.abort_handle());
        *self.org.instance.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("http://{address}"));
        if let Some(before) = before {
            before.abort();
            while !before.is_finished() {
                std::thread::yield_now();
            }
        }
    }

    /// Lets the duplicate rule of contacts block what it only warned of before.
    pub fn block_duplicates(&self) {
        self.org.blocks_duplicates.store(true, Ordering::Relaxed);
    }

    /// Lets the org's clock go wrong by some seconds.
    pub fn skew(&self, seconds: i64) {
        self.org.skew.store(seconds, Ordering::Relaxed);
    }

    /// How long every request takes before anything happens.
    pub fn latency(&self, latency: impl Fn(&Recorded) -> Duration + Send + Sync + 'static) {
        *self.org.latency.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(latency));
    }
}

#[cfg(test)]
mod stories;
