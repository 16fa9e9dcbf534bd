//! From what is written as an endpoint to the store behind it.

use std::ops::Range;

use armlint_engine::settings::Cloud;
use armlint_engine::value::{Segment, Text};
use smol_str::SmolStr;

use super::facts::{self, LinkedService, PrivateLink};
use super::tape::Tape;

/// A host without scheme and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The name or address, perhaps with holes. An expression of Data Factory is a hole.
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

    /// The sub-resource.
    pub fn group(&self) -> &'static str {
        self.links.first().map_or("", |link| link.group)
    }
}

/// The host in an endpoint: a URL, `tcp:server,1433`, `\\server\share`, `server:port` or a bare name.
/// `None` where there is none.
pub fn host_of(endpoint: &Text) -> Option<Host> {
    let tape = Tape::of_text(endpoint);
    let mut range = tape.trim(&(0..tape.text().len()));
    if tape.str(&range).starts_with('(') {
        return from_descriptor(&tape, &range);
    }
    if tape.str(&range).starts_with('@') && tape.find(&(range.start..range.start + 1), b"@").is_some() {
        return None;
    }
    let scheme = tape.str(&range).find("://").filter(|at| tape.is_literal(&(range.start..range.start + at)));
    if let Some(at) = scheme {
        range.start += at + 3;
        let end = tape.find(&range, b"/?#;").unwrap_or(range.end);
        range = range.start..end;
        while let Some(at) = tape.find(&range, b"@") {
            range.start = at + 1;
        }
    } else {
        range.start += transport(tape.str(&range));
        while tape.str(&range).starts_with(['\\', '/']) {
            range.start += 1;
        }
    }
    let end = tape.find(&range, b"/?#;\\").unwrap_or(range.end);
    let (name, mut port) = split_port(&tape, &(range.start..end));
    // The port of a named instance stands behind its name: `server\\instance,1433`.
    if port.is_none() && tape.str(&(end..range.end)).starts_with('\\') {
        port = split_port(&tape, &(end..range.end)).1;
    }
    let name = tape.slice_open(&tape.trim(&name));
    (name.known().is_none_or(|name| !name.is_empty())).then_some(Host { name, port })
}

// `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=name)(PORT=1521))...)` of Oracle: the first address.
fn from_descriptor(tape: &Tape, range: &Range<usize>) -> Option<Host> {
    let lower = tape.str(range).to_ascii_lowercase();
    let value = |key: &str| {
        let compact = lower.find(key)? + key.len();
        let start = tape.find(&(range.start + compact..range.end), b"=")? + 1;
        let end = tape.find(&(start..range.end), b")")?;
        let blank = lower.get(compact..start - 1 - range.start)?.trim().is_empty();
        blank.then(|| tape.trim(&(start..end)))
    };
    let host = value("(host")?;
    let port = value("(port").and_then(|port| tape.str(&port).parse().ok());
    let name = tape.slice_open(&host);
    name.known().is_none_or(|name| !name.is_empty()).then_some(Host { name, port })
}

fn transport(text: &str) -> usize {
    let starts =
        |prefix: &&str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    ["tcp:", "admin:", "np:", "lpc:"].iter().find(|prefix| starts(prefix)).map_or(0, |prefix| prefix.len())
}

fn split_port(tape: &Tape, range: &Range<usize>) -> (Range<usize>, Option<u16>) {
    let port = |at: usize| {
        let port = tape.trim(&(at + 1..range.end));
        tape.str(&port).parse().ok().filter(|_| tape.is_literal(&port))
    };
    if tape.str(range).starts_with('[') {
        let end = tape.find(range, b"]").unwrap_or(range.end);
        return (range.start + 1..end, tape.find(&(end..range.end), b":,").and_then(port));
    }
    match tape.find(range, b":,") {
        Some(at) => (range.start..at, port(at)),
        None => (range.clone(), None),
    }
}

/// The store that a bare host belongs to. A linked service that uses it decides where the host leaves a
/// choice: AzureBlobFS means `dfs` even where the host is that of `blob`. `None` where the host is none
/// of Azure in this cloud, or not known well enough.
pub fn target(host: &Text, cloud: Cloud, service: Option<&LinkedService>) -> Option<Target> {
    let found = facts::by_host(host, cloud);
    let (first, before) = found.first()?;
    let name = before.first()?.clone();
    if name.known().is_some_and(|name| name.is_empty()) {
        return None;
    }
    let mut links: Vec<&'static PrivateLink> = found.iter().map(|(link, _)| *link).collect();
    if let Some(service) = service {
        links = preferred(links, service);
    }
    let shared_host = first.ty == "Microsoft.Web/sites" && before.len() > 1;
    let named = first.host_names_resource && !shared_host;
    let name = named.then(|| if first.ty == STORAGE { without_secondary(name) } else { name });
    Some(Target { links, name, host: host.clone() })
}

