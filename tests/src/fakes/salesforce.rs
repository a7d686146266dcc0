//! A Salesforce org over HTTP, for tests: in this process, on a port of the loopback, usable from any process by its URL.
//!
//! Its schema is built from the project in `salesforce/` (`schema.rs`). It is as strict as the platform: unknown names, wrong
//! types, restricted picklists, uniqueness, references. Requests run concurrently. A transaction sees committed rows and its
//! own changes, and holds row locks on what it writes until its end. Every request is recorded, and every fault can be
//! injected.

mod allowed;
mod call;
mod composite;
mod controls;
mod deploys;
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
mod records;
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

pub use allowed::is_protected;
pub use deploys::Deployed;
pub use faults::{Fault, On, When};
pub use pauses::Pause;
pub use recorded::{Recorded, Subrequest};
pub use seeds::Data;
pub use tables::Row;

use allowed::Rights;
use org::Org;
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
    /// The rows on a page of a query's answer.
    pub batch_size: usize,
    /// The daily limit of calls.
    pub daily_limit: u64,
    /// How long a write waits for a row before `UNABLE_TO_LOCK_ROW`.
    pub lock_wait: Duration,
    /// Whether a write locks its master-detail parent too, as the platform does.
    pub lock_masters: bool,
    /// The number of the first case, if it is not the usual one.
    pub first_case: Option<u64>,
    /// The records it begins with.
    pub data: Data,
    /// As whom servers log in.
    pub user: User,
}

/// As whom a server logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Who has the project's permission set for servers, and no other rights.
    Integration,
    /// Who may do everything.
    Administrator,
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
            user: User::Integration,
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
    /// The task that serves at the instance URL, if that differs from the login URL.
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

    /// An org with these records and the usual options.
    #[must_use]
    pub fn with(data: Data) -> Self {
        Self::start(Options { data, ..Options::default() })
    }

    /// An org with these records, whose user may do everything.
    #[must_use]
    pub fn for_an_administrator(data: Data) -> Self {
        Self::start(Options { data, user: User::Administrator, ..Options::default() })
    }

    /// Starts an org on a thread of its own, so that a test may block.
    ///
    /// # Panics
    /// When the machine has no port or thread left.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let rights = (options.user == User::Integration).then(Rights::of_the_integration_user);
        let org = Org::new(options);
        org.give(rights);
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

    /// A copy of the org at a new address: its records, without its recorded requests.
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

    /// Restores these records. No request may be running.
    pub fn put_back(&self, records: &Records) {
        self.org.tables().put_back(&records.0);
    }

    /// A number that changes whenever a record does.
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

    /// A session token, as a developer has.
    #[must_use]
    pub fn session(&self) -> String {
        self.org.new_session()
    }

    /// Ends every session: the next call answers 401.
    pub fn expire_sessions(&self) {
        self.org.expire_sessions();
    }

    /// Moves the org to a new instance URL. Whoever logs in is sent there, and the old address no longer answers. (The
    /// login URL stays; at the first move it is the old address.)
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
}

#[cfg(test)]
mod stories;
