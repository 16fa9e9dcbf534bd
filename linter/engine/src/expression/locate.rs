//! From a place in a template to the scope that is evaluated there.
//!
//! Of a resource loop it is the scope of the first instance; of a loop of properties, of a user-defined
//! function and of a lambda, which have no values where they are written, it is one of unknown ones.

use std::rc::Rc;

use smol_str::SmolStr;

use super::declaration::{Declaration, Declarations};
use super::parser::{Expression, ExpressionKind};
use super::scope::{Frame, TemplateScope, is_copy_entry};
use super::template::Template;
use crate::span::Span;
use crate::syntax::Node;
use crate::syntax::path::{Path, TreeStep};
use crate::value::{Origin, Reason, Term, Type, Unknown, Value};

/// How deep nested templates are entered.
const MAX_NESTING: usize = 16;

/// Where a place of a template belongs.
#[derive(Clone)]
pub struct Located {
    /// The scope of expressions there.
    pub scope: Rc<TemplateScope>,
    /// The object of the innermost template around, which may be one of outer scope.
    pub template: Node,
    /// The resources that this template declares; none while they are being made.
    pub declarations: Option<Rc<Declarations>>,
    /// The innermost resource around that this template declares, or the deployment that nests it.
    pub declaration: Option<Rc<Declaration>>,
}

/// Where a place belongs; `None` where it lies outside of the template. Templates that are linked to are
/// not entered.
pub fn locate(template: &Rc<Template>, place: Span) -> Option<Located> {
    if !template.node.span.contains(place) {
        return None;
    }
    let mut at = Located {
        scope: template.scope(),
        template: template.node.clone(),
        declarations: template.declarations(),
        declaration: None,
    };
    for _ in 0..MAX_NESTING {
        let around = at.declarations.as_ref().and_then(|declarations| innermost(declarations, place));
        let Some(declaration) = around else { break };
        at.scope = declaration.scope.clone();
        at.declaration = Some(declaration.clone());
        let written =
            declaration.node.value("properties").and_then(|properties| properties.value("template"));
        let entered = written.filter(|template| template.is_object() && template.span.contains(place));
        let Some(nested) = entered.and_then(|_| declaration.nested()) else { break };
        if !nested.outer {
            at.scope = nested.scope.template.scope();
        }
        at.template = nested.node.clone();
        at.declarations = nested.declarations();
    }
    let own = at.declaration.as_ref().filter(|declaration| at.template.span.contains(declaration.node.span));
    let root = own.map_or(&at.template, |declaration| &declaration.node).clone();
    if let Some(path) = Path::at(&root, place.start) {
        at.scope = enter(&path, at.scope);
    }
    Some(at)
}

fn innermost(declarations: &Declarations, place: Span) -> Option<Rc<Declaration>> {
    let around = declarations.list.iter().filter(|declaration| declaration.node.span.contains(place));
    around.min_by_key(|declaration| declaration.node.span.end - declaration.node.span.start).cloned()
}

// The scope within the loops and the user-defined function that a path leads through.
fn enter(path: &Path<'_>, scope: Rc<TemplateScope>) -> Rc<TemplateScope> {
    let is = |at: usize, key: &str| path.leads(at, key);
    if is(0, "functions") && is(2, "members") && is(4, "output") {
        let parameters = path.steps[3].node.value("parameters").map(Node::elements).unwrap_or_default();
        let names = parameters.iter().filter_map(|parameter| parameter.value("name")?.text());
        let value = |name: &str| {
            let term = Term::parameter(None, name);
            (SmolStr::from(name), unknown(Reason::Parameter, term, None, path.steps[3].node.span))
        };
        let frame = Frame::Function { parameters: names.map(value).collect() };
        return scope.template.framed(frame);
    }
    let mut scope = scope;
    for (at, step) in path.steps.iter().enumerate() {
        let name = match loop_around(path, at, step) {
            Some(name) => name,
            None => continue,
        };
        let index = unknown(Reason::Computed, Term::loop_index(name), Some(Type::Number), step.node.span);
        scope = scope.within_copy(name, index, false);
    }
    scope
}

// The name of the loop whose `input` a step leads to.
fn loop_around<'d>(path: &Path<'d>, at: usize, step: &TreeStep<'d>) -> Option<&'d str> {
    if !path.leads(at, "input") || step.member.is_none() {
        return None;
    }
    let entry = at.checked_sub(1).and_then(|at| path.steps.get(at))?;
    if entry.member.is_none() {
        let copies = at >= 2 && path.leads(at - 2, "copy");
        let entry = Some(entry.node).filter(|entry| copies && is_copy_entry(entry))?;
        return entry.value("name")?.text();
    }
    // The loop of an output bears its name.
    let output = path.steps.get(1)?.member?;
    (at == 3 && path.leads(0, "outputs") && path.leads(2, "copy")).then_some(output.key.text.as_str())
}

fn unknown(reason: Reason, term: Term, ty: Option<Type>, span: Span) -> Value {
    Value::new(Unknown::new(reason, term).typed(ty).into(), Origin::at(span))
}

/// An expression in another, and the scope that it is evaluated in.
pub type Within<'e> = (Rc<TemplateScope>, Expression<'e>);

/// The expressions around a byte of the file, the outermost first.
pub fn around<'e>(scope: &Rc<TemplateScope>, expression: Expression<'e>, offset: u32) -> Vec<Within<'e>> {
    let mut found = Vec::new();
    let mut next = Some((scope.clone(), expression));
    let holds = |inner: &Expression<'e>| {
        let span = inner.span();
        span.start <= offset && offset < span.end
    };
    while let Some((scope, expression)) = next.take().filter(|(_, expression)| holds(expression)) {
        let inner = match expression.kind() {
            ExpressionKind::String(_) | ExpressionKind::Number(_) | ExpressionKind::Invalid => None,
            ExpressionKind::Property(base, ..) => Some(base).filter(holds),
            ExpressionKind::Index(base, index) => [base, index].into_iter().find(holds),
            ExpressionKind::Call(call) => call.arguments().find(holds),
        };
        next = inner.map(|inner| (lambda(expression, inner, &scope).unwrap_or(scope.clone()), inner));
        found.push((scope, expression));
    }
    found
}

// The scope of the body of a lambda.
fn lambda(
    expression: Expression<'_>,
    inner: Expression<'_>,
    scope: &Rc<TemplateScope>,
) -> Option<Rc<TemplateScope>> {
    let (names, _) = expression.lambda().filter(|(_, body)| body.span() == inner.span())?;
    let variables = names.filter_map(|name| {
        let text = name.literal()?;
        Some((text.clone(), unknown(Reason::Computed, Term::variable(text), None, name.span())))
    });
    Some(scope.within_lambda(variables.collect()))
}
