//! Hosts of Microsoft's services, and those of everybody else.

use std::net::IpAddr;

use armlint_engine::settings::Cloud;
use armlint_engine::value::Text;

use crate::facts::{by_host, microsoft_domains};
use crate::host;

/// Whether a host lies in a domain of Microsoft's.
pub fn is_microsoft(host: &str) -> bool {
    microsoft_domains().iter().any(|domain| {
        let at = host.len().checked_sub(domain.len());
        let parts = at.and_then(|at| host.split_at_checked(at));
        parts.is_some_and(|(rest, last)| {
            last.eq_ignore_ascii_case(domain) && (rest.is_empty() || rest.ends_with('.'))
        })
    })
}

/// Whether a host is certainly none of Microsoft's, and one that is reached over public networks.
pub fn is_outside(host: &str, cloud: Cloud) -> bool {
    let known = !by_host(&Text::Known(host.into()), cloud).is_empty();
    host.contains('.') && !known && !host::is_private(host) && !is_microsoft(host)
}

/// The domain of a host, its last two labels, where these are known; an address is its own.
pub fn domain(host: &Text) -> Option<String> {
    if let Some(known) = host.known()
        && known.parse::<IpAddr>().is_ok()
    {
        return Some(known.to_string());
    }
    let labels = host.split('.');
    let [.., before, last] = labels.as_slice() else { return None };
    let (before, last) = (before.known()?, last.known()?);
    (!last.is_empty()).then(|| format!("{before}.{last}").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let of = |host: &str| domain(&Text::Known(host.into()));
        assert_eq!(of("a.b.Example.com").as_deref(), Some("example.com"));
        assert_eq!(of("10.1.2.3").as_deref(), Some("10.1.2.3"));
        assert_eq!(of("sql01"), None);
        assert!(is_microsoft("x.crm.Dynamics.com") && !is_microsoft("notazure.com"));
        assert!(is_outside("ftp.example.com", Cloud::Public) && !is_outside("sql01", Cloud::Public));
        assert!(!is_outside("sta.blob.core.windows.net", Cloud::Public));
    }
}
