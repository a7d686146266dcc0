//! Refusals of a system of record.

use crate::error::{ErrorCode, Refusal, System};
use crate::systems::said::Said;

/// The system refuses the change: a rule of its own, a trigger, a locked record, a missing right. Nothing was done.
/// Its own code and message are for the staff.
pub fn records_refused(system: System, said: &Said) -> Refusal {
    let message = format!("This is refused by {}.", system.name());
    let next = "Calling again changes nothing. Staff: details.system_message says why; whoever runs the system can mend it.";
    in_its_words(Refusal::new(ErrorCode::RecordsRefused, message).next(next), said)
}

/// A needed field, object, picklist value or permission is missing. Nothing was done.
pub fn not_set_up(system: System, said: &Said) -> Refusal {
    let message = format!("The set-up of {} lacks what this needs.", system.name());
    let next = "Calling again changes nothing. Staff: details names what is missing; whoever connected the system can mend \
                it, and staff-server doctor says how.";
    in_its_words(Refusal::new(ErrorCode::NotSetUp, message).next(next), said)
}

fn in_its_words(refusal: Refusal, said: &Said) -> Refusal {
    let words = [
        ("system_code", Some(&said.code)),
        ("system_message", Some(&said.message)),
        ("object", said.object.as_ref()),
        ("field", said.field.as_ref()),
    ];
    let given =
        words.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?)));
    given.fold(refusal, |refusal, (name, text)| refusal.detail(name, text.as_str()))
}
