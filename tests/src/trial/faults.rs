//! What can go wrong at a step, and how what is left is recovered.

use std::fmt;

/// What goes wrong: a word of `HOTEL_FAULTS`, or the journal cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An injected failure. It strikes once, or always: then the call's time runs out.
    Fails(&'static str),
    /// The process is killed, with SIGKILL.
    Killed(&'static str),
    /// The journal ends here, though the world does not.
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
    /// As it is written.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fails(word) | Self::Killed(word) => word,
            Self::Cut => "journal cut",
        }
    }

    /// Whether a call it strikes may end with a definite no: the system gave one, or answers the same failure for ever.
    pub(super) fn may_end_it(self) -> bool {
        matches!(self, Self::Fails("refused" | "fails_before" | "fails_after"))
    }

    /// What becomes of a text it strikes, and whether it has left.
    pub(super) const fn fate_of_a_text(self) -> (&'static str, bool) {
        match self.word().as_bytes() {
            b"refused" => ("refused", false),
            b"unreached" => ("sent", true),
            b"fails_before" | b"killed_before" | b"killed_inside" => ("unknown", false),
            _ => ("unknown", true),
        }
    }
}

/// Who takes up what a struck process left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recovery {
    /// Somebody else: `staff-server reconcile`.
    Reconciled,
    /// The same call, made again.
    CalledAgain,
}

/// One try.
#[derive(Debug, Clone)]
pub(super) struct Try {
    /// The fault that leads to the step, if there is one: `close_stay=refused`.
    pub(super) way: Option<String>,
    pub(super) step: String,
    pub(super) fault: Fault,
    pub(super) always: bool,
    pub(super) recovery: Recovery,
}

impl Try {
    /// What `HOTEL_FAULTS` is set to.
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
