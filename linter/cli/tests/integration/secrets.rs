//! No command prints a secret: neither of the examples of the rules, nor what is planted here in every kind
//! of place.

use armlint_engine::rule::example::{self, Example};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

use crate::everything::everything;
use crate::folder::folder;

/// Secrets as literals, parts of texts, escapes, expressions, defaults and variables.
const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "key": { "type": "securestring", "defaultValue": "planted-default" },
    "plain": { "type": "string", "defaultValue": "planted-plain" }
  },
  "variables": { "v": "planted-variable", "busKey": "planted-Bus-Key-0123456789",
    "tag": "https://a/b?sv=1&se=2&sig=planted-Tag-Signature-0123456789" },
  "resources": [
    { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/a",
      "properties": { "type": "AzureSqlDatabase", "typeProperties": {
        "connectionString": "Data Source=x;User ID=u;Password=planted-part;Encrypt=True" } } },
    { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/b",
      "properties": { "type": "Sftp", "typeProperties": { "host": "h", "userName": "u",
        "password": { "type": "SecureString", "value": "planted-\u0065scaped" } } } },
    { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/c",
      "properties": { "type": "Sftp", "typeProperties": { "host": "h", "userName": "u",
        "password": { "type": "SecureString", "value": "[concat(variables('v'), 'planted-expression')]" } } } },
    { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/d",
      "properties": { "type": "Sftp", "typeProperties": { "host": "h", "userName": "u",
        "password": { "type": "SecureString", "value": "[parameters('key')]" },
        "privateKeyContent": { "type": "SecureString", "value": "[parameters('plain')]" } } } },
    { "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/e",
      "properties": { "type": "AzureBlobStorage", "typeProperties": {
        "sasUri": "https://x.blob.core.windows.net/c?sv=2022&sig=planted-signature" } } },
    { "type": "Microsoft.Sql/servers", "apiVersion": "2021-11-01", "name": "s",
      "properties": { "administratorLogin": "u", "administratorLoginPassword": "planted-sql-1" } },
    { "type": "Microsoft.Sql/servers", "apiVersion": "2021-11-01", "name": "t",
      "properties": { "administratorLogin": "u", "administratorLoginPassword": "[parameters('plain')]" } },
    { "type": "Microsoft.ApiManagement/service", "apiVersion": "2022-08-01", "name": "a",
      "properties": { "certificates": [ { "encodedCertificate": "planted-certificate", "storeName": "Root" } ] } },
    { "type": "Microsoft.Web/sites", "apiVersion": "2022-09-01", "name": "w", "tags": { "t": "[variables('tag')]" },
      "properties": { "httpsOnly": true, "siteConfig": { "appSettings": [
        { "name": "x", "value": "Server=tcp:s.database.windows.net;User ID=u;Password=planted-connection" },
        { "name": "y", "value": "[concat('Endpoint=sb://n;SharedAccessKey=', variables('busKey'))]" },
        { "name": "API_TOKEN", "value": "planted-Setting-0123456789" } ] } } },
    { "type": "Microsoft.Compute/virtualMachines/extensions", "apiVersion": "2022-03-01", "name": "v/e",
      "properties": { "settings": { "fileUris": [ "https://a/b?sv=1&se=2&sig=planted-URI-Signature-0123456789" ] } } },
    { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "n", "properties": {
        "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" },
        "parameters": { "secret": { "value": "planted-argument" } },
        "template": { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          "contentVersion": "1.0.0.0", "parameters": { "secret": { "type": "securestring" } }, "resources": [
            { "type": "Microsoft.Sql/servers", "apiVersion": "2021-11-01", "name": "i",
              "properties": { "administratorLogin": "u", "administratorLoginPassword": "[parameters('secret')]" } } ] } } }
  ]
}"#;

const VALUES: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "key": { "value": "planted-value" }, "plain": { "value": "planted-other" } }
}"#;

const SERVICE: &str = r#"{
  "name": "Warehouse",
  "properties": {
    "type": "AzureSqlDW",
    "parameters": { "password": { "type": "String", "defaultValue": "planted-parameter" } },
    "typeProperties": {
      "connectionString": "Server=tcp:x.database.windows.net;User ID=u;Password=planted-part-2",
      "encryptedCredential": "planted-encrypted"
    }
  }
}"#;

const MANIFEST: &str = "\
$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
resources:
  - type: Microsoft.DataFactory/factories/linkedservices
    apiVersion: '2018-06-01'
    name: f/yaml
    properties:
      type: Sftp
      typeProperties:
        host: h
        userName: u
        password:
          type: SecureString
          value: >-
            planted-folded
";

fn report(example: &Example) -> Report {
    let input = |file: &example::ExampleFile| Input {
        path: file.path.as_str().into(),
        content: Ok(file.text.clone().into_bytes()),
        context: false,
        named: false,
    };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(example.files.iter().map(input).collect());
    let today = Date { year: 2026, month: 1, day: 31 };
    session.check(&Settings::new(example.as_of.unwrap_or(today), Cloud::Public))
}

/// What the engine takes for a secret, where it is written as itself and is no word that may stand anywhere.
fn secrets(report: &Report) -> Vec<String> {
    let texts = report.secrets.iter().filter_map(|span| {
        let text = report.source(span.source)?.slice(*span);
        text.strip_prefix('"')?.strip_suffix('"')
    });
    let is_literal = |text: &&str| {
        text.len() >= 6
            && text.contains(|c: char| c.is_ascii_digit())
            && !text.contains(['[', '{', '@', '(', '*'])
    };
    texts.filter(is_literal).map(ToString::to_string).collect()
}

#[test]
fn no_command_holds_a_secret_of_an_example_of_a_rule() {
    let catalogue = armlint_rules::catalogue();
    let mut count = 0;
    for rule in catalogue.rules() {
        for example in catalogue.examples(rule.id).unwrap() {
            let secrets = secrets(&report(&example));
            if secrets.is_empty() {
                continue;
            }
            count += 1;
            let files = example.files.iter().map(|file| (file.path.as_str(), file.text.as_str()));
            let folder = folder(&files.collect::<Vec<_>>());
            for (command, text) in everything(folder.path()) {
                for secret in &secrets {
                    assert!(!text.contains(secret), "{}: {command}: {secret}\n{text}", rule.id);
                }
            }
        }
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn no_command_holds_a_planted_secret() {
    let folder = folder(&[
        ("main.json", TEMPLATE),
        ("main.parameters.json", VALUES),
        ("factory/linkedService/Warehouse.json", SERVICE),
        ("factory/factory/contoso.json", r#"{ "name": "contoso", "properties": {} }"#),
        ("services.yaml", MANIFEST),
    ]);
    let texts = everything(folder.path());
    for (command, text) in &texts {
        assert!(!text.contains("planted") && !text.contains("u0065scaped"), "{command}\n{text}");
    }
    // What is hidden was there: both the finding and the value that is evaluated.
    let holds = |ending: &str, text: &str| {
        let mut of = texts.iter().filter(|(command, _)| command.ends_with(ending));
        of.any(|(_, said)| said.contains(text))
    };
    assert!(holds("/json", "adf/secret-literal"));
    assert!(holds("main.parameters.json", "User ID=u;Password=***"));
}
