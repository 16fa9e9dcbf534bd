//! The resource graph of a deployment: every resource that its texts declare, and how they relate.

mod cycle;
mod declared;
mod dependency;
mod implicit;
mod lower;
mod resource;

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

pub use dependency::{Dependencies, Edge, Target};
pub use lower::{Given, lower, lower_given};
pub use resource::{Condition, Name, Resource, ResourceId, ResourceKey};

use crate::dialect::{Deployment, Dialect, ParameterFile, Parsed, World};
use crate::expression::EvaluationProblem;
use crate::expression::declaration::Declaration;
use crate::expression::locate::{Located, locate};
use crate::expression::names::Names;
use crate::expression::parser::ParsedText;
use crate::expression::template::{Evaluator, Template};
use crate::semantics::SemanticModel;
use crate::span::Span;
use crate::syntax::{Node, NodeKind, Scalar};
use crate::value::{Parameter, Value, Walk};

/// The resources of a deployment. It is made and used within one thread.
pub struct Graph {
    /// What the texts are.
    pub dialect: Dialect,
    /// Whether everything that belongs to the deployment is here; see [`World`].
    pub world: World,
    /// The texts.
    pub sources: Vec<Parsed>,
    /// The templates that the texts may link to; their resources are in the graph where they are linked.
    pub linked: Vec<Parsed>,
    /// The parameter files that belong to the deployment.
    pub parameter_files: Vec<ParameterFile>,
    /// Values of parameters are given: this is one environment of the deployment. The files themselves
    /// are judged where there are none.
    pub is_environment: bool,
    /// The parameters that the templates declare.
    pub parameters: Vec<ParameterUse>,
    /// The outputs of each root template, as an object of `{type, value}` objects.
    pub outputs: Vec<Value>,
    /// The outputs of nested templates in the same form, with the deployments that nest them.
    pub nested_outputs: Vec<(ResourceId, Value)>,
    /// The templates that deployments nest or link to and that have parameters of their own.
    pub nested: Vec<(ResourceId, Rc<Template>)>,
    /// The links to templates that are not here: a token of each, and the path as far as it is known.
    pub unresolved_links: Vec<(Span, Option<String>)>,
    templates: Vec<Rc<Template>>,
    evaluator: Rc<Evaluator>,
    resources: Vec<Resource>,
    // What each resource was made of; none for those that no template declares.
    declarations: Vec<Rc<Declaration>>,
    by_type: FxHashMap<SmolStr, Vec<ResourceId>>,
    by_key: FxHashMap<ResourceKey, Vec<ResourceId>>,
    semantics: OnceCell<SemanticModel>,
    dependencies: OnceCell<Dependencies>,
}

/// A declared parameter with its default, and with what a nested deployment is given for it.
#[derive(Clone, Debug)]
pub struct ParameterUse {
    /// The declaration.
    pub parameter: Rc<Parameter>,
    /// The default, evaluated; absent where there is none.
    pub default: Value,
    /// What the deployment gives to a parameter of a nested template; absent where it gives nothing, and
    /// for parameters whose type keeps a secret, or is no string and no object.
    pub given: Value,
    /// Whether the root template declares it, so that parameter files may set it.
    pub root: bool,
}

impl Graph {
    fn new(deployment: &Deployment, evaluator: Rc<Evaluator>, resources: Vec<Resource>) -> Graph {
        let mut by_type: FxHashMap<SmolStr, Vec<ResourceId>> = FxHashMap::default();
        let mut by_key: FxHashMap<ResourceKey, Vec<ResourceId>> = FxHashMap::default();
        for resource in &resources {
            by_type.entry(resource.ty.to_ascii_lowercase().into()).or_default().push(resource.id);
            by_key.entry(resource.key()).or_default().push(resource.id);
        }
        Graph {
            dialect: deployment.dialect,
            world: deployment.world,
            sources: deployment.sources.clone(),
            linked: deployment.linked.clone(),
            parameter_files: deployment.parameter_files.clone(),
            is_environment: false,
            parameters: Vec::new(),
            outputs: Vec::new(),
            nested_outputs: Vec::new(),
            nested: Vec::new(),
            unresolved_links: Vec::new(),
            declarations: Vec::new(),
            templates: Vec::new(),
            evaluator,
            resources,
            by_type,
            by_key,
            semantics: OnceCell::new(),
            dependencies: OnceCell::new(),
        }
    }

    /// What went wrong in the expressions that were evaluated so far.
    pub fn problems(&self) -> Vec<EvaluationProblem> {
        self.evaluator.problems()
    }

    /// A walk over values of this deployment, which it is charged to.
    pub fn walk(&self) -> Walk {
        Walk::new(self.evaluator.clone())
    }

    /// Where a place in one of the templates belongs; `None` for places in other texts, and in templates
    /// that are only linked to.
    pub fn locate(&self, place: Span) -> Option<Located> {
        self.templates.iter().find_map(|template| locate(template, place))
    }

    /// The root templates.
    pub fn templates(&self) -> &[Rc<Template>] {
        &self.templates
    }

