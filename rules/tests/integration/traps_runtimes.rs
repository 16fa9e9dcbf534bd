//! What the rules about runtimes and the managed network must not say, and must say in forms and under
//! settings that their documentation cannot show.

use armlint_engine::finding::{Finding, Severity};
use armlint_engine::session::Report;
use armlint_engine::settings::{FactorySettings, Settings};

use crate::checked;

const RULES: [&str; 17] = [
    "adf/azure-runtime-not-isolated",
    "adf/copy-diu-too-small",
    "adf/copy-runtime-conflict",
    "adf/cosmos-debug-unsupported",
    "adf/data-flow-runtime",
    "adf/linked-service-public-runtime",
    "adf/managed-endpoint-fqdns",
    "adf/managed-endpoint-missing",
    "adf/managed-endpoint-shadowed-store",
    "adf/managed-runtime-location",
    "adf/managed-vnet-egress",
    "adf/managed-vnet-missing",
    "adf/managed-vnet-on-existing-factory",
    "adf/managed-vnet-reference-invalid",
    "adf/private-host-on-public-runtime",
    "adf/runtime-network-switch",
    "adf/ttl-placement",
];

type Files = Vec<(&'static str, String)>;

fn report(files: &Files, as_of: Option<&str>, adf: FactorySettings) -> Report {
    checked::check(files, &Settings { adf, ..checked::on(as_of) })
}

fn own(report: &Report) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| RULES.contains(&finding.rule)).collect()
}

fn rules_with(files: &Files, as_of: Option<&str>, adf: FactorySettings) -> Vec<(&'static str, Severity)> {
    let report = report(files, as_of, adf);
    own(&report).iter().map(|finding| (finding.rule.trim_start_matches("adf/"), finding.severity)).collect()
}

fn rules(files: &Files, as_of: Option<&str>) -> Vec<(&'static str, Severity)> {
    rules_with(files, as_of, FactorySettings::default())
}

fn silent(files: &Files) {
    assert_eq!(rules(files, None), []);
}

fn template(parameters: &str, resources: &[String]) -> Files {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "resources": [ {} ] }}"#,
        resources.join(",\n")
    );
    vec![("template.json", text)]
}

fn resource(ty: &str, name: &str, rest: &str) -> String {
    format!(r#"{{ "type": "{ty}", "apiVersion": "2018-06-01", "name": "{name}", {rest} }}"#)
}

// A child of the factory `f`.
fn child(kind: &str, name: &str, properties: &str) -> String {
    let ty = format!("Microsoft.DataFactory/factories/{kind}");
    resource(&ty, &format!("f/{name}"), &format!(r#""properties": {properties}"#))
}

fn factory() -> String {
    let rest = r#""location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {}"#;
    resource("Microsoft.DataFactory/factories", "f", rest)
}

fn network() -> String {
    child("managedVirtualNetworks", "default", "{}")
}

const MANAGED: &str = r#"{ "type": "Managed",
    "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
    "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } }"#;
const PUBLIC: &str =
    r#"{ "type": "Managed", "typeProperties": { "computeProperties": { "location": "AutoResolve" } } }"#;
const SELF_HOSTED: &str = r#"{ "type": "SelfHosted",
    "typeProperties": { "selfContainedInteractiveAuthoringEnabled": true } }"#;

fn via(runtime: &str) -> String {
    format!(r#", "connectVia": {{ "type": "IntegrationRuntimeReference", "referenceName": "{runtime}" }}"#)
}

fn lake(account: &str, rest: &str) -> String {
    format!(
        r#"{{ "type": "AzureBlobFS", "typeProperties": {{ "url": "https://{account}.dfs.core.windows.net" }}{rest} }}"#
    )
}

fn sql_server(host: &str, rest: &str) -> String {
    format!(
        r#"{{ "type": "SqlServer", "typeProperties": {{ "server": "{host}", "database": "d",
              "authenticationType": "Windows" }}{rest} }}"#
    )
}

