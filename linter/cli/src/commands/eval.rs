//! `armlint eval`: one expression, or a file of them, and what it comes to.
//!
//! What is known is printed as JSON. What is not is `{"$unknown": expression}`, a known secret is
//! `{"$secret": true}`, and `***` a secret that a file holds in clear text, in its place.

use std::rc::Rc;
use std::sync::Arc;

use armlint_engine::dialect::{Deployment, Parsed};
use armlint_engine::expand::{json as rendered, unknown};
use armlint_engine::expression::template::{Evaluator, Template};
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::{Node, json};
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::file;
use armlint_workspace::masks::SCRUBBED;
use armlint_workspace::text::escaped;
use serde_json::{Value as Json, json};

use super::eval_inputs::{EvalInputs, node, on_large_stack, read_tree};
use crate::arguments::EvalArguments;
use crate::error::Error;
use crate::output;
use crate::report::evaluated::{Secrets, deployment};
use crate::status::Status;

/// Evaluates and prints. The error of a single expression is an error of the run; those of a file stand
/// in their lines.
pub(crate) fn run(arguments: &EvalArguments) -> Result<Status, Error> {
    on_large_stack(|| evaluate(arguments))
}

fn evaluate(arguments: &EvalArguments) -> Result<Status, Error> {
    let template = arguments.template.as_deref().map(|path| read_tree(path, SourceId(0))).transpose()?;
    let given = EvalInputs::read(arguments.parameters.as_deref(), arguments.context.as_deref())?;
    let reads_files = template.is_some() || given.parsed().is_some();
    let secrets = match reads_files {
        true => Secrets::of(&known(template.clone(), &given)),
        false => Secrets::default(),
    };
    let setting = Setting { template: template.map(|parsed| parsed.document.root.clone()), given };
    let outcome = |setting: &Setting, expression: &str| match setting.outcome(expression, secrets.places()) {
        // What only the user wrote is shown to the user.
        outcome if !reads_files => outcome,
        Outcome::Value(value) => {
            let shown = secrets.hide(&value.to_string());
            Outcome::Value(serde_json::from_str(&shown).unwrap_or_else(|_| Json::from(SCRUBBED)))
        }
        Outcome::Unknown(expression) => Outcome::Unknown(secrets.scrub_value(&expression)),
        Outcome::Error(message) => Outcome::Error(secrets.scrub(&message)),
    };
    let mut text = String::new();
    if let Some(path) = &arguments.jsonl {
        let name = path.to_string_lossy();
        let file =
            file::text(path).map_err(|source| WorkspaceError::Read { path: name.to_string(), source })?;
        for line in file.lines().filter(|line| !line.trim().is_empty()) {
            let vector: Json = serde_json::from_str(line)
                .map_err(|source| Error::Json { path: name.to_string(), source })?;
            let expression = vector["expr"].as_str().unwrap_or_default();
            let answer = match outcome(&setting.overridden(&vector), expression) {
                Outcome::Value(value) => json!({ "value": value }),
                Outcome::Unknown(expression) => json!({ "unknown": expression }),
                Outcome::Error(message) => json!({ "error": message }),
            };
            text.push_str(&format!("{answer}\n"));
        }
    } else if let Some(expression) = &arguments.expression {
        let whole = if expression.starts_with('[') { expression.clone() } else { format!("[{expression}]") };
        let answer = match outcome(&setting, &whole) {
            Outcome::Value(value) => value,
            Outcome::Unknown(expression) => json!({ "$unknown": expression }),
            Outcome::Error(message) => return Err(Error::Expression { message }),
        };
        text.push_str(&format!("{answer:#}\n"));
    }
    output::to_stdout(escaped(&text).as_bytes())?;
    Ok(Status::Clean)
}

// What the secrets are in: a template that is not given has nothing in it.
fn known(template: Option<Parsed>, given: &EvalInputs) -> Deployment {
    let empty = || Parsed {
        source: Arc::new(Source::new(SourceId(0), "", String::new())),
        document: Arc::new(json::parse(&Source::new(SourceId(0), "", "{}".to_string()))),
    };
    deployment(template.unwrap_or_else(empty), given.parsed().cloned(), Vec::new())
}

/// What an expression comes to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// Known, at least in part.
    Value(Json),
    /// Not known: what is left of it.
    Unknown(String),
    /// Wrong: the message.
    Error(String),
}

/// A template and what is given to it.
#[derive(Clone, Debug)]
struct Setting {
    template: Option<Node>,
    given: EvalInputs,
}

impl Setting {
    /// With the `template_parameters`, `parameters` and `context` of a line in place of these.
    fn overridden(&self, line: &Json) -> Setting {
        let declared =
            line.get("template_parameters").map(|declared| node(0, &json!({ "parameters": declared })));
        Setting {
            template: declared.or_else(|| self.template.clone()),
            given: self.given.overridden(line.get("parameters"), line.get("context")),
        }
    }

    fn outcome(&self, text: &str, secrets: &SpanSet) -> Outcome {
        let template = self.template.clone().unwrap_or_else(|| self.given.declaring());
        let mut evaluator = Evaluator::default();
        evaluator.defaults_decide = true;
        let evaluator = Rc::new(evaluator);
        let context = self.given.context(&template);
        let root = Template::root(evaluator.clone(), template, context, self.given.arguments());
        let expression = node(2, &Json::from(text));
        let value = root.scope().evaluate_node(&expression, expression.span);
        // Objects are evaluated when they are rendered, so that problems show only afterwards.
        let rendered = rendered(&value, secrets);
        let outcome = match (evaluator.problems().first(), unknown(&value)) {
            (Some(problem), _) => Outcome::Error(problem.message.clone()),
            (None, Some(expression)) if value.is_unknown() => Outcome::Unknown(expression),
            _ => Outcome::Value(rendered),
        };
        evaluator.release();
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &Json) -> Setting {
        let given = EvalInputs::read(None, None).unwrap();
        Setting { template: None, given }.overridden(line)
    }

    #[test]
    fn known_unknown_and_wrong() {
        let given = given(&json!({
            "parameters": { "a": { "value": [1, 2] } },
            "context": { "resourceGroup": "rg" },
        }));
        assert_eq!(given.outcome("[length(parameters('a'))]", &SpanSet::default()), Outcome::Value(json!(2)));
        assert_eq!(given.outcome("[resourceGroup().name]", &SpanSet::default()), Outcome::Value(json!("rg")));
        assert!(matches!(given.outcome("[newGuid()]", &SpanSet::default()), Outcome::Unknown(_)));
        assert!(matches!(given.outcome("[length()]", &SpanSet::default()), Outcome::Error(_)));
        assert!(matches!(given.outcome("[length(]", &SpanSet::default()), Outcome::Error(_)));
    }

    #[test]
    fn secrets_stay_hidden() {
        let line = json!({
            "template_parameters": { "p": { "type": "securestring" }, "q": { "type": "string" } },
            "parameters": { "p": { "value": "hunter2" } },
        });
        let given = given(&line);
        for text in [
            "[parameters('p')]",
            "[concat('Password=', parameters('p'))]",
            "[concat('x', parameters('p'), newGuid())]",
            "[createObject('a', parameters('p'))]",
            "[base64(concat(parameters('p'), newGuid()))]",
            "[if(equals(parameters('q'), 'x'), parameters('p'), 'none')]",
        ] {
            let outcome = format!("{:?}", given.outcome(text, &SpanSet::default()));
            assert!(!outcome.contains("hunter2"), "{text}: {outcome}");
        }
    }
}
