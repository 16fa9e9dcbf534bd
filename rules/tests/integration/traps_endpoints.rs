//! What the rules about Private Link, DNS and managed private endpoints must not say, and must say in
//! forms too long for their documentation.

use armlint_engine::finding::Severity;
use armlint_engine::session::Report;
use armlint_engine::settings::{FactorySettings, Settings};

use crate::checked;

const RULES: [&str; 16] = [
    "adf/api-version",
    "adf/cmk-identity-missing",
    "adf/cmk-key-unsupported",
    "adf/cmk-vault-unprotected",
    "adf/custom-dns-no-private-resolution",
    "adf/linked-runtime-identity",
    "adf/managed-endpoint-connection-state",
    "adf/managed-endpoint-duplicate",
    "adf/managed-endpoint-parent",
    "adf/managed-endpoint-target",
    "adf/managed-endpoint-unused",
    "adf/portal-endpoint-duplicate",
    "adf/private-dns-zone-not-linked",
    "adf/private-endpoint-on-linked-factory",
    "adf/private-link-not-data-path",
    "adf/purview-private",
];

fn report(files: &[(&str, String)], adf: FactorySettings) -> Report {
    checked::check(files, &Settings { adf, ..checked::on(None) })
}

// The findings: the rule without `adf/`, and the text of the token.
fn found(files: &[(&str, String)], adf: FactorySettings) -> Vec<(String, String)> {
    let report = report(files, adf);
    let own = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    own.map(|finding| {
        let source = report.source(finding.primary.span.source).expect("a source");
        let token = source.slice(finding.primary.span).trim_matches('"').to_string();
        (finding.rule.replace("adf/", ""), token)
    })
    .collect()
}

fn expect(files: &[(&str, String)], expected: &[(&str, &str)]) {
    expect_with(files, FactorySettings::default(), expected);
}

fn expect_with(files: &[(&str, String)], adf: FactorySettings, expected: &[(&str, &str)]) {
    let found = found(files, adf);
    let found: Vec<(&str, &str)> =
        found.iter().map(|(rule, token)| (rule.as_str(), token.as_str())).collect();
    assert_eq!(found, expected);
}

fn template(parameters: &str, resources: &[&str]) -> Vec<(&'static str, String)> {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }},
              "resources": [ {} ] }}"#,
        resources.join(",\n")
    );
    vec![("template.json", text)]
}

// A child of the factory `f` in a template.
fn child(kind: &str, name: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories/{kind}", "apiVersion": "2018-06-01", "name": "f/{name}",
              "properties": {properties} }}"#
    )
}

fn under(condition: &str, resource: &str) -> String {
    resource.replacen('{', &format!(r#"{{ "condition": "[{condition}]","#), 1)
}

fn private_endpoint(name: &str, factory: &str, group: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "{name}",
              "location": "westeurope", "properties": {{
              "subnet": {{ "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet1', 's1')]" }},
              "privateLinkServiceConnections": [ {{ "name": "c", "properties": {{
              "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', '{factory}')]",
              "groupIds": ["{group}"] }} }} ] }} }}"#
    )
}

fn zone_group(endpoint: &str, zone: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "apiVersion": "2024-05-01",
              "name": "{endpoint}/default", "properties": {{ "privateDnsZoneConfigs": [ {{ "name": "z",
              "properties": {{ "privateDnsZoneId": "{zone}" }} }} ] }} }}"#
    )
}

const FACTORY: &str = r#"{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f",
    "location": "westeurope", "identity": { "type": "SystemAssigned" },
    "properties": { "publicNetworkAccess": "Disabled" } }"#;
const MANAGED: &str = r#"{ "type": "Managed",
    "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
    "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } }"#;
const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";
const ZONE: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.adf.azure.com";

