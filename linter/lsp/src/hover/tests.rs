use armlint_engine::dialect::Deployment;
use armlint_engine::secret::names::is_word;
use armlint_engine::session::Report;
use armlint_workspace::masks::Masks;

use super::hover;
use crate::Place;
use crate::testing::{MARK, hovered, session, settings};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

const TEMPLATE: &str = r#"{
  "$schema": "SCHEMA",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "env": { "type": "string", "allowedValues": ["dev", "prd"], "maxLength": 3,
      "metadata": { "description": "Where *it* runs" } },
    "sku": { "type": "string", "defaultValue": "Basic" },
    "adminPassword": { "type": "securestring", "defaultValue": "Hunter2-Hunter2" }
  },
  "variables": {
    "prefix": "st",
    "name": "[concat(variables('prefix'), toLower(parameters('env')))]",
    "text": "[format('{0}-{1}', variables('prefix'), 'x')]",
    "sizes": { "Basic": { "disks": 2 } },
    "login": "[concat('Password=', parameters('adminPassword'), ';Server=s')]",
    "copy": [{ "name": "many", "count": 2, "input": "[copyIndex('many')]" }],
    "broken": "[add('a')]"
  },
  "resources": [
    {
      "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
      "name": "[variables('name')]", "location": "[resourceGroup().location]",
      "copy": { "name": "all", "count": 3 },
      "sku": { "name": "[parameters('sku')]" },
      "tags": { "disks": "[variables('sizes')[parameters('sku')].disks]", "index": "[copyIndex()]" }
    }
  ],
  "outputs": {
    "text": { "type": "string", "value": "[variables('text')]" },
    "key": { "type": "string", "value": "[listKeys('x', '2023-01-01').keys[0].value]" }
  }
}"#;

fn template() -> String {
    TEMPLATE.replace("SCHEMA", SCHEMA)
}

// The template with the pointer behind the first `before`.
fn at(before: &str) -> String {
    let text = template();
    let at = text.find(before).expect(before) + before.len();
    format!("{}{MARK}{}", &text[..at], &text[at..])
}

fn said(before: &str) -> String {
    hovered(&[("main.json", &at(before))]).unwrap_or_else(|| panic!("nothing is said behind {before}")).1
}

fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
}

#[test]
fn the_smallest_expression_is_meant() {
    let token = |before| hovered(&[("main.json", &at(before))]).unwrap().0;
    assert_eq!(token("toLower(par"), "parameters('env')");
    assert_eq!(token("toLower(parameters('e"), "parameters('env')");
    assert_eq!(token("variables('prefix'), toL"), "toLower(parameters('env'))");
    assert_eq!(token("[format('{0}"), "format('{0}-{1}', variables('prefix'), 'x')");
    assert_eq!(
        token("[parameters('sku')].di"),
        "parameters('sku')].disks".replacen("parameters", "variables('sizes')[parameters", 1)
    );
}

#[test]
fn values_and_where_they_come_from() {
    assert_says(
        &said("[for"),
        &["**Call** `format`", "Value: `\"st-x\"`", "variable `prefix`: `main.json:11`"],
    );
    assert_says(
        &said("\"[variables('te"),
        &["**Variable** `text`", "`\"st-x\"`", "variable `text`: `main.json:13`"],
    );
    assert_says(
        &said("{ \"name\": \"[param"),
        &[
            "**Parameter** `sku`: `string`",
            "Value, by default: `\"Basic\"`",
            "default of parameter `sku`: `main.json:7`",
        ],
    );
    assert_says(&said("[parameters('sku')].di"), &["Value, by default: `2`"]);
    assert_says(&said("\"index\": \"[copy"), &["Value: `0`", "first instance of the loop `all`"]);
}

