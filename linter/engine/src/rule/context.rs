//! What a running rule is given: the graph, the settings, and a place to report to.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::rc::Rc;

use super::RuleSpec;
use crate::finding::{self, Confidence, Finding, Label, ResourceLabel};
use crate::graph::{Graph, Resource, ResourceId};
use crate::settings::Settings;
use crate::span::Span;
use crate::value::Value;
use rustc_hash::FxHashMap;

/// A rule's view of one deployment.
pub struct Context<'a> {
    graph: &'a Graph,
    settings: &'a Settings,
    derived: &'a Derived,
    rule: &'static RuleSpec,
    findings: Vec<Reported>,
}

/// A finding, with the resource that it was reported on.
pub(crate) struct Reported {
    pub(crate) finding: Finding,
    pub(crate) resource: Option<ResourceId>,
}

/// Models that rules derive from a graph, made once per deployment.
#[derive(Default)]
pub struct Derived(RefCell<FxHashMap<TypeId, Rc<dyn Any>>>);

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

impl<'a> Context<'a> {
    pub(crate) fn new(
        graph: &'a Graph,
        settings: &'a Settings,
        derived: &'a Derived,
        rule: &'static RuleSpec,
    ) -> Context<'a> {
        Context { graph, settings, derived, rule, findings: Vec::new() }
    }

    pub(crate) fn into_findings(self) -> Vec<Reported> {
        self.findings
    }

    /// The deployment's resources.
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }

    /// The date and cloud that are checked for, and other choices of the user.
    pub fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// A model of the graph, built by the first rule, or other model, that asks for it.
    pub fn derived<T: 'static>(&self, build: fn(&Context<'_>) -> T) -> Rc<T> {
        let key = TypeId::of::<T>();
        let known = self.derived.0.borrow().get(&key).cloned();
        if let Some(model) = known.and_then(|model| model.downcast::<T>().ok()) {
            return model;
        }
        let model = Rc::new(build(self));
        self.derived.0.borrow_mut().insert(key, model.clone());
        model
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
        let label = ResourceLabel { ty: resource.ty.to_string(), name: resource.name.display().to_string() };
        self.report(at, message);
        let index = self.findings.len() - 1;
        let reported = &mut self.findings[index];
        reported.resource = Some(resource.id);
        reported.finding.resource = Some(label);
        &mut reported.finding
    }
}
