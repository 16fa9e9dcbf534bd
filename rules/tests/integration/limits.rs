//! Hostile and huge deployments under all rules: each ends soon, and nothing of it is lost in silence.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};

/// Generous: test builds are slow, and so are busy machines.
const BOUND: Duration = Duration::from_secs(15);

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn check(files: Vec<(String, String)>) -> Report {
    let inputs = files.into_iter().map(|(path, text)| Input {
        path: Arc::from(path),
        content: Ok(text.into_bytes()),
        context: false,
        named: false,
    });
    let mut session = Session::new(armlint_rules::catalogue());
    let start = Instant::now();
    session.set_all(inputs.collect());
    let as_of = Date { year: 2026, month: 11, day: 1 };
    let report = session.check(&Settings::new(as_of, Cloud::Public));
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    assert!(report.findings.iter().all(|finding| finding.rule != "template/internal-error"));
    report
}

fn template(body: &str) -> Report {
    let text = format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#);
    check(vec![("template.json".to_string(), text)])
}

fn linked_service(name: &str, url: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.DataFactory/factories/linkedservices", "name": "[concat('f/', '{name}')]",
             "properties": {{ "type": "AzureBlobFS", "typeProperties": {{ "url": "{url}" }} }} }}"#
    )
}

#[test]
fn nested_conditions_do_not_multiply() {
    let mut expression = "parameters('p0')".to_string();
    let mut parameters = r#""p0": { "type": "string" }"#.to_string();
    for level in 1..60 {
        expression = format!("if(parameters('c{level}'), {expression}, concat('x{level}', {expression}))");
        if expression.len() > 20_000 {
            break;
        }
        write!(parameters, r#", "c{level}": {{ "type": "bool" }}"#).unwrap();
    }
    template(&format!(
        r#""parameters": {{ {parameters} }}, "resources": [ {} ]"#,
        linked_service("a", &format!("[{expression}]"))
    ));
}

#[test]
fn conditions_over_variables_do_not_multiply() {
    let variables: Vec<String> = (0..400)
        .map(|i| {
            let next = i + 1;
            format!(
                r#""v{i}": "[if(parameters('c'), concat(variables('v{next}'), 'a'), variables('v{next}'))]""#
            )
        })
        .collect();
    template(&format!(
        r#""parameters": {{ "c": {{ "type": "bool" }} }}, "variables": {{ {}, "v400": "end" }}, "resources": [ {} ]"#,
        variables.join(", "),
        linked_service("a", "[variables('v350')]")
    ));
}

#[test]
fn doubling_text_ends() {
    let variables: Vec<String> = (0..80)
        .map(|i| format!(r#""v{i}": "[concat(variables('v{0}'), variables('v{0}'))]""#, i + 1))
        .collect();
    template(&format!(
        r#""variables": {{ {}, "v80": "xy" }}, "resources": [ {} ]"#,
        variables.join(", "),
        linked_service("a", "[variables('v0')]")
    ));
}

#[test]
fn huge_loops_end() {
    for count in ["1000000000", "800", "\"[length(range(0, 9999))]\""] {
        template(&format!(
            r#""resources": [ {{ "type": "Microsoft.DataFactory/factories/linkedservices",
                "name": "[concat('f/ls', copyIndex())]", "copy": {{ "name": "l", "count": {count} }},
                "properties": {{ "type": "AzureBlobFS", "copy": [ {{ "name": "a", "count": 1000000, "input": "x" }} ],
                    "typeProperties": {{ "url": "[concat('https://sa', copyIndex('l'), '.dfs.core.windows.net')]" }} }} }} ]"#
        ));
    }
}

#[test]
fn deep_values_end() {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let report = template(&format!(r#""variables": {{ "v": {nested} }}, "resources": []"#));
    assert!(matches!(report.files[0].outcome, Outcome::Partial(_)));
    let modules = (0..40).fold(r#""resources": []"#.to_string(), |inner, level| {
        format!(
            r#""resources": [ {{ "type": "Microsoft.Resources/deployments", "name": "d{level}", "properties": {{
                "expressionEvaluationOptions": {{ "scope": "inner" }}, "template": {{ "$schema": "{SCHEMA}", {inner} }} }} }} ]"#
        )
    });
    template(&modules);
}

