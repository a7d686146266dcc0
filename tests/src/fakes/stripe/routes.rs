//! Routes requests.

use super::errors::Failure;
use super::params;
use super::state::State;
use crate::fakes::{Request, form};
use serde_json::Value;

/// The path of the page where a guest authenticates; the intent's id follows.
pub(super) const BANK: &str = "/3d_secure_2/hosted/";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    CustomersList,
    CustomersCreate,
    CustomersRetrieve,
    CustomersUpdate,
    IntentsList,
    IntentsCreate,
    IntentsRetrieve,
    IntentsConfirm,
    IntentsCancel,
    RefundsList,
    RefundsCreate,
    RefundsRetrieve,
    ChargesRetrieve,
    ChargesUpdate,
    MethodsRetrieve,
    Balance,
    Account,
}

impl Op {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::CustomersList => "customers.list",
            Self::CustomersCreate => "customers.create",
            Self::CustomersRetrieve => "customers.retrieve",
            Self::CustomersUpdate => "customers.update",
            Self::IntentsList => "payment_intents.list",
            Self::IntentsCreate => "payment_intents.create",
            Self::IntentsRetrieve => "payment_intents.retrieve",
            Self::IntentsConfirm => "payment_intents.confirm",
            Self::IntentsCancel => "payment_intents.cancel",
            Self::RefundsList => "refunds.list",
            Self::RefundsCreate => "refunds.create",
            Self::RefundsRetrieve => "refunds.retrieve",
            Self::ChargesRetrieve => "charges.retrieve",
            Self::ChargesUpdate => "charges.update",
            Self::MethodsRetrieve => "payment_methods.retrieve",
            Self::Balance => "balance.retrieve",
            Self::Account => "account.retrieve",
        }
    }

    /// The permission that a restricted key needs for it, in Stripe's words.
    const fn permission(self) -> &'static str {
        match self {
            Self::CustomersList | Self::CustomersRetrieve => "rak_customer_read",
            Self::CustomersCreate | Self::CustomersUpdate => "rak_customer_write",
            Self::IntentsList | Self::IntentsRetrieve => "rak_payment_intent_read",
            Self::IntentsCreate | Self::IntentsConfirm | Self::IntentsCancel => "rak_payment_intent_write",
            Self::RefundsList | Self::RefundsRetrieve | Self::ChargesRetrieve => "rak_charge_read",
            Self::RefundsCreate | Self::ChargesUpdate => "rak_charge_write",
            Self::MethodsRetrieve => "rak_payment_method_read",
            Self::Balance => "rak_balance_read",
            Self::Account => "rak_accounts_kyc_basic_read",
        }
    }
}

/// A valid request.
pub(super) struct Call {
    pub(super) op: Op,
    pub(super) path: String,
    /// The object named in the path, or empty.
    pub(super) id: String,
    pub(super) params: Value,
    key: Option<String>,
}

