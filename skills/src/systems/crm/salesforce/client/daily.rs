//! The daily limit of requests to the org, which Salesforce states with each answer (`Sforce-Limit-Info`).

use std::sync::{Mutex, PoisonError};

/// What it said last.
#[derive(Default)]
pub(crate) struct Daily(Mutex<Option<(u64, u64)>>);

impl Daily {
    /// Notes the header of an answer.
    pub(super) fn note(&self, header: Option<&str>) {
        if let Some(said) = header.and_then(parsed) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(said);
        }
    }

    /// How many requests have counted so far, and how many may.
    pub(crate) fn last(&self) -> Option<(u64, u64)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `api-usage=18/15000`, also among other limits.
fn parsed(header: &str) -> Option<(u64, u64)> {
    let usage = header.split([';', ',']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
    let (sent, allowed) = usage.split_once('/')?;
    Some((sent.trim().parse().ok()?, allowed.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_read_and_something_else_is_not_taken_for_it() {
        assert_eq!(parsed("api-usage=18/15000"), Some((18, 15_000)));
        assert_eq!(parsed("per-app-api-usage=17/250(appName=x), api-usage=18/15000"), Some((18, 15_000)));
        assert_eq!(parsed("per-app-api-usage=17/250(appName=x)"), None);
        assert_eq!(parsed("api-usage=many/15000"), None);
    }
}
