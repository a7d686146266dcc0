//! Stripe's codes (<https://docs.stripe.com/error-codes>). A declined card is an answer, not a failure, so it is not here.

use super::Said;
use crate::error::Kind;

/// Codes that whoever connected the account has to mend.
const SET_UP: [&str; 10] = [
    "account_invalid",
    "account_closed",
    "livemode_mismatch",
    "more_permissions_required",
    "more_permissions_required_for_application",
    "platform_api_key_expired",
    "secret_key_required",
    "testmode_charges_only",
    "not_allowed_on_standard_account",
    "url_invalid",
];

/// Who can mend it. A key that is not accepted decides nothing about the request: once it is mended, the call continues.
pub(crate) fn kind(status: u16, kind: &str, code: &str) -> Kind {
    if let Some(passes) = super::of_status(status) {
        return passes;
    }
    let readable = !kind.is_empty();
    match status {
        401 | 409 | 424 | 425 => Kind::Outage,
        _ if !readable || matches!(kind, "api_error" | "rate_limit_error") => Kind::Outage,
        403 => Kind::SetUp,
        _ if matches!(code, "lock_timeout" | "idempotency_key_in_use" | "rate_limit") => Kind::Outage,
        _ if SET_UP.contains(&code) => Kind::SetUp,
        _ => Kind::SystemRefuses,
    }
}

/// What Stripe says, and the missing permission if it names one.
pub(crate) fn said(kind: &str, code: &str, param: &str, message: &str) -> Said {
    let permission = message.find("rak_").map(|at| {
        let end = |c: char| !(c.is_ascii_lowercase() || c == '_');
        message[at..].split(end).next().unwrap_or_default().to_owned()
    });
    let object = permission.is_some().then(|| "STRIPE_SECRET_KEY".to_owned());
    let field = permission.or_else(|| Some(param.to_owned()).filter(|param| !param.is_empty()));
    Said { object, field, ..Said::new(if code.is_empty() { kind } else { code }, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_and_a_gateways_no_passes() {
        let invalid = "invalid_request_error";
        assert_eq!(kind(403, invalid, ""), Kind::SetUp);
        assert_eq!(kind(403, "", ""), Kind::Outage, "not Stripe's");
        assert_eq!(kind(400, invalid, "parameter_unknown"), Kind::SystemRefuses);
        assert_eq!(kind(400, invalid, "testmode_charges_only"), Kind::SetUp);
        assert_eq!(kind(429, invalid, "testmode_charges_only"), Kind::Outage);
        let message =
            "The key 'rk_test_***' may not. Having the 'rak_charge_write' permission would allow it.";
        let said = said(invalid, "", "", message);
        assert_eq!(
            (said.object.as_deref(), said.field.as_deref()),
            (Some("STRIPE_SECRET_KEY"), Some("rak_charge_write"))
        );
        assert!(!said.message.contains("rk_test"), "{}", said.message);
    }
}
