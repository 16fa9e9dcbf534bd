//! JSON to paste, for the help of findings.

use armlint_azure::wording::{MAX_EXPRESSION, written};
use armlint_engine::graph::Graph;
use armlint_engine::value::Text;
use smol_str::SmolStr;

use crate::factory::{FACTORIES, Factory};
use crate::store::Store;

/// The declaration of a managed private endpoint to a store, in the form of the deployment; `id` is the
/// store's id where it is written somewhere.
pub fn managed_endpoint(graph: &Graph, factory: &Factory, store: &Store, id: Option<&str>) -> String {
    let group = store.group();
    let id = id.map_or_else(|| store_id(graph, store), str::to_string);
    let own = store.name.as_ref().and_then(Text::known).map_or("store", SmolStr::as_str);
    let name = format!("{own}-{group}");
    let properties = format!("{{ \"privateLinkResourceId\": \"{id}\", \"groupId\": \"{group}\" }}");
    if graph.dialect.is_folder() {
        return format!(
            "add managedVirtualNetwork/default/managedPrivateEndpoint/{name}.json:\n\
             {{ \"name\": \"{name}\", \"properties\": {properties} }}"
        );
    }
    let above = factory.name.clone().unwrap_or(Text::Known("<factory>".into()));
    let whole = Text::concat([above, Text::Known(format!("/default/{name}").into())]);
    format!(
        "add\n{{ \"type\": \"{}/managedVirtualNetworks/managedPrivateEndpoints\", \"apiVersion\": \"{}\", \
         \"name\": \"{}\", \"properties\": {properties} }}",
        factory.ty,
        api_version(factory),
        written(&whole, "name of the endpoint")
    )
}

// The versions that the exports of the services write (2026-08-20).
fn api_version(factory: &Factory) -> &'static str {
    if factory.ty == FACTORIES { "2018-06-01" } else { "2019-06-01-preview" }
}

// The id of a store, as a property of a template or of a file holds it.
fn store_id(graph: &Graph, store: &Store) -> String {
    let ty = store.links.first().map_or("", |link| link.ty);
    let name = store.name.clone().unwrap_or(Text::Known("<name>".into()));
    if graph.dialect.is_folder() {
        let name = name.known().map_or("<name>", SmolStr::as_str);
        return format!(
            "/subscriptions/<subscription>/resourceGroups/<resource group>/providers/{ty}/{name}"
        );
    }
    let declared = store.resource.map(|id| graph.resource(id).name.last());
    match declared.unwrap_or(name) {
        Text::Known(name) => format!("[resourceId('{ty}', '{name}')]"),
        name => match name.display() {
            shown if shown.len() <= MAX_EXPRESSION => format!("[resourceId('{ty}', {shown})]"),
            _ => "<id of the resource>".into(),
        },
    }
}
