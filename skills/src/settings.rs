//! The settings, read from the environment once. From here on, secrets have a secret type.
//!
//! A setting that is only half given is an error that names the variable; nothing is guessed. `.env.example` explains each.

mod confirm;
mod currencies;
mod error;
mod hours;
mod processor;
mod secrets;
mod systems;
mod unexpanded;
mod values;

use crate::Calendar;
use crate::words::{Country, Email};
pub use confirm::Confirm;
pub use error::SettingError;
use error::wrong;
pub use processor::Processor;
use secrecy::{ExposeSecret, SecretString};
use secrets::FromFiles;
pub use secrets::SECRETS;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach a Salesforce org.
#[derive(Debug, Clone)]
pub struct SalesforceSettings {
    /// The credentials.
    pub login: SalesforceLogin,
    /// `v62.0`.
    pub api_version: String,
    /// The Account that new guests and their sales belong to.
    pub guest_account: Option<String>,
}

/// The credentials for Salesforce.
#[derive(Debug, Clone)]
pub enum SalesforceLogin {
    /// OAuth client credentials.
    ClientCredentials {
        /// The address to log in at.
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
    /// The page that 3-D Secure returns to.
    pub return_url: Option<String>,
}

impl StripeSettings {
    /// Whether the key moves real money.
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

/// All settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of the embedded hotel and the journal.
    pub data: PathBuf,
    /// The hotel's zone and hours.
    pub calendar: Calendar,
    /// The hotel's currency, an ISO code in lower case.
    pub currency: String,
    /// Whether the currency was set, and not assumed.
    pub currency_is_given: bool,
    /// Whether real records may be used beside test payments.
    pub allow_mixed: bool,
    /// The file the settings were read from, if any; set by the code that read it.
    pub file: Option<PathBuf>,
    /// The country of phone numbers without a country code.
    pub country: Option<Country>,
    /// The org, if there is one.
    pub salesforce: Option<SalesforceSettings>,
    /// The account, if there is one.
    pub processor: Option<Processor>,
    /// The account, if there is one.
    pub twilio: Option<TwilioSettings>,
    /// How long a call may take before it is answered as pending.
    pub call_deadline: Duration,
    /// How long one remote step may take.
    pub step_timeout: Duration,
    /// Whether a person is asked before money moves, or before something that cannot be taken back.
    pub confirm: Confirm,
    /// The key that seals questions to a person; none: one is made in the data folder.
    pub seal_key: Option<SecretString>,
    /// The audit trail's retention, in days.
    pub audit_days: u32,
    /// How long after a run of the schedule of reconciling the next one is due; none: it is off.
    pub reconcile_every: Option<Duration>,
    /// The most open bookings (reserved or checked in) that a guest's own server makes.
    pub bookings_per_guest: u32,
    /// The most requests of a hotel day that a guest's own server leaves open for that guest.
    pub requests_per_guest: u32,
    /// The address of the distributed engine's entrance; none: calls run in this process.
    pub restate: Option<String>,
}

impl Settings {
    /// Reads the settings; `get` returns a variable's value.
    ///
    /// # Errors
    /// The first variable that lacks its partner or cannot be parsed.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let get =
            |variable: &'static str| get(variable).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let files = FromFiles::read(&get)?;
        Self::parse(|variable| get(variable).or_else(|| files.get(variable)))
            .map_err(|error| files.named(error))
    }

