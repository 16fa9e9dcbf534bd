//! What the rules about secrets and identities have to find in forms that are close to what they must leave
//! alone.

use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

// The texts that a rule points at.
fn found(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let inputs = files.iter().map(|(path, text)| Input {
        path: (*path).into(),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: true,
    });
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    let report = session.check(&Settings::new(facts_date(), Cloud::Public));
    let own = report.findings.iter().filter(|finding| finding.rule.strip_prefix("adf/") == Some(rule));
    own.map(|finding| {
        let span = finding.primary.span;
        let text = report.source(span.source).map_or("", |source| source.slice(span));
        text.trim_matches('"').to_string()
    })
    .collect()
}

fn template(resources: &[&str]) -> String {
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
              "contentVersion": "1.0.0.0", "parameters": {{ "p": {{ "type": "string" }} }},
              "resources": [ {} ] }}"#,
        resources.join(",")
    )
}

fn in_template(rule: &str, resources: &[&str]) -> Vec<String> {
    found(rule, &[("t.json", &template(resources))])
}

const VAULT_SERVICE: &str = r#"{ "type": "Microsoft.DataFactory/factories/linkedservices",
    "apiVersion": "2018-06-01", "name": "f/kv", "properties": { "type": "AzureKeyVault",
    "typeProperties": { "baseUrl": "https://vault1.vault.azure.net/" } } }"#;
const READER: &str = r#"{ "type": "Microsoft.DataFactory/factories/linkedservices",
    "apiVersion": "2018-06-01", "name": "f/files", "properties": { "type": "Sftp", "typeProperties": {
    "host": "files.example.com", "authenticationType": "Basic", "userName": "u", "password": {
    "type": "AzureKeyVaultSecret", "store": { "type": "LinkedServiceReference", "referenceName": "kv" },
    "secretName": "n" } } } }"#;

fn factory(identity: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f",
              "location": "westeurope", {identity} "properties": {{}} }}"#
    )
}

