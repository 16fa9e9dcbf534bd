//! The tables are whole, and look-ups find what they should.

use std::rc::Rc;

use armlint_engine::settings::Cloud;
use armlint_engine::value::{Reason, Text, Unknown};

use super::table::Table;
use super::*;

fn hole(residue: &str) -> Text {
    Text::hole(Rc::new(Unknown::new(Reason::Parameter, residue)))
}

fn host(parts: &[&str]) -> Text {
    Text::concat(parts.iter().map(|part| match part.strip_prefix('$') {
        Some(residue) => hole(residue),
        None => Text::Known((*part).into()),
    }))
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
        (private_link::TABLE, 43, ["type", "group", "since", "until"].as_slice()),
        (roles::TABLE, 25, ["id", "name", "grants"].as_slice()),
        (network::FIREWALLS, 35, ["type", "start", "end", "azure"].as_slice()),
        (network::SUBNETS, 9, ["key", "value", "reason"].as_slice()),
        (internet_ports::TABLE, 69, ["port", "protocol", "class", "severity"].as_slice()),
        (public_network_access::TABLE, 94, ["type", "switch", "closed", "level"].as_slice()),
        (regions::PAIRS, 54, ["type", "path", "other", "severity"].as_slice()),
        (regions::REGIONS, 97, ["name", "display", "geography"].as_slice()),
        (private_endpoint_groups::TABLE, 72, ["type", "group", "zones_public"].as_slice()),
        (secret_properties::READABLE, 53, ["type", "path", "place", "unless"].as_slice()),
        (secret_properties::SECRETS, 933, ["type", "path", "kind"].as_slice()),
        (settings::TABLE, 145, ["type", "rule", "path", "bad", "severity"].as_slice()),
        (closing_switches::TABLE, 126, ["type", "path", "closed"].as_slice()),
        (removed_properties::TABLE, 5, ["type", "was", "now", "instead", "from", "severity"].as_slice()),
        (required_properties::TABLE, 7, ["type", "path"].as_slice()),
        (retired_types::TABLE, 10, ["type", "said", "successor"].as_slice()),
        (schema_exceptions::TABLE, 350, ["kind", "type", "path"].as_slice()),
        (microsoft_domains::TABLE, 20, ["domain", "source"].as_slice()),
        (service_tags::TABLE, 92, ["tag", "space"].as_slice()),
    ];
    for (text, count, columns) in tables {
        let table = Table::read(text);
        assert_eq!(table.faults(columns), Vec::<String>::new());
        assert_eq!(table.rows().count(), count, "{columns:?}");
    }
    assert_eq!(table::faults_of(&TABLES, &files()), Vec::<String>::new());
    assert!(collected_on() >= "2026-08-20".parse().ok());
}

#[test]
fn switches_are_of_types_that_there_are() {
    let rows = Table::read(closing_switches::TABLE).rows().count();
    assert_eq!(closing_switches().len(), rows);
}

#[test]
fn faults_of_tables_have_a_line() {
    let text = "# A table.\ntype\tsince\tsource\na\t2020-04-01\n\nb\tnever\ts\nc\t\t\n";
    let files = ["links.tsv", "some.tsv", "tags.tsv"].map(str::to_string);
    let faults = table::faults_of(&[("some", text), ("tags", service_tags::TABLE)], &files);
    assert_eq!(
        faults,
        [
            "facts/some.tsv: line 3: 2 cells, but 3 columns",
            "facts/some.tsv: line 5: `never` under `since` is no day: 2020-04-01",
            "facts/some.tsv: line 6: the source is missing",
            "facts/some.tsv: the line `# date: 2020-04-01` is missing",
            "facts/links.tsv: the table is missing in `TABLES` of src/facts/mod.rs",
        ]
    );
    assert_eq!(Table::read(text).faults(&["path"])[0], "there is no column `path`");
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
fn tags_may_have_regions() {
    let regional = service_tag("storage.WestEurope").map(|(tag, regional)| (tag.tag, regional));
    assert_eq!(regional, Some(("Storage", true)));
    assert!(service_tag("AzureFrontDoor.Backend").is_some_and(|(_, regional)| !regional));
    assert!(service_tag("Storage.").is_none() && service_tag("Nothing").is_none());
}

#[test]
fn ids_of_roles_are_guids() {
    let group =
        |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    for role in roles() {
        let parts: Vec<&str> = role.id.split('-').collect();
        let whole =
            parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| group(part, length));
        assert!(whole && role.id == role.id.to_ascii_lowercase(), "{}", role.name);
    }
    let reading: Vec<&str> = roles_granting("secrets").iter().map(|role| role.name).collect();
    assert_eq!(reading, ["Key Vault Administrator", "Key Vault Secrets Officer", "Key Vault Secrets User"]);
}

#[test]
fn rows_are_found_by_halves() {
    assert_eq!(sorted::unsorted(secret_properties::SECRETS), Vec::<&str>::new());
    assert_eq!(sorted::unsorted(secret_properties::READABLE), Vec::<&str>::new());
    for table in [
        settings::TABLE,
        network::FIREWALLS,
        public_network_access::TABLE,
        regions::PAIRS,
        private_endpoint_groups::TABLE,
    ] {
        assert_eq!(sorted::unsorted(table), Vec::<&str>::new());
    }
    // Each row is found by its type in any case, the first and the last as well.
    let table = Table::read(secret_properties::SECRETS);
    for row in table.rows() {
        let found: Vec<&str> =
            secret_properties_of(&row.cell("type").to_uppercase()).map(|property| property.path).collect();
        assert!(found.contains(&row.cell("path")), "{}", row.cell("type"));
    }
    for ty in ["", "A", "zzz", "Microsoft.Sql", "Microsoft.Sql/serversX"] {
        assert_eq!(secret_properties_of(ty).count(), 0, "{ty}");
    }
    // A place that nobody knows would be left out.
    let places = Table::read(secret_properties::READABLE);
    for row in places.rows() {
        assert!(
            readable_properties_of(row.cell("type")).any(|own| own.path == row.cell("path")),
            "{}",
            row.cell("path")
        );
    }
}
