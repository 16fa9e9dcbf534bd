//! Names in templates and parameter files, in the scope that the engine evaluates them in.

use std::rc::Rc;

use armlint_engine::dialect::Deployment;
use armlint_engine::expression::declaration::Declaration;
use armlint_engine::expression::locate::{Located, Within, around};
use armlint_engine::expression::parser::{Call, Expression, ExpressionKind, is_expression};
use armlint_engine::expression::scope::{Frame, TemplateScope};
use armlint_engine::graph::Target as Dependency;
use armlint_engine::rule::View;
use armlint_engine::span::Span;
use armlint_engine::syntax::path::Path;
use armlint_engine::syntax::{Member, Node};
use armlint_engine::value::{Text, Value};

use super::Target;
use crate::pointer::Pointer;

/// What a place of a template speaks of.
pub(super) fn targets(pointer: &Pointer<'_>, deployment: &Deployment, view: View<'_>) -> Vec<Target> {
    let Some(located) = view.graph().locate(pointer.span()) else { return Vec::new() };
    if let Some(scalar) = pointer.scalar().filter(|scalar| is_expression(&scalar.text))
        && let parsed = view.graph().expression(scalar, pointer.token())
        && let Ok(expression) = parsed.within(scalar, pointer.token())
    {
        let chain = around(&located.scope, expression, pointer.offset);
        for at in (0..chain.len()).rev() {
            let found = Finder { pointer, located: &located, view, chain: &chain[..=at] }.innermost();
            if !found.is_empty() {
                return found;
            }
        }
    }
    structural(pointer, &located, deployment, view)
}

/// The parameter that an entry of a parameter file gives a value to.
pub(super) fn of_argument(pointer: &Pointer<'_>, view: View<'_>) -> Option<Target> {
    let name = pointer.scalar().filter(|_| pointer.path.on_key)?;
    let depth = pointer.path.steps.len();
    if !(depth == 1 || (depth == 2 && pointer.under(1, "parameters"))) {
        return None;
    }
    let template = view.graph().templates().first()?;
    template.names.parameter(&name.text).map(|member| to_member(pointer.token(), member))
}

fn to_member(from: Span, member: &Member) -> Target {
    Target::new(from, member.key_span.join(member.value.span), member.key_span)
}

fn to_declaration(from: Span, declaration: &Declaration) -> Target {
    Target::new(from, declaration.node.span, declaration.place)
}

// What the innermost expression of a chain speaks of.
struct Finder<'a> {
    pointer: &'a Pointer<'a>,
    located: &'a Located,
    view: View<'a>,
    chain: &'a [Within<'a>],
}

impl Finder<'_> {
    fn innermost(&self) -> Vec<Target> {
        let Some((scope, expression)) = self.chain.last() else { return Vec::new() };
        let from = expression.span();
        let call = match expression.kind() {
            ExpressionKind::Call(call) => call,
            ExpressionKind::Property(base, name, _) => return member(&scope.evaluate(base), name, from),
            ExpressionKind::Index(base, index) => {
                let index = scope.evaluate(index);
                let name = index.known_text();
                return name.map_or(Vec::new(), |name| member(&scope.evaluate(base), name, from));
            }
            ExpressionKind::String(_) | ExpressionKind::Number(_) | ExpressionKind::Invalid => {
                return Vec::new();
            }
        };
        if let Some(namespace) = call.namespace() {
            let function = scope.template.names.function(namespace, call.name());
            return function.map(|function| to_member(from, &function.member)).into_iter().collect();
        }
        let literal = literal(call);
        let name = call.name().to_ascii_lowercase();
        let one = match (name.as_str(), literal) {
            ("parameters", Some((name, _))) => self.parameter(scope, name, from),
            ("variables", Some((name, _))) => {
                let variable = scope.template.names.variable(name);
                variable.map(|variable| Target::new(from, variable.span(), variable.name_span()))
            }
            ("lambdavariables", Some((name, _))) => self.lambda_variable(name, from),
            ("copyindex", literal) => self.copy_loop(literal.map(|(name, _)| name), from),
            _ => return self.resources(scope, call, *expression, &name),
        };
        one.into_iter().collect()
    }

    fn parameter(&self, scope: &TemplateScope, name: &str, from: Span) -> Option<Target> {
        if scope.frames().any(|frame| matches!(frame, Frame::Function { .. })) {
            let path = Path::at(&self.located.template, self.pointer.offset)?;
            let parameters = path.steps.get(3)?.node.value("parameters")?.elements();
            let is_meant = |node: &&Node| {
                let own = node.value("name").and_then(Node::text);
                own.is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            let declared = parameters.iter().find(is_meant)?;
            return Some(Target::new(from, declared.span, declared.value("name")?.span));
        }
        scope.template.names.parameter(name).map(|member| to_member(from, member))
    }

    fn lambda_variable(&self, name: &str, from: Span) -> Option<Target> {
        self.chain.iter().rev().find_map(|(_, expression)| {
            let (mut names, _) = expression.lambda()?;
            let is_meant = |argument: &Expression<'_>| {
                argument.literal().is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            let declared = names.find(is_meant)?.span();
            Some(Target::new(from, declared, declared))
        })
    }

    // The name of the loop around.
    fn copy_loop(&self, name: Option<&str>, from: Span) -> Option<Target> {
        let is_meant = |copy: &&Node| match (name, copy.value("name").and_then(Node::text)) {
            (Some(name), Some(own)) => own.eq_ignore_ascii_case(name),
            (None, Some(_)) => true,
            _ => false,
        };
        let entries = self.pointer.around().filter_map(|node| node.value("copy")).flat_map(|copy| {
            let own = copy.is_object().then_some(copy);
            let entries = copy.elements().iter().filter(|entry| self.pointer.is_in(entry.span));
            own.into_iter().chain(entries.filter(|_| name.is_some()))
        });
        let copy = entries.into_iter().find(is_meant)?;
        Some(Target::new(from, copy.span, copy.value("name")?.span))
    }

    // The resources that a reference, or the id that a call makes, leads to.
    fn resources(
        &self,
        scope: &Rc<TemplateScope>,
        call: Call<'_>,
        whole: Expression<'_>,
        name: &str,
    ) -> Vec<Target> {
        let is_reference = ["reference", "references"].contains(&name) || name.starts_with("list");
        let value = match (is_reference, call.argument(0)) {
            (true, Some(first)) => scope.evaluate(first),
            (false, _) if name.ends_with("resourceid") => scope.evaluate(whole),
            _ => return Vec::new(),
        };
        match value.text() {
            Some(text) => named(&text, whole.span(), self.located, self.view),
            None => Vec::new(),
        }
    }
}

