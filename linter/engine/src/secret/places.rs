//! The places of secrets in a tree, by the names and types that are written there: a member called
//! `password`, the `value` beside the `type` `securestring` or the `name` `DB_PASSWORD`, a setting that the schema
//! keeps to itself, what is given to a secure parameter of a nested template.
//!
//! Nothing is evaluated: of an expression the whole token is a place, though only its literals are secret.

use std::ops::Range;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::names::{Naming, carries_value, names_secret, naming};
use super::shape::like_secret;
use crate::expression::literals::literals;
use crate::expression::parser::is_expression;
use crate::span::Span;
use crate::syntax::{ExpressionNode, ExpressionNodeKind, Member, Node, NodeKind, Scalar};

/// What the engine has to be told: it knows no service.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge {
    /// The literals of a text that a service evaluates at run time; none where the text is no such expression.
    pub runtime: fn(&str) -> Option<Vec<Range<usize>>>,
    /// Whether resources of a type hold such texts.
    pub is_evaluated: fn(&str) -> bool,
    /// Where resources of some types hold secrets under a name that says nothing.
    pub typed: &'static [TypedPlace],
}

/// A place in resources of a type.
#[derive(Clone, Copy, Debug)]
pub struct TypedPlace {
    /// How the type begins, in lower case.
    pub ty: &'static str,
    /// How it ends, in lower case.
    pub ending: &'static str,
    /// The keys from `properties` on.
    pub path: &'static [&'static str],
}

impl Default for Knowledge {
    fn default() -> Knowledge {
        Knowledge { runtime: |_| None, is_evaluated: |_| false, typed: &[] }
    }
}

/// What is secret in a tree.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The tokens, or the literals within them. In no order.
    pub spans: Vec<Span>,
    /// The parameters of the root template that nothing but a secret is taken from, in lower case.
    pub parameters: Vec<SmolStr>,
    /// What is given to templates in other texts.
    pub links: Vec<Link>,
}

/// A deployment of a template in another text.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where that is, as written, be it an expression.
    pub to: SmolStr,
    /// The parameters that it is given, with the places of their values.
    pub arguments: Vec<(SmolStr, Vec<Span>)>,
}

impl Link {
    /// The places of what is given to secure parameters of a template, if that is the one.
    pub fn secrets(&self, template: &Node) -> Vec<Span> {
        let secure = secure_parameters(template);
        let is_secure = |own: &str| secure.iter().any(|name| name.eq_ignore_ascii_case(own));
        self.arguments
            .iter()
            .filter(|(name, _)| is_secure(name))
            .flat_map(|(_, spans)| spans.clone())
            .collect()
    }
}

/// Members below which every scalar is secret.
const KEPT: [&str; 4] = ["protectedSettings", "secureEnvironmentVariables", "stringData", "secureSettings"];

/// How often one variable may lead to another.
const MAX_STEPS: usize = 8;

/// The places in a tree. `evaluated` says that all of it belongs to a service that evaluates texts at run
/// time.
pub fn places(root: &Node, evaluated: bool, knowledge: &Knowledge) -> Places {
    let mut walk = PlaceWalk { knowledge, found: Places::default(), sources: Vec::new() };
    walk.node(root, Around { evaluated, template: root, secret: false });
    walk.follow(root);
    walk.found
}

/// What stands around a node.
#[derive(Clone, Copy)]
struct Around<'d> {
    evaluated: bool,
    /// The innermost template.
    template: &'d Node,
    /// The member that holds it has the name of a secret.
    secret: bool,
}

/// A parameter or variable that a secret is taken from.
struct Taken<'d> {
    template: &'d Node,
    section: &'static str,
    name: SmolStr,
    evaluated: bool,
}

struct PlaceWalk<'d, 'k> {
    knowledge: &'k Knowledge,
    found: Places,
    sources: Vec<Taken<'d>>,
}

