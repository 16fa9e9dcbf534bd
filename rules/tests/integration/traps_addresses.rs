//! What of a connection string or an address is a secret, wherever these stand.

use crate::checked;

const RULES: [&str; 6] = [
    "adf/activity-secret",
    "adf/credential-not-in-key-vault",
    "adf/prefer-managed-identity",
    "adf/secret-in-linked-service-parameter",
    "adf/secret-literal",
    "adf/secret-parameter-not-secure",
];

// Rules without their folder, and the texts that they point at.
fn found(files: &[(&str, String)]) -> Vec<(&'static str, String)> {
    let report = checked::check(files, &checked::on(None));
    let own = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    let mut found: Vec<_> = own
        .map(|finding| {
            let span = finding.primary.span;
            let text = report.source(span.source).map_or("", |source| source.slice(span));
            (finding.rule.trim_start_matches("adf/"), text.trim_matches('"').to_string())
        })
        .collect();
    found.sort();
    found
}

// A linked service with a parameter `x`.
fn service(ty: &str, properties: &str) -> Vec<(&'static str, String)> {
    found(&[
        ("factory/f.json", r#"{ "name": "f", "location": "westeurope" }"#.to_string()),
        (
            "linkedService/s.json",
            format!(
                r#"{{ "name": "s", "properties": {{ "type": "{ty}", "parameters": {{ "x": {{ "type": "String" }} }},
                     "typeProperties": {{ {properties} }} }} }}"#
            ),
        ),
    ])
}

const NOTHING: [(&str, String); 0] = [];

#[test]
fn a_wrapped_connection_string_is_split_like_a_plain_one() {
    let harmless = [
        (
            "AzureSqlDatabase",
            "Server=tcp:s.database.windows.net,1433;Database=d;Authentication=Active Directory Default",
        ),
        ("AzureSqlDW", "Data Source=w.sql.azuresynapse.net;Initial Catalog=@{linkedService().x}"),
        ("SqlServer", "Integrated Security=True"),
        ("Oracle", "host=o.example.com;port=1521;sid=o;user id=u"),
        (
            "AzureBlobStorage",
            "DefaultEndpointsProtocol=https;AccountName=sta;EndpointSuffix=core.windows.net",
        ),
        ("CosmosDb", "AccountEndpoint=https://a.documents.azure.com:443/;Database=d"),
        ("MongoDbV2", "mongodb://db.example.com:27017/d"),
        ("SomethingNew", "Server=s;Database=d"),
        ("Odbc", "DSN=warehouse"),
    ];
    for (ty, text) in harmless {
        for value in [format!(r#""{text}""#), format!(r#"{{ "type": "SecureString", "value": "{text}" }}"#)] {
            assert_eq!(service(ty, &format!(r#""connectionString": {value}"#)), NOTHING, "{ty}: {value}");
        }
        // In a place that no table knows as well.
        let elsewhere = format!(r#""other": {{ "type": "SecureString", "value": "{text}" }}"#);
        assert_eq!(service(ty, &elsewhere), NOTHING, "{ty}: {elsewhere}");
    }
    for wrapped in [false, true] {
        let literal = |found: Vec<(&'static str, String)>| {
            let own = found.into_iter().filter(|(rule, _)| *rule == "secret-literal");
            own.map(|(_, text)| text).collect::<Vec<_>>()
        };
        let with = |ty: &str, text: &str| match wrapped {
            true => service(
                ty,
                &format!(r#""connectionString": {{ "type": "SecureString", "value": "{text}" }}"#),
            ),
            false => service(ty, &format!(r#""connectionString": "{text}""#)),
        };
        assert_eq!(literal(with("AzureSqlDatabase", "Server=s;Password=N0t-real-1")), ["N0t-real-1"]);
        assert_eq!(
            literal(with("AzureBlobStorage", "AccountName=a;AccountKey=bm90IHJlYWw=")),
            ["bm90IHJlYWw="]
        );
        assert_eq!(literal(with("SomethingNew", "Server=s;pwd=N0t-real-1")), ["N0t-real-1"]);
        let parameter = with("AzureSqlDW", "Data Source=s;Password=@{linkedService().x}");
        assert_eq!(parameter, [("secret-in-linked-service-parameter", "String".to_string())]);
    }
    // What cannot be split is a secret as a whole.
    for text in ["n0tAnyConnectionString1", "bm90IHJlYWw=", "n0t;real;at;all"] {
        let whole = service(
            "CosmosDb",
            &format!(r#""connectionString": {{ "type": "SecureString", "value": "{text}" }}"#),
        );
        assert!(whole.contains(&("secret-literal", text.to_string())), "{text}: {whole:?}");
    }
}

#[test]
fn the_default_of_an_export_is_what_is_published() {
    let export = |default: &str| {
        let text = format!(
            r#"{{ "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
                 "contentVersion": "1.0.0.0", "parameters": {{ "factoryName": {{ "type": "string" }},
                   "s_connectionString": {{ "type": "secureString", "defaultValue": "{default}" }} }},
                 "resources": [ {{ "name": "[concat(parameters('factoryName'), '/s')]", "apiVersion": "2018-06-01",
                   "type": "Microsoft.DataFactory/factories/linkedServices", "properties": {{ "type": "AzureSqlDW",
                     "parameters": {{ "x": {{ "type": "String" }} }}, "typeProperties": {{
                       "connectionString": "[parameters('s_connectionString')]" }} }} }} ] }}"#
        );
        let mut found = found(&[("ARMTemplateForFactory.json", text)]);
        found.retain(|(rule, _)| *rule == "secret-in-linked-service-parameter");
        found
    };
    assert_eq!(export("Data Source=w.sql.azuresynapse.net;Initial Catalog=@{linkedService().x}"), NOTHING);
    let own = export("Data Source=w.sql.azuresynapse.net;User ID=u;Password=@{linkedService().x}");
    assert_eq!(own, [("secret-in-linked-service-parameter", "String".to_string())]);
}

// An address, and what in it is a secret.
const ADDRESSES: [(&str, &str); 9] = [
    ("https://fn.azurewebsites.net/api/x?code=bm90LWEtcmVhbC1rZXk=", "bm90LWEtcmVhbC1rZXk="),
    ("https://sta.blob.core.windows.net/c/f.csv?sv=2022-11-02&sp=r&sig=bm90cmVhbA%3D", "bm90cmVhbA%3D"),
    ("https://prod-1.logic.azure.com/workflows/w/triggers/manual/paths/invoke?sig=n0tReal", "n0tReal"),
    ("https://api.example.com/v1?subscription-key=n0t0real0n0t0real0", "n0t0real0n0t0real0"),
    ("https://api.example.com/v1?format=json&api_key=n0t-real-key", "n0t-real-key"),
    ("https://api.example.com/v1?access_token=n0t.real.token", "n0t.real.token"),
    ("https://u:n0t-real-1@files.example.com/x", "n0t-real-1"),
    ("https://0.webhook.we.azure-automation.net/webhooks?token=n0tRealN0tReal%3d", "n0tRealN0tReal%3d"),
    (
        "https://hooks.slack.com/services/T00000000/B00000000/n0trealtoken0000",
        "T00000000/B00000000/n0trealtoken0000",
    ),
];

const PLAIN: [&str; 9] = [
    "https://api.example.com/v1?syncToken=page-of-yesterday-0002",
    "https://api.example.com/countries?code=NL",
    "https://api.example.com/v1?key=name",
    "https://api.example.com/v1?token=1",
    "https://api.example.com/v1?continuationToken=n0t-a-secret-at-all",
    "https://fn.azurewebsites.net/api/x?code=@{linkedService().y}",
    "https://fn.azurewebsites.net/api/x?code=",
    "https://fn.azurewebsites.net/api/x?code=<code>",
    "https://user@files.example.com/x",
];

fn activity(ty: &str, url: &str) -> Vec<(&'static str, String)> {
    let url = url.replace("linkedService()", "item()");
    let text = format!(
        r#"{{ "name": "p", "properties": {{ "activities": [ {{ "name": "a", "type": "{ty}",
             "typeProperties": {{ "method": "POST", "url": {url}, "body": "x" }} }} ] }} }}"#
    );
    found(&[("pipeline/p.json", text)])
}

