//! What a doctor finds out about a system: checks, each with a verdict, and where something is wrong with what to do.

use super::remote::Reply;
use crate::error::Outage;
use jiff::Timestamp;
use serde::Serialize;

/// A clock that goes so far wrong is worth a word, in seconds.
const SKEW_TO_MENTION: i64 = 60;
/// A clock that goes so far wrong may put a night on the wrong day, in seconds.
const SKEW_TOO_FAR: i64 = 300;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but not everything will be as somebody might expect.
    Warning,
    /// Calls will fail.
    Wrong,
}

impl Verdict {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was looked at. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Salesforce, Stripe, Twilio, journal …
    pub system: &'static str,
    /// What was looked at.
    pub about: String,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub message: String,
    /// What to do.
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
    /// Begins.
    pub const fn of(system: &'static str) -> Self {
        Self { system, checks: vec![] }
    }

    /// A role that is not connected to a system of others.
    pub fn embedded(role: &'static str, runs_on: &str, variable: &str) -> Vec<Check> {
        let mut found = Self::of(role);
        found.ok("embedded", format!("runs on {runs_on}; {variable} would connect a real one"));
        found.checks
    }

    /// As it should be.
    pub fn ok(&mut self, about: impl Into<String>, message: impl Into<String>) {
        self.add(about.into(), Verdict::Ok, message.into(), None);
    }

    /// Works, but.
    pub fn warning(&mut self, about: impl Into<String>, message: impl Into<String>, mend: impl Into<String>) {
        self.add(about.into(), Verdict::Warning, message.into(), Some(mend.into()));
    }

    /// Does not work.
    pub fn wrong(&mut self, about: impl Into<String>, message: impl Into<String>, mend: impl Into<String>) {
        self.add(about.into(), Verdict::Wrong, message.into(), Some(mend.into()));
    }

    fn add(&mut self, about: String, verdict: Verdict, message: String, mend: Option<String>) {
        self.checks.push(Check { system: self.system, about, verdict, message, mend });
    }

    /// How much is wrong so far.
    pub fn wrongs(&self) -> usize {
        self.checks.iter().filter(|check| check.verdict == Verdict::Wrong).count()
    }

    /// Adds what was found about something that no call needs: there nothing is worse than a warning.
    pub(crate) fn beside(&mut self, other: Self) {
        let lighter = |check: Check| Check { verdict: check.verdict.min(Verdict::Warning), ..check };
        self.checks.extend(other.checks.into_iter().map(lighter));
    }

    /// What was found.
    pub fn checks(self) -> Vec<Check> {
        self.checks
    }

    /// There was no answer.
    pub(crate) fn unreached(&mut self, about: &str, outage: &Outage, variable: &str) {
        self.wrong(
            about,
            format!("no answer: {}", outage.reason),
            format!(
                "see whether {variable} is right, and whether this machine's network and proxy let it through"
            ),
        );
    }

    /// Holds the system's clock against ours.
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
