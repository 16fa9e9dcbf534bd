//! Names, ids and scopes of resources, and the conditions that they are made under.

use armlint_engine::span::Span;
use armlint_engine::syntax::{ExpressionNode, ExpressionNodeKind};
use smol_str::format_smolstr;

use super::Lowering;
use super::access::Found;
use super::make::{call, called, index, integer, joined, property, text, unknown};
use super::unit::{Declared, TargetScope};
use crate::syntax::{Call, Expression, ExpressionKind};

/// The longest name of a deployment that the compiler makes, without what it puts behind the symbolic name.
const MAX_NAME: usize = 64 - 13 - 1;

/// What a resource is deployed to.
pub(super) enum ScopeOf {
    /// What the file is deployed to.
    Own,
    Tenant,
    ManagementGroup(Option<ExpressionNode>),
    Subscription(Option<ExpressionNode>),
    /// Subscription and name.
    ResourceGroup(Option<ExpressionNode>, Option<ExpressionNode>),
    /// A resource, by its id.
    Resource(ExpressionNode),
    Unknown(Span),
}

/// The resource that another is a child of.
pub(super) enum Parent<'f> {
    None,
    Known(Found<'f>),
    Unknown(Span),
}

impl<'f> Lowering<'f> {
    fn declared(&self, resource: usize) -> &'f Declared<'f> {
        &self.own().resources[resource]
    }

