//! What a running rule is given: the graph, the settings, and a place to report to.

use std::any::Any;
use std::cell::OnceCell;

use super::RuleSpec;
use crate::finding::{self, Confidence, Finding, Label, ResourceLabel};
use crate::graph::{Graph, Resource, ResourceId};
use crate::settings::Settings;
use crate::span::Span;
use crate::value::Value;

/// What there is to see of one deployment, for rules, maps and editors.
#[derive(Clone, Copy)]
pub struct View<'a> {
    graph: &'a Graph,
    settings: &'a Settings,
    models: &'a Models,
}

/// What a running rule is given: the view, and a place to report to.
pub struct Context<'a> {
    view: View<'a>,
    rule: &'a RuleSpec,
    findings: Vec<Reported>,
}

/// A finding, with the resource that it was reported on.
pub(crate) struct Reported {
    pub(crate) finding: Finding,
    pub(crate) resource: Option<ResourceId>,
}

/// What others find out about a deployment: a struct of lazy cells for each package that has any. The engine knows none
/// of them.
#[derive(Default)]
pub(crate) struct Models(OnceCell<(Box<dyn Any>, Box<Models>)>);

impl Models {
    fn of<M: Default + 'static>(&self) -> &M {
        let (models, others) = self.0.get_or_init(|| (Box::new(M::default()), Box::default()));
        models.downcast_ref().unwrap_or_else(|| others.of())
    }
}

/// Something with a place that a finding can point at.
pub trait Place {
    /// The token.
    fn place(&self) -> Span;
    /// Whether the text there is a secret.
    fn is_sensitive(&self) -> bool {
        false
    }
    /// The values of parameters, by default or given, that decided what is there.
    fn decided_by(&self) -> Vec<Span> {
        Vec::new()
    }
}

impl Place for Span {
    fn place(&self) -> Span {
        *self
    }
}

impl Place for Value {
    fn place(&self) -> Span {
        self.origin.span
    }

    fn is_sensitive(&self) -> bool {
        self.secure
    }

    fn decided_by(&self) -> Vec<Span> {
        finding::decided_by(self)
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(graph: &'a Graph, settings: &'a Settings, models: &'a Models) -> View<'a> {
        View { graph, settings, models }
    }

    /// The deployment's resources.
    pub fn graph(self) -> &'a Graph {
        self.graph
    }

    /// The date and cloud that are checked for, and other choices of the user.
    pub fn settings(self) -> &'a Settings {
        self.settings
    }

    /// The models of a package: one value of the type for each deployment.
    pub fn models<M: Default + 'static>(self) -> &'a M {
        self.models.of()
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(view: View<'a>, rule: &'a RuleSpec) -> Context<'a> {
        Context { view, rule, findings: Vec::new() }
    }

    pub(crate) fn into_findings(self) -> Vec<Reported> {
        self.findings
    }

    /// What there is to see.
    pub fn view(&self) -> View<'a> {
        self.view
    }

    /// The deployment's resources.
    pub fn graph(&self) -> &'a Graph {
        self.view.graph
    }

    /// The date and cloud that are checked for, and other choices of the user.
    pub fn settings(&self) -> &'a Settings {
        self.view.settings
    }

    /// Reports a finding at a place; the finding can be refined by the methods of [`Finding`].
    pub fn report(&mut self, at: &impl Place, message: impl Into<String>) -> &mut Finding {
        let primary = Label { span: at.place(), text: String::new(), sensitive: at.is_sensitive() };
        let finding = Finding {
            rule: self.rule.id,
            category: self.rule.category,
            severity: self.rule.severity,
            confidence: Confidence::High,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            resource: None,
            fix: None,
            environments: Vec::new(),
            decided_by: at.decided_by(),
            fingerprint: String::new(),
            suppressed: None,
        };
        let index = self.findings.len();
        self.findings.push(Reported { finding, resource: None });
        &mut self.findings[index].finding
    }

    /// Reports a finding about a resource at a place.
    pub fn report_on(
        &mut self,
        resource: &Resource,
        at: &impl Place,
        message: impl Into<String>,
    ) -> &mut Finding {
        let label = ResourceLabel { ty: resource.ty.to_string(), name: resource.name.label().to_string() };
        self.report(at, message);
        let index = self.findings.len() - 1;
        let reported = &mut self.findings[index];
        reported.resource = Some(resource.id);
        reported.finding.resource = Some(label);
        &mut reported.finding
    }
}
