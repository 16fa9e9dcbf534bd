//! Host names that the managed private endpoints of a factory say they answer for.

use std::collections::{HashMap, HashSet};

use armlint_azure::{host, outside};
use armlint_engine::graph::ResourceId;
use armlint_engine::rule::View;
use armlint_engine::value::{Presence, Text, Value, presence};
use smol_str::SmolStr;

use crate::factory::{Factories, Factory};
use crate::managed_endpoint;

/// The host names, by factory.
#[derive(Default)]
pub struct EndpointHostNames(HashMap<(SmolStr, SmolStr), Names>);

/// Whether an endpoint answers for a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This one does.
    Yes(ResourceId),
    /// Not all names are known.
    Perhaps,
    /// None does.
    No,
}

#[derive(Default)]
struct Names {
    // The endpoints, by the names in lower case.
    known: HashMap<String, ResourceId>,
    // The domains of these names.
    domains: HashSet<String>,
    // Some are not known.
    open: bool,
}

impl EndpointHostNames {
    /// Collects them.
    pub(crate) fn build(view: View<'_>) -> EndpointHostNames {
        let mut answered = EndpointHostNames::default();
        for factory in Factories::in_view(view).list() {
            let mut names = Names::default();
            for id in &factory.endpoints {
                names.add(*id, &managed_endpoint::managed(view.graph().resource(*id)).fqdns);
            }
            answered.0.insert((factory.ty.clone(), factory.key.clone()), names);
        }
        answered
    }

    /// Whether an endpoint of a factory answers for a host.
    pub fn answer(&self, factory: &Factory, host: &str) -> Answer {
        let names = self.0.get(&(factory.ty.clone(), factory.key.clone()));
        match names.and_then(|names| names.known.get(&host.to_ascii_lowercase())) {
            Some(endpoint) => Answer::Yes(*endpoint),
            None if names.is_some_and(|names| names.open || names.may_lead(host)) => Answer::Perhaps,
            None => Answer::No,
        }
    }

    /// Whether an endpoint of a factory answers for a host, or may do so.
    pub fn may_hold(&self, factory: &Factory, host: &str) -> bool {
        self.answer(factory, host) != Answer::No
    }
}

impl Names {
    // DNS may lead from a public name to another one of the same domain.
    fn may_lead(&self, host: &str) -> bool {
        let domain = outside::domain(&Text::Known(host.into())).filter(|_| !host::is_private(host));
        domain.is_some_and(|domain| self.domains.contains(&domain))
    }

    fn add(&mut self, endpoint: ResourceId, fqdns: &Value) {
        let Some(elements) = fqdns.elements() else {
            self.open |= presence(fqdns) != Presence::Absent;
            return;
        };
        for element in elements {
            // Many write the URL where a host name belongs.
            let host = element.text().as_ref().and_then(host::host_of).map(|host| host.name);
            match host.as_ref().and_then(|host| host.known()) {
                Some(known) => {
                    self.domains.extend(outside::domain(&Text::Known(known.clone())));
                    self.known.entry(known.to_ascii_lowercase()).or_insert(endpoint);
                }
                None => self.open = true,
            }
        }
    }
}
