//! A template is checked without values and with each of its parameter files: what merges, what is added
//! and what is dropped.

use std::sync::Arc;

use armlint_engine::dialect::GivenFiles;
use armlint_engine::finding::{Category, Confidence, Finding, Severity};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Catalogue, Check, Context, RuleSpec};
use armlint_engine::session::{Input, Outcome, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::value::{Truth, ValueKind};

const TEMPLATE: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// Finds stores that are open: certainly, or by a default.
static OPEN: RuleSpec = RuleSpec::new(
    "test/open",
    Category::Network,
    Severity::High,
    Check::Resource(&["Test.Store/stores"], open),
);

fn open(resource: &Resource, cx: &mut Context<'_>) {
    let value = resource.property("open");
    if matches!(value.kind, ValueKind::Bool(true)) && resource.condition.truth != Truth::False {
        let message = format!("`{}` is open", resource.name.key());
        let finding = cx.report_on(resource, &value, message);
        if resource.condition.truth == Truth::Unknown {
            finding.confidence(Confidence::Medium);
        }
    }
}

fn template(parameters: &str) -> String {
    format!(
        r#"{{ "$schema": "{TEMPLATE}", "contentVersion": "1.0.0.0", "parameters": {{ {parameters} }},
            "resources": [{{
                "type": "Test.Store/stores", "apiVersion": "2024-01-01", "name": "[parameters('name')]",
                "condition": "[parameters('wanted')]", "properties": {{ "open": "[parameters('open')]" }}
            }}] }}"#
    )
}

const DECLARED: &str =
    r#""name": { "type": "string" }, "wanted": { "type": "bool" }, "open": { "type": "bool" }"#;

