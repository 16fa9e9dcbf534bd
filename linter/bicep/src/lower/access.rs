//! What expressions look up: members, elements, and what resources and modules have.

use armlint_engine::span::Span;
use armlint_engine::syntax::{ExpressionNode, ExpressionNodeKind};
use smol_str::{SmolStr, format_smolstr};

use super::make::{as_call, call, called, index, property, text, unknown};
use super::{Lowering, Place};
use crate::syntax::{Call, Expression, ExpressionKind, Name};

/// A resource, and which one of a loop.
#[derive(Clone, Copy)]
pub(super) struct Found<'f> {
    pub(super) resource: usize,
    pub(super) index: Option<&'f Expression>,
}

/// What is known of a resource without asking Azure.
pub(super) const WRITTEN: [&str; 4] = ["id", "name", "type", "apiVersion"];

impl<'f> Lowering<'f> {
    /// The resource that a name means here, perhaps through a variable that is nothing else.
    pub(super) fn found_by_name(&mut self, name: &str) -> Option<Found<'f>> {
        if self.is_local(name) {
            return None;
        }
        let own = self.own();
        if let Some(resource) = own.named(name, self.around) {
            return Some(Found { resource, index: None });
        }
        if own.parameters.contains_key(name) {
            return None;
        }
        let value = own.variables.get(name)?.0.value.bare();
        let is_symbol = match &value.kind {
            ExpressionKind::Name(other) => other != name,
            ExpressionKind::Nested(_) => true,
            ExpressionKind::Index(index) => {
                matches!(index.base.kind, ExpressionKind::Name(_) | ExpressionKind::Nested(_))
            }
            _ => false,
        };
        if !is_symbol {
            return None;
        }
        let unit = self.unit;
        self.deeper(|lowering| lowering.at_top(unit, |lowering| lowering.found(value))).flatten()
    }

    /// The resource that an expression means.
    pub(super) fn found(&mut self, written: &'f Expression) -> Option<Found<'f>> {
        match &written.bare().kind {
            ExpressionKind::Name(name) => {
                let found = self.found_by_name(name)?;
                self.mention(&found, written.span);
                Some(found)
            }
            ExpressionKind::Index(access) => {
                let base = access.base.bare();
                if !matches!(base.kind, ExpressionKind::Name(_) | ExpressionKind::Nested(_)) {
                    return None;
                }
                let found = self.found(base)?;
                let is_loop = self.own().resources[found.resource].is_loop();
                let fits = is_loop && found.index.is_none() && access.index.text().is_none();
                fits.then_some(Found { index: Some(&access.index), ..found })
            }
            ExpressionKind::Nested(nested) => {
                let above = self.found(&nested.0)?;
                let resource = self.own().child(above.resource, &nested.1.text)?;
                let found = Found { resource, ..above };
                self.mention(&found, written.span);
                Some(found)
            }
            _ => None,
        }
    }

    // Notes that something else than an existing resource mentions it.
    pub(super) fn mention(&mut self, found: &Found<'f>, span: Span) {
        let declared = &self.own().resources[found.resource];
        if self.unit == 0 && declared.node.existing && !declared.statement.span.contains(span) {
            self.mentioned.entry(declared.key.clone()).or_insert(span);
        }
    }

    /// Reads something in the body of a resource: of a loop, in that of the instance at an index.
    pub(super) fn in_body<T>(&mut self, found: &Found<'f>, read: impl FnOnce(&mut Self) -> T) -> T {
        let declared = &self.own().resources[found.resource];
        let frames = match (declared.each(), found.index) {
            (Some(each), Some(at)) => {
                let at = self.expression(at);
                let unit = self.unit;
                let around = Place { unit, frames: Vec::new(), around: declared.parent, in_function: false };
                let source = self.elsewhere(around, |lowering| lowering.expression(&each.source));
                vec![self.instance(each, source, at)]
            }
            (Some(_), None) => self.frames.clone(),
            (None, _) => Vec::new(),
        };
        let place = Place { unit: self.unit, frames, around: Some(found.resource), in_function: false };
        self.elsewhere(place, read)
    }

    /// `reference` to a resource or module.
    pub(super) fn referred(&mut self, found: &Found<'f>, full: bool, span: Span) -> ExpressionNode {
        let declared = &self.own().resources[found.resource];
        let key = text(declared.key.clone(), span);
        let full = full && !declared.is_module;
        if declared.is_loop() && found.index.is_none() {
            return match full {
                true => call("references", [key, text("full", span)], span),
                false => call("references", [key], span),
            };
        }
        let symbol = match found.index {
            None => key,
            Some(at) => {
                let pattern = text(format_smolstr!("{}[{{0}}]", declared.key), span);
                let at = self.expression(at);
                call("format", [pattern, at], span)
            }
        };
        if declared.is_module || !declared.is_azure {
            return call("reference", [symbol], span);
        }
        let version = text(declared.version.clone(), span);
        match (full, declared.node.existing) {
            (true, _) => call("reference", [symbol, version, text("full", span)], span),
            (false, true) => call("reference", [symbol, version], span),
            (false, false) => call("reference", [symbol], span),
        }
    }

    pub(super) fn access(&mut self, written: &'f Expression) -> ExpressionNode {
        let span = written.span;
        match &written.kind {
            ExpressionKind::Nested(_) => match self.found(written) {
                Some(found) => self.referred(&found, true, span),
                None => unknown(span),
            },
            ExpressionKind::Property(own) => {
                let name = &own.name;
                self.member(&own.base, name, own.safe, span)
            }
            ExpressionKind::Index(own) => {
                if let Some(found) = self.found(written) {
                    return self.referred(&found, true, span);
                }
                if let Some(key) = own.index.text().filter(|_| !own.from_end) {
                    let name = Name { text: key.text.clone(), span: own.index.span };
                    return self.member(&own.base, &name, own.safe, span);
                }
                let at = self.expression(&own.index);
                let base = self.expression(&own.base);
                looked_up(&own.base, base, at, own.safe, own.from_end, span)
            }
            _ => unknown(span),
        }
    }

    fn member(&mut self, base: &'f Expression, name: &Name, safe: bool, span: Span) -> ExpressionNode {
        let inner = base.bare();
        if let Some(alias) = inner.name()
            && !self.is_local(alias)
            && let Some(unit) = self.own().wildcards.get(alias).copied()
        {
            let import = super::unit::Import { unit, name: name.text.clone() };
            return self.imported(&import, span);
        }
        if let Some(output) = self.output(inner, name, safe, span) {
            return output;
        }
        if let Some(found) = self.found(base) {
            return match self.own().resources[found.resource].is_module {
                true => self.of_module(&found, name, safe, span),
                false => self.of_resource(&found, name, safe, span),
            };
        }
        if let Some(value) = self.of_resource_parameter(inner, name, safe, span) {
            return value;
        }
        let base_value = self.expression(base);
        let key = text(name.text.clone(), name.span);
        if safe || is_open_chain(base, &base_value) {
            return looked_up(base, base_value, key, safe, false, span);
        }
        property(base_value, name.text.clone(), name.span, span)
    }

    // `module.outputs.name`, whose value is a member of what there is.
    fn output(
        &mut self,
        base: &'f Expression,
        name: &Name,
        safe: bool,
        span: Span,
    ) -> Option<ExpressionNode> {
        let ExpressionKind::Property(outputs) = &base.kind else { return None };
        if outputs.name.text != "outputs" {
            return None;
        }
        let found = self.found(&outputs.base)?;
        if !self.own().resources[found.resource].is_module {
            return None;
        }
        let base = self.of_module(&found, &outputs.name, outputs.safe, base.span);
        let key = text(name.text.clone(), name.span);
        let value = text("value", name.span);
        if safe {
            return Some(call("tryGet", [call("tryGet", [base, key], span), value], span));
        }
        if let Some(chain) = as_call(&base, &["tryGet"]) {
            let arguments = chain.arguments.iter().cloned().chain([key, value]).collect();
            return Some(called("tryGet".into(), span, arguments, span));
        }
        let member = property(base, name.text.clone(), name.span, span);
        Some(property(member, "value", name.span, span))
    }

    fn of_module(&mut self, found: &Found<'f>, name: &Name, safe: bool, span: Span) -> ExpressionNode {
        match name.text.as_str() {
            "name" => {
                let own = self.module_name(found, span);
                self.guarded(found, safe, own, span)
            }
            "outputs" => {
                let deployment = self.referred(found, false, span);
                match safe {
                    true => {
                        let guarded = self.guarded(found, true, deployment, span);
                        call("tryGet", [guarded, text("outputs", name.span)], span)
                    }
                    false => property(deployment, "outputs", name.span, span),
                }
            }
            _ => unknown(span),
        }
    }

    fn of_resource(&mut self, found: &Found<'f>, name: &Name, safe: bool, span: Span) -> ExpressionNode {
        let declared = &self.own().resources[found.resource];
        let key = || text(name.text.clone(), name.span);
        if !declared.is_azure {
            let value = self.referred(found, false, span);
            return match safe {
                true => call("tryGet", [value, key()], span),
                false => property(value, name.text.clone(), name.span, span),
            };
        }
        match name.text.as_str() {
            "id" => {
                let id = self.id_at(found, span);
                self.guarded(found, safe, id, span)
            }
            "name" => {
                let own = self.in_body(found, |lowering| lowering.own_name(found.resource));
                self.guarded(found, safe, ExpressionNode { span, ..own }, span)
            }
            "type" => text(declared.ty.clone(), span),
            "apiVersion" => text(declared.version.clone(), span),
            "properties" if !safe => self.referred(found, false, span),
            _ => {
                let full = self.referred(found, true, span);
                let value = self.guarded(found, safe, full, span);
                match safe {
                    true => call("tryGet", [value, key()], span),
                    false => property(value, name.text.clone(), name.span, span),
                }
            }
        }
    }

    // A safe look-up in a resource with a condition is null where this does not hold.
    fn guarded(
        &mut self,
        found: &Found<'f>,
        safe: bool,
        value: ExpressionNode,
        span: Span,
    ) -> ExpressionNode {
        if !safe {
            return value;
        }
        let condition = self.in_body(found, |lowering| lowering.conditions(found.resource));
        match condition {
            Some(condition) => call("if", [condition, value, call("null", [], span)], span),
            None => value,
        }
    }

    // A parameter of the type of a resource is the id of one.
    fn of_resource_parameter(
        &mut self,
        base: &'f Expression,
        name: &Name,
        safe: bool,
        span: Span,
    ) -> Option<ExpressionNode> {
        let parameter = base.name().filter(|own| !self.is_local(own))?;
        let (declared, _) = self.own().parameters.get(parameter.as_str())?;
        let crate::syntax::TypeKind::Resource(ty) = &declared.ty.kind else { return None };
        let written = ty.as_ref().and_then(|ty| ty.text()).map(|text| text.text.clone()).unwrap_or_default();
        let (ty, version) = written.split_once('@').unwrap_or((&written, ""));
        let id = call("parameters", [text(parameter.clone(), base.span)], base.span);
        Some(match name.text.as_str() {
            "id" => id,
            "name" => call("last", [call("split", [id, text("/", span)], span)], span),
            "type" => text(ty, span),
            "apiVersion" => text(version, span),
            _ => {
                let full = call("reference", [id, text(version, span), text("full", span)], span);
                match safe {
                    true => call("tryGet", [full, text(name.text.clone(), name.span)], span),
                    false => property(full, name.text.clone(), name.span, span),
                }
            }
        })
    }

    pub(super) fn method(&mut self, base: &'f Expression, own: &'f Call, span: Span) -> ExpressionNode {
        if let Some(found) = self.found(base) {
            let declared = &self.own().resources[found.resource];
            if !declared.is_azure {
                return unknown(span);
            }
            let mut arguments = vec![self.id_at(&found, base.span)];
            arguments.extend(self.expressions(&own.arguments));
            if own.arguments.is_empty() {
                arguments.push(text(declared.version.clone(), span));
            }
            return match own.name.text.starts_with("list") {
                true => called(own.name.text.clone(), own.name.span, arguments, span),
                false => unknown(span),
            };
        }
        let Some(alias) = base.bare().name().filter(|alias| !self.is_local(alias)) else {
            return unknown(span);
        };
        if let Some(unit) = self.own().wildcards.get(alias).copied() {
            return self.imported_call(unit, &own.name.text, own, span);
        }
        let is_declared = |name: &SmolStr| {
            let unit = self.own();
            unit.variables.contains_key(name.as_str()) || unit.parameters.contains_key(name.as_str())
        };
        match ["sys", "az"].contains(&alias.as_str()) && !is_declared(alias) {
            true => self.built_in(own, span),
            false => unknown(span),
        }
    }
}