fn artefact(name: &str, properties: &str) -> String {
    format!(r#"{{ "name": "{name}", "properties": {properties} }}"#)
}

fn dataset(name: &str, service: &str) -> String {
    artefact(
        name,
        &format!(
            r#"{{ "type": "Binary", "linkedServiceName": {{ "referenceName": "{service}", "type": "LinkedServiceReference" }} }}"#
        ),
    )
}

fn copy(name: &str, from: &str, to: &str, more: &str) -> String {
    format!(
        r#"{{ "name": "{name}", "type": "Copy",
              "inputs": [ {{ "referenceName": "{from}", "type": "DatasetReference" }} ],
              "outputs": [ {{ "referenceName": "{to}", "type": "DatasetReference" }} ],
              "typeProperties": {{ {more} }} }}"#
    )
}

fn pipeline(activities: &[String]) -> String {
    artefact("p", &format!(r#"{{ "activities": [ {} ] }}"#, activities.join(", ")))
}

const FLOW: &str = r#"{ "name": "flow", "properties": { "type": "MappingDataFlow", "typeProperties": {
    "sources": [ { "name": "a", "dataset": { "referenceName": "from", "type": "DatasetReference" } } ],
    "sinks": [ { "name": "b", "dataset": { "referenceName": "to", "type": "DatasetReference" } } ] } } }"#;

fn data_flow(runtime: &str) -> String {
    let runtime = match runtime {
        "" => String::new(),
        name => format!(
            r#", "integrationRuntime": {{ "referenceName": "{name}", "type": "IntegrationRuntimeReference" }}"#
        ),
    };
    format!(
        r#"{{ "name": "clean", "type": "ExecuteDataFlow", "typeProperties": {{
              "dataFlow": {{ "referenceName": "flow", "type": "DataFlowReference" }}{runtime} }} }}"#
    )
}

