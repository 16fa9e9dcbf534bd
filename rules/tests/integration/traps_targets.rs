//! What managed private endpoints lead to, and what uses them: targets that are known by their host names,
//! children of stores, loops, and what a workspace may reach.

use armlint_engine::settings::{FactorySettings, Settings};

use crate::checked;

type Files = Vec<(&'static str, String)>;

// The texts that rules point at.
fn found(rules: &[&str], files: &Files, adf: FactorySettings) -> Vec<(&'static str, String)> {
    let report = checked::check(files, &Settings { adf, ..checked::on(None) });
    let own = report.findings.iter().filter(|finding| rules.contains(&finding.rule));
    own.map(|finding| {
        let span = finding.primary.span;
        let text = report.source(span.source).map_or("", |source| source.slice(span));
        (finding.rule, text.trim_matches('"').to_string())
    })
    .collect()
}

fn texts(rule: &str, files: &Files) -> Vec<String> {
    found(&[rule], files, FactorySettings::default()).into_iter().map(|(_, text)| text).collect()
}

fn artefact(name: &str, properties: &str) -> String {
    format!(r#"{{ "name": "{name}", "properties": {properties} }}"#)
}

const MANAGED: &str = r#"{ "type": "Managed",
    "typeProperties": { "computeProperties": { "location": "AutoResolve" } },
    "managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" } }"#;
const ENDPOINT: &str = "managedVirtualNetwork/default/managedPrivateEndpoint/ep.json";
const SERVICE: &str = "linkedService/ls.json";

fn folder(others: Files) -> Files {
    let mut files = vec![
        ("managedVirtualNetwork/default.json", r#"{ "name": "default" }"#.to_string()),
        ("integrationRuntime/irm.json", artefact("irm", MANAGED)),
    ];
    files.extend(others);
    files
}

fn endpoint(target: &str, group: &str, fqdns: &str) -> String {
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";
    let properties =
        format!(r#"{{ "privateLinkResourceId": "{id}/{target}", "groupId": "{group}", "fqdns": {fqdns} }}"#);
    artefact("ep", &properties)
}

fn service(ty: &str, properties: &str) -> String {
    let properties = format!(
        r#"{{ "type": "{ty}", "typeProperties": {{ {properties} }},
             "connectVia": {{ "type": "IntegrationRuntimeReference", "referenceName": "irm" }} }}"#
    );
    artefact("ls", &properties)
}

const LINK_SERVICE: &str = "Microsoft.Network/privateLinkServices/pls";

