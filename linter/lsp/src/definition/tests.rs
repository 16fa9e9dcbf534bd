use crate::testing::{MARK, defined};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

const TEMPLATE: &str = r##"{
  "$schema": "SCHEMA",
  "contentVersion": "1.0.0.0",
  "languageVersion": "2.0",
  "definitions": { "kind": { "type": "string" } },
  "parameters": {
    "env": { "type": "string", "defaultValue": "dev" },
    "kind": { "$ref": "#/definitions/kind" }
  },
  "functions": [{ "namespace": "own", "members": { "tag": {
    "parameters": [{ "name": "env", "type": "string" }],
    "output": { "type": "string", "value": "[toLower(parameters('env'))]" }
  } } }],
  "variables": {
    "name": "[concat('st', parameters('env'))]",
    "copy": [{ "name": "disks", "count": 2, "input": "[copyIndex('disks')]" }],
    "sizes": "[map(createArray(1), lambda('x', add(lambdaVariables('x'), 1)))]",
    "tag": "[own.tag('a')]",
    "first": "[variables('disks')[0]]"
  },
  "resources": {
    "store": {
      "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
      "name": "[variables('name')]", "location": "[resourceGroup().location]"
    },
    "copies": {
      "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
      "copy": { "name": "copies", "count": 2 },
      "name": "[concat('c', copyIndex('copies'))]",
      "dependsOn": ["store"]
    },
    "inner": {
      "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner",
      "dependsOn": ["copies", "[resourceId('Microsoft.Storage/storageAccounts', variables('name'))]"],
      "properties": {
        "mode": "Incremental",
        "expressionEvaluationOptions": { "scope": "inner" },
        "parameters": { "env": { "value": "[parameters('env')]" } },
        "template": {
          "$schema": "SCHEMA", "contentVersion": "1.0.0.0",
          "parameters": { "env": { "type": "string" } },
          "resources": [],
          "outputs": { "o": { "type": "string", "value": "[parameters('env')]" } }
        }
      }
    }
  },
  "outputs": {
    "id": { "type": "string", "value": "[reference('store').id]" },
    "tag": { "type": "string", "value": "[variables('tag')]" },
    "inner": { "type": "string", "value": "[reference('inner').outputs.o.value]" },
    "place": { "type": "string", "value": "[reference('store', '2023-01-01', 'full').location]" }
  }
}"##;

// The definitions of the place behind `before`, which ends at the pointer; `nth` counts from 0.
fn in_template(before: &str, nth: usize) -> Vec<String> {
    let text = TEMPLATE.replace("SCHEMA", SCHEMA);
    let (at, _) = text.match_indices(before).nth(nth).expect(before);
    let at = at + before.len();
    defined(&[("main.json", &format!("{}{MARK}{}", &text[..at], &text[at..]))])
}

#[test]
fn names_of_expressions() {
    assert_eq!(in_template("concat('st', parameters('e", 0), ["main.json:7 \"env\""]);
    assert_eq!(in_template("concat('st', para", 0), ["main.json:7 \"env\""]);
    assert_eq!(in_template("\"name\": \"[variables('n", 0), ["main.json:15 \"name\""]);
    assert_eq!(in_template("[variables('di", 0), ["main.json:16 \"disks\""]);
    assert_eq!(in_template("[copyIndex('di", 0), ["main.json:16 \"disks\""]);
    assert_eq!(in_template("lambdaVariables('", 0), ["main.json:17 'x'"]);
    assert_eq!(in_template("[own.t", 0), ["main.json:10 \"tag\""]);
    assert_eq!(in_template("copyIndex('co", 0), ["main.json:28 \"copies\""]);
    assert!(in_template("\"location\": \"[resource", 0).is_empty());
}

#[test]
fn names_belong_to_their_scope() {
    // The parameter of the function, that of the nested template, and the argument in the outer scope.
    assert_eq!(in_template("toLower(parameters('e", 0), ["main.json:11 \"env\""]);
    assert_eq!(in_template("\"value\": \"[parameters('e", 1), ["main.json:41 \"env\""]);
    assert_eq!(in_template("\"value\": \"[parameters('e", 0), ["main.json:7 \"env\""]);
    assert_eq!(in_template("\"parameters\": { \"e", 0), ["main.json:41 \"env\""]);
}

