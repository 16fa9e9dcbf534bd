//! What the network rules must not say, and must say in forms too long for their documentation.

use armlint_engine::finding::{Finding, Severity};
use armlint_engine::session::Report;

use crate::checked;

const RULES: [&str; 24] = [
    "adf/azure-runtime-not-isolated",
    "adf/copy-runtime-conflict",
    "adf/dangling-reference",
    "adf/data-flow-runtime",
    "adf/linked-service-public-runtime",
    "adf/managed-endpoint-approval",
    "adf/managed-endpoint-fqdns",
    "adf/managed-endpoint-group-id",
    "adf/managed-endpoint-missing",
    "adf/managed-endpoint-shadowed-store",
    "adf/managed-endpoint-unsupported-source",
    "adf/managed-endpoint-wrong-group",
    "adf/managed-runtime-location",
    "adf/managed-vnet-egress",
    "adf/managed-vnet-missing",
    "adf/managed-vnet-reference-invalid",
    "adf/private-dns-zone-mismatch",
    "adf/private-dns-zone-missing",
    "adf/private-endpoint-group-id",
    "adf/private-endpoint-missing",
    "adf/private-host-on-public-runtime",
    "adf/public-network-access",
    "adf/runtime-network-switch",
    "adf/ttl-placement",
];

fn report(files: &[(&str, String)], as_of: Option<&str>) -> Report {
    checked::check(files, &checked::on(as_of))
}

// The findings of the network rules: the rule without `adf/`, and the text of the token.
fn found(files: &[(&str, String)], as_of: Option<&str>) -> Vec<(String, String)> {
    let report = report(files, as_of);
    let of_network = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    of_network.map(|finding| (finding.rule.replace("adf/", ""), token(&report, finding))).collect()
}

fn token(report: &Report, finding: &Finding) -> String {
    let source = report.source(finding.primary.span.source).expect("a source");
    source.slice(finding.primary.span).trim_matches('"').to_string()
}

