//! The faults of a request, and when they strike: by the name of the operation (`*` is any), once, at the n-th request from
//! now, or always.

use super::http::{Answer, Request};
use std::sync::Mutex;
use std::time::Duration;

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection closes before the request is read.
    Refuse,
    /// 429 without doing the work, with Retry-After.
    TooMany {
        /// Seconds.
        retry_after: u64,
    },
    /// 503 without doing the work.
    Unavailable,
    /// 500 without doing the work; stored under the request's key if the system does that.
    FailBefore,
    /// 500 although the work is done; stored under the request's key if the system does that.
    FailAfter,
    /// The work is done and the connection closes without an answer.
    LoseAnswer,
    /// The caller's time is up, and the work is done this much later all the same. It does not depend on the machine's
    /// speed (see `skills::faults::comes_too_late`).
    Slow(Duration),
    /// The work is done, and the caller's time is up before the answer comes.
    Late,
    /// The work is done and the answer is not JSON: 200 with a page of HTML.
    Garbage,
    /// This answer, without doing the work.
    Instead(Answer),
}

struct Plan {
    operation: String,
    /// How many matching requests pass first.
    skip: usize,
    always: bool,
    fault: Fault,
}

type Latency = Box<dyn Fn(&str, &Request) -> Duration + Send + Sync>;

/// The faults planned, and how long work takes.
#[derive(Default)]
pub(super) struct Faults {
    plans: Mutex<Vec<Plan>>,
    latency: Mutex<Option<Latency>>,
}

impl Faults {
    pub(super) fn plan(&self, operation: &str, skip: usize, always: bool, fault: Fault) {
        self.plans.lock().unwrap().push(Plan { operation: operation.to_owned(), skip, always, fault });
    }

    pub(super) fn clear(&self) {
        self.plans.lock().unwrap().clear();
    }

    pub(super) fn latency(&self, latency: Latency) {
        *self.latency.lock().unwrap() = Some(latency);
    }

    pub(super) fn delay(&self, operation: &str, request: &Request) -> Duration {
        self.latency.lock().unwrap().as_ref().map_or(Duration::ZERO, |of| of(operation, request))
    }

    /// The fault of this request, if one was planned. Every matching plan counts the request.
    pub(super) fn take(&self, operation: &str) -> Option<Fault> {
        let mut plans = self.plans.lock().unwrap();
        let mut due = None;
        for (at, plan) in plans.iter_mut().enumerate() {
            if plan.operation != "*" && plan.operation != operation {
                continue;
            }
            if plan.skip > 0 {
                plan.skip -= 1;
            } else if due.is_none() {
                due = Some(at);
            }
        }
        let at = due?;
        if plans[at].always { Some(plans[at].fault.clone()) } else { Some(plans.remove(at).fault) }
    }
}
