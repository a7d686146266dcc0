//! A running fake, and what a test can do to it.

use super::faults::{Fault, Faults};
use super::http::{Hub, Request, Service, answer};
use super::recording::{Exchange, Recording};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};

/// A running fake. It stops when dropped.
pub struct Fake<S: Service> {
    hub: Arc<Hub<S>>,
    address: SocketAddr,
    runtime: tokio::runtime::Handle,
    listening: Mutex<Option<(AbortHandle, mpsc::Receiver<()>)>>,
    _stop: oneshot::Sender<()>,
}

impl<S: Service> Fake<S> {
    /// Starts it on a free port of 127.0.0.1. The service is told its own address.
    ///
    /// # Panics
    /// When the machine has no free port.
    #[must_use]
    pub fn start(service: impl FnOnce(&str) -> S) -> Self {
        Self::start_at(0, service)
    }

    /// Starts it on this port of 127.0.0.1.
    ///
    /// # Panics
    /// When the port is taken.
    #[must_use]
    pub fn start_at(port: u16, service: impl FnOnce(&str) -> S) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let service = service(&format!("http://{address}"));
        let hub = Arc::new(Hub { service, faults: Faults::default(), recording: Recording::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::spawn(move || runtime.block_on(stopped));
        let fake = Self { hub, address, runtime: handle, listening: Mutex::new(None), _stop: stop };
        fake.listen(listener);
        fake
    }

    /// Where it is: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Refuses connections from now on, and closes those that are open.
    pub fn unplug(&self) {
        if let Some((listening, ended)) = self.listening.lock().unwrap().take() {
            listening.abort();
            let _ = ended.recv(); // nobody sends: it fails when the listener has gone
        }
    }

    /// Listens again, at the same address.
    ///
    /// # Panics
    /// When another program has taken the port.
    pub fn plug_in(&self) {
        self.listen(TcpListener::bind(self.address).expect("the same port"));
    }

    fn listen(&self, listener: TcpListener) {
        listener.set_nonblocking(true).expect("a socket");
        let hub = Arc::clone(&self.hub);
        let (alive, ended) = mpsc::channel();
        let task = self.runtime.spawn(async move {
            let _alive = &alive;
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let hub = Arc::clone(&hub);
                let service = hyper::service::service_fn(move |request| answer(Arc::clone(&hub), request));
                let http = hyper::server::conn::http1::Builder::new();
                let _ = stream.set_nodelay(true);
                connections.spawn(http.serve_connection(hyper_util::rt::TokioIo::new(stream), service));
            }
        });
        *self.listening.lock().unwrap() = Some((task.abort_handle(), ended));
    }

    /// The service, for hooks of its own kind.
    #[must_use]
    pub fn service(&self) -> &S {
        &self.hub.service
    }

    /// The next request of this operation (`*`: any) meets a fault.
    pub fn fault(&self, operation: &str, fault: Fault) {
        self.hub.faults.plan(operation, 0, false, fault);
    }

    /// The n-th request of this operation from now on (0 is the next) meets a fault.
    pub fn fault_at(&self, operation: &str, nth: usize, fault: Fault) {
        self.hub.faults.plan(operation, nth, false, fault);
    }

    /// Every request of this operation meets a fault.
    pub fn fault_always(&self, operation: &str, fault: Fault) {
        self.hub.faults.plan(operation, 0, true, fault);
    }

    /// No request meets a fault any more.
    pub fn heal(&self) {
        self.hub.faults.clear();
    }

    /// How long the work of a request takes, by operation.
    pub fn latency(&self, latency: impl Fn(&str, &Request) -> Duration + Send + Sync + 'static) {
        self.hub.faults.latency(Box::new(latency));
    }

    /// All exchanges so far.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.hub.recording.all()
    }

    /// All exchanges of this operation.
    #[must_use]
    pub fn asked(&self, operation: &str) -> Vec<Exchange> {
        self.exchanges().into_iter().filter(|it| it.operation == operation).collect()
    }

    /// Forgets all exchanges so far.
    pub fn forget_exchanges(&self) {
        self.hub.recording.forget();
    }
}
