//! The settings, read from the environment once. Secrets are secret types from here on.
//!
//! What is set by half is an error that names the variable; nothing is guessed. `.env.example` explains each.

use crate::words::Email;
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use std::path::PathBuf;
use std::time::Duration;

/// A setting is missing, half given or unreadable. Names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct SettingError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

/// How to reach a Salesforce org.
#[derive(Debug, Clone)]
pub struct SalesforceSettings {
    /// Who we are there.
    pub login: SalesforceLogin,
    /// `v62.0`.
    pub api_version: String,
}

/// Who we are to Salesforce.
#[derive(Debug, Clone)]
pub enum SalesforceLogin {
    /// OAuth client credentials.
    ClientCredentials {
        /// Where to log in.
        login_url: String,
        /// The connected app's consumer key.
        client_id: String,
        /// The connected app's consumer secret.
        client_secret: SecretString,
    },
    /// A developer's own session.
    Session {
        /// The org.
        instance_url: String,
        /// The session.
        access_token: SecretString,
    },
}

/// How to reach Stripe.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// `rk_…` or `sk_…`.
    pub secret_key: SecretString,
    /// `https://api.stripe.com`.
    pub api_base: String,
    /// Where 3-D Secure returns to.
    pub return_url: Option<String>,
}

impl StripeSettings {
    /// Whether the key moves real money.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let key = self.secret_key.expose_secret();
        key.starts_with("sk_live_") || key.starts_with("rk_live_")
    }
}

/// How to reach Twilio.
#[derive(Debug, Clone)]
pub struct TwilioSettings {
    /// `AC…`.
    pub account_sid: String,
    /// The account's secret.
    pub auth_token: SecretString,
    /// The hotel's number.
    pub from: String,
    /// `https://api.twilio.com`.
    pub api_base: String,
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the embedded hotel and the journal live.
    pub data: PathBuf,
    /// The hotel's time zone.
    pub timezone: TimeZone,
    /// The hotel's currency, an ISO code in lower case.
    pub currency: String,
    /// The one guest a guest-server acts for.
    pub guest: Option<Email>,
    /// The member of staff a staff-server acts for.
    pub staff: Option<Email>,
    /// The org, if there is one.
    pub salesforce: Option<SalesforceSettings>,
    /// The account, if there is one.
    pub stripe: Option<StripeSettings>,
    /// The account, if there is one.
    pub twilio: Option<TwilioSettings>,
    /// How long a call may take before it is answered as pending.
    pub call_deadline: Duration,
    /// How long one remote step may take.
    pub step_timeout: Duration,
    /// Whether to ask the person before money moves, where the client can.
    pub confirm: bool,
    /// How long the audit trail is kept, in days.
    pub audit_days: u32,
}

impl Settings {
    /// Reads the settings; `get` answers a variable's value.
    ///
    /// # Errors
    /// The first variable that is missing its partner or cannot be read.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let get =
            |variable: &'static str| get(variable).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let wrong = |variable, problem: String| SettingError { variable, problem };
        let email = |variable| {
            get(variable).map(|v| Email::new(v).map_err(|e| wrong(variable, e.to_string()))).transpose()
        };
        let seconds = |variable, default: u64| match get(variable) {
            None => Ok(Duration::from_secs(default)),
            Some(text) => match text.parse() {
                Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
                _ => Err(wrong(variable, "give whole seconds from 1 to 3600".into())),
            },
        };
        let settings = Self {
            data: data_folder(get("HOTEL_DATA"))?,
            timezone: match get("HOTEL_TIMEZONE") {
                None => TimeZone::UTC,
                Some(name) => TimeZone::get(&name).map_err(|_| {
                    wrong("HOTEL_TIMEZONE", "not an IANA time zone such as Europe/Berlin".into())
                })?,
            },
            currency: match get("HOTEL_CURRENCY").map(|code| code.to_lowercase()) {
                None => "usd".to_owned(),
                Some(code) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_lowercase()) => code,
                Some(_) => {
                    return Err(wrong("HOTEL_CURRENCY", "not an ISO currency code such as usd".into()));
                }
            },
            guest: email("GUEST_EMAIL")?,
            staff: email("STAFF_EMAIL")?,
            salesforce: salesforce(&get)?,
            stripe: stripe(&get)?,
            twilio: twilio(&get)?,
            call_deadline: seconds("HOTEL_CALL_DEADLINE_SECONDS", 40)?,
            step_timeout: seconds("HOTEL_STEP_TIMEOUT_SECONDS", 15)?,
            confirm: match get("HOTEL_CONFIRM").as_deref() {
                None | Some("auto") => true,
                Some("off") => false,
                Some(_) => return Err(wrong("HOTEL_CONFIRM", "give auto or off".into())),
            },
            audit_days: match get("HOTEL_AUDIT_DAYS").map(|text| text.parse()) {
                None => 90,
                Some(Ok(days @ 1..=36_500)) => days,
                Some(_) => return Err(wrong("HOTEL_AUDIT_DAYS", "give whole days from 1 to 36500".into())),
            },
        };
        Ok(settings)
    }
}

