//! Why a value is not known, in words.

use armlint_engine::graph::Graph;
use armlint_engine::value::{Reason, Value, ValueKind};

use super::markdown::code;

/// How many causes are named.
const MAX_CAUSES: usize = 6;

/// Calls that Azure answers only while it deploys.
const RUN_TIME: [&str; 6] = ["reference", "references", "newguid", "utcnow", "pickzones", "deployer"];

/// Calls that say where something is deployed to.
const CONTEXT: [&str; 5] = ["subscription", "resourcegroup", "deployment", "tenant", "managementgroup"];

/// Why a value, or a part of it, is not known: one sentence each, without full stop.
pub(super) fn causes(value: &Value, graph: &Graph) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |cause: String| {
        if found.len() < MAX_CAUSES && !found.contains(&cause) {
            found.push(cause);
        }
    };
    let term = value.term();
    for parameter in term.parameters() {
        add(of_parameter(parameter, graph));
    }
    if term.is_of_loop() {
        add("it is another in each instance of the loop".to_string());
    }
    if term.is_of_lambda() {
        add("it is another for each element that the lambda is given".to_string());
    }
    for function in term.functions() {
        let name = function.to_ascii_lowercase();
        if name.starts_with("list") || RUN_TIME.contains(&name.as_str()) {
            add(format!("{} is known only at run time", code(function)));
        } else if CONTEXT.contains(&name.as_str()) {
            add(format!("{} is known only when it is deployed", code(&format!("{function}()"))));
        }
    }
    let reasons = match &value.kind {
        ValueKind::Unknown(unknown) => vec![unknown.reason],
        ValueKind::Text(text) => text.holes().map(|hole| hole.reason).collect(),
        _ => Vec::new(),
    };
    for reason in reasons {
        match reason {
            Reason::External => add("it comes from a template or a text that is not here".to_string()),
            Reason::Placeholder => add("a pipeline fills it in before the deployment".to_string()),
            Reason::Limit => add("the evaluation stopped at a limit".to_string()),
            _ => {}
        }
    }
    found
}

fn of_parameter(name: &str, graph: &Graph) -> String {
    let mut declared =
        graph.parameters.iter().filter(|known| known.parameter.name.eq_ignore_ascii_case(name)).peekable();
    let spelled = declared.peek().map_or(name, |known| known.parameter.name.as_str());
    let without = declared.peek().is_some() && declared.all(|known| known.default.is_absent());
    let which = if without { ", which has no default" } else { "" };
    format!("it depends on parameter {}{which}", code(spelled))
}
