//! Circles of dependencies.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Dependencies, Edge, Graph, Target};
use crate::span::Span;

/// How many circles are looked for.
const MAX_CYCLES: usize = 20;

impl Dependencies {
    /// The circles, each as the dependencies that lead around it; a circle of several instances of the
    /// same resources is found once, and circles that share a resource are one.
    pub fn cycles(&self, graph: &Graph) -> Vec<Vec<Edge>> {
        let mut out: FxHashMap<Target, Vec<(Target, Option<Edge>)>> = FxHashMap::default();
        for edge in self.edges.iter().chain(&self.implicit) {
            out.entry(Target::Resource(edge.from)).or_default().push((edge.to, Some(*edge)));
        }
        for (position, instances) in self.loops.iter().enumerate() {
            let instances = instances.iter().map(|id| (Target::Resource(*id), None));
            out.entry(Target::Loop(position)).or_default().extend(instances);
        }
        let span_of = |target: Target| match target {
            Target::Resource(id) => Some(graph.resource(id).span),
            Target::Loop(_) => None,
        };
        let mut found = Vec::new();
        let mut left = without_ends(&out, &FxHashSet::default());
        while found.len() < MAX_CYCLES {
            let starts = left.iter().filter(|target| matches!(target, Target::Resource(_)));
            let Some(start) = starts.min_by_key(|target| span_of(**target)) else { break };
            let cycle = follow(*start, &out, &left);
            if cycle.is_empty() {
                break;
            }
            let spans: FxHashSet<Span> = cycle.iter().map(|edge| graph.resource(edge.from).span).collect();
            left.retain(|target| span_of(*target).is_none_or(|span| !spans.contains(&span)));
            let gone: FxHashSet<Target> =
                out.keys().filter(|target| !left.contains(*target)).copied().collect();
            left = without_ends(&out, &gone);
            found.push(cycle);
        }
        found
    }
}

// The nodes from which the dependencies never end: those that do are taken away one after the other.
fn without_ends(
    out: &FxHashMap<Target, Vec<(Target, Option<Edge>)>>,
    gone: &FxHashSet<Target>,
) -> FxHashSet<Target> {
    let mut left: FxHashSet<Target> = out.keys().filter(|target| !gone.contains(*target)).copied().collect();
    let mut open: FxHashMap<Target, usize> = FxHashMap::default();
    let mut back: FxHashMap<Target, Vec<Target>> = FxHashMap::default();
    for from in &left {
        let targets = out.get(from).into_iter().flatten().filter(|(to, _)| left.contains(to));
        for (to, _) in targets {
            *open.entry(*from).or_default() += 1;
            back.entry(*to).or_default().push(*from);
        }
    }
    let mut ends: VecDeque<Target> =
        left.iter().filter(|target| open.get(*target).is_none_or(|count| *count == 0)).copied().collect();
    while let Some(end) = ends.pop_front() {
        left.remove(&end);
        for from in back.get(&end).into_iter().flatten() {
            if let Some(count) = open.get_mut(from) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ends.push_back(*from);
                }
            }
        }
    }
    left
}

// Every node that is left leads to another one that is: the way comes back at last.
fn follow(
    start: Target,
    out: &FxHashMap<Target, Vec<(Target, Option<Edge>)>>,
    left: &FxHashSet<Target>,
) -> Vec<Edge> {
    let mut seen: FxHashMap<Target, usize> = FxHashMap::default();
    let mut way: Vec<Option<Edge>> = Vec::new();
    let mut at = start;
    loop {
        if let Some(position) = seen.get(&at) {
            return way.get(*position..).unwrap_or_default().iter().flatten().copied().collect();
        }
        seen.insert(at, way.len());
        let next = out.get(&at).into_iter().flatten().find(|(to, _)| left.contains(to));
        let Some((to, edge)) = next else { return Vec::new() };
        way.push(*edge);
        at = *to;
    }
}
