//! Injected faults, to test sagas. In a development build the variable `HOTEL_FAULTS` makes named points fail, stall or
//! kill the process; in a release build nothing reads it and every function here is empty.
//!
//! `HOTEL_FAULTS="close_stay=answer_lost; undo confirm_payment=refused!"`: a point is a step's name (or `send_sms`),
//! a fault one of `Fault`. A fault strikes once, so that a retry succeeds; with `!` it strikes whenever its point is
//! reached, and the caller there has no time left to retry.
//!
//! A server whose calls others run hands its plan on with each call. Faults that stop or kill a process are not handed on: that
//! process runs the calls of others too.

use crate::error::{SkillError, System};

/// The kinds of faults.
#[cfg(debug_assertions)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    /// A definite no; nothing is done.
    Refused,
    /// The system refuses for a reason of its own, with a message that names a guest; nothing is done.
    RecordsRefused,
    /// The system lacks a field; nothing is done.
    NotSetUp,
    /// The system cannot be reached; nothing is done.
    Unreached,
    /// The system fails (5xx) before the effect, and replays that for the same key.
    FailsBefore,
    /// The system fails (5xx) after the effect, and replays that for the same key.
    FailsAfter,
    /// The effect happens and its answer is lost.
    AnswerLost,
    /// The effect happens and its answer comes too late.
    TooLong,
    /// The step runs as usual, but is not retried if it got no answer: its caller has no time left.
    Hurries,
    /// The program panics after the effect.
    Panics,
    /// The disk is full: for a point that is a file's name, at each commit to it.
    DiskFull,
    /// The process is stopped (SIGSTOP) before the effect, and continues when it is woken.
    StoppedBefore,
    /// The process is killed (SIGKILL) before the effect.
    KilledBefore,
    /// The process is killed in the middle of the effect: inside the transaction of an embedded system.
    KilledInside,
    /// The process is killed after the effect, before its answer is recorded.
    KilledAfter,
}

#[cfg(debug_assertions)]
impl Fault {
    const fn ends_a_process(self) -> bool {
        matches!(
            self,
            Self::StoppedBefore
                | Self::KilledBefore
                | Self::KilledInside
                | Self::KilledAfter
                | Self::DiskFull
        )
    }
}

#[cfg(debug_assertions)]
mod armed {
    use super::Fault;
    use crate::error::{ErrorCode, Outage, Refusal, SkillError, System};
    use std::collections::HashMap;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

    pub(super) struct Planned {
        point: String,
        fault: Fault,
        always: bool,
        struck: AtomicBool,
    }

    /// The next transaction of a system is interrupted.
    pub(super) static INSIDE: AtomicBool = AtomicBool::new(false);

    /// The plan that this process was started with.
    fn own() -> &'static [Planned] {
        static PLAN: OnceLock<Vec<Planned>> = OnceLock::new();
        PLAN.get_or_init(|| plan(&std::env::var("HOTEL_FAULTS").unwrap_or_default()))
    }

    fn plan(text: &str) -> Vec<Planned> {
        text.split(';').map(str::trim).filter(|one| !one.is_empty()).map(planned).collect()
    }

    tokio::task_local! {
        /// The plan of the process for which this one works.
        pub(super) static HANDED_ON: Arc<Vec<Planned>>;
    }

    /// The plan of another process, which is the same for all of its calls.
    pub(super) fn of_another(handed_on: &str) -> Arc<Vec<Planned>> {
        static PLANS: LazyLock<Mutex<HashMap<String, Arc<Vec<Planned>>>>> = LazyLock::new(Mutex::default);
        let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = || {
            let mut plan = plan(handed_on.split_once(' ').map_or("", |(_, plan)| plan));
            plan.retain(|one| !one.fault.ends_a_process());
            Arc::new(plan)
        };
        Arc::clone(plans.entry(handed_on.to_owned()).or_insert_with(plan))
    }

    /// Asks the plan that counts here.
    fn with_plan<T>(ask: impl Fn(&[Planned]) -> T) -> T {
        HANDED_ON.try_with(|plan| ask(plan)).unwrap_or_else(|_| ask(own()))
    }

    /// An unreadable plan panics: it would test nothing, but look as if it had.
    fn planned(text: &str) -> Planned {
        let (point, fault) = text.split_once('=').unwrap_or((text, ""));
        let (fault, always) = fault.strip_suffix('!').map_or((fault, false), |fault| (fault, true));
        let Ok(fault) = serde_json::from_value(fault.into()) else {
            panic!("HOTEL_FAULTS: there is no fault {fault:?}")
        };
        Planned { point: point.to_owned(), fault, always, struck: AtomicBool::new(false) }
    }

    /// The fault that strikes here now.
    pub(super) fn strike(point: &str) -> Option<Fault> {
        with_plan(|plan| {
            let planned = plan.iter().find(|planned| planned.point == point)?;
            let before = planned.struck.swap(true, Ordering::SeqCst);
            (planned.always || !before).then_some(planned.fault)
        })
    }

    pub(super) fn is(point: &str, test: impl Fn(Fault, bool, bool) -> bool) -> bool {
        let struck = |one: &Planned| one.struck.load(Ordering::SeqCst);
        with_plan(|plan| {
            plan.iter().any(|one| one.point == point && test(one.fault, one.always, struck(one)))
        })
    }

    /// Stops this process here, until it is woken. The signal may reach another thread first: the sender ends only
    /// once all threads have stopped, and this thread waits for the sender.
    pub(super) fn stop() {
        let me = std::process::id().to_string();
        let script =
            r#"kill -STOP "$1"; for i in $(seq 100); do grep -q ") T " "/proc/$1/stat" && exit; done"#;
        let _ = std::process::Command::new("sh").args(["-c", script, "sh", &me]).status();
    }

    /// Kills this process like `kill -9`: nothing of it runs on.
    pub(super) fn kill() -> ! {
        let me = std::process::id().to_string();
        let _ = std::process::Command::new("kill").args(["-KILL", &me]).status();
        loop {
            std::thread::park();
        }
    }

    pub(super) fn refusal(fault: Fault) -> SkillError {
        let by_the_system = |error_code, code: &str, field: &str, message: &str| {
            Refusal::new(error_code, format!("The hotel's records refuse it: {message}"))
                .detail("system_code", code)
                .detail("system_message", message)
                .detail("object", "Booking__c")
                .detail("field", field)
                .into()
        };
        match fault {
            Fault::RecordsRefused => by_the_system(
                ErrorCode::RecordsRefused,
                "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                "Reason__c",
                "A reason is needed for beth.gibbs@email.com",
            ),
            Fault::NotSetUp => {
                by_the_system(ErrorCode::NotSetUp, "INVALID_FIELD", "Status__c", "No such column 'Status__c'")
            }
            _ => Refusal::new(ErrorCode::InvalidTransition, "An injected refusal; nothing was done.").into(),
        }
    }

    pub(super) fn outage(system: System, fault: Fault) -> SkillError {
        let unknown = Outage::unknown(system, format!("injected: {fault:?}"));
        SkillError::Outage(match fault {
            Fault::Unreached => Outage { effect_unknown: false, ..unknown },
            Fault::FailsBefore | Fault::FailsAfter => Outage { key_spent: true, ..unknown },
            Fault::TooLong => Outage { error_code: ErrorCode::UpstreamTimeout, ..unknown },
            _ => unknown,
        })
    }
}

