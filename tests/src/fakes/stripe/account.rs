//! What a start-up check reads: whose key this is, and whether it works.

use super::state::State;
use serde_json::{Value, json};

/// The account itself.
pub(super) fn account() -> Value {
    json!({
        "id": "acct_1Dewy", "object": "account", "business_type": "company", "charges_enabled": true, "country": "US",
        "default_currency": "usd", "details_submitted": true, "email": "owner@dewyhotel.com", "payouts_enabled": true,
        "type": "standard",
    })
}

/// The balance: what was paid and not refunded, all of it pending.
pub(super) fn balance(state: &State) -> Value {
    let sum = |field: &str| {
        let paid = state.charges.iter().filter(|it| it["paid"] == true);
        paid.filter_map(|it| it[field].as_i64()).sum::<i64>()
    };
    let amount =
        |amount: i64| json!([{ "amount": amount, "currency": "usd", "source_types": { "card": amount } }]);
    json!({
        "object": "balance", "livemode": false, "available": amount(0),
        "pending": amount(sum("amount") - sum("amount_refunded")),
    })
}
