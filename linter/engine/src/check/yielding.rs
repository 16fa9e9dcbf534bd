//! One finding for one cause: a rule yields to those that say the same with more reason.

use crate::finding::Finding;
use crate::graph::{Graph, Resource, ResourceId};
use crate::rule::Catalogue;
use crate::rule::context::Reported;

/// The findings that stay: not those of a resource that a rule before theirs reports, by itself, with the resource that
/// it is a child of, or in a label with its name.
pub(super) fn settle(graph: &Graph, catalogue: &Catalogue, reported: Vec<Reported>) -> Vec<Finding> {
    let yields = |one: &Reported| {
        let rules = catalogue.rule(one.finding.rule).map_or(&[][..], |rule| &rule.yields_to);
        let Some(resource) = one.resource.filter(|_| !rules.is_empty()) else { return false };
        let resource = graph.resource(resource);
        reported.iter().any(|other| {
            rules.iter().any(|rule| rule == other.finding.rule) && tells_of(other, resource, graph)
        })
    };
    let stays: Vec<bool> = reported.iter().map(|one| !yields(one)).collect();
    let stay = reported.into_iter().zip(stays).filter(|(_, stays)| *stays);
    stay.map(|(one, _)| one.finding).collect()
}

fn tells_of(other: &Reported, resource: &Resource, graph: &Graph) -> bool {
    let parents = |id: &ResourceId| graph.resource(*id).parent;
    let same = std::iter::successors(Some(resource.id), parents).any(|id| other.resource == Some(id));
    same || other.finding.related.iter().any(|label| label.span == resource.place)
}