#[test]
fn what_is_not_known_says_why() {
    assert_says(
        &said("toLower(par"),
        &["Not known: `parameters('env')`", "it depends on parameter `env`, which has no default"],
    );
    assert_says(
        &said("\"[con"),
        &["Known in part: `\"st{toLower(parameters('env'))}\"`", "which has no default"],
    );
    assert_says(
        &said("\"location\": \"[resourceGroup().lo"),
        &["Not known", "`resourceGroup()` is known only when it is deployed"],
    );
    assert_says(&said("\"input\": \"[copy"), &["Not known", "in each instance of the loop"]);
    assert_says(&said("\"broken\": \"[ad"), &["It cannot be evaluated: "]);
    assert_says(&said("[listK"), &["is known only at run time"]);
}

#[test]
fn environments_are_named_with_their_values() {
    let file = |env: &str| {
        format!(
            r#"{{"$schema": "{PARAMETERS}", "contentVersion": "1.0.0.0", "parameters": {{"env": {{"value": "{env}"}}}}}}"#
        )
    };
    let (dev, prd) = (file("Dev"), file("Prd"));
    let with = |text: &str| {
        hovered(&[
            ("main.json", text),
            ("main.dev.parameters.json", &dev),
            ("main.prd.parameters.json", &prd),
        ])
        .unwrap()
        .1
    };
    assert_says(
        &with(&at("\"[con")),
        &["- with `main.dev.parameters.json`: `\"stdev\"`", "- with `main.prd.parameters.json`: `\"stprd\"`"],
    );
    assert_says(
        &with(&at("\"parameters\": {\n    \"e")),
        &[
            "**Parameter** `env`: `string`",
            "Where \\*it\\* runs",
            "- allowed: `\"dev\"`, `\"prd\"`",
            "- maxLength: `3`",
            "- no default",
            "- `main.dev.parameters.json:1`: `\"Dev\"`",
            "- `main.prd.parameters.json:1`: `\"Prd\"`",
            "- declared in `main.json:5`",
        ],
    );
    assert_says(&with(&at("\"name\": \"[variables('na")), &["- with `main.prd.parameters.json`: `stprd`"]);
    let marked = dev.replace("\"env\"", &format!("\"{MARK}env\""));
    let said = hovered(&[("main.json", &template()), ("main.dev.parameters.json", &marked)]).unwrap().1;
    assert_says(&said, &["**Parameter** `env`: `string`", "- no default"]);
}

#[test]
fn declarations() {
    assert_says(&said("    \"sk"), &["**Parameter** `sku`: `string`", "- default: `\"Basic\"`"]);
    assert_says(&said("    \"siz"), &["**Variable** `sizes`", "\"disks\": 2"]);
    assert_says(&said("\"outputs\": {\n    \"te"), &["**Output** `text`", "`\"st-x\"`"]);
}

#[test]
fn resources() {
    assert_says(
        &said("\"type\": \"Microsoft.Sto"),
        &[
            "**Resource** `Microsoft.Storage/storageAccounts`",
            "- name: `st{toLower(parameters('env'))}`",
            "/providers/Microsoft.Storage/storageAccounts/st{toLower(parameters('env'))}",
            "one of 3 instances",
        ],
    );
    // The value of the name, and the resource.
    assert_says(
        &said("\"name\": \"[variables('na"),
        &["**Variable** `name`", "**Resource** `Microsoft.Storage"],
    );
}

#[test]
fn the_same_in_yaml() {
    let text = "$schema: SCHEMA\ncontentVersion: 1.0.0.0\nparameters:\n  env:\n    type: string\n    defaultValue: dev\nvariables:\n  name: \"[concat('st', ‸parameters('env'))]\"\nresources: []\n";
    let text = text.replace("SCHEMA", SCHEMA);
    let (token, said) = hovered(&[("main.yaml", &text)]).unwrap();
    assert_eq!(token, "parameters('env')");
    assert_says(&said, &["Value, by default: `\"dev\"`", "default of parameter `env`: `main.yaml:6`"]);
}

