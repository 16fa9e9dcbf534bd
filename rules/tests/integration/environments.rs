//! A template is checked with each of its parameter files, whatever resources it has.

use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const TEMPLATE: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

fn check(template: &str, files: &[(&str, &str)]) -> Report {
    let text = format!(r#"{{ "$schema": "{TEMPLATE}", "contentVersion": "1.0.0.0", {template} }}"#);
    let values = |body: &str| {
        format!(r#"{{ "$schema": "{PARAMETERS}", "contentVersion": "1.0.0.0", "parameters": {{ {body} }} }}"#)
    };
    let input = |path: &str, text: String| Input {
        path: path.into(),
        content: Ok(text.into_bytes()),
        context: false,
        named: true,
    };
    let files = files.iter().map(|(name, body)| input(&format!("t.{name}.parameters.json"), values(body)));
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(std::iter::once(input("t.json", text)).chain(files).collect());
    session.check(&Settings::new(facts_date(), Cloud::Public))
}

fn resource(ty: &str, name: &str) -> String {
    format!(r#"{{ "type": "{ty}", "apiVersion": "2023-01-01", "name": "{name}", "location": "westeurope" }}"#)
}

// Two resources of a type, the name of one of which is a parameter.
fn twins(ty: &str, others: &str) -> String {
    let (open, fixed) = (resource(ty, "[parameters('name')]"), resource(ty, "twin"));
    format!(r#""parameters": {{ "name": {{ "type": "string" }} }}, "resources": [ {open}, {fixed}{others} ]"#)
}

fn duplicates(report: &Report) -> Vec<&str> {
    let found = report.findings.iter().filter(|finding| finding.rule == "template/duplicate-resource");
    found.map(|finding| finding.message.as_str()).collect()
}

#[test]
fn what_a_value_leads_to_is_found_whatever_types_there_are() {
    let types =
        ["Microsoft.Storage/storageAccounts", "Microsoft.Network/virtualNetworks", "Contoso.Own/things"];
    let endpoint = format!(", {}", resource("Microsoft.Network/privateEndpoints", "endpoint"));
    for ty in types {
        for others in ["", &endpoint] {
            let template = twins(ty, others);
            let found = |value: &str| {
                let report = check(&template, &[("only", &format!(r#""name": {{ "value": "{value}" }}"#))]);
                duplicates(&report).len()
            };
            assert_eq!((found("twin"), found("Twin"), found("other")), (1, 1, 0), "{ty} beside `{others}`");
        }
    }
}

#[test]
fn a_finding_names_the_files_that_lead_to_it() {
    let template = twins("Microsoft.Storage/storageAccounts", "");
    let (same, other) = (r#""name": { "value": "twin" }"#, r#""name": { "value": "other" }"#);
    let report = check(&template, &[("dev", other), ("prod", same)]);
    let messages = duplicates(&report);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].ends_with("(with `t.prod.parameters.json`)"), "{messages:?}");
    let report = check(&template, &[("dev", same), ("prod", same)]);
    let messages = duplicates(&report);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(!messages[0].contains("parameters.json"), "in all of them: {messages:?}");
}
