//! The state that all requests of the org share.

use super::Options;
use super::allowed::Rights;
use super::deploys::Metadata;
use super::faults::{Armed, Fault};
use super::locks::Locks;
use super::pauses::Point;
use super::recorded::Recorded;
use super::rules::{CURRENCY, PERSON, Rules};
use super::tables::{Changes, Row, Tables};
use super::values::moment;
use super::{ids, schema};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a request takes, whatever it does.
pub(crate) type Latency = Arc<dyn Fn(&Recorded) -> Duration + Send + Sync>;

/// The org's state.
pub(crate) struct Org {
    pub(crate) options: Options,
    pub(crate) url: OnceLock<String>,
    pub(crate) locks: Locks,
    pub(crate) faults: Armed<Fault>,
    pub(crate) pauses: Armed<Point>,
    pub(crate) latency: Mutex<Option<Latency>>,
    pub(crate) used: AtomicU64,
    pub(crate) daily_limit: AtomicU64,
    /// Objects, fields (`Object.Field`) and picklist values (`Object.Field=Value`) that are hidden from our user.
    pub(crate) hidden: Mutex<BTreeSet<String>>,
    /// What our user may do, if that is not everything.
    pub(super) rights: Mutex<Option<Arc<Rights>>>,
    /// The administrators' rules.
    pub(crate) rules: Mutex<Rules>,
    /// The instance URL, if it differs from the login URL.
    pub(crate) instance: Mutex<Option<String>>,
    /// How many seconds the org's clock is ahead of ours.
    pub(crate) skew: AtomicI64,
    /// Whether the duplicate rule of contacts blocks instead of warns.
    pub(crate) blocks_duplicates: AtomicBool,
    pub(super) metadata: Mutex<Metadata>,
    tables: Mutex<Tables>,
    recorded: Mutex<Vec<Recorded>>,
    sessions: Mutex<BTreeSet<String>>,
    cursors: Mutex<HashMap<String, Arc<Vec<Value>>>>,
    next: AtomicU64,
    user: String,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Org {
    pub(crate) fn new(options: Options) -> Arc<Self> {
        let mut tables = Tables::default();
        let user = schema::object("User").map(|object| tables.new_id(object)).unwrap_or_default();
        let mut changes = Changes::default();
        changes.put("User", &user, integration_user(&user));
        tables.commit(changes);
        Arc::new(Self {
            daily_limit: AtomicU64::new(options.daily_limit),
            options,
            url: OnceLock::new(),
            locks: Locks::default(),
            faults: Armed::default(),
            pauses: Armed::default(),
            latency: Mutex::default(),
            used: AtomicU64::new(0),
            hidden: Mutex::new(
                schema::objects()
                    .flat_map(|object| [CURRENCY, PERSON].map(|field| format!("{}.{field}", object.name)))
                    .collect(),
            ),
            rights: Mutex::default(),
            rules: Mutex::default(),
            instance: Mutex::default(),
            skew: AtomicI64::new(0),
            blocks_duplicates: AtomicBool::new(false),
            metadata: Mutex::new(Metadata::of_the_hotel()),
            tables: Mutex::new(tables),
            recorded: Mutex::default(),
            sessions: Mutex::default(),
            cursors: Mutex::default(),
            next: AtomicU64::new(1),
            user,
        })
    }

    pub(crate) fn tables(&self) -> MutexGuard<'_, Tables> {
        locked(&self.tables)
    }

