//! Dependencies that nobody writes: a resource waits for what its `reference` and `list*` calls name.
//!
//! Only a name makes one, and no id. Source: Define the order for deploying resources in ARM templates, 2024-06-20.

use rustc_hash::FxHashMap;

use super::{Graph, Resource};
use crate::semantics::RunTimeCall;
use crate::span::Span;
use crate::value::Text;

/// The calls of `reference` and `list*`, by the objects of the resources that make them.
pub(super) struct Calls<'g>(FxHashMap<Span, Vec<&'g RunTimeCall>>);

impl<'g> Calls<'g> {
    pub(super) fn of(graph: &'g Graph) -> Calls<'g> {
        let mut by_resource: FxHashMap<Span, Vec<&RunTimeCall>> = FxHashMap::default();
        for call in &graph.semantics().calls {
            by_resource.entry(call.resource).or_default().push(call);
        }
        Calls(by_resource)
    }

    /// Whether some of the resources make one.
    pub(super) fn are_in(&self, resources: &[&Resource]) -> bool {
        !self.0.is_empty() && resources.iter().any(|resource| self.0.contains_key(&resource.span))
    }

    /// The names that a resource calls others by, with the tokens of the functions.
    pub(super) fn by(&self, graph: &Graph, resource: &Resource) -> Vec<(Text, Span)> {
        let Some(declaration) = graph.declaration(resource.id) else { return Vec::new() };
        let calls = self.0.get(&resource.span).into_iter().flatten();
        let named = calls.filter_map(|call| {
            let text = graph.expression(&call.scalar, call.token);
            let expression = text.within(&call.scalar, call.token).ok()?;
            let argument = expression.call_at(call.function)?.argument(0)?;
            let value = declaration.scope.suppose(argument);
            let name = value.text().filter(|_| !value.assumed)?;
            // An id begins so, and what is not known at all may be one.
            (!name.prefix().is_empty() && !name.prefix().starts_with('/')).then_some((name, call.function))
        });
        named.collect()
    }
}