/// The plan of this process, to be handed on with its calls; none in a release build.
#[must_use]
#[allow(clippy::missing_const_for_fn)] // a release build has no faults
pub fn to_hand_on() -> Option<String> {
    #[cfg(debug_assertions)]
    if let Ok(plan) = std::env::var("HOTEL_FAULTS") {
        static PROCESS: std::sync::LazyLock<uuid::Uuid> = std::sync::LazyLock::new(uuid::Uuid::new_v4);
        return Some(format!("{} {plan}", *PROCESS));
    }
    None
}

/// Does `work` for a process that has handed its plan on.
#[allow(unused_variables)] // a release build has no faults
pub async fn handed_on<T>(plan: Option<&str>, work: impl Future<Output = T>) -> T {
    #[cfg(debug_assertions)]
    if let Some(plan) = plan {
        return armed::HANDED_ON.scope(armed::of_another(plan), work).await;
    }
    work.await
}

/// Runs `work`, the effect of the step `point` on `system`, unless a fault strikes there.
///
/// # Errors
/// The error of `work`, or the fault.
#[cfg(debug_assertions)]
pub async fn around<T>(
    point: &str,
    system: System,
    work: impl Future<Output = Result<T, SkillError>>,
) -> Result<T, SkillError> {
    let Some(fault) = armed::strike(point) else { return work.await };
    match fault {
        Fault::Refused | Fault::RecordsRefused | Fault::NotSetUp => return Err(armed::refusal(fault)),
        Fault::Unreached | Fault::FailsBefore => return Err(armed::outage(system, fault)),
        Fault::StoppedBefore => armed::stop(),
        Fault::KilledBefore => armed::kill(),
        Fault::KilledInside => armed::INSIDE.store(true, std::sync::atomic::Ordering::SeqCst),
        _ => {}
    }
    let answer = work.await;
    match fault {
        // However fast this machine is, the answer counts as too late.
        Fault::FailsAfter | Fault::AnswerLost | Fault::TooLong => Err(armed::outage(system, fault)),
        Fault::Panics => panic!("injected at {point}"),
        Fault::KilledInside | Fault::KilledAfter => armed::kill(),
        _ => answer,
    }
}

/// Runs `work`.
///
/// # Errors
/// The error of `work`.
#[cfg(not(debug_assertions))]
pub async fn around<T>(
    _point: &str,
    _system: System,
    work: impl Future<Output = Result<T, SkillError>>,
) -> Result<T, SkillError> {
    work.await
}

/// Whether an answer counts as one that came after the request was given up: a test's stand-in says so with a header,
/// so that no test depends on the machine's speed.
#[allow(unused_variables, clippy::missing_const_for_fn)] // a release build has no faults
pub fn comes_too_late(has_header: impl Fn(&str) -> bool) -> bool {
    #[cfg(debug_assertions)]
    return has_header(TOO_LATE);
    #[cfg(not(debug_assertions))]
    false
}

/// The header of [`comes_too_late`].
pub const TOO_LATE: &str = "x-too-late";

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
pub(crate) fn before_commit(path: Option<&str>) -> rusqlite::Result<()> {
    let of_a_system = path.is_some_and(|path| !path.ends_with("journal.db"));
    if of_a_system && armed::INSIDE.load(std::sync::atomic::Ordering::SeqCst) {
        armed::kill();
    }
    let name = path.and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    armed::strike(name).map_or(Ok(()), |fault| match fault {
        Fault::DiskFull => Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL),
            Some("database or disk is full".to_owned()),
        )),
        Fault::StoppedBefore => {
            armed::stop();
            Ok(())
        }
        other => panic!("HOTEL_FAULTS: {other:?} does not strike a file"),
    })
}
