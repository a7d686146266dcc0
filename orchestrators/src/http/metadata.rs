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
    /// Its address, if the audience is one.
    address: Option<Uri>,
    issuer: Option<String>,
    scope: String,
}

impl Resource {
    /// The resource whose tokens an issuer makes for an audience.
    pub(crate) fn new(issuer: Option<(&str, &str)>, scope: &str) -> Self {
        let address = issuer.and_then(|(_, audience)| audience.parse().ok());
        Self {
            address: address
                .filter(|address: &Uri| address.scheme().is_some() && address.authority().is_some()),
            issuer: issuer.map(|(issuer, _)| issuer.to_owned()),
            scope: scope.to_owned(),
        }
    }

    /// Scheme and host as the client of this request sees them. Beyond this machine a proxy with TLS is in front.
    fn base(&self, host: &Authority) -> String {
        if let Some((scheme, authority)) =
            self.address.as_ref().and_then(|address| Some((address.scheme_str()?, address.authority()?)))
        {
            return format!("{scheme}://{authority}");
        }
        let scheme = if is_loopback(host.host()) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    /// The metadata.
    pub(super) fn metadata(&self, host: &Authority) -> Value {
        let resource = match &self.address {
            Some(address) => address.to_string(),
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
        let about =
            format!("resource_metadata=\"{}{PATH}{RESOURCE}\", scope=\"{}\"", self.base(host), self.scope);
        match denied {
            Denied::Invalid(why) => {
                format!("Bearer error=\"invalid_token\", error_description=\"{why}\", {about}")
            }
            Denied::WrongScope => format!("Bearer error=\"insufficient_scope\", {about}"),
            Denied::NoToken | Denied::NoKeys(_) => format!("Bearer {about}"),
        }
    }
}
