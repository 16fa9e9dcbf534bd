//! A template that is being evaluated: its sections and its context.

use std::rc::Rc;

use smol_str::SmolStr;

use super::declaration::Declarations;
pub use super::evaluator::Evaluator;
use super::evaluator::{ScopeId, Section};
use super::names::{Names, Variable};
pub use super::parameter::{Argument, ParameterDeclaration};
use super::parameter::{GivenValues, declared_parameters};
pub use super::place::{DeploymentContext, TemplateScopeKind, schema_scope};
use super::scope::{Frame, TemplateScope};
use super::{EvaluationProblem, EvaluationProblemKind};
use crate::dialect::is_compiled;
use crate::span::{SourceId, Span};
use crate::syntax::Node;
use crate::value::{Reason, StepKind, Term, Value};

/// One template: the root or a nested one of inner scope.
pub struct Template {
    /// What is shared with the other templates of the deployment.
    pub evaluator: Rc<Evaluator>,
    /// The root object.
    pub node: Node,
    /// Where it is deployed to.
    pub context: DeploymentContext,
    /// It is the root, so that its parameters get values from outside.
    pub root: bool,
    /// The deployment that it is nested in: so its own unknowns are not taken for those of others. None for the
    /// root.
    pub(super) deployment: Option<Term>,
    pub(super) parameters: Vec<ParameterDeclaration>,
    /// The names that it declares.
    pub names: Rc<Names>,
    /// A compiler has made it.
    pub(super) compiled: bool,
    pub(super) given: GivenValues,
    /// The files that link to each other down to this one: none of them is linked to again.
    pub(super) linked_from: Vec<SourceId>,
    id: ScopeId,
}

impl Template {
    /// A root template; `arguments` are the values of a parameter file, by name.
    pub fn root(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        arguments: Vec<(SmolStr, Argument)>,
    ) -> Rc<Template> {
        let arguments =
            arguments.into_iter().map(|(name, value)| (name.to_ascii_lowercase().into(), value)).collect();
        let given = GivenValues::Arguments(arguments);
        let linked_from = vec![node.span.source];
        Template::new(evaluator, node, context, given, None, linked_from)
    }

    /// A nested template of inner scope. `given` is the object of `{value}` or `{reference}` entries that
    /// its parameters get their values from, absent where there is none; `deployment` tells it from others;
    /// `linked_from` holds the files that link to each other down to it.
    pub fn nested(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        given: Value,
        deployment: Term,
        linked_from: Vec<SourceId>,
    ) -> Rc<Template> {
        let given = GivenValues::Object(given);
        Template::new(evaluator, node, context, given, Some(deployment), linked_from)
    }

    fn new(
        evaluator: Rc<Evaluator>,
        node: Node,
        context: DeploymentContext,
        given: GivenValues,
        deployment: Option<Term>,
        linked_from: Vec<SourceId>,
    ) -> Rc<Template> {
        let parameters = declared_parameters(&node);
        let id = evaluator.next_id();
        Rc::new(Template {
            names: evaluator.names(&node),
            compiled: is_compiled(&node),
            evaluator,
            node,
            context,
            root: deployment.is_none(),
            deployment,
            parameters,
            given,
            linked_from,
            id,
        })
    }

    /// What the deployment of a nested template gives to its parameters: an object of `{value}` or `{reference}`
    /// entries, absent where it gives nothing. None for a root template.
    pub fn arguments(&self) -> Option<&Value> {
        match &self.given {
            GivenValues::Object(given) => Some(given),
            GivenValues::Arguments(_) => None,
        }
    }

    /// The scope of the template's own expressions.
    pub fn scope(self: &Rc<Self>) -> Rc<TemplateScope> {
        TemplateScope::new(self.clone(), None)
    }

    /// The value of a variable used at `span`.
    pub(super) fn variable(self: &Rc<Self>, name: &str, span: Span) -> Value {
        let Some(declared) = self.names.variable(name) else {
            return self.problem(
                EvaluationProblemKind::Undefined,
                span,
                format!("there is no variable `{name}`"),
            );
        };
        self.memoised(Section::Variable, name, span, || {
            let scope = self.scope();
            let value = match declared {
                Variable::Member(member) => scope.evaluate_node(&member.value, member.key_span),
                Variable::Loop(entry) => scope.copy_entry(entry),
            };
            (value, StepKind::Variable)
        })
        .map_or_else(
            || {
                let message = format!("the variable `{name}` depends on itself");
                self.problem(EvaluationProblemKind::Evaluation, span, message)
            },
            |(value, kind)| value.carried(kind, None, span),
        )
    }

    // None where the value is being evaluated already: it depends on itself.
    pub(super) fn memoised(
        self: &Rc<Self>,
        section: Section,
        name: &str,
        span: Span,
        evaluate: impl FnOnce() -> (Value, StepKind),
    ) -> Option<(Value, StepKind)> {
        let key = (self.id, section, SmolStr::from(name.to_ascii_lowercase()));
        let memo = &self.evaluator.sections;
        let known = memo.borrow().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        memo.borrow_mut().insert(key.clone(), None);
        let mut kind = StepKind::Variable;
        let value = self.evaluator.step(span, || {
            let (value, step) = evaluate();
            kind = step;
            value
        });
        memo.borrow_mut().insert(key, Some((value.clone(), kind)));
        Some((value, kind))
    }

    /// The outputs, as an object of `{type, value}` objects; an output of a false condition is absent.
    pub fn outputs(self: &Rc<Self>) -> Value {
        super::outputs::outputs(&self.node, &self.scope(), self.node.span)
    }

    /// The resources that the template declares; `None` while they are being made.
    pub fn declarations(self: &Rc<Self>) -> Option<Rc<Declarations>> {
        let memo = &self.evaluator.declarations;
        if let Some(known) = memo.borrow().get(&self.id) {
            return known.clone();
        }
        memo.borrow_mut().insert(self.id, None);
        let section = self.node.value("resources").cloned();
        let made = Rc::new(Declarations::make(section.as_ref(), &self.scope(), &self.context));
        memo.borrow_mut().insert(self.id, Some(made.clone()));
        Some(made)
    }

    /// What stands for a value that is another one at each place that makes it; `what` names it.
    pub(super) fn place(&self, what: &'static str, span: Span) -> Term {
        let path = |source| self.evaluator.files.path(source);
        let root = self.linked_from.first().copied().unwrap_or(span.source);
        if span.source == root {
            return Term::place(what, "", span.start);
        }
        let folder = path(root).and_then(|path| Some(path.rsplit_once('/')?.0)).unwrap_or("");
        let file = path(span.source).unwrap_or("");
        Term::place(what, file.strip_prefix(folder).unwrap_or(file), span.start)
    }

    /// Reports a problem; the value that stands for what could not be evaluated.
    pub(super) fn problem(&self, kind: EvaluationProblemKind, span: Span, message: String) -> Value {
        self.evaluator.report(EvaluationProblem { span, message, kind });
        Value::unknown(Reason::Error, self.place(Term::ERROR, span), span)
    }

    /// A scope within a frame.
    pub(super) fn framed(self: &Rc<Self>, frame: Frame) -> Rc<TemplateScope> {
        TemplateScope::new(self.clone(), Some(Rc::new(frame)))
    }
}