impl Call {
    /// The idempotency key. Reads have none.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}

pub(super) fn route(method: &str, path: &str) -> Option<(Op, String)> {
    let parts: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
    let (op, id) = match (method, parts.as_slice()) {
        ("GET", ["customers"]) => (Op::CustomersList, ""),
        ("POST", ["customers"]) => (Op::CustomersCreate, ""),
        ("GET", ["customers", id]) => (Op::CustomersRetrieve, *id),
        ("POST", ["customers", id]) => (Op::CustomersUpdate, *id),
        ("GET", ["payment_intents"]) => (Op::IntentsList, ""),
        ("POST", ["payment_intents"]) => (Op::IntentsCreate, ""),
        ("GET", ["payment_intents", id]) => (Op::IntentsRetrieve, *id),
        ("POST", ["payment_intents", id, "confirm"]) => (Op::IntentsConfirm, *id),
        ("POST", ["payment_intents", id, "cancel"]) => (Op::IntentsCancel, *id),
        ("GET", ["refunds"]) => (Op::RefundsList, ""),
        ("POST", ["refunds"]) => (Op::RefundsCreate, ""),
        ("GET", ["refunds", id]) => (Op::RefundsRetrieve, *id),
        ("GET", ["charges", id]) => (Op::ChargesRetrieve, *id),
        ("POST", ["charges", id]) => (Op::ChargesUpdate, *id),
        ("GET", ["payment_methods", id]) => (Op::MethodsRetrieve, *id),
        ("GET", ["balance"]) => (Op::Balance, ""),
        ("GET", ["account"]) => (Op::Account, ""),
        _ => return None,
    };
    Some((op, id.to_owned()))
}

/// Route, content type, version, parameters and key.
pub(super) fn read(request: &Request) -> Result<Call, Failure> {
    let (method, path) = (&request.method, &request.path);
    let Some((op, id)) = route(method, path) else {
        let message = format!(
            "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at \
             https://support.stripe.com/."
        );
        return Err(Failure::new(404, "invalid_request_error", &message));
    };
    if let Some(version) = request.header("stripe-version")
        && !is_version(version)
    {
        return Err(Failure::invalid(&format!("Invalid Stripe API version: {version}")));
    }
    let post = method == "POST";
    let is_form = |it: &str| it.split(';').next() == Some("application/x-www-form-urlencoded");
    if post && !request.body.is_empty() && !request.header("content-type").is_some_and(is_form) {
        return Err(Failure::invalid(
            "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any \
             questions, we can help at https://support.stripe.com/.",
        ));
    }
    if post && !request.query.is_empty() {
        return Err(Failure::invalid("POST parameters belong into the body."));
    }
    let form = if post { request.body.as_slice() } else { request.query.as_bytes() };
    let given = form::deep(form)
        .map_err(|name| Failure::invalid(&format!("Invalid parameter: {name}")).param(&name))?;
    let params = params::check(op, &given)?;
    let key = request.header("idempotency-key").filter(|_| post).map(str::to_owned);
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
        return Err(Failure::invalid("Idempotency-Key must be 1 to 255 characters long."));
    }
    Ok(Call { op, path: path.clone(), id, params, key })
}

/// `2025-09-30.clover`
fn is_version(version: &str) -> bool {
    let (date, name) = version.split_once('.').unwrap_or((version, "acacia"));
    date.parse::<jiff::civil::Date>().is_ok()
        && !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_lowercase())
}

fn bearer(request: &Request) -> Option<&str> {
    request.header("authorization")?.strip_prefix("Bearer ")
}

pub(super) fn authenticate(state: &State, request: &Request) -> Result<(), Failure> {
    let Some(key) = bearer(request) else {
        let message = "You did not provide an API key. You need to provide your API key in the Authorization header, using \
                       Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
        return Err(Failure::new(401, "invalid_request_error", message));
    };
    let name = key.strip_prefix("sk_test_").or_else(|| key.strip_prefix("rk_test_"));
    if name.is_none_or(str::is_empty) || state.revoked.contains(key) {
        let shown: String = key.chars().take(8).collect();
        let message = format!("Invalid API Key provided: {shown}****");
        return Err(Failure::new(401, "invalid_request_error", &message));
    }
    Ok(())
}

pub(super) fn permit(state: &State, request: &Request, op: Op) -> Result<(), Failure> {
    let restricted = bearer(request).is_some_and(|key| key.starts_with("rk_"));
    let (Some(granted), true) = (&state.granted, restricted) else { return Ok(()) };
    let needed = op.permission();
    let is_granted = granted.contains(needed) || granted.contains(&needed.replace("_read", "_write"));
    if is_granted {
        return Ok(());
    }
    let message = format!(
        "The provided key 'rk_test_****' does not have the required permissions for this endpoint on account \
         'acct_1Dewy'. Having the '{needed}' permission would allow this request to continue."
    );
    Err(Failure::new(403, "invalid_request_error", &message).code("more_permissions_required"))
}
