//! Where the rules about secrets could cry wolf, say one thing twice, or give a secret away.

use std::time::Instant;

use armlint_engine::finding::{Confidence, Finding};
use armlint_engine::session::Report;

use crate::checked;

const SECRET: &str = "s3cr3t-N3ver-Shown";

const RULES: [&str; 18] = [
    "adf/activity-secret",
    "adf/credential-not-in-key-vault",
    "adf/custom-activity-key-vault",
    "adf/encrypted-credential-wrong-runtime",
    "adf/factory-identity-missing",
    "adf/global-parameter-secret",
    "adf/insecure-transport",
    "adf/key-vault-permission-missing",
    "adf/key-vault-reference-invalid",
    "adf/key-vault-unreachable",
    "adf/private-link-credential-not-in-key-vault",
    "adf/secret-in-linked-service-parameter",
    "adf/secret-literal",
    "adf/secret-output-not-secured",
    "adf/secret-parameter-default",
    "adf/secret-parameter-not-secure",
    "adf/secret-version-pinned",
    "adf/shir-auth-key-exposed",
];

fn check(files: &[(&str, &str)]) -> Report {
    checked::check(files, &checked::on(None))
}

// Rules without their folder, and the text under each finding.
fn found(report: &Report) -> Vec<(&'static str, String)> {
    let ours = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    let mut found: Vec<(&str, String)> = ours
        .map(|finding| {
            let span = finding.primary.span;
            let text = report.source(span.source).map_or("", |source| source.slice(span));
            (finding.rule.trim_start_matches("adf/"), text.to_string())
        })
        .collect();
    found.sort();
    found
}

fn template(parameters: &str, variables: &str, resources: &str) -> String {
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
           "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }}, "variables": {{ {variables} }},
           "resources": [ {resources} ] }}"#
    )
}

fn service(name: &str, ty: &str, properties: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
           "name": "f/{name}", "properties": {{ "type": "{ty}", "typeProperties": {{ {properties} }} }} }}"#
    )
}

fn in_template(parameters: &str, ty: &str, properties: &str) -> Vec<(&'static str, String)> {
    found(&check(&[("t.json", &template(parameters, "", &service("s", ty, properties)))]))
}

fn one(rule: &'static str, text: &str) -> Vec<(&'static str, String)> {
    vec![(rule, text.to_string())]
}

const NOTHING: Vec<(&str, String)> = Vec::new();

const VAULT: &str = r#"{ "type": "AzureKeyVaultSecret", "secretName": "n",
    "store": { "type": "LinkedServiceReference", "referenceName": "kv" } }"#;

#[test]
fn masked_secrets_are_stored_and_not_literal() {
    let masked = r#""password": { "type": "SecureString", "value": "**********" }"#;
    let expected = one("credential-not-in-key-vault", r#"**********"#);
    assert_eq!(in_template("", "Ftp", masked), NOTHING, "an unknown type");
    let found = in_template("", "FtpServer", masked);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, expected[0].0);
    let placeholder = r#""password": { "type": "SecureString", "value": "<password>" }"#;
    assert_eq!(in_template("", "FtpServer", placeholder)[0].0, "credential-not-in-key-vault");
}

#[test]
fn an_encrypted_credential_is_no_literal() {
    let encrypted = r#""url": "https://a.dfs.core.windows.net", "encryptedCredential": "bm90IGEgc2VjcmV0""#;
    assert_eq!(
        in_template("", "AzureBlobFS", encrypted),
        one("credential-not-in-key-vault", "\"bm90IGEgc2VjcmV0\"")
    );
}

