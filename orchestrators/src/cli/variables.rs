//! Checks the process's variables before any is used: a likely mistake is an error or a warning, never ignored.

use anyhow::bail;
use skills::settings::SECRETS;
use strsim::damerau_levenshtein;

/// Every setting.
const OURS: [&str; 48] = [
    "GUEST_EMAIL",
    "STAFF_EMAIL",
    "HOTEL_ALLOW_MIXED",
    "HOTEL_AUDIT_DAYS",
    "HOTEL_BOOKINGS_PER_GUEST",
    "HOTEL_CALL_DEADLINE_SECONDS",
    "HOTEL_CHECKOUT_TIME",
    "HOTEL_CONFIRM",
    "HOTEL_COUNTRY",
    "HOTEL_CURRENCY",
    "HOTEL_DATA",
    "HOTEL_DAY_STARTS_AT",
    "HOTEL_EXCLUDE_TOOLS",
    "HOTEL_HTTP_AUDIENCE",
    "HOTEL_HTTP_CALLS_PER_MINUTE",
    "HOTEL_HTTP_CONNECTIONS",
    "HOTEL_HTTP_EMAIL_CLAIM",
    "HOTEL_HTTP_HOSTS",
    "HOTEL_HTTP_ISSUER",
    "HOTEL_HTTP_JWKS",
    "HOTEL_HTTP_ORIGINS",
    "HOTEL_READ_ONLY",
    "HOTEL_RECONCILE_MINUTES",
    "HOTEL_REQUESTS_PER_GUEST",
    "HOTEL_RESTATE",
    "HOTEL_SEAL_KEY",
    "HOTEL_SEAL_KEY_FILE",
    "HOTEL_STEP_TIMEOUT_SECONDS",
    "HOTEL_TIMEZONE",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "SALESFORCE_ACCESS_TOKEN",
    "SALESFORCE_ACCESS_TOKEN_FILE",
    "SALESFORCE_API_VERSION",
    "SALESFORCE_CLIENT_ID",
    "SALESFORCE_CLIENT_SECRET",
    "SALESFORCE_CLIENT_SECRET_FILE",
    "SALESFORCE_GUEST_ACCOUNT",
    "SALESFORCE_INSTANCE_URL",
    "SALESFORCE_LOGIN_URL",
    "STRIPE_API_BASE",
    "STRIPE_RETURN_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_SECRET_KEY_FILE",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_API_BASE",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_FILE",
    "TWILIO_FROM",
];
/// Prefixes of our settings: an unknown variable with such a prefix is warned of.
const PREFIXES: [&str; 4] = ["HOTEL_", "SALESFORCE_", "STRIPE_", "TWILIO_"];
/// Names that other programs use for our settings.
const OTHERS: [(&str, &str); 14] = [
    ("SALESFORCE_CONSUMER_KEY", "SALESFORCE_CLIENT_ID"),
    ("SALESFORCE_CONSUMER_SECRET", "SALESFORCE_CLIENT_SECRET"),
    ("SALESFORCE_DOMAIN", "SALESFORCE_LOGIN_URL"),
    ("SALESFORCE_TOKEN", "SALESFORCE_ACCESS_TOKEN"),
    ("SF_ACCESS_TOKEN", "SALESFORCE_ACCESS_TOKEN"),
    ("SF_INSTANCE_URL", "SALESFORCE_INSTANCE_URL"),
    ("SF_LOGIN_URL", "SALESFORCE_LOGIN_URL"),
    ("STRIPE_API_KEY", "STRIPE_SECRET_KEY"),
    ("STRIPE_KEY", "STRIPE_SECRET_KEY"),
    ("TWILIO_FROM_NUMBER", "TWILIO_FROM"),
    ("TWILIO_NUMBER", "TWILIO_FROM"),
    ("TWILIO_PHONE_NUMBER", "TWILIO_FROM"),
    ("TWILIO_SID", "TWILIO_ACCOUNT_SID"),
    ("TWILIO_TOKEN", "TWILIO_AUTH_TOKEN"),
];
/// At most this many edits make a name a misspelling of another.
const SLIP: usize = 2;