#[test]
fn resources_by_symbol_name_and_id() {
    assert_eq!(in_template("[reference('st", 0), ["main.json:22 \"store\""]);
    assert_eq!(in_template("\"dependsOn\": [\"st", 0), ["main.json:22 \"store\""]);
    assert_eq!(in_template("[\"cop", 0), ["main.json:26 \"copies\""]);
    assert_eq!(in_template("[resourceId('Micr", 0), ["main.json:22 \"store\""]);
    assert_eq!(in_template("storageAccounts', variables('n", 0), ["main.json:15 \"name\""]);
    assert_eq!(in_template("\"$ref\": \"#/def", 0), ["main.json:5 \"kind\""]);
}

#[test]
fn members_of_objects() {
    assert_eq!(in_template("[reference('inner').outputs.", 0), ["main.json:43 \"o\""]);
    assert_eq!(in_template("'full').loc", 0), ["main.json:24 \"location\""]);
}

#[test]
fn names_without_symbols_in_yaml() {
    let yaml = r#"$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
parameters:
  env:
    type: string
resources:
  - type: Microsoft.Storage/storageAccounts
    apiVersion: "2023-01-01"
    name: "[parameters('‸env')]"
  - type: Microsoft.Web/sites
    apiVersion: "2023-01-01"
    name: site
    dependsOn:
      - stlogs
  - type: Microsoft.Storage/storageAccounts
    apiVersion: "2023-01-01"
    name: stlogs
"#;
    assert_eq!(defined(&[("main.yaml", yaml)]), ["main.yaml:4 env"]);
    let other = yaml.replace(MARK, "").replace("- stlogs", "- stl‸ogs");
    assert_eq!(defined(&[("main.yaml", &other)]), ["main.yaml:17 stlogs"]);
    // A caret behind the last character.
    let other = yaml.replace(MARK, "").replace("- stlogs\n", "- stlogs‸\n");
    assert_eq!(defined(&[("main.yaml", &other)]), ["main.yaml:17 stlogs"]);
}

#[test]
fn parameter_files_and_templates() {
    let text = TEMPLATE.replace("SCHEMA", SCHEMA);
    let file = |mark: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {{ "{mark}env": {{ "value": "prd" }} }} }}"#
        )
    };
    let found = defined(&[("main.json", &text), ("main.parameters.json", &file(MARK))]);
    assert_eq!(found, ["main.json:7 \"env\""]);
    let marked =
        text.replace("\"env\": { \"type\": \"string\", \"def", "\"‸env\": { \"type\": \"string\", \"def");
    let found = defined(&[
        ("main.json", &marked),
        ("main.parameters.json", &file("")),
        ("main.prd.parameters.json", &file("")),
    ]);
    assert_eq!(found, ["main.parameters.json:3 \"env\"", "main.prd.parameters.json:3 \"env\""]);
}

#[test]
fn linked_templates() {
    let main = r#"{"$schema": "SCHEMA", "contentVersion": "1.0.0.0", "resources": [
  { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "x", "properties": {
    "mode": "Incremental",
    "templateLink": { "relativePath": "nested/‸store.json" },
    "parameters": { "sku": { "value": "x" } } } } ]}"#
        .replace("SCHEMA", SCHEMA);
    let nested = r#"{"$schema": "SCHEMA", "contentVersion": "1.0.0.0",
  "parameters": { "sku": { "type": "string" } }, "resources": []}"#
        .replace("SCHEMA", SCHEMA);
    let files = [("main.json", main.as_str()), ("nested/store.json", nested.as_str())];
    assert_eq!(defined(&files), ["nested/store.json:1 {"]);
    let argument = main.replace(MARK, "").replace("\"sku\"", "\"‸sku\"");
    let files = [("main.json", argument.as_str()), ("nested/store.json", nested.as_str())];
    assert_eq!(defined(&files), ["nested/store.json:2 \"sku\""]);
}

