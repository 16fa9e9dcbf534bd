//! Where templates and resources are deployed to.

use smol_str::SmolStr;

use super::context::{call, resource_group_path, subscription_path};
use super::evaluate::name_text;
use crate::span::Span;
use crate::syntax::Node;
use crate::value::{Origin, Reason, Term, Text, Type, Unknown, Value, ValueKind};

/// The scope that a template is deployed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemplateScopeKind {
    /// A resource group.
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// What a template knows about the place that it is deployed to.
#[derive(Clone, Debug)]
pub struct DeploymentContext {
    /// The kind of scope.
    pub kind: TemplateScopeKind,
    /// The subscription's id (a GUID).
    pub subscription: Value,
    /// The name of the resource group.
    pub resource_group: Value,
    /// The location of the resource group or of the deployment.
    pub location: Value,
    /// The tenant's id.
    pub tenant: Value,
    /// The name of the management group.
    pub management_group: Value,
    /// The name of the deployment.
    pub deployment: Value,
}

impl DeploymentContext {
    /// A context of which nothing is known.
    pub fn unknown(kind: TemplateScopeKind, span: Span) -> DeploymentContext {
        let text = |function: &str, key: &str| {
            let unknown = Unknown::new(Reason::Context, call(function).member(key)).typed(Some(Type::String));
            Value::new(unknown.into(), Origin::at(span))
        };
        DeploymentContext {
            kind,
            subscription: text("subscription", "subscriptionId"),
            resource_group: text("resourceGroup", "name"),
            location: text(
                if kind == TemplateScopeKind::ResourceGroup { "resourceGroup" } else { "deployment" },
                "location",
            ),
            tenant: text("tenant", "tenantId"),
            management_group: text("managementGroup", "name"),
            deployment: text("deployment", "name"),
        }
    }
}

/// The scope that a `$schema` names; a resource group where it names none.
pub fn schema_scope(root: &Node) -> TemplateScopeKind {
    named_scope(root).unwrap_or(TemplateScopeKind::ResourceGroup)
}

/// The scope that a `$schema` names.
pub(super) fn named_scope(root: &Node) -> Option<TemplateScopeKind> {
    let schema = root.value("$schema").and_then(Node::text)?.to_ascii_lowercase();
    let names = |name: &str| schema.contains(name);
    if names("/subscriptiondeploymenttemplate.json") {
        Some(TemplateScopeKind::Subscription)
    } else if names("/managementgroupdeploymenttemplate.json") {
        Some(TemplateScopeKind::ManagementGroup)
    } else if names("/tenantdeploymenttemplate.json") {
        Some(TemplateScopeKind::Tenant)
    } else {
        names("/deploymenttemplate.json").then_some(TemplateScopeKind::ResourceGroup)
    }
}

/// The id prefix of what is deployed to a context.
pub(super) fn scope_path(context: &DeploymentContext) -> Text {
    match context.kind {
        TemplateScopeKind::ResourceGroup => {
            resource_group_path(&context.subscription, &context.resource_group)
        }
        TemplateScopeKind::Subscription => subscription_path(&context.subscription),
        TemplateScopeKind::ManagementGroup => Text::concat([
            Text::Known("/providers/Microsoft.Management/managementGroups/".into()),
            name_text(&context.management_group),
        ]),
        TemplateScopeKind::Tenant => empty(),
    }
}

/// The context of something that names another subscription or resource group than its template's.
pub(super) fn target_context(
    context: &DeploymentContext,
    subscription: Option<Value>,
    resource_group: Option<Value>,
) -> DeploymentContext {
    let mut target = context.clone();
    // An empty name stands for the template's own, as Bicep's modules write it.
    let named = |value: &Value| value.known_text() != Some("");
    let (subscription, resource_group) = (subscription.filter(named), resource_group.filter(named));
    if let Some(subscription) = subscription {
        target.subscription = subscription;
        target.kind = TemplateScopeKind::Subscription;
    }
    if let Some(group) = resource_group {
        if group.text().map(|text| text.key()) != context.resource_group.text().map(|text| text.key()) {
            let term = Term::call("resourceGroup", [group.term()]).member("location");
            let unknown = Unknown::new(Reason::Context, term).typed(Some(Type::String));
            target.location = Value::new(unknown.into(), Origin::at(group.origin.span));
        }
        target.resource_group = group;
        target.kind = TemplateScopeKind::ResourceGroup;
    }
    target
}

/// Makes `context` that of a scope as templates write it: `/`, a management group, a subscription or a
/// resource group. False, and no change, for the id of a resource and for what is not known.
pub(super) fn enter_scope(context: &mut DeploymentContext, scope: &Value) -> bool {
    let text = name_text(scope);
    let parts = text.split('/');
    let known = |at: usize| parts.get(at).and_then(Text::known).map(|part| part.to_ascii_lowercase());
    let part = |at: usize| {
        let text = parts.get(at).cloned().unwrap_or_else(empty);
        Value::new(ValueKind::Text(text), scope.origin.clone()).tainted_by(scope)
    };
    let provider = |at: usize| {
        known(at).as_deref() == Some("microsoft.management")
            && known(at + 1).as_deref() == Some("managementgroups")
            && parts.len() == at + 3
    };
    if text.known().is_some_and(|text| text == "/") {
        context.kind = TemplateScopeKind::Tenant;
    } else if provider(0) {
        context.kind = TemplateScopeKind::ManagementGroup;
        context.management_group = part(2);
    } else if known(1).as_deref() == Some("providers") && provider(2) {
        context.kind = TemplateScopeKind::ManagementGroup;
        context.management_group = part(4);
    } else if known(0).as_deref() == Some("") && known(1).as_deref() == Some("subscriptions") {
        let group = known(3).as_deref() == Some("resourcegroups");
        match parts.len() {
            3 => *context = target_context(context, Some(part(2)), None),
            5 if group => *context = target_context(context, Some(part(2)), Some(part(4))),
            _ => return false,
        }
    } else {
        return false;
    }
    true
}

/// No text.
pub(super) fn empty() -> Text {
    Text::Known(SmolStr::default())
}
