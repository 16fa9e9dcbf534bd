use std::collections::HashMap;

use armlint_azure::resource_id::Identity;
use armlint_azure::types::DEPLOYMENT_SCRIPTS;
use armlint_azure::{existence, private_link, wording};
use armlint_engine::dialect::Dialect;
use armlint_engine::graph::{Graph, ResourceKey};
use armlint_engine::rule::Context;
use armlint_factory::factory::MANAGED_ENDPOINTS;
use armlint_factory::managed_endpoint::{self, ManagedEndpoint};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect != Dialect::Template || existence::has_remote_parts(graph) || has_script(graph) {
        return;
    }
    for endpoints in by_target(graph) {
        let target = endpoints.first().and_then(|first| first.identity.as_ref());
        if target.is_some_and(|target| private_link::is_approved(graph, target).is_false()) {
            report(&endpoints, cx);
        }
    }
}

// The endpoints to each target that is named, in the order of the text.
fn by_target(graph: &Graph) -> Vec<Vec<ManagedEndpoint>> {
    let endpoints = MANAGED_ENDPOINTS.iter().flat_map(|ty| graph.of_type(ty)).filter(|resource| {
        let certain = !resource.existing && !resource.repeated && resource.condition.truth.is_true();
        certain && !resource.property("isReserved").truth().is_true()
    });
    let mut targets: Vec<Vec<ManagedEndpoint>> = Vec::new();
    let mut places: HashMap<ResourceKey, usize> = HashMap::new();
    for endpoint in endpoints.map(managed_endpoint::managed) {
        let named = endpoint.identity.as_ref().filter(|identity| !identity.key.is_empty());
        let Some(key) = named.map(key) else { continue };
        let place = *places.entry(key).or_insert(targets.len());
        match targets.get_mut(place) {
            Some(list) => list.push(endpoint),
            None => targets.push(vec![endpoint]),
        }
    }
    targets
}

fn key(identity: &Identity) -> ResourceKey {
    ResourceKey::new(identity.ty.as_deref().unwrap_or_default(), identity.key.clone())
}

fn report(endpoints: &[ManagedEndpoint], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some((first, rest)) = endpoints.split_first() else { return };
    let resource = graph.resource(first.resource);
    let name = wording::called(resource, "This managed private endpoint");
    let message = format!("{name} carries no traffic until the owner of its target approves the connection");
    let finding = cx.report_on(resource, &first.target, message);
    for endpoint in rest {
        let other = graph.resource(endpoint.resource);
        finding.related(other.place, format!("so is {}", wording::called(other, "this one")));
    }
    finding.traced(&first.target).help(
        "Approve the connection after the deployment, for example with `az network private-endpoint-connection \
         approve`",
    );
}

// A script may approve whatever it likes; only one that is known shows that it does not.
fn has_script(graph: &Graph) -> bool {
    graph.of_type(DEPLOYMENT_SCRIPTS).any(|script| {
        let content = script.property("scriptContent");
        let known = content.known_text().map(str::to_ascii_lowercase);
        known.is_none_or(|text| {
            text.contains("private-endpoint-connection") || text.contains("privateendpointconnection")
        })
    })
}
