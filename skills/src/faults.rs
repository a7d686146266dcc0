//! Faults to try sagas with. In a build for development the variable `HOTEL_FAULTS` makes named points fail, stall or
//! kill the process; in a release build nothing reads it and every function here is empty.
//!
//! `HOTEL_FAULTS="close_stay=answer_lost; undo confirm_payment=refused!"`: a point is a step's name (or `send_sms`), a
//! fault one of `Fault`. A fault strikes once, so that what is asked again succeeds; with `!` it strikes whenever its
//! point is met, and whoever meets it has no time left to ask again.

use crate::error::{SkillError, System};

/// What can go wrong at a point.
#[cfg(debug_assertions)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    /// A definite no; nothing is done.
    Refused,
    /// A definite no of the hotel's records, as a validation rule of theirs would say it; nothing is done.
    RefusedByRecords,
    /// The system cannot be reached; nothing is done.
    Unreached,
    /// The system fails (5xx) before the effect, and will answer the same key so again.
    FailsBefore,
    /// The system fails (5xx) after the effect, and will answer the same key so again.
    FailsAfter,
    /// The effect is done and its answer lost.
    AnswerLost,
    /// The effect is done and its answer does not come in time.
    TooLong,
    /// The program panics after the effect.
    Panics,
    /// The process is stopped (SIGSTOP) before the effect, and goes on when somebody wakes it.
    StoppedBefore,
    /// The process is killed (SIGKILL) before the effect.
    KilledBefore,
    /// The process is killed in the middle of the effect: in the system's transaction, where it is embedded.
    KilledInside,
    /// The process is killed after the effect, before anybody learns of it.
    KilledAfter,
}

#[cfg(debug_assertions)]
mod armed {
    use super::Fault;
    use crate::error::{ErrorCode, Outage, Refusal, SkillError, System};
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};

    struct Planned {
        point: String,
        fault: Fault,
        always: bool,
        struck: AtomicBool,
    }

    /// The next transaction of a system is not finished.
    pub(super) static INSIDE: AtomicBool = AtomicBool::new(false);

    fn plan() -> &'static [Planned] {
        static PLAN: OnceLock<Vec<Planned>> = OnceLock::new();
        PLAN.get_or_init(|| {
            let text = std::env::var("HOTEL_FAULTS").unwrap_or_default();
            text.split(';').map(str::trim).filter(|one| !one.is_empty()).map(planned).collect()
        })
    }

    /// A plan nobody understands tries nothing, so it must not look as if it had.
    fn planned(text: &str) -> Planned {
        let (point, fault) = text.split_once('=').unwrap_or((text, ""));
        let (fault, always) = fault.strip_suffix('!').map_or((fault, false), |fault| (fault, true));
        let Ok(fault) = serde_json::from_value(fault.into()) else {
            panic!("HOTEL_FAULTS: there is no fault {fault:?}")
        };
        Planned { point: point.to_owned(), fault, always, struck: AtomicBool::new(false) }
    }

    /// The fault that strikes here, now.
    pub(super) fn strike(point: &str) -> Option<Fault> {
        let planned = plan().iter().find(|planned| planned.point == point)?;
        let before = planned.struck.swap(true, Ordering::SeqCst);
        (planned.always || !before).then_some(planned.fault)
    }

    pub(super) fn is(point: &str, test: impl Fn(Fault, bool, bool) -> bool) -> bool {
        plan()
            .iter()
            .any(|one| one.point == point && test(one.fault, one.always, one.struck.load(Ordering::SeqCst)))
    }

    /// A signal to this process.
    pub(super) fn signal(which: &str) {
        let me = std::process::id().to_string();
        let _ = std::process::Command::new("kill").args([which, &me]).status();
    }

    /// As `kill -9` does: nothing of this process runs any more.
    pub(super) fn kill() -> ! {
        signal("-KILL");
        loop {
            std::thread::park();
        }
    }

    pub(super) fn refusal(fault: Fault) -> SkillError {
        let code = match fault {
            Fault::RefusedByRecords => ErrorCode::RecordsRefused,
            _ => ErrorCode::InvalidTransition,
        };
        Refusal::new(code, "An injected refusal.").into()
    }

    pub(super) fn outage(system: System, fault: Fault) -> SkillError {
        let unknown = Outage::unknown(system, format!("injected: {fault:?}"));
        SkillError::Outage(match fault {
            Fault::Unreached => Outage { effect_unknown: false, ..unknown },
            Fault::FailsBefore | Fault::FailsAfter => Outage { key_spent: true, ..unknown },
            _ => unknown,
        })
    }
}

/// Does `work`, the effect of the step `point` on `system`, unless a fault strikes there.
///
/// # Errors
/// What `work` fails with, or the fault.
#[cfg(debug_assertions)]
pub async fn around<T>(
    point: &str,
    system: System,
    work: impl Future<Output = Result<T, SkillError>>,
) -> Result<T, SkillError> {
    let Some(fault) = armed::strike(point) else { return work.await };
    match fault {
        Fault::Refused | Fault::RefusedByRecords => return Err(armed::refusal(fault)),
        Fault::Unreached | Fault::FailsBefore => return Err(armed::outage(system, fault)),
        Fault::StoppedBefore => armed::signal("-STOP"),
        Fault::KilledBefore => armed::kill(),
        Fault::KilledInside => armed::INSIDE.store(true, std::sync::atomic::Ordering::SeqCst),
        _ => {}
    }
    let answer = work.await;
    match fault {
        Fault::FailsAfter | Fault::AnswerLost => Err(armed::outage(system, fault)),
        Fault::TooLong => std::future::pending().await,
        Fault::Panics => panic!("injected at {point}"),
        Fault::KilledInside | Fault::KilledAfter => armed::kill(),
        _ => answer,
    }
}

/// Does `work`.
///
/// # Errors
/// What `work` fails with.
#[cfg(not(debug_assertions))]
pub async fn around<T>(
    _point: &str,
    _system: System,
    work: impl Future<Output = Result<T, SkillError>>,
) -> Result<T, SkillError> {
    work.await
}

/// How long the step `point` may take: `limit`, unless it is to be too slow for it.
#[allow(unused_variables, clippy::missing_const_for_fn)] // a release build has no faults
pub fn time_limit(point: &str, limit: std::time::Duration) -> std::time::Duration {
    #[cfg(debug_assertions)]
    if armed::is(point, |fault, always, struck| fault == Fault::TooLong && (always || !struck)) {
        return std::time::Duration::from_millis(100);
    }
    limit
}

/// Whether the fault at `point` outlasts the call's deadline.
#[allow(unused_variables, clippy::missing_const_for_fn)] // a release build has no faults
pub fn outlasts_the_deadline(point: &str) -> bool {
    #[cfg(debug_assertions)]
    if armed::is(point, |_, always, struck| always && struck) {
        return true;
    }
    false
}

/// A transaction of a system's file is about to be committed.
#[cfg(debug_assertions)]
pub(crate) fn before_commit(path: Option<&str>) {
    let of_a_system = path.is_some_and(|path| !path.ends_with("journal.db"));
    if of_a_system && armed::INSIDE.load(std::sync::atomic::Ordering::SeqCst) {
        armed::kill();
    }
}
