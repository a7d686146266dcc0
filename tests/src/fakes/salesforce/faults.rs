//! The faults, and the requests they strike.

use super::refusal::Refusal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The requests that a fault strikes: matching ones, in the order they come.
#[derive(Clone, Debug, Default)]
pub struct On {
    method: Option<String>,
    path: Option<String>,
    text: Option<String>,
    skip: usize,
    times: Option<usize>,
}

impl On {
    /// The next request, whatever it is.
    #[must_use]
    pub fn next() -> Self {
        Self { times: Some(1), ..Self::default() }
    }

    /// The next request whose path contains this.
    #[must_use]
    pub fn path(part: &str) -> Self {
        Self { path: Some(part.to_owned()), ..Self::next() }
    }

    /// The next request that contains this: in its decoded URL, a query, a subrequest or its body.
    #[must_use]
    pub fn text(part: &str) -> Self {
        Self { text: Some(part.to_owned()), ..Self::next() }
    }

    /// Only those of this method.
    #[must_use]
    pub fn method(self, method: &str) -> Self {
        Self { method: Some(method.to_owned()), ..self }
    }

    /// Only those whose text contains this as well.
    #[must_use]
    pub fn saying(self, part: &str) -> Self {
        Self { text: Some(part.to_owned()), ..self }
    }

    /// Lets this many pass first.
    #[must_use]
    pub fn after(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    /// This many requests instead of one.
    #[must_use]
    pub fn times(self, times: usize) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Every matching request.
    #[must_use]
    pub fn always(self) -> Self {
        Self { times: None, ..self }
    }

    fn fits(&self, method: &str, path: &str, text: &str) -> bool {
        self.method.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|it| path.contains(it))
            && self.text.as_ref().is_none_or(|it| text.contains(it))
    }
}

/// Whether a fault strikes before or after the request's effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before: nothing was done.
    Before,
    /// After: everything was done.
    After,
}

/// A fault.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Refused with an error of the platform; nothing was done.
    Refuse {
        /// The status.
        status: u16,
        /// The platform's error code.
        code: String,
    },
    /// One subrequest (from 0) of a Composite is refused; 0 of a plain request is itself.
    RefuseSubrequest {
        /// Which.
        at: usize,
        /// Its status.
        status: u16,
        /// Its error code.
        code: String,
    },
    /// 429 or 503, perhaps with `Retry-After` in seconds.
    Busy {
        /// The status.
        status: u16,
        /// What `Retry-After` says.
        retry_after: Option<u32>,
    },
    /// Waits first, then continues as usual.
    Slow(Duration),
    /// The caller's time is up before its answer comes (see `skills::faults::comes_too_late`).
    TooLate(When),
    /// 500 with the platform's error body.
    Break(When),
    /// The connection ends without an answer.
    Lose(When),
    /// 200 with a page of HTML, as a proxy makes it.
    Html(When),
    /// 200 with JSON of another shape.
    List(When),
    /// The answer is cut off in the middle.
    Truncate(When),
    /// The network delivers the request twice; the second answer comes back.
    Twice,
    /// Every session ends before this request is handled.
    ExpireSessions,
}

impl Fault {
    /// The row of a subrequest is locked by another transaction for longer than the platform waits.
    #[must_use]
    pub fn lock_row(at: usize) -> Self {
        Self::RefuseSubrequest { at, status: 400, code: "UNABLE_TO_LOCK_ROW".to_owned() }
    }
}

/// The refusal of a fault.
pub(crate) fn refusal(status: u16, code: &str) -> Refusal {
    let message = match code {
        "REQUEST_LIMIT_EXCEEDED" => "TotalRequests Limit exceeded.",
        "UNABLE_TO_LOCK_ROW" => "unable to obtain exclusive access to this record or 1 records",
        "SERVER_UNAVAILABLE" => "The server is temporarily unavailable",
        _ => "a fault asked for by the test",
    };
    Refusal::new(status, code, message)
}

/// Faults and pauses planned for requests to come.
#[derive(Debug)]
pub(crate) struct Armed<T>(Mutex<Vec<(On, T)>>);

impl<T> Default for Armed<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Armed<T> {
    pub(crate) fn arm(&self, on: On, what: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((on, what));
    }

    pub(crate) fn disarm(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The plans that strike this request.
    pub(crate) fn strike(&self, method: &str, path: &str, text: &str) -> Vec<T> {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut struck = vec![];
        for (on, what) in armed.iter_mut().filter(|(on, _)| on.fits(method, path, text)) {
            if on.skip > 0 {
                on.skip -= 1;
                continue;
            }
            struck.push(what.clone());
            on.times = on.times.map(|times| times - 1);
        }
        armed.retain(|(on, _)| on.times != Some(0));
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_the_requests_it_was_armed_for() {
        let armed = Armed::default();
        armed.arm(On::path("/query").saying("Booking__c").after(1).times(2), 'a');
        armed.arm(On::next().method("post"), 'b');
        let strike = |method, text| armed.strike(method, "/services/data/v62.0/query", text);
        assert_eq!(strike("GET", "FROM Contact"), Vec::<char>::new());
        assert_eq!(strike("GET", "FROM Booking__c"), Vec::<char>::new());
        assert_eq!(strike("GET", "FROM Booking__c"), ['a']);
        assert_eq!(strike("POST", "FROM Booking__c"), ['a', 'b']);
        assert_eq!(strike("POST", "FROM Booking__c"), Vec::<char>::new());
    }
}
