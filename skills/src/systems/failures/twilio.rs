//! Twilio's codes (<https://www.twilio.com/docs/api/errors>).

use super::Said;
use crate::error::Kind;
use serde_json::Value;

/// Codes: this number cannot receive texts, or not this one.
const OF_THE_TEXT: [i64; 9] = [21211, 21214, 21217, 21265, 21610, 21612, 21614, 21617, 21635];
/// Codes that whoever connected the account has to mend: the sender, the countries it may text to.
const SET_UP: [i64; 11] =
    [20_005, 20_404, 21_212, 21_219, 21_408, 21_601, 21_603, 21_606, 21_608, 21_659, 21_705];
/// Twilio's queue is full.
const PASSES: [i64; 3] = [20_429, 21_611, 30_001];

/// Who can mend it. Credentials that are not accepted lose no text: once they are mended, it is sent.
pub(crate) fn kind(status: u16, code: i64) -> Kind {
    if let Some(passes) = super::of_status(status).or((status == 401 || code == 0).then_some(Kind::Outage)) {
        return passes;
    }
    match code {
        _ if PASSES.contains(&code) => Kind::Outage,
        _ if OF_THE_TEXT.contains(&code) => Kind::Argument,
        _ if status == 403 || SET_UP.contains(&code) => Kind::SetUp,
        _ => Kind::SystemRefuses,
    }
}

/// What Twilio says. Its sentences repeat the phone number, which is personal data, so it is removed.
pub(crate) fn said(body: &Value) -> Said {
    let code = body["code"].as_i64().unwrap_or_default().to_string();
    Said {
        object: Some("TWILIO_FROM".to_owned()),
        ..Said::new(code, body["message"].as_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_apart_from_the_account() {
        assert_eq!(kind(400, 21_610), Kind::Argument, "opted out");
        assert_eq!(kind(400, 21_606), Kind::SetUp, "not a sender of ours");
        assert_eq!(kind(400, 29_999), Kind::SystemRefuses);
        assert_eq!(kind(401, 20_003), Kind::Outage);
        assert_eq!(kind(404, 0), Kind::Outage, "a gateway's");
        assert_eq!(kind(503, 21_610), Kind::Outage);
    }
}
