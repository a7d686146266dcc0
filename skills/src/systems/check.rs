//! What a doctor finds out about a system: a list of checks, each with a verdict and, if something is wrong, how to mend
//! it.

use super::remote::Reply;
use crate::error::Outage;
use jiff::Timestamp;
use serde::Serialize;

/// From how many seconds on a wrong clock is a warning.
const SKEW_TO_MENTION: i64 = 60;
/// From how many seconds on a wrong clock is wrong: it may put a night on the wrong day.
const SKEW_TOO_FAR: i64 = 300;

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but something may surprise people.
    Warning,
    /// Calls will fail.
    Wrong,
}

impl Verdict {
    /// The verdict as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// One check. It contains no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The system: Salesforce, Stripe, Twilio, journal …
    pub system: &'static str,
    /// What was checked.
    pub about: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What was found.
    pub message: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// The checks of one system, as they are made.
#[derive(Debug)]
pub struct Examination {
    system: &'static str,
    checks: Vec<Check>,
}

impl Examination {
    /// Starts the list.
    pub const fn of(system: &'static str) -> Self {
        Self { system, checks: vec![] }
    }

    /// The list of a role that is not connected to a real system.
    pub fn embedded(role: &'static str, runs_on: &str, variable: &str) -> Vec<Check> {
        let mut found = Self::of(role);
        found.ok("embedded", format!("runs on {runs_on}; {variable} would connect a real one"));
        found.checks
    }

    /// As it should be.
    pub fn ok(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.add(about.into(), Verdict::Ok, message.into(), None);
    }

    /// Adds a warning.
    pub fn warning(&mut self, about: impl Into<String>, message: impl Into<String>, mend: impl Into<String>) {
        self.add(about.into(), Verdict::Warning, message.into(), Some(mend.into()));
    }

    /// Adds something that does not work.
    pub fn wrong(&mut self, about: impl Into<String>, message: impl Into<String>, mend: impl Into<String>) {
        self.add(about.into(), Verdict::Wrong, message.into(), Some(mend.into()));
    }

    fn add(&mut self, about: String, verdict: Verdict, message: String, mend: Option<String>) {
        self.checks.push(Check { system: self.system, about, verdict, message, mend });
    }

    /// How many checks are wrong so far.
    pub fn wrongs(&self) -> usize {
        self.checks.iter().filter(|check| check.verdict == Verdict::Wrong).count()
    }

    /// Adds the checks of something no call needs: `wrong` becomes a warning there.
    pub(crate) fn beside(&mut self, other: Self) {
        let lighter = |check: Check| Check { verdict: check.verdict.min(Verdict::Warning), ..check };
        self.checks.extend(other.checks.into_iter().map(lighter));
    }

    /// The checks.
    pub fn checks(self) -> Vec<Check> {
        self.checks
    }

    /// Adds that the system did not answer.
    pub(crate) fn unreached(&mut self, about: &str, outage: &Outage, variable: &str) {
        self.wrong(
            about,
            format!("no answer: {}", outage.reason),
            format!(
                "see whether {variable} is right, and whether this machine's network and proxy let it through"
            ),
        );
    }

    /// Compares the system's clock with ours.
    pub(crate) fn clock(&mut self, reply: &Reply) {
        let Some(theirs) = reply.date() else {
            self.ok("clock", "the system does not tell the time");
            return;
        };
        let seconds = Timestamp::now().duration_since(theirs).as_secs();
        let says = format!(
            "this machine's clock is {} s {}",
            seconds.abs(),
            if seconds < 0 { "behind" } else { "ahead" }
        );
        let mend = "let the machine keep time with NTP (timedatectl set-ntp true)";
        match seconds.abs() {
            SKEW_TOO_FAR.. => self.wrong("clock", says, mend),
            SKEW_TO_MENTION.. => self.warning("clock", says, mend),
            _ => self.ok("clock", "agrees with this machine's"),
        }
    }
}
