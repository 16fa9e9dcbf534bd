//! From syntax to resources: templates with everything nested in them, and what other dialects declare.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::resource::{Condition, Name, Resource, ResourceId, ResourceKey};
use super::{Graph, ParameterUse};
use crate::dialect::{Deployment, Dialect, ParameterFile, Parsed};
use crate::expression::declaration::{Declaration, Declarations};
use crate::expression::link::{LinkedFile, LinkedFiles};
use crate::expression::shared::ExpressionTexts;
use crate::expression::template::{Argument, DeploymentContext, Evaluator, Template, schema_scope};
use crate::span::Span;
use crate::syntax::{Member, Node};
use crate::value::{Truth, Value};

/// How deep nested deployments are followed; the service allows less.
const MAX_MODULE_DEPTH: usize = 16;

/// How many resources a graph holds at most.
const MAX_RESOURCES: usize = 10_000;

/// What is known of one particular deployment of a template.
#[derive(Default)]
pub struct Given {
    /// The values of parameters, by name.
    pub arguments: Vec<(SmolStr, Argument)>,
    /// The place that it is deployed to; where there is none, nothing is known of it but what the
    /// template's schema says.
    pub context: Option<DeploymentContext>,
    /// See [`Evaluator::defaults_decide`].
    pub defaults_decide: bool,
    /// What was parsed of the same texts before, and what will be.
    pub expressions: Arc<ExpressionTexts>,
}

impl Given {
    /// What a deployment with a parameter file is given: what the file does not set is the default.
    pub fn by(file: &ParameterFile, expressions: Arc<ExpressionTexts>) -> Given {
        let argument = |entry: &Member| {
            let (entry, anchor) = (entry.value.clone(), entry.key_span);
            Argument { entry, anchor, scope: None }
        };
        let arguments = file.entries().iter().map(|entry| (entry.key.text.clone(), argument(entry)));
        Given { arguments: arguments.collect(), context: None, defaults_decide: true, expressions }
    }
}

/// Makes the graph of a deployment of which nothing more is known.
pub fn lower(deployment: &Deployment) -> Graph {
    lower_given(deployment, &Given::default())
}

/// Makes the graph of a deployment with what is known of it; nothing of that concerns a Git folder.
pub fn lower_given(deployment: &Deployment, given: &Given) -> Graph {
    let mut evaluator = Evaluator::default();
    evaluator.defaults_decide = given.defaults_decide;
    evaluator.files = linked_files(deployment);
    evaluator.expressions = given.expressions.clone();
    evaluator.bytes = deployment.sources.iter().map(|parsed| parsed.source.text.len()).sum();
    let evaluator = Rc::new(evaluator);
    let mut lowering = Lowering {
        evaluator: evaluator.clone(),
        templates: Vec::new(),
        resources: Vec::new(),
        parameters: Vec::new(),
        outputs: Vec::new(),
        nested_outputs: Vec::new(),
        nested: Vec::new(),
        declarations: Vec::new(),
        unresolved_links: Vec::new(),
    };
    match deployment.dialect {
        Dialect::Template | Dialect::Export => {
            for parsed in &deployment.sources {
                lowering.root(&parsed.document.root, given);
            }
        }
        Dialect::Folder | Dialect::Manifests | Dialect::Resource => {
            lowering.resources = super::declared::resources(deployment);
        }
    }
    link_parents(&mut lowering.resources);
    let mut graph = Graph::new(deployment, evaluator, lowering.resources);
    graph.templates = lowering.templates;
    graph.parameters = lowering.parameters;
    graph.outputs = lowering.outputs;
    graph.nested_outputs = lowering.nested_outputs;
    graph.nested = lowering.nested;
    graph.declarations = lowering.declarations;
    graph.unresolved_links = lowering.unresolved_links;
    graph.is_environment = given.defaults_decide;
    graph
}

// The parts of an export are all roots: a link from one to another would show its resources twice.
fn linked_files(deployment: &Deployment) -> LinkedFiles {
    let file = |parsed: &Parsed| LinkedFile {
        path: parsed.source.path.clone(),
        source: parsed.source.id,
        root: parsed.document.root.clone(),
    };
    match deployment.dialect {
        Dialect::Template if !deployment.linked.is_empty() => {
            deployment.sources.iter().chain(&deployment.linked).map(file).collect()
        }
        _ => LinkedFiles::default(),
    }
}

struct Lowering {
    evaluator: Rc<Evaluator>,
    templates: Vec<Rc<Template>>,
    resources: Vec<Resource>,
    parameters: Vec<ParameterUse>,
    outputs: Vec<Value>,
    nested_outputs: Vec<(ResourceId, Value)>,
    nested: Vec<(ResourceId, Rc<Template>)>,
    declarations: Vec<Rc<Declaration>>,
    unresolved_links: Vec<(Span, Option<String>)>,
}

// What a nested deployment hands down to its resources.
#[derive(Clone)]
struct Above {
    module: Option<ResourceId>,
    condition: Condition,
    repeated: bool,
    depth: usize,
}

