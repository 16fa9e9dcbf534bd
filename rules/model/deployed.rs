//! What is certain to be deployed, and what may be.

use armlint_engine::dialect::World;
use armlint_engine::graph::{Condition, Graph, Resource};

/// Whether a resource certainly exists wherever another one is deployed.
pub fn along(resource: &Resource, other: &Resource) -> bool {
    resource.existing || implies(&other.condition, &resource.condition)
}

fn implies(condition: &Condition, conclusion: &Condition) -> bool {
    if conclusion.truth.is_true() {
        return true;
    }
    match (&condition.key, &conclusion.key) {
        (Some(given), Some(wanted)) => {
            let given: Vec<&str> = given.split(" && ").collect();
            wanted.split(" && ").all(|wanted| given.contains(&wanted))
        }
        _ => false,
    }
}

/// Whether the deployment has parts that are not here: templates behind a link or in a template spec,
/// which may declare anything.
pub fn has_remote_parts(graph: &Graph) -> bool {
    let linked = |deployment: &Resource| !deployment.property("templateLink").is_missing();
    graph.world == World::Open && graph.of_type("Microsoft.Resources/deployments").any(linked)
}