#[test]
fn secrets_are_not_shown() {
    let text = template();
    let mut seen = 0;
    for offset in (0..text.len()).filter(|offset| text.is_char_boundary(*offset)) {
        let marked = format!("{}{MARK}{}", &text[..offset], &text[offset..]);
        if offset % 3 == 0
            && let Some((_, said)) = hovered(&[("main.json", &marked)])
        {
            seen += 1;
            assert!(!said.contains("Hunter2"), "{said}");
        }
    }
    assert!(seen > 50, "{seen} hovers");
    assert_says(&said("    \"adminP"), &["- default: `***`"]);
    assert_says(&said("\"[concat('Password=', parameters('adm"), &["The value is a secret and is not shown"]);
    let file = format!(
        r#"{{"$schema": "{PARAMETERS}", "contentVersion": "1.0.0.0", "parameters": {{"‸adminPassword": {{"value": "s3cr3t"}}}}}}"#
    );
    let said = hovered(&[("main.json", &template()), ("main.parameters.json", &file)]).unwrap().1;
    assert!(said.contains("***") && !said.contains("s3cr3t"), "{said}");
}

#[test]
fn what_only_looks_like_a_secret_is_not_shown() {
    let text = r#"{"$schema": "SCHEMA", "contentVersion": "1.0.0.0",
  "variables": {
    "password": "abc",
    "connection": "Server=tcp:x;Password=pa55w0rd;",
    "all": { "clientSecret": "xyz", "plain": "shown" },
    "used": "[variables('MARKpassword')]",
    "linked": "[variables('connection')]",
    "whole": "[variables('all')]"
  },
  "resources": []}"#
        .replace("SCHEMA", SCHEMA);
    let at = |before: &str| {
        let text = text.replace("MARK", "");
        let at = text.find(before).expect(before) + before.len();
        hovered(&[("main.json", &format!("{}{MARK}{}", &text[..at], &text[at..]))]).unwrap().1
    };
    for said in [at("    \"pass"), at("\"used\": \"[vari"), at("    \"all"), at("\"whole\": \"[vari")] {
        assert!(!said.contains("abc") && !said.contains("xyz"), "{said}");
    }
    assert_says(&at("\"whole\": \"[vari"), &["shown", "***"]);
    for said in [at("    \"conn"), at("\"linked\": \"[vari")] {
        assert!(!said.contains("pa55w0rd"), "{said}");
    }
}

#[test]
fn a_blank_does_not_end_what_looks_like_a_secret() {
    let text = r#"{"$schema": "SCHEMA", "contentVersion": "1.0.0.0",
  "variables": { "key": "Password=", "word": "pa55w0rd of two parts" },
  "resources": [],
  "outputs": {
    "o": { "type": "string", "value": "[conMARKcat('Server=tcp:x;', variables('key'), variables('word'), ';Encrypt=True')]" }
  }}"#
        .replace("SCHEMA", SCHEMA)
        .replace("MARK", MARK);
    let said = hovered(&[("main.json", &text)]).unwrap().1;
    assert!(said.contains("Server=tcp:x;Password=***;Encrypt=True"), "{said}");
}