/// A Git folder; `mark` stands in for a text in one of its files.
fn in_folder(folder: &[(&str, &str)], path: &str, from: &str) -> Vec<String> {
    let files: Vec<(&str, String)> = folder
        .iter()
        .map(|(own, text)| {
            let text = text.to_string();
            if *own != path {
                return (*own, text);
            }
            let at = text.find(from).expect(from) + from.len();
            (*own, format!("{}{MARK}{}", &text[..at], &text[at..]))
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    defined(&files)
}

const FOLDER: [(&str, &str); 9] = [
    ("adf/managedVirtualNetwork/default.json", r#"{"name": "default", "properties": {}}"#),
    (
        "adf/trigger/Daily.json",
        r#"{"name": "Daily", "properties": {"type": "ScheduleTrigger", "pipelines": [
  {"pipelineReference": {"referenceName": "Sub", "type": "PipelineReference"}, "parameters": {"p": "1"}}], "typeProperties": {}}}"#,
    ),
    (
        "adf/factory/adf.json",
        r#"{"name": "adf", "properties": {"globalParameters": {"region": {"type": "string", "value": "eu"}}}}"#,
    ),
    (
        "adf/pipeline/Run.json",
        r#"{"name": "Run", "properties": {
  "parameters": {"day": {"type": "string"}},
  "variables": {"count": {"type": "String"}},
  "activities": [
    {"name": "Look", "type": "Lookup", "typeProperties": {
      "dataset": {"referenceName": "Table", "type": "DatasetReference", "parameters": {"name": "x"}},
      "query": {"type": "Expression", "value": "@concat(pipeline().parameters.day, pipeline().globalParameters.region)"}}},
    {"name": "Each", "type": "ForEach", "dependsOn": [{"activity": "Look", "dependencyConditions": ["Succeeded"]}],
      "typeProperties": {"items": {"type": "Expression", "value": "@activity('Look').output.value"}, "activities": [
        {"name": "Set", "type": "SetVariable", "typeProperties": {"variableName": "count",
          "value": {"type": "Expression", "value": "@concat(item().id, variables('count'))"}}}]}},
    {"name": "Other", "type": "ExecutePipeline", "typeProperties": {
      "pipeline": {"referenceName": "Sub", "type": "PipelineReference"}, "parameters": {"p": "1"}}}]}}"#,
    ),
    (
        "adf/pipeline/Sub.json",
        r#"{"name": "Sub", "properties": {"parameters": {"p": {"type": "string"}}, "activities": []}}"#,
    ),
    (
        "adf/dataset/Table.json",
        r#"{"name": "Table", "properties": {"type": "AzureSqlTable", "parameters": {"name": {"type": "string"}},
  "linkedServiceName": {"referenceName": "Sql", "type": "LinkedServiceReference"},
  "typeProperties": {"table": {"type": "Expression", "value": "@dataset().name"}}}}"#,
    ),
    (
        "adf/linkedService/Sql.json",
        r#"{"name": "Sql", "properties": {"type": "AzureSqlDatabase", "parameters": {"db": {"type": "string"}},
  "connectVia": {"referenceName": "Managed", "type": "IntegrationRuntimeReference"},
  "typeProperties": {"connectionString": "Server=x.database.windows.net;Database=@{linkedService().db}",
    "credential": {"referenceName": "Own", "type": "CredentialReference"}}}}"#,
    ),
    (
        "adf/integrationRuntime/Managed.json",
        r#"{"name": "Managed", "properties": {"type": "Managed",
  "managedVirtualNetwork": {"referenceName": "default", "type": "ManagedVirtualNetworkReference"}}}"#,
    ),
    (
        "adf/credential/Own.json",
        r#"{"name": "Own", "properties": {"type": "ManagedIdentity", "typeProperties": {}}}"#,
    ),
];

#[test]
fn artefacts_of_a_git_folder() {
    let found = |path: &str, from: &str| in_folder(&FOLDER, path, from);
    let pipeline = "adf/pipeline/Run.json";
    assert_eq!(found(pipeline, "\"referenceName\": \"Ta"), ["adf/dataset/Table.json:1 \"Table\""]);
    assert_eq!(found(pipeline, "\"referenceName\": \"Su"), ["adf/pipeline/Sub.json:1 \"Sub\""]);
    assert_eq!(
        found("adf/dataset/Table.json", "\"referenceName\": \"S"),
        ["adf/linkedService/Sql.json:1 \"Sql\""]
    );
    let service = "adf/linkedService/Sql.json";
    assert_eq!(
        found(service, "\"referenceName\": \"Ma"),
        ["adf/integrationRuntime/Managed.json:1 \"Managed\""]
    );
    assert_eq!(found(service, "\"referenceName\": \"Ow"), ["adf/credential/Own.json:1 \"Own\""]);
    assert_eq!(
        found("adf/integrationRuntime/Managed.json", "\"referenceName\": \"de"),
        ["adf/managedVirtualNetwork/default.json:1 \"default\""]
    );
    let trigger = "adf/trigger/Daily.json";
    assert_eq!(found(trigger, "\"referenceName\": \"S"), ["adf/pipeline/Sub.json:1 \"Sub\""]);
    assert_eq!(found(trigger, "\"parameters\": {\""), ["adf/pipeline/Sub.json:1 \"p\""]);
    let others: Vec<(&str, &str)> =
        FOLDER.into_iter().filter(|(path, _)| !path.contains("managedVirtualNetwork")).collect();
    let runtime = "adf/integrationRuntime/Managed.json";
    assert!(in_folder(&others, runtime, "\"referenceName\": \"de").is_empty());
}

