//! A large factory that works, as the Studio writes it: the first run says little, and each thing once.

use std::fmt::Write as _;

use armlint_engine::finding::Severity;

use crate::checked;

const SERVICES: usize = 60;
const DATASETS: usize = 260;
const PIPELINES: usize = 160;

type Files = Vec<(String, String)>;

fn artefact(folder: &str, name: &str, properties: &str) -> (String, String) {
    (format!("{folder}/{name}.json"), format!(r#"{{ "name": "{name}", "properties": {properties} }}"#))
}

fn via(runtime: &str) -> String {
    format!(r#", "connectVia": {{ "referenceName": "{runtime}", "type": "IntegrationRuntimeReference" }}"#)
}

// Stores in turn: those of Azure by managed identity in the network, an on-premises database whose password the
// runtime keeps, a web service with its key in the vault, and a public lake.
fn service(index: usize) -> (String, String) {
    let name = format!("ls_{index:02}");
    let vault = r#"{ "type": "AzureKeyVaultSecret", "secretName": "crm-key",
        "store": { "referenceName": "vault", "type": "LinkedServiceReference" } }"#;
    let (ty, properties, runtime) = match index % 5 {
        0 => ("AzureBlobFS", r#""url": "https://@{linkedService().account}.dfs.core.windows.net/""#.to_string(), "inside"),
        1 => ("AzureSqlDatabase", r#""connectionString": { "type": "SecureString", "value":
            "Data Source=contoso-sales.database.windows.net;Initial Catalog=sales;Encrypt=True" }"#.to_string(), "inside"),
        2 => ("SqlServer", r#""connectionString": "Data Source=erp01;Initial Catalog=erp;User ID=loader", "encryptedCredential":
            "eyJDcmVkZW50aWFsSWQiOiIwIiwiVmVyc2lvbiI6IjIuMCIsIkNsYXNzVHlwZSI6Ik1pY3Jvc29mdC5EYXRhUHJveHkuQ29yZSJ9""#.to_string(), "office"),
        3 => ("RestService", format!(
            r#""url": "https://crm.example.com/api/{index}", "enableServerCertificateValidation": true,
               "authenticationType": "Basic", "userName": "loader", "password": {vault}"#), "office"),
        _ => ("AzureBlobStorage", r#""serviceEndpoint": "https://contosoarchive.blob.core.windows.net/""#.to_string(), ""),
    };
    let runtime = if runtime.is_empty() { String::new() } else { via(runtime) };
    let parameters = r#""parameters": { "account": { "type": "String", "defaultValue": "contosolake" } }"#;
    artefact(
        "linkedService",
        &name,
        &format!(r#"{{ "type": "{ty}", {parameters}, "typeProperties": {{ {properties} }} {runtime} }}"#),
    )
}

fn dataset(index: usize) -> (String, String) {
    let service = index % SERVICES;
    let reference = format!(r#"{{ "referenceName": "ls_{service:02}", "type": "LinkedServiceReference" }}"#);
    artefact(
        "dataset",
        &format!("ds_{index:03}"),
        &format!(
            r#"{{ "type": "Json", "linkedServiceName": {reference}, "parameters": {{ "file": {{ "type": "string" }} }},
             "typeProperties": {{ "location": {{ "type": "AzureBlobFSLocation", "fileSystem": "raw",
               "fileName": {{ "value": "@dataset().file", "type": "Expression" }} }} }} }}"#
        ),
    )
}

// A copy between two stores on one runtime, and a call with a secret that no log shows.
fn pipeline(index: usize) -> (String, String) {
    let data = |at: usize| {
        format!(
            r#"{{ "referenceName": "ds_{:03}", "type": "DatasetReference", "parameters": {{ "file": "x" }} }}"#,
            at % DATASETS
        )
    };
    let source = index * 5 % DATASETS;
    let mut activities = format!(
        r#"{{ "name": "Copy", "type": "Copy", "inputs": [ {} ], "outputs": [ {} ],
             "typeProperties": {{ "source": {{ "type": "JsonSource" }}, "sink": {{ "type": "JsonSink" }} }} }}"#,
        data(source),
        data(source + 5)
    );
    write!(
        activities,
        r#", {{ "name": "Read key", "type": "WebActivity", "policy": {{ "secureOutput": true }},
               "dependsOn": [ {{ "activity": "Copy", "dependencyConditions": [ "Succeeded" ] }} ],
               "typeProperties": {{ "method": "GET", "url": "https://contoso-kv.vault.azure.net/secrets/crm-key?api-version=7.4",
                 "authentication": {{ "type": "MSI", "resource": "https://vault.azure.net" }} }} }},
             {{ "name": "Notify", "type": "WebActivity", "policy": {{ "secureInput": true }},
               "dependsOn": [ {{ "activity": "Read key", "dependencyConditions": [ "Succeeded" ] }} ],
               "typeProperties": {{ "method": "POST", "url": "https://crm.example.com/api/{index}", "body": "{{}}",
                 "headers": {{ "x-api-key": "@activity('Read key').output.value" }} }} }}"#
    )
    .expect("a string");
    artefact("pipeline", &format!("pl_{index:03}"), &format!(r#"{{ "activities": [ {activities} ] }}"#))
}

fn factory() -> Files {
    let endpoint = |name: &str, target: &str, group: &str| {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers";
        artefact(
            "managedVirtualNetwork/default/managedPrivateEndpoint",
            name,
            &format!(r#"{{ "privateLinkResourceId": "{id}/{target}", "groupId": "{group}" }}"#),
        )
    };
    let network = r#""managedVirtualNetwork": { "type": "ManagedVirtualNetworkReference", "referenceName": "default" }"#;
    let mut files = vec![
        (
            "factory/contoso.json".to_string(),
            r#"{ "name": "contoso", "location": "westeurope",
            "identity": { "type": "SystemAssigned" } }"#
                .to_string(),
        ),
        artefact("managedVirtualNetwork", "default", "{}"),
        artefact(
            "integrationRuntime",
            "inside",
            &format!(
                r#"{{ "type": "Managed", "typeProperties": {{ "computeProperties": {{ "location": "AutoResolve" }} }}, {network} }}"#
            ),
        ),
        artefact("integrationRuntime", "office", r#"{ "type": "SelfHosted" }"#),
        endpoint("lake", "Microsoft.Storage/storageAccounts/contosolake", "dfs"),
        endpoint("sales", "Microsoft.Sql/servers/contoso-sales", "sqlServer"),
        artefact(
            "linkedService",
            "vault",
            r#"{ "type": "AzureKeyVault",
            "typeProperties": { "baseUrl": "https://contoso-kv.vault.azure.net/" } }"#,
        ),
    ];
    files.extend((0..SERVICES).map(service));
    files.extend((0..DATASETS).map(dataset));
    files.extend((0..PIPELINES).map(pipeline));
    for index in 0..20 {
        files.push(artefact("trigger", &format!("tr_{index:02}"), &format!(
            r#"{{ "type": "ScheduleTrigger", "runtimeState": "Stopped",
                 "pipelines": [ {{ "pipelineReference": {{ "referenceName": "pl_{index:03}", "type": "PipelineReference" }} }} ],
                 "typeProperties": {{ "recurrence": {{ "frequency": "Day", "interval": 1,
                   "startTime": "2024-01-01T00:00:00Z", "timeZone": "UTC" }} }} }}"#)));
    }
    files
}

#[test]
fn the_first_run_says_little() {
    let files = factory();
    assert!(files.len() >= 500, "{}", files.len());
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let report = checked::check(&borrowed, &checked::on(None));
    let said: Vec<String> =
        report.findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
    assert!(said.len() <= 20, "{} findings:\n{}", said.len(), said.join("\n"));
    assert!(report.findings.iter().all(|finding| finding.severity < Severity::High), "{said:#?}");
    // Nobody reads a list of a hundred places.
    for finding in &report.findings {
        assert!(finding.related.len() <= SERVICES, "{}: {} places", finding.message, finding.related.len());
    }
}