    pub(super) fn parent(&mut self, resource: usize) -> Parent<'f> {
        let declared = self.declared(resource);
        if let Some(parent) = declared.parent {
            return Parent::Known(Found { resource: parent, index: None });
        }
        match declared.property("parent").filter(|_| !declared.is_module) {
            None => Parent::None,
            Some(written) => match self.found(written) {
                Some(found) if found.resource != resource => Parent::Known(found),
                _ => Parent::Unknown(written.span),
            },
        }
    }

    /// The name as the resource itself writes it, in its body.
    pub(super) fn own_name(&mut self, resource: usize) -> ExpressionNode {
        let declared = self.declared(resource);
        match declared.property("name") {
            Some(name) => self.expression(name),
            None if declared.is_module => {
                let at = declared
                    .is_loop()
                    .then(|| Lowering::copy_index(declared.key.clone(), declared.name().span));
                self.made_name(declared, at)
            }
            None => unknown(declared.name().span),
        }
    }

    // The name that the compiler gives a module without one.
    fn made_name(&self, declared: &Declared<'_>, index: Option<ExpressionNode>) -> ExpressionNode {
        let span = declared.name().span;
        let symbol = &declared.name().text;
        let length = if index.is_some() { MAX_NAME - 4 } else { MAX_NAME };
        let start = symbol.get(..length).unwrap_or(symbol);
        let unique = [text(symbol.clone(), span), Lowering::deployment_name(span)];
        let unique = call("uniqueString", unique, span);
        match index {
            Some(index) => {
                let pattern = text(format_smolstr!("{start}-{{0}}-{{1}}"), span);
                call("format", [pattern, index, unique], span)
            }
            None => call("format", [text(format_smolstr!("{start}-{{0}}"), span), unique], span),
        }
    }

    /// The name of a module, perhaps of one of a loop.
    pub(super) fn module_name(&mut self, found: &Found<'f>, span: Span) -> ExpressionNode {
        let declared = self.declared(found.resource);
        let name = match (declared.property("name"), found.index) {
            (None, Some(at)) => {
                let at = self.expression(at);
                self.made_name(declared, Some(at))
            }
            _ => self.in_body(found, |lowering| lowering.own_name(found.resource)),
        };
        ExpressionNode { span, ..name }
    }

    /// The name by its segments, in the body of the resource.
    pub(super) fn segments(&mut self, resource: usize) -> Vec<ExpressionNode> {
        let declared = self.declared(resource);
        let own = self.own_name(resource);
        match self.parent(resource) {
            Parent::Unknown(span) => vec![unknown(span), own],
            Parent::Known(parent) => {
                let read = |lowering: &mut Self| {
                    lowering.in_body(&parent, |lowering| lowering.segments(parent.resource))
                };
                let mut segments = self.deeper(read).unwrap_or_else(|| vec![unknown(own.span)]);
                segments.push(own);
                segments
            }
            Parent::None => {
                let wanted = declared.ty.split('/').count().saturating_sub(1);
                if wanted < 2 {
                    return vec![own];
                }
                let span = own.span;
                if let ExpressionNodeKind::String(written) = &own.kind
                    && written.split('/').count() == wanted
                {
                    return written.split('/').map(|part| text(part, span)).collect();
                }
                let part = |at| {
                    let parts = call("split", [own.clone(), text("/", span)], span);
                    index(parts, integer(at as i64, span), span)
                };
                (0..wanted).map(part).collect()
            }
        }
    }

    /// The whole name, in the body of the resource.
    pub(super) fn full_name(&mut self, resource: usize) -> ExpressionNode {
        if matches!(self.parent(resource), Parent::None) {
            return self.own_name(resource);
        }
        let segments = self.segments(resource);
        let place = self.declared(resource).property("name").map(|name| name.span);
        joined(segments, "/", place.unwrap_or(self.declared(resource).name().span))
    }

    /// What a resource is deployed to, in its body.
    pub(super) fn scope_of(&mut self, resource: usize) -> ScopeOf {
        if let Parent::Known(parent) = self.parent(resource) {
            let read = |lowering: &mut Self| {
                lowering.in_body(&parent, |lowering| lowering.scope_of(parent.resource))
            };
            return self.deeper(read).unwrap_or(ScopeOf::Own);
        }
        match self.declared(resource).property("scope") {
            Some(written) => self.written_scope(written),
            None => ScopeOf::Own,
        }
    }

    fn written_scope(&mut self, written: &'f Expression) -> ScopeOf {
        let written = written.bare();
        if let Some(found) = self.found(written) {
            return self.resource_scope(&found, written.span);
        }
        match &written.kind {
            ExpressionKind::Call(call) => self.called_scope(call, written.span),
            ExpressionKind::Method(method)
                if method.0.bare().name().is_some_and(|name| name == "az" || name == "sys") =>
            {
                self.called_scope(&method.1, written.span)
            }
            ExpressionKind::Name(name) if !self.is_local(name) => {
                let unit = self.unit;
                let Some((variable, _)) = self.own().variables.get(name.as_str()) else {
                    return ScopeOf::Unknown(written.span);
                };
                let value = &variable.value;
                // The compiler takes no scope out of a condition, and says nothing where it is in a variable.
                if matches!(value.bare().kind, ExpressionKind::Ternary(_)) {
                    return ScopeOf::Own;
                }
                let read =
                    |lowering: &mut Self| lowering.at_top(unit, |lowering| lowering.written_scope(value));
                self.deeper(read).unwrap_or(ScopeOf::Unknown(written.span))
            }
            _ => ScopeOf::Unknown(written.span),
        }
    }

    fn called_scope(&mut self, call: &'f Call, span: Span) -> ScopeOf {
        let mut arguments = self.expressions(&call.arguments);
        match call.name.text.as_str() {
            "tenant" => ScopeOf::Tenant,
            "managementGroup" => ScopeOf::ManagementGroup(arguments.pop()),
            "subscription" => ScopeOf::Subscription(arguments.pop()),
            "resourceGroup" => {
                let name = arguments.pop();
                ScopeOf::ResourceGroup(arguments.pop(), name)
            }
            _ => ScopeOf::Unknown(span),
        }
    }

    fn resource_scope(&mut self, found: &Found<'f>, span: Span) -> ScopeOf {
        let declared = self.declared(found.resource);
        let own = |lowering: &mut Self| lowering.in_body(found, |lowering| lowering.own_name(found.resource));
        if declared.is("Microsoft.Resources/resourceGroups") {
            let name = own(self);
            let outer =
                |lowering: &mut Self| lowering.in_body(found, |lowering| lowering.scope_of(found.resource));
            let subscription = match self.deeper(outer) {
                Some(ScopeOf::Subscription(subscription)) => subscription,
                _ => None,
            };
            return ScopeOf::ResourceGroup(subscription, Some(name));
        }
        if declared.is("Microsoft.Management/managementGroups") {
            return ScopeOf::ManagementGroup(Some(own(self)));
        }
        match self.deeper(|lowering| lowering.id_at(found, span)) {
            Some(id) if !declared.is_module => ScopeOf::Resource(id),
            _ => ScopeOf::Unknown(declared.name().span),
        }
    }

    /// The id of a resource, in its body.
    pub(super) fn id(&mut self, resource: usize) -> ExpressionNode {
        let declared = self.declared(resource);
        let span = declared.name().span;
        let read = |lowering: &mut Self| {
            let scope = lowering.scope_of(resource);
            let names = match declared.is_module {
                true => vec![lowering.own_name(resource)],
                false => lowering.segments(resource),
            };
            (scope, names)
        };
        let Some((scope, names)) = self.deeper(read) else { return unknown(span) };
        let typed = std::iter::once(text(declared.ty.clone(), span)).chain(names);
        let make = |name: &'static str, before: Vec<ExpressionNode>| {
            called(name.into(), span, before.into_iter().chain(typed).collect(), span)
        };
        match scope {
            ScopeOf::Own => match (self.own().scope, declared.is_module) {
                (TargetScope::ResourceGroup, _) => make("resourceId", vec![]),
                (TargetScope::Subscription, _) => make("subscriptionResourceId", vec![]),
                (TargetScope::Tenant, _) => make("tenantResourceId", vec![]),
                (TargetScope::ManagementGroup, _) => {
                    let group = property(call("managementGroup", [], span), "id", span, span);
                    make("extensionResourceId", vec![group])
                }
            },
            ScopeOf::Tenant => make("tenantResourceId", vec![]),
            ScopeOf::Subscription(subscription) => {
                make("subscriptionResourceId", subscription.into_iter().collect())
            }
            ScopeOf::ManagementGroup(name) => {
                let group = match name {
                    Some(name) => management_group(name, span),
                    None => property(call("managementGroup", [], span), "id", span, span),
                };
                make("extensionResourceId", vec![group])
            }
            ScopeOf::Resource(id) => make("extensionResourceId", vec![id]),
            ScopeOf::Unknown(place) => make("extensionResourceId", vec![unknown(place)]),
            ScopeOf::ResourceGroup(None, None) => make("resourceId", vec![]),
            ScopeOf::ResourceGroup(subscription, name) => {
                let subscription = subscription.unwrap_or_else(|| {
                    property(call("subscription", [], span), "subscriptionId", span, span)
                });
                let name =
                    name.unwrap_or_else(|| property(call("resourceGroup", [], span), "name", span, span));
                let pattern = text("/subscriptions/{0}/resourceGroups/{1}", span);
                make("extensionResourceId", vec![call("format", [pattern, subscription, name], span)])
            }
        }
    }

    /// The id of a resource that an expression at `span` mentions.
    pub(super) fn id_at(&mut self, found: &Found<'f>, span: Span) -> ExpressionNode {
        let id = self.in_body(found, |lowering| lowering.id(found.resource));
        let ty = &self.declared(found.resource).ty;
        let ExpressionNodeKind::Call(mut call) = id.kind else { return ExpressionNode { span, ..id } };
        call.name_span = span;
        // The type is mentioned here, and not where the resource is declared.
        let is_type =
            |node: &ExpressionNode| matches!(&node.kind, ExpressionNodeKind::String(text) if text == ty);
        call.arguments.iter_mut().filter(|node| is_type(node)).for_each(|node| node.span = span);
        ExpressionNode { kind: ExpressionNodeKind::Call(call), span }
    }

    /// The condition of a resource and those of the resources whose bodies it stands in.
    pub(super) fn conditions(&mut self, resource: usize) -> Option<ExpressionNode> {
        let declared = self.declared(resource);
        let own = declared.node.condition.as_ref().map(|condition| self.expression(condition));
        let above = declared.parent.and_then(|parent| self.conditions(parent));
        match (above, own) {
            (Some(above), Some(own)) => {
                let span = own.span;
                Some(call("and", [above, own], span))
            }
            (above, own) => own.or(above),
        }
    }
}

/// The id of a management group.
pub(super) fn management_group(name: ExpressionNode, span: Span) -> ExpressionNode {
    let ty = text("Microsoft.Management/managementGroups", span);
    call("tenantResourceId", [ty, name], span)
}