#[test]
fn names_in_dynamic_content() {
    let found = |path: &str, from: &str| in_folder(&FOLDER, path, from);
    let pipeline = "adf/pipeline/Run.json";
    assert_eq!(found(pipeline, "pipeline().parameters.d"), [format!("{pipeline}:2 \"day\"")]);
    assert_eq!(found(pipeline, "globalParameters.r"), ["adf/factory/adf.json:1 \"region\""]);
    assert_eq!(found(pipeline, "@activity('L"), [format!("{pipeline}:5 \"Look\"")]);
    assert_eq!(found(pipeline, "{\"activity\": \"L"), [format!("{pipeline}:5 \"Look\"")]);
    assert_eq!(found(pipeline, "variables('c"), [format!("{pipeline}:3 \"count\"")]);
    assert_eq!(found(pipeline, "\"variableName\": \"c"), [format!("{pipeline}:3 \"count\"")]);
    assert_eq!(found(pipeline, "@concat(it"), [format!("{pipeline}:9 \"items\"")]);
    assert_eq!(found(pipeline, "\"parameters\": {\"n"), ["adf/dataset/Table.json:1 \"name\""]);
    assert_eq!(
        found(pipeline, "PipelineReference\"}, \"parameters\": {\""),
        ["adf/pipeline/Sub.json:1 \"p\""]
    );
    assert_eq!(found("adf/dataset/Table.json", "@dataset().n"), ["adf/dataset/Table.json:1 \"name\""]);
    assert_eq!(
        found("adf/linkedService/Sql.json", "linkedService().d"),
        ["adf/linkedService/Sql.json:1 \"db\""]
    );
}

#[test]
fn artefacts_of_a_template() {
    for (ty, kind) in [("Microsoft.DataFactory/factories", "adf"), ("Microsoft.Synapse/workspaces", "syn")] {
        let text = r#"{"$schema": "SCHEMA", "contentVersion": "1.0.0.0",
  "parameters": {"factoryName": {"type": "string"}},
  "resources": [
    {"type": "TYPE/linkedservices", "apiVersion": "2018-06-01", "name": "[concat(parameters('factoryName'), '/Lake')]",
      "properties": {"type": "AzureBlobFS", "typeProperties": {}}},
    {"type": "TYPE/datasets", "apiVersion": "2018-06-01", "name": "[concat(parameters('factoryName'), '/Set')]",
      "properties": {"type": "Parquet", "linkedServiceName": {"referenceName": "‸Lake", "type": "LinkedServiceReference"}}}]}"#
            .replace("SCHEMA", SCHEMA)
            .replace("TYPE", ty);
        let found = defined(&[("main.json", &text)]);
        assert_eq!(found, ["main.json:4 \"[concat(parameters('factoryName'), '/Lake')]\""], "{kind}");
    }
}

#[test]
fn manifests_of_the_operator() {
    let text = r#"apiVersion: resources.azure.com/v1api20200601
kind: ResourceGroup
metadata:
  name: group
spec:
  location: westeurope
---
apiVersion: storage.azure.com/v1api20230101
kind: StorageAccount
metadata:
  name: store
spec:
  location: westeurope
  owner:
    name: gr‸oup
---
apiVersion: network.azure.com/v1api20220701
kind: PrivateEndpoint
metadata:
  name: endpoint
spec:
  owner:
    name: group
  privateLinkServiceConnections:
    - name: c
      privateLinkServiceReference:
        group: storage.azure.com
        kind: StorageAccount
        name: store
"#;
    assert_eq!(defined(&[("a.yaml", text)]), ["a.yaml:4 group"]);
    let other = text.replace(MARK, "").replace("        name: store", "        name: st‸ore");
    assert_eq!(defined(&[("a.yaml", &other)]), ["a.yaml:11 store"]);
}
