use std::collections::HashMap;

use armlint_azure::wording;
use armlint_engine::graph::{Resource, ResourceId, ResourceKey};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::Term;
use armlint_factory::factory::INTEGRATION_RUNTIMES;
use armlint_factory::runtime::{self, RuntimeClass};

/// The first declarations of runtimes, inside and outside of the managed network. Only those that are
/// certainly deployed together are compared: all without condition, or under the same one.
#[derive(Default)]
pub(crate) struct RuntimeNetworks(HashMap<Key, [Option<ResourceId>; 2]>);

// Name and conditions.
type Key = (ResourceKey, Vec<Term>);

impl RuntimeNetworks {
    pub(crate) fn build(view: View<'_>) -> RuntimeNetworks {
        let mut declared = RuntimeNetworks::default();
        for ty in INTEGRATION_RUNTIMES {
            for runtime in view.graph().of_type(ty) {
                if let (Some(key), Some(inside)) = (key(runtime), is_inside(runtime)) {
                    declared.0.entry(key).or_default()[usize::from(inside)].get_or_insert(runtime.id);
                }
            }
        }
        declared
    }
}

fn key(runtime: &Resource) -> Option<Key> {
    let condition = &runtime.condition;
    let decided = condition.truth.is_true() || !condition.terms.is_empty();
    let terms = if condition.truth.is_true() { Vec::new() } else { condition.terms.clone() };
    (decided && !runtime.repeated).then(|| (runtime.key(), terms))
}

// Whether a runtime is in the managed network; `None` where it is no such runtime, or not known.
fn is_inside(runtime: &Resource) -> Option<bool> {
    match runtime::class(runtime) {
        RuntimeClass::Managed => Some(true),
        RuntimeClass::Global => Some(false),
        _ => None,
    }
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let (Some(inside), Some(key)) = (is_inside(resource), key(resource)) else { return };
    let declared = RuntimeNetworks::in_view(cx.view());
    let other = declared.0.get(&key).and_then(|first| first[usize::from(!inside)]);
    let Some(first) = other.filter(|first| *first < resource.id).map(|id| cx.graph().resource(id)) else {
        return;
    };
    let name = wording::called(resource, "declared here");
    let message = format!(
        "Runtime {name} is declared inside and outside of the managed virtual network; it cannot be switched"
    );
    let said = if inside { "outside" } else { "inside" };
    let finding = cx.report_on(resource, &resource.place, message);
    finding
        .related(first.place, format!("declared here {said} of the network"))
        .help("Give the two runtimes different names, or delete one of the declarations");
}