// A Git folder with the managed network, a runtime `irm` in it, `irp` outside, `shir`, and endpoints to the
// lakes `st1` and `st2`.
fn folder(others: Files) -> Files {
    let endpoint = |account: &str| {
        let target = format!(
            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/{account}"
        );
        artefact(account, &format!(r#"{{ "privateLinkResourceId": "{target}", "groupId": "dfs" }}"#))
    };
    let mut files = vec![
        ("managedVirtualNetwork/default.json", r#"{ "name": "default" }"#.to_string()),
        ("managedVirtualNetwork/default/managedPrivateEndpoint/st1.json", endpoint("st1")),
        ("managedVirtualNetwork/default/managedPrivateEndpoint/st2.json", endpoint("st2")),
        ("integrationRuntime/irm.json", artefact("irm", MANAGED)),
        ("integrationRuntime/shir.json", artefact("shir", SELF_HOSTED)),
    ];
    files.extend(others);
    files
}

fn lakes(from: &str, to: &str, activities: &[String]) -> Files {
    folder(vec![
        ("linkedService/l1.json", artefact("l1", &lake("st1", from))),
        ("linkedService/l2.json", artefact("l2", &lake("st2", to))),
        ("dataset/from.json", dataset("from", "l1")),
        ("dataset/to.json", dataset("to", "l2")),
        ("dataflow/flow.json", FLOW.to_string()),
        ("pipeline/p.json", pipeline(activities)),
    ])
}

fn strict() -> FactorySettings {
    FactorySettings { strict: true, ..FactorySettings::default() }
}

fn auto_allowed() -> FactorySettings {
    FactorySettings { allow_auto_resolve: true, ..FactorySettings::default() }
}

#[test]
fn settings_decide_about_the_default_runtime() {
    let files = folder(vec![
        ("integrationRuntime/auto.json", artefact("AutoResolveIntegrationRuntime", PUBLIC)),
        ("linkedService/l1.json", artefact("l1", &lake("st1", ""))),
    ]);
    let expected = [
        ("azure-runtime-not-isolated", Severity::Medium),
        ("linked-service-public-runtime", Severity::Medium),
    ];
    assert_eq!(rules(&files, None), expected);
    assert_eq!(rules_with(&files, None, auto_allowed()), []);
    let named = folder(vec![
        ("integrationRuntime/irp.json", artefact("irp", PUBLIC)),
        ("linkedService/l1.json", artefact("l1", &lake("st1", &via("irp")))),
    ]);
    assert_eq!(rules_with(&named, None, auto_allowed()).len(), 2);
}

#[test]
fn strict_speaks_without_a_network() {
    let files = template("", &[factory(), child("integrationRuntimes", "ir", PUBLIC)]);
    silent(&files);
    assert_eq!(rules_with(&files, None, strict()), [("azure-runtime-not-isolated", Severity::Medium)]);
    let services = template("", &[factory(), child("linkedservices", "l", &lake("st1", ""))]);
    silent(&services);
    assert_eq!(rules_with(&services, None, strict()), [("managed-vnet-missing", Severity::Medium)]);
    let closed = FactorySettings { closed_world: true, ..FactorySettings::default() };
    assert_eq!(rules_with(&services, None, closed), [("managed-vnet-missing", Severity::Medium)]);
    let git: Files = vec![
        ("factory/f.json", r#"{ "name": "f", "location": "westeurope", "properties": {} }"#.into()),
        ("linkedService/l1.json", artefact("l1", &lake("st1", ""))),
    ];
    silent(&git);
    assert_eq!(rules_with(&git, None, strict()), [("managed-vnet-missing", Severity::Medium)]);
    let allowed = FactorySettings { strict: true, allow_auto_resolve: true, ..FactorySettings::default() };
    assert_eq!(rules_with(&git, None, allowed), []);
}

#[test]
fn undeclared_default_runtime_is_unknown_in_an_open_world() {
    let resources = [
        network(),
        child("integrationRuntimes", "irm", MANAGED),
        child("linkedservices", "l", &lake("st1", "")),
        child("linkedservices", "s", &sql_server("sql01.corp", "")),
        child("pipelines", "p", &format!(r#"{{ "activities": [ {} ] }}"#, data_flow(""))),
    ];
    silent(&template("", &resources));
}

#[test]
fn data_flows_take_the_runtime_of_their_activity() {
    let managed = via("irm");
    let public = lakes(&managed, &managed, &[data_flow("")]);
    assert_eq!(rules(&public, None), [("data-flow-runtime", Severity::Medium)]);
    assert_eq!(rules_with(&public, None, auto_allowed()), []);
    silent(&lakes(&managed, &managed, &[data_flow("irm")]));
    let own = lakes(&managed, &managed, &[data_flow("shir")]);
    assert_eq!(rules(&own, None), [("data-flow-runtime", Severity::High)]);
    // The cause is the linked service, and it is said there.
    let both = lakes("", "", &[data_flow("")]);
    let expected = [("linked-service-public-runtime", Severity::Medium); 2];
    assert_eq!(rules(&both, None), expected);
}

#[test]
fn nested_data_flows_count() {
    let managed = via("irm");
    let inner = format!(
        r#"{{ "name": "if", "type": "IfCondition", "typeProperties": {{ "ifTrueActivities": [ {} ] }} }}"#,
        data_flow("")
    );
    let files = lakes(&managed, &managed, &[inner]);
    assert_eq!(rules(&files, None), [("data-flow-runtime", Severity::Medium)]);
}

#[test]
fn mixed_copies_are_said_once_for_a_factory() {
    let activities =
        [copy("one", "from", "to", ""), copy("two", "to", "from", ""), copy("three", "from", "to", "")];
    let files = lakes(&via("shir"), &via("irm"), &activities);
    let report = report(&files, None, FactorySettings::default());
    let found = own(&report);
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((finding.rule, finding.severity), ("adf/copy-runtime-conflict", Severity::Low));
    assert_eq!(finding.related.len(), 2);
}

#[test]
fn staging_decides_where_a_copy_runs() {
    let staged = |on: &str| {
        format!(
            r#""enableStaging": {on}, "dataIntegrationUnits": 2,
               "stagingSettings": {{ "linkedServiceName": {{ "referenceName": "l3", "type": "LinkedServiceReference" }} }}"#
        )
    };
    let files = |on: &str| {
        let mut files = lakes(&via("irm"), &via("irm"), &[copy("c", "from", "to", &staged(on))]);
        files.push(("linkedService/l3.json", artefact("l3", &lake("st1", &via("shir")))));
        files
    };
    assert_eq!(rules(&files("true"), None), [("copy-runtime-conflict", Severity::Low)]);
    assert_eq!(rules(&files("false"), None), [("copy-diu-too-small", Severity::High)]);
}

#[test]
fn units_of_a_copy_have_a_date() {
    let files = lakes(&via("irm"), &via("irm"), &[copy("c", "from", "to", r#""dataIntegrationUnits": 2"#)]);
    assert_eq!(rules(&files, None), [("copy-diu-too-small", Severity::High)]);
    assert_eq!(rules(&files, Some("2020-11-01")), []);
    let dynamic =
        r#""dataIntegrationUnits": { "value": "@pipeline().parameters.units", "type": "Expression" }"#;
    silent(&lakes(&via("irm"), &via("irm"), &[copy("c", "from", "to", dynamic)]));
}

#[test]
fn conditional_isolation_is_unknown() {
    let parameters = r#""private": { "type": "bool", "defaultValue": true }, "name": { "type": "string" }"#;
    let conditional = r#", "connectVia": "[if(parameters('private'), createObject('referenceName', 'irm',
        'type', 'IntegrationRuntimeReference'), null())]""#;
    let symbolic = via("[parameters('name')]");
    for rest in [conditional, symbolic.as_str()] {
        let rest = rest.replace('\n', " ");
        let sftp = format!(r#"{{ "type": "Sftp", "typeProperties": {{ "host": "x.example.org" }}{rest} }}"#);
        let resources = [
            factory(),
            network(),
            child("integrationRuntimes", "irm", MANAGED),
            child("linkedservices", "l", &lake("st1", &rest)),
            child("linkedservices", "s", &sql_server("10.0.0.4", &rest)),
            child("linkedservices", "x", &sftp),
        ];
        silent(&template(parameters, &resources));
    }
}

#[test]
fn names_by_parameters_are_unknown() {
    let parameters = r#""source": { "type": "string" }, "runtime": { "type": "string" }"#;
    let activities = format!(
        r#"{{ "activities": [ {}, {} ] }}"#,
        copy("c", "[parameters('source')]", "[parameters('source')]", r#""dataIntegrationUnits": 2"#),
        data_flow("[parameters('runtime')]")
    );
    let resources = [
        factory(),
        network(),
        child("integrationRuntimes", "irm", MANAGED),
        child("pipelines", "p", &activities),
    ];
    silent(&template(parameters, &resources));
}

#[test]
fn private_hosts() {
    let service = |host: &str| vec![("linkedService/s.json", artefact("s", &sql_server(host, &via("irm"))))];
    for host in ["sql01", "10.1.2.3", "db.contoso.local", "sql01\\\\SQLEXPRESS", "tcp:sql01.corp,1433"] {
        let found = rules(&folder(service(host)), None);
        assert_eq!(found, [("private-host-on-public-runtime", Severity::High)], "{host}");
    }
    for host in ["@{linkedService().host}", "<server>", "xxxx"] {
        silent(&folder(service(host)));
    }
    let own = artefact("s", &sql_server("sql01", &via("shir")));
    silent(&folder(vec![("linkedService/s.json", own)]));
    // Azure names that lack their suffix are no hosts of a private network.
    let bare = r#"{ "type": "AzureSqlDatabase", "typeProperties": { "server": "sql01", "database": "d" } }"#;
    silent(&folder(vec![("linkedService/s.json", artefact("s", bare))]));
}

#[test]
fn storage_has_dates() {
    let resources = [network(), child("integrationRuntimes", "irm", MANAGED), {
        child("linkedservices", "l", &lake("st1", &via("irm")))
    }];
    let files = template("", &resources);
    for (day, severity) in [
        (Some("2020-04-01"), Severity::High),
        (Some("2020-11-01"), Severity::High),
        (Some("2021-08-01"), Severity::High),
        (Some("2023-08-02"), Severity::Low),
        (None, Severity::Low),
    ] {
        assert_eq!(rules(&files, day), [("managed-endpoint-missing", severity)], "{day:?}");
    }
}

#[test]
fn ports_have_dates() {
    let service =
        r#"{ "type": "AzureSqlDatabase", "typeProperties": { "server": "s.database.windows.net" } V }"#;
    let service = service.replace(" V", &via("irm"));
    let resources =
        [network(), child("integrationRuntimes", "irm", MANAGED), child("linkedservices", "l", &service)];
    let files = template("", &resources);
    let closed = [("managed-vnet-egress", Severity::High)];
    assert_eq!(rules(&files, Some("2020-04-01")), closed);
    assert_eq!(rules(&files, Some("2020-11-01")), closed);
    assert_eq!(rules(&files, Some("2021-08-01")), [("managed-endpoint-missing", Severity::Low)]);
    assert_eq!(rules(&files, None), [("managed-endpoint-missing", Severity::Low)]);
    let postgres = |port: &str| {
        let service = format!(
            r#"{{ "type": "PostgreSqlV2", "typeProperties": {{ "server": "db.example.org", "port": {port} }}{} }}"#,
            via("irm")
        );
        let resources =
            [network(), child("integrationRuntimes", "irm", MANAGED), child("linkedservices", "l", &service)];
        rules(&template(r#""port": { "type": "int" }"#, &resources), Some("2020-04-01"))
    };
    assert_eq!(postgres("5432"), closed);
    assert_eq!(postgres("443"), []);
    assert_eq!(postgres(r#""[parameters('port')]""#), []);
}

#[test]
fn leaving_is_said_once_for_a_factory() {
    let sftp = |host: &str| {
        let service =
            format!(r#"{{ "type": "Sftp", "typeProperties": {{ "host": "{host}" }}{} }}"#, via("irm"));
        artefact(host.split('.').next().unwrap_or(host), &service)
    };
    let files = folder(vec![
        ("linkedService/a.json", sftp("a.example.org")),
        ("linkedService/b.json", sftp("b.example.org")),
        ("linkedService/c.json", sftp("c.blob.core.windows.net")),
    ]);
    let report = report(&files, None, FactorySettings::default());
    let found: Vec<_> = own(&report).into_iter().filter(|f| f.rule == "adf/managed-vnet-egress").collect();
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((finding.severity, finding.related.len()), (Severity::Low, 1));
}

fn endpoint_to_store(group: &str) -> String {
    let rest = format!(
        r#""location": "westeurope", "properties": {{ "privateLinkServiceConnections": [ {{ "name": "c", "properties": {{
            "privateLinkServiceId": "[resourceId('Microsoft.Storage/storageAccounts', 'st1')]",
            "groupIds": [ "{group}" ] }} }} ] }}"#
    );
    resource("Microsoft.Network/privateEndpoints", "pe", &rest)
}

#[test]
fn only_the_same_sub_resource_shadows() {
    let files = |group: &str| {
        let service = child("linkedservices", "l", &lake("st1", &via("irm")));
        let resources =
            [network(), child("integrationRuntimes", "irm", MANAGED), endpoint_to_store(group), service];
        template("", &resources)
    };
    for day in [Some("2020-04-01"), Some("2020-11-01"), None] {
        assert_eq!(rules(&files("DFS"), day), [("managed-endpoint-shadowed-store", Severity::High)]);
    }
    let other = files("file");
    assert_eq!(rules(&other, None), [("managed-endpoint-missing", Severity::Low)]);
    let report = report(&other, None, FactorySettings::default());
    let labels = own(&report)[0].related.iter().filter(|label| label.text.contains("another sub-resource"));
    assert_eq!(labels.count(), 1);
}

#[test]
fn host_names_of_reserved_and_native_endpoints() {
    let endpoint = |target: &str, more: &str| {
        let id = format!("/subscriptions/s/resourceGroups/g/providers/{target}");
        let properties = format!(r#"{{ "privateLinkResourceId": "{id}", "groupId": "sql"{more} }}"#);
        folder(vec![(
            "managedVirtualNetwork/default/managedPrivateEndpoint/e.json",
            artefact("e", &properties),
        )])
    };
    let guid = "w.0a1b2c3d-0000-4000-8000-000000000001.sql.azuresynapse.net";
    silent(&endpoint("Microsoft.Synapse/workspaces/w", &format!(r#", "fqdns": [ "{guid}" ], "name": "e""#)));
    silent(&endpoint("Microsoft.Synapse/workspaces/w", r#", "fqdns": []"#));
    let service = "Microsoft.Network/privateLinkServices/pls";
    let missing = endpoint(service, r#", "fqdns": []"#);
    assert_eq!(rules(&missing, None), [("managed-endpoint-fqdns", Severity::High)]);
    let url = endpoint(service, r#", "fqdns": [ "https://a.example.org/" ]"#);
    assert_eq!(rules(&url, None), [("managed-endpoint-fqdns", Severity::Medium)]);
}

#[test]
fn host_names_with_a_scheme_before_a_parameter() {
    let properties = r#"{ "privateLinkResourceId": "[parameters('target')]",
        "fqdns": [ "[format('https://{0}.example.org', parameters('host'))]", "[parameters('host')]" ] }"#;
    let endpoint = child("managedVirtualNetworks/managedPrivateEndpoints", "default/e", properties);
    let files =
        template(r#""target": { "type": "string" }, "host": { "type": "string" }"#, &[network(), endpoint]);
    assert_eq!(rules(&files, None), [("managed-endpoint-fqdns", Severity::Medium)]);
    let unknown = r#"{ "privateLinkResourceId": "[resourceId('Microsoft.Network/privateLinkServices', 'p')]",
        "fqdns": "[parameters('names')]" }"#;
    let endpoint = child("managedVirtualNetworks/managedPrivateEndpoints", "default/e", unknown);
    silent(&template(r#""names": { "type": "array", "defaultValue": [] }"#, &[network(), endpoint]));
}

#[test]
fn existing_and_conditional_runtimes_do_not_switch() {
    let conditional = |name: &str, properties: &str| {
        let rest = format!(r#""condition": "[parameters('{name}')]", "properties": {properties}"#);
        resource("Microsoft.DataFactory/factories/integrationRuntimes", "f/ir", &rest)
    };
    let parameters = r#""a": { "type": "bool" }, "b": { "type": "bool" }"#;
    silent(&template(parameters, &[conditional("a", MANAGED), conditional("b", PUBLIC)]));
    let together = template(parameters, &[conditional("a", MANAGED), conditional("a", PUBLIC)]);
    assert_eq!(rules(&together, None), [("runtime-network-switch", Severity::High)]);
}

#[test]
fn time_to_live_has_a_date() {
    let compute = r#"{ "type": "Managed", "typeProperties": { "computeProperties": { "location": "AutoResolve",
        "copyComputeScaleProperties": { "dataIntegrationUnit": 7, "timeToLive": 5 } } },
        "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } }"#;
    let files = template("", &[network(), child("integrationRuntimes", "ir", compute)]);
    assert_eq!(rules(&files, None), [("ttl-placement", Severity::High)]);
    assert_eq!(rules(&files, Some("2020-11-01")), []);
}

#[test]
fn workspaces_in_git_folders_do_not_hold_the_switch() {
    let workspace = |more: &str| {
        let rest = format!(
            r#""location": "westeurope", "identity": {{ "type": "SystemAssigned" }},
               "properties": {{ "managedVirtualNetwork": "default"{more} }}"#
        );
        template(
            r#""prevent": { "type": "bool", "defaultValue": false }"#,
            &[resource("Microsoft.Synapse/workspaces", "w", &rest)],
        )
    };
    let settings = |value: &str| {
        workspace(&format!(r#", "managedVirtualNetworkSettings": {{ "preventDataExfiltration": {value} }}"#))
    };
    assert_eq!(rules(&workspace(""), None), [("managed-vnet-egress", Severity::Medium)]);
    assert_eq!(rules(&settings("false"), None), [("managed-vnet-egress", Severity::Medium)]);
    silent(&settings("true"));
    silent(&settings(r#""[parameters('prevent')]""#));
}
