//! Checks whether the key may do what the servers do. A write permission is tested on an object that does not exist: with
//! the permission Stripe answers that there is no such object, without it that the request is not allowed. Nothing is
//! changed either way.

use super::answers::error;
use super::{API_VERSION, Form, Stripe};
use crate::error::Outage;
use crate::systems::check::{Check, Examination};
use crate::systems::remote::Reply;
use crate::words::Key;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::ExposeSecret;

/// Ids of objects that do not exist.
const NO_METHOD: &str = "payment_methods/pm_hotel_doctor";
const NO_CUSTOMER: &str = "customers/cus_hotel_doctor";
const NO_INTENT: &str = "pi_hotel_doctor";

/// The permissions of a restricted key, as the dashboard calls them, with the request that tests each.
struct Permission {
    name: &'static str,
    level: &'static str,
    method: Method,
    path: String,
    form: Form<'static>,
}

fn permissions() -> Vec<Permission> {
    let one = || vec![("limit", "1".to_owned())];
    let one_whole = vec![("limit", "1".to_owned()), ("expand[]", "data.latest_charge.refunds".to_owned())];
    let read = |name, path: &str, form| Permission {
        name,
        level: "Read",
        method: Method::GET,
        path: path.to_owned(),
        form,
    };
    let write = |name, path: &str, form| Permission {
        name,
        level: "Write",
        method: Method::POST,
        path: path.to_owned(),
        form,
    };
    vec![
        read("Customers", "customers", one()),
        write("Customers", NO_CUSTOMER, vec![]),
        read("PaymentIntents", "payment_intents", one()),
        read("Charges and Refunds", "refunds", one()),
        read("PaymentIntents with their charges", "payment_intents", one_whole),
        write("PaymentIntents", &format!("payment_intents/{NO_INTENT}/cancel"), vec![]),
        write("Charges and Refunds", "refunds", vec![("payment_intent", NO_INTENT.to_owned())]),
    ]
}

impl Stripe {
    pub(super) async fn examined(&self) -> Vec<Check> {
        let mut found = Examination::of("Stripe");
        if let Err(outage) = self.look_around(&mut found).await {
            found.unreached("connection", &outage, "STRIPE_API_BASE");
        }
        found.checks()
    }

    async fn look_around(&self, found: &mut Examination) -> Result<(), Outage> {
        let mut lacking = 0;
        for (at, permission) in permissions().iter().enumerate() {
            let reply = self.attempt(permission).await?;
            if at == 0 {
                found.clock(&reply);
                if !accepted(found, &reply) {
                    return Ok(());
                }
                self.mode(found, &reply);
                version(found, &reply);
            }
            lacking += u32::from(!allowed(found, permission, &reply));
        }
        self.cards(found).await?;
        if lacking == 0 {
            found.ok("permissions", "customers, payment intents, charges and refunds: as needed");
        }
        if self.return_url.is_none() {
            found.warning(
                "3-D Secure",
                "STRIPE_RETURN_URL is not set: a card that asks for authentication is declined",
                "set it to a page of yours that tells a guest to go back to the conversation",
            );
        }
        Ok(())
    }

    /// Without this permission everything works, but a person who is asked before a charge does not see to which card.
    async fn cards(&self, found: &mut Examination) -> Result<(), Outage> {
        let request = self.request(Method::GET, NO_METHOD);
        if self.remote.send("try a permission", request).await?.status.as_u16() == 403 {
            found.warning(
                "permission PaymentMethods: Read",
                "missing: a person who is asked before a charge is not told which card it goes to",
                "edit the key at https://dashboard.stripe.com/apikeys and set PaymentMethods to Read",
            );
        }
        Ok(())
    }

    async fn attempt(&self, permission: &Permission) -> Result<Reply, Outage> {
        let mut request = self.request(permission.method.clone(), &permission.path);
        if permission.method == Method::GET {
            request = request.query(&permission.form);
        } else {
            // A new idempotency key each time: otherwise Stripe would replay the first answer after the permission was
            // mended.
            let now = Timestamp::now().as_nanosecond().to_string();
            let key = Key::derived(&["doctor", &permission.path, &now]);
            request = request.header("Idempotency-Key", key.as_str()).form(&permission.form);
        }
        self.remote.send("try a permission", request).await
    }

    fn mode(&self, found: &mut Examination, reply: &Reply) {
        let key = self.secret_key.expose_secret();
        let live = key.contains("_live_");
        let kind = if key.starts_with("rk_") { "a restricted key" } else { "a secret key" };
        found.ok("key", format!("accepted: {kind}"));
        let data = reply.body["data"][0]["livemode"].as_bool();
        if data.is_some_and(|data| data != live) {
            found.wrong("mode", "the key's mode is not its data's", "create a new key in the dashboard");
        } else if live {
            found.ok("mode", "live: cards are really charged");
        } else {
            found.ok("mode", "test: no money moves");
        }
        if kind == "a secret key" && live {
            found.warning(
                "key",
                "a secret key may do everything with the account",
                "use a restricted key with the permissions of docs/connecting.md",
            );
        }
    }
}

fn accepted(found: &mut Examination, reply: &Reply) -> bool {
    let status = reply.status.as_u16();
    match status {
        401 => {
            let mend = "give a key of https://dashboard.stripe.com/apikeys as STRIPE_SECRET_KEY; it may have expired or been rolled";
            found.wrong("key", "not accepted", mend);
        }
        429 => found.wrong("key", "Stripe asks to be left alone for a while", "run doctor again in a minute"),
        500.. => found.wrong(
            "connection",
            format!("status {status}"),
            "see https://status.stripe.com and run doctor again",
        ),
        400 if error(reply).code.is_empty() && error(reply).param.is_empty() => {
            let says = format!("Stripe does not take version {API_VERSION}");
            found.wrong("API version", says, "use a newer release of this program");
        }
        _ => return true,
    }
    false
}

fn version(found: &mut Examination, reply: &Reply) {
    match reply.header("stripe-version") {
        Some(version) if version != API_VERSION => {
            let says = format!("Stripe answered in version {version}, not {API_VERSION}");
            found.warning("API version", says, "use a newer release of this program");
        }
        _ => found.ok("API version", format!("{API_VERSION}, pinned in every request")),
    }
}

/// Whether the key has a permission. Of Stripe's message only the name of the missing permission is repeated.
fn allowed(found: &mut Examination, permission: &Permission, reply: &Reply) -> bool {
    let Permission { name, level, .. } = permission;
    let about = format!("permission {name}: {level}");
    match reply.status.as_u16() {
        403 => {
            let message = reply.body["error"]["message"].as_str().unwrap_or_default();
            let needed = message.find("rak_").map(|at| {
                let end = |c: char| !(c.is_ascii_lowercase() || c == '_');
                message[at..].split(end).next().unwrap_or_default()
            });
            let says = needed.map_or_else(|| "missing".to_owned(), |needed| format!("missing ({needed})"));
            let mend =
                format!("edit the key at https://dashboard.stripe.com/apikeys and set {name} to {level}");
            found.wrong(about, says, mend);
            false
        }
        200 | 400 | 402 | 404 => true,
        status => {
            found.wrong(
                about,
                format!("could not be tried: status {status}"),
                "run doctor again in a minute",
            );
            false
        }
    }
}