// Where a member of an object is written: in a variable, in a default, in the outputs of a nested template.
fn member(object: &Value, name: &str, from: Span) -> Vec<Target> {
    let written = object.object().and_then(|object| Some((object.key_span(name)?, object.get(name)?)));
    let target = written.map(|(key, value)| {
        let within = value.origin.deciding();
        let whole = if within.source == key.source && within.start >= key.end { within } else { key };
        Target::new(from, whole, key)
    });
    target.into_iter().collect()
}

// The first argument of a call, where it is a literal.
fn literal(call: Call<'_>) -> Option<(&str, Span)> {
    let first = call.argument(0)?;
    Some((first.literal()?.as_str(), first.span()))
}

// By symbolic name, id or name in the same template, by id everywhere else.
fn named(text: &Text, from: Span, located: &Located, view: View<'_>) -> Vec<Target> {
    let own = located.declarations.iter().flat_map(|declarations| declarations.all(text));
    let own: Vec<Target> = own.map(|declaration| to_declaration(from, &declaration)).collect();
    if !own.is_empty() {
        return own;
    }
    let key = text.key();
    let others = view.graph().resources().iter().filter(|resource| resource.resource_id.key() == key);
    others.map(|resource| Target::resource(from, resource)).collect()
}

// What keys and plain strings speak of.
fn structural(
    pointer: &Pointer<'_>,
    located: &Located,
    deployment: &Deployment,
    view: View<'_>,
) -> Vec<Target> {
    let token = pointer.token();
    let Some(scalar) = pointer.scalar() else { return Vec::new() };
    if pointer.path.on_key {
        return of_key(pointer, located, deployment, view).unwrap_or_default();
    }
    if pointer.under(0, "$ref") {
        let name = scalar.text.strip_prefix("#/definitions/");
        let member = name.and_then(|name| located.scope.template.node.value("definitions")?.get(name));
        return member.map(|member| to_member(token, member)).into_iter().collect();
    }
    if pointer.under(1, "dependsOn") && pointer.path.key(0).is_none() {
        return dependencies(token, &Text::Known(scalar.text.clone()), located, view);
    }
    if pointer.under(1, "templateLink") {
        let linked = located.declaration.as_ref().and_then(|declaration| declaration.nested());
        let linked = linked.filter(|nested| nested.node.span.source != token.source);
        let target = linked.map(|nested| Target::new(token, nested.node.span, nested.node.span.part(0, 1)));
        return target.into_iter().collect();
    }
    Vec::new()
}

fn dependencies(token: Span, written: &Text, located: &Located, view: View<'_>) -> Vec<Target> {
    let dependencies = view.graph().dependencies();
    let edges = dependencies.edges.iter().filter(|edge| edge.span == token);
    let ids = edges.flat_map(|edge| match edge.to {
        Dependency::Resource(id) => vec![id],
        Dependency::Loop(at) => dependencies.loops.get(at).cloned().unwrap_or_default(),
    });
    let found: Vec<Target> = ids.map(|id| Target::resource(token, view.graph().resource(id))).collect();
    if found.is_empty() { named(written, token, located, view) } else { found }
}

// Of an argument of a nested deployment its parameter, of a parameter what the files give.
fn of_key(
    pointer: &Pointer<'_>,
    located: &Located,
    deployment: &Deployment,
    view: View<'_>,
) -> Option<Vec<Target>> {
    let token = pointer.token();
    let name = &pointer.scalar()?.text;
    if pointer.under(1, "parameters") && pointer.under(2, "properties") {
        let nested = located.declaration.as_ref()?.nested()?;
        let names = view.graph().names(&nested.node);
        return Some(vec![to_member(token, names.parameter(name)?)]);
    }
    if pointer.path.steps.len() == 2 && pointer.path.leads(0, "parameters") {
        let entries = deployment.parameter_files.iter().filter_map(|file| file.entry(name));
        return Some(entries.map(|entry| to_member(token, entry)).collect());
    }
    None
}
