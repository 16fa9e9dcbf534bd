//! How Azure runtimes reach the host of a linked service that is none of Azure's stores: what the rules say, and
//! what the map draws.

use armlint_azure::facts::by_host;
use armlint_azure::{host, outside};
use armlint_engine::graph::Resource;
use armlint_engine::rule::View;

use crate::address::{self, Address};
use crate::endpoint_host_names::{Answer, EndpointHostNames};
use crate::factory::{Factories, Factory};
use crate::runtime::RuntimeClass;
use crate::store;

/// A host that is none of Azure's stores.
#[derive(Clone, Debug)]
pub struct HostReach {
    /// The host.
    pub address: Address,
    /// Who could reach it without an endpoint.
    pub network: HostNetwork,
    /// Whether a managed private endpoint of the factory answers for it.
    pub answer: Answer,
}

/// The network of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostNetwork {
    /// One that nobody outside of it can reach.
    Private,
    /// A public one of somebody else.
    Outside,
    /// A public one of Microsoft's, of a service without Private Link.
    Microsoft,
}

/// The host of a linked service; `None` where it is not known, or is that of a store of Azure.
pub fn host_reach(service: &Resource, view: View<'_>) -> Option<HostReach> {
    let facts = store::facts_of(service)?;
    let address = address::address_of(view.graph(), service)?;
    let (host, cloud) = (address.host.known()?, view.settings().cloud);
    let network = if !facts.family.starts_with("azure") && host::is_private(host) {
        HostNetwork::Private
    } else if outside::is_outside(host, cloud) {
        HostNetwork::Outside
    } else if outside::is_microsoft(host) && by_host(&address.host, cloud).is_empty() {
        HostNetwork::Microsoft
    } else {
        return None;
    };
    let factories = Factories::in_view(view);
    let factory = factories.of(service)?;
    let answer = answer(view, factories, factory, host);
    Some(HostReach { address, network, answer })
}

fn answer(view: View<'_>, factories: &Factories, factory: &Factory, host: &str) -> Answer {
    let names = EndpointHostNames::in_view(view);
    match names.answer(factory, host) {
        Answer::No if factories.doubles(factory).any(|other| names.answer(other, host) != Answer::No) => {
            Answer::Perhaps
        }
        answer => answer,
    }
}

/// The Azure runtimes that certainly do not reach the store of a linked service, since only a self-hosted one does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stranded {
    /// Those on public compute.
    public: bool,
    /// Those in the managed virtual network.
    managed: bool,
}

impl Stranded {
    /// Of a linked service.
    pub fn of(service: &Resource, view: View<'_>) -> Stranded {
        let Some(facts) = store::facts_of(service) else { return Stranded::default() };
        if !facts.azure_runtime {
            return Stranded { public: true, managed: true };
        }
        match host_reach(service, view) {
            Some(HostReach { network: HostNetwork::Private, answer, .. }) => {
                Stranded { public: true, managed: answer == Answer::No }
            }
            _ => Stranded::default(),
        }
    }

    /// Whether a runtime of a class is one of them.
    pub fn holds(self, class: RuntimeClass) -> bool {
        match class {
            RuntimeClass::Global => self.public,
            RuntimeClass::Managed => self.managed,
            _ => false,
        }
    }
}