    pub(crate) fn recorded(&self) -> MutexGuard<'_, Vec<Recorded>> {
        locked(&self.recorded)
    }

    /// The user who makes all changes.
    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn lock_wait(&self) -> Duration {
        self.options.lock_wait
    }

    pub(crate) fn locks_masters(&self) -> bool {
        self.options.lock_masters
    }

    pub(crate) fn url(&self) -> &str {
        self.url.get().map_or("", String::as_str)
    }

    /// The instance URL, where clients are sent after they have logged in.
    pub(crate) fn instance(&self) -> String {
        locked(&self.instance).clone().unwrap_or_else(|| self.url().to_owned())
    }

    /// The URL of a record.
    pub(crate) fn address(&self, object: &str, id: &str) -> String {
        format!("/services/data/{}/sobjects/{object}/{id}", super::LATEST)
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn new_session(&self) -> String {
        let token = format!("00DHs0000000001!AQ{:020}", self.number());
        locked(&self.sessions).insert(token.clone());
        token
    }

    pub(crate) fn is_session(&self, token: &str) -> bool {
        locked(&self.sessions).contains(token)
    }

    pub(crate) fn expire_sessions(&self) {
        locked(&self.sessions).clear();
    }

    /// Stores records for the following pages; returns the cursor's name.
    pub(crate) fn keep(&self, records: Arc<Vec<Value>>) -> String {
        let name = ids::nth("01g", self.number());
        locked(&self.cursors).insert(name.clone(), records);
        name
    }

    pub(crate) fn kept(&self, cursor: &str) -> Option<Arc<Vec<Value>>> {
        locked(&self.cursors).get(cursor).cloned()
    }

    /// What is hidden from our user at the moment.
    pub(crate) fn hidden(&self) -> BTreeSet<String> {
        let mut hidden = locked(&self.hidden).clone();
        hidden.extend(self.metadata().absent.iter().cloned());
        hidden.extend(self.rights().iter().flat_map(|rights| rights.hidden.iter().cloned()));
        hidden
    }

    pub(crate) fn is_hidden(&self, what: &str) -> bool {
        self.is_gone(what) || self.rights().is_some_and(|rights| rights.hidden.contains(what))
    }

    /// Whether nobody sees something, whatever the rights.
    pub(crate) fn is_gone(&self, what: &str) -> bool {
        locked(&self.hidden).contains(what) || self.metadata().absent.contains(what)
    }

    /// The `Date` header of a wrong clock.
    pub(crate) fn wrong_date(&self) -> Option<String> {
        let skew = self.skew.load(Ordering::Relaxed);
        let now = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(skew);
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        (skew != 0).then(|| printer.timestamp_to_rfc9110_string(&now).ok()).flatten()
    }

    /// Counts a call; false when the daily limit is used up.
    pub(crate) fn count(&self) -> bool {
        let limit = self.daily_limit.load(Ordering::Relaxed);
        let mut used = self.used.load(Ordering::Relaxed);
        while used < limit {
            match self.used.compare_exchange_weak(used, used + 1, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => used = now,
            }
        }
        false
    }

    /// `used/limit`, as `Sforce-Limit-Info` has it.
    pub(crate) fn usage(&self) -> (u64, u64) {
        (self.used.load(Ordering::Relaxed), self.daily_limit.load(Ordering::Relaxed))
    }

    pub(crate) fn begin(&self, recorded: Recorded) -> u64 {
        let number = self.number();
        self.recorded().push(Recorded { number, ..recorded });
        number
    }

    pub(crate) fn end(&self, number: u64, status: Option<u16>) {
        if let Some(recorded) = self.recorded().iter_mut().rfind(|recorded| recorded.number == number) {
            recorded.ended = Some(Instant::now());
            recorded.status = status;
        }
    }

    pub(crate) fn latency_of(&self, recorded: &Recorded) -> Duration {
        locked(&self.latency).as_ref().map_or(Duration::ZERO, |latency| latency(recorded))
    }
}

fn integration_user(id: &str) -> Row {
    let now = moment(jiff::Timestamp::now());
    let row = json!({"Id": id, "Name": "Hotel Integration", "Username": "hotel@example.com", "Email": "hotel@example.com",
        "IsDeleted": false, "CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now,
        "CreatedById": id, "LastModifiedById": id});
    row.as_object().cloned().unwrap_or_default()
}