#[test]
fn a_factory_without_identity_reads_no_vault() {
    let rule = "factory-identity-missing";
    let with = |identity: &str| in_template(rule, &[&factory(identity), VAULT_SERVICE, READER]).len();
    assert_eq!(with(""), 1);
    assert_eq!(with(r#""identity": { "type": "None" },"#), 1);
    assert_eq!(with(r#""identity": { "type": "SystemAssigned" },"#), 0);
    assert_eq!(with(r#""identity": { "type": "[parameters('p')]" },"#), 0);
    assert_eq!(in_template(rule, &[&factory("")]).len(), 0, "nothing needs one");
}

#[test]
fn a_vault_that_lets_others_in_only() {
    let rule = "key-vault-permission-missing";
    let factory = factory(r#""identity": { "type": "SystemAssigned" },"#);
    let vault = |who: &str, secrets: &str| {
        format!(
            r#"{{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "vault1",
                  "location": "westeurope", "properties": {{ "sku": {{ "family": "A", "name": "standard" }},
                  "tenantId": "[subscription().tenantId]", "accessPolicies": [ {{
                  "tenantId": "[subscription().tenantId]", "objectId": "{who}",
                  "permissions": {{ "secrets": {secrets} }} }} ] }} }}"#
        )
    };
    let own = "[reference(resourceId('Microsoft.DataFactory/factories', 'f'), '2018-06-01', 'Full').identity.principalId]";
    let other = "00000000-0000-0000-0000-00000000000c";
    let with = |vault: String| in_template(rule, &[&factory, &vault, VAULT_SERVICE, READER]).len();
    assert_eq!(with(vault(other, r#"["get"]"#)), 1);
    assert_eq!(with(vault(own, r#"["list"]"#)), 1);
    assert_eq!(with(vault(own, r#"["get"]"#)), 0);
    assert_eq!(with(vault(own, r#"["Get", "List"]"#)), 0);
    assert_eq!(with(vault("[parameters('p')]", r#"["get"]"#)), 0);
}

#[test]
fn keys_where_an_identity_would_do() {
    let rule = "prefer-managed-identity";
    let service = |ty: &str, properties: &str| {
        format!(
            r#"{{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
                  "name": "f/s", "properties": {{ "type": "{ty}", "typeProperties": {{ {properties} }} }} }}"#
        )
    };
    let with = |ty: &str, properties: &str| in_template(rule, &[&service(ty, properties)]).len();
    let secret = r#"{ "type": "SecureString", "value": "[parameters('p')]" }"#;
    assert_eq!(
        with("AzureBlobFS", &format!(r#""url": "https://a.dfs.core.windows.net", "accountKey": {secret}"#)),
        1
    );
    assert_eq!(with("AzureBlobFS", r#""url": "https://a.dfs.core.windows.net""#), 0);
    assert_eq!(with("Sftp", &format!(r#""host": "files.example.com", "password": {secret}"#)), 0);
}

fn pipeline(activities: &str) -> String {
    format!(r#"{{ "name": "p", "properties": {{ "activities": [ {activities} ] }} }}"#)
}

#[test]
fn secrets_in_the_output_of_activities() {
    let rule = "secret-output-not-secured";
    let read = |url: &str, policy: &str| {
        let activity = format!(
            r#"{{ "name": "read", "type": "WebActivity", {policy}
                  "typeProperties": {{ "method": "GET", "url": "{url}" }} }}"#
        );
        found(rule, &[("pipeline/p.json", &pipeline(&activity))])
    };
    let url = "https://vault1.vault.azure.net/secrets/n?api-version=7.4";
    assert_eq!(read(url, ""), ["read"]);
    assert_eq!(read(url, r#""policy": { "secureOutput": false },"#), ["false"]);
    assert_eq!(read(url, r#""policy": { "secureOutput": true },"#), [""; 0]);
    assert_eq!(read("https://vault1.vault.azure.net/keys/n?api-version=7.4", ""), [""; 0]);
    let used = r#"{ "name": "read", "type": "WebActivity", "policy": { "secureOutput": true },
          "typeProperties": { "method": "GET", "url": "https://vault1.vault.azure.net/secrets/n" } },
        { "name": "use", "type": "WebActivity", "typeProperties": { "method": "POST",
          "url": "https://api.example.com", "body": "x", "headers": { "Authorization":
          { "value": "@activity('read').output.value", "type": "Expression" } } } }"#;
    assert_eq!(found(rule, &[("pipeline/p.json", &pipeline(used))]), ["use"]);
}

#[test]
fn secrets_as_values_of_parameters() {
    let rule = "global-parameter-secret";
    let with = |name: &str, value: &str| {
        let text = format!(
            r#"{{ "name": "p", "properties": {{ "parameters": {{
                  "{name}": {{ "type": "string", "defaultValue": "{value}" }} }}, "activities": [] }} }}"#
        );
        found(rule, &[("pipeline/p.json", &text)]).len()
    };
    assert_eq!(with("clientSecret", "Xk29fQz71LmPw84Tt"), 1);
    assert_eq!(with("CLIENT_SECRET", "Xk29fQz71LmPw84Tt"), 1);
    assert_eq!(with("clientSecretName", "loader-client-secret"), 0);
    assert_eq!(with("region", "Xk29fQz71LmPw84Tt"), 0);
    assert_eq!(with("clientSecret", ""), 0);
    assert_eq!(with("clientSecret", "@pipeline().globalParameters.s"), 0);
}

#[test]
fn custom_activities_resolve_no_secrets() {
    let rule = "custom-activity-key-vault";
    let activity = |ty: &str| {
        format!(
            r#"{{ "name": "a", "type": "{ty}", "typeProperties": {{ "command": "run.exe", "extendedProperties": {{
                  "token": {{ "type": "AzureKeyVaultSecret", "secretName": "n", "store": {{
                  "type": "LinkedServiceReference", "referenceName": "kv" }} }} }} }} }}"#
        )
    };
    assert_eq!(found(rule, &[("pipeline/p.json", &pipeline(&activity("Custom")))]).len(), 1);
    let inside = format!(
        r#"{{ "name": "each", "type": "ForEach", "typeProperties": {{ "items": {{ "value": "@createArray(1)",
              "type": "Expression" }}, "activities": [ {} ] }} }}"#,
        activity("Custom")
    );
    assert_eq!(found(rule, &[("pipeline/p.json", &pipeline(&inside))]).len(), 1);
    assert_eq!(found(rule, &[("pipeline/p.json", &pipeline(&activity("WebActivity")))]).len(), 0);
}
