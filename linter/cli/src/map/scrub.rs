//! Keeps secrets, and what a terminal would obey, out of maps.

use armlint_engine::span::SourceId;
use armlint_factory::map::{FactoryMap, Way};
use armlint_workspace::masks::Masks;
use armlint_workspace::text::printable;

/// The map with every text masked and printable.
pub(super) fn scrubbed(mut map: FactoryMap, masks: &Masks) -> FactoryMap {
    let parameters = map.parameters.as_ref().and_then(|path| masks.source(path));
    let sources: Vec<SourceId> = masks.within(&map.source).into_iter().chain(parameters).collect();
    let scrub = |text: &mut String| *text = printable(&masks.scrub_value(sources.iter().copied(), text));
    scrub(&mut map.name);
    scrub(&mut map.source);
    for runtime in &mut map.runtimes {
        scrub(&mut runtime.name);
        runtime.network.iter_mut().for_each(scrub);
    }
    for endpoint in &mut map.endpoints {
        [&mut endpoint.name, &mut endpoint.network, &mut endpoint.group].into_iter().for_each(scrub);
    }
    for store in &mut map.stores {
        [&mut store.name, &mut store.ty].into_iter().for_each(scrub);
    }
    for route in &mut map.routes {
        [&mut route.service, &mut route.service_type, &mut route.group].into_iter().for_each(scrub);
        route.activities.iter_mut().for_each(scrub);
        if let Way::PrivateEndpoint(name) = &mut route.way {
            scrub(name);
        }
    }
    map
}
