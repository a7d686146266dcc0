//! Values that must have a certain form: addresses, versions, countries.

use super::error::{SettingError, wrong};
use super::unexpanded;
use crate::words::Country;
use std::net::IpAddr;

/// A function that returns a variable's value.
pub(super) trait Get: Fn(&'static str) -> Option<String> {}
impl<F: Fn(&'static str) -> Option<String>> Get for F {}

/// The values of variables that belong together; none if none is set.
pub(super) fn all_or_none<const N: usize>(
    get: &impl Get,
    variables: [&'static str; N],
) -> Result<Option<[String; N]>, SettingError> {
    let values = variables.map(get);
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    match variables.iter().zip(&values).find(|(_, value)| value.is_none()) {
        Some((variable, _)) => {
            let others: Vec<_> = variables.iter().filter(|other| *other != variable).copied().collect();
            Err(wrong(variable, format!("missing; it goes together with {}", others.join(", "))))
        }
        None => Ok(Some(values.map(Option::unwrap_or_default))),
    }
}

/// A system's address. Secrets are sent there, so it must be https; a stand-in on this machine needs no TLS.
pub(super) fn base(variable: &'static str, text: &str) -> Result<String, SettingError> {
    let problem =
        "give https:// and a host, no query behind it (http:// only for a stand-in on this machine)";
    unexpanded::host(variable, text)?;
    let url = reqwest::Url::parse(text).map_err(|_| wrong(variable, problem))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    let safe = url.scheme() == "https" || (url.scheme() == "http" && here);
    let bare = url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !(safe && bare && anonymous) {
        return Err(wrong(variable, problem));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The address of a page for a guest's browser.
pub(super) fn page(variable: &'static str, text: String) -> Result<String, SettingError> {
    unexpanded::host(variable, &text)?;
    match reqwest::Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(text),
        _ => Err(wrong(variable, "give a whole address such as https://your-hotel.example/after-payment")),
    }
}

/// Whether a text is an http address without a path.
pub(super) fn is_origin(address: &str) -> bool {
    reqwest::Url::parse(address).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.path() == "/"
            && url.query().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// The host of an address, for display.
pub(super) fn host(address: &str) -> String {
    let url = reqwest::Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// Yes or no; no if not set.
pub(super) fn flag(get: &impl Get, variable: &'static str) -> Result<bool, SettingError> {
    match get(variable).map(|text| text.to_lowercase()).as_deref() {
        Some("true" | "1" | "yes" | "on") => Ok(true),
        None | Some("false" | "0" | "no" | "off") => Ok(false),
        Some(_) => Err(wrong(variable, "give true or false")),
    }
}

/// A version of Salesforce's API, as in its addresses.
pub(super) fn version(variable: &'static str, text: String) -> Result<String, SettingError> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match text.strip_prefix('v').and_then(|rest| rest.split_once('.')) {
        Some((major, minor)) if digits(major) && digits(minor) => Ok(text),
        _ => Err(wrong(variable, "give a version such as v62.0")),
    }
}

/// The hotel's country, for phone numbers without a country code.
pub(super) fn country(get: &impl Get) -> Result<Option<Country>, SettingError> {
    let variable = "HOTEL_COUNTRY";
    let unknown = |_| wrong(variable, "give the two letters of a country (ISO 3166), such as US or DE");
    get(variable).map(|text| Country::new(&text).map_err(unknown)).transpose()
}
