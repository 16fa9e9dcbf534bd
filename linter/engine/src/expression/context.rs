//! Functions about the place of the deployment.

use std::rc::Rc;

use super::evaluate::name_text;
use super::parser::Call;
use super::scope::TemplateScope;
use crate::span::Span;
use crate::value::{Entry, Object, Origin, Reason, Term, Text, Type, Unknown, Value, ValueKind};

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), value, key_span: None }
}

fn text(text: Text, span: Span) -> Value {
    Value::new(ValueKind::Text(text), Origin::at(span))
}

fn known(value: &str, span: Span) -> Value {
    Value::string(value, span)
}

fn open(entries: Vec<Entry>, rest: Term, span: Span) -> Value {
    let object = Object::built(entries).opened(Unknown::new(Reason::RunTime, rest));
    Value::new(object.into(), Origin::at(span))
}

/// What stands for a function of the context that takes no arguments.
pub(super) fn call(function: &str) -> Term {
    Term::call(function, [])
}

/// `/subscriptions/{id}` of a context.
pub(super) fn subscription_path(subscription: &Value) -> Text {
    Text::concat([Text::Known("/subscriptions/".into()), name_text(subscription)])
}

/// `/subscriptions/{id}/resourceGroups/{name}` of a context.
pub(super) fn resource_group_path(subscription: &Value, resource_group: &Value) -> Text {
    Text::concat([
        subscription_path(subscription),
        Text::Known("/resourceGroups/".into()),
        name_text(resource_group),
    ])
}

pub(super) fn resource_group(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let context = &scope.template.context;
    let id = resource_group_path(&context.subscription, &context.resource_group);
    let entries = vec![
        entry("id", text(id, span)),
        entry("name", context.resource_group.clone()),
        entry("type", known("Microsoft.Resources/resourceGroups", span)),
        entry("location", context.location.clone()),
        entry(
            "properties",
            open(
                vec![entry("provisioningState", known("Succeeded", span))],
                call("resourceGroup").member("properties"),
                span,
            ),
        ),
    ];
    let name = context.resource_group.term();
    let rest = match name == call("resourceGroup").member("name") {
        true => call("resourceGroup"),
        false => Term::call("resourceGroup", [name]),
    };
    open(entries, rest, span)
}

pub(super) fn subscription(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let context = &scope.template.context;
    let entries = vec![
        entry("id", text(subscription_path(&context.subscription), span)),
        entry("subscriptionId", context.subscription.clone()),
        entry("tenantId", context.tenant.clone()),
    ];
    open(entries, call("subscription"), span)
}

pub(super) fn tenant(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let context = &scope.template.context;
    let id = Text::concat([Text::Known("/tenants/".into()), name_text(&context.tenant)]);
    let entries = vec![entry("id", text(id, span)), entry("tenantId", context.tenant.clone())];
    open(entries, call("tenant"), span)
}

pub(super) fn management_group(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let context = &scope.template.context;
    let prefix = Text::Known("/providers/Microsoft.Management/managementGroups/".into());
    let id = Text::concat([prefix, name_text(&context.management_group)]);
    let entries = vec![
        entry("id", text(id, span)),
        entry("name", context.management_group.clone()),
        entry("type", known("/providers/Microsoft.Management/managementGroups", span)),
    ];
    open(entries, call("managementGroup"), span)
}

pub(super) fn deployment(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let template = &scope.template;
    let version = template.node.value("contentVersion").map(|node| super::scope::literal(node, node.span));
    let content = version.map(|version| vec![entry("contentVersion", version)]).unwrap_or_default();
    let properties = || call("deployment").member("properties");
    let properties_of = vec![entry("template", open(content, properties().member("template"), span))];
    let mut entries = vec![
        entry("name", template.context.deployment.clone()),
        entry("properties", open(properties_of, properties(), span)),
    ];
    if template.context.kind != super::template::TemplateScopeKind::ResourceGroup {
        entries.push(entry("location", template.context.location.clone()));
    }
    open(entries, call("deployment").within(template.deployment.as_ref()), span)
}

pub(super) fn deployer(_scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let unknown = Unknown::new(Reason::Context, call("deployer")).typed(Some(Type::Object));
    Value::new(unknown.into(), Origin::at(span))
}

/// The public cloud, as `az cloud show` prints it; template-functions-deployment, 2024-02.
pub(super) fn environment(scope: &Rc<TemplateScope>, _call: Call<'_>, span: Span) -> Value {
    let of = |pairs: &[(&str, &str)]| -> Vec<Entry> {
        pairs.iter().map(|(key, value)| entry(key, known(value, span))).collect()
    };
    let mut entries = of(&[
        ("name", "AzureCloud"),
        ("gallery", "https://gallery.azure.com/"),
        ("graph", "https://graph.windows.net/"),
        ("portal", "https://portal.azure.com"),
        ("graphAudience", "https://graph.windows.net/"),
        ("activeDirectoryDataLake", "https://datalake.azure.net/"),
        ("batch", "https://batch.core.windows.net/"),
        ("media", "https://rest.media.azure.net"),
        ("sqlManagement", "https://management.core.windows.net:8443/"),
        (
            "vmImageAliasDoc",
            "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json",
        ),
        ("resourceManager", "https://management.azure.com/"),
    ]);
    let mut authentication = of(&[
        ("loginEndpoint", "https://login.microsoftonline.com/"),
        ("tenant", "common"),
        ("identityProvider", "AAD"),
    ]);
    let audiences =
        ["https://management.core.windows.net/", "https://management.azure.com/"].map(|url| known(url, span));
    let audiences = Value::new(ValueKind::Array(Rc::new(audiences)), Origin::at(span));
    authentication.push(entry("audiences", audiences));
    let suffixes = of(&[
        ("acrLoginServer", ".azurecr.io"),
        ("azureDatalakeAnalyticsCatalogAndJob", "azuredatalakeanalytics.net"),
        ("azureDatalakeStoreFileSystem", "azuredatalakestore.net"),
        ("azureFrontDoorEndpointSuffix", "azurefd.net"),
        ("keyvaultDns", ".vault.azure.net"),
        ("sqlServerHostname", ".database.windows.net"),
        ("storage", "core.windows.net"),
    ]);
    for (key, value) in [("authentication", authentication), ("suffixes", suffixes)] {
        entries.push(entry(key, Value::new(Object::built(value).into(), Origin::at(span))));
    }
    let value = Value::new(Object::built(entries).into(), Origin::at(span));
    // Another cloud has other names, so nothing that depends on them is decided.
    Value { assumed: !scope.template.evaluator.defaults_decide, ..value }
}