fn artefact(name: &str, properties: &str) -> String {
    format!(r#"{{ "name": "{name}", "properties": {properties} }}"#)
}

fn managed_endpoint(name: &str, target: &str, group: &str) -> String {
    artefact(name, &format!(r#"{{ "privateLinkResourceId": "{GROUP}/{target}", "groupId": "{group}" }}"#))
}

// A Git folder with the managed network, a runtime `irm` in it, and other files.
fn folder(others: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let mut files = vec![
        ("managedVirtualNetwork/default.json", r#"{ "name": "default" }"#.to_string()),
        ("integrationRuntime/irm.json", artefact("irm", MANAGED)),
    ];
    files.extend(others);
    files
}

#[test]
fn portal_endpoints_that_exclude_each_other_share_a_zone() {
    let parameters = r#""first": { "type": "bool" }"#;
    let [one, other] = ["one", "two"].map(|name| private_endpoint(name, name, "portal"));
    let [in_one, in_other] = ["one", "two"].map(|name| zone_group(name, ZONE));
    expect(
        &template(parameters, &[&one, &in_one, &other, &in_other]),
        &[("portal-endpoint-duplicate", ZONE)],
    );
    let in_one = under("parameters('first')", &in_one);
    let in_other = under("not(parameters('first'))", &in_other);
    expect(&template(parameters, &[&one, &in_one, &other, &in_other]), &[]);
}

#[test]
fn three_portal_endpoints_are_one_finding() {
    let names = ["a", "b", "c"];
    let mut resources: Vec<String> = names.map(|name| private_endpoint(name, name, "portal")).into();
    resources.extend(names.map(|name| zone_group(name, ZONE)));
    let resources: Vec<&str> = resources.iter().map(String::as_str).collect();
    expect(&template("", &resources), &[("portal-endpoint-duplicate", ZONE)]);
}

#[test]
fn a_network_under_a_condition_may_be_there() {
    let parameters = r#""private": { "type": "bool", "defaultValue": false }"#;
    let service = child(
        "linkedservices",
        "ls",
        r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" } }"#,
    );
    expect(&template(parameters, &[FACTORY, &service]), &[("private-link-not-data-path", "properties")]);
    let network = under("parameters('private')", &child("managedVirtualNetworks", "default", "{}"));
    expect(&template(parameters, &[FACTORY, &network, &service]), &[]);
    // The network may come from a template behind a link, and the runtime from a parameter.
    let linked = r#"{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "more",
        "properties": { "mode": "Incremental", "templateLink": { "uri": "https://example.com/more.json" } } }"#;
    expect(&template(parameters, &[FACTORY, linked, &service]), &[]);
    let via = service.replacen(
        r#"{ "type": "AzureBlobFS","#,
        r#"{ "type": "AzureBlobFS", "connectVia": "[if(parameters('private'), createObject('referenceName', 'x', 'type', 'IntegrationRuntimeReference'), null())]","#,
        1,
    );
    expect(&template(parameters, &[FACTORY, &via]), &[]);
}

#[test]
fn the_default_runtime_may_be_allowed() {
    let service = child(
        "linkedservices",
        "ls",
        r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" } }"#,
    );
    let allowed = FactorySettings { allow_auto_resolve: true, ..FactorySettings::default() };
    expect_with(&template("", &[FACTORY, &service]), allowed, &[]);
}

#[test]
fn workspaces_know_no_private_link_of_runtimes() {
    let workspace = r#"{ "type": "Microsoft.Synapse/workspaces", "apiVersion": "2021-06-01", "name": "f",
        "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": { "publicNetworkAccess": "Disabled" } }"#;
    let service = r#"{ "type": "Microsoft.Synapse/workspaces/linkedServices", "apiVersion": "2019-06-01-preview", "name": "f/ls",
        "properties": { "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" } } }"#;
    expect(&template("", &[workspace, service]), &[]);
}

#[test]
fn reserved_endpoints_and_those_of_purview_are_not_unused() {
    let files = folder(vec![
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/synapse-ws-sql--ws.json",
            managed_endpoint("synapse-ws-sql--ws", "Microsoft.Synapse/workspaces/ws", "sql"),
        ),
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/p.json",
            managed_endpoint("p", "Microsoft.Purview/accounts/p", "account"),
        ),
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/q.json",
            managed_endpoint("q", "Microsoft.Storage/storageAccounts/scanp", "queue"),
        ),
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/r.json",
            artefact(
                "r",
                &format!(
                    r#"{{ "privateLinkResourceId": "{GROUP}/Microsoft.Sql/servers/s", "groupId": "sqlServer",
                          "isReserved": true, "name": "r", "connectionState": {{ "status": "Approved" }} }}"#
                ),
            ),
        ),
    ]);
    expect(&files, &[]);
}

