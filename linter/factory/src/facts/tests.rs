//! The tables are whole, and look-ups find what they should.

use armlint_azure::facts::table::Table;
use armlint_azure::facts::{private_link, private_links, service_tag};
use armlint_engine::settings::Cloud;

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

// The names of the files of the tables.
fn files() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/facts");
    let entries = std::fs::read_dir(folder).expect("the folder of the tables");
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn tables_are_whole() {
    let tables = [
        (linked_services::TABLE, 121, ["type", "secrets", "managed_endpoint_since"]),
        (managed_endpoints::TABLE, 43, ["type", "group", "managed_endpoint"]),
        (profiles::TABLE, 17, ["fact", "what", "since"]),
        (secret_paths::TABLE, 14, ["resource", "path", "accepts"]),
    ];
    for (text, count, columns) in tables {
        let table = Table::read(text);
        assert_eq!(table.faults(&columns), Vec::<String>::new());
        assert_eq!(table.faults(&["since", "until", "source"]), Vec::<String>::new());
        assert_eq!(table.rows().count(), count, "{columns:?}");
    }
    assert_eq!(table::faults_of(&TABLES, &files()), Vec::<String>::new());
    assert!(collected_on() >= Some(day("2026-08-20")));
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
        let target = managed_target(link).expect("a row for every sub-resource");
        for ty in target.linked_services.iter().filter(|ty| !ty.starts_with("WebActivity")) {
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
        is_listed(private_link(ty, group).expect("a known sub-resource"), day(date))
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
fn destinations_name_service_tags() {
    let table = Table::read(runtime_destinations::TABLE);
    assert_eq!(table.faults(&["key", "port"]), Vec::<String>::new());
    assert!(table.rows().all(|row| !row.cell("source").is_empty()));
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
}
