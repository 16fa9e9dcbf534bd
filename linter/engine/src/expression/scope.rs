//! Scopes: what gives meaning to the values of a template, and to the literals of every other file.

use std::rc::Rc;

use smol_str::SmolStr;

use super::evaluator::{COPY, ScopeId};
use super::parser::{self, Expression};
use super::template::Template;
use super::token;
use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind, Number, Scalar};
use crate::value::{
    Object, Origin, Reason, Scope, SecretParts, Term, Text, Truth, Type, Unknown, Value, ValueKind,
};

/// How many instances of a property or variable copy loop are made.
const MAX_PROPERTY_COPIES: i64 = 1000;

/// The scope of a template's expressions, perhaps within a loop, a lambda or a user-defined function.
pub struct TemplateScope {
    /// The template.
    pub template: Rc<Template>,
    frame: Option<Rc<Frame>>,
    id: ScopeId,
}

/// Something that an expression stands in.
pub enum Frame {
    /// An instance of a copy loop.
    Copy {
        /// The loop's name.
        name: SmolStr,
        /// The instance's index; unknown where the count is.
        index: Value,
        /// The loop makes resources, so that `copyIndex()` without a name means it.
        resource: bool,
        /// What stands around it.
        outer: Option<Rc<Frame>>,
    },
    /// The variables of a lambda.
    Lambda {
        /// Names and values.
        variables: Vec<(SmolStr, Value)>,
        /// What stands around it.
        outer: Option<Rc<Frame>>,
    },
    /// The parameters of a user-defined function; nothing around it is seen.
    Function {
        /// Names and values.
        parameters: Vec<(SmolStr, Value)>,
    },
}

impl Frame {
    fn outer(&self) -> Option<&Rc<Frame>> {
        match self {
            Frame::Copy { outer, .. } | Frame::Lambda { outer, .. } => outer.as_ref(),
            Frame::Function { .. } => None,
        }
    }
}

impl TemplateScope {
    pub(super) fn new(template: Rc<Template>, frame: Option<Rc<Frame>>) -> Rc<TemplateScope> {
        let id = template.evaluator.next_id();
        Rc::new(TemplateScope { template, frame, id })
    }

    /// The frames, the innermost first.
    pub fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::successors(self.frame.as_deref(), |frame| frame.outer().map(|outer| &**outer))
    }

    /// This scope within an instance of a copy loop.
    pub fn within_copy(&self, name: &str, index: Value, resource: bool) -> Rc<TemplateScope> {
        let frame = Frame::Copy { name: name.into(), index, resource, outer: self.frame.clone() };
        self.template.framed(frame)
    }

    /// This scope with the variables of a lambda.
    pub(super) fn within_lambda(&self, variables: Vec<(SmolStr, Value)>) -> Rc<TemplateScope> {
        self.template.framed(Frame::Lambda { variables, outer: self.frame.clone() })
    }

    /// The value of a node; `anchor` is the key that it stands under, or the node itself.
    pub fn evaluate_node(self: &Rc<Self>, node: &Node, anchor: Span) -> Value {
        self.template.evaluator.charge_look();
        if let NodeKind::Expression(expression) = &node.kind {
            let evaluator = &self.template.evaluator;
            return evaluator
                .memoised(self.id, node.span, || self.evaluate_whole((&**expression).into(), node.span));
        }
        let NodeKind::String(scalar) = &node.kind else {
            return plain(node, anchor, self, |element| self.evaluate_node(element, element.span));
        };
        if !parser::is_expression(&scalar.text) {
            let tokens = token::written(&scalar.text, node.span, self.template.compiled);
            return tokens.unwrap_or_else(|| Value::string(parser::unescaped(&scalar.text), node.span));
        }
        let evaluator = &self.template.evaluator;
        evaluator.memoised(self.id, node.span, || self.evaluate_text(scalar, node.span))
    }

    /// The value of the expression that a string holds.
    pub(super) fn evaluate_text(self: &Rc<Self>, scalar: &Scalar, token: Span) -> Value {
        match self.template.evaluator.expression(scalar, token).within(scalar, token) {
            Ok(expression) => self.evaluate_whole(expression, token),
            Err(_) => Value::unknown(Reason::Error, self.template.place(Term::ERROR, token), token),
        }
    }

    // The whole token is the use; the part that decided stays in the chain.
    fn evaluate_whole(self: &Rc<Self>, expression: Expression<'_>, token: Span) -> Value {
        let value = self.evaluate(expression);
        Value { origin: Origin { span: token, ..value.origin }, ..value }
    }

    /// The value of an expression that need not be evaluated here: what is wrong with it is no problem.
    pub(crate) fn suppose(self: &Rc<Self>, expression: Expression<'_>) -> Value {
        self.template.evaluator.supposing(expression.span(), || self.evaluate(expression))
    }

    /// The array that an entry `{name, count, input}` of a property or variable loop makes.
    pub(super) fn copy_entry(self: &Rc<Self>, entry: &Node) -> Value {
        let name = self.loop_name(entry).unwrap_or_default();
        self.copy_loop(&name, entry)
    }

    fn loop_name(self: &Rc<Self>, entry: &Node) -> Option<SmolStr> {
        let name = entry.get("name")?;
        Some(self.evaluate_node(&name.value, name.key_span).known_text()?.into())
    }

    /// The array that a loop `{count, input}` of a name makes; made once.
    pub(super) fn copy_loop(self: &Rc<Self>, name: &str, entry: &Node) -> Value {
        let evaluator = &self.template.evaluator;
        evaluator.memoised(self.id, entry.span, || self.make_copies(name, entry))
    }

    fn make_copies(self: &Rc<Self>, name: &str, entry: &Node) -> Value {
        let Some(input) = entry.get("input") else { return Value::absent(entry.span) };
        let count = match entry.get("count") {
            Some(count) => self.evaluate_node(&count.value, count.key_span),
            None => Value::absent(entry.span),
        };
        let ValueKind::Number(Number::Int(number)) = count.kind else {
            return self.unknown_copies(name, input, entry.span, &count);
        };
        if !(0..=MAX_PROPERTY_COPIES).contains(&number) {
            return self.template.evaluator.limit(entry.span);
        }
        let mut elements = Vec::new();
        for index in 0..number {
            if self.template.evaluator.is_exhausted() {
                return self.template.evaluator.limit(entry.span);
            }
            self.template.evaluator.charge(COPY);
            let index = Value::new(ValueKind::Number(Number::Int(index)), Origin::at(entry.span));
            let scope = self.within_copy(name, index, false);
            elements.push(scope.evaluate_node(&input.value, input.key_span));
        }
        // How many there are depends on the count, what they are does not.
        let array = Value::new(ValueKind::Array(elements.into()), Origin::at(input.value.span));
        Value { assumed: count.assumed, ..array }
    }

    // A loop of unknown length: its instances are what one of them is, for some index.
    fn unknown_copies(self: &Rc<Self>, name: &str, input: &Member, span: Span, count: &Value) -> Value {
        let index = Unknown::new(Reason::Computed, Term::loop_index(name)).typed(Some(Type::Number));
        let scope = self.within_copy(name, Value::new(index.into(), Origin::at(span)), false);
        let supposed = || scope.evaluate_node(&input.value, input.key_span);
        let input = self.template.evaluator.supposing(input.value.span, supposed);
        let term = Term::call("copy", [count.term(), input.term()]);
        let unknown = SecretParts::of(&input).of_elements().unknown(term).typed(Some(Type::Array));
        Value { assumed: count.assumed, ..Value::new(unknown.into(), Origin::at(span)) }
    }

    /// See [`Template::place`].
    pub(super) fn place(&self, what: &'static str, span: Span) -> Term {
        self.template.place(what, span)
    }

    /// What a condition decides here: one that hangs on the default of a parameter decides nothing, unless
    /// the defaults are what will be deployed.
    pub fn decides(&self, condition: &Value) -> Truth {
        if condition.assumed && !self.template.evaluator.defaults_decide {
            return Truth::Unknown;
        }
        condition.truth()
    }
}

