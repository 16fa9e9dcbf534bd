//! From a byte of a text to what is evaluated there.

use std::sync::Arc;

use armlint_engine::expression::locate::around;
use armlint_engine::expression::parser::ExpressionKind;
use armlint_engine::rule::{Catalogue, View};
use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::NodeKind;
use armlint_engine::syntax::path::Path;

const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "a": { "type": "string", "defaultValue": "outer" } },
  "functions": [{ "namespace": "n", "members": { "f": {
    "parameters": [{ "name": "a", "type": "string" }],
    "output": { "type": "string", "value": "[concat(parameters('a'), '1')]" } } } }],
  "variables": {
    "copy": [{ "name": "loop", "count": 2, "input": "[concat('2', copyIndex('loop'))]" }],
    "map": "[map(createArray('x'), lambda('e', concat('3', lambdaVariables('e'))))]"
  },
  "resources": [
    { "type": "A.B/c", "name": "[concat('4', copyIndex())]", "copy": { "name": "all", "count": 3 } },
    { "type": "Microsoft.Resources/deployments", "name": "inner", "properties": {
      "expressionEvaluationOptions": { "scope": "inner" },
      "parameters": { "a": { "value": "given" } },
      "template": { "parameters": { "a": { "type": "string" } }, "resources": [],
        "outputs": { "o": { "type": "string", "value": "[concat('5', parameters('a'))]" } } } } },
    { "type": "Microsoft.Resources/deployments", "name": "outer", "properties": {
      "template": { "resources": [],
        "outputs": { "o": { "type": "string", "value": "[concat('6', parameters('a'))]" } } } } }
  ],
  "outputs": { "o": { "type": "array", "copy": { "count": 2, "input": "[concat('7', copyIndex())]" } } }
}"#;

fn session() -> Session {
    let mut session = Session::new(Catalogue::default());
    let input = |path: &str, text: &str| Input {
        path: Arc::from(path),
        content: Ok(text.as_bytes().to_vec()),
        context: false,
        named: false,
    };
    let parameters = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
  "parameters": {"a": {"value": "x"}}}"#;
    session.set_all(vec![
        input("main.json", TEMPLATE),
        input("main.parameters.json", parameters),
        input("other.json", TEMPLATE),
        input("readme.json", "{}"),
    ]);
    session
}

fn settings() -> Settings {
    Settings::new(Date { year: 2026, month: 11, day: 1 }, Cloud::Public)
}

// The value of the innermost call of `concat` around the first place of `mark`.
fn value(mark: &str) -> String {
    let session = session();
    let deployments = session.deployments_of("main.json");
    let [deployment] = deployments.as_slice() else { panic!("{} deployments", deployments.len()) };
    let offset = TEMPLATE.find(mark).unwrap() as u32;
    let look = |cx: View<'_>| {
        let graph = cx.graph();
        let document = &graph.sources[0].document;
        let path = Path::at(&document.root, offset).unwrap();
        let NodeKind::String(scalar) = &path.node().kind else { panic!("no string") };
        let parsed = graph.expression(scalar, path.node().span);
        let expression = parsed.within(scalar, path.node().span).unwrap();
        let located = graph.locate(Span { source: SourceId(0), start: offset, end: offset + 1 }).unwrap();
        let chain = around(&located.scope, expression, offset);
        let (scope, innermost) =
            chain.iter().rev().find(|(_, e)| matches!(e.kind(), ExpressionKind::Call(_))).unwrap();
        armlint_engine::expand::unknown(&scope.evaluate(*innermost)).unwrap_or_default()
    };
    session.look(deployment, &settings(), look).unwrap()
}

#[test]
fn expressions_are_evaluated_in_their_scopes() {
    assert_eq!(value("'1'"), "concat(parameters('a'), '1')");
    assert_eq!(value("'2'"), "concat('2', copyIndex('loop'))");
    assert_eq!(value("'3'"), "concat('3', lambdaVariables('e'))");
    assert_eq!(value("'4'"), "'40'");
    assert_eq!(value("'5'"), "'5given'");
    assert_eq!(value("'6'"), "'6outer'");
    assert_eq!(value("'7'"), "concat('7', copyIndex('o'))");
}

#[test]
fn texts_and_their_deployments() {
    let session = session();
    assert_eq!(session.deployments_of("main.parameters.json").len(), 1);
    assert_eq!(session.deployments_of("other.json").len(), 1);
    assert!(session.deployments_of("readme.json").is_empty() && session.deployments_of("none").is_empty());
    assert_eq!(session.trees("main.json").unwrap().trees.len(), 1);
    assert!(session.trees("readme.json").is_none() && session.trees("none").is_none());
}