fn expect(files: &[(&str, String)], expected: &[(&str, &str)]) {
    let found = found(files, None);
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

const FACTORY: &str = r#"{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f",
    "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }"#;
const MANAGED: &str = r#"{ "type": "Managed",
    "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
    "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } }"#;
const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";

fn artefact(name: &str, properties: &str) -> String {
    format!(r#"{{ "name": "{name}", "properties": {properties} }}"#)
}

fn endpoint(name: &str, target: &str, group: &str) -> String {
    let properties =
        format!(r#"{{ "privateLinkResourceId": "{SUBSCRIPTION}/{target}", "groupId": "{group}" }}"#);
    artefact(name, &properties)
}

fn via(runtime: &str) -> String {
    format!(r#""connectVia": {{ "type": "IntegrationRuntimeReference", "referenceName": "{runtime}" }}"#)
}

fn lake(name: &str, account: &str, rest: &str) -> String {
    artefact(
        name,
        &format!(
            r#"{{ "type": "AzureBlobFS", "typeProperties": {{ "url": "https://{account}.dfs.core.windows.net" }} {rest} }}"#
        ),
    )
}

fn vault(name: &str, host: &str, rest: &str) -> String {
    artefact(
        name,
        &format!(
            r#"{{ "type": "AzureKeyVault", "typeProperties": {{ "baseUrl": "https://{host}.vault.azure.net/" }} {rest} }}"#
        ),
    )
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

fn dataset(name: &str, service: &str) -> String {
    artefact(
        name,
        &format!(
            r#"{{ "type": "Binary", "linkedServiceName": {{ "referenceName": "{service}", "type": "LinkedServiceReference" }} }}"#
        ),
    )
}

fn pipeline(activity: &str) -> String {
    artefact("p", &format!(r#"{{ "activities": [ {activity} ] }}"#))
}

const COPY: &str = r#"{ "name": "copy", "type": "Copy",
    "inputs": [ { "referenceName": "from", "type": "DatasetReference" } ],
    "outputs": [ { "referenceName": "to", "type": "DatasetReference" } ] }"#;

#[test]
fn a_copy_runs_where_its_strongest_side_runs() {
    // The source names no runtime, but the copy runs in the managed network, and needs an endpoint there.
    let files = folder(vec![
        ("linkedService/a.json", lake("a", "sta", "")),
        ("linkedService/b.json", lake("b", "stb", &format!(", {}", via("irm")))),
        ("dataset/from.json", dataset("from", "a")),
        ("dataset/to.json", dataset("to", "b")),
        ("pipeline/p.json", pipeline(COPY)),
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/b.json",
            endpoint("b", "Microsoft.Storage/storageAccounts/stb", "dfs"),
        ),
    ]);
    expect(&files, &[("managed-endpoint-missing", "https://sta.dfs.core.windows.net")]);
}

#[test]
fn a_copy_with_a_self_hosted_side_uses_no_managed_endpoints() {
    let files = folder(vec![
        ("integrationRuntime/shir.json", artefact("shir", r#"{ "type": "SelfHosted" }"#)),
        ("linkedService/a.json", lake("a", "sta", &format!(", {}", via("shir")))),
        ("linkedService/b.json", lake("b", "stb", &format!(", {}", via("irm")))),
        ("dataset/from.json", dataset("from", "a")),
        ("dataset/to.json", dataset("to", "b")),
        ("pipeline/p.json", pipeline(COPY)),
    ]);
    expect(&files, &[("copy-runtime-conflict", "copy")]);
}

#[test]
fn a_data_flow_runs_where_its_activity_says() {
    let flow = r#"{ "name": "flow", "type": "ExecuteDataFlow", "typeProperties": {
        "dataFlow": { "referenceName": "flow", "type": "DataFlowReference" } } }"#;
    let data_flow = r#"{ "type": "MappingDataFlow", "typeProperties": {
        "sources": [ { "name": "s", "dataset": { "referenceName": "from", "type": "DatasetReference" } } ],
        "sinks": [], "transformations": [] } }"#;
    let files = folder(vec![
        ("linkedService/a.json", lake("a", "sta", &format!(", {}", via("irm")))),
        ("dataset/from.json", dataset("from", "a")),
        ("dataflow/flow.json", artefact("flow", data_flow)),
        ("pipeline/p.json", pipeline(flow)),
    ]);
    expect(&files, &[("data-flow-runtime", "flow")]);
}

#[test]
fn a_vault_is_judged_by_what_reads_it() {
    let reader = format!(
        r#"{{ "type": "AzureSqlDatabase", {}, "typeProperties": {{ "connectionString": {{
            "type": "AzureKeyVaultSecret", "secretName": "s",
            "store": {{ "referenceName": "kv1", "type": "LinkedServiceReference" }} }} }} }}"#,
        via("irm")
    );
    let other = reader.replace("kv1", "kv2");
    let unread = folder(vec![("linkedService/kv1.json", vault("kv1", "kv", &format!(", {}", via("irm"))))]);
    expect(&unread, &[]);
    // Two linked services of one vault, two readers: one finding.
    let mut read = folder(vec![
        ("linkedService/kv1.json", vault("kv1", "kv", "")),
        ("linkedService/kv2.json", vault("kv2", "KV", "")),
        ("linkedService/sql1.json", artefact("sql1", &reader)),
        ("linkedService/sql2.json", artefact("sql2", &other)),
    ]);
    expect(&read, &[("managed-endpoint-missing", "https://kv.vault.azure.net/")]);
    let report = report(&read, None);
    let finding = report.findings.iter().find(|finding| finding.rule == "adf/managed-endpoint-missing");
    assert_eq!(finding.map(|finding| finding.related.len()), Some(2));
    read.push((
        "managedVirtualNetwork/default/managedPrivateEndpoint/kv.json",
        endpoint("kv", "Microsoft.KeyVault/vaults/kv", "vault"),
    ));
    expect(&read, &[]);
}

#[test]
fn a_web_activity_in_the_network_reads_a_vault() {
    let web = format!(
        r#"{{ "name": "call", "type": "WebActivity", "typeProperties": {{ "url": "https://example.com", "method": "GET",
            {}, "authentication": {{ "type": "Basic", "username": "u", "password": {{ "type": "AzureKeyVaultSecret",
            "secretName": "s", "store": {{ "referenceName": "kv", "type": "LinkedServiceReference" }} }} }} }} }}"#,
        via("irm")
    );
    let files =
        folder(vec![("linkedService/kv.json", vault("kv", "kv", "")), ("pipeline/p.json", pipeline(&web))]);
    expect(&files, &[("managed-endpoint-missing", "https://kv.vault.azure.net/")]);
}

