use armlint_engine::graph::{Edge, Resource};
use armlint_engine::rule::Context;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for cycle in graph.dependencies().cycles(graph) {
        let resources: Vec<&Resource> = cycle.iter().map(|edge| graph.resource(edge.from)).collect();
        if !all_deployed(&resources) {
            continue;
        }
        let Some((first, rest)) = from_the_first(&cycle) else { continue };
        let resource = graph.resource(first.from);
        let message = match rest.len() {
            0 => format!("The resource `{}` depends on itself", resource.name.display()),
            _ => format!("{} resources depend on each other in a circle", cycle.len()),
        };
        let finding = cx.report_on(resource, &first.span, message);
        for edge in rest {
            let from = graph.resource(edge.from);
            finding.related(edge.span, format!("`{}` depends on the next one", from.name.display()));
        }
        finding.help("Remove the dependency that is not needed");
    }
}

// Resources with different conditions may never be deployed together.
fn all_deployed(resources: &[&Resource]) -> bool {
    let mut conditions =
        resources.iter().map(|resource| &resource.condition).filter(|one| !one.terms.is_empty());
    conditions.next().is_none_or(|first| conditions.all(|other| other.is_same(first)))
}

// The edge that stands first in the text, and the others as they follow it.
fn from_the_first(cycle: &[Edge]) -> Option<(Edge, Vec<Edge>)> {
    let at = (0..cycle.len()).min_by_key(|at| cycle[*at].span)?;
    let mut edges = cycle[at..].iter().chain(&cycle[..at]).copied();
    let first = edges.next()?;
    Some((first, edges.collect()))
}