    /// What the templates declare and what their expressions use of it; nothing with the values of an environment, where
    /// it would be the same.
    pub fn semantics(&self) -> &SemanticModel {
        self.semantics.get_or_init(|| match self.dialect.is_template() && !self.is_environment {
            true => SemanticModel::of(&self.sources, &self.evaluator),
            false => SemanticModel::default(),
        })
    }

    /// What depends on what; nothing with the values of an environment, which depend alike.
    pub fn dependencies(&self) -> &Dependencies {
        self.dependencies.get_or_init(|| Dependencies::of(self))
    }

    /// The names that the object of a template declares.
    pub fn names(&self, template: &Node) -> Rc<Names> {
        self.evaluator.names(template)
    }

    /// The expression that a string token of a template holds.
    pub fn expression(&self, scalar: &Scalar, token: Span) -> Arc<ParsedText> {
        self.evaluator.expression(scalar, token)
    }

    /// The literal defaults of secure parameters, and the literal values that parameter files give to
    /// parameters that are secure: secrets, whatever else is said of them.
    pub fn secret_defaults(&self) -> Vec<Span> {
        let secure = || self.parameters.iter().filter(|declared| declared.parameter.secure);
        let mut spans: Vec<Span> = secure().filter_map(|declared| declared.parameter.default_span).collect();
        for file in &self.parameter_files {
            for declared in secure().filter(|declared| declared.root) {
                let entry = file.entry(&declared.parameter.name).and_then(|entry| entry.value.value("value"));
                spans.extend(entry.map(|value| value.span));
            }
        }
        spans
    }

    /// Whether a place is in a text of a language that is lowered into templates, see [`Document::is_lowered`].
    ///
    /// [`Document::is_lowered`]: crate::syntax::Document::is_lowered
    pub fn is_lowered(&self, place: Span) -> bool {
        let mut texts = self.sources.iter().chain(&self.linked);
        let text = texts.find(|parsed| parsed.source.id == place.source);
        text.is_some_and(|parsed| parsed.document.is_lowered)
    }

    /// All resources, in the order of their texts; parents before children.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// A resource by its id.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// The declaration that a resource of a template was made of.
    pub(crate) fn declaration(&self, id: ResourceId) -> Option<&Rc<Declaration>> {
        self.declarations.get(id.0 as usize)
    }

    /// The resources of a type, without regard to case. Those that certainly are not deployed are left
    /// out of the graph.
    pub fn of_type(&self, ty: &str) -> impl Iterator<Item = &Resource> {
        let ids = self.by_type.get(ty.to_ascii_lowercase().as_str());
        ids.into_iter().flatten().map(|id| self.resource(*id))
    }

    /// The resources of a type whose name has the given key (see [`Name::key`]), whatever their scope.
    pub fn named(&self, ty: &str, name_key: &str) -> impl Iterator<Item = &Resource> {
        let ids = self.by_key.get(&ResourceKey::new(ty, name_key));
        ids.into_iter().flatten().map(|id| self.resource(*id))
    }

    /// A value as it is written where it is used, without quotes.
    pub fn written(&self, value: &Value) -> String {
        self.text(value.origin.span)
    }

    /// The text of a token, without quotes.
    pub fn text(&self, span: Span) -> String {
        let parsed = self.sources.iter().find(|parsed| parsed.source.id == span.source);
        parsed.map_or("", |parsed| parsed.source.slice(span)).trim_matches(['"', '\'']).to_string()
    }

    /// The span, within the token at `origin`, of the bytes `start..end` of its decoded text; the whole
    /// token where the text does not stand there as it is.
    pub fn part(&self, origin: Span, text: &str, start: usize, end: usize) -> Span {
        // Several documents may stand in one source.
        let texts = self.sources.iter().chain(&self.linked);
        let mut texts = texts.filter(|parsed| parsed.source.id == origin.source).peekable();
        let Some(parsed) = texts.peek().copied() else { return origin };
        if let Some(node) = texts.find_map(|parsed| node_at(&parsed.document.root, origin))
            && let NodeKind::String(scalar) = &node.kind
            && scalar.text == text
        {
            return scalar.span(origin, start, end);
        }
        let written = parsed.source.slice(origin);
        // In a longer token, as that of a format string is, it has to stand only once.
        match written.find(text) {
            Some(at)
                if written.len() <= text.len() + 2 || !text.is_empty() && written.rfind(text) == Some(at) =>
            {
                origin.part(at + start, at + end)
            }
            _ => origin,
        }
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        self.evaluator.release();
    }
}

/// The node whose span is exactly `span`.
pub fn node_at(root: &Node, span: Span) -> Option<&Node> {
    let mut node = root;
    loop {
        if node.span == span {
            return Some(node);
        }
        node = match &node.kind {
            NodeKind::Array(elements) => {
                let index = elements.partition_point(|element| element.span.end < span.end);
                elements.get(index)?
            }
            NodeKind::Object(members) => {
                let index = members.partition_point(|member| member.value.span.end < span.end);
                &members.get(index)?.value
            }
            _ => return None,
        };
        if !node.span.contains(span) {
            return None;
        }
    }
}