fn folder<'t>(path: &str, mark: &str) -> Vec<(&'t str, String)> {
    let example = [
        (
            "adf/factory/adf.json",
            include_str!("../../../../testdata/example/contoso-ingest/factory/contoso-ingest.json"),
        ),
        (
            "adf/linkedService/Lake.json",
            include_str!("../../../../testdata/example/contoso-ingest/linkedService/Lake.json"),
        ),
        (
            "adf/linkedService/Sales.json",
            include_str!("../../../../testdata/example/contoso-ingest/linkedService/Sales.json"),
        ),
        (
            "adf/dataset/LakeSales.json",
            include_str!("../../../../testdata/example/contoso-ingest/dataset/LakeSales.json"),
        ),
        (
            "adf/dataset/SalesTable.json",
            include_str!("../../../../testdata/example/contoso-ingest/dataset/SalesTable.json"),
        ),
        (
            "adf/pipeline/CopySales.json",
            include_str!("../../../../testdata/example/contoso-ingest/pipeline/CopySales.json"),
        ),
        (
            "adf/integrationRuntime/ManagedNetworkRuntime.json",
            include_str!(
                "../../../../testdata/example/contoso-ingest/integrationRuntime/ManagedNetworkRuntime.json"
            ),
        ),
        (
            "adf/managedVirtualNetwork/default/managedPrivateEndpoint/lake-blob.json",
            include_str!(
                "../../../../testdata/example/contoso-ingest/managedVirtualNetwork/default/managedPrivateEndpoint/lake-blob.json"
            ),
        ),
    ];
    let marked = |(own, text): (&'t str, &str)| {
        let Some(at) = text.find(mark).filter(|_| own == path).map(|at| at + mark.len()) else {
            return (own, text.to_string());
        };
        (own, format!("{}{MARK}{}", &text[..at], &text[at..]))
    };
    example.into_iter().map(marked).collect()
}

fn in_example(path: &str, mark: &str) -> String {
    let files = folder(path, mark);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    hovered(&files).unwrap_or_else(|| panic!("nothing is said behind {mark}")).1
}

#[test]
fn artefacts_of_the_example() {
    let service = in_example("adf/dataset/LakeSales.json", "\"referenceName\": \"");
    assert_says(
        &service,
        &[
            "**Resource** `Microsoft.DataFactory/factories/linkedservices`",
            "kind: `\"AzureBlobFS\"`",
            "on `ManagedNetworkRuntime` (managed network default) to `contosolake`: **public**",
            "only lake-blob (blob)",
            "declared in `adf/linkedService/Lake.json:2`",
        ],
    );
    let runtime = in_example("adf/linkedService/Lake.json", "\"referenceName\": \"");
    assert_says(&runtime, &["integrationRuntimes`", "it runs on: managed network default"]);
    let dataset = in_example("adf/pipeline/CopySales.json", "\"referenceName\": \"");
    assert_says(&dataset, &["/datasets`", "linked service: `Sales`"]);
    let own = in_example("adf/linkedService/Lake.json", "\"name\": \"");
    assert_says(&own, &["to `contosolake`"]);
    let pipeline = in_example("adf/pipeline/CopySales.json", "\"name\": \"Copy");
    assert_says(&pipeline, &["2 activities, 0 parameters"]);
    let network = in_example("adf/integrationRuntime/ManagedNetworkRuntime.json", "\"referenceName\": \"");
    assert_says(&network, &["The managed virtual network `default`", "not declared in this factory"]);
}

#[test]
fn dynamic_content() {
    let pipeline = r#"{"name": "Run", "properties": {
  "parameters": {"day": {"type": "string", "defaultValue": "monday"}, "token": {"type": "securestring", "defaultValue": "abcdef"}},
  "activities": [
    {"name": "Look", "type": "Lookup", "typeProperties": {}},
    {"name": "Wait", "type": "Wait", "typeProperties": {
      "a": "@activity('Look').output", "b": "@pipeline().parameters.day", "c": "@pipeline().parameters.token"}}]}}"#;
    let factory = r#"{"name": "adf", "properties": {}}"#;
    let said = |before: &str| {
        let at = pipeline.find(before).unwrap() + before.len();
        let marked = format!("{}{MARK}{}", &pipeline[..at], &pipeline[at..]);
        hovered(&[("adf/factory/adf.json", factory), ("adf/pipeline/Run.json", &marked)]).unwrap().1
    };
    assert_says(
        &said("@activity('L"),
        &["The activity `Look` of `Run`", "type: `Lookup`", "`adf/pipeline/Run.json:4`"],
    );
    assert_says(&said("parameters.d"), &["The parameter of the pipeline `day`", "default: `\"monday\"`"]);
    let token = said("parameters.t");
    assert!(token.contains("***") && !token.contains("abcdef"), "{token}");
}

