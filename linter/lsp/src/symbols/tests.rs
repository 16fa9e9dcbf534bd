use crate::testing::outline;

#[test]
fn templates() {
    let text = r##"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "definitions": { "kind": { "type": "string" } },
  "parameters": { "env": { "type": "string" }, "kind": { "$ref": "#/definitions/kind" } },
  "functions": [{ "namespace": "own", "members": { "tag": { "parameters": [], "output": {} } } }],
  "variables": { "a": 1, "copy": [{ "name": "many", "count": 2, "input": "x" }] },
  "resources": [
    { "type": "Microsoft.Sql/servers", "apiVersion": "2021-11-01", "name": "[parameters('env')]",
      "resources": [{ "type": "databases", "apiVersion": "2021-11-01", "name": "db" }] },
    { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "inner", "properties": {
      "mode": "Incremental", "template": {
        "resources": [{ "type": "Microsoft.Web/sites", "apiVersion": "2022-09-01", "name": "site" }] } } }
  ],
  "outputs": { "o": { "type": "string", "value": "x" } }
}"##;
    let expected = "\
Section definitions []
  Definition kind [string]
Section parameters []
  Parameter env [string]
  Parameter kind [#/definitions/kind]
Section functions []
  Function own.tag []
Section variables []
  Variable a []
  Variable many []
Section resources []
  Resource [parameters('env')] [Microsoft.Sql/servers]
    Section resources []
      Resource db [databases]
  Resource inner [Microsoft.Resources/deployments]
    Section resources []
      Resource site [Microsoft.Web/sites]
Section outputs []
  Output o [string]
";
    assert_eq!(outline("main.json", text), expected);
}

#[test]
fn symbolic_names_and_yaml() {
    let text = "\
$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
languageVersion: '2.0'
parameters:
  env:
    type: string
resources:
  store:
    type: Microsoft.Storage/storageAccounts
    apiVersion: '2023-01-01'
    name: st
";
    let expected = "\
Section parameters []
  Parameter env [string]
Section resources []
  Resource store [Microsoft.Storage/storageAccounts]
";
    assert_eq!(outline("main.yaml", text), expected);
    // Broken, but still an outline.
    assert_eq!(
        outline(
            "main.json",
            "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"parameters\": {\"env\": {\"type\": \"string\""
        ),
        "Section parameters []\n  Parameter env [string]\n"
    );
}

#[test]
fn artefacts_parameter_files_and_manifests() {
    let pipeline = r#"{"name": "Run", "properties": {
  "parameters": {"day": {"type": "string"}},
  "activities": [
    {"name": "Each", "type": "ForEach", "typeProperties": {"items": {}, "activities": [
      {"name": "If", "type": "IfCondition", "typeProperties": {"ifTrueActivities": [{"name": "Yes", "type": "Wait"}]}},
      {"name": "Switch", "type": "Switch", "typeProperties": {
        "cases": [{"value": "a", "activities": [{"name": "A", "type": "Wait"}]}]}}]}}]}}"#;
    let expected = "\
Resource Run [pipeline]
  Section parameters []
    Parameter day [string]
  Section activities []
    Activity Each [ForEach]
      Activity If [IfCondition]
        Section ifTrueActivities []
          Activity Yes [Wait]
      Activity Switch [Switch]
        Section a []
          Activity A [Wait]
";
    assert_eq!(outline("adf/pipeline/Run.json", pipeline), expected);
    let file = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "parameters": {"a": {"value": 1}, "b": {"reference": {}}}}"#;
    assert_eq!(outline("main.parameters.json", file), "Parameter a []\nParameter b [Key Vault]\n");
    let manifests = "\
apiVersion: storage.azure.com/v1api20230101
kind: StorageAccount
metadata:
  name: store
---
apiVersion: resources.azure.com/v1api20200601
kind: ResourceGroup
metadata:
  name: group
";
    assert_eq!(
        outline("a.yaml", manifests),
        "Resource store [StorageAccount]\nResource group [ResourceGroup]\n"
    );
}

#[test]
fn names_hold_no_secrets() {
    let text = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": {"p": {"type": "securestring", "defaultValue": "hunter2-hunter2"}},
  "resources": [
    {"type": "Microsoft.Web/sites", "name": "[concat('hunter2-hunter2', parameters('p'))]"},
    {"type": "Microsoft.Web/sites", "name": "Password=pa55w0rd;x"}]}"#;
    let outline = outline("main.json", text);
    assert!(!outline.contains("hunter2") && !outline.contains("pa55w0rd"), "{outline}");
}
