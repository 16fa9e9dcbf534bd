//! No command prints a secret: neither of the examples of the rules, nor what is planted here in every kind
//! of place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use armlint_engine::rule::example::{self, Example};
use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

use crate::folder::folder;

const FORMATS: [&str; 10] =
    ["pretty", "concise", "json", "jsonl", "sarif", "github", "azure", "gitlab", "junit", "markdown"];

/// Secrets as literals, parts of texts, escapes, expressions, defaults and variables.
const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "key": { "type": "securestring", "defaultValue": "planted-default" },
    "plain": { "type": "string", "defaultValue": "planted-plain" }
  },
  "variables": { "v": "planted-variable" },
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
        "sasUri": "https://x.blob.core.windows.net/c?sv=2022&sig=planted-signature" } } }
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

/// What a command said on both streams.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armlint"));
    command.current_dir(folder).args(arguments).env_clear().stdin(Stdio::null());
    let output = command.output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    assert!((0..=3).contains(&code), "{arguments:?}: {:?}", output.status);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// All that the commands print and write about the files of a folder.
fn everything(folder: &Path) -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    files(folder, &mut inputs);
    let outputs = tempfile::tempdir().unwrap();
    let mut texts = Vec::new();
    let mut run = |arguments: &[&str]| texts.push((arguments.join(" "), said(folder, arguments)));
    let written: Vec<String> = FORMATS
        .iter()
        .map(|format| format!("-o={format}={}", outputs.path().join(format).display()))
        .collect();
    let baseline = outputs.path().join("baseline.json").display().to_string();
    let mut check = vec!["check", ".", "--min-confidence=low", "--show-files", "--statistics", "--timings"];
    check.extend(written.iter().map(String::as_str));
    run(&check);
    run(&["check", ".", "--write-baseline", &baseline]);
    run(&["check", ".", "--fix", "--unsafe-fixes", "--diff", "--min-confidence=low"]);
    for format in ["text", "mermaid", "dot"] {
        run(&["map", ".", "--format", format]);
    }
    for input in &inputs {
        let input = input.display().to_string();
        let parameters = inputs.iter().map(|other| other.display().to_string());
        run(&["expand", &input]);
        run(&["eval", "deployment().properties.template", "--template", &input]);
        for other in parameters.filter(|other| *other != input && other.contains("parameters")) {
            run(&["expand", &input, "--parameters", &other]);
        }
    }
    files(outputs.path(), &mut inputs);
    let written = inputs.iter().filter(|path| path.starts_with(outputs.path()));
    texts.extend(written.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())));
    texts
}

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
        let text = catalogue.documentation(rule.id).map_or("", |documentation| documentation.text);
        for example in example::parse(text).unwrap() {
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