#[test]
fn a_secret_in_key_vault_settles_what_is_opaque() {
    let parameters = r#""cs": { "type": "secureString" }"#;
    for connection in
        [r#""[parameters('cs')]""#, r#"{ "type": "SecureString", "value": "[parameters('cs')]" }"#]
    {
        let both = format!(r#""connectionString": {connection}, "password": {VAULT}"#);
        assert_eq!(in_template(parameters, "AzureSqlDatabase", &both), NOTHING);
    }
    let plain = r#""cs": { "type": "string" }"#;
    let alone = r#""connectionString": "[parameters('cs')]""#;
    let report = check(&[("t.json", &template(plain, "", &service("s", "AzureSqlDatabase", alone)))]);
    assert_eq!(found(&report), one("secret-parameter-not-secure", "\"string\""));
    assert_eq!(report.findings[0].confidence, Confidence::Low);
}

#[test]
fn what_data_factory_computes_is_no_literal() {
    for text in [
        r#""connectionString": "Server=s;Database=d;User ID=u; PWD =@{linkedService().p}""#,
        r#""connectionString": "@{concat('Server=s;Password=', linkedService().p)}""#,
        r#""connectionString": { "type": "Expression", "value": "@linkedService().cs" }"#,
        r#""connectionString": "Server=s;Database=d;User ID=u", "password": "@activity('x').output.p""#,
    ] {
        assert_eq!(in_template("", "SqlServer", text), NOTHING, "{text}");
    }
}

#[test]
fn credential_is_a_secret_of_some_types_and_a_reference_of_others() {
    let literal = format!(
        r#""connectionString": "Driver=x", "credential": {{ "type": "SecureString", "value": "{SECRET}" }}"#
    );
    assert_eq!(in_template("", "Odbc", &literal), one("secret-literal", SECRET));
    let reference = r#""url": "https://a.dfs.core.windows.net",
        "credential": { "type": "CredentialReference", "referenceName": "c" }"#;
    assert_eq!(in_template("", "AzureBlobFS", reference), NOTHING);
}

#[test]
fn key_vault_is_not_asked_for_where_it_cannot_be() {
    let runtime = r#"{ "type": "Microsoft.DataFactory/factories/integrationRuntimes", "apiVersion": "2018-06-01",
        "name": "f/ssis", "properties": { "type": "Managed", "typeProperties": { "ssisProperties": {
        "catalogInfo": { "catalogServerEndpoint": "s.database.windows.net", "catalogAdminUserName": "u",
        "catalogAdminPassword": { "type": "SecureString", "value": "VALUE" } } } } } }"#;
    let secure = r#""p": { "type": "securestring" }"#;
    let held = runtime.replace("VALUE", "[parameters('p')]");
    assert_eq!(found(&check(&[("t.json", &template(secure, "", &held))])), NOTHING);
    let literal = runtime.replace("VALUE", SECRET);
    assert_eq!(found(&check(&[("t.json", &template("", "", &literal))])), one("secret-literal", SECRET));
}

#[test]
fn unknown_types_are_read_by_what_calls_itself_a_secret() {
    let declared =
        format!(r#""app": {{ "key": {{ "type": "SecureString", "value": "{SECRET}" }} }}, "token": "abc""#);
    assert_eq!(in_template("", "AdobeIntegration", &declared), one("secret-literal", SECRET));
    let keyed = format!(r#""connectionString": "Server=s;Password={SECRET}""#);
    assert_eq!(in_template("", "NotThereYet", &keyed), one("secret-literal", SECRET));
    assert_eq!(in_template("", "NotThereYet", r#""connectionString": "[parameters('x')]""#), NOTHING);
}

#[test]
fn account_keys_count_in_whatever_form() {
    let plain = format!(r#""url": "https://a.dfs.core.windows.net", "accountKey": "{SECRET}""#);
    assert_eq!(in_template("", "AzureBlobFS", &plain), one("secret-literal", SECRET));
    let sas = format!(r#""sasUri": "https://a.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig={SECRET}""#);
    assert_eq!(in_template("", "AzureBlobStorage", &sas), one("secret-literal", SECRET));
    let header = format!(
        r#""url": "https://a.example.com", "enableServerCertificateValidation": true,
        "authenticationType": "Anonymous", "authHeaders": {{ "Accept": "text/csv", "x-api-key": "{SECRET}" }}"#
    );
    assert_eq!(in_template("", "RestService", &header), one("secret-literal", SECRET));
    let without =
        r#""connectionString": "Server=s;Database=d;Authentication=Active Directory Managed Identity""#;
    assert_eq!(in_template("", "AzureSqlDatabase", without), NOTHING);
}

#[test]
fn reference_names_that_are_parameters_lead_somewhere() {
    let reference = VAULT.replace("\"kv\"", "\"[parameters('kv')]\"");
    let parameters = r#""kv": { "type": "string", "defaultValue": "s" }"#;
    let found = in_template(parameters, "FtpServer", &format!(r#""password": {reference}"#));
    assert_eq!(found.len(), 1, "the default leads to the linked service itself: {found:?}");
    let open = r#""kv": { "type": "string" }"#;
    assert_eq!(in_template(open, "FtpServer", &format!(r#""password": {reference}"#)), NOTHING);
}

#[test]
fn one_cause_is_one_finding() {
    let password = r#""password": { "type": "SecureString", "value": "[parameters('p')]" }"#;
    let plain = format!(r#""p": {{ "type": "string", "defaultValue": "{SECRET}" }}"#);
    let report = check(&[("t.json", &template(&plain, "", &service("s", "FtpServer", password)))]);
    assert_eq!(found(&report), one("secret-parameter-not-secure", "\"string\""));
    let default = format!("\"{SECRET}\"");
    let sensitive = report.findings[0].related.iter().filter(|label| label.sensitive);
    let texts: Vec<&str> = sensitive.map(|label| report.sources[0].slice(label.span)).collect();
    assert_eq!(texts, [default.as_str()]);

    let secure = format!(r#""p": {{ "type": "securestring", "defaultValue": "{SECRET}" }}"#);
    assert_eq!(in_template(&secure, "FtpServer", password), one("secret-parameter-default", &default));
    for harmless in ["", "[newGuid()]", "****", "<password>", "GEN-PASSWORD"] {
        let parameter = format!(r#""p": {{ "type": "securestring", "defaultValue": "{harmless}" }}"#);
        let found = in_template(&parameter, "FtpServer", password);
        assert_eq!(found, one("credential-not-in-key-vault", "\"[parameters('p')]\""), "{harmless}");
    }
}

#[test]
fn a_literal_is_reported_once_and_where_it_is_written() {
    let password = r#""password": { "type": "SecureString", "value": "[variables('p')]" }"#;
    let services =
        format!("{}, {}", service("a", "FtpServer", password), service("b", "FtpServer", password));
    let text = template("", &format!(r#""p": "{SECRET}""#), &services);
    let report = check(&[("t.json", &text)]);
    assert_eq!(found(&report), one("secret-literal", SECRET));
    assert_eq!(report.findings[0].related.len(), 2);
}

#[test]
fn secrets_are_followed_through_nested_deployments() {
    let inner = template(
        r#""p": { "type": "string" }"#,
        "",
        &service("s", "FtpServer", r#""password": { "type": "SecureString", "value": "[parameters('p')]" }"#),
    );
    let outer = format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {{
           "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }},
           "parameters": {{ "p": {{ "value": VALUE }} }}, "template": {inner} }} }}"#
    );
    let secure = r#""q": { "type": "securestring" }"#;
    let given = outer.replace("VALUE", "\"[parameters('q')]\"");
    let once = one("secret-parameter-not-secure", "\"string\"");
    assert_eq!(found(&check(&[("t.json", &template(secure, "", &given))])), once);
    let plain = r#""q": { "type": "string" }"#;
    let twice = [once.clone(), once].concat();
    assert_eq!(found(&check(&[("t.json", &template(plain, "", &given))])), twice);
    let literal = outer.replace("VALUE", &format!("\"{SECRET}\""));
    let expected = one("secret-literal", SECRET);
    assert_eq!(found(&check(&[("t.json", &template("", "", &literal))])), expected);
}

#[test]
fn a_nested_parameter_is_given_what_is_secret_and_not_what_stands_beside_it() {
    let nested = |ty: &str, value: &str| {
        format!(
            r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {{
               "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }},
               "parameters": {{ "x": {{ "value": {value} }} }}, "template": {} }} }}"#,
            template(&format!(r#""x": {{ {ty} }}"#), "", "")
        )
    };
    let parameters = r#""s": { "type": "securestring" }, "o": { "type": "secureObject" },
        "off": { "type": "secureObject", "defaultValue": { "enabled": false } }"#;
    let count = |ty: &str, value: &str| {
        found(&check(&[("t.json", &template(parameters, "", &nested(ty, value)))])).len()
    };
    let (string, object) = (r#""type": "string""#, r#""type": "object""#);
    for value in [
        r#""[parameters('s')]""#,
        r#""[concat('Password=', parameters('s'))]""#,
        r#""[listKeys('x', '2023-01-01').keys[0].value]""#,
        r#""[parameters('o').password]""#,
    ] {
        assert_eq!(count(string, value), 1, "{value}");
        assert_eq!(count(r#""type": "securestring""#, value), 0, "{value}");
        assert_eq!(count(object, &format!(r#"{{ "a": {{ "b": {value} }} }}"#)), 1, "{value}");
    }
    assert_eq!(count(object, r#""[parameters('o')]""#), 1);
    let reference =
        r#"{ "keyVault": { "id": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]" }, "secretName": "n" }"#;
    let referring =
        nested(string, "1").replace(r#"{ "value": 1 }"#, &format!(r#"{{ "reference": {reference} }}"#));
    assert_eq!(found(&check(&[("t.json", &template("", "", &referring))])).len(), 1);
    for value in [
        r#""[uniqueString(parameters('s'))]""#,
        r#""[parameters('o').region]""#,
        r#""[parameters('off').region]""#,
        r#""[tryGet(parameters('off'), 'region')]""#,
        r#""[if(empty(parameters('s')), 'a', 'b')]""#,
    ] {
        assert_eq!(count(string, value), 0, "{value}");
    }
    let shaped = r#""type": "object", "properties": { "password": { "type": "securestring" } }"#;
    assert_eq!(count(shaped, r#"{ "password": "[parameters('s')]" }"#), 0);
}

#[test]
fn alternatives_are_judged_one_by_one() {
    let parameters = r#""kv": { "type": "bool" }, "p": { "type": "securestring" }"#;
    let either =
        r#""password": "[if(parameters('kv'), createObject('type', 'AzureKeyVaultSecret', 'secretName', 'n',
        'store', createObject('type', 'LinkedServiceReference', 'referenceName', 'kv')),
        createObject('type', 'SecureString', 'value', parameters('p')))]""#
            .replace('\n', " ");
    assert_eq!(in_template(parameters, "FtpServer", &either), NOTHING);
}

fn pipeline(activities: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories/pipelines", "apiVersion": "2018-06-01", "name": "f/p",
           "properties": {{ "activities": [ {activities} ] }} }}"#
    )
}

#[test]
fn places_for_secure_strings_only_are_not_asked_for_key_vault() {
    let runtime = |properties: &str| {
        format!(
            r#"{{ "type": "Microsoft.DataFactory/factories/integrationRuntimes", "apiVersion": "2018-06-01",
               "name": "f/r", "properties": {properties} }}"#
        )
    };
    let secure = r#"{ "type": "SecureString", "value": "[parameters('p')]" }"#;
    let package = format!(
        r#"{{ "name": "a", "type": "ExecuteSSISPackage", "typeProperties": {{
           "executionCredential": {{ "domain": "d", "userName": "u", "password": {secure} }} }} }}"#
    );
    let linked = format!(
        r#"{{ "type": "SelfHosted", "typeProperties": {{ "linkedInfo": {{ "authorizationType": "Key", "key": {secure} }} }} }}"#
    );
    let setup = format!(
        r#"{{ "type": "Managed", "typeProperties": {{ "ssisProperties": {{ "customSetupScriptProperties": {{
           "blobContainerUri": "https://a.blob.core.windows.net/c", "sasToken": {secure} }} }} }} }}"#
    );
    for resource in [pipeline(&package), runtime(&linked), runtime(&setup)] {
        let text = template(r#""p": { "type": "securestring" }"#, "", &resource);
        assert_eq!(found(&check(&[("t.json", &text)])), NOTHING, "{resource}");
    }
}

#[test]
fn a_vault_is_judged_by_what_reads_it_and_not_by_its_own_runtime() {
    let vault = |via: &str| {
        format!(
            r#"{{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/kv",
               "properties": {{ "type": "AzureKeyVault", {via}
               "typeProperties": {{ "baseUrl": "https://kv1.vault.azure.net/" }} }} }}"#
        )
    };
    let closed = r#"{ "type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv1", "location": "westeurope",
        "properties": { "tenantId": "t", "sku": { "family": "A", "name": "standard" }, "networkAcls": {
        "defaultAction": "Deny", "bypass": "None" } } }"#;
    let factory = r#"{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f",
        "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }"#;
    let via = r#""connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "r" },"#;
    for via in ["", via] {
        let unread = format!("{closed}, {factory}, {}", vault(via));
        assert_eq!(found(&check(&[("t.json", &template("", "", &unread))])), NOTHING, "{via}");
        let reader = service("s", "FtpServer", &format!(r#""password": {VAULT}"#));
        let read = format!("{unread}, {reader}");
        let expected = one("key-vault-unreachable", "\"None\"");
        assert_eq!(found(&check(&[("t.json", &template("", "", &read))])), expected, "{via}");
    }
}

#[test]
fn the_token_of_linked_templates_is_a_string_because_the_export_makes_it_so() {
    let linked = |parameters: &str| {
        template(
            r#""factoryName": { "type": "string" }, "containerUri": { "type": "string" },
               "containerSasToken": { "type": "string", "defaultValue": "" }"#,
            "",
            &format!(
                r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2018-02-01", "name": "d",
                   "properties": {{ "mode": "Incremental", "templateLink": {{
                   "uri": "[concat(parameters('containerUri'), '/ArmTemplate_0.json', parameters('containerSasToken'))]",
                   "contentVersion": "1.0.0.0" }}, "parameters": {{ {parameters} }} }} }}"#
            ),
        )
    };
    let text = linked(r#""factoryName": { "value": "[parameters('factoryName')]" }"#);
    assert_eq!(found(&check(&[("linkedTemplates/ArmTemplate_master.json", &text)])), NOTHING);
}

#[test]
fn secrets_of_activities_are_literals_and_nothing_else() {
    let web = |url: &str, more: &str| {
        pipeline(&format!(
            r#"{{ "name": "a", "type": "WebActivity", "typeProperties": {{ "method": "POST", "url": "{url}" {more} }} }}"#
        ))
    };
    let count = |text: &str| found(&check(&[("t.json", &template("", "", text))])).len();
    for (url, more) in [
        ("https://f.azurewebsites.net/api/x?code=@{variables('c')}", ""),
        ("https://a.blob.core.windows.net/c?sig=<signature>", ""),
        ("https://api.example.com/x?code=NL&country=code", ""),
        ("https://hooks.slack.com/", ""),
        (
            "https://a.example.com",
            r#", "headers": { "Authorization": "@{concat('Bearer ', variables('t'))}" }"#,
        ),
        ("https://a.example.com", r#", "headers": { "Authorization": "**********" }"#),
        ("https://a.example.com", r#", "headers": { "Content-Type": "application/json" }"#),
        (
            "https://a.example.com",
            r#", "body": { "passwordPolicy": "strict", "token": "@{variables('t')}" }"#,
        ),
        (
            "https://a.example.com",
            r#", "body": "grant_type=client_credentials&client_secret=<your secret here>""#,
        ),
    ] {
        assert_eq!(count(&web(url, more)), 0, "{url} {more}");
    }
    let sas = format!("https://a.blob.core.windows.net/c?sv=2022-11-02&sig={SECRET}");
    let code = format!("https://f.azurewebsites.net/api/x?code={SECRET}");
    let hook = format!("https://contoso.webhook.office.com/webhookb2/{SECRET}");
    for url in [sas, code, hook] {
        assert_eq!(count(&web(&url, "")), 1, "{url}");
    }
    for more in [
        format!(r#", "headers": {{ "Ocp-Apim-Subscription-Key": "{SECRET}" }}"#),
        format!(r#", "body": "grant_type=client_credentials&client_secret={SECRET}""#),
        format!(r#", "body": {{ "client_secret": "{SECRET}" }}"#),
    ] {
        assert_eq!(count(&web("https://a.example.com", &more)), 1, "{more}");
    }
}

#[test]
fn a_credential_of_a_private_factory_is_reported_once_and_for_its_day() {
    let private = r#"{ "type": "Microsoft.DataFactory/factories", "apiVersion": "2018-06-01", "name": "f",
        "location": "westeurope", "identity": { "type": "SystemAssigned" },
        "properties": { "publicNetworkAccess": "Disabled" } },
      { "type": "Microsoft.DataFactory/factories/integrationRuntimes", "apiVersion": "2018-06-01", "name": "f/r",
        "properties": { "type": "SelfHosted" } }"#;
    let reader = r#"{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01", "name": "f/s",
        "properties": { "type": "FtpServer", "typeProperties": { "password": { "type": "SecureString", "value":
        "[parameters('p')]" } }, "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "r" } } }"#;
    let text = template(r#""p": { "type": "securestring" }"#, "", &format!("{private}, {reader}"));
    let on = |day: &str| found(&checked::check(&[("t.json", &text)], &checked::on(Some(day))));
    let stored = one("credential-not-in-key-vault", "\"[parameters('p')]\"");
    assert_eq!(on("2026-08-20"), one("private-link-credential-not-in-key-vault", "\"[parameters('p')]\""));
    // There is no private endpoint.
    assert_eq!(on("2022-01-01"), stored);
    assert_eq!(on("2020-04-01"), stored);
}

#[test]
fn the_key_of_a_runtime_is_followed_into_nested_deployments() {
    let extension = |key: &str| {
        format!(
            r#"{{ "type": "Microsoft.Compute/virtualMachines/extensions", "apiVersion": "2024-07-01", "name": "vm/e",
               "location": "westeurope", "properties": {{ "publisher": "Microsoft.Compute", "type": "CustomScriptExtension",
               "typeHandlerVersion": "1.10", "{key}": {{ "commandToExecute": "[concat('x ', parameters('k'))]" }} }} }}"#
        )
    };
    let nested = |key: &str| {
        let inner = template(r#""k": { "type": "securestring" }"#, "", &extension(key));
        let value = "[listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', 'f', 'r'), '2018-06-01').authKey1]";
        let outer = format!(
            r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "properties": {{
               "mode": "Incremental", "expressionEvaluationOptions": {{ "scope": "inner" }},
               "parameters": {{ "k": {{ "value": "{value}" }} }}, "template": {inner} }} }}"#
        );
        template("", "", &outer)
    };
    let command = "\"[concat('x ', parameters('k'))]\"";
    assert_eq!(found(&check(&[("t.json", &nested("settings"))])), one("shir-auth-key-exposed", command));
    assert_eq!(found(&check(&[("t.json", &nested("protectedSettings"))])), NOTHING);
}

#[test]
fn a_finding_points_at_the_secret_within_its_text() {
    let parameters = r#""x": { "type": "string" }"#;
    for (ty, connection) in [
        ("SqlServer", format!("[format('Server={{0}};Password={SECRET};Database=d', parameters('x'))]")),
        ("SqlServer", format!("[concat('Server=', parameters('x'), ';Database=d;PWD={SECRET}')]")),
        ("CosmosDbMongoDbApi", format!("mongodb://u:{SECRET}@a.mongo.cosmos.azure.com:10255/?ssl=true")),
        (
            "AzureBlobStorage",
            format!("BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature={SECRET}"),
        ),
        ("Snowflake", format!("jdbc:snowflake://a.snowflakecomputing.com/?user=u&password={SECRET}&db=d")),
        ("SqlServer", format!("Server=s; Password = '{SECRET}' ;Database=d")),
    ] {
        let used = if connection.starts_with('[') { parameters } else { "" };
        let properties = format!(r#""connectionString": "{connection}""#);
        assert_eq!(in_template(used, ty, &properties), one("secret-literal", SECRET), "{connection}");
    }
}

// What the reports of all rules say, whatever the form of the secret.
#[test]
fn no_text_of_a_finding_holds_a_secret() {
    let wrapped = format!(r#""password": {{ "type": "SecureString", "value": "{SECRET}" }}"#);
    let given = r#""password": { "type": "SecureString", "value": "[parameters('p')]" }"#;
    let keyed = format!(r#""connectionString": "Server=s;Password={SECRET};Database=d""#);
    let computed = format!(r#""connectionString": "[concat('Server=s;Password={SECRET}', ';Database=d')]""#);
    let header =
        format!(r#""url": "https://a.example.com", "authHeaders": {{ "Authorization": "{SECRET}" }}"#);
    let plain = format!(r#""p": {{ "type": "string", "defaultValue": "{SECRET}" }}"#);
    let secure = format!(r#""p": {{ "type": "securestring", "defaultValue": "{SECRET}" }}"#);
    let mut cases = vec![
        template("", "", &service("s", "FtpServer", &wrapped)),
        template("", "", &service("s", "SqlServer", &keyed)),
        template("", "", &service("s", "SqlServer", &computed)),
        template("", "", &service("s", "RestService", &header)),
        template(&plain, "", &service("s", "FtpServer", given)),
        template(&secure, "", &service("s", "FtpServer", given)),
    ];
    let web = |properties: &str| {
        pipeline(&format!(
            r#"{{ "name": "a", "type": "WebActivity", "typeProperties": {{ "method": "POST", {properties} }} }}"#
        ))
    };
    for properties in [
        format!(r#""url": "https://a.example.com", "headers": {{ "x-api-key": "{SECRET}" }}"#),
        format!(r#""url": "https://a.blob.core.windows.net/c?sig={SECRET}""#),
        format!(r#""url": "https://a.example.com", "body": "client_secret={SECRET}""#),
    ] {
        cases.push(template("", "", &web(&properties)));
    }
    let passed = r#""host": "h", "password": "@{linkedService().p}""#;
    let passing = service("s", "FtpServer", passed).replace(
        r#""type": "FtpServer","#,
        &format!(
            r#""type": "FtpServer", "parameters": {{ "p": {{ "type": "String", "defaultValue": "{SECRET}" }} }},"#
        ),
    );
    cases.push(template("", "", &passing));
    let variable = format!(r#""v": "Server=s;Password={SECRET}""#);
    cases.push(template(
        "",
        &variable,
        &service("s", "SqlServer", r#""connectionString": "[variables('v')]""#),
    ));
    for text in &cases {
        let report = check(&[("t.json", text)]);
        assert!(!found(&report).is_empty(), "{text}");
        report.findings.iter().for_each(shows_no_secret);
        let hidden = report.secrets.iter().any(|span| report.sources[0].slice(*span).contains(SECRET));
        assert!(hidden, "the place of the secret is not marked: {text}");
    }
    let values = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
           "contentVersion": "1.0.0.0", "parameters": {{ "p": {{ "value": "{SECRET}" }} }} }}"#
    );
    let bare = template(r#""p": { "type": "securestring" }"#, "", &service("s", "FtpServer", given));
    let report = check(&[("t.json", &bare), ("t.parameters.json", &values)]);
    assert!(found(&report).iter().any(|(rule, _)| *rule == "secret-parameter-default"));
    report.findings.iter().for_each(shows_no_secret);
}

fn shows_no_secret(finding: &Finding) {
    let labels = finding.related.iter().chain([&finding.primary]).map(|label| label.text.as_str());
    let fix = finding
        .fix
        .iter()
        .flat_map(|fix| fix.edits.iter().map(|edit| edit.text.as_str()).chain([fix.title.as_str()]));
    let resource =
        finding.resource.iter().flat_map(|resource| [resource.ty.as_str(), resource.name.as_str()]);
    let texts = labels.chain(fix).chain(resource).chain([finding.message.as_str()]);
    for text in texts.chain(finding.help.as_deref()) {
        assert!(!text.contains(SECRET), "{finding:#?}");
    }
}

#[test]
fn many_secrets_take_linear_time() {
    let time = |count: usize| {
        let services: Vec<String> = (0..count)
            .map(|index| {
                let given = format!(r#""connectionString": "Server=s{index};Password={SECRET}{index}""#);
                service(&format!("s{index}"), "SqlServer", &given)
            })
            .collect();
        let text = template("", "", &services.join(","));
        let start = Instant::now();
        assert_eq!(found(&check(&[("t.json", &text)])).len(), count);
        start.elapsed().as_secs_f64()
    };
    time(50);
    let (small, large) = (time(500), time(2000));
    assert!(large < small * 9.0 + 0.3, "{small} s, {large} s");
}
