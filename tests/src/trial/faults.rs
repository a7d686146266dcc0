//! The faults of a step, and the two ways to recover from them.

use std::fmt;

/// A fault: a word of `HOTEL_FAULTS`, or a journal that is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An injected failure, once or always. If always, the call runs out of time.
    Fails(&'static str),
    /// The process is killed, with SIGKILL.
    Killed(&'static str),
    /// The journal ends here, but the systems keep what was done.
    Cut,
}

/// Every fault.
pub const FAULTS: &[Fault] = &[
    Fault::Fails("refused"),
    Fault::Fails("unreached"),
    Fault::Fails("fails_before"),
    Fault::Fails("fails_after"),
    Fault::Fails("answer_lost"),
    Fault::Fails("too_long"),
    Fault::Fails("panics"),
    Fault::Killed("killed_before"),
    Fault::Killed("killed_inside"),
    Fault::Killed("killed_after"),
    Fault::Cut,
];

impl Fault {
    /// Its word in `HOTEL_FAULTS`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fails(word) | Self::Killed(word) => word,
            Self::Cut => "journal cut",
        }
    }

    /// Whether a call with this fault may end with a definite no: the system gave one, or replays the same failure for
    /// ever.
    pub(super) fn may_end_it(self) -> bool {
        matches!(self, Self::Fails("refused" | "fails_before" | "fails_after"))
    }

    /// The status of a text with this fault, and whether it was sent.
    pub(super) const fn fate_of_a_text(self) -> (&'static str, bool) {
        match self.word().as_bytes() {
            b"refused" => ("refused", false),
            b"unreached" => ("sent", true),
            b"fails_before" | b"killed_before" | b"killed_inside" => ("unknown", false),
            _ => ("unknown", true),
        }
    }
}

/// Who recovers an interrupted call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recovery {
    /// `staff-server reconcile`.
    Reconciled,
    /// The same call, made again.
    CalledAgain,
}

/// One try.
#[derive(Debug, Clone)]
pub(super) struct Try {
    /// The fault that leads to this variant, if any: `close_stay=refused`.
    pub(super) way: Option<String>,
    pub(super) step: String,
    pub(super) fault: Fault,
    pub(super) always: bool,
    pub(super) recovery: Recovery,
}

impl Try {
    /// The value of `HOTEL_FAULTS`.
    pub(super) fn faults(&self) -> String {
        let here = match self.fault {
            Fault::Cut => None,
            fault => Some(format!("{}={}{}", self.step, fault.word(), if self.always { "!" } else { "" })),
        };
        self.way.iter().cloned().chain(here).collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for Try {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.faults())?;
        if self.fault == Fault::Cut {
            write!(f, "{}journal cut at {}", if self.way.is_some() { "; " } else { "" }, self.step)?;
        }
        write!(f, "{}", if self.recovery == Recovery::CalledAgain { ", called again" } else { "" })
    }
}
