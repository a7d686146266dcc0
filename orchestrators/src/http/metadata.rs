//! What a client needs to get a token: the metadata of this protected resource (RFC 9728), and the challenge that names it.

use super::settings::is_loopback;
use super::token::Denied;
use hyper::Uri;
use hyper::http::uri::Authority;
use serde_json::{Value, json};

/// Where the metadata is. Clients look there, and below it at the path of the resource.
pub(super) const PATH: &str = "/.well-known/oauth-protected-resource";
/// The path of the resource.
pub(super) const RESOURCE: &str = "/mcp";

/// The protected resource.
pub(crate) struct Resource {
    /// Its address, if the audience is one, and the same as the setting has it.
    address: Option<(Uri, String)>,
    issuer: Option<String>,
    scope: String,
}

/// The address of something on the web, if a text is one. Some issuers' audiences only look like addresses: `api://…`.
pub(super) fn web_address(text: &str) -> Option<Uri> {
    let address: Uri = text.parse().ok()?;
    let is_web = matches!(address.scheme_str(), Some("http" | "https"));
    (is_web && address.authority().is_some()).then_some(address)
}

impl Resource {
    /// The resource whose tokens an issuer makes for an audience.
    pub(crate) fn new(issuer: Option<(&str, &str)>, scope: &str) -> Self {
        let address = issuer.and_then(|(_, audience)| Some((web_address(audience)?, audience.to_owned())));
        Self { address, issuer: issuer.map(|(issuer, _)| issuer.to_owned()), scope: scope.to_owned() }
    }

    /// Scheme and host as the client of this request sees them. Beyond this machine a proxy with TLS is in front.
    fn base(&self, host: &Authority) -> String {
        if let Some((scheme, authority)) =
            self.address.as_ref().and_then(|(address, _)| Some((address.scheme_str()?, address.authority()?)))
        {
            return format!("{scheme}://{authority}");
        }
        let scheme = if is_loopback(host.host()) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// The path of the resource, as clients see it: what is between them and this server may serve it below another path.
    fn path(&self) -> &str {
        self.address.as_ref().map_or(RESOURCE, |(address, _)| address.path().trim_end_matches('/'))
    }

    /// Whether the metadata are at [`PATH`] with this behind it.
    pub(super) fn is_at(&self, below: &str) -> bool {
        below.is_empty() || below == RESOURCE || below == self.path()
    }

    /// The metadata.
    pub(super) fn metadata(&self, host: &Authority) -> Value {
        let resource = match &self.address {
            Some((_, as_written)) => as_written.clone(),
            None => format!("{}{RESOURCE}", self.base(host)),
        };
        let mut metadata = json!({
            "resource": resource,
            "scopes_supported": [self.scope],
            "bearer_methods_supported": ["header"],
        });
        if let Some(issuer) = &self.issuer {
            metadata["authorization_servers"] = json!([issuer]);
        }
        metadata
    }

    /// The value of `WWW-Authenticate`.
    pub(super) fn challenge(&self, host: &Authority, denied: &Denied) -> String {
        let (base, path, scope) = (self.base(host), self.path(), &self.scope);
        let about = format!("resource_metadata=\"{base}{PATH}{path}\", scope=\"{scope}\"");
        match denied {
            Denied::Invalid(why) => {
                format!("Bearer error=\"invalid_token\", error_description=\"{why}\", {about}")
            }
            Denied::WrongScope => format!("Bearer error=\"insufficient_scope\", {about}"),
            Denied::NoToken | Denied::NoKeys(_) => format!("Bearer {about}"),
        }
    }
}
