//! What Data Factory checks when a pipeline is published: who stands in whom, what has run before, and what is known
//! where.

use crate::checked;

// Rules without their folder, and the texts that they point at.
fn found(files: &[(&str, String)]) -> Vec<(&'static str, String)> {
    const RULES: [&str; 5] = [
        "adf/activity-dependency-cycle",
        "adf/activity-nesting",
        "adf/dangling-reference",
        "adf/expression-out-of-scope",
        "adf/secret-output-not-secured",
    ];
    let report = checked::check(files, &checked::on(None));
    let own = report.findings.iter().filter(|finding| RULES.contains(&finding.rule));
    own.map(|finding| {
        let span = finding.primary.span;
        let text = report.source(span.source).map_or("", |source| source.slice(span));
        (finding.rule.trim_start_matches("adf/"), text.trim_matches('"').to_string())
    })
    .collect()
}

fn pipeline(activities: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        r#"{{ "name": "p", "properties": {{ "activities": [ {activities} ],
             "variables": {{ "v": {{ "type": "String" }}, "w": {{ "type": "String" }} }} }} }}"#
    );
    found(&[("pipeline/p.json", text)])
}

fn container(ty: &str, name: &str, more: &str, inner: &str) -> String {
    let properties = match ty {
        "ForEach" => format!(
            r#""items": {{ "value": "@createArray(1)", "type": "Expression" }}, "activities": [ {inner} ]"#
        ),
        "Until" => format!(
            r#""expression": {{ "value": "@equals(1, 1)", "type": "Expression" }}, "activities": [ {inner} ]"#
        ),
        "IfCondition" => {
            format!(
                r#""expression": {{ "value": "@equals(1, 1)", "type": "Expression" }}, "ifFalseActivities": [ {inner} ]"#
            )
        }
        _ => format!(
            r#""on": {{ "value": "@string(1)", "type": "Expression" }}, "cases": [ {{ "value": "1", "activities": [ {inner} ] }} ]"#
        ),
    };
    format!(r#"{{ "name": "{name}", "type": "{ty}" {more}, "typeProperties": {{ {properties} }} }}"#)
}

fn wait(name: &str, more: &str) -> String {
    format!(
        r#"{{ "name": "{name}", "type": "Wait" {more}, "typeProperties": {{ "waitTimeInSeconds": 1 }} }}"#
    )
}

fn set(name: &str, more: &str, value: &str) -> String {
    format!(
        r#"{{ "name": "{name}", "type": "SetVariable" {more}, "typeProperties": {{ "variableName": "v", "value": "{value}" }} }}"#
    )
}

fn after(name: &str) -> String {
    format!(r#", "dependsOn": [ {{ "activity": "{name}", "dependencyConditions": [ "Succeeded" ] }} ]"#)
}

const NOTHING: [(&str, String); 0] = [];

#[test]
fn only_branches_in_loops_nest() {
    for outer in ["ForEach", "Until", "IfCondition", "Switch"] {
        for inner in ["ForEach", "Until", "IfCondition", "Switch"] {
            let nested = container(outer, "o", "", &container(inner, "i", "", &wait("w", "")));
            let loops = ["ForEach", "Until"];
            let supported = loops.contains(&outer) && !loops.contains(&inner);
            let expected =
                if supported { NOTHING.to_vec() } else { vec![("activity-nesting", inner.to_string())] };
            assert_eq!(pipeline(&nested), expected, "{inner} in {outer}");
        }
        let validation = r#"{ "name": "v", "type": "Validation", "typeProperties": {} }"#;
        let inside = [("activity-nesting", "Validation".to_string())];
        assert_eq!(pipeline(&container(outer, "o", "", validation)), inside, "{outer}");
    }
    // A loop two levels up is one mistake.
    let deep = container("IfCondition", "b", "", &container("ForEach", "c", "", &wait("w", "")));
    assert_eq!(pipeline(&container("ForEach", "a", "", &deep)).len(), 1);
}

#[test]
fn outputs_are_those_of_ancestors() {
    let uses = |name: &str, more: &str| set("uses", more, &format!("@string(activity('{name}').output)"));
    let is_out = |activities: &[String]| {
        let found = pipeline(&activities.join(","));
        assert!(found.iter().all(|(rule, _)| *rule == "expression-out-of-scope"), "{found:?}");
        found.len()
    };
    assert_eq!(is_out(&[wait("a", ""), uses("a", "")]), 1, "beside it");
    assert_eq!(is_out(&[wait("a", ""), uses("A", &after("a"))]), 0);
    assert_eq!(
        is_out(&[wait("a", ""), wait("b", &after("a")), uses("a", &after("b"))]),
        0,
        "by way of another"
    );
    assert_eq!(is_out(&[uses("uses", "")]), 1, "itself");
    for (ty, expected) in [("ForEach", 1), ("Until", 0), ("IfCondition", 0), ("Switch", 0)] {
        let inside = container(ty, "o", "", &wait("a", ""));
        assert_eq!(is_out(&[inside.clone(), uses("a", &after("o"))]), expected, "out of {ty}");
        assert_eq!(is_out(&[inside, uses("a", "")]), 1, "beside {ty}");
        let into = container(ty, "o", &after("a"), &uses("a", ""));
        assert_eq!(is_out(&[wait("a", ""), into]), 0, "into {ty}");
    }
    assert_eq!(is_out(&[uses("nowhere", "")]), 0, "a name that nothing declares has a rule of its own");
    let computed = r#", "dependsOn": [ { "activity": "@{variables('v')}", "dependencyConditions": [] } ]"#;
    let found = pipeline(&[wait("a", ""), uses("a", computed)].join(","));
    assert!(found.iter().all(|(rule, _)| *rule != "activity-nesting"), "{found:?}");
}

#[test]
fn items_are_those_of_loops() {
    let item = set("s", "", "@item().name");
    let one = [("expression-out-of-scope", "item".to_string())];
    assert_eq!(pipeline(&item), one);
    for (ty, inside) in [("ForEach", false), ("Until", true), ("IfCondition", true), ("Switch", true)] {
        let expected = if inside { one.to_vec() } else { NOTHING.to_vec() };
        assert_eq!(pipeline(&container(ty, "o", "", &item)), expected, "{ty}");
        assert_eq!(
            pipeline(&container("ForEach", "f", "", &container("IfCondition", "i", "", &item))),
            NOTHING
        );
    }
    let filter = r#"{ "name": "f", "type": "Filter", "typeProperties": {
        "items": { "value": "@createArray(1)", "type": "Expression" },
        "condition": { "value": "@equals(item(), 1)", "type": "Expression" } } }"#;
    assert_eq!(pipeline(filter), NOTHING);
}

