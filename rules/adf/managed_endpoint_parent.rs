use armlint_azure::{existence, wording};
use armlint_engine::dialect::{Dialect, World};
use armlint_engine::finding::Applicability;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Presence, Text, Value, presence};
use armlint_factory::factory::{Factories, Factory};
use smol_str::SmolStr;

use crate::language::deployment_order::DeploymentOrder;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let factories = Factories::in_view(cx.view());
    let Some(factory) = factories.of(resource).filter(|_| !resource.existing) else { return };
    if factory.networks.is_empty() {
        let elsewhere = factories.doubles(factory).any(|other| !other.networks.is_empty());
        if graph.world == World::Closed && !elsewhere {
            report_missing(factory, resource, cx);
        }
    } else if graph.dialect == Dialect::Template {
        check_order(factory, resource, cx);
    }
}

// One finding for a factory, at its first endpoint.
fn report_missing(factory: &Factory, resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let own = || factory.endpoints.iter().map(|id| graph.resource(*id)).filter(|other| !other.existing);
    if own().next().is_none_or(|first| first.id != resource.id) {
        return;
    }
    let name = wording::called(resource, "This managed private endpoint");
    let finding = cx.report_on(
        resource,
        &resource.place,
        format!("{name} is a managed private endpoint of a factory that has no managed virtual network"),
    );
    for other in own().skip(1) {
        finding.related(other.place, "so is this one");
    }
    finding.help(match graph.dialect.is_folder() {
        true => "Add managedVirtualNetwork/default.json: { \"name\": \"default\", \"properties\": {} }"
            .to_string(),
        false => format!(
            "Add a resource of the type `{}/managedVirtualNetworks` with the name `default`",
            factory.ty
        ),
    });
}

fn check_order(factory: &Factory, resource: &Resource, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(network) = only_network(factory, resource, graph) else { return };
    let entries = resource.body.get("dependsOn");
    if entries.elements().is_none() && presence(&entries) != Presence::Absent {
        return;
    }
    // An entry that is not understood may lead to the network.
    if DeploymentOrder::in_view(cx.view()).is_after(graph, resource.id, network.id).is_false() {
        report_order(resource, network, &entries, cx);
    }
}

fn report_order(resource: &Resource, network: &Resource, entries: &Value, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let name = wording::called(resource, "This managed private endpoint");
    let on = reference(network);
    let edit = on.as_deref().and_then(|on| match entries.elements() {
        Some(_) => edit::add_element(graph, entries, on),
        None => edit::add_member(graph, resource.span, "dependsOn", &format!("[{on}]")),
    });
    let message =
        format!("{name} does not wait for its managed virtual network: `dependsOn` does not lead to it");
    cx.report_on(resource, &resource.place, message)
        .related(network.place, "the managed virtual network")
        .help(match on {
            Some(on) => format!("Add {on} to `dependsOn`"),
            None => "Add the network's resource id to `dependsOn`".to_string(),
        })
        .fix("Wait for the managed virtual network", Applicability::Safe, edit);
}

// The network of the factory that is declared beside the endpoint, wherever that is deployed.
fn only_network<'g>(factory: &Factory, resource: &Resource, graph: &'g Graph) -> Option<&'g Resource> {
    let beside = |network: &&Resource| {
        !network.existing && network.module == resource.module && network.span.source == resource.span.source
    };
    let mut networks = factory.networks.iter().map(|id| graph.resource(*id)).filter(beside);
    let network = networks.next().filter(|network| existence::exists_with(network, resource));
    network.filter(|_| networks.next().is_none())
}

// How `dependsOn` names the network, where that can be written.
fn reference(network: &Resource) -> Option<String> {
    if let Some(symbol) = &network.symbolic_name {
        return Some(format!("\"{symbol}\""));
    }
    let names: Option<Vec<&SmolStr>> = network.name.segments.iter().map(Text::known).collect();
    let quoted: Vec<String> = names?.iter().map(|name| format!("'{name}'")).collect();
    Some(format!("\"[resourceId('{}', {})]\"", network.ty, quoted.join(", ")))
}
