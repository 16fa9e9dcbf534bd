//! YAML as people write it: where findings stand, and what the dialects without a template are checked for.

use std::sync::Arc;

use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

fn check(files: &[(&str, &str)]) -> Report {
    let inputs = files.iter().map(|(path, text)| Input {
        path: Arc::from(*path),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: false,
    });
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    let report = session.check(&Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public));
    assert!(report.files.iter().all(|file| file.outcome == Outcome::Checked), "{:?}", report.files);
    report
}

// Rule, token, line and column in UTF-16 units.
fn told(report: &Report) -> Vec<(&'static str, String, u32, u32)> {
    let findings = report.findings.iter().map(|finding| {
        let span = finding.primary.span;
        let source = report.source(span.source).unwrap();
        let at = source.position(span.start);
        (finding.rule, source.slice(span).to_string(), at.line, at.column)
    });
    findings.collect()
}

const TEMPLATE: &str = "\u{feff}# é😀\r
$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\r
contentVersion: 1.0.0.0\r
parameters: {größe: {type: string}}\r
resources:\r
- type: Microsoft.DataFactory/factories/linkedservices\r
  apiVersion: 2018-06-01\r
  name: f/literal\r
  properties:\r
    type: AzureSqlDatabase\r
    typeProperties:\r
      connectionString: |-\r
        Server=tcp:größe😀.database.windows.net;\r
        Database=😀;User ID=sa;Password=correcthorse1;\r
- {type: Microsoft.DataFactory/factories/linkedservices, apiVersion: 2018-06-01, name: f/flow, properties: {type: AzureSqlDatabase, typeProperties: {connectionString: 'Server=é😀;User ID=sa;Password=correcthorse2'}}}\r
- type: Microsoft.DataFactory/factories/linkedservices\r
  apiVersion: 2018-06-01\r
  name: f/folded\r
  properties:\r
    type: AzureSqlDatabase\r
    typeProperties:\r
      connectionString: >-  # folded\r
        Server=é;User ID=sa;\r
        Password=correcthorse3\r
- type: Microsoft.DataFactory/factories/linkedservices\r
  apiVersion: 2018-06-01\r
  name: \"[concat('é😀', parameters('größe'))]\"\r
  properties:\r
    type: AzureSqlDatabase\r
    typeProperties:\r
      connectionString: |-\r
        [concat('Server=😀;User ID=sa;',\r
          'Password=correcthorse4')]\r
";

#[test]
fn findings_stand_on_their_tokens() {
    let mut found = told(&check(&[("größe.yaml", TEMPLATE)]));
    found.retain(|(rule, ..)| *rule == "adf/secret-literal");
    let tokens: Vec<_> = found.iter().map(|(rule, text, ..)| (*rule, text.as_str())).collect();
    let secrets: Vec<String> = (1..=4).map(|number| format!("correcthorse{number}")).collect();
    let expected: Vec<_> = secrets.iter().map(|secret| ("adf/secret-literal", secret.as_str())).collect();
    assert_eq!(tokens, expected);
    for (_, text, line, column) in &found {
        let written = TEMPLATE.split("\r\n").nth(*line as usize - 1).unwrap();
        let before = &written[..written.find(text.as_str()).unwrap()];
        assert_eq!(*column as usize, before.encode_utf16().count() + 1, "{text}");
    }
}

#[test]
fn manifests_are_checked_like_templates() {
    let factory = "apiVersion: datafactory.azure.com/v1api20180601
kind: Factory
metadata: {name: f, namespace: n}
spec:
  location: eastus2
  owner: {name: rg}
  identity: {type: SystemAssigned}
  publicNetworkAccess: Enabled
";
    let endpoint = "# é😀
apiVersion: network.azure.com/v1api20220701
kind: PrivateEndpoint
metadata: {name: pe, namespace: n}
spec:
  location: eastus2
  owner: {name: rg}
  privateLinkServiceConnections:
  - name: c
    groupIds: [dataFactory]
    privateLinkServiceReference: {group: datafactory.azure.com, kind: Factory, name: f}
  subnet: {reference: {armId: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s}}
";
    let remains = ("adf/portal-public-access-remains", "f".to_string(), 3, 18);
    let found = told(&check(&[("infra/f.yaml", factory), ("infra/network/pe.yaml", endpoint)]));
    assert_eq!(found, [remains.clone(), ("adf/public-network-access", "Enabled".to_string(), 8, 24)]);
    let wrong = endpoint.replace("[dataFactory]", "[dataFactori]");
    let found = told(&check(&[("infra/f.yaml", factory), ("infra/network/pe.yaml", &wrong)]));
    assert_eq!(found, [("adf/private-endpoint-group-id", "dataFactori".to_string(), 10, 16)]);
    // The operator only looks at a factory that it skips.
    let skipped =
        factory.replace("n}", "n, annotations: {serviceoperator.azure.com/reconcile-policy: skip}}");
    assert_eq!(
        told(&check(&[("infra/f.yaml", &skipped), ("infra/network/pe.yaml", endpoint)])),
        std::slice::from_ref(&remains)
    );
    // What a token stands for is not known.
    let token = factory.replace("Enabled", "${ACCESS}");
    assert_eq!(told(&check(&[("infra/f.yaml", &token), ("infra/network/pe.yaml", endpoint)])), [remains]);
}

#[test]
fn a_secret_behind_a_merge_key_is_found_where_it_stands() {
    let text = "$schema: https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#
contentVersion: 1.0.0.0
variables:
  defaults: &defaults
    connectionString: >-
      Server=é;User ID=sa;
      Password=correcthorse5
resources:
- type: Microsoft.DataFactory/factories/linkedservices
  apiVersion: 2018-06-01
  name: \"[concat(variables('defaults').connectionString, '/x')]\"
  properties:
    type: AzureSqlDatabase
    typeProperties:
      <<: *defaults
";
    let found = told(&check(&[("a.yaml", text)]));
    assert!(found.contains(&("adf/secret-literal", "correcthorse5".into(), 7, 16)), "{found:?}");
}
