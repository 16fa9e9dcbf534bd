//! The outputs of a template as an object of `{type, value}` objects, each evaluated when it is asked for.
//!
//! A loop (`copy`) makes an array of its inputs, a false condition takes the output away, and the value
//! of an output of a secure type is a secret.

use std::rc::Rc;

use smol_str::SmolStr;

use super::definition;
use super::scope::TemplateScope;
use crate::span::Span;
use crate::syntax::{List, Member, Node, NodeKind};
use crate::value::{Entry, Object, Origin, Scope, Text, Value, ValueKind};

struct OutputScope {
    members: List<Member>,
    /// The template's object: its definitions say what the types are.
    template: Node,
    scope: Rc<TemplateScope>,
}

/// The outputs that the object of a template declares, evaluated in a scope: its own, or that of its
/// parent. An empty object where it declares none.
pub(super) fn outputs(template: &Node, scope: &Rc<TemplateScope>, span: Span) -> Value {
    let object = match template.get("outputs") {
        Some(Member { value: Node { kind: NodeKind::Object(members), .. }, key_span, .. }) => {
            let outputs =
                OutputScope { members: members.clone(), template: template.clone(), scope: scope.clone() };
            Object::written(members.clone(), *key_span, Rc::new(outputs))
        }
        _ => Object::built([]),
    };
    Value::new(object.into(), Origin::at(span))
}

impl OutputScope {
    fn value(&self, node: &Node, anchor: Span) -> Value {
        let Some(copy) = node.value("copy").filter(|copy| copy.is_object()) else {
            return match node.get("value") {
                Some(value) => self.scope.evaluate_node(&value.value, value.key_span),
                None => Value::absent(anchor),
            };
        };
        // The loop bears the name of its output.
        let owner = self.members.iter().find(|member| member.key_span == anchor);
        let name = owner.map_or("", |member| member.key.text.as_str());
        self.scope.copy_loop(name, copy)
    }
}

impl Scope for OutputScope {
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value {
        if !node.is_object() {
            return self.scope.evaluate_node(node, anchor);
        }
        if let Some(condition) = node.get("condition") {
            let condition = self.scope.evaluate_node(&condition.value, condition.key_span);
            if self.scope.decides(&condition).is_false() {
                return Value::absent(anchor);
            }
        }
        let ty = definition::declared_type(node, &self.template);
        let value = self.value(node, anchor);
        let value = if ty.secure() { value.secured() } else { value };
        let text = Value::new(ValueKind::Text(Text::Known(ty.name)), Origin::at(anchor));
        let entries = [("type", text), ("value", value)];
        let entries = entries.map(|(key, value)| Entry { key: key.into(), value, key_span: None });
        Value::new(Object::built(entries).into(), Origin::at(node.span))
    }

    fn key(self: Rc<Self>, member: &Member) -> Text {
        Text::Known(member.key.text.clone())
    }

    fn copies(self: Rc<Self>, _member: &Member) -> Option<Vec<(SmolStr, Value)>> {
        None
    }
}
