//! From what is written as an endpoint to the store behind it.

use std::net::IpAddr;
use std::ops::Range;

use armlint_engine::settings::Cloud;
use armlint_engine::value::{Segment, Text};
use smol_str::SmolStr;

use crate::facts::{self, PrivateLink};
use crate::text_with_holes::FlatText;
use crate::types::{STORAGE_ACCOUNTS, WEB_SITES};

/// A host without scheme and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The name or address, perhaps with holes. An expression that is evaluated at run time is a hole.
    pub name: Text,
    /// The port that is written.
    pub port: Option<u16>,
}

/// The store that a host belongs to.
#[derive(Clone, Debug)]
pub struct Target {
    /// The sub-resources that the host may belong to: of one resource type, or of several that share an
    /// ending (the servers of MySQL). Never empty.
    pub links: Vec<&'static PrivateLink>,
    /// The name of the resource; `None` where the host does not say it.
    pub name: Option<Text>,
    /// The host.
    pub host: Text,
    /// It is the read-only endpoint of the secondary region, which has sub-resources of its own.
    pub secondary: bool,
}

impl Target {
    /// The first resource type.
    pub fn arm_type(&self) -> &'static str {
        self.links.first().map_or("", |link| link.ty)
    }

    /// Whether the store may be a resource of this type.
    pub fn may_be(&self, ty: &str) -> bool {
        self.links.iter().any(|link| link.ty.eq_ignore_ascii_case(ty))
    }

    /// The same store as a client sees it that connects to these types, through these sub-resources. The client
    /// decides where the host leaves a choice: one of `dfs` means `dfs` even where the host is that of `blob`.
    pub fn preferring(self, types: &[&str], groups: &[&str]) -> Target {
        let wanted = |link: &&PrivateLink| types.iter().any(|ty| link.ty.eq_ignore_ascii_case(ty));
        let chosen: Vec<&'static PrivateLink> = self.links.iter().copied().filter(wanted).collect();
        let links = if chosen.is_empty() { self.links } else { chosen };
        let uses = |group: &str| groups.iter().any(|used| used.eq_ignore_ascii_case(group));
        let own = |link: &'static PrivateLink| {
            if uses(link.group) {
                return link;
            }
            let mut groups = groups.iter();
            groups.find_map(|group| facts::private_link(link.ty, group)).unwrap_or(link)
        };
        Target { links: links.into_iter().map(own).collect(), ..self }
    }

    /// The sub-resource.
    pub fn group(&self) -> &'static str {
        self.links.first().map_or("", |link| link.group_of(self.secondary))
    }
}

/// The host in an endpoint: a URL, `tcp:server,1433`, `\\server\share`, `server:port` or a bare name.
/// `None` where there is none.
pub fn host_of(endpoint: &Text) -> Option<Host> {
    let flat = FlatText::of_text(endpoint);
    let mut range = flat.trim(&(0..flat.text().len()));
    if flat.str(&range).starts_with('(') {
        return from_descriptor(&flat, &range);
    }
    if flat.str(&range).starts_with('@') && flat.find(&(range.start..range.start + 1), b"@").is_some() {
        return None;
    }
    let scheme = flat.str(&range).find("://").filter(|at| flat.is_literal(&(range.start..range.start + at)));
    if let Some(at) = scheme {
        range.start += at + 3;
        let end = flat.find(&range, b"/?#;").unwrap_or(range.end);
        range = range.start..end;
        while let Some(at) = flat.find(&range, b"@") {
            range.start = at + 1;
        }
    } else {
        range.start += transport(flat.str(&range));
        while flat.str(&range).starts_with(['\\', '/']) {
            range.start += 1;
        }
    }
    let end = flat.find(&range, b"/?#;\\").unwrap_or(range.end);
    let (name, mut port) = split_port(&flat, &(range.start..end));
    // The port of a named instance stands behind its name: `server\\instance,1433`.
    if port.is_none() && flat.str(&(end..range.end)).starts_with('\\') {
        port = split_port(&flat, &(end..range.end)).1;
    }
    let name = flat.slice_open(&flat.trim(&name));
    (name.known().is_none_or(|name| !name.is_empty())).then_some(Host { name, port })
}

