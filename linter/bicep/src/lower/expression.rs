//! Expressions, as the template language has them.
//!
//! Source: Azure/bicep, Bicep.Core/Emit/ExpressionConverter.cs and Intermediate/ExpressionBuilder.cs, 0.46.

use armlint_engine::span::Span;
use armlint_engine::syntax::{CallNode, ExpressionNode, ExpressionNodeKind, Scalar};
use smol_str::SmolStr;

use super::make::{call, called, integer, property, text, unknown};
use super::unit::{Import, Unit};
use super::{Frame, Lowering, Used};
use crate::parser::is_parameters;
use crate::syntax::{
    Binary, Call, Element, Entry, Expression, ExpressionKind, Key, Loop, Name, Operator, Piece,
};

/// How deep expressions may lead from one to another; one of a file is at most [`crate::syntax::MAX_HEIGHT`] high.
const MAX_NESTING: usize = 400;

/// The namespace that functions of a file are in.
pub(super) const FUNCTIONS: &str = "__bicep";

impl<'f> Lowering<'f> {
    /// An expression. What leads back to itself, or is more than a template may be, is unknown.
    pub(super) fn expression(&mut self, written: &'f Expression) -> ExpressionNode {
        self.copies += 1;
        if self.nesting >= MAX_NESTING || self.copies > self.budget() {
            return unknown(written.span);
        }
        self.nesting += 1;
        let made = self.made(written);
        self.nesting -= 1;
        made
    }

    fn made(&mut self, written: &'f Expression) -> ExpressionNode {
        let span = written.span;
        match &written.kind {
            ExpressionKind::Null => call("null", [], span),
            ExpressionKind::Bool(true) => call("true", [], span),
            ExpressionKind::Bool(false) => call("false", [], span),
            ExpressionKind::Integer(number) => integer(i64::try_from(*number).unwrap_or(i64::MAX), span),
            ExpressionKind::Text(scalar) => text(scalar.text.clone(), span),
            ExpressionKind::Interpolated(pieces) => self.interpolated(pieces, span),
            ExpressionKind::Name(name) => self.name(name, span),
            ExpressionKind::Call(own) => self.call(own, span),
            ExpressionKind::Method(method) => self.method(&method.0, &method.1, span),
            ExpressionKind::Property(_) | ExpressionKind::Index(_) | ExpressionKind::Nested(_) => {
                self.access(written)
            }
            ExpressionKind::NonNull(inner) | ExpressionKind::Parenthesised(inner) => {
                ExpressionNode { span, ..self.expression(inner) }
            }
            ExpressionKind::Not(inner) => call("not", [self.expression(inner)], span),
            ExpressionKind::Negative(inner) => self.negative(inner, span),
            ExpressionKind::Binary(binary) => self.binary(binary, span),
            ExpressionKind::Ternary(parts) => {
                let [condition, then, otherwise] = &**parts;
                let parts = [condition, then, otherwise].map(|part| self.expression(part));
                call("if", parts, span)
            }
            ExpressionKind::Lambda(lambda) => self.lambda(&lambda.0, &lambda.1, span),
            ExpressionKind::Object(entries) => self.object(entries, span),
            ExpressionKind::Array(elements) => self.array(elements, span),
            ExpressionKind::For(each) => self.mapped(&each.0, &each.1, span),
            ExpressionKind::Broken => unknown(span),
        }
    }

    pub(super) fn expressions(&mut self, written: &'f [Expression]) -> Vec<ExpressionNode> {
        written.iter().map(|written| self.expression(written)).collect()
    }

    fn negative(&mut self, inner: &'f Expression, span: Span) -> ExpressionNode {
        if let Some(number) = negated(inner) {
            return integer(number, span);
        }
        call("sub", [integer(0, span), self.expression(inner)], span)
    }

