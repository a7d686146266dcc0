//! The settings of `serve --http`.

use super::door::{Allowed, Host, Origin};
use hyper::Uri;
use skills::settings::{SettingError, address, written_out};
use std::net::IpAddr;

/// The settings of the HTTP front.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Whose tokens are accepted, if that is set.
    pub(crate) issuer: Option<IssuerSettings>,
    /// The claim that holds the caller's e-mail.
    pub(crate) email_claim: String,
    /// Which hosts and origins requests may name.
    pub(crate) allowed: Allowed,
    /// How many calls a caller may make in a minute, if that is set; 0 for any number.
    pub(crate) calls_per_minute: Option<u32>,
    /// How many connections may be open.
    pub(crate) connections: usize,
}

/// Whose tokens are accepted, and for whom they must be.
#[derive(Debug, Clone)]
pub(crate) struct IssuerSettings {
    /// The issuer, without a slash at its end.
    pub(crate) issuer: String,
    /// The issuer as the setting has it: clients compare it letter by letter with what the issuer says of itself.
    pub(crate) as_written: String,
    /// What a token must be for.
    pub(crate) audience: String,
    /// Where the issuer's keys are, if its discovery document is not to say it.
    pub(crate) jwks: Option<String>,
}

impl HttpSettings {
    /// Reads the settings; `get` returns a variable's value.
    ///
    /// # Errors
    /// The first variable that lacks its partner or cannot be parsed.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let get = |variable: &'static str| {
            let value = get(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            value.map(|value| written_out(variable, &value).map(|()| value)).transpose()
        };
        let email_claim = get("HOTEL_HTTP_EMAIL_CLAIM")?.unwrap_or_else(|| "email".to_owned());
        let issuer = issuer(&get)?;
        let hosts = list("HOTEL_HTTP_HOSTS", get("HOTEL_HTTP_HOSTS")?, Host::parse)?;
        let origins = list("HOTEL_HTTP_ORIGINS", get("HOTEL_HTTP_ORIGINS")?, Origin::parse)?;
        let own = issuer.as_ref().and_then(|issuer| Host::of_address(&issuer.audience));
        Ok(Self {
            email_claim,
            allowed: Allowed::new(hosts, own, origins),
            calls_per_minute: number("HOTEL_HTTP_CALLS_PER_MINUTE", get("HOTEL_HTTP_CALLS_PER_MINUTE")?, 0)?,
            connections: number("HOTEL_HTTP_CONNECTIONS", get("HOTEL_HTTP_CONNECTIONS")?, 1)?
                .map_or(1_024, |most| most as usize),
            issuer,
        })
    }
}

fn issuer(
    get: &impl Fn(&'static str) -> Result<Option<String>, SettingError>,
) -> Result<Option<IssuerSettings>, SettingError> {
    let (issuer, audience, jwks) =
        (get("HOTEL_HTTP_ISSUER")?, get("HOTEL_HTTP_AUDIENCE")?, get("HOTEL_HTTP_JWKS")?);
    let missing =
        |variable, partner: &str| Err(wrong(variable, format!("missing; it goes together with {partner}")));
    let (issuer, audience) = match (issuer, audience) {
        (Some(issuer), Some(audience)) => (issuer, audience),
        (Some(_), None) => return missing("HOTEL_HTTP_AUDIENCE", "HOTEL_HTTP_ISSUER"),
        (None, Some(_)) => return missing("HOTEL_HTTP_ISSUER", "HOTEL_HTTP_AUDIENCE"),
        (None, None) if jwks.is_some() => return missing("HOTEL_HTTP_ISSUER", "HOTEL_HTTP_JWKS"),
        (None, None) => return Ok(None),
    };
    if jwks.as_ref().is_some_and(|keys| !is_safe(keys)) {
        let problem =
            "give the whole address of the issuer's keys with https:// (http:// only on this machine)";
        return Err(wrong("HOTEL_HTTP_JWKS", problem));
    }
    let address = address("HOTEL_HTTP_ISSUER", &issuer)?;
    Ok(Some(IssuerSettings { issuer: address, as_written: issuer, audience, jwks }))
}

/// Whether keys may be fetched from an address: over TLS, or on this machine.
pub(super) fn is_safe(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => is_loopback(host),
        _ => false,
    }
}

/// Whether a host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn list<T>(
    variable: &'static str,
    given: Option<String>,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Option<Vec<T>>, SettingError> {
    let read = |text: String| {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items
            .map(|item| parse(item).map_err(|problem| wrong(variable, format!("{item}: {problem}"))))
            .collect()
    };
    given.map(read).transpose()
}

fn number(variable: &'static str, given: Option<String>, least: u32) -> Result<Option<u32>, SettingError> {
    let read = |text: String| match text.parse() {
        Ok(number) if (least..=1_000_000).contains(&number) => Ok(number),
        _ => Err(wrong(variable, format!("give a whole number from {least} to 1000000"))),
    };
    given.map(read).transpose()
}

fn wrong(variable: &'static str, problem: impl Into<String>) -> SettingError {
    SettingError { variable, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<HttpSettings, SettingError> {
        HttpSettings::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn half_of_a_pair_names_the_missing_half() {
        let variable = |pairs: &[(&str, &str)]| read(pairs).unwrap_err().variable;
        let issuer = ("HOTEL_HTTP_ISSUER", "https://id.example/");
        let audience = ("HOTEL_HTTP_AUDIENCE", "hotel");
        assert_eq!(variable(&[issuer]), "HOTEL_HTTP_AUDIENCE");
        assert_eq!(variable(&[audience]), "HOTEL_HTTP_ISSUER");
        assert_eq!(variable(&[("HOTEL_HTTP_JWKS", "https://id.example/keys")]), "HOTEL_HTTP_ISSUER");
        let settings = read(&[issuer, audience]).unwrap();
        assert_eq!(settings.issuer.unwrap().issuer, "https://id.example");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let audience = ("HOTEL_HTTP_AUDIENCE", "hotel");
        for (name, value) in [
            ("HOTEL_HTTP_ISSUER", "http://id.example"),
            ("HOTEL_HTTP_ISSUER", "id.example"),
            ("HOTEL_HTTP_ISSUER", "https://${TENANT}.example"),
        ] {
            assert_eq!(read(&[(name, value), audience]).unwrap_err().variable, name, "{value}");
        }
        let issuer = ("HOTEL_HTTP_ISSUER", "http://127.0.0.1:8080");
        let keys = ("HOTEL_HTTP_JWKS", "http://id.example/keys");
        assert_eq!(read(&[issuer, audience, keys]).unwrap_err().variable, keys.0);
        for (name, value) in [
            ("HOTEL_HTTP_HOSTS", "https://mcp.example"),
            ("HOTEL_HTTP_ORIGINS", "app.example"),
            ("HOTEL_HTTP_CALLS_PER_MINUTE", "many"),
            ("HOTEL_HTTP_CONNECTIONS", "0"),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().variable, name, "{value}");
        }
    }
}