fn data_folder(given: Option<String>) -> Result<PathBuf, SettingError> {
    match given {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => directories::ProjectDirs::from("", "", "hotel-mcp")
            .map(|dirs| dirs.data_dir().to_owned())
            .ok_or_else(|| {
                missing("HOTEL_DATA", "this machine has no home folder, so a folder must be given")
            }),
    }
}

fn missing(variable: &'static str, problem: &str) -> SettingError {
    SettingError { variable, problem: problem.to_owned() }
}

fn salesforce(
    get: &impl Fn(&'static str) -> Option<String>,
) -> Result<Option<SalesforceSettings>, SettingError> {
    let credentials = ["SALESFORCE_LOGIN_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"];
    let session = ["SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"];
    let api_version = get("SALESFORCE_API_VERSION").unwrap_or_else(|| "v62.0".to_owned());
    if let Some([login_url, client_id, client_secret]) = all_or_none(get, credentials)? {
        let login =
            SalesforceLogin::ClientCredentials { login_url, client_id, client_secret: client_secret.into() };
        return Ok(Some(SalesforceSettings { login, api_version }));
    }
    Ok(all_or_none(get, session)?.map(|[instance_url, access_token]| SalesforceSettings {
        login: SalesforceLogin::Session { instance_url, access_token: access_token.into() },
        api_version,
    }))
}

fn stripe(get: &impl Fn(&'static str) -> Option<String>) -> Result<Option<StripeSettings>, SettingError> {
    let Some(key) = get("STRIPE_SECRET_KEY") else { return Ok(None) };
    if !(key.starts_with("sk_") || key.starts_with("rk_")) {
        return Err(missing("STRIPE_SECRET_KEY", "a secret key begins with rk_ or sk_"));
    }
    Ok(Some(StripeSettings {
        secret_key: key.into(),
        api_base: get("STRIPE_API_BASE").unwrap_or_else(|| "https://api.stripe.com".to_owned()),
        return_url: get("STRIPE_RETURN_URL"),
    }))
}

fn twilio(get: &impl Fn(&'static str) -> Option<String>) -> Result<Option<TwilioSettings>, SettingError> {
    let names = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"];
    Ok(all_or_none(get, names)?.map(|[account_sid, auth_token, from]| TwilioSettings {
        account_sid,
        auth_token: auth_token.into(),
        from,
        api_base: get("TWILIO_API_BASE").unwrap_or_else(|| "https://api.twilio.com".to_owned()),
    }))
}

fn all_or_none<const N: usize>(
    get: &impl Fn(&'static str) -> Option<String>,
    variables: [&'static str; N],
) -> Result<Option<[String; N]>, SettingError> {
    let values = variables.map(get);
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    match variables.iter().zip(&values).find(|(_, value)| value.is_none()) {
        Some((variable, _)) => {
            let given: Vec<_> = variables.iter().filter(|other| *other != variable).copied().collect();
            Err(missing(variable, &format!("missing; it goes together with {}", given.join(", "))))
        }
        None => Ok(Some(values.map(Option::unwrap_or_default))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingError> {
        Settings::read(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            if name == "HOTEL_DATA" { found.or_else(|| Some("/tmp/hotel".into())) } else { found }
        })
    }

    #[test]
    fn nothing_set_is_the_embedded_hotel() {
        let settings = read(&[]).unwrap();
        assert!(settings.salesforce.is_none() && settings.stripe.is_none() && settings.twilio.is_none());
        assert_eq!((settings.currency.as_str(), settings.audit_days), ("usd", 90));
    }

    #[test]
    fn half_of_a_pair_names_the_missing_half() {
        let variable = |pairs: &[(&str, &str)]| read(pairs).unwrap_err().variable;
        assert_eq!(variable(&[("SALESFORCE_CLIENT_ID", "x")]), "SALESFORCE_LOGIN_URL");
        assert_eq!(variable(&[("SALESFORCE_INSTANCE_URL", "x")]), "SALESFORCE_ACCESS_TOKEN");
        assert_eq!(variable(&[("TWILIO_ACCOUNT_SID", "x"), ("TWILIO_FROM", "y")]), "TWILIO_AUTH_TOKEN");
        assert_eq!(variable(&[("HOTEL_TIMEZONE", "Mars/Olympus")]), "HOTEL_TIMEZONE");
        assert_eq!(variable(&[("HOTEL_CALL_DEADLINE_SECONDS", "soon")]), "HOTEL_CALL_DEADLINE_SECONDS");
    }

    #[test]
    fn a_secret_is_not_shown() {
        let settings = read(&[("STRIPE_SECRET_KEY", "sk_test_verysecret")]).unwrap();
        assert!(!format!("{settings:?}").contains("verysecret"));
        let error = read(&[("STRIPE_SECRET_KEY", "verysecret")]).unwrap_err();
        assert!(!error.to_string().contains("verysecret"));
    }
}
