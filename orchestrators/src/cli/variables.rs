//! The variables of the process, looked at before any is used: what cannot be meant is said, not passed over.

use anyhow::bail;
use strsim::damerau_levenshtein;

/// The settings that begin with HOTEL_.
const HOTEL: [&str; 10] = [
    "HOTEL_AUDIT_DAYS",
    "HOTEL_CALL_DEADLINE_SECONDS",
    "HOTEL_CONFIRM",
    "HOTEL_COUNTRY",
    "HOTEL_CURRENCY",
    "HOTEL_DATA",
    "HOTEL_EXCLUDE_TOOLS",
    "HOTEL_READ_ONLY",
    "HOTEL_STEP_TIMEOUT_SECONDS",
    "HOTEL_TIMEZONE",
];
/// How the settings of the systems begin.
const SYSTEMS: [&str; 3] = ["SALESFORCE_", "STRIPE_", "TWILIO_"];
/// So many letters make a slip of the pen.
const SLIP: usize = 2;

/// Refuses a setting that is not text (it would count as not given) and one whose name is nearly right (a server that was
/// to change nothing would change things). A name that is like none of ours may be somebody else's.
pub(super) fn check() -> anyhow::Result<()> {
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        if is_ours(name) && value.to_str().is_none() {
            bail!("{name}: cannot be read; give text in UTF-8");
        }
        if !is_ours(name) && name.starts_with("HOTEL_") && !is_of_development(name) {
            if let Some(meant) = HOTEL.iter().find(|known| damerau_levenshtein(known, name) <= SLIP) {
                bail!("{name}: there is no such setting; is {meant} meant?");
            }
            tracing::warn!("{name} is no setting and changes nothing; there are {}", HOTEL.join(", "));
        }
    }
    Ok(())
}

/// What only a build for development reads.
fn is_of_development(name: &str) -> bool {
    cfg!(debug_assertions) && name == "HOTEL_FAULTS"
}

/// Whether a variable is a setting of ours.
pub(super) fn is_ours(name: &str) -> bool {
    ["GUEST_EMAIL", "STAFF_EMAIL"].contains(&name)
        || HOTEL.contains(&name)
        || SYSTEMS.iter().any(|system| name.starts_with(system))
}