#[test]
fn one_cause_one_finding() {
    // The group is none at all: what the endpoint was meant for is not known.
    let files = folder(vec![
        ("linkedService/a.json", lake("a", "sta", &format!(", {}", via("irm")))),
        (
            "managedVirtualNetwork/default/managedPrivateEndpoint/a.json",
            endpoint("a", "Microsoft.Storage/storageAccounts/sta", "datalake"),
        ),
    ]);
    expect(&files, &[("managed-endpoint-group-id", "datalake")]);
}

#[test]
fn a_private_link_service_answers_for_hosts() {
    let server = format!(
        r#"{{ "type": "AzureSqlDatabase", {}, "typeProperties": {{ "server": "s1.database.windows.net", "database": "d",
            "authenticationType": "SystemAssignedManagedIdentity" }} }}"#,
        via("irm")
    );
    let service = format!(
        r#"{{ "privateLinkResourceId": "{SUBSCRIPTION}/Microsoft.Network/privateLinkServices/pls",
              "fqdns": ["s1.database.windows.net"] }}"#
    );
    let files = folder(vec![
        ("linkedService/sql.json", artefact("sql", &server)),
        ("managedVirtualNetwork/default/managedPrivateEndpoint/pls.json", artefact("pls", &service)),
    ]);
    expect(&files, &[]);
}

#[test]
fn severity_follows_day_and_store() {
    let files = folder(vec![("linkedService/a.json", lake("a", "sta", &format!(", {}", via("irm"))))]);
    for (day, severity) in [("2020-04-01", Severity::High), ("2024-01-01", Severity::Medium)] {
        let report = report(&files, Some(day));
        let finding = report.findings.iter().find(|finding| finding.rule == "adf/managed-endpoint-missing");
        assert_eq!(finding.map(|finding| finding.severity), Some(severity), "{day}");
    }
}

#[test]
fn the_name_of_a_store_may_be_cut_out_of_its_id() {
    let parameters = r#""storageId": { "type": "string" }"#;
    let network = child("managedVirtualNetworks", "default", "{}");
    let runtime = child("integrationRuntimes", "irm", MANAGED);
    let service = child(
        "linkedservices",
        "ls",
        &format!(
            r#"{{ "type": "AzureBlobFS", {}, "typeProperties": {{
                "url": "[format('https://{{0}}.dfs.core.windows.net', last(split(parameters('storageId'), '/')))]" }} }}"#,
            via("irm")
        ),
    );
    let approved = r#"{ "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections", "apiVersion": "2023-05-01",
        "name": "[concat(last(split(parameters('storageId'), '/')), '/c')]",
        "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } } }"#;
    let endpoint = child(
        "managedVirtualNetworks/managedPrivateEndpoints",
        "default/e",
        r#"{ "privateLinkResourceId": "[parameters('storageId')]", "groupId": "blob" }"#,
    );
    let resources = [&network, &runtime, &service, &endpoint].map(String::as_str);
    let mut all = resources.to_vec();
    all.push(approved);
    let files = template(parameters, &all);
    let found = found(&files, None);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "managed-endpoint-wrong-group");
    // A symbolic host that matches nothing is not known.
    let other =
        endpoint.replace("parameters('storageId')", "resourceId('Microsoft.Storage/storageAccounts', 'st9')");
    expect(
        &template(
            parameters,
            &[
                &network,
                &runtime,
                &service,
                &other,
                approved,
                &approved.replace("last(split(parameters('storageId'), '/'))", "'st9'"),
            ],
        ),
        &[],
    );
}

#[test]
fn an_open_world_without_endpoints_is_left_alone() {
    let runtime = child("integrationRuntimes", "irm", MANAGED);
    let service = lake("f/ls", "sta", &format!(", {}", via("irm")));
    let service = service.replacen(
        '{',
        r#"{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01","#,
        1,
    );
    expect(&template("", &[&runtime, &service]), &[]);
    let network = child("managedVirtualNetworks", "default", "{}");
    expect(
        &template("", &[&network, &runtime, &service]),
        &[("managed-endpoint-missing", "https://sta.dfs.core.windows.net")],
    );
    // What a linked template declares is not known.
    let linked = r#"{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "more",
        "properties": { "mode": "Incremental", "templateLink": { "uri": "https://example.com/more.json" } } }"#;
    expect(&template("", &[&network, &runtime, &service, linked]), &[]);
}

