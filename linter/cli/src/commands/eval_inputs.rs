//! What expressions and templates are evaluated with: a template, values of its parameters, and the place
//! of the deployment.

use std::path::Path;
use std::sync::Arc;

use armlint_engine::dialect::Parsed;
use armlint_engine::expression::scope::literal;
use armlint_engine::expression::template::{Argument, DeploymentContext, TemplateScopeKind, schema_scope};
use armlint_engine::source::{Source, decode};
use armlint_engine::span::{SourceId, Span};
use armlint_engine::syntax::{Node, json, yaml};
use armlint_engine::value::Value;
use armlint_workspace::error::Error as WorkspaceError;
use armlint_workspace::file;
use serde_json::{Map, Value as Json, json};

use super::lowered::LoweredFiles;
use crate::error::Error;

/// The stack of the thread that evaluates.
const STACK: usize = 16 * 1024 * 1024;

/// Runs an evaluation on a thread of its own, with a large stack.
pub(crate) fn on_large_stack<T: Send>(run: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    let thread = std::thread::Builder::new().stack_size(STACK);
    std::thread::scope(|scope| {
        let handle = thread.spawn_scoped(scope, run).map_err(Error::Thread)?;
        handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Values of parameters and the place of a deployment, as files or lines give them.
#[derive(Clone, Debug)]
pub(crate) struct EvalInputs {
    /// `{name: {value}}`.
    parameters: Node,
    /// The text and the tree that they were read from.
    parsed: Option<Parsed>,
    context: Json,
}

impl EvalInputs {
    /// Reads a parameter file, or the object of the parameters in it, and a context.
    pub(crate) fn read(parameters: Option<&Path>, context: Option<&Path>) -> Result<EvalInputs, Error> {
        let parsed = parameters.map(|path| read_tree(path, SourceId(1))).transpose()?;
        let parameters =
            parsed.as_ref().map_or_else(|| node(1, &json!({})), |parsed| parsed.document.root.clone());
        let parameters = match parameters.value("parameters") {
            Some(inner) if inner.is_object() => inner.clone(),
            _ => parameters,
        };
        let context = match context {
            Some(path) => {
                let root = &read_tree(path, SourceId(3))?.document.root;
                literal(root, root.span).to_json()
            }
            None => Json::Null,
        };
        Ok(EvalInputs { parameters, parsed, context })
    }

    /// With other parameters, or another context, where there are such.
    pub(crate) fn overridden(&self, parameters: Option<&Json>, context: Option<&Json>) -> EvalInputs {
        EvalInputs {
            parameters: parameters.map_or_else(|| self.parameters.clone(), |json| node(1, json)),
            parsed: None,
            context: context.unwrap_or(&self.context).clone(),
        }
    }

    /// The parameter file, where there is one.
    pub(crate) fn parsed(&self) -> Option<&Parsed> {
        self.parsed.as_ref()
    }

    /// The values of parameters by name.
    pub(crate) fn arguments<Name: for<'a> From<&'a str>>(&self) -> Vec<(Name, Argument)> {
        let members = self.parameters.members().iter();
        let argument = members.map(|member| {
            let argument = Argument { entry: member.value.clone(), anchor: member.key_span, scope: None };
            (Name::from(member.key.text.as_str()), argument)
        });
        argument.collect()
    }

    /// A template that declares the parameters that there are values for, by the types of the values.
    pub(crate) fn declaring(&self) -> Node {
        let declare = |member: &armlint_engine::syntax::Member| {
            let given = literal(&member.value, member.key_span).to_json();
            let ty = match given["value"] {
                Json::Bool(_) => "bool",
                Json::Number(_) => "int",
                Json::Array(_) => "array",
                Json::Object(_) => "object",
                Json::String(_) | Json::Null => "string",
            };
            (member.key.text.to_string(), json!({ "type": ty }))
        };
        let declared: Map<String, Json> = self.parameters.members().iter().map(declare).collect();
        node(0, &json!({ "parameters": declared }))
    }

    /// The place of the deployment, unknown where it is not given.
    pub(crate) fn context(&self, template: &Node) -> DeploymentContext {
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

/// A tree of JSON that no file holds.
pub(crate) fn node(id: u32, json: &Json) -> Node {
    json::parse(&Source::new(SourceId(id), "given", json.to_string())).root
}

/// Reads a file whose root is an object, JSON or YAML, as tolerantly as the check does.
pub(crate) fn read_tree(path: &Path, id: SourceId) -> Result<Parsed, Error> {
    tree(path, id, file::capped)
}

/// Reads such a file that nobody named.
pub(crate) fn read_found_tree(path: &Path, id: SourceId) -> Result<Parsed, Error> {
    tree(path, id, file::read)
}

fn tree(path: &Path, id: SourceId, read: fn(&Path) -> std::io::Result<Vec<u8>>) -> Result<Parsed, Error> {
    let name = path.to_string_lossy().into_owned();
    let bytes = read(path).map_err(|source| WorkspaceError::Read { path: name.clone(), source })?;
    let text = decode(bytes).map_err(|reason| WorkspaceError::Decode { path: name.clone(), reason })?;
    let extension = path.extension().map(|extension| extension.to_ascii_lowercase());
    let source = Arc::new(Source::new(id, name.as_str(), text));
    if let Some(parsed) = LoweredFiles::new(id).lowered(&source) {
        return Ok(parsed);
    }
    let document = match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("yaml" | "yml") => yaml::parse(&source).into_iter().next(),
        _ => Some(json::parse(&source)),
    };
    match document.filter(|document| document.root.is_object()) {
        Some(document) => Ok(Parsed { source, document: Arc::new(document) }),
        None => Err(Error::NoTemplate { path: name }),
    }
}
