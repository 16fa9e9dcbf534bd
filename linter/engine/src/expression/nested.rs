//! Templates that are nested in deployments, or linked to by them.

use std::cell::RefCell;
use std::rc::Rc;

use super::declaration::{Declaration, Declarations};
use super::evaluate::name_text;
use super::link::said;
use super::made;
use super::outputs::outputs;
use super::place::{enter_scope, named_scope, target_context};
use super::scope::TemplateScope;
use super::template::{DeploymentContext, Template};
use crate::span::{SourceId, Span};
use crate::syntax::Node;
use crate::value::{Reason, Term, Value};

/// A template that is nested in a deployment resource.
pub struct Nested {
    /// The template's object.
    pub node: Node,
    /// The scope of its outputs: its own, or its parent's for outer scope.
    pub scope: Rc<TemplateScope>,
    /// Its expressions are evaluated in the parent's scope.
    pub outer: bool,
    /// Where it is deployed to.
    pub context: DeploymentContext,
    /// The resources of a template of outer scope; those of inner scope belong to their template.
    outer_declarations: RefCell<NestedState<Rc<Declarations>>>,
}

/// Something that is made when it is asked for, perhaps by itself.
pub(super) enum NestedState<T> {
    New,
    InTheMaking,
    Made(T),
}

impl<T: Clone> NestedState<T> {
    /// What was made; `None` while it is being made, when it depends on itself.
    pub(super) fn get(cell: &RefCell<NestedState<T>>, make: impl FnOnce() -> T) -> Option<T> {
        match &*cell.borrow() {
            NestedState::Made(made) => return Some(made.clone()),
            NestedState::InTheMaking => return None,
            NestedState::New => {}
        }
        cell.replace(NestedState::InTheMaking);
        let made = make();
        cell.replace(NestedState::Made(made.clone()));
        Some(made)
    }
}

impl Declaration {
    /// The template that is nested in this deployment, where it is here; none while it is being made.
    pub fn nested(&self) -> Option<Rc<Nested>> {
        NestedState::get(&self.nested, || self.make_nested().map(Rc::new)).flatten()
    }

    fn own(&self, key: &str) -> Option<Value> {
        let member = self.node.get(key)?;
        let value = self.scope.evaluate_node(&member.value, member.key_span);
        (!value.is_missing()).then_some(value)
    }

    fn make_nested(&self) -> Option<Nested> {
        if !self.is_deployment() || self.existing || self.left_out {
            return None;
        }
        let properties = self.node.value("properties")?;
        let mut linked_from = self.scope.template.linked_from.clone();
        let node = match properties.get("template") {
            Some(template) if template.value.is_object() => template.value.clone(),
            // What an expression has made holds no more expressions of this template.
            Some(template) => {
                let made = made::template(&self.scope.evaluate_node(&template.value, template.key_span))?;
                return Some(self.inner(made, properties, linked_from));
            }
            None => {
                let node = self.linked(properties)?;
                linked_from.push(node.span.source);
                return Some(self.inner(node, properties, linked_from));
            }
        };
        let options = properties.get("expressionEvaluationOptions");
        let scope =
            options.map(|member| self.scope.evaluate_node(&member.value, member.key_span).get("scope"));
        if scope.is_some_and(|scope| scope.is_text("inner").is_true()) {
            return Some(self.inner(node, properties, linked_from));
        }
        let (scope, context) = (self.scope.clone(), self.nested_context(&node));
        let outer_declarations = RefCell::new(NestedState::New);
        Some(Nested { node, scope, outer: true, context, outer_declarations })
    }

    /// Of a deployment whose linked template is not here, a token of the link and the path as far as it is known.
    pub(crate) fn unresolved_link(&self) -> Option<(Span, Option<String>)> {
        if !self.is_deployment() || self.existing || self.left_out {
            return None;
        }
        let properties = self.node.value("properties")?;
        let link = properties.get("templateLink").filter(|_| properties.get("template").is_none())?;
        let value = self.scope.evaluate_node(&link.value, link.key_span);
        Some((link.key_span, said(&value)))
    }

    // The template that is linked to, where it is here.
    fn linked(&self, properties: &Node) -> Option<Node> {
        let template = &self.scope.template;
        if template.evaluator.files.is_empty() {
            return None;
        }
        let link = properties.get("templateLink")?;
        let link = self.scope.evaluate_node(&link.value, link.key_span);
        let node = template.evaluator.files.resolve(self.node.span.source, &link)?;
        (!template.linked_from.contains(&node.span.source)).then_some(node)
    }

    fn inner(&self, node: Node, properties: &Node, linked_from: Vec<SourceId>) -> Nested {
        let context = self.nested_context(&node);
        let given = self.given(properties);
        let outer = self.scope.template.deployment.as_ref();
        let deployment = Term::deployment(outer, Term::from(name_text(&self.name)));
        let evaluator = self.scope.template.evaluator.clone();
        let template =
            Template::nested(evaluator, node.clone(), context.clone(), given, deployment, linked_from);
        let outer_declarations = RefCell::new(NestedState::New);
        Nested { node, scope: template.scope(), outer: false, context, outer_declarations }
    }

    // Where the nested template is deployed to: what the deployment says, and what its schema says of it.
    fn nested_context(&self, node: &Node) -> DeploymentContext {
        let mut context =
            target_context(&self.context, self.own("subscriptionId"), self.own("resourceGroup"));
        if let Some(scope) = self.own("scope") {
            enter_scope(&mut context, &scope);
        }
        if let Some(kind) = named_scope(node) {
            context.kind = kind;
        }
        context.deployment = self.name.clone();
        context
    }

    // The object that the parameters of the nested template get their values from.
    fn given(&self, properties: &Node) -> Value {
        match (properties.get("parameters"), properties.get("parametersLink")) {
            (Some(parameters), _) => self.scope.evaluate_node(&parameters.value, parameters.key_span),
            (None, Some(link)) => {
                let own = Term::symbol("parametersLink").within(self.scope.template.deployment.as_ref());
                Value::unknown(Reason::External, own, link.key_span)
            }
            (None, None) => Value::absent(self.node.span),
        }
    }
}

impl Nested {
    /// The declared resources; none while they are being made.
    pub fn declarations(&self) -> Option<Rc<Declarations>> {
        if !self.outer {
            return self.scope.template.declarations();
        }
        NestedState::get(&self.outer_declarations, || {
            Rc::new(Declarations::make(self.node.value("resources"), &self.scope, &self.context))
        })
    }

    /// The outputs, see [`outputs`].
    pub fn outputs(&self, span: Span) -> Value {
        outputs(&self.node, &self.scope, span)
    }
}