// Whether a look-up goes on in a chain that is null as a whole where something is missing.
fn is_open_chain(base: &Expression, value: &ExpressionNode) -> bool {
    let mut at = base;
    loop {
        at = match &at.kind {
            ExpressionKind::NonNull(inner) => inner,
            ExpressionKind::Call(call) if call.name.text == "any" && call.arguments.len() == 1 => {
                &call.arguments[0]
            }
            _ => break,
        };
    }
    let looks_up =
        matches!(at.kind, ExpressionKind::Property(_) | ExpressionKind::Index(_) | ExpressionKind::Nested(_));
    looks_up && as_call(value, &["tryGet", "tryIndexFromEnd"]).is_some()
}

fn looked_up(
    base: &Expression,
    value: ExpressionNode,
    key: ExpressionNode,
    safe: bool,
    from_end: bool,
    span: Span,
) -> ExpressionNode {
    if safe {
        return call(if from_end { "tryIndexFromEnd" } else { "tryGet" }, [value, key], span);
    }
    if is_open_chain(base, &value)
        && let ExpressionNodeKind::Call(chain) = &value.kind
    {
        let key = match from_end {
            true => {
                let place = key.span;
                let parts = vec![text("value", place), key, text("fromEnd", place), call("true", [], place)];
                called("createObject".into(), place, parts, place)
            }
            false => key,
        };
        let arguments = chain.arguments.iter().cloned().chain([key]).collect();
        return called(chain.name.clone(), span, arguments, span);
    }
    if from_end {
        return call("indexFromEnd", [value, key], span);
    }
    index(value, key, span)
}
