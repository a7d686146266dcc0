//! The settings that all servers on one data folder must share: the zone, the currency and the hours. They are
//! written into the folder on first use; a server with others would date the same night otherwise, or charge another
//! currency.

use crate::made_once::read_or_make;
use serde::{Deserialize, Serialize};
use skills::settings::Settings;
use skills::systems::check::{Check, Examination};
use std::io;
use std::path::Path;

pub(super) const FILE: &str = "hotel.json";

/// The rules as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HouseRules {
    timezone: String,
    pub(crate) currency: String,
    checkout_time: String,
    day_starts_at: String,
}

impl HouseRules {
    /// The rules in a server's settings.
    fn of(settings: &Settings) -> Self {
        let calendar = &settings.calendar;
        Self {
            timezone: calendar.timezone.iana_name().unwrap_or("UTC").to_owned(),
            currency: settings.currency.clone(),
            checkout_time: calendar.checkout_time.strftime("%H:%M").to_string(),
            day_starts_at: calendar.day_starts_at.strftime("%H:%M").to_string(),
        }
    }

    /// The rules of the folder; none if it is new.
    fn kept(folder: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(folder.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The folder's rules; a new folder gets those of these settings.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub(crate) fn shared(settings: &Settings) -> io::Result<Self> {
        let ours = || Ok(serde_json::to_vec_pretty(&Self::of(settings))?);
        Ok(serde_json::from_slice(&read_or_make(&settings.data.join(FILE), ours)?)?)
    }

    /// The rules that differ from a server's settings: the setting, the folder's value, the server's value.
    pub(crate) fn differ(&self, settings: &Settings) -> Vec<(&'static str, String, String)> {
        let ours = Self::of(settings);
        let pairs = [
            ("HOTEL_TIMEZONE", &self.timezone, ours.timezone),
            ("HOTEL_CURRENCY", &self.currency, ours.currency),
            ("HOTEL_CHECKOUT_TIME", &self.checkout_time, ours.checkout_time),
            ("HOTEL_DAY_STARTS_AT", &self.day_starts_at, ours.day_starts_at),
        ];
        let differs = pairs.into_iter().filter(|(_, kept, ours)| *kept != ours);
        differs.map(|(name, kept, ours)| (name, kept.clone(), ours)).collect()
    }
}

/// Checks a server's settings against its folder's rules.
pub(crate) fn examined(settings: &Settings) -> Vec<Check> {
    let mut found = Examination::of("settings");
    match HouseRules::kept(&settings.data) {
        Ok(None) => found.ok("shared", "nobody has used the folder yet"),
        Ok(Some(kept)) => {
            let differ = kept.differ(settings);
            for (name, kept, ours) in &differ {
                let mend = format!("set {name}={kept} for every server of this folder");
                found.wrong(*name, format!("is {ours}, and the folder has been used with {kept}"), mend);
            }
            if differ.is_empty() {
                found.ok("shared", "zone, currency and hours are those the folder has been used with");
            }
        }
        Err(error) => {
            let file = settings.data.join(FILE);
            found.wrong(
                "shared",
                format!("{} cannot be read: {error}", file.display()),
                "bring the file back from a copy, or remove it",
            );
        }
    }
    found.checks()
}