#[test]
fn private_link_services_are_used_by_their_host_names() {
    let rule = "adf/managed-endpoint-unused";
    let database = |host: &str| service("SqlServer", &format!(r#""server": "{host}", "database": "d""#));
    let with = |names: &str, service: String| {
        texts(rule, &folder(vec![(ENDPOINT, endpoint(LINK_SERVICE, "", names)), (SERVICE, service)]))
    };
    let none: [&str; 0] = [];
    assert_eq!(with(r#"["sql01.example.com"]"#, database("SQL01.example.com")), none);
    assert_eq!(with(r#"["old.example.com", "sql01.example.com"]"#, database("sql01.example.com")), none);
    // DNS may lead from one name of a domain to another, and from anywhere to a name of Azure's.
    assert_eq!(with(r#"["old.example.com"]"#, database("sql01.example.com")), none);
    assert_eq!(
        with(r#"["vm.privatelink.westeurope.cloudapp.azure.com"]"#, database("sql01.example.com")),
        none
    );
    assert_eq!(with(r#"["sql01.example.org"]"#, database("sql01.example.com")), ["ep"]);
    assert_eq!(with(r#"["sql01.example.org"]"#, database("sta.database.windows.net")), ["ep"]);
    let mongo =
        service("MongoDbAtlas", r#""connectionString": "mongodb+srv://lab.example.net/d", "database": "d""#);
    assert_eq!(with(r#"["lab-00.example.net"]"#, mongo), none);
    // Names that are not known may be those.
    assert_eq!(with(r#"["old.example.com"]"#, database("@{linkedService().server}")), none);
    assert_eq!(with("[]", database("sql01.example.com")), none);
    // An activity calls it.
    let call = r#"{ "activities": [ { "name": "w", "type": "WebActivity", "typeProperties": { "method": "GET",
        "url": "https://api.example.com/run",
        "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "irm" } } } ] }"#;
    let called = folder(vec![
        (ENDPOINT, endpoint(LINK_SERVICE, "", r#"["api.example.com"]"#)),
        ("pipeline/p.json", artefact("p", call)),
    ]);
    assert_eq!(texts(rule, &called), none);
}

#[test]
fn the_host_of_snowflake_is_made_of_its_account() {
    let rule = "adf/managed-endpoint-unused";
    let with = |properties: &str| {
        let names = r#"["ab1.west-europe.privatelink.snowflakecomputing.com"]"#;
        let files = vec![
            (ENDPOINT, endpoint(LINK_SERVICE, "", names)),
            (SERVICE, service("SnowflakeV2", properties)),
        ];
        texts(rule, &folder(files))
    };
    let none: [&str; 0] = [];
    assert_eq!(with(r#""accountIdentifier": "ab1.west-europe.privatelink""#), none);
    let host = r#""host": "ab1.west-europe.privatelink.snowflakecomputing.com""#;
    assert_eq!(with(&format!(r#""accountIdentifier": "ab1", {host}"#)), none);
    assert_eq!(with(r#""accountIdentifier": "@{linkedService().account}""#), none);
    assert_eq!(with(r#""host": "ab1.example.com""#), ["ep"]);
}

#[test]
fn a_url_uses_only_what_answers_http() {
    let rule = "adf/managed-endpoint-unused";
    let with = |target: &str, group: &str, other: (&'static str, String)| {
        texts(rule, &folder(vec![(ENDPOINT, endpoint(target, group, "[]")), other]))
    };
    let sql = |other| with("Microsoft.Sql/servers/old", "sqlServer", other);
    let lake = |other| with("Microsoft.Storage/storageAccounts/old", "dfs", other);
    let none: [&str; 0] = [];
    let web = |url: &str| {
        let via = r#""connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "irm" }"#;
        let text = format!(
            r#"{{ "activities": [ {{ "name": "w", "type": "WebActivity", "typeProperties": {{ "method": "GET",
                 "url": {url}, {via} }} }} ] }}"#
        );
        ("pipeline/p.json", artefact("p", &text))
    };
    let rest = |url: &str| (SERVICE, service("RestService", &format!(r#""url": "{url}""#)));
    for literal in ["https://raw.example.com/", "https://@{linkedService().x}.example.com/"] {
        assert_eq!(sql(rest(literal)), ["ep"], "{literal}");
        assert_eq!(lake(rest(literal)), ["ep"], "{literal}: a host of somebody else");
    }
    for open in ["@{linkedService().url}", "@linkedService().url", "https://@{linkedService().host}/x"] {
        assert_eq!(sql(rest(open)), ["ep"], "{open}: no SQL server answers HTTP");
        assert_eq!(lake(rest(open)), none, "{open}");
    }
    let computed = r#"{ "type": "Expression", "value": "@variables('url')" }"#;
    assert_eq!(sql(web(computed)), ["ep"]);
    assert_eq!(lake(web(computed)), none);
    assert_eq!(lake(web(r#""https://api.example.com/x""#)), ["ep"]);
    // Without a runtime in the network nothing uses an endpoint, whatever is called.
    let endpoint = endpoint("Microsoft.Storage/storageAccounts/old", "dfs", "[]");
    let public = r#"{ "type": "RestService", "typeProperties": { "url": "@{linkedService().url}" } }"#;
    let files = vec![
        ("factory/f.json", r#"{ "name": "f", "location": "westeurope" }"#.to_string()),
        ("managedVirtualNetwork/default.json", r#"{ "name": "default" }"#.to_string()),
        (ENDPOINT, endpoint),
        (SERVICE, artefact("ls", public)),
    ];
    assert_eq!(texts(rule, &files), ["ep"]);
}

#[test]
fn a_factory_without_any_endpoint_to_databricks_misses_it() {
    let rule = "adf/managed-endpoint-missing";
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";
    let domain = r#""domain": "https://adb-1.2.azuredatabricks.net""#;
    let workspace = format!(r#"{domain}, "workspaceResourceId": "{id}/Microsoft.Databricks/workspaces/lab""#);
    let with = |target: &str, group: &str, names: &str, properties: &str| {
        let target = endpoint(target, group, names);
        texts(rule, &folder(vec![(ENDPOINT, target), (SERVICE, service("AzureDatabricks", properties))]))
            .len()
    };
    let databricks = |name: &str, names: &str, properties: &str| {
        with(&format!("Microsoft.Databricks/workspaces/{name}"), "databricks_ui_api", names, properties)
    };
    let lake = |properties: &str| with("Microsoft.Storage/storageAccounts/sta", "dfs", "[]", properties);
    assert_eq!([lake(domain), lake(&workspace)], [1, 1]);
    assert_eq!(databricks("lab", "[]", &workspace), 0);
    assert_eq!(databricks("other", "[]", &workspace), 1);
    assert_eq!(databricks("other", "[]", domain), 0, "the host does not tell the workspace");
    assert_eq!(
        databricks("other", r#"["https://adb-1.2.azuredatabricks.net/"]"#, domain),
        0,
        "it says its host"
    );
}

#[test]
fn the_secondary_region_has_sub_resources_of_its_own() {
    let rule = "adf/managed-endpoint-wrong-group";
    let with = |group: &str, ty: &str, properties: &str| {
        let target = endpoint("Microsoft.Storage/storageAccounts/sta", group, "[]");
        texts(rule, &folder(vec![(ENDPOINT, target), (SERVICE, service(ty, properties))])).len()
    };
    for (ty, group, key) in [
        ("AzureBlobStorage", "blob", "serviceEndpoint"),
        ("AzureBlobFS", "dfs", "url"),
        ("AzureTableStorage", "table", "serviceEndpoint"),
    ] {
        let secondary = format!("{group}_secondary");
        let host = |name: &str| format!(r#""{key}": "https://{name}.{group}.core.windows.net/""#);
        assert_eq!(with(&secondary, ty, &host("sta-secondary")), 0, "{group}");
        assert_eq!(with(group, ty, &host("sta-secondary")), 1, "{group}");
        assert_eq!(with(&secondary, ty, &host("sta")), 1, "{group}");
        assert_eq!(with(group, ty, &host("sta")), 0, "{group}");
    }
}

#[test]
fn a_workspace_has_endpoints_to_its_own_sql() {
    let rule = "adf/managed-endpoint-missing";
    let pool = |workspace: &str| {
        let server =
            format!(r#""connectionString": "Data Source=tcp:{workspace}.sql.azuresynapse.net,1433""#);
        (SERVICE, service("AzureSqlDW", &server))
    };
    let default = |workspace: &str| {
        let name = format!("{workspace}-WorkspaceDefaultStorage");
        let url = format!(
            r#"{{ "type": "AzureBlobFS", "typeProperties": {{ "url": "https://{workspace}st.dfs.core.windows.net" }} }}"#
        );
        ("linkedService/default.json", artefact(&name, &url))
    };
    let lake = || (ENDPOINT, endpoint("Microsoft.Storage/storageAccounts/sta", "dfs", "[]"));
    let with = |files: Files| texts(rule, &folder(files)).len();
    assert_eq!(with(vec![lake(), default("syn-one"), pool("syn-one")]), 0);
    assert_eq!(with(vec![lake(), default("syn-one"), pool("syn-one-ondemand")]), 0);
    assert_eq!(with(vec![lake(), default("syn-one"), pool("syn-two")]), 1, "that of another workspace");
    // Where nothing says its name, it may be this one.
    let notebook = ("notebook/n.json", artefact("n", r#"{ "cells": [], "metadata": {} }"#));
    assert_eq!(with(vec![lake(), notebook, pool("syn-two")]), 0);
}

#[test]
fn databricks_is_used_by_the_id_of_its_workspace() {
    let rule = "adf/managed-endpoint-unused";
    let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";
    let with = |more: &str| {
        let properties = format!(r#""domain": "https://adb-1.2.azuredatabricks.net" {more}"#);
        let target = endpoint("Microsoft.Databricks/workspaces/lab", "databricks_ui_api", "[]");
        texts(rule, &folder(vec![(ENDPOINT, target), (SERVICE, service("AzureDatabricks", &properties))]))
    };
    let workspace =
        |name: &str| format!(r#", "workspaceResourceId": "{id}/Microsoft.Databricks/workspaces/{name}""#);
    let none: [&str; 0] = [];
    assert_eq!(with(&workspace("lab")), none);
    assert_eq!(with(&workspace("other")), ["ep"]);
    assert_eq!(with(""), none, "the host does not tell the workspace");
}

#[test]
fn clusters_are_called_by_their_public_name() {
    let rule = "adf/managed-endpoint-fqdns";
    let cluster = service("HDInsight", r#""clusterUri": "https://spark1.azurehdinsight.net""#);
    let with = |names: &str| {
        let target = endpoint(LINK_SERVICE, "", names);
        texts(rule, &folder(vec![(ENDPOINT, target), (SERVICE, cluster.clone())]))
    };
    let none: [&str; 0] = [];
    assert_eq!(with(r#"["spark1.internal.cloudapp.net"]"#), ["spark1.internal.cloudapp.net"]);
    assert_eq!(with(r#"["spark1-int.contoso.com"]"#), ["spark1-int.contoso.com"]);
    assert_eq!(with(r#"["spark1.azurehdinsight.net"]"#), none);
    assert_eq!(with(r#"["spark1.contoso.com", "spark1.azurehdinsight.net"]"#), none);
    assert_eq!(with(r#"["sql01.contoso.com"]"#), none, "it leads to something else");
}

#[test]
fn a_child_of_the_very_store_is_one_finding() {
    let rules =
        ["adf/managed-endpoint-missing", "adf/managed-endpoint-target", "adf/managed-endpoint-unused"];
    let database = service(
        "AzureSqlDatabase",
        r#""server": "srv.database.windows.net", "database": "d", "encrypt": "mandatory",
           "authenticationType": "SystemAssignedManagedIdentity""#,
    );
    let with = |target: &str| {
        let files =
            folder(vec![(ENDPOINT, endpoint(target, "sqlServer", "[]")), (SERVICE, database.clone())]);
        let found = found(&rules, &files, FactorySettings::default());
        found.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    assert_eq!(with("Microsoft.Sql/servers/srv/databases/d"), ["adf/managed-endpoint-target"]);
    let both = with("Microsoft.Sql/servers/other/databases/d");
    assert!(both.contains(&"adf/managed-endpoint-target") && both.contains(&"adf/managed-endpoint-missing"));
}

#[test]
fn tenants_of_a_workspace_are_approved_like_subscriptions() {
    let rule = "adf/managed-endpoint-unapproved-scope";
    let (own, other) = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b");
    let with = |tenants: &str, checked: &str, approved: &[&str]| {
        let text = format!(
            r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                 "contentVersion": "1.0.0.0", "resources": [ {{ "type": "Microsoft.Synapse/workspaces",
                 "apiVersion": "2021-06-01", "name": "w", "location": "westeurope", "properties": {{
                 "managedVirtualNetwork": "default", "managedVirtualNetworkSettings": {{
                 "preventDataExfiltration": true, {checked} "allowedAadTenantIdsForLinking": {tenants} }} }} }} ] }}"#
        );
        let approved_subscriptions = approved.iter().map(|id| (*id).into()).collect();
        let adf = FactorySettings { approved_subscriptions, ..FactorySettings::default() };
        found(&[rule], &vec![("t.json", text)], adf).into_iter().map(|(_, text)| text).collect::<Vec<_>>()
    };
    let checked = r#""linkedAccessCheckOnTargetResource": true,"#;
    let none: [&str; 0] = [];
    let list = format!(r#"["{own}", "{other}"]"#);
    assert_eq!(with(&list, checked, &[own]), [other]);
    assert_eq!(with(&list, checked, &[own, other]), none);
    assert_eq!(with("[]", checked, &[own]), none);
    assert_eq!(with(&list, checked, &[]), none, "nothing is configured");
    assert_eq!(with("[]", r#""linkedAccessCheckOnTargetResource": false,"#, &[own]), ["false"]);
    assert_eq!(with(r#"["[subscription().tenantId]"]"#, checked, &[own]), none);
}

#[test]
fn loops_of_unknown_length_are_unknown() {
    let parameters = r#""names": { "type": "array" }, "empty": { "type": "array", "defaultValue": [] }"#;
    let loop_of =
        |names: &str| format!(r#""copy": {{ "name": "c", "count": "[length(parameters('{names}'))]" }}"#);
    let resource = |ty: &str, name: &str, more: &str, properties: &str| {
        format!(
            r#"{{ "type": "{ty}", "apiVersion": "2018-06-01", "name": "{name}", {more}
                 "location": "westeurope", "properties": {properties} }}"#
        )
    };
    let child = |kind: &str, name: &str, more: &str, properties: &str| {
        resource(&format!("Microsoft.DataFactory/factories/{kind}"), name, more, properties)
    };
    let template = |resources: &[String]| {
        let text = format!(
            r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                 "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "resources": [ {} ] }}"#,
            resources.join(",")
        );
        vec![("t.json", text)]
    };
    let closed = || FactorySettings { closed_world: true, ..FactorySettings::default() };
    let rules = [
        "adf/managed-endpoint-missing",
        "adf/managed-endpoint-unused",
        "adf/managed-endpoint-duplicate",
        "adf/private-endpoint-missing",
        "adf/managed-vnet-missing",
    ];
    let factory = resource(
        "Microsoft.DataFactory/factories",
        "f",
        r#""identity": { "type": "SystemAssigned" },"#,
        r#"{ "publicNetworkAccess": "Disabled" }"#,
    );
    let shir = child("integrationRuntimes", "f/shir", "", r#"{ "type": "SelfHosted" }"#);
    for names in ["names", "empty"] {
        let lake = child(
            "linkedservices",
            "f/ls",
            "",
            r#"{ "type": "AzureBlobFS", "typeProperties": { "url": "https://sta.dfs.core.windows.net" },
                 "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "irm" } }"#,
        );
        let endpoints = child(
            "managedVirtualNetworks/managedPrivateEndpoints",
            &format!("[concat('f/default/', parameters('{names}')[copyIndex()])]"),
            &format!("{},", loop_of(names)),
            &format!(
                r#"{{ "privateLinkResourceId":
                     "[resourceId('Microsoft.Storage/storageAccounts', parameters('{names}')[copyIndex()])]",
                     "groupId": "dfs" }}"#
            )
            .replace('\n', " "),
        );
        let network = child("managedVirtualNetworks", "f/default", "", "{}");
        let runtime = child("integrationRuntimes", "f/irm", "", MANAGED);
        let private = resource(
            "Microsoft.Network/privateEndpoints",
            &format!("[parameters('{names}')[copyIndex()]]"),
            &format!("{},", loop_of(names)),
            r#"{ "subnet": { "id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]" },
                 "privateLinkServiceConnections": [ { "name": "c", "properties": { "groupIds": ["dataFactory"],
                 "privateLinkServiceId": "[resourceId('Microsoft.DataFactory/factories', 'f')]" } } ] }"#,
        );
        let all = [factory.clone(), network, runtime, lake, endpoints, shir.clone(), private];
        assert_eq!(found(&rules, &template(&all), closed()), [], "{names}");
    }
    // Without the loop, the private endpoint certainly is missing.
    let bare = found(&rules, &template(&[factory, shir]), closed());
    assert_eq!(bare.first().map(|(rule, _)| *rule), Some("adf/private-endpoint-missing"));
}