fn file(values: &str) -> String {
    format!(r#"{{ "$schema": "{PARAMETERS}", "contentVersion": "1.0.0.0", "parameters": {{ {values} }} }}"#)
}

fn values(name: &str, wanted: bool, open: bool) -> String {
    file(&format!(
        r#""name": {{ "value": "{name}" }}, "wanted": {{ "value": {wanted} }}, "open": {{ "value": {open} }}"#
    ))
}

fn check_given(files: &[(&str, String)], given: GivenFiles) -> Report {
    let mut session = Session::new(Catalogue::new(vec![&OPEN], Vec::new()));
    session.give(given);
    let input = |(path, text): &(&str, String)| Input {
        path: Arc::from(*path),
        content: Ok(text.clone().into_bytes()),
        context: false,
        named: true,
    };
    session.set_all(files.iter().map(input).collect());
    session.check(&Settings::new(Date { year: 2026, month: 1, day: 1 }, Cloud::Public))
}

fn check(files: &[(&str, String)]) -> Report {
    check_given(files, GivenFiles::default())
}

fn environments(finding: &Finding) -> Vec<&str> {
    finding.environments.iter().map(AsRef::as_ref).collect()
}

#[test]
fn what_only_some_files_lead_to_names_them() {
    let report = check(&[
        ("main.json", template(DECLARED)),
        ("main.parameters.dev.json", values("store", true, true)),
        ("main.parameters.prod.json", values("store", true, false)),
        ("main.parameters.test.json", values("store", true, true)),
    ]);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(environments(finding), ["main.parameters.dev.json", "main.parameters.test.json"]);
    assert!(finding.message.ends_with("(with `main.parameters.dev.json` and `main.parameters.test.json`)"));
    let sources: Vec<u32> = finding.related.iter().map(|label| label.span.source.0).collect();
    assert_eq!(sources, [1, 3], "the values are pointed at");
}

#[test]
fn what_every_file_leads_to_names_none() {
    let report = check(&[
        ("main.json", template(DECLARED)),
        ("main.parameters.dev.json", values("store", true, true)),
        ("main.parameters.prod.json", values("store", true, true)),
    ]);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert!(finding.environments.is_empty() && finding.message == "`store` is open");
}

#[test]
fn what_differs_is_said_apart() {
    let report = check(&[
        ("main.json", template(DECLARED)),
        ("main.parameters.dev.json", values("a", true, true)),
        ("main.parameters.prod.json", values("b", true, true)),
    ]);
    assert_eq!(report.findings.len(), 2, "{:#?}", report.findings);
}

#[test]
fn what_holds_without_values_stays_as_it_is() {
    let defaulted = DECLARED
        .replace(r#""open": { "type": "bool" }"#, r#""open": { "type": "bool", "defaultValue": true }"#);
    let alone = check(&[("main.json", template(&defaulted))]);
    let [before] = alone.findings.as_slice() else { panic!("{:#?}", alone.findings) };
    let named = file(r#""name": { "value": "store" }"#);
    let report = check(&[("main.json", template(&defaulted)), ("main.parameters.json", named)]);
    let [after] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!((&before.message, &before.fingerprint), (&after.message, &after.fingerprint));
    assert!(after.environments.is_empty());
}

#[test]
fn a_default_that_no_file_keeps_is_dropped() {
    let defaulted = DECLARED
        .replace(r#""open": { "type": "bool" }"#, r#""open": { "type": "bool", "defaultValue": true }"#);
    let template = ("main.json", template(&defaulted));
    let (dev, prod) = ("main.parameters.dev.json", "main.parameters.prod.json");
    let kept = file(r#""name": { "value": "store" }, "wanted": { "value": false }"#);
    for (first, second, expected) in [
        (values("a", true, false), values("b", true, false), 0),
        (values("a", true, false), kept, 1),
        (values("a", true, false), values("b", false, true), 1),
    ] {
        let report = check(&[template.clone(), (dev, first), (prod, second)]);
        assert_eq!(report.findings.len(), expected, "{:#?}", report.findings);
    }
}

#[test]
fn values_make_certain_what_was_not() {
    let text = template(DECLARED).replace("[parameters('open')]", "true").replace("\"true\"", "true");
    let report = check(&[
        ("main.json", text),
        ("main.parameters.dev.json", values("store", true, true)),
        ("main.parameters.prod.json", values("store", false, true)),
    ]);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.confidence, Confidence::High);
    assert_eq!(environments(finding), ["main.parameters.dev.json"]);
}

#[test]
fn tokens_secrets_and_what_is_not_given_are_unknown() {
    for given in [
        r##""name": { "value": "a" }, "wanted": { "value": true }, "open": { "value": "#{Open}#" }"##,
        r#""name": { "value": "a" }, "wanted": { "value": true }, "open": { "reference": { "secretName": "x" } }"#,
        r#""name": { "value": "a" }, "wanted": { "value": true }, "open": {}"#,
        r#""name": { "value": "a" }, "wanted": { "value": true }"#,
    ] {
        let report = check(&[("main.json", template(DECLARED)), ("main.parameters.json", file(given))]);
        assert!(report.findings.is_empty(), "{given}: {:#?}", report.findings);
    }
}

#[test]
fn files_belong_by_name_by_metadata_or_alone() {
    let open = values("store", true, true);
    let named = open
        .replace(r#""contentVersion""#, r#""metadata": { "template": "../main.json" }, "contentVersion""#);
    let other = ("other.json", template(DECLARED).replace("Test.Store", "Test.None"));
    for (path, text, others, expected) in [
        ("main.parameters.json", &open, true, 1),
        ("main.prod.parameters.json", &open, true, 1),
        ("main.parameters.prod.json", &open, true, 1),
        ("environments/prod.json", &named, true, 1),
        ("prod.json", &open, false, 1),
        ("prod.json", &open, true, 0),
        ("prod.json", &file(r#""x": { "value": 1 }"#), false, 0),
        ("elsewhere/main.parameters.json", &open, true, 0),
    ] {
        let mut files = vec![("main.json", template(DECLARED)), (path, text.clone())];
        files.extend(others.then(|| other.clone()));
        let report = check(&files);
        assert_eq!(report.findings.len(), expected, "{path}: {:#?}", report.findings);
        let status = report.files.iter().find(|status| &*status.path == path).map(|status| &status.outcome);
        let partial = matches!(status, Some(Outcome::Partial(_)));
        assert_eq!(partial, expected == 0, "{path}: {status:?}");
    }
}

#[test]
fn a_given_file_belongs_to_what_it_is_given_for() {
    let files = [
        ("infra/main.json", template(DECLARED)),
        (
            "values.json",
            r#"{ "name": { "value": "a" }, "wanted": { "value": true }, "open": { "value": true } }"#
                .to_string(),
        ),
    ];
    let given = GivenFiles {
        parameters: vec!["values.json".into()],
        templates: vec!["infra/main.json".into()],
        ..GivenFiles::default()
    };
    assert_eq!(check_given(&files, given.clone()).findings.len(), 1);
    let list = [files[0].clone(), ("values.json", "[1]".to_string())];
    let report = check_given(&list, given);
    let failed = report.files.iter().any(|status| matches!(status.outcome, Outcome::Failed(_)));
    assert!(failed, "{:?}", report.files);
}

#[test]
fn a_bound_file_belongs_to_its_templates_only() {
    let files = [
        ("a/main.json", template(DECLARED)),
        ("b/main.json", template(DECLARED)),
        ("b/main.parameters.json", values("a", true, true)),
    ];
    let bindings = |template: &str| GivenFiles {
        bindings: vec![("b/main.parameters.json".into(), template.into())],
        ..GivenFiles::default()
    };
    for template in ["a/main.json", "b/main.json"] {
        let report = check_given(&files, bindings(template));
        let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
        let path = report.source(finding.primary.span.source).map(|source| source.path.to_string());
        assert_eq!(path.as_deref(), Some(template));
    }
    assert!(check_given(&files, bindings("none.json")).findings.is_empty());
}

#[test]
fn a_survey_looks_at_each_deployment_and_at_each_file_that_was_given() {
    let files = [
        ("a/main.json", template(DECLARED)),
        ("a/main.parameters.json", values("of-the-folder", true, true)),
        ("b/main.json", template(DECLARED)),
        ("one.json", values("one", true, true)),
        ("two.json", values("two", true, true)),
    ];
    let mut session = Session::new(Catalogue::default());
    session.give(GivenFiles {
        parameters: vec!["one.json".into(), "two.json".into()],
        templates: vec!["b/main.json".into()],
        ..GivenFiles::default()
    });
    let input = |(path, text): &(&str, String)| Input {
        path: (*path).into(),
        content: Ok(text.clone().into_bytes()),
        context: false,
        named: false,
    };
    session.set_all(files.iter().map(input).collect());
    let settings = Settings::new(Date { year: 2026, month: 1, day: 1 }, Cloud::Public);
    let names = session.survey(
        |_| &settings,
        |cx| cx.graph().resources().iter().map(|resource| resource.name.braced()).collect::<Vec<_>>(),
    );
    let names: Vec<String> = names.into_iter().flatten().flatten().collect();
    assert_eq!(names, ["{parameters('name')}", "one", "two"]);
    let failing = session.survey(|_| &settings, |_| -> () { std::panic::resume_unwind(Box::new(())) });
    assert_eq!(failing, [Err("a/main.json".into()), Err("b/main.json".into()), Err("b/main.json".into())]);
}

#[test]
fn too_many_files_are_said() {
    let mut files = vec![("main.json", template(DECLARED))];
    let paths: Vec<String> = (0..40).map(|at| format!("main.parameters.{at:02}.json")).collect();
    files.extend(paths.iter().map(|path| (path.as_str(), values("a", true, true))));
    let report = check(&files);
    let partial = report.files.iter().filter(|status| matches!(status.outcome, Outcome::Partial(_)));
    assert_eq!(partial.count(), 8);
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.environments.len(), 32);
}
