//! Which hosts and origins a request may name. A page in a browser can make requests to a server of this machine or
//! network under a name of its own (DNS rebinding); neither its name nor its origin is on these lists.

use super::metadata::web_address;
use super::settings::is_loopback;
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Uri, header};

/// The lists.
#[derive(Debug, Clone)]
pub(crate) struct Allowed {
    /// None: only the names of this machine, and `own`.
    hosts: Option<Vec<Host>>,
    own: Option<Host>,
    /// None: only pages of this machine.
    origins: Option<Vec<Origin>>,
}

/// A host, with any port or with one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    name: String,
    port: Option<u16>,
}

/// Where a page comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: String,
    host: Host,
}

impl Host {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let authority: Option<Authority> = text.parse().ok();
        match authority.filter(|it| !text.contains('@') && !text.contains("//") && !it.host().is_empty()) {
            Some(authority) => {
                Ok(Self { name: authority.host().to_ascii_lowercase(), port: authority.port_u16() })
            }
            None => Err("give a host, or a host and its port, such as mcp.your-hotel.example"),
        }
    }

    /// The host of an audience that is an address.
    pub(super) fn of_address(text: &str) -> Option<Self> {
        let uri = web_address(text)?;
        Some(Self { name: uri.host()?.to_ascii_lowercase(), port: None })
    }

    /// Whether this is that host: without a port it stands for all ports.
    fn covers(&self, given: &Self) -> bool {
        self.name == given.name && (self.port.is_none() || self.port == given.port)
    }
}

impl Origin {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let problem = "give a scheme and a host, such as https://app.your-hotel.example";
        let (scheme, rest) = text.split_once("://").ok_or(problem)?;
        let usual = match scheme.to_ascii_lowercase().as_str() {
            "https" => 443,
            "http" => 80,
            _ => return Err(problem),
        };
        let host = Host::parse(rest).map_err(|_| problem)?;
        let port = host.port.or(Some(usual));
        Ok(Self { scheme: scheme.to_ascii_lowercase(), host: Host { port, ..host } })
    }
}

impl Allowed {
    pub(super) const fn new(
        hosts: Option<Vec<Host>>,
        own: Option<Host>,
        origins: Option<Vec<Origin>>,
    ) -> Self {
        Self { hosts, own, origins }
    }

    /// Whether only names of this machine are allowed.
    pub(crate) const fn is_this_machine_alone(&self) -> bool {
        self.hosts.is_none() && self.own.is_none()
    }

    /// The host a request names, if it is allowed.
    pub(super) fn host(&self, uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
        let mut named = headers.get_all(header::HOST).iter();
        let authority: Authority = match (uri.authority(), named.next()) {
            (Some(authority), _) => authority.clone(),
            (None, Some(header)) => header.to_str().ok()?.parse().ok()?,
            (None, None) => return None,
        };
        let host = Host::parse(authority.as_str()).ok().filter(|_| named.next().is_none())?;
        let is_allowed = match &self.hosts {
            Some(hosts) => hosts.iter().any(|allowed| allowed.covers(&host)),
            None => is_loopback(&host.name) || self.own.as_ref().is_some_and(|own| own.covers(&host)),
        };
        is_allowed.then_some(authority)
    }

    /// Whether the page that a request comes from, if any, is allowed.
    pub(super) fn origin(&self, headers: &HeaderMap) -> bool {
        headers.get_all(header::ORIGIN).iter().all(|origin| {
            let Some(origin) = origin.to_str().ok().and_then(|text| Origin::parse(text).ok()) else {
                return false;
            };
            match &self.origins {
                Some(origins) => origins.contains(&origin),
                None => is_loopback(&origin.host.name),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(hosts: &[&str], origins: &[&str]) -> Allowed {
        let some = |given: &[&str]| (!given.is_empty()).then_some(());
        Allowed::new(
            some(hosts).map(|()| hosts.iter().map(|host| Host::parse(host).unwrap()).collect()),
            None,
            some(origins).map(|()| origins.iter().map(|origin| Origin::parse(origin).unwrap()).collect()),
        )
    }

    fn takes_host(allowed: &Allowed, host: &str) -> bool {
        let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        allowed.host(&Uri::from_static("/mcp"), &headers).is_some()
    }

    fn takes_origin(allowed: &Allowed, origin: &str) -> bool {
        allowed.origin(&HeaderMap::from_iter([(header::ORIGIN, origin.parse().unwrap())]))
    }

    #[test]
    fn without_lists_only_this_machine_is_allowed() {
        let allowed = allowed(&[], &[]);
        for host in ["localhost", "LOCALHOST:80", "127.0.0.1:8765", "[::1]:8765"] {
            assert!(takes_host(&allowed, host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "me@localhost"] {
            assert!(!takes_host(&allowed, host), "{host}");
        }
        assert!(takes_origin(&allowed, "http://localhost:6274"));
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "file://"] {
            assert!(!takes_origin(&allowed, origin), "{origin}");
        }
    }

    #[test]
    fn a_list_is_the_whole_list() {
        let allowed =
            allowed(&["mcp.hotel.example", "10.0.0.1:99"], &["https://app.example", "http://b.example:81"]);
        assert!(takes_host(&allowed, "MCP.hotel.example:443") && takes_host(&allowed, "10.0.0.1:99"));
        assert!(!takes_host(&allowed, "10.0.0.1:98") && !takes_host(&allowed, "localhost"));
        assert!(
            takes_origin(&allowed, "https://app.example:443")
                && takes_origin(&allowed, "http://b.example:81")
        );
        assert!(!takes_origin(&allowed, "http://app.example") && !takes_origin(&allowed, "http://localhost"));
    }
}