impl<'d> PlaceWalk<'d, '_> {
    fn node(&mut self, node: &'d Node, around: Around<'d>) {
        match &node.kind {
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.node(element, around)),
            NodeKind::Object(members) => self.object(node, members, around),
            _ => {}
        }
    }

    fn object(&mut self, node: &'d Node, members: &'d [Member], around: Around<'d>) {
        let seen = Visited::of(members);
        let mut inner = Around { secret: false, ..around };
        if seen.resources && (seen.parameters || seen.variables) {
            inner.template = node;
        }
        let ty = seen.ty.unwrap_or("");
        if ty.contains('/') {
            inner.evaluated |= (self.knowledge.is_evaluated)(ty);
            self.typed(node, ty, inner);
        }
        let whole = ["secureobject", "secure-object"].iter().any(|own| ty.eq_ignore_ascii_case(own));
        let held = around.secret || whole || seen.is_secret();
        for member in members {
            let key = member.key.text.as_str();
            if KEPT.iter().any(|kept| key.eq_ignore_ascii_case(kept))
                || (seen.kind_secret && key.eq_ignore_ascii_case("data"))
                || (whole && carries_value(key))
            {
                self.all(&member.value, inner);
                continue;
            }
            let allowed = held && key.eq_ignore_ascii_case("allowedValues");
            let naming = naming(key);
            if naming == Naming::Secret || held && carries_value(key) || allowed {
                self.mark(&member.value, inner);
            } else if naming == Naming::Perhaps && looks_secret(&member.value) {
                self.found.spans.push(member.value.span);
            } else if key.eq_ignore_ascii_case("secrets") {
                self.secrets(&member.value, inner);
            }
            self.node(&member.value, Around { secret: naming == Naming::Secret, ..inner });
        }
    }

    // A scalar, or each of a list.
    fn mark(&mut self, node: &'d Node, around: Around<'d>) {
        match &node.kind {
            NodeKind::String(scalar) => self.string(node, scalar, around),
            NodeKind::Number(_) | NodeKind::Invalid => self.found.spans.push(node.span),
            NodeKind::Expression(expression) => {
                self.found.spans.push(node.span);
                self.taken(taken_alone(expression), around);
            }
            NodeKind::Array(elements) => {
                for element in elements.iter().filter(|element| element.members().is_empty()) {
                    self.mark(element, around);
                }
            }
            NodeKind::Object(_) | NodeKind::Bool(_) | NodeKind::Null => {}
        }
    }

    // Every scalar below a node.
    fn all(&mut self, node: &'d Node, around: Around<'d>) {
        match &node.kind {
            NodeKind::Object(members) => members.iter().for_each(|member| self.all(&member.value, around)),
            NodeKind::Array(elements) => elements.iter().for_each(|element| self.all(element, around)),
            _ => self.mark(node, around),
        }
    }

    fn string(&mut self, node: &'d Node, scalar: &Scalar, around: Around<'d>) {
        let text = scalar.text.as_str();
        if text.trim_matches('*').is_empty() {
            return;
        }
        if around.evaluated
            && let Some(literals) = (self.knowledge.runtime)(text)
        {
            let spans = literals.into_iter().map(|range| scalar.span(node.span, range.start, range.end));
            return self.found.spans.extend(spans);
        }
        self.found.spans.push(node.span);
        self.taken(only_source(text), around);
    }

    fn taken(&mut self, source: Option<(&'static str, SmolStr)>, around: Around<'d>) {
        if let Some((section, name)) = source {
            let (template, evaluated) = (around.template, around.evaluated);
            self.sources.push(Taken { template, section, name, evaluated });
        }
    }

    // `[{"name": .., "value": ..}]` under the key `secrets`.
    fn secrets(&mut self, node: &'d Node, around: Around<'d>) {
        for value in node.elements().iter().filter_map(|element| element.value("value")) {
            self.mark(value, around);
        }
    }

    fn typed(&mut self, resource: &'d Node, ty: &str, around: Around<'d>) {
        let lower = ty.to_ascii_lowercase_smolstr();
        let rows = self.knowledge.typed.iter();
        for row in rows.filter(|row| lower.starts_with(row.ty) && lower.ends_with(row.ending)) {
            let properties = resource.value("properties");
            let place = row.path.iter().try_fold(properties, |node, key| Some(node?.value(key)));
            if let Some(Some(node)) = place {
                self.all(node, around);
            }
        }
        if lower == "microsoft.resources/deployments" {
            self.nested(resource, around);
        }
    }

    // What a deployment gives to the secure parameters of the template in it.
    fn nested(&mut self, resource: &'d Node, around: Around<'d>) {
        let Some(properties) = resource.value("properties") else { return };
        if let Some(link) = properties.value("templateLink") {
            let to = ["relativePath", "uri"].iter().find_map(|key| link.value(key).and_then(Node::text));
            self.linked(to.unwrap_or(""), properties, around);
        }
        let secure = properties.value("template").map(secure_parameters).unwrap_or_default();
        for given in properties.value("parameters").map_or(&[][..], Node::members) {
            if secure.iter().any(|name| name.eq_ignore_ascii_case(&given.key.text))
                && let Some(value) = given.value.value("value")
            {
                self.all(value, around);
            }
        }
    }

    fn linked(&mut self, to: &str, properties: &'d Node, around: Around<'d>) {
        let mut arguments = Vec::new();
        for given in properties.value("parameters").map_or(&[][..], Node::members) {
            let Some(value) = given.value.value("value") else { continue };
            // Only the template there says whether it is a secret, so that it leads to no other.
            let (spans, sources) = (std::mem::take(&mut self.found.spans), std::mem::take(&mut self.sources));
            self.all(value, around);
            arguments.push((given.key.text.clone(), std::mem::replace(&mut self.found.spans, spans)));
            self.sources = sources;
        }
        self.found.links.push(Link { to: to.into(), arguments });
    }

    // The parameters and variables that secrets are taken from, and those that these are taken from.
    fn follow(&mut self, root: &'d Node) {
        let mut sections: FxHashMap<(usize, &'static str), FxHashMap<SmolStr, &'d Node>> =
            FxHashMap::default();
        for _ in 0..MAX_STEPS {
            for taken in std::mem::take(&mut self.sources) {
                let place = (std::ptr::from_ref(taken.template).addr(), taken.section);
                let section = sections.entry(place).or_insert_with(|| {
                    let members = taken.template.value(taken.section).map_or(&[][..], Node::members);
                    let entry =
                        |member: &'d Member| (member.key.text.to_ascii_lowercase_smolstr(), &member.value);
                    members.iter().map(entry).collect()
                });
                // Whatever is taken once is followed once.
                let Some(node) = section.remove(&taken.name) else { continue };
                let around = Around { evaluated: taken.evaluated, template: taken.template, secret: false };
                if taken.section == "variables" {
                    self.mark(node, around);
                    continue;
                }
                for key in ["defaultValue", "allowedValues"] {
                    if let Some(value) = node.value(key) {
                        self.mark(value, around);
                    }
                }
                if std::ptr::eq(taken.template, root) {
                    self.found.parameters.push(taken.name);
                }
            }
        }
    }
}

// The names of the parameters of a template that are declared to be secrets.
fn secure_parameters(template: &Node) -> Vec<&str> {
    let declared = template.value("parameters").map_or(&[][..], Node::members).iter();
    declared.filter(|member| is_secure(&member.value)).map(|member| member.key.text.as_str()).collect()
}

/// Whether a declaration of a parameter is of a type that keeps what it holds.
pub fn is_secure(declaration: &Node) -> bool {
    let ty = declaration.value("type").and_then(Node::text).unwrap_or("");
    is_secure_type(ty)
}

fn is_secure_type(ty: &str) -> bool {
    ty.eq_ignore_ascii_case("securestring") || ty.eq_ignore_ascii_case("secureobject")
}

// A key with a value that looks like one; of a connection string its parts are looked at.
fn looks_secret(node: &Node) -> bool {
    let Some(text) = node.text() else { return false };
    !is_expression(text) && !text.contains([';', ':', '@']) && like_secret(text)
}

// The parameter or variable that an expression is nothing else than.
fn only_source(text: &str) -> Option<(&'static str, SmolStr)> {
    if !is_expression(text) {
        return None;
    }
    let inner = text.get(1..text.len() - 1)?.trim();
    ["variables", "parameters"].into_iter().find_map(|section| {
        let call = inner.get(..section.len()).filter(|own| own.eq_ignore_ascii_case(section))?;
        let argument = inner.get(call.len()..)?.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
        let name = argument.strip_prefix('\'')?.strip_suffix('\'')?;
        (!name.contains('\'')).then(|| (section, name.to_ascii_lowercase_smolstr()))
    })
}

// The same of an expression that is no text of a string.
fn taken_alone(expression: &ExpressionNode) -> Option<(&'static str, SmolStr)> {
    let ExpressionNodeKind::Call(call) = &expression.kind else { return None };
    let section = ["variables", "parameters"].into_iter().find(|own| call.name.eq_ignore_ascii_case(own))?;
    match call.arguments.as_slice() {
        [ExpressionNode { kind: ExpressionNodeKind::String(name), .. }] => {
            Some((section, name.to_ascii_lowercase_smolstr()))
        }
        _ => None,
    }
}

/// The parts of a decoded string that a secret may stand in: all of it, or the literals of an expression.
pub fn literal_parts(text: &str, templated: bool) -> Vec<Range<usize>> {
    match templated && is_expression(text) {
        true => literals(text, 0..text.len()),
        false => std::iter::once(0..text.len()).collect(),
    }
}

/// What the members of an object say of it.
#[derive(Default)]
struct Visited<'d> {
    ty: Option<&'d str>,
    name: Option<&'d str>,
    resources: bool,
    parameters: bool,
    variables: bool,
    /// `"secret": true`.
    flagged: bool,
    /// It is a manifest of a secret.
    kind_secret: bool,
}

impl<'d> Visited<'d> {
    fn of(members: &'d [Member]) -> Visited<'d> {
        let mut seen = Visited::default();
        for member in members {
            let key = member.key.text.as_str();
            match key.len() {
                4 if key.eq_ignore_ascii_case("type") => seen.ty = member.value.text().or(seen.ty),
                4 if key.eq_ignore_ascii_case("name") => seen.name = member.value.text().or(seen.name),
                4 if key == "kind" => seen.kind_secret = member.value.text() == Some("Secret"),
                6 if key.eq_ignore_ascii_case("secret") => {
                    seen.flagged = member.value.kind == NodeKind::Bool(true);
                }
                9 if key.eq_ignore_ascii_case("resources") => seen.resources = true,
                9 if key.eq_ignore_ascii_case("variables") => seen.variables = true,
                10 if key.eq_ignore_ascii_case("parameters") => seen.parameters = true,
                _ => {}
            }
        }
        seen
    }

    fn is_secret(&self) -> bool {
        self.flagged || self.ty.is_some_and(is_secure_type) || self.name.is_some_and(names_secret)
    }
}

#[cfg(test)]
mod tests;