impl Scope for TemplateScope {
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value {
        self.evaluate_node(node, anchor)
    }

    fn key(self: Rc<Self>, member: &Member) -> Text {
        let written = &member.key.text;
        if let Some(expression) = member.key.expression() {
            let value = self.evaluate_whole(expression.into(), member.key_span);
            return value.text().unwrap_or_else(|| Text::Known(written.clone()));
        }
        if !parser::is_expression(written) {
            return Text::Known(parser::unescaped(written));
        }
        let value = self.evaluate_text(&member.key, member.key_span);
        value.text().unwrap_or_else(|| Text::Known(written.clone()))
    }

    fn copies(self: Rc<Self>, member: &Member) -> Option<Vec<(SmolStr, Value)>> {
        let entries = member.value.elements();
        if entries.is_empty() || !entries.iter().all(is_copy_entry) {
            return None;
        }
        let make = |entry: &Node| Some((self.loop_name(entry)?, self.copy_entry(entry)));
        Some(entries.iter().filter_map(make).collect())
    }
}

/// Whether a node is an entry of a property, variable or output loop.
pub(super) fn is_copy_entry(node: &Node) -> bool {
    ["name", "count", "input"].iter().all(|key| node.get(key).is_some())
}

/// The scope of files whose strings are no template expressions: Git folders and parameter files.
#[derive(Clone, Copy, Debug)]
pub struct LiteralScope;

/// The value of a node in a file without template expressions.
pub fn literal(node: &Node, anchor: Span) -> Value {
    match &node.kind {
        NodeKind::String(scalar) => token::written(&scalar.text, node.span, false)
            .unwrap_or_else(|| Value::string(scalar.text.clone(), node.span)),
        _ => plain(node, anchor, &Rc::new(LiteralScope), |element| literal(element, element.span)),
    }
}

impl Scope for LiteralScope {
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value {
        literal(node, anchor)
    }

    fn key(self: Rc<Self>, member: &Member) -> Text {
        Text::Known(member.key.text.clone())
    }

    fn copies(self: Rc<Self>, _member: &Member) -> Option<Vec<(SmolStr, Value)>> {
        None
    }
}

/// The value of a node; a string is what it says.
pub(crate) fn plain<S: Scope + 'static>(
    node: &Node,
    anchor: Span,
    scope: &Rc<S>,
    element: impl Fn(&Node) -> Value,
) -> Value {
    let kind = match &node.kind {
        NodeKind::Null => ValueKind::Null,
        NodeKind::Bool(value) => ValueKind::Bool(*value),
        NodeKind::Number(number) => ValueKind::Number(*number),
        NodeKind::String(scalar) => ValueKind::Text(Text::Known(scalar.text.clone())),
        NodeKind::Array(elements) => ValueKind::Array(elements.iter().map(element).collect()),
        NodeKind::Object(members) => Object::written(members.clone(), anchor, scope.clone()).into(),
        // What has expressions has a scope that evaluates them.
        NodeKind::Expression(_) | NodeKind::Invalid => {
            return Value::unknown(Reason::Error, Term::symbol("invalid()"), node.span);
        }
    };
    Value::new(kind, Origin::at(node.span))
}
