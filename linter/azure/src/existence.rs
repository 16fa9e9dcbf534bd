//! What is certain to be deployed, and what may be.

use armlint_engine::dialect::World;
use armlint_engine::graph::{Graph, Resource};

/// Whether a resource certainly exists wherever another one is deployed.
pub fn exists_with(resource: &Resource, other: &Resource) -> bool {
    resource.existing || other.condition.implies(&resource.condition)
}

/// Whether the deployment has parts that are not here: templates behind a link or in a template spec,
/// which may declare anything.
pub fn has_remote_parts(graph: &Graph) -> bool {
    let linked = |deployment: &Resource| !deployment.property("templateLink").is_missing();
    graph.world == World::Open && graph.of_type("Microsoft.Resources/deployments").any(linked)
}
