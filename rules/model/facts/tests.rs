//! The tables are whole, and look-ups find what they should.

use std::rc::Rc;

use armlint_engine::settings::{Cloud, Date};
use armlint_engine::value::{Reason, Text, Unknown};

use super::table::Table;
use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

fn hole(residue: &str) -> Text {
    Text::hole(Rc::new(Unknown::new(Reason::Parameter, residue)))
}

fn host(parts: &[&str]) -> Text {
    Text::concat(parts.iter().map(|part| match part.strip_prefix('$') {
        Some(residue) => hole(residue),
        None => Text::Known((*part).into()),
    }))
}

#[test]
fn tables_are_whole() {
    let tables = [
        (linked_services::TABLE, 121, ["type", "secrets", "managed_endpoint_since"]),
        (private_link::TABLE, 43, ["type", "group", "managed_endpoint_since"]),
        (profiles::TABLE, 17, ["fact", "what", "since"]),
        (secret_paths::TABLE, 14, ["resource", "path", "accepts"]),
    ];
    for (text, count, columns) in tables {
        let table = Table::read(text);
        assert_eq!(table.faults(&columns), Vec::<String>::new());
        assert_eq!(table.faults(&["since", "until", "source"]), Vec::<String>::new());
        assert_eq!(table.rows().count(), count, "{columns:?}");
        assert!(table.rows().all(|row| !row.cell("source").is_empty()));
        for column in ["since", "until", "managed_endpoint_since", "managed_endpoint_until"] {
            assert!(table.rows().all(|row| row.cell(column).is_empty() || row.date(column).is_some()));
        }
    }
    assert!(facts_date() >= day("2026-08-20"));
}

#[test]
fn tables_agree_with_each_other() {
    for service in linked_services() {
        for group in &service.groups {
            let known = service.targets.iter().any(|ty| *ty == "*" || private_link(ty, group).is_some());
            assert!(known, "{} uses {group}", service.ty);
        }
        let secrets = [&service.secrets, &service.key_vault_only, &service.string_or_secret];
        for path in secrets.into_iter().flatten() {
            assert!(service.key_vault_in.contains(path), "{} takes no vault in {path}", service.ty);
        }
    }
    for link in private_links() {
        for ty in link.linked_services.iter().filter(|ty| !ty.starts_with("WebActivity")) {
            assert!(linked_service(ty).is_some(), "{ty}");
        }
    }
}

#[test]
fn linked_services_by_type() {
    let service = linked_service("azuresqldatabase").expect("a known type");
    assert_eq!(service.ty, "AzureSqlDatabase");
    assert_eq!(service.default_port(), Some(1433));
    assert_eq!(service.ports, [(1433, 1433), (11000, 11999)]);
    assert_eq!(service.credential, Some(Credential::Reference));
    assert!(service.string_or_secret.contains(&"connectionString"));
    assert_eq!(linked_service("Odbc").and_then(|odbc| odbc.credential), Some(Credential::Secret));
    assert!(linked_service("PowerBIWorkspace").is_none());
    assert!(!linked_service("SapHana").is_some_and(|service| service.azure_runtime));
}

#[test]
fn weak_settings_are_per_connector() {
    let values = |ty: &str, path: &str| {
        let service = linked_service(ty).expect("a known type");
        let setting = service.tls_weakening.iter().find(|setting| setting.path == path);
        setting.map(|setting| setting.values.clone()).unwrap_or_default()
    };
    assert!(!values("MySql", "sslMode").contains(&"2"));
    assert!(values("PostgreSqlV2", "sslMode").contains(&"2"));
    assert!(values("Teradata", "sslMode").contains(&"require"));
    assert_eq!(values("HttpServer", "enableServerCertificateValidation"), ["false"]);
}

#[test]
fn support_has_dates() {
    let listed = |ty: &str, group: &str, date: &str| {
        private_link(ty, group).expect("a known sub-resource").is_listed(day(date))
    };
    assert!(listed("Microsoft.Storage/storageAccounts", "DFS", "2020-04-01"));
    assert!(!listed("Microsoft.Search/searchServices", "searchService", "2020-04-01"));
    assert!(listed("Microsoft.Search/searchServices", "searchService", "2020-08-01"));
    assert!(!listed("Microsoft.Sql/managedInstances", "managedInstance", "2023-08-02"));
    assert!(listed("Microsoft.DBforMariaDB/servers", "mariadbServer", "2024-01-01"));
    assert!(!listed("Microsoft.DBforMariaDB/servers", "mariadbServer", "2026-01-01"));
    assert!(linked_service("AzureBlobFS").is_some_and(|ls| ls.has_managed_endpoint(day("2020-04-01"))));
}

#[test]
fn profiles_have_every_fact() {
    let table = Table::read(profiles::TABLE);
    let rows: Vec<&str> = table.rows().map(|row| row.cell("fact")).collect();
    assert_eq!(rows.len(), Fact::ALL.len());
    assert!(Fact::ALL.iter().all(|fact| rows.contains(&fact.name())));
    for fact in Fact::ALL {
        let days = ["2020-04-01", "2020-11-01", "2021-08-01", "2023-08-02", "2026-08-20"].map(day);
        let held = days.map(|day| fact.holds(day));
        let expected = match fact {
            Fact::NewFactoryOnly | Fact::NoCosmosDebug => [true, false, false, false, false],
            Fact::OnlyPort443 => [true, true, false, false, false],
            Fact::NoPublicStorage | Fact::ClosedSourceList => [true, true, true, false, false],
            Fact::SameRegion | Fact::ForeignEndpointShadows => [true; 5],
            Fact::CredentialsNeedKeyVault => [false, true, false, false, false],
            Fact::CredentialsNeedKeyVaultWhenClosed => [false, false, true, false, false],
            Fact::AuthoringNeedsRelay => [false, true, true, false, false],
            Fact::FactoryPrivateLink | Fact::FactoryPublicAccess | Fact::UpdateNeedsPublicDownload => {
                [false, true, true, true, true]
            }
            Fact::AllPortsOpen => [false, false, true, true, true],
            Fact::NoCustomDns | Fact::ComputeScale | Fact::CopyNeeds4Units => {
                [false, false, false, true, true]
            }
        };
        assert_eq!(held, expected, "{}", fact.name());
    }
}