#[test]
fn variables_are_not_set_from_themselves() {
    let own = [("expression-out-of-scope", "v".to_string())];
    assert_eq!(pipeline(&set("s", "", "@concat(variables('v'), 'x')")), own);
    assert_eq!(pipeline(&set("s", "", "x@{variables('V')}")).len(), 1);
    assert_eq!(pipeline(&set("s", "", "@variables('w')")), NOTHING);
    let append = r#"{ "name": "a", "type": "AppendVariable", "typeProperties": { "variableName": "v", "value": "@variables('w')" } }"#;
    assert_eq!(pipeline(append), NOTHING);
}

#[test]
fn a_linked_service_knows_only_its_parameters() {
    let service = |text: &str| {
        let text = format!(
            r#"{{ "name": "s", "properties": {{ "type": "AzureSqlDatabase", "parameters": {{ "x": {{ "type": "String" }} }},
                 "typeProperties": {{ "connectionString": "{text}" }} }} }}"#
        );
        found(&[("linkedService/s.json", text)]).len()
    };
    assert_eq!(service("Server=@{pipeline().globalParameters.server};Database=d"), 1);
    assert_eq!(service("@concat('Server=', pipeline().parameters.server)"), 1);
    assert_eq!(service("Server=@{linkedService().x};Database=d"), 0);
    assert_eq!(service("Server=s;Database=pipeline"), 0);
}

#[test]
fn circles_are_said_once() {
    let circle = |activities: &[String]| pipeline(&activities.join(",")).len();
    assert_eq!(circle(&[wait("a", &after("b")), wait("b", &after("a"))]), 1);
    assert_eq!(circle(&[wait("a", &after("c")), wait("b", &after("a")), wait("c", &after("b"))]), 1);
    assert_eq!(circle(&[wait("a", &after("A"))]), 1);
    assert_eq!(circle(&[wait("a", ""), wait("b", &after("a")), wait("c", &after("b"))]), 0);
    let inside = container("ForEach", "o", "", &[wait("a", &after("b")), wait("b", &after("a"))].join(","));
    assert_eq!(circle(&[inside]), 1);
}

#[test]
fn an_activity_that_runs_a_pipeline_names_one() {
    let run = |properties: &str| {
        let text =
            format!(r#"{{ "name": "e", "type": "ExecutePipeline", "typeProperties": {{ {properties} }} }}"#);
        pipeline(&text).len()
    };
    assert_eq!(run(r#""waitOnCompletion": true"#), 1);
    assert_eq!(run(r#""pipeline": null, "waitOnCompletion": true"#), 1);
    assert_eq!(
        run(r#""pipeline": { "referenceName": "q", "type": "PipelineReference" }"#),
        0,
        "an open world"
    );
}

// An activity of the log, its type and its policy.
fn secured(set: &str, post: &str) -> Vec<(&'static str, String)> {
    let read = r#"{ "name": "read", "type": "WebActivity", "policy": { "secureOutput": true }, "typeProperties": {
        "url": "https://k.vault.azure.net/secrets/s?api-version=7.0", "method": "GET",
        "authentication": { "type": "MSI", "resource": "https://vault.azure.net" } } }"#;
    let policy = |policy: &str| {
        if policy.is_empty() { String::new() } else { format!(r#", "policy": {{ {policy} }}"#) }
    };
    let keep =
        self::set("keep", &format!("{}{}", policy(set), after("read")), "@activity('read').output.value");
    let other = r#"{ "name": "copy", "type": "SetVariable", "policy": { "secureInput": true, "secureOutput": true },
        "dependsOn": [ { "activity": "keep", "dependencyConditions": [ "Succeeded" ] } ],
        "typeProperties": { "variableName": "w", "value": "Bearer @{variables('v')}" } }"#;
    let post = format!(
        r#"{{ "name": "post", "type": "WebActivity" {} {}, "typeProperties": {{ "method": "POST",
             "url": "https://api.example.com/", "body": "secret=@{{variables('w')}}" }} }}"#,
        policy(post),
        after("copy")
    );
    pipeline(&[read.to_string(), keep, other.to_string(), post].join(","))
}

#[test]
fn a_secret_is_followed_through_variables() {
    let both = r#""secureInput": true, "secureOutput": true"#;
    assert_eq!(secured(both, r#""secureInput": true"#), NOTHING);
    let at = |place: &str| [("secret-output-not-secured", place.to_string())];
    assert_eq!(
        secured(r#""secureInput": true, "secureOutput": false"#, r#""secureInput": true"#),
        at("false")
    );
    assert_eq!(secured(r#""secureInput": true"#, r#""secureInput": true"#), at("keep"));
    assert_eq!(secured(both, ""), at("post"));
    assert_eq!(secured("", "").len(), 1, "one finding for a pipeline");
}
