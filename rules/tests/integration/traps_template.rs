//! Where the rules about templates could cry wolf, say one thing twice, or take too long.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

fn check(body: &str) -> Report {
    let text = format!(r#"{{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {body} }}"#);
    let input = Input { path: "t.json".into(), content: Ok(text.into_bytes()), context: false, named: true };
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![input]);
    session.check(&Settings::new(facts_date(), Cloud::Public))
}

// Rules without their folder, and the text under each finding.
fn found(body: &str) -> Vec<(String, String)> {
    let report = check(body);
    let ours = report.findings.iter().filter(|finding| finding.rule.starts_with("template/"));
    ours.map(|finding| {
        let span = finding.primary.span;
        let text = report.source(span.source).map_or("", |source| source.slice(span));
        (finding.rule.trim_start_matches("template/").to_string(), text.to_string())
    })
    .collect()
}

fn zone(name: &str, rest: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "{name}",
           "location": "global"{rest} }}"#
    )
}

fn nested(scope: &str, template: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "nested",
           "properties": {{ {scope} "mode": "Incremental",
             "template": {{ "$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {template} }} }} }}"#
    )
}

const INNER: &str = r#""expressionEvaluationOptions": { "scope": "inner" },"#;

fn nothing(body: &str) {
    assert_eq!(found(body), Vec::<(String, String)>::new(), "{body}");
}

fn one(rule: &str, text: &str, body: &str) {
    assert_eq!(found(body), vec![(rule.to_string(), text.to_string())], "{body}");
}

#[test]
fn names_are_looked_for_in_the_scope_that_they_belong_to() {
    let use_of_p = zone("[parameters('p')]", "");
    let declared = r#""parameters": { "p": { "type": "string" } },"#;
    let inside = format!(r#"{declared} "resources": [ {use_of_p} ]"#);
    // Outer scope sees the parent's names only, inner scope its own only.
    nothing(&format!(
        r#"{declared} "resources": [ {} ]"#,
        nested("", &format!(r#""resources": [ {use_of_p} ]"#))
    ));
    one("undefined-name", "'p'", &format!(r#""resources": [ {} ]"#, nested("", &inside)));
    // There it only lacks a value.
    one("parameter-missing", "\"nested\"", &format!(r#""resources": [ {} ]"#, nested(INNER, &inside)));
    let unused = format!(
        r#"{declared} "resources": [ {} ]"#,
        nested(INNER, &format!(r#""resources": [ {use_of_p} ]"#))
    );
    let both = found(&unused);
    assert_eq!(both.len(), 2, "{both:?}");
    // A scope that an expression decides is either.
    let computed = r#""expressionEvaluationOptions": { "scope": "[if(equals(resourceGroup().name, 'x'), 'inner', 'outer')]" },"#;
    nothing(&format!(r#""resources": [ {} ]"#, nested(computed, &inside)));
}

#[test]
fn loops_lambdas_and_functions_have_names_of_their_own() {
    nothing(&format!(
        r#""resources": [ {} ]"#,
        zone(
            "[concat('z', copyIndex('outer'))]",
            r#", "copy": { "name": "Outer", "count": 2 },
               "tags": { "copy": [ { "name": "inner", "count": 2,
                 "input": "[concat(copyIndex('inner'), copyIndex('outer'), copyIndex())]" } ] }"#
        )
    ));
    one(
        "undefined-name",
        "'inner'",
        &format!(
            r#""resources": [ {} ]"#,
            zone("[concat('z', copyIndex('inner'))]", r#", "copy": { "name": "outer", "count": 2 }"#)
        ),
    );
    nothing(
        r#""resources": [], "outputs": { "o": { "type": "array",
           "value": "[map(range(0, 2), lambda('A', lambdaVariables('a')))]" } }"#,
    );
    one(
        "undefined-name",
        "'b'",
        r#""resources": [], "outputs": { "o": { "type": "array",
           "value": "[map(range(0, 2), lambda('a', lambdaVariables('b')))]" } }"#,
    );
    one(
        "undefined-name",
        "'q'",
        r#""functions": [ { "namespace": "n", "members": { "f": { "parameters": [ { "name": "p", "type": "string" } ],
             "output": { "type": "string", "value": "[concat(parameters('P'), parameters('q'))]" } } } } ],
           "parameters": { "q": { "type": "string" } }, "resources": [],
           "outputs": { "o": { "type": "string", "value": "[N.F(parameters('q'))]" } }"#,
    );
}

#[test]
fn what_does_not_parse_silences_what_is_unused() {
    one(
        "expression-syntax",
        "]",
        r#""parameters": { "p": { "type": "string" } }, "resources": [],
           "outputs": { "o": { "type": "string", "value": "[concat(parameters('p')]" } }"#,
    );
}

#[test]
fn dependencies_that_may_lead_somewhere_are_silent() {
    for dependency in [
        "[parameters('p')]",
        "[concat('Microsoft.Network/', parameters('p'), '/x')]",
        "[resourceId('Microsoft.Network/privateDnsZones', parameters('p'))]",
        "[resourceId('microsoft.network/privatednszones', 'off.com')]",
        "[if(equals(parameters('p'), 'x'), 'a', 'b')]",
        "off.com",
    ] {
        nothing(&format!(
            r#""parameters": {{ "p": {{ "type": "string" }} }}, "resources": [ {}, {} ]"#,
            zone(
                "a.com",
                &format!(r#", "dependsOn": [ "{dependency}" ], "tags": {{ "p": "[parameters('p')]" }}"#)
            ),
            zone("off.com", r#", "condition": false"#)
        ));
    }
    one(
        "undefined-name",
        "\"b.com\"",
        &format!(r#""resources": [ {} ]"#, zone("a.com", r#", "dependsOn": [ "b.com" ]"#)),
    );
}

#[test]
fn each_circle_is_one_finding() {
    one(
        "dependency-cycle",
        "\"a.com\"",
        &format!(r#""resources": [ {} ]"#, zone("a.com", r#", "dependsOn": [ "a.com" ]"#)),
    );
    let ring: Vec<String> = (0..50)
        .map(|at| zone(&format!("z{at}"), &format!(r#", "dependsOn": [ "z{}" ]"#, (at + 1) % 50)))
        .collect();
    one("dependency-cycle", "\"z1\"", &format!(r#""resources": [ {} ]"#, ring.join(", ")));
    // A chain of instances is none.
    nothing(&format!(
        r#""resources": [ {}, {} ]"#,
        zone("z0", ""),
        zone(
            "[concat('z', copyIndex(1))]",
            r#", "copy": { "name": "l", "count": 3 }, "dependsOn": [ "[concat('z', copyIndex())]" ]"#
        )
    ));
}

#[test]
fn names_that_defaults_decide_are_no_duplicates() {
    nothing(&format!(
        r#""parameters": {{ "a": {{ "type": "string", "defaultValue": "x" }}, "b": {{ "type": "string", "defaultValue": "x" }} }},
           "resources": [ {}, {} ]"#,
        zone("[parameters('a')]", ""),
        zone("[parameters('b')]", "")
    ));
    one(
        "duplicate-resource",
        "\"[parameters('a')]\"",
        &format!(
            r#""parameters": {{ "a": {{ "type": "string", "defaultValue": "x" }} }}, "resources": [ {}, {} ]"#,
            zone("[parameters('a')]", ""),
            zone("[parameters('a')]", "")
        ),
    );
}

#[test]
fn secrets_that_are_not_given_away() {
    let secret = r#""parameters": { "s": { "type": "securestring" } }, "resources": [],"#;
    for (ty, value) in [
        ("int", "[length(parameters('s'))]"),
        ("bool", "[empty(parameters('s'))]"),
        ("string", "[guid(parameters('s'))]"),
    ] {
        nothing(&format!(r#"{secret} "outputs": {{ "o": {{ "type": "{ty}", "value": "{value}" }} }}"#));
    }
    for value in ["", "?", "NA", "<password>", "[newGuid()]", "https://sa.blob.core.windows.net/x"] {
        nothing(&format!(
            r#""parameters": {{ "s": {{ "type": "securestring", "defaultValue": "{value}" }} }},
               "resources": [ {} ]"#,
            zone("a.com", r#", "tags": { "s": "[empty(parameters('s'))]" }"#)
        ));
    }
}

#[test]
fn many_resources_take_linear_time() {
    let template = |count: usize| {
        let mut resources = String::new();
        for at in 0..count {
            let rest = format!(r#", "dependsOn": [ "[parameters('p')]", "z{}" ]"#, at / 2);
            let separator = if at > 0 { "," } else { "" };
            write!(resources, "{separator}{}", zone(&format!("z{at}x"), &rest)).expect("a string takes all");
        }
        format!(r#""parameters": {{ "p": {{ "type": "string" }} }}, "resources": [ {resources} ]"#)
    };
    let start = Instant::now();
    check(&template(4000));
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