#[test]
fn zones_by_cloud() {
    let ty = "microsoft.keyvault/vaults";
    assert_eq!(zones(ty, "vault", Cloud::Public), ["privatelink.vaultcore.azure.net"]);
    assert_eq!(zones(ty, "vault", Cloud::China), ["privatelink.vaultcore.azure.cn"]);
    assert!(zones(ty, "secrets", Cloud::Public).is_empty());
    let kusto = private_link("Microsoft.Kusto/clusters", "cluster").expect("a known sub-resource");
    assert!(kusto.is_zone("privatelink.westeurope.kusto.windows.net", Cloud::Public));
    assert!(!kusto.is_zone("privatelink.digitaltwins.azure.net", Cloud::Public));
}

#[test]
fn hosts_find_their_sub_resource() {
    let cases: &[(&[&str], &str, &str, &str)] = &[
        (&["st1.dfs.core.windows.net"], "Microsoft.Storage/storageAccounts", "dfs", "st1"),
        (&["ST1.Blob.Core.Windows.Net."], "Microsoft.Storage/storageAccounts", "blob", "st1"),
        (&["s.database.windows.net"], "Microsoft.Sql/servers", "sqlServer", "s"),
        (&["s.privatelink.database.windows.net"], "Microsoft.Sql/servers", "sqlServer", "s"),
        (&["mi.abc123.database.windows.net"], "Microsoft.Sql/managedInstances", "managedInstance", "mi"),
        (&["mi.public.abc.database.windows.net"], "Microsoft.Sql/managedInstances", "managedInstance", "mi"),
        (&["w.sql.azuresynapse.net"], "Microsoft.Synapse/workspaces", "Sql", "w"),
        (&["w-ondemand.sql.azuresynapse.net"], "Microsoft.Synapse/workspaces", "SqlOnDemand", "w"),
        (&["$w", "-ondemand.sql.azuresynapse.net"], "Microsoft.Synapse/workspaces", "SqlOnDemand", "{w}"),
        (&["$w", ".sql.azuresynapse.net"], "Microsoft.Synapse/workspaces", "Sql", "{w}"),
        (&["pre", "$sa", ".dfs.core.windows.net"], "Microsoft.Storage/storageAccounts", "dfs", "pre{sa}"),
        (&["k.westeurope.kusto.windows.net"], "Microsoft.Kusto/clusters", "cluster", "k"),
        (&["v.vaultcore.azure.net"], "Microsoft.KeyVault/vaults", "vault", "v"),
    ];
    for (parts, ty, group, name) in cases {
        let found = by_host(&host(parts), Cloud::Public);
        let (link, before) = found.first().unwrap_or_else(|| panic!("{parts:?} is not found"));
        assert_eq!((link.ty, link.group), (*ty, *group), "{parts:?}");
        assert_eq!(
            before.first().map(|name| name.braced().to_lowercase()).as_deref(),
            Some(*name),
            "{parts:?}"
        );
    }
}

#[test]
fn unknown_hosts_find_nothing() {
    for parts in [
        &["example.com"][..],
        &["dfs.core.windows.net"],
        &[".dfs.core.windows.net.example.com"],
        &["$url"],
        &["a.dfs.", "$suffix"],
        &["a.", "$zone", ".core.windows.net"],
        &["-ondemand"],
        &[""],
        &["."],
    ] {
        assert!(by_host(&host(parts), Cloud::Public).is_empty(), "{parts:?}");
    }
    let government = host(&["a.dfs.core.usgovcloudapi.net"]);
    assert!(by_host(&government, Cloud::Public).is_empty());
    assert!(!by_host(&government, Cloud::UsGovernment).is_empty());
    assert_eq!(by_host(&host(&["n.servicebus.windows.net"]), Cloud::Public).len(), 2);
}

#[test]
fn network_tables_are_whole() {
    let tables = [(network::TAGS, ["tag", "space"]), (network::DESTINATIONS, ["key", "port"])];
    for (text, columns) in tables {
        let table = Table::read(text);
        assert_eq!(table.faults(&columns), Vec::<String>::new());
        assert!(table.rows().all(|row| !row.cell("source").is_empty()));
    }
    for destination in runtime_destinations() {
        for tag in destination.tags.iter().chain(&destination.doubtful_tags).filter(|tag| **tag != "*") {
            assert!(
                service_tag(tag).is_some_and(|(_, regional)| !regional),
                "{} names {tag}",
                destination.key
            );
        }
        for cloud in [Cloud::Public, Cloud::UsGovernment, Cloud::China] {
            assert!(!destination.hosts(cloud).is_empty(), "{}", destination.key);
        }
    }
    let regional = service_tag("storage.WestEurope").map(|(tag, regional)| (tag.tag, regional));
    assert_eq!(regional, Some(("Storage", true)));
    assert!(service_tag("AzureFrontDoor.Backend").is_some_and(|(_, regional)| !regional));
    assert!(service_tag("Storage.").is_none() && service_tag("Nothing").is_none());
}