/// Refuses a setting that is not valid text (it would count as absent) and a misspelt name (a server meant to be
/// read-only would write). Warns of names that other programs use. `acts_for` is the setting of this server's persona.
pub(super) fn check(acts_for: &str) -> anyhow::Result<()> {
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        let ours = is_ours(name) || name == acts_for;
        if ours && value.to_str().is_none() {
            bail!("{name}: cannot be read; give text in UTF-8");
        }
        if ours || is_of_development(name) {
            continue;
        }
        let prefix = PREFIXES.iter().find(|prefix| name.starts_with(**prefix));
        if let Some((_, ours)) = OTHERS.iter().find(|(other, _)| *other == name) {
            tracing::warn!(
                "{name} is no setting of this server and changes nothing; its name here is {ours}"
            );
        } else if let Some(meant) = nearly(name, acts_for) {
            bail!("{name}: there is no such setting; did you mean {meant}?");
        } else if let Some(prefix) = prefix {
            let known: Vec<_> = OURS.iter().filter(|ours| ours.starts_with(*prefix)).copied().collect();
            tracing::warn!("{name} is no setting and changes nothing; there are {}", known.join(", "));
        }
    }
    Ok(())
}

/// The setting of which this name is a misspelling.
fn nearly<'a>(name: &str, acts_for: &'a str) -> Option<&'a str> {
    let name = name.to_ascii_uppercase();
    OURS.iter().copied().chain([acts_for]).find(|ours| is_slip_of(ours, &name))
}

/// Whether a name is a misspelling of another.
pub(super) fn is_slip_of(meant: &str, given: &str) -> bool {
    may_be_slip_of(meant, given) && damerau_levenshtein(meant, given) <= SLIP
}

/// Rules most names out without counting edits: a process has many variables. Two edits change at most four letters next to
/// one another or apart, so one of five parts of the name is left as it was.
fn may_be_slip_of(meant: &str, given: &str) -> bool {
    let length = given.len();
    let part = |nth: usize| given.get(nth * length / 5..(nth + 1) * length / 5);
    !given.is_ascii()
        || (meant.len().abs_diff(length) <= SLIP && (0..5).filter_map(part).any(|part| meant.contains(part)))
}

/// Whether a setting is a secret: its value is not expanded.
pub(super) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|(secret, _)| *secret == name)
}

/// Variables that only a development build reads.
fn is_of_development(name: &str) -> bool {
    cfg!(debug_assertions) && ["HOTEL_CLOCK", "HOTEL_FAULTS"].contains(&name)
}

/// The settings that this process was given and that are not empty.
pub(super) fn exported() -> Vec<&'static str> {
    let is_given = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    OURS.iter().copied().filter(is_given).collect()
}

/// Whether a variable is one of our settings.
pub(super) fn is_ours(name: &str) -> bool {
    OURS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name with one letter left out, doubled, replaced, or swapped with the next.
    fn edited(name: &str) -> Vec<String> {
        let letters: Vec<char> = name.chars().collect();
        let at = |nth: usize| {
            let (before, rest) = letters.split_at(nth);
            let text =
                |middle: &[char], after: &[char]| [before, middle, after].concat().into_iter().collect();
            let swapped = rest.get(1).map(|next| text(&[*next, rest[0]], &rest[2..]));
            let others =
                [text(&[], &rest[1..]), text(&[rest[0], rest[0]], &rest[1..]), text(&['?'], &rest[1..])];
            others.into_iter().chain(swapped).collect::<Vec<String>>()
        };
        (0..letters.len()).flat_map(at).collect()
    }

    #[test]
    fn no_slip_is_ruled_out() {
        for meant in OURS {
            assert!(edited(meant).iter().all(|once| is_slip_of(meant, once)), "{meant}");
        }
        for once in edited("HOTEL_DATA") {
            assert!(edited(&once).iter().all(|twice| is_slip_of("HOTEL_DATA", twice)), "{once}");
        }
        assert!(!is_slip_of("HOTEL_DATA", "HOME") && !is_slip_of("STAFF_EMAIL", "GUEST_EMAIL"));
    }
}