// `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=name)(PORT=1521))...)` of Oracle: the first address.
fn from_descriptor(flat: &FlatText, range: &Range<usize>) -> Option<Host> {
    let lower = flat.str(range).to_ascii_lowercase();
    let value = |key: &str| {
        let compact = lower.find(key)? + key.len();
        let start = flat.find(&(range.start + compact..range.end), b"=")? + 1;
        let end = flat.find(&(start..range.end), b")")?;
        let blank = lower.get(compact..start - 1 - range.start)?.trim().is_empty();
        blank.then(|| flat.trim(&(start..end)))
    };
    let host = value("(host")?;
    let port = value("(port").and_then(|port| flat.str(&port).parse().ok());
    let name = flat.slice_open(&host);
    name.known().is_none_or(|name| !name.is_empty()).then_some(Host { name, port })
}

fn transport(text: &str) -> usize {
    let starts =
        |prefix: &&str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    ["tcp:", "admin:", "np:", "lpc:"].iter().find(|prefix| starts(prefix)).map_or(0, |prefix| prefix.len())
}

fn split_port(flat: &FlatText, range: &Range<usize>) -> (Range<usize>, Option<u16>) {
    let port = |at: usize| {
        let port = flat.trim(&(at + 1..range.end));
        flat.str(&port).parse().ok().filter(|_| flat.is_literal(&port))
    };
    if flat.str(range).starts_with('[') {
        let end = flat.find(range, b"]").unwrap_or(range.end);
        return (range.start + 1..end, flat.find(&(end..range.end), b":,").and_then(port));
    }
    match flat.find(range, b":,") {
        Some(at) => (range.start..at, port(at)),
        None => (range.clone(), None),
    }
}

/// The store that a bare host belongs to. `None` where the host is none of Azure in this cloud, or not known
/// well enough.
pub fn target(host: &Text, cloud: Cloud) -> Option<Target> {
    let found = facts::by_host(host, cloud);
    let (first, before) = found.first()?;
    let name = before.first()?.clone();
    if name.known().is_some_and(|name| name.is_empty()) {
        return None;
    }
    let links: Vec<&'static PrivateLink> = found.iter().map(|(link, _)| *link).collect();
    let shared_host = first.ty == WEB_SITES && before.len() > 1;
    let named = first.host_names_resource && !shared_host;
    let account = without_secondary(&name).filter(|_| first.ty == STORAGE_ACCOUNTS);
    let secondary = account.is_some();
    let name = named.then(|| account.unwrap_or(name));
    Some(Target { links, name, host: host.clone(), secondary })
}

// The account of the read-only endpoint of the secondary region: `account-secondary.blob...`.
fn without_secondary(name: &Text) -> Option<Text> {
    let mut segments = name.segments();
    let Some(Segment::Literal(last)) = segments.pop() else { return None };
    let at = last.len().checked_sub(SECONDARY.len())?;
    let (kept, end) = last.split_at_checked(at)?;
    if !end.eq_ignore_ascii_case(SECONDARY) {
        return None;
    }
    let texts = segments.into_iter().map(|segment| match segment {
        Segment::Literal(text) => Text::Known(text),
        Segment::Hole(hole) => Text::hole(hole),
    });
    Some(Text::concat(texts.chain([Text::Known(SmolStr::new(kept))])))
}

const SECONDARY: &str = "-secondary";

