//! Names for messages, and JSON to paste for the help of findings.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::Text;
use smol_str::SmolStr;

use super::factory::Factory;
use super::store::Store;

// A longer expression says less than a placeholder.
const MAX_EXPRESSION: usize = 160;

// A longer expression only hides what a message says.
const MAX_NAME: usize = 60;

/// A resource in a message: its name in quotes, or `otherwise` where the name is a long expression, or one
/// that is wrong.
pub fn called(resource: &Resource, otherwise: &str) -> String {
    let name = resource.name.last();
    let symbolic = resource.symbolic_name.as_deref().filter(|_| name.known().is_none());
    match symbolic {
        Some(symbolic) if !symbolic.contains("::") => format!("`{symbolic}`"),
        _ => quoted(&name).unwrap_or_else(|| otherwise.into()),
    }
}

/// A text in quotes; `None` where it is a long expression, or one that is wrong.
pub fn quoted(text: &Text) -> Option<String> {
    let wrong = text.holes().any(|hole| hole.term.is_of_error());
    let shown = text.display();
    (!wrong && (1..=MAX_NAME).contains(&shown.len())).then(|| format!("`{shown}`"))
}

/// A text as the content of a JSON string of a template: an expression where it is not known.
pub fn written(text: &Text, placeholder: &str) -> String {
    match text.known() {
        Some(known) => known.to_string(),
        None => {
            let shown = text.display();
            if shown.len() > MAX_EXPRESSION { format!("<{placeholder}>") } else { format!("[{shown}]") }
        }
    }
}

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
        "add\n{{ \"type\": \"{}/managedVirtualNetworks/managedPrivateEndpoints\", \"apiVersion\": \"2018-06-01\", \
         \"name\": \"{}\", \"properties\": {properties} }}",
        factory.ty,
        written(&whole, "name of the endpoint")
    )
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