    // A literal piece is an argument of its own, so that it has a place of its own.
    fn interpolated(&mut self, pieces: &'f [Piece], span: Span) -> ExpressionNode {
        let mut arguments = vec![text("", span)];
        let mut pattern = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(scalar, _) if scalar.text.is_empty() => continue,
                Piece::Text(scalar, token) => {
                    arguments.push(text(scalar.text.clone(), inner(scalar, *token)))
                }
                Piece::Hole(hole) => arguments.push(self.expression(hole)),
            }
            pattern.push_str(&format!("{{{}}}", arguments.len() - 2));
        }
        arguments[0] = text(pattern, Span { end: span.start, ..span });
        called("format".into(), span, arguments, span)
    }

    fn binary(&mut self, binary: &'f Binary, span: Span) -> ExpressionNode {
        let at = binary.operator_span;
        let mut left = self.expression(&binary.left);
        let mut right = self.expression(&binary.right);
        let name = match binary.operator {
            Operator::Add => "add",
            Operator::Subtract => "sub",
            Operator::Multiply => "mul",
            Operator::Divide => "div",
            Operator::Modulo => "mod",
            Operator::Less => "less",
            Operator::LessOrEqual => "lessOrEquals",
            Operator::Greater => "greater",
            Operator::GreaterOrEqual => "greaterOrEquals",
            Operator::And => "and",
            Operator::Or => "or",
            Operator::Coalesce => "coalesce",
            Operator::Equal | Operator::NotEqual => "equals",
            Operator::EqualInsensitive | Operator::NotEqualInsensitive => {
                let lower = |side: ExpressionNode| {
                    let span = side.span;
                    call("toLower", [side], span)
                };
                (left, right) = (lower(left), lower(right));
                "equals"
            }
        };
        let made = called(SmolStr::new_static(name), at, vec![left, right], span);
        match binary.operator {
            Operator::NotEqual | Operator::NotEqualInsensitive => call("not", [made], span),
            _ => made,
        }
    }

    fn lambda(&mut self, names: &'f [Name], body: &'f Expression, span: Span) -> ExpressionNode {
        let frame = variables(names.iter());
        let mut arguments: Vec<ExpressionNode> =
            names.iter().map(|name| text(name.text.clone(), name.span)).collect();
        arguments.push(self.within(frame, |lowering| lowering.expression(body)));
        called("lambda".into(), span, arguments, span)
    }

    // A loop where the template language has none.
    fn mapped(&mut self, each: &'f Loop, body: &'f Expression, span: Span) -> ExpressionNode {
        let source = self.expression(&each.source);
        let names: Vec<&Name> = std::iter::once(&each.item).chain(&each.index).collect();
        let frame = variables(names.iter().copied());
        let mut arguments: Vec<ExpressionNode> =
            names.iter().map(|name| text(name.text.clone(), name.span)).collect();
        arguments.push(self.within(frame, |lowering| lowering.expression(body)));
        let lambda = called("lambda".into(), span, arguments, span);
        call("map", [source, lambda], span)
    }

    fn object(&mut self, entries: &'f [Entry], span: Span) -> ExpressionNode {
        let mut chunks = Vec::new();
        let mut members = Vec::new();
        let mut spreads = false;
        for entry in entries {
            match entry {
                Entry::Member(member) => {
                    members.push(match &member.key {
                        Key::Known(key) => text(key.text.clone(), member.key_span),
                        Key::Computed(key) => self.expression(key),
                    });
                    members.push(self.expression(&member.value));
                }
                Entry::Spread(value) => {
                    spreads = true;
                    if !members.is_empty() {
                        chunks.push(called("createObject".into(), span, std::mem::take(&mut members), span));
                    }
                    chunks.push(self.expression(value));
                }
                // Whatever it is, there is more in the object.
                Entry::Broken(broken) => {
                    spreads = true;
                    if !members.is_empty() {
                        chunks.push(called("createObject".into(), span, std::mem::take(&mut members), span));
                    }
                    chunks.push(unknown(*broken));
                }
                Entry::Resource(_) => {}
            }
        }
        if !spreads {
            return called("createObject".into(), span, members, span);
        }
        if !members.is_empty() {
            chunks.push(called("createObject".into(), span, members, span));
        }
        call("shallowMerge", [called("createArray".into(), span, chunks, span)], span)
    }

    fn array(&mut self, elements: &'f [Element], span: Span) -> ExpressionNode {
        let mut chunks = Vec::new();
        let mut values = Vec::new();
        let mut spreads = false;
        for element in elements {
            match element {
                Element::Value(value) => values.push(self.expression(value)),
                Element::Spread(value) => {
                    spreads = true;
                    if !values.is_empty() {
                        chunks.push(called("createArray".into(), span, std::mem::take(&mut values), span));
                    }
                    chunks.push(self.expression(value));
                }
            }
        }
        if !spreads {
            return called("createArray".into(), span, values, span);
        }
        if !values.is_empty() {
            chunks.push(called("createArray".into(), span, values, span));
        }
        call("flatten", [called("createArray".into(), span, chunks, span)], span)
    }

    fn name(&mut self, name: &SmolStr, span: Span) -> ExpressionNode {
        if let Some(value) = self.local(name, span) {
            return value;
        }
        let own = self.own();
        if let Some(found) = self.found_by_name(name) {
            self.mention(&found, span);
            return self.referred(&found, true, span);
        }
        if own.parameters.contains_key(name.as_str()) && !self.in_function {
            return call("parameters", [text(name.clone(), span)], span);
        }
        if own.variables.contains_key(name.as_str()) {
            return self.variable(self.unit, name, span);
        }
        if let Some(value) = own.assignments.get(name.as_str()).copied() {
            let value = self.at_top(self.unit, |lowering| lowering.expression(value));
            return ExpressionNode { span, ..value };
        }
        match own.imports.get(name).cloned() {
            Some(import) => self.imported(&import, span),
            None if is_parameters(&own.source.path) => unknown(span),
            None if own.wildcards.contains_key(name) || self.is_broken_name(name) => unknown(span),
            // The engine says that there is no such name.
            None => call("variables", [text(name.clone(), span)], span),
        }
    }

    // What has no name of its own here, or is told by the parser.
    fn is_broken_name(&self, name: &str) -> bool {
        name.is_empty() || ["this", "sys", "az"].contains(&name) || self.own().extensions.contains_key(name)
    }

    /// The name that a variable has in the template.
    pub(super) fn name_in_template(&self, unit: usize, name: &SmolStr) -> SmolStr {
        match unit {
            0 => name.clone(),
            _ => smol_str::format_smolstr!("_{unit}.{name}"),
        }
    }

    pub(super) fn variable(&mut self, unit: usize, name: &SmolStr, span: Span) -> ExpressionNode {
        if is_parameters(&self.units[0].source.path) {
            return self.inlined(unit, name, span);
        }
        self.note(Used::Variable, unit, name);
        call("variables", [text(self.name_in_template(unit, name), span)], span)
    }

    // A file of parameters makes no variables: what one is stands in its place.
    fn inlined(&mut self, unit: usize, name: &SmolStr, span: Span) -> ExpressionNode {
        let value = self.units[unit].variables.get(name.as_str()).map(|(variable, _)| &variable.value);
        let read = |value| self.at_top(unit, |lowering| lowering.expression(value));
        value.map(read).map_or_else(|| unknown(span), |value| ExpressionNode { span, ..value })
    }

    /// What is imported, where it is a variable.
    pub(super) fn imported(&mut self, import: &Import, span: Span) -> ExpressionNode {
        let Some(unit) = import.unit else { return unknown(span) };
        let found = self.resolved(unit, &import.name);
        match found {
            Some((unit, name)) if self.has_variable(unit, &name) => self.variable(unit, &name, span),
            _ => unknown(span),
        }
    }

    fn has_variable(&self, unit: usize, name: &str) -> bool {
        let unit = &self.units[unit];
        match unit.template {
            Some(template) => super::template::exported_variable(template, name).is_some(),
            None => unit.variables.contains_key(name),
        }
    }

    // The file that declares what another one may only pass on.
    pub(super) fn resolved(&self, unit: usize, name: &SmolStr) -> Option<(usize, SmolStr)> {
        let (mut unit, mut name) = (unit, name.clone());
        for _ in 0..16 {
            let here: &Unit<'f> = &self.units[unit];
            match here.imports.get(&name) {
                Some(import) => {
                    unit = import.unit?;
                    name = import.name.clone();
                }
                None => return Some((unit, name)),
            }
        }
        None
    }

    fn call(&mut self, own: &'f Call, span: Span) -> ExpressionNode {
        let name = &own.name.text;
        let unit = self.own();
        if unit.functions.contains_key(name.as_str()) {
            return self.user_call(self.unit, name, own, span);
        }
        match unit.imports.get(name).cloned() {
            Some(import) => self.imported_call(import.unit, &import.name, own, span),
            None => self.built_in(own, span),
        }
    }

    pub(super) fn imported_call(
        &mut self,
        unit: Option<usize>,
        name: &SmolStr,
        own: &'f Call,
        span: Span,
    ) -> ExpressionNode {
        let Some((unit, name)) = unit.and_then(|unit| self.resolved(unit, name)) else {
            return unknown(span);
        };
        match self.units[unit].template {
            Some(template) => {
                let is_there = super::template::exported_function(template, &name).is_some();
                if is_there { self.user_call(unit, &name, own, span) } else { unknown(span) }
            }
            None if self.units[unit].functions.contains_key(name.as_str()) => {
                self.user_call(unit, &name, own, span)
            }
            None => unknown(span),
        }
    }

    fn user_call(&mut self, unit: usize, name: &SmolStr, own: &'f Call, span: Span) -> ExpressionNode {
        // A file of parameters declares no functions for its template.
        if is_parameters(&self.units[0].source.path) {
            return unknown(span);
        }
        self.note(Used::Function, unit, name);
        let arguments = self.expressions(&own.arguments);
        let name = self.name_in_template(unit, name);
        let namespace = Some(SmolStr::new_static(FUNCTIONS));
        let call = CallNode { namespace, name, name_span: own.name.span, arguments };
        ExpressionNode { kind: ExpressionNodeKind::Call(Box::new(call)), span }
    }

    /// A function of the language.
    pub(super) fn built_in(&mut self, own: &'f Call, span: Span) -> ExpressionNode {
        let name = own.name.text.as_str();
        match (name, own.arguments.as_slice()) {
            ("any", [value]) => return ExpressionNode { span, ..self.expression(value) },
            ("nameof", [value]) => return text(last_name(value), span),
            ("resourceGroup" | "subscription" | "managementGroup", [_, ..]) => {
                return call("createObject", [], span);
            }
            ("readEnvironmentVariable" | "externalInput" | "readEnvVar" | "readCliArg", _) => {
                return unknown(span);
            }
            _ => {}
        }
        if let Some(loaded) = self.loaded(own, span) {
            return loaded;
        }
        let arguments = self.expressions(&own.arguments);
        called(own.name.text.clone(), own.name.span, arguments, span)
    }

    /// The element and the index of an instance of a loop.
    pub(super) fn instance(&self, each: &'f Loop, source: ExpressionNode, index: ExpressionNode) -> Frame {
        let span = each.item.span;
        let element = super::make::index(source, index.clone(), span);
        let mut frame = vec![(each.item.text.clone(), element)];
        frame.extend(each.index.as_ref().map(|name| (name.text.clone(), index)));
        frame
    }

    /// `copyIndex('name')`.
    pub(super) fn copy_index(name: SmolStr, span: Span) -> ExpressionNode {
        call("copyIndex", [text(name, span)], span)
    }

    /// `deployment().name`.
    pub(super) fn deployment_name(span: Span) -> ExpressionNode {
        property(call("deployment", [], span), "name", span, span)
    }
}

// The variables of a lambda.
fn variables<'n>(names: impl Iterator<Item = &'n Name>) -> Frame {
    let variable = |name: &Name| {
        (name.text.clone(), call("lambdaVariables", [text(name.text.clone(), name.span)], name.span))
    };
    names.map(variable).collect()
}

/// The place of the text of a piece, without what stands around it.
fn inner(scalar: &Scalar, token: Span) -> Span {
    scalar.span(token, 0, scalar.text.len())
}

/// The number that a literal behind a minus is.
pub(super) fn negated(inner: &Expression) -> Option<i64> {
    match inner.kind {
        ExpressionKind::Integer(number) => i64::try_from(-i128::from(number)).ok(),
        _ => None,
    }
}

// The last name of a chain.
fn last_name(written: &Expression) -> SmolStr {
    match &written.bare().kind {
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Property(property) => property.name.text.clone(),
        ExpressionKind::Nested(nested) => nested.1.text.clone(),
        ExpressionKind::Index(index) => index.index.text().map(|text| text.text.clone()).unwrap_or_default(),
        _ => SmolStr::default(),
    }
}