#[test]
fn manifests() {
    let text = "apiVersion: storage.azure.com/v1api20230101\nkind: StorageAccount\nmetadata:\n  name: st‸ore\nspec:\n  location: westeurope\n  owner:\n    name: group\n";
    let said = hovered(&[("a.yaml", text)]).unwrap().1;
    assert_says(&said, &["**Resource** `Microsoft.Storage/storageAccounts`", "- name: `store`"]);
}

#[test]
fn a_secret_that_only_its_place_tells_of_is_not_shown() {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let text = r#"{ "$schema": "SCHEMA", "contentVersion": "1.0.0.0",
      "parameters": { "plain": { "type": "string", "defaultValue": "Plant-03" } },
      "variables": { "v": "Hunter-Plant04-Password", "w": "[toLower(concat('Pl', 'ant-05'))]" },
      "resources": [ { "type": "Vendor.Any/things", "apiVersion": "2020-01-01", "name": "n", "properties": {
        "osProfile": { "adminPassword": "[concat('Pla', 'nt-01')]" }, "token": "[variables('v')]",
        "secureValue": "[format('{0}-x', 'Plant-02')]", "apiKey2": "[parameters('plain')]",
        "clientSecret": "[variables('w')]" } } ] }"#;
    let text = text.replace("SCHEMA", schema);
    let settings = settings();
    let choose = |_: &Deployment| &settings;
    let session = session(&[("main.json", &text)]);
    let report = session.check(&settings);
    let masks = Masks::new(&report);
    let mut hovers = 0;
    for offset in 0..text.len() as u32 {
        let place = Place { session: &session, settings: &choose, path: "main.json", offset };
        for masks in [Some(&masks), None] {
            let Some(hover) = hover(&place, masks) else { continue };
            hovers += 1;
            let shown = hover.markdown.to_lowercase();
            assert!(!shown.contains("plant"), "{offset}: {}", hover.markdown);
        }
    }
    assert!(hovers > 100, "{hovers}");
}

#[test]
fn no_secret_of_an_example_of_a_rule_is_shown() {
    let catalogue = armlint_rules::catalogue();
    let (mut secret, mut hovers) = (0, 0);
    for rule in catalogue.rules() {
        for example in catalogue.examples(rule.id).unwrap() {
            let files: Vec<(&str, &str)> =
                example.files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
            let settings = settings();
            let choose = |_: &Deployment| &settings;
            let session = session(&files);
            let report = session.check(&settings);
            // A label may stand on the name of what holds the secret.
            let is_key =
                |secret: &String| files.iter().any(|(_, text)| text.contains(&format!("\"{secret}\":")));
            let texts: Vec<String> = secrets(&report).into_iter().filter(|secret| !is_key(secret)).collect();
            if texts.is_empty() {
                continue;
            }
            secret += texts.len();
            let masks = Masks::new(&report);
            for (path, text) in &files {
                for offset in (0..text.len()).step_by(7) {
                    let place = Place { session: &session, settings: &choose, path, offset: offset as u32 };
                    for masks in [Some(&masks), None] {
                        let Some(hover) = hover(&place, masks) else { continue };
                        hovers += 1;
                        for secret in &texts {
                            assert!(
                                !hover.markdown.contains(secret),
                                "{} {secret}: {}",
                                rule.id,
                                hover.markdown
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(secret >= 10 && hovers > 200, "{secret} secrets, {hovers} hovers");
}

// What the engine takes for a secret, where it is written as itself; one that is a common word is left out.
fn secrets(report: &Report) -> Vec<String> {
    let texts = report.secrets.iter().filter_map(|span| {
        let text = report.source(span.source)?.slice(*span);
        text.strip_prefix('"')?.strip_suffix('"')
    });
    let literal = |text: &&str| {
        text.len() >= 4
            && !text.trim_matches('*').is_empty()
            && !text.contains(['[', '{', '@', '('])
            && !is_word(text)
    };
    texts.filter(literal).map(ToString::to_string).collect()
}