    fn parse(get: impl Fn(&'static str) -> Option<String>) -> Result<Self, SettingError> {
        let seconds = |variable, default: u64| match get(variable) {
            None => Ok(Duration::from_secs(default)),
            Some(text) => match text.parse() {
                Ok(seconds @ 1..=3600) => Ok(Duration::from_secs(seconds)),
                _ => Err(wrong(variable, "give whole seconds from 1 to 3600")),
            },
        };
        // Which of the two counts depends on the server's persona; a wrong value of either is an error in every server.
        for variable in ["GUEST_EMAIL", "STAFF_EMAIL"] {
            email(variable, get(variable))?;
        }
        let settings = Self {
            data: data_folder(get("HOTEL_DATA"))?,
            calendar: hours::calendar(&get)?,
            currency_is_given: get("HOTEL_CURRENCY").is_some(),
            allow_mixed: values::flag(&get, "HOTEL_ALLOW_MIXED")?,
            file: None,
            currency: match get("HOTEL_CURRENCY").map(|code| code.to_ascii_lowercase()) {
                None => "usd".to_owned(),
                Some(code) if currencies::has_cents(&code) => code,
                Some(_) => {
                    let problem = "give the ISO code of a currency with two decimals that cards can be charged in, such as usd";
                    return Err(wrong("HOTEL_CURRENCY", problem));
                }
            },
            country: values::country(&get)?,
            salesforce: systems::salesforce(&get)?,
            processor: Processor::read(&get)?,
            twilio: systems::twilio(&get)?,
            call_deadline: seconds("HOTEL_CALL_DEADLINE_SECONDS", 40)?,
            step_timeout: seconds("HOTEL_STEP_TIMEOUT_SECONDS", 15)?,
            confirm: Confirm::read(&get)?,
            seal_key: confirm::seal_key(&get)?,
            audit_days: match get("HOTEL_AUDIT_DAYS").map(|text| text.parse()) {
                None => 90,
                Some(Ok(days @ 1..=36_500)) => days,
                Some(_) => return Err(wrong("HOTEL_AUDIT_DAYS", "give whole days from 1 to 36500")),
            },
            reconcile_every: match get("HOTEL_RECONCILE_MINUTES").map(|text| text.parse()) {
                None => Some(Duration::from_secs(5 * 60)),
                Some(Ok(0)) => None,
                Some(Ok(minutes @ 1..=1_440)) => Some(Duration::from_secs(60 * minutes)),
                Some(_) => {
                    let problem = "give whole minutes from 1 to 1440, or 0 to turn the schedule off";
                    return Err(wrong("HOTEL_RECONCILE_MINUTES", problem));
                }
            },
            bookings_per_guest: per_guest("HOTEL_BOOKINGS_PER_GUEST", get("HOTEL_BOOKINGS_PER_GUEST"), 20)?,
            requests_per_guest: per_guest("HOTEL_REQUESTS_PER_GUEST", get("HOTEL_REQUESTS_PER_GUEST"), 200)?,
            restate: match get("HOTEL_RESTATE") {
                Some(address) if !values::is_origin(&address) => {
                    let problem = "give the address of the engine's entrance without a path, such as http://127.0.0.1:8080";
                    return Err(wrong("HOTEL_RESTATE", problem));
                }
                address => address,
            },
        };
        Ok(settings)
    }

    /// Whether any external system is connected.
    pub const fn is_connected(&self) -> bool {
        self.salesforce.is_some() || self.processor.is_some() || self.twilio.is_some()
    }

    /// The hotel's name: the sample hotel of this machine, or the org's host.
    pub fn hotel(&self) -> String {
        let org = self.salesforce.as_ref().map(|org| match &org.login {
            SalesforceLogin::ClientCredentials { login_url, .. } => login_url,
            SalesforceLogin::Session { instance_url, .. } => instance_url,
        });
        org.map_or_else(
            || "the sample hotel".to_owned(),
            |address| format!("the hotel at {}", values::host(address)),
        )
    }

    /// What calls run on: this process, or a distributed engine.
    pub fn engine(&self) -> String {
        self.restate.as_ref().map_or_else(|| "embedded".to_owned(), |address| format!("Restate at {address}"))
    }

    /// The source of the settings, in words.
    pub fn read_from(&self) -> String {
        self.file.as_ref().map_or_else(
            || "the environment; no settings file was read".to_owned(),
            |file| file.display().to_string(),
        )
    }

    /// Checks that the settings, each valid by itself, make sense together.
    ///
    /// # Errors
    /// The first that does not: a live key with sample records, test payments with real records, an assumed currency.
    pub fn check_together(&self) -> Result<(), SettingError> {
        if self.salesforce.is_none() && self.processor.as_ref().is_some_and(Processor::is_live) {
            let problem = "a live key charges real cards for stays of the embedded hotel; give SALESFORCE_* as well, or a \
                           test key (rk_test_…, sk_test_…)";
            return Err(wrong(Processor::SETTING, problem));
        }
        if self.salesforce.is_some() && self.processor.is_none() && !self.allow_mixed {
            let problem = "missing; with the records in Salesforce guests would pay with play money: give a key, or set \
                           HOTEL_ALLOW_MIXED=true if that is meant";
            return Err(wrong(Processor::SETTING, problem));
        }
        if self.is_connected() && !self.currency_is_given {
            let problem = "missing; with a real system connected the currency is not assumed: give its ISO code, such as usd";
            return Err(wrong("HOTEL_CURRENCY", problem));
        }
        Ok(())
    }
}

/// The e-mail in a variable; none if the variable is not set.
///
/// # Errors
/// When it is no e-mail, or has an unexpanded variable in it.
pub fn email(variable: &'static str, given: Option<String>) -> Result<Option<Email>, SettingError> {
    let read = |text: String| {
        unexpanded::none(variable, &text)?;
        Email::new(text).map_err(|problem| wrong(variable, problem.to_string()))
    };
    given.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).map(read).transpose()
}

/// The address in a variable: https, or http on this machine; no query.
///
/// # Errors
/// When it is no such address.
pub fn address(variable: &'static str, text: &str) -> Result<String, SettingError> {
    values::base(variable, text)
}

/// Checks that a value has nothing that only a shell would expand.
///
/// # Errors
/// When it has.
pub fn written_out(variable: &'static str, text: &str) -> Result<(), SettingError> {
    unexpanded::none(variable, text)
}

/// How many of something one guest may have.
fn per_guest(variable: &'static str, given: Option<String>, usual: u32) -> Result<u32, SettingError> {
    match given.map(|text| text.parse()) {
        None => Ok(usual),
        Some(Ok(most @ 1..=1_000)) => Ok(most),
        Some(_) => Err(wrong(variable, "give a whole number from 1 to 1000")),
    }
}

fn data_folder(given: Option<String>) -> Result<PathBuf, SettingError> {
    match given {
        Some(folder) => unexpanded::folder("HOTEL_DATA", &folder),
        None => directories::ProjectDirs::from("", "", "hotel-mcp")
            .map(|dirs| dirs.data_dir().to_owned())
            .ok_or_else(|| wrong("HOTEL_DATA", "this machine has no home folder, so a folder must be given")),
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
        assert!(settings.salesforce.is_none() && settings.processor.is_none() && settings.twilio.is_none());
        assert_eq!((settings.currency.as_str(), settings.audit_days), ("usd", 90));
    }

    #[test]
    fn half_of_a_pair_names_the_missing_half() {
        let variable = |pairs: &[(&str, &str)]| read(pairs).unwrap_err().variable;
        assert_eq!(variable(&[("SALESFORCE_CLIENT_ID", "x")]), "SALESFORCE_LOGIN_URL");
        assert_eq!(variable(&[("SALESFORCE_INSTANCE_URL", "x")]), "SALESFORCE_ACCESS_TOKEN");
        assert_eq!(variable(&[("TWILIO_ACCOUNT_SID", "x"), ("TWILIO_FROM", "y")]), "TWILIO_AUTH_TOKEN");
        assert_eq!(variable(&[("HOTEL_COUNTRY", "Germany")]), "HOTEL_COUNTRY");
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
