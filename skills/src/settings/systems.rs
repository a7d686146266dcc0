//! The settings of each external system: all of a group, or none.

use super::error::SettingError;
use super::error::wrong;
use super::values::{Get, all_or_none, base, page, version};
use super::{SalesforceLogin, SalesforceSettings, StripeSettings, TwilioSettings};

const CREDENTIALS: [&str; 3] = ["SALESFORCE_LOGIN_URL", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"];
const SESSION: [&str; 2] = ["SALESFORCE_INSTANCE_URL", "SALESFORCE_ACCESS_TOKEN"];

pub(super) fn salesforce(get: &impl Get) -> Result<Option<SalesforceSettings>, SettingError> {
    let api_version = version(
        "SALESFORCE_API_VERSION",
        get("SALESFORCE_API_VERSION").unwrap_or_else(|| "v62.0".to_owned()),
    )?;
    let given = |variables: &[&'static str]| variables.iter().copied().find(|name| get(name).is_some());
    if let (Some(one), Some(other)) = (given(&CREDENTIALS), given(&SESSION)) {
        let ways = format!("either {} or {}", CREDENTIALS.join(", "), SESSION.join(", "));
        return Err(wrong(other, format!("given beside {one}; there are two ways to log in: give {ways}")));
    }
    let login = if let Some([login_url, client_id, client_secret]) = all_or_none(get, CREDENTIALS)? {
        let login_url = base(CREDENTIALS[0], &login_url)?;
        SalesforceLogin::ClientCredentials { login_url, client_id, client_secret: client_secret.into() }
    } else if let Some([instance_url, access_token]) = all_or_none(get, SESSION)? {
        let instance_url = base(SESSION[0], &instance_url)?;
        SalesforceLogin::Session { instance_url, access_token: access_token.into() }
    } else if get("SALESFORCE_GUEST_ACCOUNT").is_some() {
        return Err(wrong(
            "SALESFORCE_GUEST_ACCOUNT",
            "given without an org; give SALESFORCE_LOGIN_URL and its partners",
        ));
    } else {
        return Ok(None);
    };
    let guest_account = get("SALESFORCE_GUEST_ACCOUNT").map(account).transpose()?;
    Ok(Some(SalesforceSettings { login, api_version, guest_account }))
}

/// The id of an Account.
fn account(id: String) -> Result<String, SettingError> {
    let is_id = matches!(id.len(), 15 | 18) && id.bytes().all(|c| c.is_ascii_alphanumeric());
    if is_id && id.starts_with("001") {
        return Ok(id);
    }
    let problem = "give the id of an Account: 15 or 18 letters and digits that begin with 001";
    Err(wrong("SALESFORCE_GUEST_ACCOUNT", problem))
}

pub(super) fn stripe(get: &impl Get) -> Result<Option<StripeSettings>, SettingError> {
    let api_base = address(get, "STRIPE_API_BASE", "https://api.stripe.com")?;
    let return_url = get("STRIPE_RETURN_URL").map(|url| page("STRIPE_RETURN_URL", url)).transpose()?;
    match get("STRIPE_SECRET_KEY") {
        None => Ok(None),
        Some(key) if key.starts_with("sk_") || key.starts_with("rk_") => {
            Ok(Some(StripeSettings { secret_key: key.into(), api_base, return_url }))
        }
        Some(_) => Err(wrong("STRIPE_SECRET_KEY", "give a restricted key (rk_…) or a secret key (sk_…)")),
    }
}

pub(super) fn twilio(get: &impl Get) -> Result<Option<TwilioSettings>, SettingError> {
    let api_base = address(get, "TWILIO_API_BASE", "https://api.twilio.com")?;
    let names = ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"];
    let Some([account_sid, auth_token, from]) = all_or_none(get, names)? else { return Ok(None) };
    if !account_sid.starts_with("AC") {
        return Err(wrong(
            "TWILIO_ACCOUNT_SID",
            "give the account's SID (AC…); API keys (SK…) are not supported",
        ));
    }
    Ok(Some(TwilioSettings { account_sid, auth_token: auth_token.into(), from, api_base }))
}

/// A system's address; the usual one if none is set.
fn address(get: &impl Get, variable: &'static str, usual: &str) -> Result<String, SettingError> {
    base(variable, get(variable).as_deref().unwrap_or(usual))
}