#[test]
fn addresses_are_judged_alike_wherever_they_stand() {
    let of = |found: Vec<(&'static str, String)>| -> Vec<String> {
        let own = found.into_iter().filter(|(rule, _)| ["secret-literal", "activity-secret"].contains(rule));
        own.map(|(_, text)| text).collect()
    };
    let everywhere = |url: &str| {
        let quoted = format!(r#""{url}""#);
        let mut all = vec![
            ("HttpServer", of(service("HttpServer", &format!(r#""url": {quoted}"#)))),
            ("RestService", of(service("RestService", &format!(r#""url": {quoted}"#)))),
            ("OData", of(service("OData", &format!(r#""url": {quoted}"#)))),
            ("AzureFunction", of(service("AzureFunction", &format!(r#""functionAppUrl": {quoted}"#)))),
            ("a type that no table knows", of(service("SomethingNew", &format!(r#""baseUrl": {quoted}"#)))),
            ("WebActivity", of(activity("WebActivity", &quoted))),
            ("WebHook", of(activity("WebHook", &quoted))),
        ];
        if !url.contains("@{") {
            let whole =
                format!(r#"{{ "type": "Expression", "value": "@concat('{url}', pipeline().RunId)" }}"#);
            // What is put behind the address may belong to its last part, which is a secret all the same.
            all.push(("an expression", of(activity("WebActivity", &whole))));
        }
        all
    };
    for (url, secret) in ADDRESSES {
        for (place, found) in everywhere(url) {
            assert_eq!(found, [secret], "{url} in {place}");
        }
    }
    for url in PLAIN {
        for (place, found) in everywhere(url) {
            assert!(found.is_empty(), "{url} in {place}: {found:?}");
        }
    }
}

#[test]
fn a_relative_address_has_no_host() {
    let dataset = |relative: &str| {
        let text = format!(
            r#"{{ "name": "d", "properties": {{ "type": "Json", "linkedServiceName": {{ "referenceName": "s",
                 "type": "LinkedServiceReference" }}, "typeProperties": {{ "location": {{ "type": "HttpServerLocation",
                   "relativeUrl": "{relative}" }} }} }} }}"#
        );
        found(&[("dataset/d.json", text)])
    };
    let key = "bm90LWEtcmVhbC1rZXk=".to_string();
    assert_eq!(dataset("api/x?code=bm90LWEtcmVhbC1rZXk="), [("activity-secret", key.clone())]);
    assert_eq!(dataset("/api/x?a=1&code=bm90LWEtcmVhbC1rZXk="), [("activity-secret", key)]);
    assert_eq!(dataset("api/x?page=1"), NOTHING);
    assert_eq!(dataset("api/x?code=@{dataset().x}"), NOTHING);
}