#[test]
fn a_large_factory_is_checked_in_linear_time() {
    let factory = |count: usize| {
        let mut files = vec![(
            "adf/factory/f.json".to_string(),
            r#"{ "name": "f", "identity": { "type": "SystemAssigned" } }"#.to_string(),
        )];
        for index in 0..count {
            let service = format!(
                r#"{{ "name": "ls{index}", "properties": {{ "type": "AzureBlobFS",
                    "typeProperties": {{ "url": "https://sa{index}.dfs.core.windows.net" }},
                    "connectVia": {{ "referenceName": "ir{}", "type": "IntegrationRuntimeReference" }} }} }}"#,
                index % 10
            );
            files.push((format!("adf/linkedService/ls{index}.json"), service));
            let endpoint = format!(
                r#"{{ "name": "e{index}", "properties": {{ "groupId": "dfs", "privateLinkResourceId":
                    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/sa{index}" }} }}"#
            );
            let path = format!("adf/managedVirtualNetwork/default/managedPrivateEndpoint/e{index}.json");
            files.push((path, endpoint));
            let dataset = format!(
                r#"{{ "name": "ds{index}", "properties": {{ "type": "Binary",
                    "linkedServiceName": {{ "referenceName": "ls{index}", "type": "LinkedServiceReference" }} }} }}"#
            );
            files.push((format!("adf/dataset/ds{index}.json"), dataset));
            let pipeline = format!(
                r#"{{ "name": "p{index}", "properties": {{ "activities": [ {{ "name": "c", "type": "Copy",
                    "inputs": [ {{ "referenceName": "ds{index}", "type": "DatasetReference" }} ],
                    "outputs": [ {{ "referenceName": "ds{index}", "type": "DatasetReference" }} ] }} ] }} }}"#
            );
            files.push((format!("adf/pipeline/p{index}.json"), pipeline));
        }
        for index in 0..10 {
            let runtime = format!(
                r#"{{ "name": "ir{index}", "properties": {{ "type": "Managed", "managedVirtualNetwork":
                    {{ "referenceName": "default", "type": "ManagedVirtualNetworkReference" }} }} }}"#
            );
            files.push((format!("adf/integrationRuntime/ir{index}.json"), runtime));
        }
        files.push((
            "adf/managedVirtualNetwork/default.json".to_string(),
            r#"{ "name": "default" }"#.to_string(),
        ));
        files
    };
    let time = |count| {
        let files = factory(count);
        let start = Instant::now();
        check(files);
        start.elapsed().as_secs_f64()
    };
    time(50);
    // Four times the input; a quadratic rule would take sixteen times as long, each time that it is measured.
    let tries: Vec<(f64, f64)> = (0..3).map(|_| (time(500), time(2000))).collect();
    assert!(tries.iter().any(|(small, large)| *large < small * 9.0 + 0.2), "{tries:?} s");
}

#[test]
fn one_long_line() {
    let services: Vec<String> = (0..20_000)
        .map(|index| {
            linked_service(&format!("ls{index}"), "https://sa.dfs.core.windows.net").replace('\n', "")
        })
        .collect();
    let outcome = |services: &[String]| {
        template(&format!(r#""resources": [ {} ]"#, services.join(","))).files[0].outcome.clone()
    };
    assert_eq!(outcome(&services[..5_000]), Outcome::Checked);
    // More resources than a deployment can have: what is not looked at is told.
    assert!(matches!(outcome(&services), Outcome::Partial(_)));
}

#[test]
fn an_alias_bomb_is_partly_checked() {
    let mut text =
        format!("$schema: {SCHEMA}\nresources: []\nvariables:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let refs = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "  a{level}: &a{level} [{refs}]").unwrap();
    }
    let report = check(vec![("bomb.yaml".to_string(), text)]);
    assert!(matches!(report.files[0].outcome, Outcome::Partial(_)));
}

#[test]
fn every_prefix_of_a_template_is_checked() {
    let text = include_str!("../../../testdata/example/azuredeploy.json");
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        check(vec![("template.json".to_string(), text[..end].to_string())]);
    }
}