#[test]
fn an_endpoint_that_is_only_bypassed_is_not_unused() {
    // That has a rule of its own; on a self-hosted runtime nothing takes the endpoint.
    let lake =
        r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" } }"#;
    let endpoint = (
        "managedVirtualNetwork/default/managedPrivateEndpoint/a.json",
        managed_endpoint("a", "Microsoft.Storage/storageAccounts/sta", "dfs"),
    );
    let files = folder(vec![endpoint.clone(), ("linkedService/ls.json", artefact("ls", lake))]);
    expect(&files, &[]);
    let hosted = lake.replacen(
        '{',
        r#"{ "connectVia": { "referenceName": "shir", "type": "IntegrationRuntimeReference" },"#,
        1,
    );
    let files = folder(vec![
        endpoint,
        ("integrationRuntime/shir.json", artefact("shir", r#"{ "type": "SelfHosted" }"#)),
        ("linkedService/ls.json", artefact("ls", &hosted)),
    ]);
    expect(&files, &[("managed-endpoint-unused", "a")]);
}

#[test]
fn an_existing_network_is_a_network() {
    let text = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "languageVersion": "2.0", "resources": {
        "network": { "existing": true, "type": "Microsoft.DataFactory/factories/managedVirtualNetworks",
            "apiVersion": "2018-06-01", "name": "f/default" },
        "endpoint": { "type": "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints",
            "apiVersion": "2018-06-01", "name": "f/default/e",
            "properties": { "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'sta')]", "groupId": "dfs" } } } }"#;
    let closed = FactorySettings { closed_world: true, ..FactorySettings::default() };
    let found = found(&[("template.json", text.to_string())], closed);
    assert!(found.iter().all(|(rule, _)| rule != "managed-endpoint-parent"), "{found:?}");
}

#[test]
fn the_order_may_be_written_in_ways_that_are_not_understood() {
    let network = child("managedVirtualNetworks", "default", "{}");
    let endpoint = child(
        "managedVirtualNetworks/managedPrivateEndpoints",
        "default/e",
        r#"{ "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'sta')]", "groupId": "dfs" }"#,
    );
    let waits = |on: &str| endpoint.replacen('{', &format!(r#"{{ "dependsOn": {on},"#), 1);
    let parameters = r#""waits": { "type": "array" }, "one": { "type": "string" }"#;
    let missing = ("managed-endpoint-parent", "f/default/e");
    expect(&template(parameters, &[&network, &endpoint]), &[missing]);
    for on in [
        r#"["[resourceId('Microsoft.DataFactory/factories/managedVirtualNetworks', 'f', 'default')]"]"#,
        r#"["[concat(resourceId('Microsoft.DataFactory/factories', 'f'), '/managedVirtualNetworks/default')]"]"#,
        r#"["f/default"]"#,
        r#"["[parameters('one')]"]"#,
        r#""[parameters('waits')]""#,
    ] {
        expect(&template(parameters, &[&network, &waits(on)]), &[]);
    }
}

#[test]
fn old_versions_of_a_factory_are_one_finding() {
    let old = |text: &str| text.replace("2018-06-01", "2017-09-01-preview");
    let service = old(&child("linkedservices", "ls", r#"{ "type": "AzureBlobFS", "typeProperties": {} }"#));
    let runtime = old(&child("integrationRuntimes", "irm", MANAGED));
    let files = template("", &[&old(FACTORY), &service, &runtime]);
    expect(&files, &[("api-version", "2017-09-01-preview")]);
    let report = report(&files, FactorySettings::default());
    let finding = report.findings.iter().find(|finding| finding.rule == "adf/api-version");
    let finding = finding.expect("a finding");
    assert_eq!(finding.severity, Severity::High, "the runtime is in the managed network");
    assert_eq!(finding.fix.as_ref().map(|fix| fix.edits.len()), Some(3));
}

#[test]
fn loops_make_no_duplicates() {
    let looped = child(
        "managedVirtualNetworks/managedPrivateEndpoints",
        "x",
        r#"{ "privateLinkResourceId": "[parameters('ids')[copyIndex()]]", "groupId": "dfs" }"#,
    )
    .replacen("\"f/x\"", r#""[concat('f/default/e', copyIndex())]", "copy": { "name": "c", "count": "[length(parameters('ids'))]" }, "dependsOn": ["f/default"]"#, 1);
    let network = child("managedVirtualNetworks", "default", "{}");
    expect(&template(r#""ids": { "type": "array", "defaultValue": [] }"#, &[&network, &looped]), &[]);
}

#[test]
fn a_target_with_a_placeholder_is_filled_in_later() {
    let endpoint = artefact("a", r##"{ "privateLinkResourceId": "#{lakeId}#", "groupId": "dfs" }"##);
    let files = folder(vec![("managedVirtualNetwork/default/managedPrivateEndpoint/a.json", endpoint)]);
    expect(&files, &[]);
}

#[test]
fn a_role_above_the_shared_runtime_counts() {
    let shared = FACTORY.replacen("\"f\"", "\"hub\"", 1);
    let linked = child(
        "integrationRuntimes",
        "shared",
        r#"{ "type": "SelfHosted", "typeProperties": { "linkedInfo": { "authorizationType": "RBAC",
            "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'hub', 'shir')]" } } }"#,
    );
    let id = "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'hub', 'shir')]";
    expect(&template("", &[FACTORY, &shared, &linked]), &[("linked-runtime-identity", id)]);
    let role = |scope: &str| {
        format!(
            r#"{{ "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "x", {scope}
                  "properties": {{ "principalId": "p", "roleDefinitionId": "r" }} }}"#
        )
    };
    for scope in ["", r#""scope": "[resourceId('Microsoft.DataFactory/factories', 'hub')]","#] {
        expect(&template("", &[FACTORY, &shared, &linked, &role(scope)]), &[]);
    }
    let other = role(r#""scope": "[resourceId('Microsoft.Storage/storageAccounts', 'sta')]","#);
    expect(&template("", &[FACTORY, &shared, &linked, &other]), &[("linked-runtime-identity", id)]);
    // A credential signs in instead.
    let credential = linked.replacen(
        "\"authorizationType\"",
        r#""credential": { "type": "CredentialReference", "referenceName": "c" }, "authorizationType""#,
        1,
    );
    expect(&template("", &[FACTORY, &shared, &credential]), &[]);
}

#[test]
fn links_of_unknown_networks_count() {
    let parameters = r#""hub": { "type": "string" }"#;
    let network = r#"{ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "vnet1",
        "location": "westeurope", "properties": { "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] } } }"#;
    let zone = r#"{ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2024-06-01",
        "name": "privatelink.datafactory.azure.net", "location": "global" }"#;
    let endpoint = private_endpoint("pe1", "f", "dataFactory");
    let group = zone_group(
        "pe1",
        "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]",
    );
    let link = |network: &str| {
        format!(
            r#"{{ "type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "apiVersion": "2024-06-01",
                  "name": "privatelink.datafactory.azure.net/l", "location": "global",
                  "properties": {{ "registrationEnabled": false, "virtualNetwork": {{ "id": "{network}" }} }} }}"#
        )
    };
    let base = [network, zone, &endpoint, &group];
    let unlinked = ("private-dns-zone-not-linked", "privatelink.datafactory.azure.net");
    expect(&template(parameters, &base), &[unlinked]);
    for (id, expected) in [
        ("[parameters('hub')]", &[][..]),
        ("[resourceId('Microsoft.Network/virtualNetworks', 'vnet1')]", &[]),
        ("[resourceId('Microsoft.Network/virtualNetworks', 'vnet2')]", &[unlinked]),
    ] {
        let link = link(id);
        expect(&template(parameters, &[network, zone, &endpoint, &group, &link]), expected);
    }
    // The zone of another resource group is not this one.
    let elsewhere = zone_group(
        "pe1",
        "[resourceId('hub', 'Microsoft.Network/privateDnsZones', 'privatelink.datafactory.azure.net')]",
    );
    expect(&template(parameters, &[network, zone, &endpoint, &elsewhere]), &[]);
}

#[test]
fn custom_dns_is_proven_only_where_nothing_could_answer() {
    let network = r#"{ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "vnet1",
        "location": "westeurope", "properties": { "dhcpOptions": { "dnsServers": ["10.0.0.4"] },
        "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] } } }"#;
    let endpoint = private_endpoint("pe1", "f", "dataFactory");
    let severity = |resources: &[&str]| {
        let report = report(&template("", resources), FactorySettings::default());
        let mut own = report.findings.into_iter();
        own.find(|finding| finding.rule == "adf/custom-dns-no-private-resolution")
            .map(|finding| finding.severity)
    };
    assert_eq!(severity(&[network, &endpoint]), Some(Severity::Medium));
    let outside = network.replace("10.0.0.4", "192.168.0.4");
    assert_eq!(severity(&[&outside, &endpoint]), Some(Severity::Low));
    let firewall = r#"{ "type": "Microsoft.Network/azureFirewalls", "apiVersion": "2024-05-01", "name": "fw", "location": "westeurope", "properties": {} }"#;
    assert_eq!(severity(&[network, &endpoint, firewall]), Some(Severity::Low));
    // The endpoint of a store is no matter of the factory's name.
    let store = endpoint.replace("Microsoft.DataFactory/factories", "Microsoft.KeyVault/vaults");
    assert_eq!(severity(&[network, &store]), None);
}
