//! The order of deployment within a template: what certainly comes after what.

use std::collections::{HashMap, HashSet};

use armlint_engine::graph::{Graph, Resource, ResourceId};
use armlint_engine::rule::View;
use armlint_engine::value::Truth;

use armlint_engine::graph::Target;

/// Which resources wait for which.
#[derive(Default)]
pub struct DeploymentOrder {
    before: HashMap<ResourceId, Vec<ResourceId>>,
    // Those with a dependency that leads to nothing known.
    vague: HashSet<ResourceId>,
}

impl DeploymentOrder {
    /// Collects it.
    pub(crate) fn build(view: View<'_>) -> DeploymentOrder {
        let graph = view.graph();
        let dependencies = view.graph().dependencies();
        let mut order = DeploymentOrder::default();
        let mut led: HashMap<ResourceId, usize> = HashMap::new();
        for edge in &dependencies.edges {
            let before = order.before.entry(edge.from).or_default();
            match edge.to {
                Target::Resource(to) => before.push(to),
                Target::Loop(index) => before.extend(dependencies.loops.get(index).into_iter().flatten()),
            }
            *led.entry(edge.from).or_default() += 1;
        }
        for resource in graph.resources() {
            if !order.is_written_out(resource, led.get(&resource.id).copied().unwrap_or_default()) {
                order.vague.insert(resource.id);
            }
            // What is written inside of its parent waits for it.
            if let Some(parent) = resource.parent.map(|id| graph.resource(id))
                && parent.span != resource.span
                && parent.span.contains(resource.span)
            {
                order.before.entry(resource.id).or_default().push(parent.id);
            }
        }
        order
    }

    fn is_written_out(&self, resource: &Resource, led: usize) -> bool {
        let entries = resource.body.get("dependsOn");
        match entries.elements() {
            Some(elements) => elements.len() == led,
            None => entries.is_missing(),
        }
    }

    /// Whether one resource is deployed after another one of the same template.
    pub fn is_after(&self, graph: &Graph, resource: ResourceId, other: ResourceId) -> Truth {
        let mut seen = HashSet::from([resource]);
        let mut open = vec![resource];
        let mut vague = false;
        while let Some(next) = open.pop() {
            vague |= self.vague.contains(&next);
            for before in self.before.get(&next).into_iter().flatten() {
                if *before == other || graph.resource(*before).span == graph.resource(other).span {
                    return Truth::True;
                }
                if seen.insert(*before) {
                    open.push(*before);
                }
            }
        }
        if vague { Truth::Unknown } else { Truth::False }
    }
}