#[test]
fn conditions_and_loops_are_not_absence() {
    let parameters = r#""private": { "type": "bool", "defaultValue": false }, "names": { "type": "array", "defaultValue": [] }"#;
    let condition = r#"{ "condition": "[parameters('private')]","#;
    let network = child("managedVirtualNetworks", "default", "{}").replacen('{', condition, 1);
    let runtime = child("integrationRuntimes", "irm", MANAGED).replacen('{', condition, 1);
    let service = child(
        "linkedservices",
        "ls",
        r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" } }"#,
    );
    expect(&template(parameters, &[FACTORY, &network, &runtime, &service]), &[]);
    // The same condition guards all of them.
    let guarded = service.replacen('{', condition, 1);
    expect(
        &template(parameters, &[FACTORY, &network, &runtime, &guarded]),
        &[("linked-service-public-runtime", "properties")],
    );
    let joined = service.replacen("\"properties\": {", &format!("\"properties\": {{ {},", via("irm")), 1);
    let looped = child(
        "managedVirtualNetworks/managedPrivateEndpoints",
        "x",
        r#"{ "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', parameters('names')[copyIndex()])]",
             "groupId": "dfs" }"#,
    )
    .replacen("\"f/x\"", r#""[concat('f/default/', parameters('names')[copyIndex()])]", "copy": { "name": "c", "count": "[length(parameters('names'))]" }"#, 1);
    expect(&template(parameters, &[&network, &runtime, &joined, &looped]), &[]);
}

#[test]
fn runtimes_of_one_name_that_differ_are_not_known() {
    let parameters = r#""private": { "type": "bool" }"#;
    let network = child("managedVirtualNetworks", "default", "{}");
    let isolated = child("integrationRuntimes", "ir", MANAGED).replacen(
        '{',
        r#"{ "condition": "[parameters('private')]","#,
        1,
    );
    let public = child("integrationRuntimes", "ir", r#"{ "type": "Managed", "typeProperties": {} }"#)
        .replacen('{', r#"{ "condition": "[not(parameters('private'))]","#, 1);
    let service = child(
        "linkedservices",
        "ls",
        &format!(
            r#"{{ "type": "AzureBlobFS", {}, "typeProperties": {{ "url": "https://sta.dfs.core.windows.net" }} }}"#,
            via("ir")
        ),
    );
    expect(&template(parameters, &[&network, &isolated, &public, &service]), &[]);
}

#[test]
fn linked_runtimes_and_existing_factories_need_no_endpoint() {
    let linked = child(
        "integrationRuntimes",
        "shared",
        r#"{ "type": "SelfHosted", "typeProperties": { "linkedInfo": { "authorizationType": "RBAC",
            "resourceId": "[resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'hub', 'shir')]" } } }"#,
    );
    expect(&template("", &[FACTORY, &linked]), &[]);
    let own = child(
        "integrationRuntimes",
        "shir",
        r#"{ "type": "SelfHosted", "typeProperties": { "selfContainedInteractiveAuthoringEnabled": true } }"#,
    );
    expect(&template("", &[FACTORY, &own]), &[("public-network-access", "properties")]);
    expect(&template("", &[&own]), &[]);
    let chosen = FACTORY.replace(
        "\"properties\": {}",
        r#""properties": { "publicNetworkAccess": "[if(empty(parameters('e')), null(), 'Disabled')]" }"#,
    );
    expect(&template(r#""e": { "type": "array", "defaultValue": [] }"#, &[&chosen, &own]), &[]);
}

#[test]
fn azure_runtimes_join_no_network_of_yours() {
    let joined = r#"{ "type": "Managed", "typeProperties": { "computeProperties": { "location": "AutoResolve",
        "vNetProperties": { "vNetId": "x", "subnet": "y" } } } }"#;
    let files = vec![
        ("integrationRuntime/a.json", artefact("a", joined)),
        (
            "integrationRuntime/ssis.json",
            artefact(
                "ssis",
                &joined.replacen("\"typeProperties\": {", "\"typeProperties\": { \"ssisProperties\": {},", 1),
            ),
        ),
        ("factory/f.json", r#"{ "name": "f", "location": "westeurope", "properties": {} }"#.to_string()),
    ];
    expect(&files, &[("managed-vnet-reference-invalid", "vNetProperties")]);
}

