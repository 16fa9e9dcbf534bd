//! The children of a resource, in whatever form they are declared.

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::value::Truth;

use crate::resource_id;

/// The declared resources of a type that may be children of another one, and whether they are: nested in it, with its
/// name before theirs, or in a nested deployment. Those that exist already say nothing of what they hold.
pub fn of<'g>(
    graph: &'g Graph,
    parent: &'g Resource,
    ty: &str,
) -> impl Iterator<Item = (&'g Resource, Truth)> + use<'g> {
    let children: Vec<&Resource> = graph.of_type(ty).filter(|child| !child.existing).collect();
    children.into_iter().filter_map(|child| {
        let belongs = belongs(child, parent);
        (!belongs.is_false()).then_some((child, belongs))
    })
}

/// Whether a resource is a child of another one, by its place or by its name.
pub fn belongs(child: &Resource, parent: &Resource) -> Truth {
    if child.parent == Some(parent.id) {
        return Truth::True;
    }
    let (names, above) = (&child.name.segments, &parent.name.segments);
    if names.len() <= above.len() {
        // A name that is one expression may say anything of its parent.
        return Truth::Unknown;
    }
    Truth::all(names.iter().zip(above).map(|(name, own)| resource_id::same_name(name, own)))
}
