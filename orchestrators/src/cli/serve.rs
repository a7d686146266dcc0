//! `serve --http` and `dev-token`: what they need from the settings before anything is opened.

use super::log;
use crate::http::{DevKey, HttpSettings, Trust};
use crate::mcp::http::{Listening, scope};
use crate::tool::Persona;
use anyhow::{Context, anyhow, bail};
use skills::settings::Settings;
use skills::words::Email;
use std::io::Write;
use std::net::{IpAddr, SocketAddr};

/// Calls a minute, for a caller that acts for itself alone and for any other.
const BUDGETS: (u32, u32) = (60, 600);

/// Where `serve --http` listens, and whose tokens it takes.
pub(super) struct Serve {
    address: SocketAddr,
    settings: HttpSettings,
    trust: Trust,
    calls_per_minute: u32,
}

impl Serve {
    /// Checks that the settings make sense together with the command.
    ///
    /// # Errors
    /// The first setting or option that does not.
    pub(super) fn read(
        persona: &Persona,
        settings: &Settings,
        address: SocketAddr,
        dev: bool,
    ) -> anyhow::Result<Self> {
        let own = persona.acts_for.setting;
        if std::env::var_os(own).is_some_and(|value| !value.is_empty()) {
            bail!("{own}: not with serve --http, where the token of each request says who asks");
        }
        let http = HttpSettings::read(|variable| std::env::var(variable).ok())?;
        let is_here = is_loopback(address.ip());
        let trust = match (&http.issuer, dev) {
            (Some(_), true) => {
                bail!(
                    "--dev: not with HOTEL_HTTP_ISSUER; a server takes tokens of one issuer, or its own for development"
                )
            }
            (Some(issuer), false) => Trust::Issuer(Box::new(issuer.clone())),
            (None, true) if !is_here => {
                bail!("--dev: only on this machine; give an address such as 127.0.0.1:8765")
            }
            (None, true) => Trust::Dev(DevKey::of(&settings.data)?),
            (None, false) if is_here => bail!(
                "HOTEL_HTTP_ISSUER: missing; say whose tokens are accepted, or serve with --dev, which accepts those that \
                 dev-token prints"
            ),
            (None, false) => bail!(
                "HOTEL_HTTP_ISSUER: missing; beyond this machine nobody is served without a token: say whose are accepted"
            ),
        };
        if !is_here && http.allowed.is_this_machine_alone() {
            tracing::warn!(
                "HOTEL_HTTP_HOSTS is not set: only requests whose Host is localhost or a loopback address are served"
            );
        }
        let usual = if persona.acts_for.only_themselves { BUDGETS.0 } else { BUDGETS.1 };
        let calls_per_minute = http.calls_per_minute.unwrap_or(usual);
        Ok(Self { address, settings: http, trust, calls_per_minute })
    }

    /// Begins to listen, and says where.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub(super) async fn listen(self, name: &str) -> anyhow::Result<Listening> {
        let listener = tokio::net::TcpListener::bind(self.address).await;
        let listener = listener.with_context(|| format!("--http {}", self.address))?;
        log::say(&format!("{name} serves MCP at http://{}/mcp", listener.local_addr()?));
        let Self { settings, trust, calls_per_minute, .. } = self;
        Ok(Listening { listener, settings, trust, calls_per_minute })
    }
}

/// Prints a token for this person, to be used with a server that was started with `--dev` on the same data folder.
pub(super) fn dev_token(persona: &Persona, settings: &Settings, email: &str) -> anyhow::Result<()> {
    let email = Email::new(email).map_err(|problem| anyhow!("EMAIL: {problem}"))?;
    let token = DevKey::of(&settings.data)?.token(&email, &scope(persona.name))?;
    writeln!(crate::terminal::out(), "{token}")?;
    Ok(())
}

/// Reads the address of `--http`: an IP address, or `localhost`, and a port.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let text =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| "give an IP address and a port, such as 127.0.0.1:8765".to_owned())
}

/// Whether an address is of this machine alone, also one of IPv4 that is written as one of IPv6.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}
