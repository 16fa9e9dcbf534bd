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
    let residue = value.residue();
    for call in calls(&residue) {
        let name = call.name.to_ascii_lowercase();
        match (name.as_str(), call.argument) {
            ("parameters", Some(parameter)) => add(of_parameter(parameter, graph)),
            ("copyindex", _) => add("it is another in each instance of the loop".to_string()),
            ("lambdavariables", _) => {
                add("it is another for each element that the lambda is given".to_string())
            }
            (list, _) if list.starts_with("list") || RUN_TIME.contains(&list) => {
                add(format!("{} is known only at run time", code(call.name)));
            }
            (context, _) if CONTEXT.contains(&context) => {
                add(format!("{} is known only when it is deployed", code(&format!("{}()", call.name))));
            }
            _ => {}
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

struct Called<'r> {
    name: &'r str,
    argument: Option<&'r str>,
}

// The calls in a residue, each with its first argument where that is a literal.
fn calls(residue: &str) -> Vec<Called<'_>> {
    let mut found = Vec::new();
    let mut in_literal = false;
    let mut word = 0;
    for (at, byte) in residue.bytes().enumerate() {
        match byte {
            b'\'' => {
                in_literal = !in_literal;
                word = at + 1;
            }
            _ if in_literal => {}
            b'(' => {
                let name = &residue[word..at];
                let rest = &residue[at + 1..];
                let argument = rest.strip_prefix('\'').and_then(|rest| rest.split('\'').next());
                if !name.is_empty() {
                    found.push(Called { name, argument });
                }
                word = at + 1;
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {}
            _ => word = at + 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_a_residue() {
        let residue = "concat('reference(', toLower(parameters('é')), '}', reference(resourceGroup().id).x)";
        let found = calls(residue);
        let names: Vec<&str> = found.iter().map(|call| call.name).collect();
        assert_eq!(names, ["concat", "toLower", "parameters", "reference", "resourceGroup"]);
        assert_eq!(found[2].argument, Some("é"));
        assert!(calls("a('unclosed(").len() == 1);
    }
}
