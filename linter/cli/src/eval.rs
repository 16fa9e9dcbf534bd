//! `armlint eval`: one expression, or a file of them, and what it comes to.
//!
//! What is known is printed as JSON. What is not is `{"$unknown": residue}`, and a known secret is
//! `{"$secret": true}`, in its place.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use armlint_engine::expression::template::{
    Argument, DeploymentContext, Evaluator, Template, TemplateScopeKind, schema_scope,
};
use armlint_engine::source::{Source, decode};
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Node, json, yaml};
use armlint_engine::value::{Value, ValueKind};
use serde_json::{Map, Value as Json, json};

use crate::arguments::EvalArguments;
use crate::error::Error;
use crate::report::expression;
use crate::{Status, output};

/// The stack of the thread that evaluates.
const STACK: usize = 16 * 1024 * 1024;

/// Evaluates and prints. The error of a single expression is an error of the run; those of a file stand
/// in their lines.
pub(crate) fn run(arguments: &EvalArguments) -> Result<Status, Error> {
    let thread = std::thread::Builder::new().stack_size(STACK);
    std::thread::scope(|scope| {
        let handle = thread.spawn_scoped(scope, || evaluate(arguments)).map_err(Error::Thread)?;
        handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn evaluate(arguments: &EvalArguments) -> Result<Status, Error> {
    let template = arguments.template.as_deref().map(tree).transpose()?;
    let parameters = arguments.parameters.as_deref().map(json_file).transpose()?.unwrap_or(Json::Null);
    let context = arguments.context.as_deref().map(json_file).transpose()?.unwrap_or(Json::Null);
    let given = Given { template, parameters, context };
    let mut text = String::new();
    if let Some(path) = &arguments.jsonl {
        let name = path.to_string_lossy();
        let file =
            fs::read_to_string(path).map_err(|source| Error::Read { path: name.to_string(), source })?;
        for line in file.lines().filter(|line| !line.trim().is_empty()) {
            let vector: Json = serde_json::from_str(line)
                .map_err(|source| Error::Json { path: name.to_string(), source })?;
            let expression = vector["expr"].as_str().unwrap_or_default();
            let answer = match given.overridden(&vector).outcome(expression) {
                Outcome::Value(value) => json!({ "value": value }),
                Outcome::Unknown(residue) => json!({ "unknown": residue }),
                Outcome::Error(message) => json!({ "error": message }),
            };
            text.push_str(&format!("{answer}\n"));
        }
    } else if let Some(expression) = &arguments.expression {
        let whole = if expression.starts_with('[') { expression.clone() } else { format!("[{expression}]") };
        let answer = match given.outcome(&whole) {
            Outcome::Value(value) => value,
            Outcome::Unknown(residue) => json!({ "$unknown": residue }),
            Outcome::Error(message) => return Err(Error::Expression { message }),
        };
        text.push_str(&format!("{answer:#}\n"));
    }
    output::to_stdout(text.as_bytes())?;
    Ok(Status::Clean)
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

/// What expressions are evaluated with.
#[derive(Clone, Debug)]
struct Given {
    template: Option<Node>,
    /// A parameter file, or the `{name: {value}}` in it.
    parameters: Json,
    context: Json,
}

impl Given {
    /// With the `template_parameters`, `parameters` and `context` of a line in place of these.
    fn overridden(&self, line: &Json) -> Given {
        let own = |key: &str, other: &Json| line.get(key).unwrap_or(other).clone();
        let declared =
            line.get("template_parameters").map(|declared| parsed(0, &json!({ "parameters": declared })));
        Given {
            template: declared.or_else(|| self.template.clone()),
            parameters: own("parameters", &self.parameters),
            context: own("context", &self.context),
        }
    }

    fn outcome(&self, text: &str) -> Outcome {
        let values = match self.parameters.get("parameters") {
            Some(inner) if inner.is_object() => inner,
            _ => &self.parameters,
        };
        let template = self.template.clone().unwrap_or_else(|| parsed(0, &declaring(values)));
        let given = parsed(1, values);
        let arguments = given.members().iter().map(|member| {
            let argument = Argument { entry: member.value.clone(), anchor: member.key_span, scope: None };
            (member.key.text.clone(), argument)
        });
        let mut evaluator = Evaluator::default();
        evaluator.defaults_decide = true;
        let evaluator = Rc::new(evaluator);
        let context = self.context(&template);
        let root = Template::root(evaluator.clone(), template, context, arguments.collect());
        let expression = parsed(2, &Json::from(text));
        let value = root.scope().evaluate_node(&expression, expression.span);
        // Objects are evaluated when they are rendered, so that problems show only afterwards.
        let rendered = rendered(&value);
        let outcome = match (evaluator.problems().first(), residue(&value)) {
            (Some(problem), _) => Outcome::Error(problem.message.clone()),
            (None, Some(residue)) if value.is_unknown() => Outcome::Unknown(residue),
            _ => Outcome::Value(rendered),
        };
        evaluator.release();
        outcome
    }

    /// The place of the deployment, unknown where it is not given.
    fn context(&self, template: &Node) -> DeploymentContext {
        let kind = match self.context["scope"].as_str() {
            Some("resourceGroup") => TemplateScopeKind::ResourceGroup,
            Some("subscription") => TemplateScopeKind::Subscription,
            Some("managementGroup") => TemplateScopeKind::ManagementGroup,
            Some("tenant") => TemplateScopeKind::Tenant,
            _ => schema_scope(template),
        };
        let span = Span::new(SourceId(3), 0, 0);
        let mut context = DeploymentContext::unknown(kind, span);
        for (key, place) in [
            ("subscriptionId", &mut context.subscription),
            ("resourceGroup", &mut context.resource_group),
            ("location", &mut context.location),
            ("tenantId", &mut context.tenant),
            ("managementGroup", &mut context.management_group),
            ("deploymentName", &mut context.deployment),
        ] {
            if let Some(text) = self.context[key].as_str() {
                *place = Value::string(text, span);
            }
        }
        context
    }
}

// A template that declares the parameters that there are values for.
fn declaring(values: &Json) -> Json {
    let declare = |(name, given): (&String, &Json)| {
        let ty = match given["value"] {
            Json::Bool(_) => "bool",
            Json::Number(_) => "int",
            Json::Array(_) => "array",
            Json::Object(_) => "object",
            Json::String(_) | Json::Null => "string",
        };
        (name.clone(), json!({ "type": ty }))
    };
    let declared: Map<String, Json> = values.as_object().into_iter().flatten().map(declare).collect();
    json!({ "parameters": declared })
}

fn parsed(id: u32, json: &Json) -> Node {
    json::parse(&Source::new(SourceId(id), "given", json.to_string())).root
}

fn rendered(value: &Value) -> Json {
    let unknown = || match residue(value) {
        Some(residue) => json!({ "$unknown": residue }),
        None => json!({ "$secret": true }),
    };
    match &value.kind {
        ValueKind::OneOf(_) | ValueKind::Unknown(_) => unknown(),
        ValueKind::Absent | ValueKind::Null => Json::Null,
        _ if value.secure => json!({ "$secret": true }),
        ValueKind::Text(text) if text.known().is_none() => unknown(),
        ValueKind::Array(elements) => elements.iter().map(rendered).collect(),
        ValueKind::Object(object) => {
            let entries = object.entries().into_iter();
            let mut members: Map<String, Json> =
                entries.map(|entry| (entry.key.to_string(), rendered(&entry.value))).collect();
            if let Some(rest) = object.rest() {
                members.insert("$unknown".to_string(), rest.to_string().into());
            }
            Json::Object(members)
        }
        _ => value.to_json(),
    }
}

// What is left of an unknown value; `None` where it would show a part of a secret.
fn residue(value: &Value) -> Option<String> {
    let residue = value.residue().to_string();
    let alternatives = value.alternatives().iter().any(|value| value.secure && value.is_known());
    let leaks =
        value.secure && (alternatives || !expression::literals(&residue, 0..residue.len()).is_empty());
    (!leaks).then_some(residue)
}

fn tree(path: &Path) -> Result<Node, Error> {
    let name = path.to_string_lossy().into_owned();
    let bytes = fs::read(path).map_err(|source| Error::Read { path: name.clone(), source })?;
    let text = decode(bytes).map_err(|reason| Error::Decode { path: name.clone(), reason })?;
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    let source = Source::new(SourceId(0), name.as_str(), text);
    let root = match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => yaml::parse(&source).into_iter().map(|document| document.root).next(),
        _ => Some(json::parse(&source).root),
    };
    root.filter(Node::is_object).ok_or(Error::NoTemplate { path: name })
}

fn json_file(path: &Path) -> Result<Json, Error> {
    let name = || path.to_string_lossy().into_owned();
    let bytes = fs::read(path).map_err(|source| Error::Read { path: name(), source })?;
    let text = decode(bytes).map_err(|reason| Error::Decode { path: name(), reason })?;
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|source| Error::Json { path: name(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(parameters: Json, context: Json) -> Given {
        Given { template: None, parameters, context }
    }

    #[test]
    fn known_unknown_and_wrong() {
        let given = given(json!({ "a": { "value": [1, 2] } }), json!({ "resourceGroup": "rg" }));
        assert_eq!(given.outcome("[length(parameters('a'))]"), Outcome::Value(json!(2)));
        assert_eq!(given.outcome("[resourceGroup().name]"), Outcome::Value(json!("rg")));
        assert!(matches!(given.outcome("[newGuid()]"), Outcome::Unknown(_)));
        assert!(matches!(given.outcome("[length()]"), Outcome::Error(_)));
        assert!(matches!(given.outcome("[length(]"), Outcome::Error(_)));
        let whole = Given { parameters: json!({ "parameters": { "a": { "value": 7 } } }), ..given };
        assert_eq!(whole.outcome("[parameters('a')]"), Outcome::Value(json!(7)));
    }

    #[test]
    fn secrets_stay_hidden() {
        let line = json!({
            "template_parameters": { "p": { "type": "securestring" }, "q": { "type": "string" } },
            "parameters": { "p": { "value": "hunter2" } },
        });
        let given = given(Json::Null, Json::Null).overridden(&line);
        for text in [
            "[parameters('p')]",
            "[concat('Password=', parameters('p'))]",
            "[concat('x', parameters('p'), newGuid())]",
            "[createObject('a', parameters('p'))]",
            "[base64(concat(parameters('p'), newGuid()))]",
            "[if(equals(parameters('q'), 'x'), parameters('p'), 'none')]",
        ] {
            let outcome = format!("{:?}", given.outcome(text));
            assert!(!outcome.contains("hunter2"), "{text}: {outcome}");
        }
    }
}
