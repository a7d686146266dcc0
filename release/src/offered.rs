//! The settings a bundle asks its user for. What is left empty counts as not set, so a bundle without any runs the sample
//! hotel.

use crate::servers::Server;
use serde_json::{Map, Value, json};
use skills::settings::SECRETS;

/// A setting, as a person is asked for it.
struct Offered {
    variable: &'static str,
    title: &'static str,
    description: &'static str,
}

const fn offered(variable: &'static str, title: &'static str, description: &'static str) -> Offered {
    Offered { variable, title, description }
}

const OF_A_HOTEL: [Offered; 13] = [
    offered(
        "HOTEL_DATA",
        "Data folder",
        "Where the hotel and the record of calls are kept. All servers on one folder are one hotel.",
    ),
    offered("HOTEL_TIMEZONE", "Time zone", "The hotel's, such as Europe/Berlin. Without it: UTC."),
    offered(
        "HOTEL_CURRENCY",
        "Currency",
        "Its ISO code, such as usd. Needed with Salesforce, Stripe or Twilio.",
    ),
    offered(
        "HOTEL_COUNTRY",
        "Country",
        "Two letters, such as US: whose phone numbers those without a country are.",
    ),
    offered(
        "SALESFORCE_LOGIN_URL",
        "Salesforce: address",
        "Your org's My Domain. The three fields of Salesforce go together.",
    ),
    offered(
        "SALESFORCE_CLIENT_ID",
        "Salesforce: consumer key",
        "Of an app with the client-credentials flow.",
    ),
    offered("SALESFORCE_CLIENT_SECRET", "Salesforce: consumer secret", "From the same page as the key."),
    offered(
        "STRIPE_SECRET_KEY",
        "Stripe: key",
        "A restricted key (rk_...) is best. Without it guests pay with play money.",
    ),
    offered("STRIPE_RETURN_URL", "Stripe: return page", "Where a guest's browser goes after 3-D Secure."),
    offered("TWILIO_ACCOUNT_SID", "Twilio: account", "AC... The three fields of Twilio go together."),
    offered("TWILIO_AUTH_TOKEN", "Twilio: auth token", "From the same page as the account."),
    offered("TWILIO_FROM", "Twilio: number", "The number that texts come from."),
    offered("HOTEL_READ_ONLY", "Read only", "true: only the tools that change nothing."),
];

fn of(server: Server) -> impl Iterator<Item = Offered> {
    let person = match server {
        Server::GuestServer => {
            offered("GUEST_EMAIL", "Guest", "The e-mail of the one guest this server acts for.")
        }
        Server::StaffServer => {
            offered("STAFF_EMAIL", "Manager", "The e-mail of the Manager this server acts for.")
        }
    };
    std::iter::once(person).chain(OF_A_HOTEL)
}

/// What the user is asked for, by name.
pub(crate) fn asked_for(server: Server) -> Map<String, Value> {
    let field = |Offered { variable, title, description }: Offered| {
        let kind = if variable == "HOTEL_DATA" { "directory" } else { "string" };
        let mut field = json!({"type": kind, "title": title, "description": description, "required": false, "default": ""});
        if SECRETS.iter().any(|(secret, _)| *secret == variable) {
            field["sensitive"] = true.into();
        }
        (variable.to_lowercase(), field)
    };
    of(server).map(field).collect()
}

/// The variables of the server's process, each from what the user was asked for.
pub(crate) fn environment(server: Server) -> Map<String, Value> {
    let variable = |Offered { variable, .. }: Offered| {
        (variable.to_owned(), format!("${{user_config.{}}}", variable.to_lowercase()).into())
    };
    of(server).map(variable).collect()
}

#[cfg(test)]
mod tests {
    use super::{Server, of};

    #[test]
    fn what_a_bundle_asks_for_is_a_setting() {
        let settings = include_str!("../../.env.example");
        for offered in Server::ALL.into_iter().flat_map(of) {
            assert!(settings.contains(&format!("\n# {}=", offered.variable)), "{}", offered.variable);
        }
    }
}
