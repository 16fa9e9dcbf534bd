//! Host names that the managed private endpoints of a factory say they answer for.

use std::collections::{HashMap, HashSet};

use armlint_engine::rule::View;
use armlint_engine::value::{Presence, presence};
use smol_str::SmolStr;

use crate::factory::{Factories, Factory};
use crate::managed_endpoint;

/// The host names, by factory.
#[derive(Default)]
pub struct EndpointHostNames(HashMap<(SmolStr, SmolStr), Names>);

#[derive(Default)]
struct Names {
    // In lower case.
    known: HashSet<String>,
    // Some are not known.
    open: bool,
}

impl EndpointHostNames {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> EndpointHostNames {
        let mut answered = EndpointHostNames::default();
        for factory in Factories::in_view(view).list() {
            let mut names = Names::default();
            for endpoint in
                factory.endpoints.iter().map(|id| managed_endpoint::managed(view.graph().resource(*id)))
            {
                match endpoint.fqdns.elements() {
                    Some(elements) => elements.iter().for_each(|name| match name.known_text() {
                        Some(known) => {
                            names.known.insert(known.to_ascii_lowercase());
                        }
                        None => names.open = true,
                    }),
                    None => names.open |= presence(&endpoint.fqdns) != Presence::Absent,
                }
            }
            answered.0.insert((factory.ty.clone(), factory.key.clone()), names);
        }
        answered
    }

    /// Whether an endpoint of a factory answers for a host, or may do so.
    pub fn may_hold(&self, factory: &Factory, host: &str) -> bool {
        let names = self.0.get(&(factory.ty.clone(), factory.key.clone()));
        names.is_some_and(|names| names.open || names.known.contains(&host.to_ascii_lowercase()))
    }
}