#[test]
fn what_synapse_makes_by_itself_does_not_dangle() {
    let files = vec![
        (
            "notebook/n.json",
            artefact(
                "n",
                r#"{ "bigDataPool": { "referenceName": "pool", "type": "BigDataPoolReference" } }"#,
            ),
        ),
        ("dataset/d.json", dataset("d", "ws1-WorkspaceDefaultStorage")),
        ("linkedService/ls.json", lake("ls", "sta", &format!(", {}", via("AutoResolveIntegrationRuntime")))),
        (
            "credential/WorkspaceSystemIdentity.json",
            artefact("WorkspaceSystemIdentity", r#"{ "type": "ManagedIdentity" }"#),
        ),
    ];
    expect(&files, &[]);
}

#[test]
fn zone_groups_of_unknown_endpoints_count_for_all() {
    let endpoint = r#"{ "type": "Microsoft.Network/privateEndpoints", "apiVersion": "2024-05-01", "name": "pe1",
        "location": "westeurope", "properties": { "subnet": { "id": "s" }, "privateLinkServiceConnections": [ { "name": "c",
        "properties": { "privateLinkServiceId": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]", "groupIds": ["vault"] } } ] } }"#;
    let group = |name: &str, zone: &str| {
        format!(
            r#"{{ "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "apiVersion": "2024-05-01",
                "name": "{name}", "properties": {{ "privateDnsZoneConfigs": [ {{ "name": "z", "properties": {{
                "privateDnsZoneId": "{SUBSCRIPTION}/Microsoft.Network/privateDnsZones/{zone}" }} }} ] }} }}"#
        )
    };
    let parameters = r#""endpoint": { "type": "string" }"#;
    let open = group("[concat(parameters('endpoint'), '/default')]", "privatelink.vaultcore.azure.net");
    expect(&template(parameters, &[endpoint, &open]), &[]);
    let other = group("pe2/default", "privatelink.vaultcore.azure.net");
    expect(&template(parameters, &[endpoint, &other]), &[("private-dns-zone-missing", "pe1")]);
    let record = r#"{ "type": "Microsoft.Network/privateDnsZones/A", "apiVersion": "2024-06-01",
        "name": "privatelink.vaultcore.azure.net/kv", "properties": { "ttl": 3600 } }"#;
    expect(&template(parameters, &[endpoint, &other, record]), &[]);
    // Another cloud's zone, and the public name for clients that ask for the private one.
    for zone in ["privatelink.vaultcore.azure.cn", "vaultcore.azure.net"] {
        expect(&template(parameters, &[endpoint, &group("pe1/default", zone)]), &[]);
    }
    let found =
        found(&template(parameters, &[endpoint, &group("pe1/default", "privatelink.vault.azure.net")]), None);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn approval_inside_a_module_counts() {
    let network = child("managedVirtualNetworks", "default", "{}");
    let endpoint = child(
        "managedVirtualNetworks/managedPrivateEndpoints",
        "default/e",
        r#"{ "privateLinkResourceId": "[resourceId('Microsoft.Storage/storageAccounts', 'st1')]", "groupId": "dfs" }"#,
    );
    let module = r#"{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "approve",
        "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" },
        "parameters": { "account": { "value": "st1" }, "connections": { "value": "[reference(resourceId('Microsoft.Storage/storageAccounts', 'st1'), '2023-05-01').privateEndpointConnections]" } },
        "template": { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "parameters": { "account": { "type": "string" }, "connections": { "type": "array" } },
        "resources": [ { "condition": "[equals(parameters('connections')[copyIndex()].properties.privateLinkServiceConnectionState.status, 'Pending')]",
        "type": "Microsoft.Storage/storageAccounts/privateEndpointConnections", "apiVersion": "2023-05-01",
        "name": "[format('{0}/{1}', parameters('account'), last(split(parameters('connections')[copyIndex()].id, '/')))]",
        "copy": { "name": "c", "count": "[length(parameters('connections'))]" },
        "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } } } ] } } }"#;
    expect(&template("", &[&network, &endpoint, module]), &[]);
    let found = found(&template("", &[&network, &endpoint]), None);
    assert_eq!(found.len(), 1, "{found:?}");
}