impl Lowering {
    fn root(&mut self, root: &Node, given: &Given) {
        let context = given.context.clone();
        let context = context.unwrap_or_else(|| DeploymentContext::unknown(schema_scope(root), root.span));
        let arguments = given.arguments.clone();
        let template = Template::root(self.evaluator.clone(), root.clone(), context, arguments);
        self.templates.push(template.clone());
        self.declare_parameters(&template);
        self.outputs.push(template.outputs());
        let above = Above { module: None, condition: Condition::always(), repeated: false, depth: 0 };
        if let Some(declarations) = template.declarations() {
            self.declared(&declarations, &above);
        }
    }

    fn declare_parameters(&mut self, template: &Rc<Template>) {
        for declared in template.parameters() {
            let parameter = declared.parameter.clone();
            let plain = ["string", "object"].iter().any(|ty| parameter.ty.eq_ignore_ascii_case(ty));
            let given = match plain && !template.root {
                true => template.parameter_given(declared),
                false => Value::absent(parameter.span),
            };
            let default = template.parameter_default(declared);
            self.parameters.push(ParameterUse { parameter, default, given, root: template.root });
        }
    }

    fn declared(&mut self, declarations: &Declarations, above: &Above) {
        // Positions among the declarations to ids; none for what is not deployed.
        let mut ids: Vec<Option<(ResourceId, Condition)>> = Vec::with_capacity(declarations.list.len());
        for declaration in &declarations.list {
            let around = match declaration.parent {
                Some(parent) => match ids.get(parent).cloned().flatten() {
                    Some((_, condition)) => condition,
                    None => {
                        ids.push(None);
                        continue;
                    }
                },
                None => above.condition.clone(),
            };
            let condition = both(&around, &own_condition(declaration));
            if condition.truth.is_false() || declaration.foreign {
                ids.push(None);
                continue;
            }
            if self.resources.len() >= MAX_RESOURCES {
                self.evaluator.limit(declaration.place);
                return;
            }
            let id = self.push(declaration, condition.clone(), above);
            let parent = declaration.parent.and_then(|parent| ids.get(parent).cloned().flatten());
            self.resources[id.0 as usize].parent = parent.map(|(parent, _)| parent);
            ids.push(Some((id, condition.clone())));
            self.nested(declaration, id, condition, above);
        }
    }

    fn nested(&mut self, declaration: &Declaration, id: ResourceId, condition: Condition, above: &Above) {
        let Some(nested) = declaration.nested() else {
            self.unresolved_links.extend(declaration.unresolved_link());
            return;
        };
        if above.depth >= MAX_MODULE_DEPTH {
            self.evaluator.limit(declaration.place);
            return;
        }
        if !nested.outer {
            self.declare_parameters(&nested.scope.template);
            self.nested.push((id, nested.scope.template.clone()));
        }
        self.nested_outputs.push((id, nested.outputs(declaration.place)));
        let repeated = above.repeated || declaration.repeated;
        let below = Above { module: Some(id), condition, repeated, depth: above.depth + 1 };
        if let Some(declarations) = nested.declarations() {
            self.declared(&declarations, &below);
        }
    }

    fn push(&mut self, declaration: &Rc<Declaration>, condition: Condition, above: &Above) -> ResourceId {
        let id = ResourceId(self.resources.len() as u32);
        let body = declaration.body();
        self.declarations.push(declaration.clone());
        self.resources.push(Resource {
            id,
            ty: declaration.ty.clone(),
            name: Name {
                segments: declaration.segments.clone(),
                written: declaration.name.clone(),
                text: declaration.node.value("name").and_then(Node::text).unwrap_or_default().into(),
            },
            symbolic_name: declaration.symbolic_name.clone(),
            parent: None,
            module: above.module,
            condition,
            existing: declaration.existing,
            repeated: declaration.repeated || above.repeated,
            properties: body.get("properties"),
            resource_id: declaration.resource_id.clone(),
            place: declaration.place,
            span: declaration.node.span,
            body,
        });
        id
    }
}

fn own_condition(declaration: &Declaration) -> Condition {
    let value = &declaration.condition;
    if value.is_missing() {
        return Condition::always();
    }
    let truth = declaration.scope.decides(value);
    let terms = if truth == Truth::Unknown { vec![value.term()] } else { Vec::new() };
    Condition { truth, terms }
}

fn both(a: &Condition, b: &Condition) -> Condition {
    let mut terms = a.terms.clone();
    terms.extend(b.terms.iter().filter(|term| !a.terms.contains(term)).cloned());
    Condition { truth: a.truth.and(b.truth), terms }
}

// A child that is written at the top level names its parent in its own name.
fn link_parents(resources: &mut [Resource]) {
    if resources.iter().all(|resource| resource.parent.is_some() || resource.name.segments.len() < 2) {
        return;
    }
    let mut known: FxHashMap<ResourceKey, ResourceId> = FxHashMap::default();
    for resource in resources.iter() {
        known.entry(resource.key()).or_insert(resource.id);
    }
    for resource in resources.iter_mut().filter(|resource| resource.parent.is_none()) {
        let segments = resource.name.segments.len();
        if segments > 1
            && let Some((ty, _)) = resource.ty.rsplit_once('/')
        {
            let above = resource.name.ancestor_key(segments - 1);
            resource.parent =
                known.get(&ResourceKey::new(ty, above)).copied().filter(|parent| *parent != resource.id);
        }
    }
}
