//! From a file of parameters to the parameter file that the compiler makes of it.
//!
//! What is not a literal is an expression for the template to evaluate. It has no names of this file: what a variable
//! or another parameter is stands in its place.

use armlint_engine::syntax::{Member, Node, NodeKind};

use super::make::{evaluated, made_string, member, object, string, unknown};
use super::{Lowering, Unit};
use crate::syntax::{Expression, ExpressionKind, Name, StatementKind};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";

/// How many files extend each other.
const MAX_BASES: usize = 16;

/// A value that a file gives to a parameter, and the file.
type Assigned<'f> = (usize, &'f Name, &'f Expression);

impl<'f> Lowering<'f> {
    /// The parameter file that the file is.
    pub(super) fn parameter_file(mut self) -> Node {
        let own = self.own();
        let start = own.start();
        let mut members = vec![
            member("$schema", start, made_string(SCHEMA, start)),
            member("contentVersion", start, made_string("1.0.0.0", start)),
        ];
        members.extend(used_template(own));
        let mut parameters = Vec::new();
        for (unit, name, value) in self.assigned() {
            let entry = self.at_top(unit, |lowering| lowering.entry(value));
            parameters.extend(entry.map(|entry| member(name.text.clone(), name.span, entry)));
        }
        members.push(member("parameters", start, object(parameters, start)));
        object(members, own.source.span())
    }

    // What the file gives, and what those that it extends give beside that.
    fn assigned(&self) -> Vec<Assigned<'f>> {
        let mut found: Vec<Assigned<'f>> = Vec::new();
        let mut next = Some(0);
        for _ in 0..MAX_BASES {
            let Some(at) = next else { break };
            let unit = &self.units[at];
            for statement in &unit.file.statements {
                if let StatementKind::Assignment(name, value) = &statement.kind
                    && !found.iter().any(|(_, own, _)| own.text == name.text)
                {
                    found.push((at, name, value));
                }
            }
            next = unit.base;
        }
        found
    }

    // None for null, which assigns nothing.
    fn entry(&mut self, written: &'f Expression) -> Option<Node> {
        let span = written.span;
        if matches!(written.bare().kind, ExpressionKind::Null) {
            return None;
        }
        if let Some(reference) = self.vault_reference(written) {
            return Some(object(vec![member("reference", span, reference)], span));
        }
        let value = self.value(written);
        let key = if is_literal(&value) { "value" } else { "expression" };
        Some(object(vec![member(key, span, value)], span))
    }

    // `getSecret(subscription, group, vault, secret, version)`.
    fn vault_reference(&mut self, written: &'f Expression) -> Option<Node> {
        let call = match &written.bare().kind {
            ExpressionKind::Call(call) => call,
            ExpressionKind::Method(method) if method.0.name().is_some_and(|name| name == "az") => &method.1,
            _ => return None,
        };
        let [subscription, group, vault, secret, version @ ..] = call.arguments.as_slice() else {
            return None;
        };
        if call.name.text != "getSecret" {
            return None;
        }
        let span = written.span;
        let known = |part: &Expression| part.text().map(|text| text.text.clone());
        let id = match (known(subscription), known(group), known(vault)) {
            (Some(subscription), Some(group), Some(vault)) => {
                let group = format!("/subscriptions/{subscription}/resourceGroups/{group}");
                made_string(format!("{group}/providers/Microsoft.KeyVault/vaults/{vault}"), span)
            }
            _ => evaluated(unknown(span)),
        };
        let vault = object(vec![member("id", span, id)], span);
        let mut members = vec![member("keyVault", span, vault)];
        for (key, value) in
            ["secretName", "secretVersion"].into_iter().zip(std::iter::once(secret).chain(version))
        {
            members.push(member(key, value.span, self.value(value)));
        }
        Some(object(members, span))
    }
}

// The template that the values are for.
fn used_template(unit: &Unit<'_>) -> Option<Member> {
    let path = unit.file.statements.iter().find_map(|statement| match &statement.kind {
        StatementKind::Using(path, _) => path.as_ref(),
        _ => None,
    })?;
    let template = member("template", path.span, string(path.text()?, path.span));
    Some(member("metadata", path.span, object(vec![template], path.span)))
}

fn is_literal(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Expression(_) => false,
        NodeKind::Array(elements) => elements.iter().all(is_literal),
        NodeKind::Object(members) => members
            .iter()
            .all(|own| own.key.expression().is_none() && own.key.text != "copy" && is_literal(&own.value)),
        _ => true,
    }
}