/// Whether a host is one that nobody outside of its own network can reach: a private, link-local or
/// loopback address, a name of one label, or a name below `.local`, `.internal`, `.corp` or `.lan`.
///
/// Source: RFC 1918, RFC 3927, RFC 4193, RFC 6762.
pub fn is_private(host: &str) -> bool {
    let host = host.trim().trim_end_matches('.');
    if let Ok(address) = host.parse::<IpAddr>() {
        return match address {
            IpAddr::V4(address) => address.is_private() || address.is_link_local() || address.is_loopback(),
            IpAddr::V6(address) => {
                address.is_unique_local() || address.is_unicast_link_local() || address.is_loopback()
            }
        };
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.()".contains(c);
    if host.is_empty() || !host.chars().all(plain) {
        return false;
    }
    match host.rsplit_once('.') {
        Some((_, last)) => {
            ["local", "internal", "corp", "lan"].iter().any(|own| last.eq_ignore_ascii_case(own))
        }
        None => host.chars().any(|c| c.is_ascii_alphabetic()) && !is_filler(host),
    }
}

// `xxx` and the like stand for a host that somebody has to fill in.
fn is_filler(host: &str) -> bool {
    let filler = |c: char| matches!(c, 'x' | 'X' | '-' | '_');
    host.chars().all(filler)
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use armlint_engine::value::{Reason, Unknown};

    use super::*;

    // `{x}` stands for a hole.
    fn text(pattern: &str) -> Text {
        let mut parts = Vec::new();
        for (index, part) in pattern.split(['{', '}']).enumerate() {
            parts.push(match index % 2 {
                0 => Text::Known(part.into()),
                _ => Text::hole(Rc::new(Unknown::new(Reason::Parameter, part))),
            });
        }
        Text::concat(parts)
    }

    #[test]
    fn hosts() {
        let cases = [
            ("https://st1.dfs.core.windows.net/", "st1.dfs.core.windows.net", None),
            ("https://{sa}.dfs.core.windows.net", "{sa}.dfs.core.windows.net", None),
            ("tcp:server.database.windows.net,1433", "server.database.windows.net", Some(1433)),
            (" TCP:s.database.windows.net , 1433 ", "s.database.windows.net", Some(1433)),
            ("server\\instance", "server", None),
            ("tcp:server\\instance,1434", "server", Some(1434)),
            (
                "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=erp.corp)(PORT=1521))(CONNECT_DATA=(SID=o)))",
                "erp.corp",
                Some(1521),
            ),
            ("(description = (address = (host = {h})(port = 1522)))", "{h}", Some(1522)),
            ("\\\\st1.file.core.windows.net\\share", "st1.file.core.windows.net", None),
            ("db:5432", "db", Some(5432)),
            ("db:{port}", "db", None),
            ("abfss://c@st1.dfs.core.windows.net/x", "st1.dfs.core.windows.net", None),
            ("sb://n.servicebus.windows.net/", "n.servicebus.windows.net", None),
            ("[::1]:1433", "::1", Some(1433)),
            ("{whole}", "{whole}", None),
            ("{a},1433", "{a}", Some(1433)),
        ];
        for (endpoint, name, port) in cases {
            let host = host_of(&text(endpoint)).unwrap_or_else(|| panic!("{endpoint} has a host"));
            assert_eq!((host.name.braced().to_lowercase().as_str(), host.port), (name, port), "{endpoint}");
        }
        let none = [
            "(",
            "(DESCRIPTION=)",
            "",
            "  ",
            "https://",
            "https:///x",
            "tcp:",
            "@concat('a', 'b')",
            "@linkedService().url",
        ];
        for endpoint in none {
            assert_eq!(host_of(&text(endpoint)), None, "{endpoint}");
        }
    }

    #[test]
    fn expressions_are_holes() {
        let endpoint = Text::Known("https://@{linkedService().sa}.blob.core.windows.net/".into());
        let host = host_of(&endpoint).expect("a host");
        assert_eq!(host.name.holes().count(), 1);
        let target = target(&host.name, Cloud::Public).expect("a store");
        assert_eq!((target.arm_type(), target.group()), (STORAGE_ACCOUNTS, "blob"));
        assert!(target.name.is_some_and(|name| name.known().is_none()));
        let endpoint = Text::Known("@{linkedService().host}".into());
        let host = host_of(&endpoint).expect("a host of one hole");
        assert!(super::target(&host.name, Cloud::Public).is_none());
    }

    #[test]
    fn one_host_may_be_that_of_several_types() {
        let target = target(&text("p.postgres.database.azure.com"), Cloud::Public).expect("a store");
        assert!(target.may_be("microsoft.dbforpostgresql/flexibleservers"));
        let chosen = target.preferring(&["Microsoft.DBforPostgreSQL/flexibleServers"], &["postgresqlServer"]);
        assert_eq!(chosen.arm_type(), "Microsoft.DBforPostgreSQL/flexibleServers");
        assert_eq!(chosen.links.len(), 1);
    }

    #[test]
    fn unknown_hosts_have_no_target() {
        for host in ["{h}", "sql01", "10.0.0.4", ".blob.core.windows.net", "x.blob.{suffix}", "example.com"] {
            assert!(target(&text(host), Cloud::Public).is_none(), "{host}");
        }
    }

    #[test]
    fn private_hosts() {
        let private =
            ["10.1.2.3", "172.31.0.1", "192.168.0.4", "169.254.1.1", "sql01", "localhost", "fd00::1"];
        let named = ["sql01.corp", "db.contoso.local", "a.b.INTERNAL", "nas.lan.", "(local)"];
        for host in private.iter().chain(&named) {
            assert!(is_private(host), "{host}");
        }
        let public =
            ["8.8.8.8", "172.32.0.1", "example.com", "st1.blob.core.windows.net", "", "<server>", "xxx"];
        for host in public {
            assert!(!is_private(host), "{host}");
        }
    }
}