const STORAGE: &str = "Microsoft.Storage/storageAccounts";

// The types that the service connects to, and the group that it uses where it does not use this one.
fn preferred(links: Vec<&'static PrivateLink>, service: &LinkedService) -> Vec<&'static PrivateLink> {
    let wanted = |link: &&PrivateLink| service.targets.iter().any(|ty| link.ty.eq_ignore_ascii_case(ty));
    let chosen: Vec<&'static PrivateLink> = links.iter().copied().filter(wanted).collect();
    let links = if chosen.is_empty() { links } else { chosen };
    let uses = |group: &str| service.groups.iter().any(|used| used.eq_ignore_ascii_case(group));
    let own = |link: &'static PrivateLink| {
        if uses(link.group) {
            return link;
        }
        let mut groups = service.groups.iter();
        groups.find_map(|group| facts::private_link(link.ty, group)).unwrap_or(link)
    };
    links.into_iter().map(own).collect()
}

// The read-only endpoint of the secondary region: `account-secondary.blob...`.
fn without_secondary(name: Text) -> Text {
    let mut segments = name.segments();
    let Some(Segment::Literal(last)) = segments.pop() else { return name };
    let Some(kept) = last.strip_suffix("-secondary") else { return name };
    let texts = segments.into_iter().map(|segment| match segment {
        Segment::Literal(text) => Text::Known(text),
        Segment::Hole(hole) => Text::hole(hole),
    });
    Text::concat(texts.chain([Text::Known(SmolStr::new(kept))]))
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
        let target = target(&host.name, Cloud::Public, None).expect("a store");
        assert_eq!((target.arm_type(), target.group()), (STORAGE, "blob"));
        assert!(target.name.is_some_and(|name| name.known().is_none()));
        let endpoint = Text::Known("@{linkedService().host}".into());
        let host = host_of(&endpoint).expect("a host of one hole");
        assert!(super::target(&host.name, Cloud::Public, None).is_none());
    }

    #[test]
    fn targets() {
        let cases = [
            ("st1.blob.core.windows.net", "AzureBlobFS", STORAGE, "dfs", Some("st1")),
            ("{sa}.blob.core.windows.net", "AzureBlobStorage", STORAGE, "blob", Some("{sa}")),
            ("st1-secondary.blob.core.windows.net", "AzureBlobStorage", STORAGE, "blob", Some("st1")),
            (
                "w-ondemand.sql.azuresynapse.net",
                "AzureSqlDW",
                "Microsoft.Synapse/workspaces",
                "SqlOnDemand",
                Some("w"),
            ),
            ("w.sql.azuresynapse.net", "AzureSqlDatabase", "Microsoft.Synapse/workspaces", "Sql", Some("w")),
            ("s.database.windows.net", "AzureSqlDW", "Microsoft.Sql/servers", "sqlServer", Some("s")),
            (
                "a.documents.azure.com",
                "CosmosDbMongoDbApi",
                "Microsoft.DocumentDB/databaseAccounts",
                "MongoDB",
                Some("a"),
            ),
            (
                "p.postgres.database.azure.com",
                "AzurePostgreSql",
                "Microsoft.DBforPostgreSQL/servers",
                "postgresqlServer",
                Some("p"),
            ),
            (
                "adb-1.2.azuredatabricks.net",
                "AzureDatabricks",
                "Microsoft.Databricks/workspaces",
                "databricks_ui_api",
                None,
            ),
            ("f.azurewebsites.net", "AzureFunction", "Microsoft.Web/sites", "sites", Some("f")),
            ("f-h4sh.westeurope-01.azurewebsites.net", "AzureFunction", "Microsoft.Web/sites", "sites", None),
            ("st1.blob.core.windows.net", "HttpServer", STORAGE, "blob", Some("st1")),
        ];
        for (host, service, ty, group, name) in cases {
            let service = facts::linked_service(service);
            assert!(service.is_some());
            let target = target(&text(host), Cloud::Public, service).unwrap_or_else(|| panic!("{host}"));
            assert_eq!((target.arm_type(), target.group()), (ty, group), "{host}");
            assert_eq!(target.name.map(|name| name.braced().to_lowercase()).as_deref(), name, "{host}");
        }
        let target = target(&text("p.postgres.database.azure.com"), Cloud::Public, None).expect("a store");
        assert!(target.may_be("microsoft.dbforpostgresql/flexibleservers"));
    }

    #[test]
    fn unknown_hosts_have_no_target() {
        for host in ["{h}", "sql01", "10.0.0.4", ".blob.core.windows.net", "x.blob.{suffix}", "example.com"] {
            assert!(target(&text(host), Cloud::Public, None).is_none(), "{host}");
        }
    }
}
